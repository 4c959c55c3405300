import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { readTestResults } from '../../src/api.js';
import { junitReporter } from '../../src/reporters/junit.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { changedResult, hugeResult } from './changed-result.js';
import { finding, at, shopResult } from './shop-result.js';

interface Element { name: string; attributes: Record<string, string>; parent: string }

/** All elements, by a parser that refuses what is not well-formed. */
function elementsIn(xml: string): Element[] {
  const elements: Element[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => { throw error; });
  parser.on('opentag', ({ name, attributes }) => {
    elements.push({ name, attributes, parent: path.at(-1) ?? '' });
    path.push(name);
  });
  parser.on('closetag', () => { path.pop(); });
  parser.write(xml).close();
  return elements;
}

describe('the JUnit report', () => {
  it('has a suite per rule and a case per finding; only what fails the run is a failure', () => {
    const elements = elementsIn(junitReporter(changedResult(), { failOn: 'error' }));
    expect(elements.filter(({ name }) => name === 'testsuite').map(({ attributes: { name, tests, failures, skipped } }) => [name, tests, failures, skipped])).toEqual([
      ['conflicting-default', '0', '0', '0'], ['duplicate-manager', '0', '0', '0'], ['duplicate-type', '6', '2', '1'],
    ]);
    expect(elements.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes['message'])).toEqual(['This change declares Basket a second time.', 'A third copy of Voucher was added.']);
    expect(elements.filter(({ name }) => name === 'skipped').map(({ attributes }) => attributes['message'])).toEqual(['known from the baseline: known since the spring']);
    expect(elements.find(({ attributes }) => attributes['name']?.startsWith('Voucher'))!.attributes).toMatchObject({ file: 'api/vouchers.py', line: '30', classname: 'duplicate-type' });
  });

  it('is read by the reader of test reports as it was meant', async () => {
    const root = temporaryTree({ 'ssot.xml': junitReporter(shopResult(), { failOn: 'warning' }) });
    const { results } = await readTestResults([`${root}/ssot.xml`]);
    expect(results.map(({ status }) => status).sort()).toEqual(['failed', 'failed', 'failed', 'passed', 'skipped', 'skipped']);
  });

  it('is well-formed whatever the names are', () => {
    const hostile = '\u0000\u0007\u001b[31m]]><failure/>&amp;"\'\ud800\udfff\ufffe\uffff\n\t購\u202e';
    const odd = finding({ ruleId: hostile, category: 'duplicate-type', severity: 'error', concept: hostile, message: hostile, remedy: hostile, fingerprint: '1'.repeat(16), location: at(hostile, 1), differences: [hostile] });
    const elements = elementsIn(junitReporter({ ...shopResult(), findings: [odd, odd, { ...odd, suppression: { kind: 'inSource', justification: hostile } }] }, {}));
    const names = elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes['name']);
    expect(new Set(names).size).toBe(3);
  });

  it('stays within what GitLab reads, keeps what fails, and says what it leaves out', () => {
    const xml = junitReporter(hugeResult(10_000), { failOn: 'error', maxBytes: 10_000_000 });
    expect(Buffer.byteLength(xml)).toBeLessThan(10_000_000);
    const elements = elementsIn(xml);
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(3334);
    const cases = elements.filter(({ name }) => name === 'testcase').length;
    expect(elements[0]!.attributes['tests']).toBe(String(cases));
    expect(xml).toMatch(/[\d,]+ findings do not fit into this report/);
    expect(Buffer.byteLength(junitReporter(hugeResult(10_000), {}))).toBeLessThan(30_000_000);
  });
});
