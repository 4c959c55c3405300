import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Attempt, Counts, TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { countOf, numberOf, testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

/** Text of one element beyond this is cut; what follows in it is counted and not kept. */
const MAX_TEXT = 2_000_000;
const MAX_DEPTH = 64;
const CHUNK = 1 << 16;

type Attributes = Readonly<Record<string, string>>;

interface Suite {
  name: string;
  attributes: Attributes;
  /** Cases were read directly inside. */
  hasCases: boolean;
}

interface Outcome {
  element: string;
  attributes: Attributes;
  text: string;
  stackTrace: string;
}

interface Case {
  attributes: Attributes;
  suites: readonly Suite[];
  outcomes: Outcome[];
  output: string;
}

/**
 * Reads JUnit XML as the tools write it: the schema of Jenkins and Maven Surefire and what pytest, Jest, Vitest, Playwright, Mocha, node:test, Gradle,
 * Go and Cypress make of it. Streams; never resolves an entity or a DOCTYPE; reads on after an error, so that a report that was cut off gives what
 * it holds, with `truncated`.
 */
export function parseJUnit(text: string): ParsedReport {
  const reader = readXml(text);
  const dialect = dialectOf(reader);
  const drafts = reader.cases.flatMap((testCase) => draftsOf(testCase, dialect));
  const { tool, losses } = DIALECTS[dialect];
  return {
    source: {
      format: 'junit', dialect, ...(tool === undefined ? {} : { tool }), declared: declaredCounts(reader), losses: [...losses],
      truncated: reader.truncated, warnings: reader.warnings,
    },
    results: drafts.map(testResult),
    // Reruns are repeated test cases where a plugin or a CI system writes them; the others have tests of equal names.
    repeats: REPEATS_ARE_ATTEMPTS.has(dialect) ? 'attempts' : 'tests',
    ...definedOnly({ startedAt: reader.suites.map(({ attributes }) => attributes['timestamp']).find((value) => value !== undefined && value !== '') }),
  };
}

interface Reader {
  root: Attributes;
  rootName: string;
  suites: Suite[];
  topSuites: Suite[];
  cases: Case[];
  properties: Map<string, string>;
  truncated: boolean;
  warnings: string[];
}

function readXml(text: string): Reader {
  const result: Reader = { root: {}, rootName: '', suites: [], topSuites: [], cases: [], properties: new Map(), truncated: false, warnings: [] };
  const parser = new SaxesParser({ xmlns: false });
  const open: string[] = [];
  const suites: Suite[] = [];
  let current: Case | undefined;
  let outcome: Outcome | undefined;
  let errors = 0;

  parser.on('error', (error) => {
    errors++;
    if (result.warnings.length < 5) result.warnings.push(`XML: ${error.message.replace(/^\d+:\d+: /, '')}`);
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    const name = localName(tag.name);
    const attributes = tag.attributes as Attributes;
    if (open.length === 0) {
      result.rootName = name;
      result.root = attributes;
    }
    open.push(name);
    if (open.length > MAX_DEPTH) return;
    if (name === 'testsuite') {
      const suite: Suite = { name: attributes['name'] ?? '', attributes, hasCases: false };
      if (suites.length === 0) result.topSuites.push(suite);
      suites.push(suite);
      result.suites.push(suite);
    } else if (name === 'testcase') {
      current = { attributes, suites: [...suites], outcomes: [], output: '' };
      if (suites.length > 0) suites.at(-1)!.hasCases = true;
    } else if (name === 'property' && attributes['name'] !== undefined) {
      result.properties.set(attributes['name'], attributes['value'] ?? '');
    } else if (current && OUTCOMES.has(name)) {
      outcome = { element: name, attributes, text: '', stackTrace: '' };
    }
  });
  const onText = (chunk: string): void => {
    const name = open.at(-1);
    if (outcome && name === 'stackTrace') outcome.stackTrace = append(outcome.stackTrace, chunk);
    else if (outcome && (name === outcome.element)) outcome.text = append(outcome.text, chunk);
    else if (current && !outcome && (name === 'system-out' || name === 'system-err')) current.output = append(current.output, chunk);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  const closeCase = (): void => {
    if (current) result.cases.push(current);
    current = undefined;
  };
  const closeOutcome = (): void => {
    if (outcome) current?.outcomes.push(outcome);
    outcome = undefined;
  };
  parser.on('closetag', (tag) => {
    const name = localName(tag.name);
    if (outcome && name === outcome.element) closeOutcome();
    else if (name === 'testcase') closeCase();
    else if (name === 'testsuite') suites.pop();
    open.pop();
  });

  // Surrounding noise of the console (Mocha without `output`) is no part of the document.
  const start = text.search(/<(?:\?xml|testsuites?\b)/);
  for (let offset = Math.max(0, start); offset < text.length; offset += CHUNK) parser.write(text.slice(offset, offset + CHUNK));
  const unclosed = open.length;
  parser.close();
  if (unclosed > 0) {
    result.truncated = true;
    // What the report was saying when it broke off is evidence too.
    closeOutcome();
    closeCase();
  }
  if (errors > result.warnings.length) result.warnings.push(`XML: ${errors - result.warnings.length} more errors.`);
  return result;
}

const OUTCOMES = new Set(['failure', 'error', 'skipped', 'flakyFailure', 'flakyError', 'rerunFailure', 'rerunError']);

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function append(text: string, chunk: string): string {
  return text.length + chunk.length <= MAX_TEXT ? text + chunk : text.length < MAX_TEXT ? text + chunk.slice(0, MAX_TEXT - text.length) : text;
}

type Dialect = keyof typeof DIALECTS;

const NO_RETRIES = 'Retries are not listed.';
const DIALECTS = {
  'pytest-xunit2': { tool: 'pytest', losses: ['File and line of tests are not given; the file is rebuilt from the class name.', NO_RETRIES] },
  'pytest-xunit1': { tool: 'pytest', losses: [NO_RETRIES] },
  'jest-junit': { tool: 'jest', losses: ['Test files are not named unless addFileAttribute is set.', 'Files that failed to load are left out unless reportTestSuiteErrors is set.', NO_RETRIES] },
  vitest: { tool: 'vitest', losses: [NO_RETRIES] },
  playwright: { tool: 'playwright', losses: ['Files are relative to testDir, not to the repository.', 'A file that does not load leaves an empty report.'] },
  'mocha-xunit': { tool: 'mocha', losses: ['Tests under a failed hook are missing.', NO_RETRIES] },
  'mocha-junit-reporter': { tool: 'mocha', losses: ['Tests under a failed hook are missing.'] },
  cypress: { tool: 'cypress', losses: ['Each spec overwrites the file unless its name holds [hash].'] },
  'node-test': { tool: 'node', losses: ['Test files are not named.', NO_RETRIES] },
  surefire: { tool: 'surefire', losses: ['Test files are rebuilt from class names.'] },
  gradle: { tool: 'gradle', losses: ['Test files are rebuilt from class names.', 'Retries are separate test cases unless mergeReruns is set.'] },
  go: { tool: 'go', losses: ['Files have no folder.', NO_RETRIES] },
  generic: { tool: undefined, losses: [] },
} as const satisfies Record<string, { tool: string | undefined; losses: readonly string[] }>;

const REPEATS_ARE_ATTEMPTS: ReadonlySet<Dialect> = new Set<Dialect>(['pytest-xunit1', 'pytest-xunit2', 'surefire', 'gradle', 'go', 'generic']);

function dialectOf({ root, rootName, suites, topSuites, cases, properties }: Reader): Dialect {
  const name = root['name'] ?? '';
  const first = topSuites[0]?.attributes ?? {};
  if (name === 'pytest tests' || topSuites.some((suite) => suite.name === 'pytest')) return cases.some(({ attributes }) => attributes['file'] !== undefined) ? 'pytest-xunit1' : 'pytest-xunit2';
  if (name === 'jest tests') return 'jest-junit';
  if (name === 'vitest tests') return 'vitest';
  if (name === 'Mocha Tests' && rootName === 'testsuite') return 'mocha-xunit';
  if (name === 'Mocha Tests' || suites.some((suite) => suite.name === 'Root Suite')) return suites.some(({ attributes }) => /\.cy\.[jt]sx?$|cypress[\\/]/.test(attributes['file'] ?? '')) ? 'cypress' : 'mocha-junit-reporter';
  if (cases.length > 0 && cases.every(({ attributes }) => attributes['classname'] === 'test' && attributes['file'] === undefined)) return 'node-test';
  if (properties.has('go.version') || cases.some(({ attributes }) => /^[\w.-]+\.[a-z]+\/[\w./-]+$/.test(attributes['classname'] ?? '') && /^Test[A-Z_]/.test(attributes['name'] ?? ''))) return 'go';
  if (properties.has('surefire.test.class.path') || properties.has('java.version') || /surefire/.test(first['xsi:noNamespaceSchemaLocation'] ?? '')) return 'surefire';
  if (rootName === 'testsuites' && root['id'] === '' && topSuites.every(({ attributes }) => attributes['hostname'] !== undefined)) return 'playwright';
  if (rootName === 'testsuite' && first['hostname'] !== undefined && /^[\w.$]+\.[A-Z]\w*/.test(first['name'] ?? '')) return 'gradle';
  return 'generic';
}

function draftsOf(testCase: Case, dialect: Dialect): TestDraft[] {
  const { attributes, outcomes } = testCase;
  const seconds = numberOf(attributes['time']);
  const durationMs = seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1000;
  const place = placeOf(testCase, dialect);
  const attempts = attemptsOf(outcomes, durationMs, dialect);
  const draft: TestDraft = { ...place, attempts, durationMs, ...(testCase.output.trim() === '' ? {} : { output: testCase.output.slice(0, 4000) }) };
  if (dialect === 'pytest-xunit1' || dialect === 'pytest-xunit2') {
    if ((attributes['classname'] ?? '') === '' && outcomes.some(({ element, attributes: own }) => element === 'error' && /collection (?:failure|skipped)/.test(own['message'] ?? ''))) {
      return [{ ...draft, kind: 'load', file: draft.file ?? `${(attributes['name'] ?? '').replaceAll('.', '/')}.py`, suite: [] }];
    }
    if (outcomes.some(({ element, attributes: own, text }) => element === 'error' && /(?:setup|teardown)/.test(`${own['message'] ?? ''}${text.slice(0, 200)}`))) draft.kind = 'hook';
  }
  if (dialect === 'node-test' && outcomes.length > 0 && looksLikePath(attributes['name'] ?? '')) return [{ ...draft, kind: 'load', file: attributes['name'], suite: [] }];
  if (dialect === 'vitest' && outcomes.length > 0 && attributes['name'] === attributes['classname']) return [{ ...draft, kind: 'load', suite: [] }];
  return [draft];
}

function placeOf({ attributes, suites }: Case, dialect: Dialect): Pick<TestDraft, 'title' | 'suite' | 'file' | 'line' | 'project'> {
  const name = attributes['name'] ?? '';
  const className = attributes['classname'] ?? '';
  const own = attributes['file'] ?? suites.map((suite) => suite.attributes['file'] ?? suite.attributes['filepath']).find((file) => file !== undefined && file !== '');
  const line = countOf(attributes['line'] ?? attributes['lineno']);
  switch (dialect) {
    case 'pytest-xunit1':
    case 'pytest-xunit2': {
      const { file, classes } = pythonPlace(className);
      // xunit1 counts lines from zero.
      return { title: name, suite: classes, file: own ?? file, line: line === undefined ? undefined : line + (dialect === 'pytest-xunit1' ? 1 : 0) };
    }
    case 'vitest': {
      const parts = name.split(' > ');
      return { title: parts.at(-1)!, suite: parts.slice(0, -1), file: className, line };
    }
    case 'playwright': {
      const parts = name.split(' › ');
      const suite = suites.at(-1);
      return { title: parts.at(-1)!, suite: parts.slice(0, -1), file: suite?.name ?? className, line, project: suite?.attributes['hostname'] || undefined };
    }
    case 'jest-junit':
      return { title: name, suite: className === name ? [] : [className], file: own, line };
    case 'mocha-xunit':
      return { title: name, suite: className === '' ? [] : [className], file: own, line };
    case 'mocha-junit-reporter':
    case 'cypress':
      // By default the two names are the wrong way round: classname is the title, name the full path.
      return { title: className || name, suite: suites.filter((suite) => suite.name !== 'Root Suite').map((suite) => suite.name), file: own, line };
    case 'node-test':
      // The reporter escapes titles twice.
      return { title: name.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'), suite: suites.map((suite) => suite.name), file: own, line };
    case 'surefire':
    case 'gradle':
      return { title: name, suite: [className], file: own ?? `${className.replace(/\$.*$/, '').replaceAll('.', '/')}.java`, line };
    case 'go':
    case 'generic':
      return { title: name, suite: className === '' ? suites.map((suite) => suite.name).filter((part) => part !== '') : [className], file: own ?? (looksLikePath(className) ? className : undefined), line };
  }
}

/** `tests.unit.test_cart.TestCart`: the file up to the first part that is a class, the classes after it. */
function pythonPlace(className: string): { file: string | undefined; classes: string[] } {
  const parts = className.split('.').filter((part) => part !== '');
  const firstClass = parts.findIndex((part, index) => index > 0 && /^[A-Z]/.test(part));
  const modules = firstClass < 0 ? parts : parts.slice(0, firstClass);
  return { file: modules.length === 0 ? undefined : `${modules.join('/')}.py`, classes: firstClass < 0 ? [] : parts.slice(firstClass) };
}

function looksLikePath(text: string): boolean {
  return /[\\/]/.test(text) && /\.\w{1,4}$/.test(text);
}

/** Attempts of a case: what retried first (Surefire's flaky and rerun elements), the final one last. */
function attemptsOf(outcomes: readonly Outcome[], durationMs: number | undefined, dialect: Dialect): Attempt[] {
  const retried = outcomes.filter(({ element }) => /^(?:flaky|rerun)/.test(element)).map((outcome): Attempt => ({ status: statusOf(outcome.element), errors: [errorOf(outcome, dialect)] }));
  const flaky = outcomes.some(({ element }) => element.startsWith('flaky'));
  const final = outcomes.filter(({ element }) => element === 'failure' || element === 'error');
  const skipped = outcomes.find(({ element }) => element === 'skipped');
  const duration = definedOnly({ durationMs });
  if (final.length > 0) {
    const status: TestStatus = final.some(({ element }) => element === 'error') && dialect !== 'playwright' ? 'errored' : 'failed';
    const last: Attempt = { status, errors: final.map((outcome) => errorOf(outcome, dialect)), ...duration };
    // Surefire states the first failure in full and the reruns after it; the order of attempts is failure, then reruns.
    return [last, ...retried];
  }
  if (skipped) {
    const type = skipped.attributes['type'];
    return [{ status: type === 'pytest.xfail' ? 'xfailed' : type === 'todo' || /^todo$/i.test(skipped.attributes['message'] ?? '') ? 'todo' : 'skipped', errors: [], ...duration }];
  }
  return [...retried, ...(retried.length === 0 || flaky ? [{ status: 'passed' as const, errors: [], ...duration }] : [])];
}

function statusOf(element: string): TestStatus {
  return /error/i.test(element) ? 'errored' : 'failed';
}

function errorOf({ attributes, text, stackTrace }: Outcome, dialect: Dialect): Attempt['errors'][number] {
  const body = [text, stackTrace].filter((part) => part.trim() !== '').join('\n');
  const full = dialect === 'playwright' ? firstAttemptOf(body) : body;
  // pytest: `failed on setup with "ConnectionError: no database"`.
  const message = attributes['message']?.replace(/^failed on (?:setup|teardown) with "([\s\S]*)"$/, '$1');
  return parseErrorText(full.trim() === '' ? (message ?? '') : full, { type: attributes['type'], message });
}

/** Playwright puts all retries into one text, divided by ruled lines, under a ruled title. */
function firstAttemptOf(text: string): string {
  const [first = ''] = text.split(/^\s*Retry #\d+ ─+\s*$/m);
  return first.replace(/^\s*\[[^\]]*\] › .*─+\s*$/m, '').replace(/^\s*(?:attachment #\d+|Error Context: |─{5,}|\[\[ATTACHMENT).*$/gm, '');
}

function declaredCounts({ root, rootName, topSuites }: Reader): Counts {
  const sum = (name: string): number | undefined => {
    const own = rootName === 'testsuites' ? countOf(root[name]) : undefined;
    if (own !== undefined) return own;
    const numbers = topSuites.map(({ attributes }) => countOf(attributes[name])).filter((number) => number !== undefined);
    return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0);
  };
  return definedOnly({ tests: sum('tests'), failed: sum('failures'), errored: sum('errors'), skipped: sum('skipped') ?? sum('disabled') }) as Counts;
}
