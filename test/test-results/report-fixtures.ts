import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult, TestRun } from '../../src/model/test-run.js';
import { mergeReports } from '../../src/test-results/merge-attempts.js';
import { readReports } from '../../src/test-results/read-test-results.js';

const FOLDER = 'fixtures/test-results';

/** Paths of our report fixtures, below `fixtures/test-results`. */
export const reportFixtures: readonly string[] = ['recorded', 'hand-made'].flatMap((folder) => readdirSync(join(FOLDER, folder)).sort().map((name) => `${folder}/${name}`));

export function fixtureBytes(path: string): Buffer {
  return readFileSync(join(FOLDER, path));
}

/** The run in the bytes of one report; undefined when nothing in them is a report. */
export function runOf(bytes: Uint8Array | string, path = 'report'): Omit<TestRun, 'schemaVersion'> | undefined {
  const reports = readReports(path, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  return reports.length === 0 ? undefined : mergeReports(reports);
}

export function failuresOf({ results }: Pick<TestRun, 'results'>): TestResult[] {
  return results.filter(({ status }) => status === 'failed' || status === 'errored' || status === 'xpassed');
}

/** The run itself says that not all of it may be there. */
export function isDoubted({ sources, suites }: Pick<TestRun, 'sources' | 'suites'>): boolean {
  return sources.some(({ truncated, warnings }) => truncated || warnings.length > 0) || suites.some(({ evidence, signs }) => evidence !== 'strong' && signs.length > 0);
}
