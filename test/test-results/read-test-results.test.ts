import { gzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readTestResults, testRunSchema, toCtrf } from '../../src/api.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { failuresOf, fixtureBytes, runOf } from './report-fixtures.js';

const junit = (...cases: string[]): string => `<testsuites><testsuite name="shop" tests="${cases.length}">${cases.join('')}</testsuite></testsuites>`;
const FAILED = '<testcase classname="cart" name="adds up"><failure message="Error: 7 is not 6">Error: 7 is not 6</failure></testcase>';
const PASSED = '<testcase classname="cart" name="adds up" time="0.01"/>';

test('reports are found by content in folders, gzip and zip, and what is none is passed over', () => {
  const root = temporaryTree({
    'out/odd-name.txt': junit(FAILED), 'out/notes.md': 'Buy tea.', 'out/package.json': '{"name":"shop"}',
    'out/deep/a.xml.gz': Buffer.from(gzipSync(fixtureBytes('recorded/vitest-junit.xml'))),
    'out/all.zip': Buffer.from(zipSync({ 'inner/mocha.json': new Uint8Array(fixtureBytes('recorded/mocha.json')), '../../escape.txt': new Uint8Array(Buffer.from('no report')) })),
  });
  const run = readTestResults([`${root}/out`]);
  expect(run.sources.map(({ path, format }) => `${path.replace(root, '')} ${format}`)).toEqual([
    '/out/all.zip!inner/mocha.json mocha-json', '/out/deep/a.xml junit', '/out/odd-name.txt junit',
  ]);
  expect(testRunSchema.parse(run)).toEqual(run);
});

test('an archive that unpacks to more than a gigabyte is refused, a damaged one told of', () => {
  const root = temporaryTree({ 'damaged.zip': Buffer.from('PK\u0003\u0004 and no more of it') });
  expect(() => readTestResults([`${root}/damaged.zip`])).toThrow(/damaged archive/);
});

test('a path that is not there, and one without a report, are errors of the user', () => {
  const root = temporaryTree({ 'notes.txt': 'Buy tea.' });
  expect(() => readTestResults([`${root}/gone.xml`])).toThrow(/no file or folder/);
  expect(() => readTestResults([`${root}/notes.txt`])).toThrow(/No test report/);
});

test('one run told in three formats is one run', () => {
  const files = ['vitest-junit.xml', 'vitest.json', 'vitest-terminal.txt'];
  const root = temporaryTree(Object.fromEntries(files.map((name) => [name, fixtureBytes(`recorded/${name}`)])));
  const merged = readTestResults([root]);
  const fullest = runOf(fixtureBytes('recorded/vitest-junit.xml'))!;
  const names = failuresOf(merged).map(({ suite, title }) => [...suite, title].join(' '));
  expect(names.filter((name) => /adds up|sku|stock|database|currency|payment$/.test(name))).toHaveLength(6);
  expect(new Set(names).size).toBe(names.length);
  // Vitest's JSON knows of a failing hook only that there was one.
  expect(failuresOf(merged).length - failuresOf(fullest).length).toBeLessThanOrEqual(1);
  expect(merged.results.filter(({ flaky }) => flaky)).toEqual([]);
});

test('the same test failed and passed, in one report or in two, is flaky', () => {
  expect(runOf(junit(FAILED, PASSED))!.results).toMatchObject([{ status: 'passed', flaky: true, attempts: [{ status: 'failed' }, { status: 'passed' }] }]);
  const root = temporaryTree({ 'a.xml': junit(PASSED), 'b.xml': junit(FAILED) });
  expect(readTestResults([root]).results).toMatchObject([{ status: 'passed', flaky: true }]);
});

test('tests of one name are no attempts where the tool does not rerun so', () => {
  const name = (status: string) => ({ ancestorTitles: ['cart'], title: 'adds up', fullName: 'cart adds up', status, failureMessages: status === 'failed' ? ['Error: 7 is not 6'] : [] });
  const run = runOf(JSON.stringify({ numTotalTests: 2, numRuntimeErrorTestSuites: 0, testResults: [{ name: '/shop/cart.test.js', status: 'failed', message: '', assertionResults: [name('failed'), name('passed')] }] }))!;
  expect(run.results.map(({ status, flaky }) => ({ status, flaky }))).toEqual([{ status: 'failed', flaky: false }, { status: 'passed', flaky: false }]);
});

test('CTRF holds all of a run: written and read again, the tests are the same', () => {
  for (const name of ['playwright.json', 'mochawesome.json', 'node.tap']) {
    const run = runOf(fixtureBytes(`recorded/${name}`))!;
    const written = toCtrf({ schemaVersion: 1, ...run });
    expect(written).toMatchObject({ reportFormat: 'CTRF', results: { summary: { tests: run.results.length } } });
    expect(runOf(JSON.stringify(written))!.results).toEqual(run.results);
  }
});

test('a CI log without a report in it gives its annotations, unescaped', () => {
  const log = [
    '##[group]Run make check', '::error file=src/cart.ts,line=9,title=adds up::AssertionError: expected 7 to be 6%0A    at total (src/cart.ts:9:5)', '##[error]Process completed with exit code 2.',
  ].map((line) => `2026-03-02T10:00:00.0000000Z ${line}`).join('\n');
  const run = runOf(log)!;
  expect(run.results.filter(({ file }) => file !== undefined)).toMatchObject([{ title: 'adds up', file: 'src/cart.ts', line: 9, kind: 'run', status: 'errored', attempts: [{ errors: [{ type: 'AssertionError', frames: [{ function: 'total', line: 9 }] }] }] }]);
  expect(run.sources[0]!.warnings).toEqual(['A step ended with exit code 2.']);
});

test('a damaged report of a known format is told of beside the others', () => {
  const root = temporaryTree({ 'a.json': '{"numTotalTests": "many", "testResults": 3}', 'b.xml': junit(FAILED) });
  const run = readTestResults([root]);
  expect(run.results).toHaveLength(1);
  expect(run.sources.map(({ truncated, warnings }) => [truncated, warnings.length])).toEqual([[true, 1], [false, 0]]);
  expect(run.suites[0]!.evidence).toBe('none');
});
