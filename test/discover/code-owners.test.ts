import { mkdirSync, symlinkSync, writeFileSync as writeText } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCodeOwners } from '../../src/discover/code-owners.js';
import { scan } from '../../src/scan.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

/** Who owns a path by a CODEOWNERS file, as one line. */
function ownersBy(text: string): (path: string) => string {
  const { ownersOf } = readCodeOwners(temporaryTree({ '.github/CODEOWNERS': text, '.git/HEAD': '' }));
  return (path) => ownersOf(path).join(' ');
}

describe('code owners', () => {
  it.each([
    // The examples of docs.github.com, "About code owners", retold.
    ['*', 'web/a/b.ts', true], ['*.ts', 'web/a/b.ts', true], ['*.ts', 'web/a/b.tsx', false],
    ['/build/logs/', 'build/logs/a/b.log', true], ['/build/logs/', 'web/build/logs/b.log', false],
    ['docs/*', 'docs/start.md', true], ['docs/*', 'docs/app/start.md', false], ['docs/*', 'web/docs/start.md', false],
    ['apps/', 'web/apps/a/b.ts', true], ['apps/', 'apps', false], ['/docs/', 'docs/a.md', true], ['/docs/', 'a/docs/a.md', false],
    ['**/logs', 'deploy/logs/a.log', true], ['**/logs', 'logs/a.log', true], ['/apps/github', 'apps/github/a.ts', true], ['/apps/github', 'apps/github.ts', false],
    ['web/**/test', 'web/test/a.ts', true], ['web/**/test', 'web/a/b/test/a.ts', true], ['web/**', 'web/a/b.ts', true], ['web/*/test/', 'web/a/b/test/c.ts', false],
    ['cart?.ts', 'web/carts.ts', true], ['Cart.ts', 'web/cart.ts', false], ['my\\ shop/', 'my shop/a.ts', true], ['/web', 'web', true], ['a.b', 'axb', false],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(ownersBy(`${pattern} @shop/all\n`)(path)).toBe(matches ? '@shop/all' : '');
  });

  it('are those of the last pattern that matches; none is an answer too', () => {
    const owners = ownersBy('# who\n* @shop/all\n*.ts @ada grace@shop.example # the language\n/web/ @shop/web\n/web/vendor/\n');
    expect([owners('api/a.py'), owners('api/a.ts'), owners('web/a.ts'), owners('web/vendor/a.ts')]).toEqual(['@shop/all', '@ada grace@shop.example', '@shop/web', '']);
  });

  it('are those of every section in the form of GitLab', () => {
    const owners = ownersBy('* @shop/all\n^[Database][2] @shop/data\n*.sql\nmigrations/ @grace\n[Docs]\n*.md @ada\n!README.md\n[database]\nseed.sql @seed\n');
    expect([owners('a.sql'), owners('migrations/a.sql'), owners('a.md'), owners('README.md'), owners('seed.sql')]).toEqual(['@shop/all @shop/data', '@shop/all @grace', '@shop/all @ada', '@shop/all', '@shop/all @seed']);
  });

  it('come from the first of the places that GitHub looks in, for paths of the repository', () => {
    const root = temporaryTree({ 'docs/CODEOWNERS': '* @docs', 'CODEOWNERS': '/shop/web/ @shop/web', 'shop/web/a.ts': '', '.git/HEAD': '' });
    expect(readCodeOwners(join(root, 'shop')).ownersOf('web/a.ts')).toEqual(['@shop/web']);
    expect(readCodeOwners(join(root, 'shop')).ownersOf('api/a.ts')).toEqual([]);
  });

  it('say what is wrong with a line and read the others', () => {
    const { ownersOf, problems } = readCodeOwners(temporaryTree({ CODEOWNERS: '*.ts shop-team @ada\n[a-z].ts @ada\n*.py @grace\n', '.git/HEAD': '' }));
    expect(problems.map(({ location, message }) => `${location!.path}:${location!.range.start.line} ${message}`)).toEqual([
      'CODEOWNERS:1 "shop-team" is no owner: @user, @group/team or an e-mail address.',
      'CODEOWNERS:2 "[a-z].ts": ranges in brackets mean nothing here.',
    ]);
    expect([ownersOf('a.ts'), ownersOf('a.py')]).toEqual([['@ada'], ['@grace']]);
  });

  it('are nobody where the file is a folder, a link or too large', () => {
    const large = temporaryTree({ CODEOWNERS: `${'# a long file\n'.repeat(300_000)}* @ada`, '.git/HEAD': '' });
    const folder = temporaryTree({ '.git/HEAD': '' });
    mkdirSync(join(folder, 'CODEOWNERS'));
    const link = temporaryTree({ '.git/HEAD': '', secret: '* @ada' });
    symlinkSync('secret', join(link, 'CODEOWNERS'));
    for (const root of [large, folder, link]) {
      const { ownersOf, problems } = readCodeOwners(root);
      expect([ownersOf('a.ts'), problems.length]).toEqual([[], 1]);
    }
    expect(readCodeOwners(temporaryTree({ 'a.ts': '' }))).toMatchObject({ problems: [] });
  });

  it('survive any text, in a time that a hostile pattern cannot stretch', () => {
    const root = temporaryTree({ CODEOWNERS: '', '.git/HEAD': '' });
    const part = fc.constantFrom('*', '**', '/', '?', '[', ']', '!', '\\', '#', ' ', '\t', '\n', '@', '^[', '][2]', 'a', 'web', '@ada', '\u0000', '購');
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), fc.array(fc.constantFrom('a', 'web', '/', '.', '購'), { minLength: 1, maxLength: 12 }), (parts, path) => {
      writeText(join(root, 'CODEOWNERS'), parts.join(''));
      const { ownersOf, problems } = readCodeOwners(root);
      for (const owner of ownersOf(path.join(''))) expect(owner).toMatch(/^@|@/);
      for (const { message } of problems) expect(message).toMatch(/\S/);
    }), { numRuns: 300 });
    writeText(join(root, 'CODEOWNERS'), `${'*a'.repeat(450)}b @ada\n${'**/a/'.repeat(180)}b @ada\n`.repeat(50));
    expect(readCodeOwners(root).ownersOf(`${'a/'.repeat(200)}${'a'.repeat(200)}`)).toEqual([]);
  }, 5000);

  it('stand in every finding of a scan', async () => {
    const root = temporaryTree({ 'api/limits.py': 'import os\nA = os.environ.get("CART_LIMIT", "5")\n', 'api/cart.py': 'import os\nB = os.environ.get("CART_LIMIT", "9")\n', '.github/CODEOWNERS': '* @shop/all\ncart.py @ada\n' });
    git(root, 'init', '-q');
    const { findings } = await scan({ root, only: ['conflicting-default'], cacheDir: false, threads: 1 });
    expect(findings.map(({ codeOwners }) => [...codeOwners!].sort())).toEqual([['@ada', '@shop/all']]);
  });
});
