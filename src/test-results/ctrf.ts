import { z } from 'zod';
import { attemptSchema, testStatusSchema, type Attempt, type TestResult, type TestRun, type TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

/** What CTRF has no place for, under `extra.ssot`. */
const extraSchema = z.object({
  status: testStatusSchema, kind: z.enum(['test', 'hook', 'load', 'run']), suite: z.array(z.string()), project: z.string().optional(), code: z.string().optional(), output: z.string().optional(),
  durationMs: z.number().optional(), attempts: z.array(attemptSchema),
});
const retrySchema = z.looseObject({ attempt: z.number().optional(), status: z.string().default('other'), duration: z.number().nullish(), message: z.string().nullish(), trace: z.string().nullish() });
const testSchema = z.looseObject({
  name: z.string().default(''), status: z.string().default('other'), duration: z.number().nullish(), rawStatus: z.string().nullish(), message: z.string().nullish(), trace: z.string().nullish(),
  // Old files write the suite as one text, new ones as a list.
  suite: z.union([z.string(), z.array(z.string())]).nullish(), filePath: z.string().nullish(), line: z.number().nullish(), flaky: z.boolean().nullish(), retries: z.number().nullish(),
  retryAttempts: z.array(retrySchema).nullish(), browser: z.string().nullish(), extra: z.looseObject({ ssot: extraSchema.optional().catch(undefined) }).nullish().catch(undefined),
});
const reportSchema = z.looseObject({
  results: z.looseObject({
    tool: z.looseObject({ name: z.string().default('') }).optional(),
    summary: z.looseObject({
      tests: z.number().optional(), passed: z.number().optional(), failed: z.number().optional(), skipped: z.number().optional(), pending: z.number().optional(), other: z.number().optional(),
      start: z.number().optional(),
    }).default({}),
    tests: z.array(testSchema).default([]),
  }),
});

type CtrfTest = z.infer<typeof testSchema>;

const STATUSES: Readonly<Record<string, TestStatus>> = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'skipped', other: 'not-run' };

/** Reads the Common Test Report Format (ctrf.io), old files without `reportFormat` too, and all of what `toCtrf` put into `extra`. */
export function parseCtrf(value: unknown): ParsedReport {
  const { results } = reportSchema.parse(value);
  const { summary } = results;
  const skipped = [summary.skipped, summary.pending, summary.other].filter((count) => count !== undefined);
  return {
    source: {
      format: 'ctrf', ...(results.tool?.name ? { tool: results.tool.name } : {}),
      declared: definedOnly({ tests: summary.tests, passed: summary.passed, failed: summary.failed, skipped: skipped.length === 0 ? undefined : skipped.reduce((a, b) => a + b, 0) }),
      losses: ['Frames are a text; places depend on the writer.'], truncated: false, warnings: [],
    },
    results: results.tests.map(resultOf),
    // A summary without a clock says zero.
    ...definedOnly({ startedAt: summary.start ? new Date(summary.start).toISOString() : undefined }),
  };
}

function resultOf(test: CtrfTest): TestResult {
  const own = test.extra?.ssot;
  const place = { title: test.name, file: test.filePath ?? undefined, line: test.line ?? undefined };
  if (own) {
    const { status, kind, suite, project, code, output, durationMs, attempts } = own;
    return testResult({ ...place, status, kind, suite, project, code, output, durationMs, attempts });
  }
  const durationMs = test.duration ?? undefined;
  const retried = (test.retryAttempts ?? []).map((attempt) => attemptOf(attempt.status, attempt.message, attempt.trace, attempt.duration));
  const unlisted = retried.length === 0 && test.flaky ? Array.from({ length: test.retries ?? 1 }, (): Attempt => ({ status: 'failed', errors: [] })) : [];
  const final = attemptOf(/^(?:broken|error)/i.test(test.rawStatus ?? '') ? 'errored' : test.status, test.message, test.trace, durationMs);
  // Writers differ in whether the last attempt is among the retries.
  const attempts = (test.retryAttempts ?? []).length > (test.retries ?? Number.POSITIVE_INFINITY) ? [...retried.slice(0, -1), final] : [...unlisted, ...retried, final];
  const draft: TestDraft = { ...place, suite: suiteOf(test.suite), durationMs, project: test.browser || undefined, attempts };
  return testResult(draft);
}

function attemptOf(status: string, message: string | null | undefined, trace: string | null | undefined, duration: number | null | undefined): Attempt {
  const known = status === 'errored' ? 'errored' as const : STATUSES[status] ?? 'not-run';
  const failed = known === 'failed' || known === 'errored' || (known === 'not-run' && Boolean(message ?? trace));
  const text = trace ? (message && !trace.includes(message.split('\n')[0]!) ? `${message}\n${trace}` : trace) : (message ?? '');
  return { status: failed && known === 'not-run' ? 'failed' : known, errors: failed ? [parseErrorText(text, { message: message ?? undefined })] : [], ...definedOnly({ durationMs: duration ?? undefined }) };
}

function suiteOf(suite: CtrfTest['suite']): string[] {
  return Array.isArray(suite) ? suite : suite ? suite.split(/ > | › /) : [];
}

/** A run in the Common Test Report Format. What CTRF has no place for goes into `extra.ssot`, so that `parseCtrf` gives the same tests back. */
export function toCtrf(run: TestRun): object {
  const tests = run.results.map(ctrfTest);
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const start = run.startedAt === undefined ? 0 : Date.parse(run.startedAt) || 0;
  const duration = run.results.reduce((total, { durationMs }) => total + (durationMs ?? 0), 0);
  return {
    reportFormat: 'CTRF', specVersion: '0.0.0',
    results: {
      tool: { name: run.sources.find(({ tool }) => tool !== undefined)?.tool ?? 'unknown' },
      summary: {
        tests: tests.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), pending: count('pending'), other: count('other'),
        start, stop: start + Math.round(duration),
      },
      tests,
      extra: { ssot: { sources: run.sources, stated: run.stated, suites: run.suites, ...definedOnly({ root: run.root }) } },
    },
  };
}

const WRITTEN: Readonly<Record<TestStatus, string>> = {
  passed: 'passed', failed: 'failed', errored: 'failed', skipped: 'skipped', todo: 'pending', xfailed: 'passed', xpassed: 'failed', 'not-run': 'other',
};

function ctrfTest(result: TestResult): { status: string } & Record<string, unknown> {
  const { title, suite, file, line, status, flaky, durationMs, attempts, project, kind, code, output } = result;
  const last = attempts.at(-1);
  const error = last?.errors[0];
  return {
    name: title, status: WRITTEN[status], duration: durationMs ?? 0, rawStatus: status,
    ...(suite.length > 0 ? { suite } : {}),
    ...definedOnly({ message: error?.message, trace: error?.raw, filePath: file, line, browser: project }),
    ...(flaky ? { flaky } : {}),
    ...(attempts.length > 1 ? { retries: attempts.length - 1 } : {}),
    extra: { ssot: { status, kind, suite, attempts, ...definedOnly({ project, code, output, durationMs }) } },
  };
}
