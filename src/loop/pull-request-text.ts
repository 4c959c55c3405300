import type { PhaseRecordOf } from '../model/loop-records.js';
import { codeSpan, escapeMarkdown } from '../util/markdown-text.js';
import { plural, thousands } from '../util/plural.js';
import { isRevision, runGit } from '../util/run-git.js';
import type { LoopContext } from './loop-context.js';

/** More than this nobody reviews line by line (SmartBear's study of reviews at Cisco puts the limit at 200 to 400 lines). */
const READABLE_LINES = 400;
const READABLE_FILES = 30;
const SHOWN_COMMITS = 30;

/** The text of a pull request, from the records and from git: what changed, what it fixes and introduces, which tests show it, what it closes. */
export function pullRequestText({ root, store }: LoopContext, drafts: PhaseRecordOf<'issues'>['drafts']): string {
  const { run } = store;
  const audit = store.phase('audit');
  const suites = store.phase('execution')?.suites ?? [];
  const base = run.base !== undefined && isRevision(run.base) ? run.base : undefined;
  const lines = ['## What changed', '', ...changeLines(root, base), '', '## Violations', ''];
  if (audit === undefined || audit.verdict === 'unknown') lines.push('Unknown: nothing was compared with a base.');
  else lines.push(`**${audit.verdict}**`, '', ...audit.reasons.map((reason) => `- ${escapeMarkdown(reason)}`), ...audit.fixed.map((text) => `- Fixed: ${escapeMarkdown(text)}`), ...audit.introduced.map((text) => `- Introduced: ${escapeMarkdown(text)}`));
  lines.push('', '## Tests', '', '| suite | passed | failed | skipped | evidence |', '|---|---:|---:|---:|---|');
  for (const { name, counts, evidence } of suites) lines.push(`| ${escapeMarkdown(name)} | ${counts.passed ?? 'unknown'} | ${counts.passed === undefined ? 'unknown' : (counts.failed ?? 0) + (counts.errored ?? 0)} | ${counts.skipped ?? 'unknown'} | ${evidence} |`);
  if (suites.length === 0) lines.push('| none ran | | | | none |');
  const breaking = audit?.breaking ?? [];
  lines.push('', '## Breaking changes', '', ...(audit === undefined || audit.verdict === 'unknown' ? ['Unknown: nothing was compared with a base.'] : breaking.length === 0 ? ['None found: no removed export has importers left.'] : breaking.map((text) => `- ${escapeMarkdown(text)}`)));
  lines.push('', '## Issues', '', ...(drafts.length === 0 ? ['No open failure of this run.'] : drafts.map(({ title }) => `- still open: ${escapeMarkdown(title)}`)));
  for (const { url } of store.phase('issues')?.published ?? []) lines.push(`- ${url}`);
  lines.push('', `Run ${codeSpan(run.id)} of ssot-audit ${escapeMarkdown(run.tool.version)} on ${escapeMarkdown(run.environment)}.`);
  return `${lines.join('\n')}\n`;
}

function changeLines(root: string, base: string | undefined): string[] {
  if (base === undefined) return ['Unknown: no base was given (--base).'];
  const stat = runGit(root, ['diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', `${base}...HEAD`]);
  const commits = runGit(root, ['log', '--format=%h%x00%s', '--no-merges', `${base}..HEAD`]);
  if (stat === undefined || commits === undefined) return [`Unknown: git does not know ${codeSpan(base)}.`];
  const rows = stat.split('\0').filter((row) => row !== '').map((row) => row.split('\t'));
  const changed = rows.reduce((sum, [added, removed]) => sum + (Number(added) || 0) + (Number(removed) || 0), 0);
  const log = commits.split('\n').filter((line) => line !== '').map((line) => line.split('\0'));
  return [
    ...log.slice(0, SHOWN_COMMITS).map(([sha, subject]) => `- ${codeSpan(sha!)} ${escapeMarkdown(subject ?? '')}`),
    ...(log.length > SHOWN_COMMITS ? [`- and ${plural(log.length - SHOWN_COMMITS, 'more commit')}`] : []),
    '', `${plural(rows.length, 'file')}, ${thousands(changed)} changed ${changed === 1 ? 'line' : 'lines'} against ${codeSpan(base)}.`,
    ...(changed > READABLE_LINES || rows.length > READABLE_FILES ? ['', `> **Larger than a reviewer can read.** Beyond about ${READABLE_LINES} lines or ${READABLE_FILES} files, faults are found less and less; split it where it can be split.`] : []),
  ];
}
