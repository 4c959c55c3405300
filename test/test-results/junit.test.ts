import { expect, test } from 'vitest';
import { failuresOf, runOf } from './report-fixtures.js';

test('Surefire: a flaky test passed, a rerun one failed, each with all its attempts', () => {
  const run = runOf(`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="shop.CartTest" time="1,5" tests="3" errors="0" skipped="0" failures="1">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="addsUp" classname="shop.CartTest" time="0,01"><flakyFailure message="7 is not 6" type="org.opentest4j.AssertionFailedError"><stackTrace>org.opentest4j.AssertionFailedError: expected: &lt;6&gt; but was: &lt;7&gt;
	at shop.CartTest.addsUp(CartTest.java:12)</stackTrace></flakyFailure></testcase>
  <testcase name="pays" classname="shop.CartTest$Checkout" time="1,234.5"><failure message="no provider" type="java.lang.IllegalStateException">java.lang.IllegalStateException: no provider
	at shop.Checkout.pay(Checkout.java:41)</failure><rerunFailure message="no provider" type="java.lang.IllegalStateException"><stackTrace>java.lang.IllegalStateException: no provider</stackTrace></rerunFailure></testcase>
  <testcase name="startsEmpty" classname="shop.CartTest" time="0.01"/>
</testsuite>`)!;
  expect(run.sources[0]).toMatchObject({ dialect: 'surefire', truncated: false, warnings: [] });
  expect(run.results).toMatchObject([
    { title: 'addsUp', file: 'shop/CartTest.java', status: 'passed', flaky: true, durationMs: 10, attempts: [{ status: 'failed', errors: [{ type: 'AssertionFailedError', expected: '6', received: '7' }] }, { status: 'passed' }] },
    { title: 'pays', file: 'shop/CartTest.java', status: 'failed', durationMs: 1_234_500, attempts: [{ errors: [{ type: 'IllegalStateException', frames: [{ file: 'Checkout.java', line: 41 }] }] }, {}] },
    { title: 'startsEmpty', status: 'passed', flaky: false },
  ]);
});

test('Go by go-junit-report', () => {
  const run = runOf(`<testsuites tests="1" failures="1"><testsuite name="example.com/shop/cart" tests="1" failures="1"><properties><property name="go.version" value="go1.24"/></properties>
<testcase classname="example.com/shop/cart" name="TestTotal"><failure message="Failed" type="">cart_test.go:12: got 7, want 6</failure></testcase></testsuite></testsuites>`)!;
  expect(run.sources[0]!.dialect).toBe('go');
  expect(failuresOf(run)).toMatchObject([{ title: 'TestTotal', attempts: [{ errors: [{ message: 'cart_test.go:12: got 7, want 6' }] }] }]);
});

test.each([
  ['UTF-16', (text: string) => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')])],
  ['Latin-1', (text: string) => Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1')],
  ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`)],
])('%s', (_, encode) => {
  const run = runOf(encode('<testsuites><testsuite name="Café"><testcase name="zählt"><failure>Error: zwölf</failure></testcase></testsuite></testsuites>'))!;
  expect(failuresOf(run)).toMatchObject([{ title: 'zählt', attempts: [{ errors: [{ message: 'zwölf' }] }] }]);
});

test('a file for which pytest collects nothing says so and names it', () => {
  const run = runOf(`<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" tests="1"><testcase classname="" name="tests.test_coupon"><error message="collection failure">tests/test_coupon.py:1: in &lt;module&gt;
    from shop.coupon import Coupon
E   ModuleNotFoundError: No module named 'shop.coupon'</error></testcase></testsuite></testsuites>`)!;
  expect(run.results).toMatchObject([{ kind: 'load', file: 'tests/test_coupon.py', attempts: [{ errors: [{ type: 'ModuleNotFoundError', message: "No module named 'shop.coupon'" }] }] }]);
  expect(run.suites[0]!.signs.map(({ sign }) => sign)).toEqual(['nothing-collected']);
});
