import { z } from 'zod';
import type { Attempt, TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { nodePlace } from './node-id.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const entrySchema = z.looseObject({ path: z.string().default(''), lineno: z.number().nullish(), message: z.string().nullish() });
const stageSchema = z.looseObject({
  outcome: z.string().default(''), duration: z.number().nullish(), crash: entrySchema.nullish(), traceback: z.array(entrySchema).nullish(), longrepr: z.unknown().optional(),
  stdout: z.string().nullish(), stderr: z.string().nullish(),
});
const testSchema = z.looseObject({
  nodeid: z.string(), lineno: z.number().nullish(), outcome: z.string().default(''), setup: stageSchema.nullish(), call: stageSchema.nullish(), teardown: stageSchema.nullish(),
});
const collectorSchema = z.looseObject({ nodeid: z.string().default(''), outcome: z.string().default(''), longrepr: z.unknown().optional() });
const reportSchema = z.looseObject({
  created: z.number().nullish(), root: z.string().nullish(), exitcode: z.number().nullish(),
  summary: z.looseObject({
    total: z.number().optional(), passed: z.number().optional(), failed: z.number().optional(), error: z.number().optional(), skipped: z.number().optional(),
    xfailed: z.number().optional(), xpassed: z.number().optional(), collected: z.number().optional(),
  }).default({}),
  collectors: z.array(collectorSchema).default([]), tests: z.array(testSchema).default([]),
});

type PytestTest = z.infer<typeof testSchema>;
type Stage = z.infer<typeof stageSchema>;

const STATUSES: Readonly<Record<string, TestStatus>> = {
  passed: 'passed', failed: 'failed', error: 'errored', skipped: 'skipped', xfailed: 'xfailed', xpassed: 'xpassed', rerun: 'failed',
};

/** Reads what the plugin pytest-json-report writes: the stages of each test with their crash and traceback. */
export function parsePytestJson(value: unknown): ParsedReport {
  const report = reportSchema.parse(value);
  const { summary } = report;
  const loads = report.collectors.filter(({ outcome }) => outcome === 'failed').map(loadDraft);
  const drafts = [...loads, ...report.tests.flatMap(draftsOf)];
  return {
    source: {
      format: 'pytest-json', tool: 'pytest',
      declared: definedOnly({
        tests: summary.total, passed: sum(summary.passed, summary.xfailed), failed: sum(summary.failed, summary.xpassed), errored: summary.error, skipped: summary.skipped, collected: summary.collected,
      }),
      losses: [], truncated: false,
      warnings: report.exitcode === 2 ? ['pytest was interrupted (exit code 2).'] : report.exitcode === 5 ? ['pytest collected no tests (exit code 5).'] : [],
    },
    results: drafts.map(testResult),
    ...definedOnly({ root: report.root ?? undefined, startedAt: report.created ? new Date(report.created * 1000).toISOString() : undefined }),
  };
}

function loadDraft({ nodeid, longrepr }: z.infer<typeof collectorSchema>): TestDraft {
  return { title: nodeid, suite: [], file: nodeid, kind: 'load', attempts: [{ status: 'errored', errors: [parseErrorText(textOf(longrepr))] }] };
}

/** A test; a failing set-up or tear-down is a record of its own beside a test that passed its call. */
function draftsOf(test: PytestTest): TestDraft[] {
  const { title, suite, file } = nodePlace(test.nodeid);
  const stages = [test.setup, test.call, test.teardown];
  const seconds = stages.map((stage) => stage?.duration).filter((duration) => typeof duration === 'number');
  const durationMs = seconds.length === 0 ? undefined : Math.round(seconds.reduce((a, b) => a + b, 0) * 1e6) / 1000;
  // Lines are counted from zero.
  const place = { title, suite, file, line: typeof test.lineno === 'number' ? test.lineno + 1 : undefined, durationMs };
  const status = STATUSES[test.outcome] ?? 'not-run';
  const broken = stages.filter((stage): stage is Stage => stage?.outcome === 'failed');
  const errors = status === 'failed' || status === 'errored' || status === 'xpassed' ? broken.map(errorOf) : [];
  const attempt: Attempt = { status, errors, ...definedOnly({ durationMs }) };
  const output = [test.call?.stdout, test.call?.stderr].filter((text) => text).join('\n').slice(0, 4000);
  return [{ ...place, attempts: [attempt], kind: status === 'errored' ? 'hook' : 'test', ...(output === '' ? {} : { output }) }];
}

function errorOf({ longrepr, crash, traceback }: Stage): ReturnType<typeof parseErrorText> {
  const error = parseErrorText(textOf(longrepr) || crash?.message || '', { message: crash?.message ?? undefined });
  if (error.frames.length > 0 || !traceback) return error;
  const frames = traceback.filter(({ path }) => path !== '').map(({ path, lineno, message }) => ({ raw: `${path}:${lineno ?? 0}: ${message ?? ''}`, file: path, ...definedOnly({ line: lineno ?? undefined }) }));
  return { ...error, frames: frames.reverse() };
}

/** `longrepr` is a text, or for a skip the triple (path, line, reason). */
function textOf(longrepr: unknown): string {
  if (typeof longrepr === 'string') return longrepr;
  return longrepr === undefined || longrepr === null ? '' : JSON.stringify(longrepr);
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
