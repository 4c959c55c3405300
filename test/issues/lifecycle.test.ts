import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGitHub, type GitHub } from '../support/github.js';
import { cluster, finding, greenResult, linked, linkResult, REPORT, scanResult } from '../support/link-results.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { file } from './filing.js';

const FAILING = '1111111aaaaaaa1111111aaaaaaa1111111aaaaa';
const FIXED = '2222222bbbbbbb2222222bbbbbbb2222222bbbbb';
const BROKEN = '3333333ccccccc3333333ccccccc3333333ccccc';
const orders = linked('orders', finding());

let github: GitHub;
beforeAll(async () => { github = await startGitHub(); });
afterAll(() => github.close());
beforeEach(() => github.reset());

describe('one issue for one problem', () => {
  test('is created with title, labels and a body of all sections', async () => {
    await file(github, { links: [linkResult([orders])], run: '1', commit: FAILING, folder: temporaryTree({}), config: { labels: ['shop'], impact: { orders: 'Customers cannot see that they paid.' }, priorities: { orders: 'P0' } } });
    const [issue, ...others] = await github.issues();
    expect(others).toEqual([]);
    expect(issue!.title).toBe('[E2E-DEPLOY-Order-Status-Structure-Mismatch-OrdersSuite]');
    expect(issue!.labels.map(({ name }) => name).sort()).toEqual(['P0', 'shop', 'ssot-audit']);
    for (const heading of ['Impact', 'Current behaviour', 'Expected behaviour', 'Reproduction', 'Technical details', 'Five whys', 'Occurrences']) expect(issue!.body).toContain(`### ${heading}`);
    expect(issue!.body).toContain('> Customers cannot see that they paid.');
    expect(issue!.body).toContain('`packages/contracts/src/order-status.ts:3`');
    expect(issue!.body).toContain('lacks the field');
  });

  test('the same run again sends no change; the next run adds an occurrence and, the next day, one comment', async () => {
    const folder = temporaryTree({});
    const filing = { links: [linkResult([orders])], folder, commit: FAILING };
    await file(github, { ...filing, run: '1' });
    github.requests.length = 0;
    await file(github, { ...filing, run: '1' });
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    await file(github, { ...filing, run: '2' });
    expect(await github.comments(1)).toEqual([]);
    await file(github, { ...filing, run: '3', date: '2026-11-23' });
    await file(github, { ...filing, run: '4', date: '2026-11-23' });
    const [issue, ...others] = await github.issues();
    expect(others).toEqual([]);
    expect(issue!.body.match(/^\| 2026-11-2\d \| `\d` \|/gm)).toHaveLength(4);
    expect((await github.comments(1)).map(({ body }) => body.split('\n')[0])).toEqual([`Seen again at ${FAILING}: 1 failing test.`]);
  });

  test('a change of priority is said at once, and the label follows; labels of people stay', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([cluster('orders')])], run: '1', folder });
    await github.api('PATCH', '/repos/shop/web/issues/1', { labels: ['ssot-audit', 'P2', 'team-orders'] });
    await file(github, { links: [linkResult([cluster('orders')])], run: '2', folder, config: { priorities: { orders: 'P0' } } });
    const [issue] = await github.issues();
    expect(issue!.labels.map(({ name }) => name).sort()).toEqual(['P0', 'ssot-audit', 'team-orders']);
    expect((await github.comments(1))[0]!.body).toContain('Priority P2 → P0');
  });

  test('what people wrote before and after our part is kept', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    const body = `We think it is the cache, @ann.\n\n${(await github.issues())[0]!.body}\n\nSee #7 and <!-- a note -->.`;
    await github.api('PATCH', '/repos/shop/web/issues/1', { body });
    await file(github, { links: [linkResult([orders])], run: '2', folder });
    const [issue] = await github.issues();
    expect(issue!.body.startsWith('We think it is the cache, @ann.\n\n')).toBe(true);
    expect(issue!.body.endsWith('See #7 and <!-- a note -->.')).toBe(true);
    expect(issue!.body.match(/ssot-audit:v1/g)).toHaveLength(1);
    expect(issue!.body.match(/^\| 2026/gm)).toHaveLength(2);
  });

  test('a violation that is found out later moves into the issue of its cluster', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([cluster('orders')])], run: '1', folder });
    await file(github, { links: [linkResult([orders])], run: '2', folder });
    const issues = await github.issues();
    expect(issues).toHaveLength(1);
    expect(issues[0]!.body).toContain('Explained by a violation');
    await file(github, { links: [linkResult([orders])], run: '3', folder });
    expect(await github.issues()).toHaveLength(1);
  });

  test('an issue that lost our label is found through the ledger', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    await github.api('PATCH', '/repos/shop/web/issues/1', { labels: ['bug'] });
    await file(github, { links: [linkResult([orders])], run: '2', folder });
    const issues = await github.issues();
    expect(issues).toHaveLength(1);
    expect(issues[0]!.labels.map(({ name }) => name)).toContain('ssot-audit');
  });

  test('issues of one violation refer to each other', async () => {
    await file(github, { links: [linkResult([orders, linked('basket', finding())])], run: '1', folder: temporaryTree({}) });
    const [first, second] = await github.issues();
    expect(first!.body).toContain('- #2 (the same violation)');
    expect(second!.body).toContain('- #1 (the same violation)');
  });
});

