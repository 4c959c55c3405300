import type { Counts, ReportSource, RunSign, SuiteVerdict, TestResult } from '../model/test-run.js';
import type { ParsedReport } from './report.js';

/** Signs without which a run's word is worth nothing, however many others there are. */
const VOIDING = new Set(['nothing-collected', 'nothing-loaded', 'all-skipped', 'zero-duration', 'no-outcome', 'unreadable']);
const E2E = /(?:^|[\W_])(?:e2e|end[-_ ]?to[-_ ]?end|staging|smoke|cypress)(?:[\W_]|$)/i;
const MOCKS = /\b(?:jest\.mock|vi\.mock|nock\(|unittest\.mock|sinon\.stub|cy\.intercept|route\.fulfill)\b/;

/**
 * Judges what a report is worth as evidence that tests really ran: one verdict for each suite or command that it names, or for the whole report.
 * `strong`: records of tests and no sign against them; `partial`: signs against, or only a statement; `none`: nothing is shown to have run.
 */
export function judgeReport(source: ReportSource, report: ParsedReport, fileExists?: (path: string) => boolean): SuiteVerdict[] {
  const stated = report.suites ?? [];
  if (stated.length === 0) {
    if (report.results.length === 0 && (report.stated?.length ?? 0) > 0) return [];
    const signs = [...(report.signs ?? []), ...recordSigns(source, report)];
    const durationMs = report.results.reduce((total, { attempts }) => total + attempts.reduce((sum, attempt) => sum + (attempt.durationMs ?? 0), 0), 0);
    return [verdict({ name: source.path, counts: source.parsed, ...(durationMs > 0 ? { durationMs: Math.round(durationMs * 1000) / 1000 } : {}) }, signs, true)];
  }
  return stated.map((suite, index) => {
    const end = stated[index + 1]?.line ?? Number.POSITIVE_INFINITY;
    const own = (report.signs ?? []).filter(({ line }) => line !== undefined && line >= (suite.line ?? 0) && line < end);
    return verdict(suite, [...own, ...statedSigns(suite, stated, fileExists)], false);
  });
}

type StatedSuite = NonNullable<ParsedReport['suites']>[number];

function verdict(suite: StatedSuite, signs: RunSign[], hasRecords: boolean): SuiteVerdict {
  const reasons = [...new Set(signs.map(({ message }) => message))];
  if (!hasRecords) reasons.push('The result is stated in prose; no record of a test is behind it.');
  const voided = signs.some(({ sign }) => VOIDING.has(sign));
  const doubted = !hasRecords || signs.some(({ weight }) => weight === 'strong');
  return { ...suite, evidence: voided ? 'none' : doubted ? 'partial' : 'strong', reasons, signs };
}

/** What a worklog says of a command, held against itself and against the other commands. */
function statedSigns(suite: StatedSuite, all: readonly StatedSuite[], fileExists: ((path: string) => boolean) | undefined): RunSign[] {
  const signs: RunSign[] = [];
  const add = (sign: string, weight: RunSign['weight'], message: string): void => {
    signs.push({ sign, message, weight, ...(suite.line === undefined ? {} : { line: suite.line }) });
  };
  const { durationMs, counts, command } = suite;
  const twin = all.find((other) => other !== suite && durationMs !== undefined && durationMs > 0 && other.durationMs === durationMs && other.command !== command);
  if (twin) add('same-duration', 'strong', `${seconds(durationMs!)} is stated for two different commands, \`${command ?? suite.name}\` and \`${twin.command ?? twin.name}\`.`);
  if (durationMs === 0) add('zero-duration', 'strong', 'The stated duration is zero: nothing ran.');
  const total = counts?.collected ?? counts?.tests;
  const known = outcomes(counts);
  if (total === 0) add('nothing-collected', 'strong', 'No test was collected.');
  else if (total !== undefined && known === undefined) add('no-outcome', 'strong', `${total} tests are stated as collected, and no outcome of any.`);
  else if (total !== undefined && known !== total && counts?.passed === undefined) {
    add('passed-not-stated', 'strong', `${total} tests are stated as collected, ${known} of them with an outcome; how many passed is not stated.`);
  } else if (total !== undefined && known !== total) add('outcomes-differ', 'strong', `${total} tests are stated as collected, the outcomes add up to ${known}.`);
  else if (counts === undefined) add('no-outcome', 'strong', 'No counts are stated.');
  if (total !== undefined && total > 0 && (counts?.skipped ?? 0) === total) add('all-skipped', 'strong', `All ${total} tests were skipped.`);
  else if (total !== undefined && total >= 4 && (counts?.skipped ?? 0) * 2 >= total) add('many-skipped', 'weak', `${counts!.skipped} of ${total} tests were skipped.`);
  if (command !== undefined && fileExists) {
    for (const path of filesIn(command)) if (!fileExists(path)) add('file-missing', 'strong', `The command names ${path}, which is not in the repository.`);
  }
  return signs;
}

function outcomes(counts: Counts | undefined): number | undefined {
  const numbers = [counts?.passed, counts?.failed, counts?.errored, counts?.skipped].filter((count) => count !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0);
}

/** Paths of source files among the words of a command; patterns name no file. */
function filesIn(command: string): string[] {
  return command.split(/\s+/).map((word) => word.replace(/::.*$/, '')).filter((word) => /\.(?:py|[cm]?[jt]sx?)$/.test(word) && !/[*?[{]/.test(word) && !word.startsWith('-'));
}

/** What the records of a report show, held against its own counts. */
function recordSigns({ declared, parsed, truncated, path }: ReportSource, { results, partial, source }: ParsedReport): RunSign[] {
  const signs: RunSign[] = [];
  const add = (sign: string, weight: RunSign['weight'], message: string): void => void signs.push({ sign, message, weight });
  const tests = results.filter(({ kind }) => kind === 'test');
  const ran = tests.filter(({ status }) => status !== 'skipped' && status !== 'todo' && status !== 'not-run');
  const others = results.length - tests.length;
  if (truncated) add('truncated', 'strong', 'The report breaks off; what came after is unknown.');
  if (results.length === 0 && source.format !== 'markdown-worklog') add('nothing-collected', 'strong', 'The report holds no test.');
  else if (tests.length === 0) add('nothing-collected', 'strong', 'No test ran; the report holds errors of loading or of the run only.');
  else if (ran.length === 0 && partial !== true && !results.some(isFailure)) add('all-skipped', 'strong', `None of the ${tests.length} tests ran.`);
  else if (tests.length >= 10 && (tests.length - ran.length) * 2 >= tests.length) add('many-skipped', 'weak', `${tests.length - ran.length} of ${tests.length} tests did not run.`);

  const declaredFailures = sum(declared.failed, declared.errored);
  const parsedFailures = (parsed.failed ?? 0) + (parsed.errored ?? 0);
  if (declaredFailures !== undefined && parsedFailures < declaredFailures) add('failures-missing', 'strong', `The report declares ${declaredFailures} failures, ${parsedFailures} are told in it.`);
  if (declared.tests !== undefined && partial !== true && results.length < declared.tests) add('tests-missing', source.dialect?.startsWith('pytest') ? 'weak' : 'strong', `The report declares ${declared.tests} tests, ${results.length} are listed.`);
  const stated = outcomes(declared);
  if (declared.collected !== undefined && stated !== undefined && stated < declared.collected) {
    add('collected-differs', 'strong', `${declared.collected} tests were collected, ${stated} have an outcome.`);
  }

  const durations = ran.map(({ durationMs }) => durationMs).filter((duration) => duration !== undefined);
  if (durations.length >= 3 && durations.length === ran.length && durations.every((duration) => duration === 0)) add('zero-duration', 'strong', `All ${durations.length} tests took 0.00 s.`);
  else {
    const [value, count] = mostCommon(durations);
    // Fine clocks do not strike the same value over and over; whole milliseconds do.
    if (count >= 5 && count * 5 >= durations.length * 4 && value >= 10) add('same-duration', 'strong', `${count} of ${durations.length} tests took exactly ${seconds(value)}.`);
  }
  const isE2e = E2E.test(path) || (tests.length > 0 && tests.filter(({ file, suite }) => E2E.test(`${file ?? ''} ${suite.join(' ')}`)).length * 2 > tests.length);
  const median = [...durations].sort((a, b) => a - b)[durations.length >> 1];
  if (isE2e && durations.length >= 3 && median !== undefined && median < 5) add('too-fast', 'strong', `These are end-to-end tests by name, and half of them took less than ${seconds(Math.max(median, 1))}.`);
  if (isE2e) {
    const mocked = results.find(({ code }) => code !== undefined && MOCKS.test(code));
    if (mocked) add('mocks', 'strong', `The test "${mocked.title}" is end-to-end by name and replaces what it tests by mocks.`);
    if (/staging|prod/i.test(path) && results.some(mentionsLocalhost)) add('localhost', 'weak', 'A run against a deployed environment speaks of localhost.');
  }
  const flaky = results.filter((result) => result.flaky).length;
  if (flaky > 0) add('retries', 'weak', `${flaky} ${flaky === 1 ? 'test' : 'tests'} passed only after a failed attempt.`);
  if (others > 0 && parsedFailures === others && ran.length > 0 && declaredFailures === 0) add('uncounted-errors', 'strong', `${others} errors outside of tests are not in the report's own counts.`);
  return signs;
}

function isFailure({ status }: TestResult): boolean {
  return status === 'failed' || status === 'errored' || status === 'xpassed';
}

function mentionsLocalhost({ attempts, output }: TestResult): boolean {
  const pattern = /\b(?:localhost|127\.0\.0\.1)\b/;
  return pattern.test(output ?? '') || attempts.some(({ errors }) => errors.some(({ raw }) => pattern.test(raw)));
}

function mostCommon(values: readonly number[]): [value: number, count: number] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: [number, number] = [0, 0];
  for (const entry of counts) if (entry[1] > best[1]) best = entry;
  return best;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10 ? 3 : 2)} s`;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
