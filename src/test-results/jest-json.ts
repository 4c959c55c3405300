import { z } from 'zod';
import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const assertionSchema = z.looseObject({
  ancestorTitles: z.array(z.string()).default([]), title: z.string().default(''), fullName: z.string().default(''), status: z.string().default(''),
  duration: z.number().nullish(), failureMessages: z.array(z.string()).nullish(), failureDetails: z.array(z.unknown()).nullish(),
  location: z.looseObject({ line: z.number() }).nullish(), invocations: z.number().nullish(), retryReasons: z.array(z.string()).nullish(),
});
const fileSchema = z.looseObject({ name: z.string().default(''), status: z.string().optional(), message: z.string().nullish().transform((text) => text ?? ''), assertionResults: z.array(assertionSchema).default([]) });
const reportSchema = z.looseObject({
  numTotalTests: z.number().optional(), numPassedTests: z.number().optional(), numFailedTests: z.number().optional(), numPendingTests: z.number().optional(),
  numTodoTests: z.number().optional(), numRuntimeErrorTestSuites: z.number().optional(), startTime: z.number().optional(), testResults: z.array(fileSchema).default([]),
});

const STATUSES: Readonly<Record<string, TestStatus>> = { passed: 'passed', failed: 'failed', pending: 'skipped', skipped: 'skipped', disabled: 'skipped', todo: 'todo', focused: 'passed' };

/** Reads the JSON of Jest (`--json`) and of Vitest (`--reporter=json`), which writes the same shape. */
export function parseJestJson(value: unknown): ParsedReport {
  const report = reportSchema.parse(value);
  const isVitest = report.numRuntimeErrorTestSuites === undefined;
  const drafts = report.testResults.flatMap((file) => [...fileErrors(file, isVitest), ...file.assertionResults.map((assertion) => draftOf(file.name, assertion))]);
  const skipped = sum(report.numPendingTests, report.numTodoTests);
  return {
    source: {
      format: isVitest ? 'vitest-json' : 'jest-json', tool: isVitest ? 'vitest' : 'jest',
      declared: definedOnly({ tests: report.numTotalTests, passed: report.numPassedTests, failed: report.numFailedTests, skipped }),
      losses: isVitest ? ['Errors in beforeAll are missing: their tests appear as skipped.', 'Retries are not listed.'] : ['Retries are not listed unless logged.'],
      truncated: false, warnings: [],
    },
    results: drafts.map(testResult),
    ...definedOnly({ startedAt: report.startTime === undefined ? undefined : new Date(report.startTime).toISOString() }),
  };
}

/** A file that did not load has a message and no tests; in Vitest, a file that failed without a failed test had a hook fail. */
function fileErrors({ name, status, message, assertionResults }: z.infer<typeof fileSchema>, isVitest: boolean): TestDraft[] {
  const failedTest = assertionResults.some((assertion) => assertion.status === 'failed');
  if (assertionResults.length === 0 && (message !== '' || status === 'failed')) {
    const text = message.replace(/^\s*● Test suite failed to run\s*/, '');
    return [{ title: name, suite: [], file: name, kind: 'load', attempts: [{ status: 'errored', errors: [parseErrorText(text === '' ? 'The file failed to load.' : text)] }] }];
  }
  if (isVitest && status === 'failed' && !failedTest) {
    const text = message === '' ? 'A hook or the file failed; this format does not hold the error. The junit reporter does.' : message;
    return [{ title: name, suite: [], file: name, kind: 'hook', attempts: [{ status: 'errored', errors: [parseErrorText(text)] }] }];
  }
  return [];
}

function draftOf(file: string, assertion: z.infer<typeof assertionSchema>): TestDraft {
  const status = STATUSES[assertion.status] ?? 'not-run';
  const durationMs = assertion.duration ?? undefined;
  const retried = (assertion.retryReasons ?? []).map((reason) => ({ status: 'failed' as const, errors: [parseErrorText(reason)] }));
  const errors = (assertion.failureMessages ?? []).map((message, index) => parseErrorText(message, hintsOf(assertion.failureDetails?.[index])));
  return {
    title: assertion.title === '' ? assertion.fullName : assertion.title, suite: assertion.ancestorTitles, file, line: assertion.location?.line, durationMs,
    attempts: [...retried, { status, errors: status === 'failed' ? errors : [], ...definedOnly({ durationMs }) }],
  };
}

/** Jest's matchers leave what they compared. */
function hintsOf(detail: unknown): { expected?: string; received?: string } {
  const matcher = (detail as { matcherResult?: { expected?: unknown; actual?: unknown } } | undefined)?.matcherResult;
  if (!matcher) return {};
  return definedOnly({ expected: matcher.expected === undefined ? undefined : JSON.stringify(matcher.expected), received: matcher.actual === undefined ? undefined : JSON.stringify(matcher.actual) });
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
