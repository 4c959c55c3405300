import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGitHub, type GitHub } from '../support/github.js';
import { startCli } from '../support/shop-cli.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

let github: GitHub;
beforeAll(async () => { github = await startGitHub(); });
afterAll(() => github.close());
beforeEach(() => github.reset());

/** Fails while the price is the old one. */
const SUITE = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const failing = readFileSync('src/price.mjs', 'utf8').includes('1.19');
const failure = failing ? '<failure type="AssertionError" message="expected 119 to be 120">at src/price.mjs:1:22</failure>' : '';
mkdirSync('reports', { recursive: true });
writeFileSync('reports/prices.xml', '<testsuites><testsuite name="prices"><testcase classname="test/price.test.mjs" name="adds tax" time="0.' + String(process.hrtime()[1]).slice(0, 3) + '">' + failure + '</testcase></testsuite></testsuites>');
process.exit(failing ? 1 : 0);
`;

function project(): string {
  const root = temporaryTree({
    'suite.mjs': SUITE, 'src/price.mjs': 'export const total = (net) => net * 1.19;\n', '.gitignore': 'reports/\n',
    'test/price.test.mjs': "import { total } from '../src/price.mjs';\nit('adds tax', () => { expect(total(100)).toBe(120); });\n",
    'ssot-audit.config.json': JSON.stringify({ loop: { suites: [{ name: 'prices', command: 'node suite.mjs', reports: ['reports/prices.xml'], files: ['test/*.mjs'], priority: 'P1' }] } }),
  });
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'remote', 'add', 'origin', 'https://github.com/shop/web.git');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'prices');
  git(root, 'switch', '-q', '-c', 'tax-of-2026');
  return root;
}

function loop(root: string, ...args: string[]): ReturnType<typeof startCli> {
  return startCli(root, ['loop', '-q', '--repo', github.repository, '--api-url', github.url, ...args], { GITHUB_TOKEN: github.token });
}

const runs = (root: string): string[] => (existsSync(join(root, '.ssot-audit/runs')) ? readdirSync(join(root, '.ssot-audit/runs')).sort() : []);
const text = (root: string, name: string): string => readFileSync(join(root, '.ssot-audit/runs', runs(root).at(-1)!, name), 'utf8');
const issuesRecord = (root: string): { published: { number: number; action: string }[]; closes: { number: number }[]; pullRequestAt?: { number: number; action: string } } => JSON.parse(text(root, '6-issues.json')) as ReturnType<typeof issuesRecord>;
const pull = async (): Promise<{ number: number; title: string; body: string; base: { ref: string } }[]> => github.api('GET', '/repos/shop/web/pulls');
const created = (path: string): number => github.requests.filter((request) => request.method === 'POST' && request.path.endsWith(path)).length;

function fix(root: string): void {
  writeFileSync(join(root, 'src/price.mjs'), 'export const total = (net) => net * 1.2;\n');
  git(root, 'commit', '-q', '-a', '-m', 'fix #7: the tax of 2026, says @ann');
}

describe('the loop on GitHub', { timeout: 240_000 }, () => {
  it('files what it drafted when it is told to later, opens a pull request that closes the issue once the fix is shown, and keeps what people wrote', async () => {
    const root = project();
    const drafted = await loop(root).done;
    expect(drafted.out).toContain('1 issue drafted; none was sent.');
    expect(github.requests).toEqual([]);

    expect((await loop(root, '--resume', '--create').done).out).toContain('Issues: 1 created.');
    expect(issuesRecord(root).published).toMatchObject([{ number: 1, action: 'create' }]);
    expect(text(root, 'worklog.md')).toMatch(/- Created \[#1\]\(http[^)]*\/shop\/web\/issues\/1\): \*\*\\\[E2E-DEPLOY/);
    github.requests.length = 0;
    await loop(root, '--resume').done;
    expect(github.requests).toEqual([]);
    expect(runs(root)).toHaveLength(1);

    fix(root);
    const fixed = await loop(root, '--base', 'main', '--pr').done;
    expect(fixed.out, fixed.err).toContain('Pull request #2: opened.');
    const [opened] = await pull();
    expect(opened).toMatchObject({ title: 'fix #\u200b7: the tax of 2026, says @\u200bann', base: { ref: 'main' } });
    expect(opened!.body).toContain('- Closes #1\n');
    expect(opened!.body).toContain('| prices | 1 | 0 | 0 | strong |');
    expect(issuesRecord(root).closes).toMatchObject([{ number: 1 }]);

    await github.api('PATCH', '/repos/shop/web/pulls/2', { body: `Please look at the rounding.\n\n${opened!.body}\n\nCloses #1, says a person.` });
    git(root, 'commit', '-q', '--allow-empty', '-m', 'docs: why');
    expect((await loop(root, '--base', 'main', '--pr').done).out).toContain('Pull request #2: updated.');
    const [updated] = await pull();
    expect(updated!.title).toBe(opened!.title);
    expect(updated!.body).toMatch(/^Please look at the rounding\.\n\n<!-- ssot-audit:begin -->[^]*docs: why[^]*<!-- ssot-audit:end -->\n\nCloses #1, says a person\.$/);
    expect(created('/pulls')).toBe(1);
  });

  it('killed after a creation was sent, and resumed, files nothing twice', async () => {
    const root = project();
    git(root, 'commit', '-q', '--allow-empty', '-m', 'a look at the tax');
    for (const path of ['/issues', '/pulls']) {
      let kill = (): void => undefined;
      github.fail((request) => {
        if (request.method !== 'POST' || !request.path.endsWith(path)) return undefined;
        setTimeout(() => kill(), 200);
        return { slow: 2_000 };
      });
      const killed = loop(root, ...(runs(root).length > 0 ? ['--resume'] : ['--base', 'main', '--create', '--pr']));
      kill = () => killed.kill('SIGKILL');
      expect((await killed.done).code, path).toBeNull();
    }
    github.fail(undefined);
    const { code, err } = await loop(root, '--resume').done;
    expect(code, err).toBe(1);
    expect((await github.issues()).filter(({ body }) => body.includes('ssot-audit:state'))).toHaveLength(1);
    expect(await pull()).toHaveLength(1);
    expect([created('/issues'), created('/pulls')]).toEqual([1, 1]);
    expect(issuesRecord(root)).toMatchObject({ published: [{ number: 1 }], pullRequestAt: { number: 2 } });
  });

  it('warns in the text of a change that is larger than a reviewer can read, and names what breaks', async () => {
    const root = project();
    writeFileSync(join(root, 'src/cart.mjs'), "import { total } from './price.mjs';\nexport const sum = (nets) => nets.map(total);\n");
    git(root, 'add', '-A');
    git(root, 'commit', '-q', '-m', 'cart');
    git(root, 'switch', '-q', '-c', 'catalog');
    writeFileSync(join(root, 'src/catalog.mjs'), Array.from({ length: 450 }, (_, index) => `export const article${index} = ${index};\n`).join(''));
    writeFileSync(join(root, 'src/price.mjs'), 'export const gross = (net) => net * 1.2;\n');
    git(root, 'add', '-A');
    git(root, 'commit', '-q', '-m', 'feat: the catalog of @ann, closes #3');
    await loop(root, '--base', 'tax-of-2026').done;
    const request = text(root, 'pull-request.md');
    expect(request).toContain('> **Larger than a reviewer can read.** Beyond about 400 lines or 30 files');
    expect(request).toContain('2 files, 452 changed lines against `tax-of-2026`.');
    expect(request).toContain('feat: the catalog of @\u200bann, closes #\u200b3');
    expect(request).toMatch(/## Breaking changes\n\n- total of src\/price\.mjs is gone; still imported by [^\n]*src\/cart\.mjs/);
    expect(request).toContain('**NOT PROVEN**');
    expect(request).not.toContain('- Closes #');
    expect(github.requests).toEqual([]);
  });

  it('says what is missing before anything runs', async () => {
    const root = project();
    expect((await startCli(root, ['loop', '--create']).done).err).toContain('GITHUB_TOKEN is not set');
    git(root, 'switch', '-q', '--detach');
    expect((await loop(root, '--pr').done).err).toContain('no branch is checked out');
    expect(runs(root)).toEqual([]);
    expect(github.requests).toEqual([]);
  });
});
