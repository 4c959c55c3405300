import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort, startGitHub, type Fault, type GitHub, type Request } from '../support/github.js';
import { cluster, finding, linked, linkResult } from '../support/link-results.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { file } from './filing.js';

const orders = linked('orders', finding());
const isPost = ({ method, path }: Request): boolean => method === 'POST' && path.endsWith('/issues');

let github: GitHub;
beforeAll(async () => { github = await startGitHub(); });
afterAll(() => github.close());
beforeEach(() => github.reset());

describe('what creates is never sent twice blindly', () => {
  test.each<[string, Fault]>([
    ['502 after it was done', { doneBut: { status: 502 } }],
    ['503 after it was done', { doneBut: { status: 503, headers: { 'retry-after': '1' } } }],
    ['the connection cut after it was done', { cut: 'after' }],
    ['the answer cut in its middle', { cut: 'within' }],
    ['no answer in time', { slow: 700 }],
  ])('%s: the issue is found, and there is one', async (_name, fault) => {
    github.fail((request, count) => (isPost(request) && count === 1 ? fault : undefined));
    const outcomes = await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}), timeout: 300 });
    expect(outcomes.map(({ number, failure }) => [number, failure])).toEqual([[1, undefined]]);
    expect(await github.issues()).toHaveLength(1);
    expect(github.requests.filter(isPost)).toHaveLength(1);
  });

  test.each<[string, Fault]>([['502 before it was done', { refuse: { status: 502 } }], ['the connection cut before it was done', { cut: 'before' }]])('%s: it looks, and sends again', async (_name, fault) => {
    github.fail((request, count) => (isPost(request) && count === 1 ? fault : undefined));
    await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) });
    expect(await github.issues()).toHaveLength(1);
    const shown = github.requests.map(({ method, path }) => `${method} ${path.split('?')[0]!}`);
    expect(shown.slice(shown.indexOf('POST /repos/shop/web/issues'), shown.lastIndexOf('POST /repos/shop/web/issues'))).toContain('GET /repos/shop/web/issues');
  });

  test('502 for ever: said, sent twice at most, and the others are filed', async () => {
    github.fail((request) => (isPost(request) && String(request.body?.['title']).includes('Orders') ? { refuse: { status: 502 } } : undefined));
    const outcomes = await file(github, { links: [linkResult([orders, cluster('basket')])], run: '1', folder: temporaryTree({}) });
    expect(outcomes.filter(({ failure }) => failure !== undefined)).toHaveLength(1);
    expect((await github.issues()).map(({ title }) => title)).toEqual([expect.stringContaining('Basket')]);
    expect(github.requests.filter(isPost).filter(({ body }) => String(body?.['title']).includes('Orders'))).toHaveLength(2);
    github.fail(undefined);
    await file(github, { links: [linkResult([orders, cluster('basket')])], run: '1', folder: temporaryTree({}) });
    expect(await github.issues()).toHaveLength(2);
  });

  test('a comment whose answer is lost is not written twice', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    github.fail(({ method, path }, count) => (method === 'POST' && path.endsWith('/comments') && count === 1 ? { doneBut: { status: 502 } } : undefined));
    await file(github, { links: [linkResult([orders])], run: '2', date: '2026-11-23', folder });
    expect(await github.comments(1)).toHaveLength(1);
  });

  test('interrupted between comment and change: the next try writes no second comment', async () => {
    const folder = temporaryTree({});
    await file(github, { links: [linkResult([orders])], run: '1', folder });
    github.fail(({ method }) => (method === 'PATCH' ? { cut: 'before' } : undefined));
    await expect(file(github, { links: [linkResult([orders])], run: '2', date: '2026-11-23', folder })).rejects.toThrow('broke off');
    github.fail(undefined);
    await file(github, { links: [linkResult([orders])], run: '2', date: '2026-11-23', folder });
    expect(await github.comments(1)).toHaveLength(1);
    expect((await github.issues())[0]!.body).toContain('| 2026-11-23 | `2` |');
  });
});

describe('lists', () => {
  test('300 issues over several pages: ours is found among them, and search is never asked', async () => {
    await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) });
    for (let number = 2; number <= 301; number++) await github.api('POST', '/repos/shop/web/issues', { title: `shelf ${number}`, body: 'a label by hand', labels: ['ssot-audit'] });
    github.requests.length = 0;
    await file(github, { links: [linkResult([orders])], run: '2', folder: temporaryTree({}) });
    expect(await github.issues()).toHaveLength(301);
    expect(github.requests.filter(({ method, path }) => method === 'GET' && path.includes('/issues?'))).toHaveLength(4);
    expect(github.requests.some(({ path }) => path.startsWith('/search'))).toBe(false);
  });

  test('search that lags by ten minutes is irrelevant', async () => {
    github.fail(({ path }) => (path.startsWith('/search') ? { refuse: { status: 200, body: { total_count: 0, items: [] } } } : undefined));
    const folder = temporaryTree({});
    for (const run of ['1', '2', '3']) await file(github, { links: [linkResult([orders])], run, folder: run === '3' ? temporaryTree({}) : folder });
    expect(await github.issues()).toHaveLength(1);
  });

  test.each<[string, Fault]>([['502', { refuse: { status: 502 } }], ['a cut connection', { cut: 'before' }], ['half an answer', { cut: 'within' }], ['a slow answer', { slow: 700 }]])('%s to a list is tried again', async (_name, fault) => {
    await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) });
    let times = 0;
    github.fail(({ method, path }) => (method === 'GET' && path.includes('/issues?') && times++ < 2 ? fault : undefined));
    await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}), timeout: 300 });
    expect(await github.issues()).toHaveLength(1);
  });
});

