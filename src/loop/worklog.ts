import { loopPhases, type LoopPhase, type PhaseRecord, type PhaseRecordOf, type Published, type RunDifference, type SuiteRecord } from '../model/loop-records.js';
import { compareText } from '../util/compare.js';
import { enumerate } from '../util/enumerate.js';
import { codeSpan, escapeMarkdown, linkTarget } from '../util/markdown-text.js';
import { plural } from '../util/plural.js';
import { diffRuns } from './diff-runs.js';
import { phaseFileName, type RunStore } from './run-store.js';

const TITLES: Readonly<Record<LoopPhase, string>> = {
  deployment: 'DEPLOYMENT STATUS', selection: 'E2E TEST SELECTION', execution: 'TEST EXECUTION', classification: 'CLASSIFICATION',
  analysis: 'FIVE WHYS ROOT CAUSE ANALYSIS', audit: 'SSOT AUDIT AND STABILITY PROOF', issues: 'ISSUES AND PULL REQUEST',
};

/**
 * The worklog of a run: generated from its records alone, so the same records give the same bytes, and every line that states something links to
 * the record it was read from. What no record shows stays "unknown"; nothing is called done that has no record.
 */
export function worklogOf(store: RunStore): { markdown: string; json: string } {
  const records = new Map(loopPhases.flatMap((phase) => {
    const record = store.phase(phase);
    return record === undefined ? [] : [[phase, record] as const];
  }));
  const difference = diffRuns(store);
  const lines = [...head(store, records), ...summary(store, records, difference)];
  for (const phase of loopPhases) lines.push('---', '', ...phaseSection(phase, records.get(phase), store));
  if (store.run.previous !== undefined) lines.push('---', '', ...differenceSection(store, difference));
  const json = { run: store.run, phases: Object.fromEntries(records), difference };
  return { markdown: `${lines.join('\n').replace(/\n{3,}/g, '\n\n').trimEnd()}\n`, json: `${JSON.stringify(json, null, 1)}\n` };
}

function head({ run }: RunStore, records: ReadonlyMap<LoopPhase, PhaseRecord>): string[] {
  const commit = run.commit === undefined ? 'unknown (no git repository)' : `${codeSpan(run.commit.slice(0, 9))} ${escapeMarkdown(run.subject ?? '')}`;
  const dirty = run.dirtyFiles === undefined || run.dirtyFiles === 0 ? '' : `, with ${plural(run.dirtyFiles, 'file')} that differ${run.dirtyFiles === 1 ? 's' : ''} from it`;
  return [
    `# E2E Deploy Remediate Worklog - ${run.focus.length === 0 ? 'all' : escapeMarkdown(run.focus.join(', '))}`,
    `## Session: ${time(run.startedAt)}`,
    '',
    `**Run:** ${codeSpan(run.id)} ([record](run.json))  `,
    `**Commit:** ${commit}${dirty}  `,
    `**Environment:** ${escapeMarkdown(run.environment)}  `,
    `**Phases with a record:** ${records.size} of ${loopPhases.length}`,
    '',
  ];
}

function summary(store: RunStore, records: ReadonlyMap<LoopPhase, PhaseRecord>, difference: RunDifference): string[] {
  const lines = ['---', '', '## EXECUTIVE SUMMARY', ''];
  for (const phase of loopPhases) {
    const record = records.get(phase);
    lines.push(`- **${TITLES[phase]}:** ${record === undefined ? 'not run' : `${record.status === 'refused' ? 'REFUSED. ' : ''}${escapeMarkdown(record.statement)} ${recordLink(phase)}`}`);
  }
  const failures = store.phase('classification')?.failures ?? [];
  const urgent = failures.filter(({ priority }) => priority === 'P0' || priority === 'P1');
  if (urgent.length > 0) {
    lines.push('', '**Most urgent:**', '');
    lines.push(...urgent.slice(0, 10).map(({ priority, title, suite }) => `- **${priority}** ${escapeMarkdown(title)} (${escapeMarkdown(suite)}) ${recordLink('classification')}`));
    if (urgent.length > 10) lines.push(`- and ${urgent.length - 10} more ${recordLink('classification')}`);
  }
  if (store.run.previous !== undefined) {
    lines.push('', `**Against the last run:** ${difference.added.length} new, ${difference.still.length} still failing, ${difference.fixed.length} fixed, ${difference.unproven.length} no longer shown and not proven fixed, ${difference.flaky.length} flaky.`);
  }
  return [...lines, ''];
}

