import { describe, expect, test } from 'vitest';
import type { TestResult } from '../../src/model/test-run.js';
import { failuresOf, fixtureBytes, reportFixtures, runOf } from './report-fixtures.js';

/** What happened in the recorded scenario, whichever tool tells it. */
const FAILURES = [
  { title: 'adds up the total', message: /7|Object\.is|strictly equal/, expected: '6', received: '7' },
  { title: 'prices an item without a sku', message: /^Cannot price an item without a sku$/, type: 'TypeError', frame: /(?:^|\/)src\/price\.js:5$/ },
  { title: 'asks the stock service', message: /^connect ECONNREFUSED 127\.0\.0\.1:1$/, code: 'ECONNREFUSED' },
  { title: 'finds the order database', message: /^getaddrinfo ENOTFOUND orders-db\.invalid$/, code: 'ENOTFOUND' },
  { title: 'keeps <currency> & "unit"', message: /equal/ },
  { title: 'waits for the payment', message: /time|STACK_TRACE_ERROR/i },
] as const;
/** Formats that do not hold the error of a failing hook. */
const NO_HOOK = ['vitest.json', 'node-junit.xml'];
/** Formats that do not hold a file that did not load; Mocha and Playwright ran without one. */
const NO_LOAD = /^(?:mocha|playwright|jest-junit)/;

const fullTitle = ({ suite, title }: TestResult): string => [...suite, title].join(' ');

describe.each(reportFixtures.filter((path) => path.startsWith('recorded/')))('%s', (path) => {
  const name = path.slice('recorded/'.length);
  const run = runOf(fixtureBytes(path), path)!;
  const failures = failuresOf(run);

  test.each(FAILURES)('$title', (truth) => {
    const [found, ...more] = failures.filter((result) => fullTitle(result).endsWith(truth.title));
    expect(more).toEqual([]);
    const error = found?.attempts.at(-1)?.errors[0];
    expect(error?.message).toMatch(truth.message);
    if ('type' in truth) expect(error?.type).toBe(truth.type);
    if ('code' in truth) expect(error?.code).toBe(truth.code);
    if ('expected' in truth) expect(error).toMatchObject({ expected: truth.expected, received: truth.received });
    // The throw, not the test that called it, stands first.
    if ('frame' in truth) expect(`${error?.frames[0]?.file}:${error?.frames[0]?.line}`).toMatch(truth.frame);
  });

  test('hook, file that does not load, and what did not fail', () => {
    const messages = failures.flatMap(({ attempts }) => attempts.at(-1)!.errors.map(({ message }) => message));
    expect(messages.includes('no payment provider')).toBe(!NO_HOOK.includes(name));
    expect(failures.some(({ kind, file }) => kind === 'load' && /coupon/.test(file ?? ''))).toBe(!NO_LOAD.test(name));
    expect(failures.map(fullTitle).filter((title) => /starts empty|ships abroad|gives a receipt|sends a mail/.test(title))).toEqual([]);
    const titles = run.results.map(fullTitle);
    if (name !== 'jest-terminal.txt') expect(titles.some((title) => title.endsWith('starts empty'))).toBe(true);
  });

  test('is whole, and says what its format leaves out', () => {
    const [source] = run.sources;
    expect(source).toMatchObject({ truncated: false, warnings: [] });
    if (name !== 'playwright.json') expect(source!.losses).not.toEqual([]);
    const told = (source!.parsed.failed ?? 0) + (source!.parsed.errored ?? 0);
    expect(told).toBeGreaterThanOrEqual((source!.declared.failed ?? 0) + (source!.declared.errored ?? 0));
    expect(run.suites[0]!.evidence).toBe('strong');
  });
});

test('a test that passed at the second attempt is flaky where the format lists attempts', () => {
  for (const name of ['playwright.json', 'playwright-list.txt']) {
    const run = runOf(fixtureBytes(`recorded/${name}`))!;
    expect(run.results.filter(({ flaky }) => flaky)).toMatchObject([{ title: 'sends a mail', status: 'passed', attempts: [{ status: 'failed', errors: [{ message: 'mail server is busy' }] }, { status: 'passed' }] }]);
  }
});

test.each(['pytest-long.txt', 'pytest-xunit2.xml', 'pytest.json', 'github.log'])('pytest in %s', (name) => {
  const failures = failuresOf(runOf(fixtureBytes(`hand-made/${name}`))!).map(({ file, suite, title, kind, attempts }) => {
    const { type, message, frames } = attempts.at(-1)!.errors[0]!;
    return `${kind} ${file} ${[...suite, title].join('.')}: ${type}: ${message.split('\n')[0]} at ${frames[0]?.file}:${frames[0]?.line}`;
  }).sort();
  expect(failures).toEqual([
    'hook tests/test_checkout.py test_pays: ConnectionError: no payment provider at tests/test_checkout.py:6',
    'test tests/test_cart.py TestCart.test_adds_up_the_total: AssertionError: assert 7 == 6 at tests/test_cart.py:9',
    'test tests/test_cart.py TestCart.test_prices_an_item_without_a_sku: TypeError: Cannot price an item without a sku at shop/price.py:6',
    'test tests/test_cart.py test_finds_the_order_database: gaierror: [Errno -2] Name or service not known at tests/test_cart.py:21',
  ]);
});

test('go test: a subtest is told once, a file without folder gets that of its package, a panic its stack', () => {
  const failures = failuresOf(runOf(fixtureBytes('hand-made/go.ndjson'))!);
  expect(failures).toMatchObject([
    { title: 'adds_up', file: 'cart/cart_test.go', attempts: [{ errors: [{ expected: '6', received: '7', frames: [{ file: 'cart/cart_test.go', line: 12 }] }] }] },
    { title: 'TestSku', attempts: [{ errors: [{ type: 'panic', message: 'item without a sku', frames: [{ line: 8 }] }] }] },
  ]);
});

test('Allure and CTRF', () => {
  for (const name of ['allure-result.json', 'ctrf.json']) {
    expect(failuresOf(runOf(fixtureBytes(`hand-made/${name}`))!)).toMatchObject([{ title: 'adds up the total', suite: ['cart'], file: 'tests/cart.spec.ts', attempts: [{ errors: [{ expected: '6', received: '7' }] }] }]);
  }
});