describe('limits of the rate', () => {
  test.each<[string, Fault]>([
    ['429 with retry-after', { refuse: { status: 429, headers: { 'retry-after': '1' }, body: { message: 'Too many requests' } } }],
    ['403 with retry-after', { refuse: { status: 403, headers: { 'retry-after': '1' }, body: { message: 'You have exceeded a secondary rate limit' } } }],
    ['403 with nothing left', { refuse: { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, body: { message: 'API rate limit exceeded' } } }],
  ])('%s: it waits as told, and the issue is created once', async (_name, fault) => {
    github.fail((request, count) => (isPost(request) && count === 1 ? fault : undefined));
    const started = performance.now();
    await file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) });
    expect(await github.issues()).toHaveLength(1);
    if (fault && 'refuse' in fault && fault.refuse.headers?.['retry-after'] === '1') expect(performance.now() - started).toBeGreaterThan(900);
  });

  test('asked to wait for an hour: it stops and says so', async () => {
    github.fail((request) => (isPost(request) ? { refuse: { status: 403, headers: { 'retry-after': '3600' }, body: { message: 'You have exceeded a secondary rate limit' } } } : undefined));
    await expect(file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) })).rejects.toMatchObject({ code: 'rate-limited', message: expect.stringContaining('wait 3600 s') });
    expect(github.requests.filter(isPost)).toHaveLength(1);
  });
});

describe('words for what goes wrong', () => {
  test.each<[string, Fault, string, string]>([
    ['a bad token', { refuse: { status: 401, body: { message: 'Bad credentials' } } }, 'bad-token', 'does not accept the token'],
    ['a token that may not write', { refuse: { status: 403, body: { message: 'Resource not accessible by personal access token' }, headers: { 'x-accepted-oauth-scopes': 'repo' } } }, 'missing-scope', 'may not do this'],
    ['issues switched off', { refuse: { status: 410, body: { message: 'Issues are disabled for this repo' } } }, 'issues-disabled', 'switched off'],
    ['an archived repository', { refuse: { status: 403, body: { message: 'Repository was archived so is read-only.' } } }, 'archived-repository', 'archived'],
    ['a repository that is not there', { refuse: { status: 404, body: { message: 'Not Found' } } }, 'unknown-repository', 'shop/web is not there'],
  ])('%s', async (_name, fault, code, words) => {
    for (const at of ['/repos/shop/web', '/repos/shop/web/issues']) {
      github.fail(({ path }) => (path.split('?')[0] === at ? fault : undefined));
      await expect(file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) })).rejects.toMatchObject({ code, message: expect.stringContaining(words), hint: expect.stringMatching(/./) });
    }
    expect(await github.issues()).toEqual([]);
  });

  test('the emulated server\'s own answers: unknown repository, archived, without issues', async () => {
    const filing = { links: [linkResult([orders])], run: '1' };
    await expect(file(github, { ...filing, folder: temporaryTree({}), repository: 'shop/nowhere' })).rejects.toMatchObject({ code: 'unknown-repository' });
    await github.api('PATCH', '/repos/shop/web', { has_issues: false });
    await expect(file(github, { ...filing, folder: temporaryTree({}) })).rejects.toMatchObject({ code: 'issues-disabled' });
    await github.api('PATCH', '/repos/shop/web', { has_issues: true, archived: true });
    await expect(file(github, { ...filing, folder: temporaryTree({}) })).rejects.toMatchObject({ code: 'archived-repository' });
  });

  test('422 is said for its issue, and the others are filed', async () => {
    github.fail((request) => (isPost(request) && String(request.body?.['title']).includes('Orders') ? { refuse: { status: 422, body: { message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'title', code: 'invalid' }] } } } : undefined));
    const outcomes = await file(github, { links: [linkResult([orders, cluster('basket')])], run: '1', folder: temporaryTree({}) });
    expect(outcomes.find(({ failure }) => failure !== undefined)!.failure).toContain('refuses it as invalid (422');
    expect(await github.issues()).toHaveLength(1);
  });

  test('an assignee who may not be assigned is left out', async () => {
    const owned = linked('orders', finding({ codeOwners: ['@nobody-here', '@shop/team', 'ann@shop.example'] }));
    await file(github, { links: [linkResult([owned])], run: '1', folder: temporaryTree({}), config: { assignees: true } });
    expect((await github.issues())[0]!.assignees).toEqual([]);
    expect(github.requests.filter(isPost).map(({ body }) => body?.['assignees'])).toEqual([['nobody-here'], undefined]);
  });

  test('a code owner is assigned when the configuration says so', async () => {
    const owned = linked('orders', finding({ codeOwners: ['@ann', '@shop/team'] }));
    await file(github, { links: [linkResult([owned])], run: '1', folder: temporaryTree({}), config: { assignees: true } });
    expect((await github.issues())[0]!.assignees.map(({ login }) => login)).toEqual(['ann']);
  });

  test('no network', async () => {
    await expect(file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}), apiUrl: `http://127.0.0.1:${await freePort()}` })).rejects.toMatchObject({ code: 'network-down', message: expect.stringContaining('refuses the connection') });
    github.fail(() => ({ cut: 'before' }));
    await expect(file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}) })).rejects.toMatchObject({ code: 'network-down', message: expect.stringContaining('broke off') });
    github.fail(() => ({ slow: 400 }));
    await expect(file(github, { links: [linkResult([orders])], run: '1', folder: temporaryTree({}), timeout: 100 })).rejects.toMatchObject({ code: 'github-timeout' });
  });
});
