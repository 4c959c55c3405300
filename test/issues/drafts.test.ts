import { describe, expect, test } from 'vitest';
import { parseRemote } from '../../src/discover/git-remote.js';
import { draftIssues } from '../../src/issues/draft-issues.js';
import type { LinkResult } from '../../src/model/link-result.js';
import type { ScanResult } from '../../src/model/result.js';
import { cluster, finding, linked, linkResult, REPORT, scanResult } from '../support/link-results.js';
import { config } from './filing.js';

const drafts = (links: LinkResult[], settings: Parameters<typeof config>[0] = {}, scans: ScanResult[] = []) => draftIssues({ links, scans }, { config: config(settings), includeEnvironment: true }).drafts;
const tests = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `web/test/orders.test.ts › case ${index}`, title: `case ${index}`, file: 'web/test/orders.test.ts', report: REPORT }));
const partial = { suites: [{ name: REPORT, evidence: 'partial' as const, reasons: ['The report breaks off; what came after is unknown.'], signs: [] }] };

describe('titles', () => {
  test.each([
    ['as configured', { failure: '{Priority} {Kind} in {Suite}: {summary}', finding: '{rule}' }, 'P1 Structure-Mismatch in OrdersSuite: orders lacks a field'],
    ['with a choice', { failure: 'SSOT-{regression|recent-change|other}-{topic}', finding: 'x' }, 'SSOT-regression-Order-Status'],
    ['with an unknown placeholder left as it is', { failure: '{Nothing} {Concept}', finding: 'x' }, '{Nothing} Order-Status'],
  ])('%s', (_name, titles, title) => {
    const change = { kind: 'grown' as const, addedSites: [], statement: 'One more copy.', blocks: true };
    expect(drafts([linkResult([linked('orders', finding({ change }))])], { titles })[0]!.title).toBe(title);
  });

  test.each([
    [finding({ category: 'incomplete-migration' }), 'SSOT-incomplete-migration-Order-Status'],
    [finding({ change: { kind: 'changed', addedSites: [], statement: 's', blocks: true } }), 'SSOT-regression-Order-Status'],
    [finding({ change: { kind: 'new', addedSites: [], statement: 's', blocks: true } }), 'SSOT-recent-change-Order-Status'],
    [finding(), 'SSOT-violation-Order-Status'],
  ])('of a finding says what it is', (told, title) => {
    expect(drafts([], {}, [scanResult([told])])[0]!.title).toBe(title);
  });

  test('of two failures of one suite by one violation differ', () => {
    const one = linked('orders', finding(), { tests: tests(1) });
    const titles = drafts([linkResult([one, { ...one, id: 'c2', fingerprint: 'fp1:0000', tests: tests(2).slice(1) }])]).map(({ title }) => title);
    expect(titles).toEqual(['[E2E-DEPLOY-Order-Status-Structure-Mismatch-OrdersSuite]', '[E2E-DEPLOY-Order-Status-Structure-Mismatch-OrdersSuite]: case 1']);
  });
});

describe('priority', () => {
  test.each([
    ['tag P0, credible', linkResult([cluster('orders')]), { priorities: { orders: 'P0' as const } }, 'P0'],
    ['tag P0, partial evidence', linkResult([cluster('orders')], partial), { priorities: { orders: 'P0' as const } }, 'P1'],
    ['explained by an error', linkResult([linked('orders', finding())]), {}, 'P1'],
    ['explained by a warning', linkResult([linked('orders', finding({ severity: 'warning' }))]), {}, 'P2'],
    ['many tests', linkResult([cluster('orders', { tests: tests(5) })]), {}, 'P1'],
    ['one test', linkResult([cluster('orders')]), {}, 'P2'],
    ['partial evidence', linkResult([cluster('orders')], partial), {}, 'P3'],
    ['the environment, whatever the tag', linkResult([cluster('orders', { kind: 'unknown-host' })]), { priorities: { orders: 'P0' as const } }, 'P3'],
  ])('%s', (_name, result, settings, priority) => {
    expect(drafts([result], settings)[0]!.priority).toBe(priority);
  });

  test('a finding without a failing test is never P0, and is not filed when it is known or suppressed', () => {
    const blocking = finding({ change: { kind: 'new', addedSites: [], statement: 'new', blocks: true } });
    expect(drafts([], { priorities: { order: 'P0', OrderStatus: 'P0' } }, [scanResult([blocking])])[0]!.priority).toBe('P1');
    const known = finding({ change: { kind: 'unchanged', addedSites: [], statement: 'known', blocks: false } });
    const accepted = finding({ suppression: { kind: 'inSource', justification: 'on purpose' } });
    expect(drafts([], {}, [scanResult([known, accepted, finding({ severity: 'warning' })])])).toEqual([]);
  });
});

test('at most four labels, the priority among them', () => {
  expect(drafts([linkResult([cluster('orders')])], { labels: ['shop', 'quality'] })[0]!.labels).toEqual(['ssot-audit', 'P2', 'shop', 'quality']);
  expect(() => config({ labels: ['a', 'b', 'c'] })).toThrow();
});

test('nothing is said about impact that the configuration does not say', () => {
  const result = linkResult([cluster('orders', { tests: [{ id: 'test_checkout_flow', title: 'test_checkout_flow', report: REPORT }] })]);
  expect(drafts([result])[0]!.body(60_000)).not.toContain('Impact');
  expect(drafts([result], { impact: { basket: 'x' } })[0]!.body(60_000)).not.toContain('Impact');
  expect(drafts([result], { impact: { Checkout: 'Customers cannot pay.' } })[0]!.body(60_000)).toContain('### Impact\n\n> Customers cannot pay.');
});

test('a hypothesis is called one, with what would confirm it', () => {
  const why = { level: 'origin' as const, question: 'Why did it get in?', answer: 'By a merge.', status: 'hypothesis' as const, confirmBy: 'fetch the whole history', evidence: [], confidence: 0.2 };
  expect(drafts([linkResult([cluster('orders', { whys: [why], openQuestion: 'the history ends here' })])])[0]!.body(60_000)).toContain('HYPOTHESIS; to confirm: fetch the whole history\n\nThe chain ends here. Open: the history ends here');
});

test.each([
  ['git@github.com:shop/web.git', 'github.com shop/web'], ['https://github.com/shop/web', 'github.com shop/web'], ['https://token@github.com/shop/web.git', 'github.com shop/web'],
  ['ssh://git@git.shop.example:2222/shop/web.git', 'git.shop.example shop/web'], ['../web', ''], ['https://git.shop.example/a/b/c', ''],
])('where %s points to', (address, where) => {
  const remote = parseRemote(address);
  expect(remote === undefined ? '' : `${remote.host} ${remote.owner}/${remote.name}`).toBe(where);
});
