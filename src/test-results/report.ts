import type { Attempt, Counts, ReportSource, RunSign, StatedFailure, SuiteVerdict, TestResult, TestStatus } from '../model/test-run.js';
import { definedOnly } from '../util/defined-only.js';

/** What a parser makes of one report. */
export interface ParsedReport {
  source: Omit<ReportSource, 'path' | 'parsed'>;
  results: TestResult[];
  /** Problems that prose states without a test record. */
  stated?: StatedFailure[];
  /** Suites or commands that the report itself names, with what it says of them. */
  suites?: Omit<SuiteVerdict, 'evidence' | 'reasons' | 'signs'>[];
  /** Signs that only the parser of this format can see. */
  signs?: RunSign[];
  /** Which part of a divided run this is. */
  shard?: { current: number; total: number };
  /** Tests of one name in one report: further tests that happen to be called alike (the default), or attempts of one (plugins that rerun). */
  repeats?: 'tests' | 'attempts';
  /** The format does not name every test that ran, so that counts of them cannot be checked. */
  partial?: boolean;
  root?: string;
  startedAt?: string;
}

/** A test as a parser meets it; `testResult` completes it. */
export interface TestDraft {
  title: string;
  suite: readonly string[];
  file?: string | undefined;
  line?: number | undefined;
  attempts: Attempt[];
  durationMs?: number | undefined;
  kind?: TestResult['kind'];
  project?: string | undefined;
  code?: string | undefined;
  output?: string | undefined;
  /** Verdict of the tool where it differs from that of the last attempt (a test that is expected to fail). */
  status?: TestStatus;
}

/** A test result from its attempts: the last one decides, a failed earlier one makes a passing test flaky. */
export function testResult(draft: TestDraft): TestResult {
  const { title, suite, file, line, attempts, durationMs, project, code, output } = draft;
  const last = attempts.at(-1);
  const status = draft.status ?? last?.status ?? 'not-run';
  const flaky = status === 'passed' && attempts.some((attempt) => attempt.status === 'failed' || attempt.status === 'errored');
  return {
    id: [file ?? '', ...suite, title, ...(project ? [`[${project}]`] : [])].filter((part) => part !== '').join(' › '),
    title,
    suite: [...suite],
    ...definedOnly({ file, line, durationMs, project, code, output }),
    status,
    flaky,
    kind: draft.kind ?? 'test',
    attempts,
  };
}

/** Counts of what was read. */
export function countResults(results: readonly TestResult[]): Counts {
  const count = (...statuses: TestStatus[]): number => results.filter(({ status, kind }) => kind === 'test' && statuses.includes(status)).length;
  return {
    tests: results.filter(({ kind }) => kind === 'test').length,
    passed: count('passed', 'xfailed'),
    failed: count('failed', 'xpassed'),
    errored: count('errored') + results.filter(({ kind, status }) => kind !== 'test' && (status === 'failed' || status === 'errored')).length,
    skipped: count('skipped', 'todo', 'not-run'),
  };
}

/** A number out of an attribute: decimal comma, thousands separators and blanks are read; anything else is absent. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const compact = text.trim().replace(/\s/g, '');
  const plain = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(compact) ? compact.replaceAll(',', '') : compact.replace(/^(-?\d+),(\d+)$/, '$1.$2');
  const number = Number(plain);
  return Number.isFinite(number) ? number : undefined;
}

/** Whole number out of an attribute. */
export function countOf(text: string | undefined): number | undefined {
  const number = numberOf(text);
  return number === undefined || number < 0 ? undefined : Math.round(number);
}
