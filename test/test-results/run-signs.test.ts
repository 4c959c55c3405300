import { expect, test } from 'vitest';
import { readTestResults } from '../../src/test-results/read-test-results.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { fixtureBytes, runOf } from './report-fixtures.js';

const signsOf = (text: string, path?: string): { evidence: string; signs: string[] } => {
  const [suite] = runOf(text, path)!.suites;
  return { evidence: suite!.evidence, signs: suite!.signs.map(({ sign }) => sign) };
};
const suite = (attributes: string, ...cases: string[]): string => `<testsuites ${attributes}><testsuite name="shop">${cases.join('')}</testsuite></testsuites>`;
const cases = (times: readonly string[], inner = ''): string[] => times.map((time, index) => `<testcase classname="cart" name="case ${index}" time="${time}">${inner}</testcase>`);

test('a worklog: what each command states is held against itself and the others', () => {
  const run = runOf(fixtureBytes('hand-made/worklog.md'))!;
  expect(run.results).toEqual([]);
  expect(run.suites.map(({ name, evidence, durationMs, counts, signs }) => ({ name, evidence, durationMs, counts, signs: signs.map(({ sign, line }) => `${sign}:${line}`) }))).toEqual([
    { name: 'Cart Suite', evidence: 'none', durationMs: 12_500, counts: { collected: 40 }, signs: ['same-duration:7', 'no-outcome:7'] },
    { name: 'Checkout Suite', evidence: 'partial', durationMs: 31_200, counts: { collected: 120, failed: 6, skipped: 4 }, signs: ['passed-not-stated:13'] },
    { name: 'Everything', evidence: 'partial', durationMs: 12_500, counts: { collected: 300, failed: 5 }, signs: ['stopped-early:20', 'same-duration:18', 'passed-not-stated:18'] },
    { name: 'Catalogue Suite', evidence: 'partial', durationMs: 65_000, counts: { collected: 20, failed: 1, passed: 19 }, signs: [] },
  ]);
  expect(run.suites[0]!.reasons[0]).toBe('12.50 s is stated for two different commands, `python tests/run_cart.py` and `python -m pytest tests -v`.');
  expect(run.stated).toEqual([{
    title: 'E2E-Order-Event-Fields', issue: '#41', line: 28,
    excerpts: [{ text: 'events lack required fields (order_placed missing currency)', line: 29 }, { text: 'order_placed', line: 29 }, { text: 'currency', line: 29 }],
  }]);
});

test('a file that a command names and that is not in the repository', () => {
  const root = temporaryTree({ 'log.md': fixtureBytes('hand-made/worklog.md'), 'tests/other.py': '' });
  const [cart, checkout] = readTestResults([`${root}/log.md`], { root }).suites;
  expect(cart!.signs.map(({ sign }) => sign)).toContain('file-missing');
  expect(checkout!.signs.map(({ sign }) => sign)).not.toContain('file-missing');
});

test.each([
  ['no test at all', suite('tests="0"'), 'none', ['nothing-collected']],
  ['nothing but skipped tests', suite('', ...cases(['0', '0', '0'], '<skipped/>')), 'none', ['all-skipped']],
  ['every test at 0.000', suite('', ...cases(['0.000', '0.000', '0.000'])), 'none', ['zero-duration']],
  ['one duration for all', suite('', ...cases(['1.5', '1.5', '1.5', '1.5', '1.5'])), 'partial', ['same-duration']],
  ['fewer failures told than declared', suite('tests="1" failures="2"', ...cases(['0.2'])), 'partial', ['failures-missing']],
  ['fewer tests listed than declared', suite('tests="9"', ...cases(['0.2'])), 'partial', ['tests-missing']],
  ['an ordinary run', suite('tests="3" failures="0"', ...cases(['0.2', '0.31', '0.25'])), 'strong', []],
])('%s', (_, text, evidence, signs) => {
  expect(signsOf(text)).toEqual({ evidence, signs });
});

test('end-to-end tests that take next to no time', () => {
  const fast = suite('', ...cases(['0.001', '0.002', '0.0015']));
  expect(signsOf(fast, 'e2e/report.xml')).toEqual({ evidence: 'partial', signs: ['too-fast'] });
  expect(signsOf(fast, 'unit/report.xml')).toEqual({ evidence: 'strong', signs: [] });
});

test('pytest that stopped by itself', () => {
  const text = fixtureBytes('hand-made/pytest-long.txt').toString().replace('collected 6 items', 'collected 60 items').replace(/^(=+ 3 failed)/m, '!!!!!!!!!! stopping after 3 failures !!!!!!!!!!\n$1');
  expect(signsOf(text)).toEqual({ evidence: 'partial', signs: ['stopped-early', 'collected-differs'] });
});

test('Playwright where nothing loaded counts no failure and is no evidence', () => {
  const report = { config: { rootDir: '/shop' }, suites: [], errors: [{ message: "Error: Cannot find module '../src/coupon'", location: { file: '/shop/coupon.spec.ts', line: 1, column: 1 } }], stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } };
  const run = runOf(JSON.stringify(report))!;
  expect(run.results).toMatchObject([{ kind: 'load', status: 'errored', file: '/shop/coupon.spec.ts' }]);
  expect(run.suites[0]!.evidence).toBe('none');
});

test('a shard that is missing', () => {
  const shard = (current: number): string => JSON.stringify({ config: { shard: { current, total: 3 } }, suites: [{ title: 'cart.spec.ts', file: 'cart.spec.ts', specs: [{ title: `case ${current}`, tests: [{ status: 'expected', results: [{ status: 'passed', duration: 20 }] }] }] }], errors: [], stats: { expected: 1 } });
  const root = temporaryTree({ '1.json': shard(1), '3.json': shard(3) });
  expect(readTestResults([root]).suites.map(({ evidence, reasons }) => `${evidence}: ${reasons.join()}`)).toEqual(Array.from({ length: 2 }, () => 'partial: Of 3 shards, 2 is not among the reports.'));
});
