import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHistory } from '../../src/discover/git-history.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

describe('the history of a tree', () => {
  it('says in which commit a file was last deleted, by its path from the audited root', () => {
    const root = temporaryTree({ 'services/shop/cart.py': '', 'services/shop/prices.py': '' });
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'feat: a shop');
    rmSync(join(root, 'services/shop/cart.py'));
    git(root, 'commit', '-qam', 'refactor: carts are baskets now');
    const history = openHistory(join(root, 'services'));
    expect(history.deletionOf('shop/cart.py')).toEqual({ commit: git(root, 'rev-parse', '--short', 'HEAD').trim(), date: '2026-01-01', subject: 'refactor: carts are baskets now' });
    expect(history.deletionOf('shop/prices.py')).toBeUndefined();
    expect(history.problems()).toEqual([]);
  });

  it('kept in a file says the same, and no longer once there is another commit', () => {
    const root = temporaryTree({ 'cart.py': '', 'prices.py': '' });
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'feat: a shop');
    git(root, 'rm', '-q', 'cart.py');
    git(root, 'commit', '-qm', 'refactor: no carts');
    const cacheFile = join(root, '.git', 'cache', 'deletions.json');
    const first = openHistory(root, { cacheFile }).deletionOf('cart.py');
    expect(openHistory(root, { cacheFile }).deletionOf('cart.py')).toEqual(first);
    git(root, 'rm', '-q', 'prices.py');
    git(root, 'commit', '-q', '--allow-empty', '-m', 'refactor: no prices');
    expect(openHistory(root, { cacheFile }).deletionOf('prices.py')?.subject).toBe('refactor: no prices');
    writeFileSync(cacheFile, '{"head":');
    expect(openHistory(root, { cacheFile }).deletionOf('cart.py')).toEqual(first);
  });

  it('says when the clone is too shallow to know', () => {
    const root = temporaryTree({ 'shop.py': '' });
    git(root, 'init', '-q');
    for (const subject of ['one', 'two']) git(root, 'commit', '-q', '--allow-empty', '-m', subject);
    git(root, 'clone', '-q', '--depth', '1', `file://${root}`, join(root, 'shallow'));
    const history = openHistory(join(root, 'shallow'));
    expect(history.deletionOf('cart.py')).toBeUndefined();
    expect(history.problems().map(({ kind }) => kind)).toEqual(['git']);
  });

  it('knows nothing outside a repository, and says nothing', () => {
    const history = openHistory(temporaryTree({ 'shop.py': '' }));
    expect(history.deletionOf('cart.py')).toBeUndefined();
    expect(history.problems()).toEqual([]);
  });

  it('reads what git ignores, the nearest .gitignore first', () => {
    const { isIgnored } = openHistory(temporaryTree({ '.gitignore': '*.gen.ts\nbuild/\n', 'web/.gitignore': '!kept.gen.ts\n' }));
    expect(['api.gen.ts', 'web/api.gen.ts', 'web/kept.gen.ts', 'build/a.ts', 'src/a.ts'].map((path) => isIgnored(path))).toEqual([true, true, false, true, false]);
  });
});