describe('the end of an issue, and its return', () => {
  test('closes after two green runs, and reopens on a regression with both commits', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', commit: FAILING, folder });
    await file(github, { links: [greenResult([orders])], run: '2', commit: FIXED, folder });
    await file(github, { links: [greenResult([orders])], run: '2', commit: FIXED, folder });
    expect((await github.issues())[0]!.state).toBe('open');
    await file(github, { links: [greenResult([orders])], run: '3', commit: FIXED, folder });
    expect((await github.issues())[0]).toMatchObject({ state: 'closed', state_reason: 'completed' });
    await file(github, { links: [greenResult([orders])], run: '4', commit: FIXED, folder });
    await file(github, { links: [linkResult([orders])], run: '5', commit: BROKEN, folder });
    const issues = await github.issues();
    expect(issues).toHaveLength(1);
    expect(issues[0]!.state).toBe('open');
    const comments = (await github.comments(1)).map(({ body }) => body);
    expect(comments).toHaveLength(2);
    expect(comments[0]).toContain(`Fixed: passed in 2 complete runs, the last at ${FIXED}.`);
    expect(comments[1]).toContain(`It passed as of ${FIXED}, and it fails again at ${BROKEN}`);
    // The way to a second closing begins anew.
    await file(github, { links: [greenResult([orders])], run: '6', commit: FIXED, folder });
    expect((await github.issues())[0]!.state).toBe('open');
  });

  test.each([
    ['that is only partial evidence', { suites: [{ name: REPORT, evidence: 'partial' as const, reasons: ['The report declares 9 tests, 3 are listed.'], signs: [] }] }],
    ['that breaks off', { sources: [{ path: REPORT, format: 'junit', declared: {}, parsed: {}, losses: [], truncated: true, warnings: [] }] }],
    ['that did not run the test', { passed: [{ id: 'another test', report: REPORT }] }],
  ])('a green run %s closes nothing', async (_what, overrides) => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    for (const run of ['2', '3', '4']) await file(github, { links: [greenResult([orders], overrides)], run, folder });
    expect((await github.issues())[0]!.state).toBe('open');
  });

  test('a failure in another way takes back what was counted towards the end', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    await file(github, { links: [greenResult([orders])], run: '2', folder });
    await file(github, { links: [linkResult([cluster('else', { tests: orders.tests, kind: 'connection' })])], run: '3', folder });
    await file(github, { links: [greenResult([orders])], run: '4', folder });
    expect((await github.issues())[0]!.state).toBe('open');
    await file(github, { links: [greenResult([orders])], run: '5', folder });
    expect((await github.issues())[0]!.state).toBe('closed');
  });

  test('reopened by a person: what was counted towards the end is void', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    for (const run of ['2', '3']) await file(github, { links: [greenResult([orders])], run, folder });
    await github.api('PATCH', '/repos/shop/web/issues/1', { state: 'open' });
    await file(github, { links: [greenResult([orders])], run: '4', folder });
    expect((await github.issues())[0]!.state).toBe('open');
    await file(github, { links: [greenResult([orders])], run: '5', folder });
    expect((await github.issues())[0]!.state).toBe('closed');
  });

  test('closed by a person as not planned, or labelled to be ignored: left alone, only counted', async () => {
    const folder = temporaryTree({});
    const both = linkResult([orders, cluster('basket')]);
    await file(github, { links: [both], run: '1', folder });
    const [first, second] = await github.issues();
    await github.api('PATCH', `/repos/shop/web/issues/${first!.number}`, { state: 'closed', state_reason: 'not_planned' });
    await github.api('PATCH', `/repos/shop/web/issues/${second!.number}`, { labels: ['ssot-audit', 'ssot-audit:ignore'] });
    github.requests.length = 0;
    const outcomes = await file(github, { links: [both], run: '2', commit: BROKEN, folder });
    expect(outcomes.map(({ step }) => step.do)).toEqual(['leave', 'leave']);
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    await file(github, { links: [greenResult([orders, cluster('basket')])], run: '3', folder });
    await file(github, { links: [greenResult([orders, cluster('basket')])], run: '4', folder });
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('a finding without a failing test is closed when two scans of the same rules no longer have it', async () => {
    const folder = temporaryTree({});
    await file(github, { scans: [scanResult([finding()])], run: '1', folder });
    expect((await github.issues())[0]!.title).toBe('SSOT-violation-Order-Status');
    await file(github, { scans: [scanResult([], { rulesetHash: 'ffffff' })], run: '2', folder });
    await file(github, { scans: [scanResult([])], run: '3', folder });
    expect((await github.issues())[0]!.state).toBe('open');
    await file(github, { scans: [scanResult([])], run: '4', folder });
    expect((await github.issues())[0]!.state).toBe('closed');
  });
});

describe('the cap', () => {
  const many = Array.from({ length: 13 }, (_, index) => cluster(`shelf${index}`));

  test('ten issues, and one list of the rest, which shrinks as problems go', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult(many)], run: '1', folder });
    await file(github, { links: [linkResult(many)], run: '1', folder });
    let issues = await github.issues();
    expect(issues).toHaveLength(11); // the same run again has no more room
    const list = issues.find(({ title }) => title.includes('not filed one by one'));
    expect(list).toBeDefined();
    await file(github, { links: [linkResult(many)], run: '2', folder });
    issues = await github.issues();
    expect(issues).toHaveLength(14);
    expect(issues.filter(({ state }) => state === 'open')).toHaveLength(13);
    expect(issues.find(({ number }) => number === list!.number)!.state).toBe('closed');
  });
});
