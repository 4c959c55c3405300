import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from '../src/discover/read-file.js';
import { scan } from '../src/scan.js';
import type { ScanResult } from '../src/model/result.js';
import { temporaryTree } from './support/temporary-tree.js';

const healthy = { 'shop/orders.py': 'LIMIT = 5\n', 'shop/cart.ts': 'export const LIMIT = 5;\n' };
const audit = (root: string): Promise<ScanResult> => scan({ root, cacheDir: false, threads: 1 });
const analysed = (result: ScanResult): string[] => result.files.map(({ path }) => path);

/** The rest must still be analysed, whatever stands beside it. */
function expectHealthyRest(result: ScanResult): void {
  expect(analysed(result)).toEqual(expect.arrayContaining(Object.keys(healthy)));
}

describe('hostile and broken input', () => {
  it('skips a file of 50 MB and says so', async () => {
    const result = await audit(temporaryTree({ ...healthy, 'shop/prices.json': Buffer.alloc(50_000_000, 'a'), 'shop/tour.gif': Buffer.alloc(3_000_000) }));
    expectHealthyRest(result);
    // A picture is nothing that anybody expects to be read.
    expect(result.problems.map(({ kind, message, location }) => [kind, message, location?.path])).toEqual([['skipped-file', 'Not analysed: larger than 2 MB.', 'shop/prices.json']]);
    expect(result.coverage.skipped).toMatchObject({ 'larger than 2 MB': 2 });
  });

  it('skips a minified bundle', async () => {
    const result = await audit(temporaryTree({ ...healthy, 'shop/bundle.js': 'var a=1;'.repeat(5000) }));
    expectHealthyRest(result);
    expect(result.coverage.skipped).toMatchObject({ minified: 1 });
  });

  it('reads a file with invalid UTF-8 and names the byte', async () => {
    const result = await audit(temporaryTree({ ...healthy, 'shop/names.py': Buffer.from([0x41, 0x20, 0x3d, 0x20, 0x22, 0xff, 0x22, 0x0a]) }));
    expectHealthyRest(result);
    expect(result.problems).toContainEqual(expect.objectContaining({
      kind: 'parse-error', message: 'Not valid UTF-8 (first at byte 5); read with replacement characters.',
    }));
    expect(result.coverage.total.partlyParsed).toBe(1);
  });

  it('reports a syntax error and keeps the rest of that file', async () => {
    const result = await audit(temporaryTree({ ...healthy, 'shop/broken.ts': 'export const LIMIT = ;\nexport const OTHER = 7;\n', 'shop/broken.py': 'def ship(:\n    pass\n\nOTHER = 7\n' }));
    expectHealthyRest(result);
    const broken = result.problems.filter(({ kind }) => kind === 'parse-error').map(({ location }) => location?.path);
    expect(new Set(broken)).toEqual(new Set(['shop/broken.ts', 'shop/broken.py']));
    expect(result.coverage.total.partlyParsed).toBe(2);
  });

  it('does not follow a loop of symbolic links', async () => {
    const root = temporaryTree(healthy);
    symlinkSync(root, join(root, 'shop/again'));
    const result = await audit(root);
    expectHealthyRest(result);
    expect(analysed(result).every((path) => !path.includes('again'))).toBe(true);
  });

  it('survives a tsconfig that extends itself in a circle', async () => {
    const result = await audit(temporaryTree({
      ...healthy,
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" }',
      'tsconfig.base.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "@/*": ["./shop/*"] } } }',
      'shop/user.ts': "import { LIMIT } from '@/cart';\nexport const twice = LIMIT * 2;\n",
    }));
    expectHealthyRest(result);
    expect(result.imports['shop/user.ts']).toEqual(['shop/cart.ts']);
  });

  it('skips what cannot be read as a file and names the reason', () => {
    expect(readSource(temporaryTree({}), 'shop/secret.py')).toEqual({ status: 'skipped', reason: 'unreadable: EISDIR' });
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('skips an unreadable file and names the reason', async () => {
    const root = temporaryTree({ ...healthy, 'shop/secret.py': 'A = 1\n' });
    chmodSync(join(root, 'shop/secret.py'), 0);
    const result = await audit(root);
    expectHealthyRest(result);
    expect(result.coverage.skipped).toMatchObject({ 'unreadable: permission denied': 1 });
  });

  it.skipIf(process.getuid?.() === 0).each([['in a git repository', true], ['elsewhere', false]])('says that a folder cannot be opened, %s', async (_where, git) => {
    const root = temporaryTree({ ...healthy, 'closed/secret.py': 'A = 1\n', 'shop/uses-it.py': 'from closed.secret import A\n' });
    if (git) execFileSync('git', ['init', '-q'], { cwd: root });
    chmodSync(join(root, 'closed'), 0);
    const result = await audit(root);
    chmodSync(join(root, 'closed'), 0o755);
    expect(result.coverage.skipped).toMatchObject({ 'unreadable: permission denied': 1 });
    expect(result.problems).toContainEqual(expect.objectContaining({ kind: 'skipped-file', location: expect.objectContaining({ path: 'closed' }) }));
    expect(result.findings.filter(({ ruleId }) => ruleId === 'unresolved-import')).toEqual([]);
  });

  it('refuses a bomb of YAML aliases in words', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => `${'abcdefghi'[level]}: &${'abcdefghi'[level]} [${Array(9).fill(level === 0 ? 'lol' : `*${'abcdefghi'[level - 1]}`).join(', ')}]`);
    const result = await audit(temporaryTree({ ...healthy, 'shop/bomb.yaml': `${levels.join('\n')}\n` }));
    expect(result.problems).toContainEqual(expect.objectContaining({ kind: 'parse-error', message: 'The aliases of this file expand to more values than can be read; the rest is left out.' }));
    expectHealthyRest(result);
  });

  it('reads source that is nested thousands of levels deep without falling', async () => {
    const depth = 20_000;
    const result = await audit(temporaryTree({
      ...healthy,
      'shop/deep.ts': `export const deep = ${'['.repeat(depth)}${']'.repeat(depth)};\n`,
      'shop/deep.py': `deep = ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
      'shop/deep.json': `${'['.repeat(depth)}${']'.repeat(depth)}`,
      'shop/deep.yaml': `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
    }));
    expectHealthyRest(result);
  });

  it('audits an empty tree and finds nothing', async () => {
    const root = temporaryTree({});
    mkdirSync(join(root, 'empty'));
    const result = await audit(root);
    expect(result.findings).toEqual([]);
    expect(result.coverage.total).toMatchObject({ seen: 0, parsed: 0 });
  });
});
