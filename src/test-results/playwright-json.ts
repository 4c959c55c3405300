import { z } from 'zod';
import type { Attempt, TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const locationSchema = z.looseObject({ file: z.string().optional(), line: z.number().optional(), column: z.number().optional() });
const errorSchema = z.looseObject({ message: z.string().optional(), stack: z.string().optional(), value: z.string().optional(), snippet: z.string().optional(), location: locationSchema.optional() });
const resultSchema = z.looseObject({
  status: z.string().optional(), duration: z.number().optional(), retry: z.number().optional(), error: errorSchema.optional(), errors: z.array(errorSchema).default([]),
});
const testSchema = z.looseObject({ status: z.string().optional(), expectedStatus: z.string().optional(), projectName: z.string().optional(), results: z.array(resultSchema).default([]) });
const specSchema = z.looseObject({ title: z.string().default(''), file: z.string().optional(), line: z.number().optional(), tests: z.array(testSchema).default([]) });
interface Suite {
  title: string;
  file?: string | undefined;
  specs: z.infer<typeof specSchema>[];
  suites?: Suite[] | undefined;
}
const suiteSchema: z.ZodType<Suite> = z.lazy(() => z.looseObject({
  title: z.string().default(''), file: z.string().optional(), specs: z.array(specSchema).default([]), suites: z.array(suiteSchema).optional(),
})) as never;
const reportSchema = z.looseObject({
  config: z.looseObject({ rootDir: z.string().optional(), shard: z.looseObject({ current: z.number(), total: z.number() }).nullish() }).optional(),
  suites: z.array(suiteSchema).default([]), errors: z.array(errorSchema).default([]),
  stats: z.looseObject({ expected: z.number().optional(), unexpected: z.number().optional(), flaky: z.number().optional(), skipped: z.number().optional(), startTime: z.string().optional() }).optional(),
});

const STATUSES: Readonly<Record<string, TestStatus>> = { passed: 'passed', failed: 'failed', timedOut: 'failed', skipped: 'skipped', interrupted: 'not-run' };

/** Reads Playwright's JSON reporter: every retry with all its errors; the throw site in `error.location`, the test's own place in the spec. */
export function parsePlaywrightJson(value: unknown): ParsedReport {
  const report = reportSchema.parse(value);
  const root = report.config?.rootDir;
  const drafts = [...report.errors.map((error) => runError(error)), ...report.suites.flatMap((suite) => suiteDrafts(suite, [], root))];
  const { stats } = report;
  const shard = report.config?.shard;
  const total = stats === undefined ? undefined : (stats.expected ?? 0) + (stats.unexpected ?? 0) + (stats.flaky ?? 0) + (stats.skipped ?? 0);
  return {
    source: {
      format: 'playwright-json', tool: 'playwright',
      declared: definedOnly({ tests: total, passed: stats === undefined ? undefined : (stats.expected ?? 0) + (stats.flaky ?? 0), failed: stats?.unexpected, skipped: stats?.skipped }),
      losses: [], truncated: false,
      warnings: [
        ...(shard && shard.total > 1 ? [`This is shard ${shard.current} of ${shard.total}.`] : []),
        ...(report.errors.length > 0 && report.suites.length === 0 ? ['Nothing was loaded: stats count no failure, and no test ran.'] : []),
      ],
    },
    results: drafts.map(testResult),
    ...definedOnly({ startedAt: stats?.startTime, root }),
    ...(shard ? { shard: { current: shard.current, total: shard.total } } : {}),
  };
}

function runError(error: z.infer<typeof errorSchema>): TestDraft {
  const file = error.location?.file;
  return { title: file ?? 'the run', suite: [], file, line: error.location?.line, kind: file === undefined ? 'run' : 'load', attempts: [{ status: 'errored', errors: [errorOf(error)] }] };
}

function suiteDrafts(suite: Suite, path: readonly string[], root: string | undefined): TestDraft[] {
  const isFile = path.length === 0 && (suite.title === suite.file || /\.[cm]?[jt]sx?$/.test(suite.title));
  const own = isFile ? path : [...path, suite.title];
  return [
    ...suite.specs.flatMap((spec) => spec.tests.map((test): TestDraft => draftOf(spec, test, own, spec.file ?? suite.file, root))),
    ...(suite.suites ?? []).flatMap((inner) => suiteDrafts({ ...inner, file: inner.file ?? suite.file }, own.length === 0 ? [''] : own, root)),
  ].map((draft) => ({ ...draft, suite: draft.suite.filter((title) => title !== '') }));
}

function draftOf(spec: z.infer<typeof specSchema>, test: z.infer<typeof testSchema>, suite: readonly string[], file: string | undefined, root: string | undefined): TestDraft {
  const attempts = test.results.map((result): Attempt => {
    const errors = result.errors.length > 0 ? result.errors : result.error ? [result.error] : [];
    return { status: STATUSES[result.status ?? ''] ?? 'not-run', errors: errors.map(errorOf), ...definedOnly({ durationMs: result.duration }) };
  });
  const expectedToFail = test.expectedStatus === 'failed';
  const status = test.status === 'skipped' ? 'skipped' : expectedToFail ? (test.status === 'expected' ? 'xfailed' : 'xpassed') : undefined;
  return {
    title: spec.title, suite, file: file === undefined || root === undefined || file.startsWith('/') ? file : `${root}/${file}`, line: spec.line,
    attempts, project: test.projectName || undefined, durationMs: test.results.at(-1)?.duration, ...(status === undefined ? {} : { status }),
  };
}

function errorOf(error: z.infer<typeof errorSchema>): ReturnType<typeof parseErrorText> {
  const text = error.stack ?? error.message ?? error.value ?? '';
  const parsed = parseErrorText([text, error.snippet ?? ''].filter((part) => part !== '').join('\n'), { message: error.message });
  const { location } = error;
  const known = parsed.frames.some((frame) => frame.line === location?.line && isSameFile(frame.file, location?.file));
  if (location?.file === undefined || known) return parsed;
  return { ...parsed, frames: [{ raw: `${location.file}:${location.line ?? 1}`, file: location.file, ...definedOnly({ line: location.line, column: location.column }) }, ...parsed.frames] };
}

/** A frame is relative to the working directory, the location absolute. */
function isSameFile(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long === short || long.endsWith(`/${short.replace(/^(?:\.{1,2}\/)+/, '')}`);
}
