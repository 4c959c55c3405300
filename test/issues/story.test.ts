import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitHub, type GitHub } from '../support/github.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

const HOUSE = fileURLToPath(new URL('../..', import.meta.url));
/** The built command line: `npm test` builds before it tests. */
const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');
const SUMMARY = 'web/src/basket/basket-summary.ts';
const PACKER = 'worker/fulfilment/packer.py';

let github: GitHub;
beforeAll(async () => {
  expect(existsSync(CLI), `${CLI} is missing: npm run build`).toBe(true);
  github = await startGitHub();
});
afterAll(() => github.close());

test('the life of three issues, from failing tests to a regression', async () => {
  const shop = temporaryTree({});
  cpSync(join(HOUSE, 'fixtures/shop'), shop, { recursive: true });
  mkdirSync(join(shop, 'test-results'));
  writeFileSync(join(shop, '.gitignore'), 'test-results/\n.ssot-audit/\n*.json\n__pycache__/\n');
  const healthy = { [SUMMARY]: read(shop, SUMMARY), [PACKER]: read(shop, PACKER) };
  git(shop, 'init', '-q', '-b', 'main');
  git(shop, 'remote', 'add', 'origin', 'https://github.com/shop/web.git');
  commit(shop, 'feat: the shop opens');

  // Two developers state a thing a second time, and differently; tests fail for it.
  writeFileSync(join(shop, SUMMARY), withoutName(healthy[SUMMARY]!, 'GIFT_WRAP_CENTS').replace(/\n\n/, '\n\nexport const GIFT_WRAP_CENTS = 250;\n\n'));
  commit(shop, 'feat(web): wrapping for the season');
  writeFileSync(join(shop, PACKER), withoutName(healthy[PACKER]!, 'MAX_PARCEL_PIECES').replace(/\n\n\n/, '\n\nMAX_PARCEL_PIECES = 10\n\n\n'));
  const broken = commit(shop, 'feat(worker): larger boxes');

  await runSuites(shop);
  await link(shop, 'link.json');
  const dry = await issues(shop, ['link.json']);
  expect(dry).toContain('POST /repos/shop/web/issues\n  title   [E2E-DEPLOY-GIFT-WRAP-CENTS-Wrong-Result-BasketSuite]\n');
  expect(await github.issues()).toEqual([]);

  const filed = await issues(shop, ['link.json', '--create', '--run', 'ci-1']);
  expect(filed).toContain('3 created, 0 updated, 0 closed, 0 reopened, 0 left alone.');
  const opened = await github.issues();
  expect(opened.map(({ title }) => title).sort()).toEqual([
    '[E2E-DEPLOY-GIFT-WRAP-CENTS-Wrong-Result-BasketSuite]', '[E2E-DEPLOY-MAX-PARCEL-PIECES-Wrong-Result-PackingSuite]',
    expect.stringMatching(/^\[E2E-DEPLOY-MAX-PARCEL-PIECES-Wrong-Result-PackingSuite\]: test_/),
  ]);
  const body = opened.find(({ title }) => title.includes('GIFT'))!.body;
  for (const parcels of opened.filter(({ title }) => title.includes('PARCEL'))) expect(parcels.body).toMatch(/^- #\d \(the same violation\)$/m);
  expect(body).toContain('web/src/basket/basket-summary.ts:');
  expect(body).toContain('web/src/basket/basket-rules.ts:');
  expect(body).toMatch(/### Five whys\n\n1\. /);

  // The next run still fails.
  expect(await issues(shop, ['link.json', '--create', '--run', 'ci-2'])).toContain('0 created, 3 updated');

  // Both are put right. One green run is not enough; the second closes, and may come as bare reports or as a link result.
  writeFileSync(join(shop, SUMMARY), healthy[SUMMARY]!);
  writeFileSync(join(shop, PACKER), healthy[PACKER]!);
  const fixed = commit(shop, 'fix: one price of wrapping, one size of boxes');
  await runSuites(shop);
  expect(await issues(shop, ['test-results', '--create', '--run', 'ci-3'])).toContain('0 created, 3 updated, 0 closed');
  await runSuites(shop);
  await link(shop, 'green.json');
  expect(await issues(shop, ['green.json', '--create', '--run', 'ci-4'])).toContain('0 created, 0 updated, 3 closed');
  expect((await github.issues()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);

  // Somebody does it again.
  writeFileSync(join(shop, SUMMARY), withoutName(healthy[SUMMARY]!, 'GIFT_WRAP_CENTS').replace(/\n\n/, '\n\nexport const GIFT_WRAP_CENTS = 250;\n\n'));
  const again = commit(shop, 'feat(web): wrapping for Easter');
  await runSuites(shop);
  await link(shop, 'link.json');
  expect(await issues(shop, ['link.json', '--create', '--run', 'ci-5'])).toContain('0 created, 0 updated, 0 closed, 1 reopened');
  const after = await github.issues();
  expect(after).toHaveLength(3);
  const reopened = after.find(({ state }) => state === 'open')!;
  expect(reopened.title).toContain('GIFT-WRAP-CENTS');
  const comments = (await github.comments(reopened.number)).map((comment) => comment.body);
  expect(comments.at(-1)).toContain(`It passed as of ${fixed}, and it fails again at ${again}`);
  expect(reopened.body).toContain(broken.slice(0, 12));
}, 240_000);

test('the page about issues shows what these commands print', () => {
  const page = readFileSync(join(HOUSE, 'docs/issues.md'), 'utf8');
  for (const line of [
    'title   [E2E-DEPLOY-GIFT-WRAP-CENTS-Wrong-Result-BasketSuite]', '3 requests; nothing was sent.', '3 created, 0 updated, 0 closed, 0 reopened, 0 left alone.', '0 created, 0 updated, 3 closed',
    '0 created, 0 updated, 0 closed, 1 reopened',
  ]) expect(page).toContain(line);
});

function read(shop: string, path: string): string {
  return readFileSync(join(shop, path), 'utf8');
}

function commit(shop: string, subject: string): string {
  git(shop, 'add', '--all');
  git(shop, 'commit', '-q', '-m', subject);
  return git(shop, 'rev-parse', 'HEAD').trim();
}

/** The text without the import of a name. */
function withoutName(text: string, name: string): string {
  const changed = text.replace(new RegExp(`(import \\{[^}]*?|from \\S+ import [^\\n]*?)(?:, ${name}\\b|\\b${name}, )`), '$1');
  const gone = changed === text ? text.replace(new RegExp(`^(?:import \\{ ${name} \\} from .*|from \\S+ import ${name})\\n`, 'm'), '') : changed;
  expect(gone).not.toBe(text);
  return gone;
}

/** Vitest and unittest, for real; both write JUnit. */
async function runSuites(shop: string): Promise<void> {
  const vitest = [join(HOUSE, 'node_modules/vitest/vitest.mjs'), 'run', '--root', shop, 'web/test/basket', '--reporter=junit', `--outputFile=${join(shop, 'test-results/vitest.xml')}`, '--pool=threads', '--maxWorkers=1'];
  await start(process.execPath, vitest, shop);
  await start('python3', ['-B', join(shop, 'tools/unittest_junit.py'), 'worker/tests', '.', 'test-results/unittest.xml'], shop);
}

async function link(shop: string, output: string): Promise<void> {
  const { code, stderr } = await start(process.execPath, [CLI, 'link', 'test-results', '--format', 'json', '-o', output, '--cache-dir', '.ssot-audit/cache', '--threads', '1', '-q'], shop);
  expect([code, stderr]).toEqual([0, '']);
}

async function issues(shop: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(process.execPath, [CLI, 'issues', ...args, '--api-url', github.url], shop, args.includes('--create') ? { GITHUB_TOKEN: github.token } : {});
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  transcript.push(`$ ssot-audit issues ${args.join(' ')}\n${stderr}${stdout}`);
  return stdout;
}

const transcript: string[] = [];
afterAll(() => { if (process.env['STORY']) writeFileSync(process.env['STORY'], transcript.join('\n')); });

/** With nothing of this test's own environment: a runner in a runner would take itself for the other. */
function start(command: string, parameters: readonly string[], cwd: string, more: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((done) => {
    execFile(command, parameters, { cwd, env: { PATH, HOME, NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1', ...more }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }));
  });
}
