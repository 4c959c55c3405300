import type { ReportSource, SuiteVerdict, TestResult, TestRun } from '../model/test-run.js';
import type { ReadReport } from './read-test-results.js';
import { countResults, testResult, type ParsedReport } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { judgeReport } from './run-signs.js';

/**
 * Puts reports together into one run. The same test met again in a report of the same format is a further attempt (shards that overlap, reruns);
 * in a report of another format it is the same run told twice, and the fuller telling is kept.
 */
export function mergeReports(reports: readonly ReadReport[], fileExists?: (path: string) => boolean): Omit<TestRun, 'schemaVersion'> {
  const sources: ReportSource[] = [];
  const suites: SuiteVerdict[] = [];
  const known = new Known();
  for (const { path, report: raw } of reports) {
    const results = distinct(raw);
    const report = { ...raw, results: reports.length > 1 ? results.map((result) => ({ ...result, report: path })) : results };
    const source: ReportSource = { path, ...report.source, parsed: countResults(report.results) };
    const verdicts = judgeReport(source, report, fileExists);
    for (const { signs } of verdicts) for (const { sign, message } of signs) if (sign === 'failures-missing' || sign === 'tests-missing') source.warnings = [...source.warnings, message];
    sources.push(source);
    suites.push(...verdicts);
    known.add(report.results, source.dialect ?? source.format);
  }
  addShardSigns(reports, suites);
  return {
    sources,
    results: known.results,
    stated: reports.flatMap(({ path, report }) => (report.stated ?? []).map((statement) => (reports.length > 1 ? { ...statement, report: path } : statement))),
    suites,
    ...definedOnly({ root: reports.map(({ report }) => report.root).find((root) => root !== undefined), startedAt: reports.map(({ report }) => report.startedAt).find((time) => time !== undefined) }),
  };
}

/** Tests of one name in one report: attempts of one test where the tool reruns so, else numbered. */
function distinct({ results, repeats = 'tests' }: ParsedReport): TestResult[] {
  const byId = new Map<string, TestResult>();
  const counts = new Map<string, number>();
  for (const result of results) {
    const earlier = byId.get(result.id);
    if (!earlier) byId.set(result.id, result);
    else if (repeats === 'attempts' && earlier.kind === result.kind) byId.set(result.id, mergeAttempts(earlier, result));
    else {
      const count = (counts.get(result.id) ?? 1) + 1;
      counts.set(result.id, count);
      byId.set(`${result.id} #${count}`, { ...result, id: `${result.id} #${count}` });
    }
  }
  return [...byId.values()];
}

interface Entry {
  result: TestResult;
  formats: Set<string>;
}

/** Tests met so far, found again by id or, across formats, by the words of their names and a file that agrees. */
class Known {
  readonly #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry[]>();

  add(results: readonly TestResult[], format: string): void {
    // Entries of this report itself are no candidates: it tells every test once.
    const fresh: Entry[] = [];
    for (const result of results) {
      const same = this.#byId.get(result.id);
      // Formats list tests of one name in different orders, so that their numbers do not agree; the verdict tells them apart.
      if (same && (same.formats.has(format) || isFailing(same.result) === isFailing(result))) {
        same.result = same.formats.has(format) ? mergeAttempts(same.result, result) : mergeTold(same.result, result);
        same.formats.add(format);
        continue;
      }
      const told = this.#told(result, format) ?? same;
      if (told) {
        told.result = mergeTold(told.result, result);
        told.formats.add(format);
        this.#byId.set(result.id, told);
      } else fresh.push({ result, formats: new Set([format]) });
    }
    for (const entry of fresh) {
      this.#entries.push(entry);
      this.#byId.set(entry.result.id, entry);
      for (const name of namesOf(entry.result)) {
        const list = this.#byName.get(name);
        if (list) list.push(entry);
        else this.#byName.set(name, [entry]);
      }
    }
  }

  get results(): TestResult[] {
    return this.#entries.map(({ result }) => result);
  }

  #told(result: TestResult, format: string): Entry | undefined {
    for (const name of namesOf(result)) {
      const candidates = (this.#byName.get(name) ?? []).filter((entry) => !entry.formats.has(format) && agrees(entry.result, result));
      // Of tests of one name, the one of which both formats say the same; one that passed is not the failing one of the same title.
      const found = candidates.find((entry) => isFailing(entry.result) === isFailing(result)) ?? candidates.find((entry) => fullName(entry.result) === fullName(result));
      if (found) return found;
    }
    return undefined;
  }
}

