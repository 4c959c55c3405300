import type { LoopSuite } from '../config/loop-schema.js';
import type { Counts, RunSign, TestRun } from '../model/test-run.js';
import { compareText } from '../util/compare.js';
import { plural } from '../util/plural.js';

export interface SuiteEvidenceInput {
  suite: LoopSuite;
  run: TestRun | undefined;
  exitCode?: number;
  stoppedBy?: 'time-limit' | 'interrupted';
  startError?: string;
  /** Text of output and reports. */
  texts: readonly string[];
  /** The test files of the suite, and what they replace by mocks. */
  files: readonly string[];
  mocking: readonly { path: string; line: number; mock: string }[];
  /** Reports that match and were not written by this run. */
  staleReports: readonly string[];
  /** A report has the same bytes as in the run before. */
  sameReport: boolean;
}

export interface SuiteJudgement {
  counts: Counts;
  evidence: 'strong' | 'partial' | 'none';
  reasons: string[];
  signs: RunSign[];
  hosts: string[];
}

/** Signs that leave nothing of a suite's word; the others leave part of it. */
const VOID = 'void';
const URL_HOST = /\b(?:https?|wss?):\/\/(?:[^\s/@"'<>]*@)?(?<host>\[[0-9a-f:]+\](?::\d+)?|[\w.-]+(?::\d+)?)/gi;
const END_TO_END = /(?:^|[\W_])(?:e2e|end[-_ ]?to[-_ ]?end|staging|smoke|journey|acceptance|browser)(?:[\W_]|$)/i;
/** Hosts that tools print in help texts and namespaces. */
const NOISE = /(?:^|\.)(?:w3\.org|nodejs\.org|python\.org|pytest\.org|vitest\.dev|jestjs\.io|playwright\.dev|github\.com|npmjs\.(?:com|org)|json-schema\.org|schema\.org|example\.(?:com|org))(?::\d+)?$/i;

/**
 * What a suite's run is worth as evidence: the verdicts on its reports, and what only the loop knows: how the command ended, how many tests were
 * expected, which host was meant, and what its tests mock.
 */
export function judgeSuite({ suite, run, exitCode, stoppedBy, startError, texts, files, mocking, staleReports, sameReport }: SuiteEvidenceInput): SuiteJudgement {
  const signs: (RunSign & { effect?: typeof VOID })[] = [];
  const add = (sign: string, weight: RunSign['weight'], message: string, effect?: typeof VOID): void => void signs.push({ sign, message, weight, ...(effect === undefined ? {} : { effect }) });
  const counts = countsOf(run);
  const ran = (counts.passed ?? 0) + (counts.failed ?? 0) + (counts.errored ?? 0);
  const failures = (counts.failed ?? 0) + (counts.errored ?? 0);
  const hosts = hostsIn(texts);

  if (startError !== undefined) add('not-started', 'strong', `The command could not be started: ${startError}.`, VOID);
  if (stoppedBy === 'time-limit') add('time-limit', 'strong', `It was stopped after its time limit of ${suite.timeout} s.`);
  for (const path of staleReports) add('stale-report', 'strong', `${path} was not written by this run and does not count.`);
  if (sameReport) add('same-report', 'strong', 'Its report has the same bytes as in the run before, times included.');
  if (run === undefined) add('no-report', 'strong', suite.reports.length === 0 ? 'Its output is no test report that can be read.' : `It wrote no report (${suite.reports.join(', ')}).`, VOID);
  else if (ran < suite.evidence.minTests) add('too-few-tests', 'strong', `${plural(ran, 'test')} ran; at least ${suite.evidence.minTests} must.`, VOID);
  const all = ran + (counts.skipped ?? 0);
  const skippedShare = all === 0 ? 0 : (counts.skipped ?? 0) / all;
  if (skippedShare > suite.evidence.maxSkipped && ran > 0) add('many-skipped', 'strong', `${counts.skipped} of ${all} tests were skipped; ${Math.round(suite.evidence.maxSkipped * 100)} % are allowed.`);
  if (run !== undefined && exitCode === 0 && failures > 0) add('exit-disagrees', 'strong', `The command ended with 0 although ${plural(failures, 'test')} failed.`);
  if (run !== undefined && exitCode !== undefined && exitCode !== 0 && failures === 0 && stoppedBy === undefined) add('exit-disagrees', 'strong', `The command ended with ${exitCode} although no test failed.`);
  judgeHost(suite.evidence.host, hosts, add);
  const mockingFiles = new Set(mocking.map(({ path }) => path));
  if (mockingFiles.size > 0 && mayMock(suite, files)) add('mocks', 'weak', `${plural(mockingFiles.size, 'test file')} of it ${mockingFiles.size === 1 ? 'replaces' : 'replace'} something by mocks.`);
  else if (mockingFiles.size > 0) {
    const [first] = mocking as [{ path: string; line: number; mock: string }];
    const where = `${first.path}:${first.line} (${first.mock})`;
    if (mockingFiles.size === files.length) add('mocks', 'strong', `Every test file of it replaces what it tests by mocks: ${where}${mockingFiles.size > 1 ? ` and ${mockingFiles.size - 1} more` : ''}.`, VOID);
    else add('mocks', 'strong', `${mockingFiles.size} of its ${files.length} test files replace what they test by mocks: ${where}.`);
  }

  const verdicts = run?.suites ?? [];
  const isVoid = signs.some(({ effect }) => effect === VOID) || (verdicts.length > 0 && verdicts.every(({ evidence }) => evidence === 'none'));
  const isPartial = signs.some(({ weight }) => weight === 'strong') || verdicts.some(({ evidence }) => evidence !== 'strong');
  const own = signs.map(({ sign, message, weight }): RunSign => ({ sign, message, weight }));
  const told = verdicts.flatMap((verdict) => verdict.signs);
  return {
    counts,
    evidence: isVoid ? 'none' : isPartial ? 'partial' : 'strong',
    reasons: [...new Set([...own.filter(({ weight }) => weight === 'strong').map(({ message }) => message), ...verdicts.flatMap(({ reasons }) => reasons)])],
    signs: [...own, ...told],
    hosts,
  };
}

/** Mocks are the daily bread of unit tests; an end-to-end suite that has them tests something else than it says. */
function mayMock({ evidence, name, tags }: LoopSuite, files: readonly string[]): boolean {
  return evidence.mocks ?? (evidence.host === undefined && ![name, ...tags, ...files].some((text) => END_TO_END.test(text)));
}

function judgeHost(expected: string | undefined, hosts: readonly string[], add: (sign: string, weight: RunSign['weight'], message: string, effect?: typeof VOID) => void): void {
  if (expected === undefined) return;
  const isExpected = (host: string): boolean => host === expected.toLowerCase() || (!expected.includes(':') && host.replace(/:\d+$/, '') === expected.toLowerCase());
  if (hosts.some(isExpected)) return;
  if (hosts.length > 0) add('wrong-host', 'strong', `It spoke to ${hosts.slice(0, 3).join(', ')}, not to ${expected}.`, VOID);
  else add('host-not-shown', 'strong', `Nothing in its output or reports shows that it spoke to ${expected}.`);
}

function countsOf(run: TestRun | undefined): Counts {
  const count = (...statuses: readonly string[]): number => (run?.results ?? []).filter(({ status, kind }) => statuses.includes(status) && (kind === 'test' || status === 'failed' || status === 'errored')).length;
  if (run === undefined) return {};
  return { tests: run.results.filter(({ kind }) => kind === 'test').length, passed: count('passed', 'xfailed'), failed: count('failed', 'xpassed'), errored: count('errored'), skipped: count('skipped', 'todo', 'not-run') };
}

function hostsIn(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const match of text.matchAll(URL_HOST)) {
      const host = match.groups!['host']!.toLowerCase().replace(/\.$/, '');
      if (!NOISE.test(host)) counts.set(host, (counts.get(host) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([host]) => host);
}
