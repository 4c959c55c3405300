import type { ReportSource, SuiteVerdict, TestResult, TestRun } from '../model/test-run.js';
import { countResults, definedOnly, testResult } from './report.js';
import type { ReadReport } from './read-test-results.js';

/**
 * Puts reports together into one run. The same test met twice is one test with two attempts (shards that overlap, reruns, plugins that repeat
 * a test case); two reports that say the very same of it are the same attempt told twice.
 */
export function mergeReports(reports: readonly ReadReport[]): Omit<TestRun, 'schemaVersion'> {
  const sources = reports.map(({ path, report }): ReportSource => ({ path, ...report.source, parsed: countResults(report.results) }));
  const byId = new Map<string, TestResult>();
  for (const { report } of reports) {
    for (const result of report.results) {
      const known = byId.get(result.id);
      byId.set(result.id, known ? mergeTest(known, result) : result);
    }
  }
  const suites = reports.flatMap(({ report }): SuiteVerdict[] => (report.suites ?? []).map((suite) => ({ ...suite, evidence: 'strong', reasons: [], signs: [] })));
  return {
    sources,
    results: [...byId.values()],
    stated: reports.flatMap(({ report }) => report.stated ?? []),
    suites,
    ...definedOnly({ root: reports.map(({ report }) => report.root).find((root) => root !== undefined), startedAt: reports.map(({ report }) => report.startedAt).find((time) => time !== undefined) }),
  };
}

function mergeTest(a: TestResult, b: TestResult): TestResult {
  if (JSON.stringify(a.attempts) === JSON.stringify(b.attempts)) return a;
  const merged = testResult({ ...a, attempts: [...a.attempts, ...b.attempts], kind: a.kind });
  // One failed, one passed, in whichever order: flaky, as CI systems count it.
  const passed = a.status === 'passed' || b.status === 'passed';
  const failed = [a, b].some(({ status }) => status === 'failed' || status === 'errored');
  return passed && failed ? { ...merged, id: a.id, status: 'passed', flaky: true } : { ...merged, id: a.id };
}
