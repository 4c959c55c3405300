import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMarker } from '../../src/issues/marker.js';
import type { LinkResult } from '../../src/model/link-result.js';
import { startGitHub, type GitHub } from '../support/github.js';
import { cluster, finding, linked, linkResult, REPORT, scanResult } from '../support/link-results.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

/** The built command line: `npm test` builds before it tests. */
const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

let github: GitHub;
beforeAll(async () => {
  expect(existsSync(CLI), `${CLI} is missing: npm run build`).toBe(true);
  github = await startGitHub();
});
afterAll(() => github.close());
beforeEach(() => github.reset());

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(folder: string, args: readonly string[], env: Record<string, string> = {}): { done: Promise<Run>; kill(): void } {
  const child = spawn(process.execPath, [CLI, 'issues', ...args], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GITHUB_TOKEN: '', GH_TOKEN: '', GITHUB_REPOSITORY: '', GITHUB_SHA: '', GITHUB_RUN_ID: '', GITHUB_API_URL: '', GITHUB_SERVER_URL: '', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => { stdout += text.toString(); });
  child.stderr.on('data', (text: Buffer) => { stderr += text.toString(); });
  return { done: new Promise((finish) => { child.on('close', (code) => finish({ code, stdout, stderr })); }), kill: () => child.kill('SIGKILL') };
}

