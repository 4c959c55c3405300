import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteRecord } from '../model/loop-records.js';
import type { TestRun } from '../model/test-run.js';
import { readTestResults } from '../test-results/read-test-results.js';
import type { LoopContext } from './loop-context.js';

export interface JudgedRun {
  /** All that the suites reported, with the loop's verdicts on them; undefined when none reported anything. */
  run: TestRun | undefined;
  /** Name of the suite that a report, by its path in the run's folder, is of; `unknown` for another path. */
  suiteOf(report: string): string;
}

/** Reads what the suites of a run left. */
export function judgedRun({ root, store }: LoopContext, suites: readonly SuiteRecord[]): JudgedRun {
  const reports = new Map(suites.flatMap((suite) => reportsOf(suite).map((path) => [path, suite.name] as const)));
  const suiteOf = (report: string): string => [...reports].find(([path]) => report === path || report.startsWith(`${path}!`))?.[1] ?? 'unknown';
  const read = reports.size === 0 ? undefined : readTestResults([...reports.keys()].map((path) => store.path(path)), { root });
  if (read === undefined) return { run: undefined, suiteOf };
  const filesOf = new Map((store.phase('selection')?.suites ?? []).map(({ name, files }) => [name, files]));
  const [{ path: onlyReport } = { path: '' }] = read.sources;
  const results = read.results.map((result) => {
    const suite = suiteOf((result.report ?? onlyReport).replace(`${store.folder}/`, ''));
    const file = result.file ?? fileByTitle(root, filesOf.get(suite) ?? [], result.title);
    return file === undefined ? result : { ...result, file };
  });
  return { run: { ...read, results, suites: judgedSuites(read, store.folder, suites, suiteOf) }, suiteOf };
}

/** Some reports name no files (node:test's JUnit): then the one declared test file that holds the title, quoted or as a function. */
function fileByTitle(root: string, files: readonly string[], title: string): string | undefined {
  const holding = files.filter((path) => textOf(join(root, path)).includes(title));
  return holding.length === 1 ? holding[0] : undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // gone since the selection: it holds nothing
  }
}

/** What a suite's tests are read from: its reports, or its output where it writes none. */
function reportsOf({ reports, run, formats }: SuiteRecord): string[] {
  if (reports.length > 0) return reports.map(({ path }) => path);
  return formats.length > 0 ? [run.output.path] : [];
}

/** The loop knows more of a suite than its report does: how the command ended, which host was meant. Its verdict is the one that goes on. */
function judgedSuites({ suites: verdicts }: TestRun, folder: string, suites: readonly SuiteRecord[], suiteOf: (report: string) => string): TestRun['suites'] {
  return verdicts.map((verdict) => {
    const suite = suites.find(({ name }) => name === suiteOf(verdict.name.replace(`${folder}/`, '')));
    return suite === undefined ? verdict : { ...verdict, evidence: suite.evidence, reasons: suite.reasons, signs: suite.signs };
  });
}
