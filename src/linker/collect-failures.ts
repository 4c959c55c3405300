import type { FileRole } from '../model/result.js';
import type { Attempt, FailureError, StackFrame, TestResult, TestRun } from '../model/test-run.js';
import { sortedDistinct } from '../util/compare.js';
import { classifyFailure } from './classify-kind.js';
import type { Failure } from './cluster-failures.js';
import { createPathMapper, type PathMapper, type ProjectPaths } from './map-paths.js';
import { signatureOf } from './signature.js';
import { statedTest } from './stated-tests.js';

/** What is asked of the repository: its files, with what each is for. */
export interface KnownFiles {
  files: readonly { path: string; role: FileRole }[];
  file(path: string): { role: FileRole } | undefined;
  /** Package folders, build folders and source maps. */
  projectPaths?: ProjectPaths;
  /** Text of a file; absent where nothing is to be searched. */
  text?(path: string): string | undefined;
}

const NOT_SOURCE: ReadonlySet<FileRole> = new Set<FileRole>(['test', 'mock', 'fixture', 'story', 'vendored']);

/**
 * The failures of a run: the final failed attempt of every test that did not pass, and every problem that prose only states. Paths of the report are
 * mapped onto the repository. A test that passed after a failed attempt is flaky and no failure.
 */
export function collectFailures(run: TestRun, repository: KnownFiles, mapper: PathMapper = mapperFor(run, repository)): Failure[] {
  const report = run.sources[0]?.path ?? '';
  const recorded = run.results.filter(isFailing).map((test) => failureOf(test, test.report ?? report, lastError(test), repository, mapper));
  const stated = run.stated.map((statement): Failure => {
    const title = statement.title;
    const message = statement.excerpts[0]?.text ?? title;
    const test: TestResult = { id: `line:${statement.line}`, title, suite: [], status: 'failed', flaky: false, kind: 'run', attempts: [] };
    const error: FailureError = { message, frames: [], causes: [], raw: statement.excerpts.map(({ text }) => text).join('\n') };
    const { files, text } = repository;
    const spot = text === undefined ? undefined : statedTest(statement, run.suites, { files, text });
    const located = failureOf(test, statement.report ?? report, error, repository, mapper);
    return { ...located, stated: statement, ...(spot === undefined ? {} : { testPath: spot.path, testLine: spot.line }) };
  });
  return [...recorded, ...stated];
}

export function mapperFor(run: TestRun, { files, projectPaths }: KnownFiles): PathMapper {
  const reported = run.results.flatMap(({ file, attempts }) => [file, ...attempts.flatMap(({ errors }) => errors.flatMap((error) => framesOf(error).map((frame) => frame.file)))]);
  return createPathMapper(files.map(({ path }) => path), sortedDistinct(reported.filter((path) => path !== undefined)), projectPaths);
}

export function isFailing({ status }: Pick<TestResult, 'status'>): boolean {
  return status === 'failed' || status === 'errored' || status === 'xpassed';
}

/** Innermost first: the place of the first throw, then what wrapped it. */
export function framesOf({ frames, causes }: FailureError): StackFrame[] {
  return [...frames, ...[...causes].reverse().flatMap((cause) => cause.frames)];
}

function lastError({ attempts }: TestResult): FailureError {
  const failed = attempts.filter((attempt: Attempt) => attempt.errors.length > 0);
  return failed.at(-1)?.errors[0] ?? { message: '', frames: [], causes: [], raw: '' };
}

function failureOf(test: TestResult, report: string, error: FailureError, repository: KnownFiles, mapper: PathMapper): Failure {
  const { kind, span } = classifyFailure(test, error);
  const mapped = framesOf(error).flatMap((frame) => {
    const place = frame.file === undefined ? undefined : mapper.map(frame.file, frame.line, frame.column);
    // A path that several files could be meant by is no place.
    return place?.paths.length === 1 ? [{ ...frame, ...(place.line === undefined ? {} : { line: place.line }), path: place.paths[0]! }] : [];
  });
  const sourceFrames = mapped.filter(({ path }) => isSource(repository, path));
  const testFrames = mapped.filter(({ path }) => repository.file(path)?.role === 'test');
  const testPath = testFileOf(test, repository, mapper) ?? testFrames.at(-1)?.path;
  const line = testFrames.find(({ path }) => path === testPath)?.line ?? test.line;
  return {
    test, report, error, kind, span, testPath, testLine: line,
    signature: signatureOf({ kind, error, sourceFrames, testFile: testPath, titlePath: [...test.suite, test.title] }),
    sourceFrames: sourceFrames.map(({ path, line: at, function: name }) => ({ path, line: at, function: name })),
  };
}

function isSource(repository: KnownFiles, path: string): boolean {
  const role = repository.file(path)?.role;
  return role !== undefined && !NOT_SOURCE.has(role);
}

/** The test's file as the report has it; pytest's JUnit only has the dotted module, with a class at its end. */
function testFileOf(test: TestResult, repository: KnownFiles, mapper: PathMapper): string | undefined {
  const given = [test.file, ...[test.suite[0], test.id.split('::')[0]].flatMap((dotted) => (dotted === undefined ? [] : dottedFiles(dotted)))];
  for (const path of given) {
    const paths = path === undefined ? [] : mapper.map(path)?.paths ?? [];
    const tests = paths.filter((candidate) => repository.file(candidate)?.role === 'test');
    if (tests.length === 1 || paths.length === 1) return tests[0] ?? paths[0];
  }
  return undefined;
}

function dottedFiles(dotted: string): string[] {
  if (!/^\w+(?:\.\w+)+$/.test(dotted)) return [];
  const parts = dotted.split('.');
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/')}.py`);
}
