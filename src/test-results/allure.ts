import { z } from 'zod';
import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const resultSchema = z.looseObject({
  uuid: z.string().optional(), name: z.string().default(''), fullName: z.string().optional(), status: z.string().default('unknown'),
  statusDetails: z.looseObject({ message: z.string().nullish(), trace: z.string().nullish(), flaky: z.boolean().nullish() }).nullish(),
  start: z.number().optional(), stop: z.number().optional(),
  labels: z.array(z.looseObject({ name: z.string(), value: z.string().nullish() })).default([]),
});

const STATUSES: Readonly<Record<string, TestStatus>> = { passed: 'passed', failed: 'failed', broken: 'errored', skipped: 'skipped', unknown: 'not-run' };

/** Reads one `*-result.json` of an Allure 2 result folder. The folder's retries are files of their own and meet in the merge. */
export function parseAllure(value: unknown): ParsedReport {
  const result = resultSchema.parse(value);
  const label = (...names: string[]): string[] => names.flatMap((name) => result.labels.filter((entry) => entry.name === name).map((entry) => entry.value ?? '')).filter((text) => text !== '');
  const status = STATUSES[result.status] ?? 'not-run';
  const { message, trace } = result.statusDetails ?? {};
  const failed = status === 'failed' || status === 'errored';
  const durationMs = result.start === undefined || result.stop === undefined ? undefined : result.stop - result.start;
  const [file] = /^(?<file>[^#:]+\.\w{1,5})(?:[#:]|$)/.exec(result.fullName ?? '')?.slice(1) ?? [];
  const suite = label('parentSuite', 'suite', 'subSuite');
  const errors = failed ? [parseErrorText(trace ? (message && !trace.includes(message) ? `${message}\n${trace}` : trace) : (message ?? ''), { message: message ?? undefined })] : [];
  return {
    source: { format: 'allure', ...definedOnly({ tool: label('framework')[0] }), declared: {}, losses: ['Counts of the run are not declared.'], truncated: false, warnings: [] },
    results: [testResult({ title: result.name, suite: suite.length > 0 ? suite : label('package', 'testClass'), file, durationMs, attempts: [{ status, errors, ...definedOnly({ durationMs }) }] })],
    ...definedOnly({ startedAt: result.start === undefined ? undefined : new Date(result.start).toISOString() }),
  };
}