function phaseSection(phase: LoopPhase, record: PhaseRecord | undefined, store: RunStore): string[] {
  const number = loopPhases.indexOf(phase);
  if (record === undefined) return [`## PHASE ${number}: ${TITLES[phase]} - NOT RUN`, ''];
  const lines = [
    `## PHASE ${number}: ${TITLES[phase]} - ${record.status.toUpperCase()}`, '',
    `- **Result:** ${escapeMarkdown(record.statement)} ${recordLink(phase)}`,
    `- **Time:** ${time(record.startedAt)} to ${time(record.finishedAt)} ${recordLink(phase)}`,
    ...record.problems.map((problem) => `- **Problem:** ${escapeMarkdown(problem)} ${recordLink(phase)}`),
  ];
  return [...lines, ...bodyOf(record, store), ''];
}

function bodyOf(record: PhaseRecord, store: RunStore): string[] {
  switch (record.phase) {
    case 'deployment': return deploymentBody(record);
    case 'selection': return selectionBody(record);
    case 'execution': return record.suites.flatMap((suite, index) => suiteBody(suite, index + 1)).concat(record.notRun.length === 0 ? [] : ['', '### Not run', '', ...record.notRun.map(({ name, reason }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(reason)} ${recordLink('selection')}`)]);
    case 'classification': return classificationBody(record);
    case 'analysis': return analysisBody(record);
    case 'audit': return auditBody(record);
    case 'issues': return issuesBody(record, store);
    default: return record satisfies never;
  }
}

function deploymentBody({ deploy, probes }: PhaseRecordOf<'deployment'>): string[] {
  const lines: string[] = [];
  if (deploy !== undefined) {
    lines.push('', '### 0.1 Deployment', '', `- **Command:** ${codeSpan(deploy.command)} ${recordLink('deployment')}`, `- **Result:** ${deploy.stoppedBy === 'interrupted' ? 'unknown: it was stopped in the middle, and was not begun a second time' : deploy.stoppedBy === 'time-limit' ? 'stopped at its time limit' : `ended with ${deploy.exitCode ?? deploy.signal ?? 'unknown'}`} ([output](${linkTarget(deploy.output.path)}))`);
    lines.push(...deploy.warnings.map((warning) => `- **Warning:** ${escapeMarkdown(warning)} ([output](${linkTarget(deploy.output.path)}))`));
  }
  if (probes.length > 0) lines.push('', `### 0.${deploy === undefined ? 1 : 2} Service health`, '');
  for (const { service, url, verdict, statement, body, warnings, revision } of probes) {
    lines.push(`- **${escapeMarkdown(service)}:** ${verdict}. ${escapeMarkdown(statement)} ${codeSpan(url)} ${body === undefined ? recordLink('deployment') : `([answer](${linkTarget(body.path)}))`}`);
    lines.push(...warnings.map((warning) => `  - Warning: ${escapeMarkdown(warning)} ${recordLink('deployment')}`));
    if (revision !== undefined) lines.push(`  - Revision: ${revision.verdict}. ${escapeMarkdown(revision.statement)} ${recordLink('deployment')}`);
  }
  return lines;
}

function selectionBody({ index, suites }: PhaseRecordOf<'selection'>): string[] {
  const lines: string[] = [];
  if (index !== undefined) {
    const listed = index.entries.length;
    lines.push('', '### 1.1 Test index', '', `- ${codeSpan(index.path)} lists ${plural(listed, 'test file')}; ${existing(index.entries)} ${recordLink('selection')}`);
    lines.push(...index.claims.map(({ line, statement }) => `- Line ${line}: ${escapeMarkdown(statement)} ${recordLink('selection')}`));
  }
  if (suites.length > 0) lines.push('', `### 1.${index === undefined ? 1 : 2} Order of the suites`, '');
  lines.push(...suites.map(({ name, selected, reasons }, position) => `${position + 1}. ${selected ? '' : 'NOT SELECTED: '}**${escapeMarkdown(name)}** - ${escapeMarkdown(reasons.join('; '))} ${recordLink('selection')}`));
  return lines;
}

function existing(entries: readonly { path?: string | undefined }[]): string {
  const count = entries.filter(({ path }) => path !== undefined).length;
  return `${count} of them ${count === 1 ? 'exists' : 'exist'}.`;
}

function suiteBody({ name, run, counts, evidence, reasons, reports, hosts, formats }: SuiteRecord, position: number): string[] {
  const seconds = ((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(2);
  const end = run.stoppedBy === 'time-limit' ? 'stopped at its time limit' : `ended with ${run.exitCode ?? run.signal ?? 'unknown'}`;
  const record = `([record](${linkTarget(phaseFileName('execution'))}))`;
  const outcomes = Object.keys(counts).length === 0 ? 'unknown: no report could be read' : `${plural(counts.tests ?? 0, 'test')}, ${counts.passed ?? 0} passed, ${counts.failed ?? 0} failed, ${counts.errored ?? 0} errors, ${counts.skipped ?? 0} skipped`;
  return [
    '', `#### 2.${position} ${escapeMarkdown(name)}`, '',
    `- **Command:** ${codeSpan(run.command)} ${record}`,
    `- **Execution Time:** ${seconds}s, ${end} ([output](${linkTarget(run.output.path)}))`,
    `- **Results:** ${outcomes} ${reports.length === 0 ? `([output](${linkTarget(run.output.path)}))` : enumerate(reports.map(({ path }, index) => `([report ${index + 1}](${linkTarget(path)}))`))}`,
    ...(formats.length === 0 ? [] : [`- **Read as:** ${escapeMarkdown(formats.join(', '))} ${record}`]),
    ...(hosts.length === 0 ? [] : [`- **Hosts named:** ${hosts.slice(0, 5).map(codeSpan).join(', ')} ${record}`]),
    `- **Evidence:** ${evidence}${reasons.length === 0 ? '' : `. ${escapeMarkdown(reasons.join(' '))}`} ${record}`,
  ];
}

function classificationBody({ failures }: PhaseRecordOf<'classification'>): string[] {
  return failures.flatMap(({ priority, title, suite, tests, rule, because, impact, fingerprint, flaky }) => [
    '', `### ${priority}: ${escapeMarkdown(title)}`, '',
    `- **${flaky ? 'Flaky' : 'Failing'}:** ${plural(tests.length, 'test')} of ${escapeMarkdown(suite)}: ${escapeMarkdown(tests.slice(0, 3).join('; '))}${tests.length > 3 ? `; and ${tests.length - 3} more` : ''} ${recordLink('classification')}`,
    `- **Priority ${priority}** by rule ${codeSpan(rule)}: ${escapeMarkdown(because.join('; '))} ${recordLink('classification')}`,
    ...impact.map(({ tag, text }) => `- **Impact** (configured for ${codeSpan(tag)}): ${escapeMarkdown(text)} ${recordLink('classification')}`),
    `- **Fingerprint:** ${codeSpan(fingerprint)} ${recordLink('classification')}`,
  ]);
}

function analysisBody({ clusters, patterns, prevention, link }: PhaseRecordOf<'analysis'>): string[] {
  const source = link === undefined ? recordLink('analysis') : `([link](${linkTarget(link.path)}))`;
  const lines = clusters.flatMap(({ title, verdict, suspect, whys, openQuestion }) => [
    '', `### ${escapeMarkdown(title)}`, '',
    `- **Verdict:** ${escapeMarkdown(verdict)} ${source}`,
    ...(suspect === undefined ? [] : [`- **Look first at:** ${codeSpan(suspect)} ${source}`]),
    ...whys.map(({ level, answer, status }, position) => `- **Why ${position + 1} (${level}):** ${status === 'hypothesis' ? 'HYPOTHESIS: ' : ''}${escapeMarkdown(answer)} ${source}`),
    ...(openQuestion === undefined ? [] : [`- **Unknown:** ${escapeMarkdown(openQuestion)} ${source}`]),
  ]);
  if (patterns.length > 0) lines.push('', '### Patterns', '', ...patterns.map((pattern) => `- ${escapeMarkdown(pattern)} ${source}`));
  if (prevention.length > 0) lines.push('', '### Prevention', '', ...prevention.map((text) => `- ${escapeMarkdown(text)} ${source}`));
  return lines;
}

function auditBody({ verdict, reasons, introduced, fixed, proof }: PhaseRecordOf<'audit'>): string[] {
  const source = proof === undefined ? recordLink('audit') : `([proof](${linkTarget(proof.path)}))`;
  return [
    '', `- **Verdict:** ${verdict} ${source}`,
    ...reasons.map((reason) => `- ${escapeMarkdown(reason)} ${source}`),
    ...introduced.map((text) => `- **Introduced:** ${escapeMarkdown(text)} ${source}`),
    ...fixed.map((text) => `- **Fixed:** ${escapeMarkdown(text)} ${source}`),
  ];
}

function issuesBody({ drafts, notFiled, filedIn, published, closes, pullRequest, pullRequestAt }: PhaseRecordOf<'issues'>, { run }: RunStore): string[] {
  const filed = new Map(published.map((issue) => [issue.fingerprint, issue]));
  const drafted = new Set(drafts.map(({ fingerprint }) => fingerprint));
  const word = ({ action, number, url, why }: Published): string => `${DONE[action] ?? action} ${trackedLink(number, url)}${action === 'create' ? '' : ` (${escapeMarkdown(why)})`}`;
  return [
    '',
    ...(filedIn === undefined ? [] : [`- **Filed in:** ${codeSpan(filedIn)} ${recordLink('issues')}`]),
    ...drafts.map(({ fingerprint, title, labels, body }) => `- ${filed.has(fingerprint) ? word(filed.get(fingerprint)!) : 'Draft'}: **${escapeMarkdown(title)}** (${escapeMarkdown(labels.join(', '))}) ([body](${linkTarget(body.path)}))`),
    ...published.filter(({ fingerprint }) => !drafted.has(fingerprint)).map((issue) => `- ${word(issue)}: ${escapeMarkdown(issue.title)} ${recordLink('issues')}`),
    ...notFiled.map(({ title, reason }) => `- Not filed: ${escapeMarkdown(title)}: ${escapeMarkdown(reason)} ${recordLink('issues')}`),
    ...closes.map(({ number, title }) => `- Its failure is gone, merging closes it: #\u200b${number} ${escapeMarkdown(title)} ${recordLink('issues')}`),
    ...(pullRequest === undefined ? [] : [`- Pull request${run.base === undefined ? '' : ` against ${codeSpan(run.base)}`}: ${pullRequestAt === undefined ? 'not sent' : `${trackedLink(pullRequestAt.number, pullRequestAt.url)} ${pullRequestAt.action}`} ([text](${linkTarget(pullRequest.path)}))`]),
  ];
}

/** An issue or pull request by its address. */
function trackedLink(number: number | undefined, url: string): string {
  if (number === undefined) return 'unknown';
  return /^https?:/.test(url) ? `[#${number}](${linkTarget(url)})` : `#\u200b${number}`;
}

const DONE: Readonly<Record<string, string>> = { create: 'Created', update: 'Updated', close: 'Closed', reopen: 'Reopened', leave: 'Left alone' };

function differenceSection({ run }: RunStore, { added, still, fixed, unproven, flaky, suites }: RunDifference): string[] {
  const source = '([record](run.json))';
  const list = (word: string, titles: readonly string[]): string[] => [...titles].sort(compareText).map((title) => `- **${word}:** ${escapeMarkdown(title)} ${source}`);
  return [
    `## AGAINST THE LAST RUN ${codeSpan(run.previous!.id)}`, '',
    ...list('New', added), ...list('Still failing', still), ...list('Fixed', fixed), ...list('No longer shown, not proven fixed', unproven), ...list('Flaky', flaky),
    ...suites.map((text) => `- ${escapeMarkdown(text)} ${source}`),
    ...(added.length + still.length + fixed.length + unproven.length + flaky.length + suites.length === 0 ? [`- No difference. ${source}`] : []), '',
  ];
}

function recordLink(phase: LoopPhase): string {
  return `([record](${phaseFileName(phase)}))`;
}

/** `2026-11-22 15:30:00 UTC`. */
function time(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
