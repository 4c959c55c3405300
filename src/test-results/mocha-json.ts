import { z } from 'zod';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const errSchema = z.looseObject({
  message: z.string().optional(), stack: z.string().optional(), code: z.string().optional(), name: z.string().optional(),
  expected: z.unknown().optional(), actual: z.unknown().optional(),
});
const testSchema = z.looseObject({
  title: z.string().default(''), fullTitle: z.string().default(''), file: z.string().nullish(), duration: z.number().nullish(), currentRetry: z.number().nullish(),
  err: errSchema.default({}),
});
const reportSchema = z.looseObject({
  stats: z.looseObject({ tests: z.number().optional(), passes: z.number().optional(), failures: z.number().optional(), pending: z.number().optional(), start: z.string().optional() }),
  tests: z.array(testSchema).default([]), failures: z.array(testSchema).default([]), pending: z.array(testSchema).default([]),
});

const HOOK = /^"(?:before|after)(?: all| each)" hook/;

/** Reads what Mocha's built-in `json` reporter prints. A failed hook is listed under `failures` only, and the tests under it nowhere. */
export function parseMochaJson(value: unknown): ParsedReport {
  const report = reportSchema.parse(value);
  const pending = new Set(report.pending.map(keyOf));
  const seen = new Set(report.tests.map(keyOf));
  const listed = [...report.tests, ...report.failures.filter((test) => !seen.has(keyOf(test)))];
  // A report that breaks off may lack the list of failures; a test's own error tells as well. A passing retry keeps none.
  const failed = new Set([...report.failures, ...report.tests.filter(({ err }) => err.stack !== undefined || err.message !== undefined)].map(keyOf));
  const results = listed.map((test) => {
    const isFailed = failed.has(keyOf(test));
    const durationMs = test.duration ?? undefined;
    const retries = Array.from({ length: isFailed ? 0 : test.currentRetry ?? 0 }, () => ({ status: 'failed' as const, errors: [] }));
    const status = isFailed ? 'failed' as const : pending.has(keyOf(test)) ? 'skipped' as const : 'passed' as const;
    return testResult({
      title: test.title,
      suite: suiteOf(test),
      file: test.file ?? undefined,
      durationMs,
      kind: HOOK.test(test.title) ? 'hook' : 'test',
      attempts: [...retries, { status, errors: isFailed ? [errorOf(test)] : [], ...definedOnly({ durationMs }) }],
    });
  });
  const { stats } = report;
  return {
    source: {
      format: 'mocha-json', tool: 'mocha', declared: definedOnly({ tests: stats.tests, passed: stats.passes, failed: stats.failures, skipped: stats.pending }),
      losses: ['Tests under a failed hook are missing.', 'The errors of attempts that were retried are missing.'], truncated: false, warnings: [],
    },
    results,
    ...definedOnly({ startedAt: stats.start }),
  };
}

type MochaTest = z.infer<typeof testSchema>;

function keyOf({ file, fullTitle, title }: MochaTest): string {
  return `${file ?? ''}\0${fullTitle}\0${title}`;
}

/** Mocha joins the titles by blanks; what stands before the test's own title is the path of its suites, in one piece. */
function suiteOf({ fullTitle, title }: MochaTest): string[] {
  const path = fullTitle.endsWith(title) ? fullTitle.slice(0, -title.length).trim() : fullTitle;
  return path === '' ? [] : [path];
}

function errorOf({ err }: MochaTest): ReturnType<typeof parseErrorText> {
  return parseErrorText(err.stack ?? err.message ?? '', { type: err.name, message: err.message, code: err.code, expected: textOf(err.expected), received: textOf(err.actual) });
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
}
