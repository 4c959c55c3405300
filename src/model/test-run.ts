/**
 * The normal form of test reports: what every format is read into. A superset of CTRF (Common Test Report Format); the rest goes into and
 * comes out of CTRF's `extra`. What a format does not say is absent, never made up.
 */
import { z } from 'zod';

export const TEST_RUN_SCHEMA_VERSION = 1;

export const testStatuses = ['passed', 'failed', 'errored', 'skipped', 'todo', 'xfailed', 'xpassed', 'not-run'] as const;
export const testStatusSchema = z.enum(testStatuses);
export type TestStatus = z.infer<typeof testStatusSchema>;

export const frameSchema = z.object({
  /** The line as the report has it. */
  raw: z.string(),
  function: z.string().optional(),
  /** As written, without scheme, query and line: `/app/src/cart.ts`, `src/cart.ts`, `webpack://shop/./src/cart.ts`. */
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});
export type StackFrame = z.infer<typeof frameSchema>;

export const failureErrorSchema = z.object({
  /** Exception or assertion type as written: `AssertionError`, `TypeError`. */
  type: z.string().optional(),
  message: z.string(),
  expected: z.string().optional(),
  received: z.string().optional(),
  /** System error code: `ECONNREFUSED`, `ENOTFOUND`. */
  code: z.string().optional(),
  /** Innermost first: the place of the throw, whatever the order of the language. */
  frames: z.array(frameSchema),
  /** Source lines that the report quotes, gutter removed. */
  snippet: z.string().optional(),
  /** Errors that this one wraps, outermost first; the last is the innermost cause. */
  causes: z.array(z.object({ type: z.string().optional(), message: z.string(), frames: z.array(frameSchema) })).default([]),
  /** The untouched text of the report. */
  raw: z.string(),
});
export type FailureError = z.infer<typeof failureErrorSchema>;

export const attemptSchema = z.object({
  status: testStatusSchema,
  durationMs: z.number().optional(),
  errors: z.array(failureErrorSchema),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const testResultSchema = z.object({
  /** Identity within the run: file, suite, title, project, and an ordinal for equal ones. */
  id: z.string(),
  title: z.string(),
  suite: z.array(z.string()),
  /** As the report has it; the linker maps it onto the repository. */
  file: z.string().optional(),
  line: z.int().optional(),
  /** The final verdict. `flaky` beside `passed`: an earlier attempt failed. */
  status: testStatusSchema,
  flaky: z.boolean(),
  durationMs: z.number().optional(),
  /** `test`: a test case. `hook`: a failing set-up or tear-down. `load`: a file that did not load. `run`: an error of the run itself. */
  kind: z.enum(['test', 'hook', 'load', 'run']),
  attempts: z.array(attemptSchema),
  /** Playwright project, browser, worker host. */
  project: z.string().optional(),
  /** Source of the test body, where the format carries it (Mochawesome). */
  code: z.string().optional(),
  /** Excerpts of what the test printed. */
  output: z.string().optional(),
  /** Path of the report that tells it, where a run was read from several. */
  report: z.string().optional(),
});
export type TestResult = z.infer<typeof testResultSchema>;

export const countsSchema = z.object({
  tests: z.int().optional(), passed: z.int().optional(), failed: z.int().optional(), errored: z.int().optional(), skipped: z.int().optional(),
  collected: z.int().optional(),
});
export type Counts = z.infer<typeof countsSchema>;

/** A sign that the run may not have tested what it says. */
export const runSignSchema = z.object({
  /** Stable word: `same-duration`, `stopped-early`, `nothing-collected` ... */
  sign: z.string(),
  message: z.string(),
  /** Line of the report it was read from, 1-based; absent where the format has no lines. */
  line: z.int().optional(),
  /** How much it takes from the run's word. */
  weight: z.enum(['strong', 'weak']),
});
export type RunSign = z.infer<typeof runSignSchema>;

/** One suite or command of the run with what its evidence is worth. */
export const suiteVerdictSchema = z.object({
  name: z.string(),
  evidence: z.enum(['strong', 'partial', 'none']),
  reasons: z.array(z.string()),
  signs: z.array(runSignSchema),
  command: z.string().optional(),
  durationMs: z.number().optional(),
  counts: countsSchema.optional(),
  line: z.int().optional(),
});
export type SuiteVerdict = z.infer<typeof suiteVerdictSchema>;

/** A problem that prose states (a Markdown worklog): a finding with an issue number, its evidence excerpts, without a test record behind it. */
export const statedFailureSchema = z.object({
  title: z.string(),
  issue: z.string().optional(),
  excerpts: z.array(z.object({ text: z.string(), line: z.int() })),
  line: z.int(),
  /** Path of the report that states it. */
  report: z.string().optional(),
});
export type StatedFailure = z.infer<typeof statedFailureSchema>;

export const reportSourceSchema = z.object({
  /** As given on the command line; inside an archive `archive.zip!inner.xml`. */
  path: z.string(),
  /** `junit`, `playwright-json`, `jest-json`, `vitest-json`, `mocha-json`, `mochawesome`, `pytest-json`, `pytest-terminal`, `tap`, `go-json`, `ctrf`, `allure`, `github-log`, `markdown-worklog` ... */
  format: z.string(),
  /** Which tool's habit of the format: `pytest-xunit2`, `jest-junit`, `surefire`. */
  dialect: z.string().optional(),
  tool: z.string().optional(),
  declared: countsSchema,
  parsed: countsSchema,
  /** What this format cannot say, in sentences. */
  losses: z.array(z.string()),
  /** The report breaks off. */
  truncated: z.boolean(),
  /** Anything odd met while reading, in sentences. */
  warnings: z.array(z.string()),
});
export type ReportSource = z.infer<typeof reportSourceSchema>;

export const testRunSchema = z.object({
  schemaVersion: z.literal(TEST_RUN_SCHEMA_VERSION),
  sources: z.array(reportSourceSchema),
  results: z.array(testResultSchema),
  stated: z.array(statedFailureSchema),
  suites: z.array(suiteVerdictSchema),
  /** Root folder on the machine that ran the tests, where the report tells it. */
  root: z.string().optional(),
  startedAt: z.string().optional(),
});
export type TestRun = z.infer<typeof testRunSchema>;
