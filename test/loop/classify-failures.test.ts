import { describe, expect, it } from 'vitest';
import { classifyFailures } from '../../src/loop/classify-failures.js';
import type { SuiteRecord } from '../../src/model/loop-records.js';
import type { Cluster } from '../../src/model/link-result.js';
import { cluster, finding, linked } from '../support/link-results.js';

function suite(overrides: Partial<SuiteRecord> = {}): SuiteRecord {
  const output = { path: 'suites/shop/output.txt', hash: '', bytes: 0 };
  return {
    name: 'shop', priority: 'P2', tags: [], reports: [], formats: [], counts: { tests: 5, passed: 4, failed: 1, errored: 0, skipped: 0 }, evidence: 'strong', reasons: [], signs: [], hosts: [],
    run: { command: 'run', cwd: '.', startedAt: '', finishedAt: '', output, outputDropped: 0 }, ...overrides,
  };
}

function ranked(failure: Cluster, record: Partial<SuiteRecord> = {}, priorities: Record<string, 'P0' | 'P1' | 'P2' | 'P3'> = {}): string {
  const [{ priority, rule, because }] = classifyFailures([failure], [suite(record)], () => 'shop', [], { priorities, impact: {} }) as [ReturnType<typeof classifyFailures>[number]];
  return `${priority} ${rule}: ${because[0]}`;
}

describe('the priority of a failure', () => {
  it('is that of its suite, whatever its words', () => {
    expect(ranked(cluster('orders', { title: 'CRITICAL: everything is down' }))).toBe('P2 suite-priority: 1 test failed; suite shop has priority P2');
  });

  it('is that of its tag where the configuration names one, as for an issue without the loop', () => {
    expect(ranked(cluster('orders'), {}, { orders: 'P0' })).toBe('P0 tag-priority: the configuration gives P0 to the tag "orders"');
  });

  it('is never P0 on the word of a run that is only partial evidence, and P3 on that of none', () => {
    expect(ranked(cluster('orders'), { evidence: 'partial' }, { orders: 'P0' })).toMatch(/^P1 tag-priority: .*, and the run is only partial evidence$/);
    expect(ranked(cluster('orders'), { evidence: 'partial', priority: 'P0' })).toMatch(/^P1 suite-priority/);
    expect(ranked(cluster('orders'), { evidence: 'none', priority: 'P0', reasons: ['0 tests ran; at least 1 must.'] })).toBe('P3 no-evidence: the run of shop is no evidence: 0 tests ran; at least 1 must.');
  });

  it('rises when one user sees what is another\'s, or when nothing passes', () => {
    expect(ranked(cluster('orders', { kind: 'isolation' }))).toMatch(/^P0 state-crosses-users/);
    expect(ranked(cluster('orders'), { counts: { tests: 3, passed: 0, failed: 3 } })).toBe('P1 nothing-passes: no test of shop passed');
  });

  it('of the environment is that of the suite, unless a violation explains it', () => {
    expect(ranked(cluster('orders', { kind: 'connection' }), { counts: { tests: 3, passed: 0, failed: 3 } })).toMatch(/^P2 environment/);
    expect(ranked(linked('orders', finding(), { kind: 'connection' }))).toMatch(/^P2 suite-priority/);
  });

  it('of a flaky test is one lower than that of its suite', () => {
    const [flaky] = classifyFailures([], [suite()], () => 'shop', [{ id: 'a', title: 'pays', suite: 'shop', attempts: 3 }], { priorities: {}, impact: {} });
    expect(flaky).toMatchObject({ priority: 'P3', rule: 'passed-on-retry', because: ['it passed at attempt 3, after 2 failed attempts'] });
  });
});