/** The full name without regard to how a format divides it into suites, and the title alone for formats that leave suites out. */
function namesOf({ suite, title, kind, file }: TestResult): string[] {
  if (kind === 'load') return [`load ${(file ?? title).replace(/^.*[\\/]/, '')}`];
  return [fullName({ suite, title }), `title ${fullName({ suite: [], title })}`];
}

function fullName({ suite, title }: Pick<TestResult, 'suite' | 'title'>): string {
  return [...suite, title].join(' ').replace(/\s+/g, ' ').trim();
}

function agrees(a: TestResult, b: TestResult): boolean {
  if ((a.project ?? b.project) !== (b.project ?? a.project)) return false;
  if (a.file !== undefined && b.file !== undefined && !isSameFile(a.file, b.file)) return false;
  if ((a.kind === 'load') !== (b.kind === 'load')) return false;
  // By the title alone only where one of the two has no suites, and both name the file.
  return a.kind === 'load' || fullName(a) === fullName(b) || ((a.suite.length === 0 || b.suite.length === 0) && a.title === b.title && a.file !== undefined && b.file !== undefined);
}

function isSameFile(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long === short || long.replaceAll('\\', '/').endsWith(`/${short.replaceAll('\\', '/').replace(/^(?:\.{0,2}\/)+/, '')}`);
}

function isFailing({ status }: TestResult): boolean {
  return status === 'failed' || status === 'errored' || status === 'xpassed';
}

/** A further attempt at the same test. */
function mergeAttempts(a: TestResult, b: TestResult): TestResult {
  if (JSON.stringify(a.attempts) === JSON.stringify(b.attempts)) return a;
  const merged = testResult({ ...a, attempts: [...a.attempts, ...b.attempts], kind: a.kind });
  // One failed, one passed, in whichever order: flaky, as CI systems count it.
  const passed = a.status === 'passed' || b.status === 'passed';
  return passed && (isFailing(a) || isFailing(b)) ? { ...merged, id: a.id, status: 'passed', flaky: true } : { ...merged, id: a.id };
}

/** The same test told by two formats: what one lacks, the other gives. Where they contradict each other, the failure stands. */
function mergeTold(a: TestResult, b: TestResult): TestResult {
  // The format that lists retries knows that a failure was not the last word.
  if (isFailing(a) !== isFailing(b) && (a.flaky || b.flaky)) return a.flaky ? a : { ...b, id: a.id };
  const [fuller, other] = weigh(b) > weigh(a) ? [b, a] : [a, b];
  return {
    ...definedOnly({ file: other.file, line: other.line, durationMs: other.durationMs, project: other.project, code: other.code, output: other.output }),
    ...fuller, id: a.id, suite: a.suite.length >= b.suite.length ? a.suite : b.suite, flaky: a.flaky || b.flaky,
    // What is skipped in one format may be a failure in another that tells more of hooks.
    ...(isFailing(other) && !isFailing(fuller) ? { status: other.status, attempts: other.attempts } : {}),
  };
}

function weigh({ attempts, file, suite }: TestResult): number {
  const errors = attempts.flatMap((attempt) => attempt.errors);
  return errors.reduce((sum, error) => sum + 10 + error.frames.length + 5 * Number(error.expected !== undefined) + 3 * Number(error.type !== undefined), 0) + attempts.length + suite.length + Number(file !== undefined);
}

/** Shards of which some are missing, told at the verdict of each that is there. */
function addShardSigns(reports: readonly ReadReport[], suites: SuiteVerdict[]): void {
  const shards = reports.filter(({ report }) => (report.shard?.total ?? 1) > 1);
  for (const total of new Set(shards.map(({ report }) => report.shard!.total))) {
    const own = shards.filter(({ report }) => report.shard!.total === total);
    const missing = Array.from({ length: Math.min(total, 1000) }, (_, index) => index + 1).filter((number) => !own.some(({ report }) => report.shard!.current === number));
    if (missing.length === 0) continue;
    const message = `Of ${total} shards, ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not among the reports.`;
    for (const suite of suites.filter(({ name }) => own.some(({ path }) => path === name))) {
      suite.signs = [...suite.signs, { sign: 'shard-missing', message, weight: 'strong' }];
      suite.reasons = [...suite.reasons, message];
      if (suite.evidence === 'strong') suite.evidence = 'partial';
    }
  }
}
