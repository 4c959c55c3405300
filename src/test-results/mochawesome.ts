import { z } from 'zod';
import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const errSchema = z.looseObject({ message: z.string().nullish(), estack: z.string().nullish(), diff: z.string().nullish(), code: z.string().nullish() });
const testSchema = z.looseObject({
  title: z.string().default(''), duration: z.number().nullish(), state: z.string().nullish(), pending: z.boolean().nullish(), skipped: z.boolean().nullish(),
  timedOut: z.boolean().nullish(), code: z.string().nullish(), err: errSchema.nullish(),
});
const suiteSchema = z.looseObject({
  title: z.string().default(''), fullFile: z.string().nullish(), file: z.string().nullish(),
  tests: z.array(testSchema).default([]), beforeHooks: z.array(testSchema).default([]), afterHooks: z.array(testSchema).default([]),
  // Nested ones are read one by one, so that nesting costs no stack.
  suites: z.array(z.unknown()).default([]),
});
const reportSchema = z.looseObject({
  stats: z.looseObject({
    tests: z.number().optional(), passes: z.number().optional(), failures: z.number().optional(), pending: z.number().optional(), skipped: z.number().optional(),
    start: z.string().optional(),
  }).default({}),
  results: z.array(z.unknown()).default([]),
});

type MochaTest = z.infer<typeof testSchema>;

/** Suites nested deeper than this are not looked into. */
const MAX_DEPTH = 64;

/** Reads Mochawesome's JSON (Mocha, Cypress). It carries the source of every test body; embedded screenshots are left alone. */
export function parseMochawesome(value: unknown): ParsedReport {
  const report = reportSchema.parse(value);
  const drafts: TestDraft[] = [];
  const warnings: string[] = [];
  // Depth first, in the order of the report.
  const open = [...report.results].reverse().map((suite) => ({ suite, path: [] as string[], file: undefined as string | undefined }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const parsed = suiteSchema.safeParse(next.suite);
    if (!parsed.success) {
      warnings.push('A suite of an unknown shape was passed over.');
      continue;
    }
    const { title, fullFile, file: shortFile, tests, beforeHooks, afterHooks, suites } = parsed.data;
    const file = (fullFile || shortFile) || next.file;
    const path = title === '' ? next.path : [...next.path, title];
    for (const hook of [...beforeHooks, ...afterHooks]) if (isFailed(hook)) drafts.push({ ...draftOf(hook, path, file), kind: 'hook' });
    for (const test of tests) drafts.push(draftOf(test, path, file));
    if (path.length < MAX_DEPTH) open.push(...[...suites].reverse().map((suite) => ({ suite, path, file })));
    else if (suites.length > 0) warnings.push(`Suites nested deeper than ${MAX_DEPTH} were passed over.`);
  }
  const { stats } = report;
  return {
    source: {
      format: 'mochawesome', tool: drafts.some(({ file }) => /\.cy\.[cm]?[jt]sx?$/.test(file ?? '')) ? 'cypress' : 'mocha',
      declared: definedOnly({ tests: stats.tests, passed: stats.passes, failed: stats.failures, skipped: stats.pending === undefined ? undefined : stats.pending + (stats.skipped ?? 0) }),
      losses: ['Lines of tests are not given.', 'Errors of attempts that were retried are missing.'], truncated: false, warnings,
    },
    results: drafts.map(testResult),
    ...definedOnly({ startedAt: stats.start }),
  };
}

function isFailed({ state, err }: MochaTest): boolean {
  return state === 'failed' || (state !== 'passed' && Boolean(err?.message ?? err?.estack));
}

function draftOf(test: MochaTest, suite: readonly string[], file: string | undefined): TestDraft {
  const status: TestStatus = isFailed(test) ? 'failed' : test.state === 'passed' ? 'passed' : test.pending || test.state === 'pending' ? 'skipped' : 'not-run';
  const durationMs = test.duration ?? undefined;
  return {
    title: test.title, suite, file, durationMs, code: test.code || undefined,
    attempts: [{ status, errors: status === 'failed' ? [errorOf(test)] : [], ...definedOnly({ durationMs }) }],
  };
}

function errorOf({ err }: MochaTest): ReturnType<typeof parseErrorText> {
  return parseErrorText(err?.estack || err?.message || '', { message: err?.message ?? undefined, code: err?.code ?? undefined, ...diffOf(err?.diff ?? '') });
}

/** `- 7\n+ 6`: Mochawesome writes the actual value with a minus, the expected one with a plus. One line each says the values; more is a text. */
function diffOf(diff: string): { expected?: string | undefined; received?: string | undefined } {
  const lines = diff.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const [actual, expected] = lines;
  return lines.length === 2 && actual!.startsWith('-') && expected!.startsWith('+') ? { received: actual!.slice(1).trim(), expected: expected!.slice(1).trim() } : {};
}
