import { code, plain } from '../issues/safe-text.js';
import type { PhaseRecordOf, Published } from '../model/loop-records.js';
import { plural, thousands } from '../util/plural.js';
import { isRevision, runGit } from '../util/run-git.js';
import type { FixedIssue } from './fixed-issues.js';
import type { LoopContext } from './loop-context.js';

/** More than this nobody reviews line by line (SmartBear's study of reviews at Cisco puts the limit at 200 to 400 lines). */
const READABLE_LINES = 400;
const READABLE_FILES = 30;
const SHOWN_COMMITS = 30;
const SHOWN_ROWS = 50;

export interface PullRequestIssues {
  drafts: readonly { fingerprint: string; title: string }[];
  published: readonly Published[];
  closes: readonly FixedIssue[];
}

/** The text of a pull request, from the records and from git: what changed, what it fixes and introduces, which tests show it, what it closes. */
export function pullRequestText({ root, store }: Pick<LoopContext, 'root' | 'store'>, issues: PullRequestIssues): string {
  const { run } = store;
  const base = run.base !== undefined && isRevision(run.base) ? run.base : undefined;
  return [
    '## What changed', '', ...changeLines(root, base), '',
    '## Violations', '', ...violationLines(store.phase('audit')), '',
    '## Tests', '', ...testLines(store.phase('execution')?.suites ?? []), '',
    '## Breaking changes', '', ...breakingLines(store.phase('audit')), '',
    '## Issues', '', ...issueLines(issues), '',
    `Run ${code(run.id)} of ssot-audit ${plain(run.tool.version)} on ${plain(run.environment)}.`, '',
  ].join('\n');
}

function changeLines(root: string, base: string | undefined): string[] {
  if (base === undefined) return ['Unknown: no base was given (--base).'];
  const stat = runGit(root, ['diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', `${base}...HEAD`]);
  const commits = runGit(root, ['log', '--format=%h%x00%s', '--no-merges', `${base}..HEAD`]);
  if (stat === undefined || commits === undefined) return [`Unknown: git does not know ${code(base)}.`];
  const rows = stat.split('\0').filter((row) => row !== '').map((row) => row.split('\t'));
  const changed = rows.reduce((sum, [added, removed]) => sum + (Number(added) || 0) + (Number(removed) || 0), 0);
  const log = commits.split('\n').filter((line) => line !== '').map((line) => line.split('\0'));
  const isLarge = changed > READABLE_LINES || rows.length > READABLE_FILES;
  return [
    ...(isLarge ? [`> **Larger than a reviewer can read.** Beyond about ${READABLE_LINES} lines or ${READABLE_FILES} files, faults are found less and less; split it where it can be split.`, ''] : []),
    ...log.slice(0, SHOWN_COMMITS).map(([sha, subject]) => `- ${code(sha!)} ${plain(subject ?? '')}`),
    ...(log.length > SHOWN_COMMITS ? [`- and ${plural(log.length - SHOWN_COMMITS, 'more commit')}`] : []),
    '', `${plural(rows.length, 'file')}, ${thousands(changed)} changed ${changed === 1 ? 'line' : 'lines'} against ${code(base)}.`,
  ];
}

function violationLines(audit: PhaseRecordOf<'audit'> | undefined): string[] {
  if (audit === undefined || audit.verdict === 'unknown') return [NOT_COMPARED];
  return [`**${audit.verdict}**`, '', ...listed(audit.reasons), ...listed(audit.fixed, 'Fixed: '), ...listed(audit.introduced, 'Introduced: ')];
}

function testLines(suites: PhaseRecordOf<'execution'>['suites']): string[] {
  if (suites.length === 0) return ['None ran.'];
  const rows = suites.map(({ name, counts, evidence, reasons }) => {
    const { passed, failed = 0, errored = 0, skipped } = counts;
    const told = passed === undefined ? 'unknown | unknown | unknown' : `${passed} | ${failed + errored} | ${skipped ?? 'unknown'}`;
    return `| ${plain(name)} | ${told} | ${evidence}${reasons.length === 0 ? '' : `: ${plain(reasons[0]!)}`} |`;
  });
  return ['| suite | passed | failed | skipped | evidence |', '|---|---:|---:|---:|---|', ...rows];
}

function breakingLines(audit: PhaseRecordOf<'audit'> | undefined): string[] {
  if (audit === undefined || audit.verdict === 'unknown') return [NOT_COMPARED];
  return audit.breaking.length === 0 ? ['None found: no removed export has importers left.'] : listed(audit.breaking);
}

/** `Closes` stands only where an issue was filed and its failure is shown to be gone. */
function issueLines({ drafts, published, closes }: PullRequestIssues): string[] {
  const numbers = new Map(published.flatMap(({ fingerprint, number }) => (number === undefined ? [] : [[fingerprint, number] as const])));
  const open = drafts.map(({ fingerprint, title }) => `- Still failing: ${numbers.has(fingerprint) ? `#${numbers.get(fingerprint)} ` : ''}${plain(title)}`);
  const lines = [...closes.map(({ number }) => `- Closes #${number}`), ...open.slice(0, SHOWN_ROWS), ...(open.length > SHOWN_ROWS ? [`- and ${open.length - SHOWN_ROWS} more`] : [])];
  return lines.length === 0 ? ['No open failure of this run.'] : lines;
}

const NOT_COMPARED = 'Unknown: nothing was compared with a base.';

function listed(texts: readonly string[], word = ''): string[] {
  return [...texts.slice(0, SHOWN_ROWS).map((text) => `- ${word}${plain(text)}`), ...(texts.length > SHOWN_ROWS ? [`- ${word}and ${texts.length - SHOWN_ROWS} more`] : [])];
}