const issues = (folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<Run> => start(folder, args, env).done;
const create = (folder: string, ...args: string[]): Promise<Run> => issues(folder, ['link.json', '--create', '--repo', github.repository, '--api-url', github.url, ...args], { GITHUB_TOKEN: github.token });
const tree = (result: LinkResult): string => temporaryTree({ 'link.json': JSON.stringify(result) });

describe('dry run', { timeout: 240_000 }, () => {
  test('prints each request and writes the bodies; nothing is sent', async () => {
    const folder = tree(linkResult([linked('orders', finding()), cluster('basket')]));
    git(folder, 'init', '-q');
    git(folder, 'remote', 'add', 'origin', 'git@github.com:shop/web.git');
    const { code, stdout, stderr } = await issues(folder, ['link.json', '--out', 'drafts', '--pr', '12']);
    expect(code).toBe(0);
    expect(stdout).toContain('POST /repos/shop/web/issues\n  title   [E2E-DEPLOY-Order-Status-Structure-Mismatch-OrdersSuite]\n  labels  ssot-audit, P1\n');
    expect(stdout).toContain('POST /repos/shop/web/issues/12/comments\n');
    expect(stdout).toContain('3 requests; nothing was sent.');
    expect(stderr).toContain('were not looked up');
    const bodies = readdirSync(join(folder, 'drafts')).sort();
    expect(bodies).toHaveLength(3);
    expect(readFileSync(join(folder, 'drafts', bodies[0]!), 'utf8')).toContain('### Five whys');
    expect(github.requests).toEqual([]);
    expect(existsSync(join(folder, '.ssot-audit'))).toBe(false);
  });

  test('with a token it reads what is there, and says update instead of create', async () => {
    const folder = tree(linkResult([linked('orders', finding())]));
    await create(folder, '--run', '1');
    github.requests.length = 0;
    const { stdout } = await issues(folder, ['link.json', '--repo', github.repository, '--api-url', github.url, '--run', '2', '--format', 'json'], { GITHUB_TOKEN: github.token });
    expect((JSON.parse(stdout) as { requests: { method: string; path: string }[] }).requests).toMatchObject([{ method: 'PATCH', path: '/repos/shop/web/issues/1' }]);
    expect(github.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('says what is not filed, and why: no evidence, the environment', async () => {
    const result = linkResult([cluster('orders', { kind: 'connection', title: 'no way to the database' }), cluster('basket', { tests: [{ id: 'x', title: 'x', report: 'empty.xml' }] })], {
      suites: [{ name: REPORT, evidence: 'strong', reasons: [], signs: [] }, { name: 'empty.xml', evidence: 'none', reasons: ['All 3 tests took 0.00 s.'], signs: [] }],
    });
    const folder = tree(result);
    const plain = await issues(folder, ['link.json', '--repo', 'shop/web']);
    expect(plain.stdout).toContain('not filed: no way to the database: a failure of the environment');
    expect(plain.stdout).toContain('the run is no evidence: All 3 tests took 0.00 s.');
    expect(plain.stdout).toContain('Nothing to send.');
    const asked = await issues(folder, ['link.json', '--repo', 'shop/web', '--include-environment']);
    expect(asked.stdout).toContain('labels  ssot-audit, P3');
    expect(asked.stdout).not.toContain('POST /repos/shop/web/issues\n  title   [E2E-DEPLOY-Structure');
  });

  test('a finding that a cluster covers is not filed twice; one without a failing test is never P0', async () => {
    const folder = temporaryTree({
      'link.json': JSON.stringify(linkResult([linked('orders', finding())])),
      'scan.json': JSON.stringify(scanResult([finding(), finding({ concept: 'TaxRate' }), finding({ concept: 'Label', severity: 'info' })])),
      'ssot-audit.config.json': JSON.stringify({ issues: { priorities: { TaxRate: 'P0', tax: 'P0' } } }),
    });
    const { stdout } = await issues(folder, ['link.json', 'scan.json', '--repo', 'shop/web']);
    expect(stdout.match(/^ {2}title .*/gm)).toEqual(['  title   [E2E-DEPLOY-Order-Status-Structure-Mismatch-OrdersSuite]', '  title   SSOT-violation-Tax-Rate']);
    expect(stdout).not.toContain('P0');
  });

  test('words for what is missing', async () => {
    const folder = tree(linkResult([cluster('orders')]));
    expect(await issues(folder, ['link.json', '--create', '--repo', 'shop/web'])).toMatchObject({ code: 2, stderr: expect.stringContaining('GITHUB_TOKEN is not set') });
    expect(await issues(folder, ['link.json', '--create'], { GITHUB_TOKEN: 'x' })).toMatchObject({ code: 2, stderr: expect.stringContaining('which repository') });
    expect(await issues(folder, ['link.json', '--create', '--repo', 'shop/web', '--api-url', 'http://github.shop.example/api/v3'], { GITHUB_TOKEN: 'x' })).toMatchObject({ code: 2, stderr: expect.stringContaining('unencrypted') });
    expect(await issues(folder, ['nothing.json'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no file or folder') });
  });
});

describe('--create', { timeout: 240_000 }, () => {
  test('says what it did, keeps a comment on the pull request, and does nothing the second time', async () => {
    await github.api('POST', '/repos/shop/web/issues', { title: 'stands for a pull request' });
    const folder = tree(linkResult([linked('orders', finding()), cluster('basket')]));
    const first = await create(folder, '--run', '1', '--pr', '1');
    expect(first).toMatchObject({ code: 0, stdout: '2 created, 0 updated, 0 closed, 0 reopened, 0 left alone.\n' });
    await create(folder, '--run', '1', '--pr', '1');
    const comments = await github.comments(1);
    expect(comments).toHaveLength(1);
    expect(comments[0]!.body).toContain('| #2 | P1 |');
    expect(await github.issues()).toHaveLength(3);
    expect(JSON.parse(readFileSync(join(folder, '.ssot-audit', 'issues.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  test('the token is in no output, and in no file', async () => {
    const folder = tree(linkResult([cluster('orders')]));
    github.fail(() => ({ refuse: { status: 401, body: { message: `Bad credentials ${github.token}` } } }));
    const { code, stdout, stderr } = await create(folder);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(github.token);
  });
});

describe('processes', { timeout: 240_000 }, () => {
  const fifty = linkResult(Array.from({ length: 50 }, (_, index) => cluster(`shelf${index}`)));

  test('two that file 50 problems at the same time leave 50 issues', async () => {
    const runs = await Promise.all([1, 2].map((run) => create(tree(fifty), '--max-new', '60', '--run', String(run))));
    expect(runs.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual([[0, ''], [0, '']]);
    const open = (await github.issues()).filter(({ state }) => state === 'open');
    expect(new Set(open.map(({ body }) => readMarker(body)!.fingerprint)).size).toBe(50);
    expect(open).toHaveLength(50);
    // The lower number is the one that stays, and a third run finds nothing to create.
    const all = await github.issues();
    for (const { body, number } of open) expect(all.filter((other) => readMarker(other.body)!.fingerprint === readMarker(body)!.fingerprint).every((other) => other.number >= number)).toBe(true);
    const third = await issues(tree(fifty), ['link.json', '--max-new', '60', '--run', '3', '--repo', github.repository, '--api-url', github.url], { GITHUB_TOKEN: github.token });
    expect(third.stdout.match(/^PATCH /gm)).toHaveLength(50);
    expect(third.stdout).not.toContain('POST');
  });

  test.each([['with', true], ['without', false]])('killed after the POST and run again %s its ledger: one issue', async (_word, keepsLedger) => {
    const folder = tree(linkResult([linked('orders', finding())]));
    let kill = (): void => undefined;
    github.fail(({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/issues')) return undefined;
      setTimeout(() => kill(), 300);
      return { slow: 2_000 };
    });
    const killed = start(folder, ['link.json', '--create', '--repo', github.repository, '--api-url', github.url, '--run', '1'], { GITHUB_TOKEN: github.token });
    kill = killed.kill;
    expect((await killed.done).code).toBeNull();
    expect(await github.issues()).toHaveLength(1);
    expect(readFileSync(join(folder, '.ssot-audit', 'issues.json'), 'utf8')).not.toContain('"number"');
    github.fail(undefined);
    const again = keepsLedger ? folder : tree(linkResult([linked('orders', finding())]));
    expect((await create(again, '--run', '1')).code).toBe(0);
    expect(await github.issues()).toHaveLength(1);
  });
});

test('a ledger that is damaged is begun anew', { timeout: 120_000 }, async () => {
  const folder = tree(linkResult([linked('orders', finding())]));
  mkdirSync(join(folder, '.ssot-audit'));
  writeFileSync(join(folder, '.ssot-audit', 'issues.json'), '{"version": 1, "repos');
  expect((await create(folder)).code).toBe(0);
  expect(await github.issues()).toHaveLength(1);
});
