import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { knownFindingOf } from '../../src/gate/known-finding.js';
import { inForce } from '../../src/compare.js';
import { git, temporaryTree } from '../support/temporary-tree.js';
import { isWorse, manager, SHOP, shopRepository, worse } from './shop-repository.js';
import { resolveBase } from '../../src/discover/resolve-base.js';
import { UserError } from '../../src/util/user-error.js';

describe('a pull request against its base', { timeout: 20_000 }, () => {
  it('that changes nothing of what is known passes, whatever is known', async () => {
    const shop = shopRepository();
    shop.write({ 'src/main.ts': `// the entry\n\n${SHOP['src/main.ts']!}` });
    const { result } = await shop.against('main');
    expect(worse(result)).toEqual([]);
    expect(result.comparison).toMatchObject({ verdict: 'passed', resolved: [] });
    expect(result.comparison!.counts.unchanged).toBeGreaterThan(1);
  });

  it('that adds a second manager is blocked with one clear finding', async () => {
    const shop = shopRepository();
    shop.git('checkout', '-qb', 'desk');
    shop.write({
      'src/desk/order-manager.ts': manager('OrderManager', '  reopen(customer: string): void {\n    this.orders.set(customer, []);\n  }\n'),
      'src/desk/desk.ts': `import { OrderManager } from './order-manager.js';\nexport const desk = new OrderManager();\n`,
    });
    shop.commit('a desk');
    const { result } = await shop.against('main');
    expect(worse(result).filter((line) => line.endsWith('blocks'))).toEqual(['duplicate-manager OrderManager new blocks']);
    expect(result.comparison!.verdict).toBe('blocked');
    const finding = result.findings.find(({ change }) => change?.blocks)!;
    expect(finding.change!.statement).toContain('OrderManager has 2 implementations');
    expect(finding.change!.addedSites.map(({ path }) => path)).toContain('src/desk/order-manager.ts');
  });

  it('that adds one more copy to a known family is blocked, naming the added place and no other', async () => {
    const shop = shopRepository();
    shop.write({
      'src/desk/parked-baskets.ts': manager('BasketManager', '  park(): void {\n    this.orders.clear();\n  }\n'),
      'src/desk/desk.ts': `import { BasketManager } from './parked-baskets.js';\nexport const desk = new BasketManager();\n`,
    });
    const { result } = await shop.against('main');
    const grown = result.findings.find(({ ruleId, change }) => ruleId === 'duplicate-manager' && change?.kind === 'grown')!;
    expect(grown.change!.addedSites.map(({ path }) => path)).toEqual(['src/desk/parked-baskets.ts']);
    expect(grown.change).toMatchObject({ blocks: true, statement: '1 more place of BasketManager: src/desk/parked-baskets.ts:1.' });
  });

  it('that mends two things passes and says so', async () => {
    const shop = shopRepository();
    shop.write({ 'src/legacy/basket-manager.ts': undefined, 'src/legacy/old-checkout.ts': undefined, 'src/catalog/search.ts': `import { catalogUrl } from './client.js';\nexport const searchUrl = (): string => catalogUrl() + '/search';\n` });
    const { result } = await shop.against('main');
    expect(result.comparison!.verdict).toBe('passed');
    expect(result.comparison!.resolved.filter(({ kind }) => kind === 'fixed').map(({ concept }) => concept)).toEqual(expect.arrayContaining(['BasketManager', 'CATALOG_URL']));
  });

  it('that mends one violation and brings another of the same rule is blocked: nothing is counted', async () => {
    const shop = shopRepository();
    shop.write({
      'src/legacy/basket-manager.ts': undefined, 'src/legacy/old-checkout.ts': undefined,
      'src/desk/order-manager.ts': manager('OrderManager', '  reopen(): void {\n    this.orders.clear();\n  }\n'),
      'src/desk/desk.ts': `import { OrderManager } from './order-manager.js';\nexport const desk = new OrderManager();\n`,
    });
    const { result } = await shop.against('main');
    expect(worse(result)).toContain('duplicate-manager OrderManager new blocks');
    expect(result.comparison!.resolved.map(({ ruleId, concept }) => `${ruleId} ${concept}`)).toContain('duplicate-manager BasketManager');
  });

  it('that only moves files passes', async () => {
    const shop = shopRepository();
    shop.git('mv', 'src/legacy', 'src/legacy-2019');
    const { result } = await shop.against('main');
    expect(worse(result)).toEqual([]);
    expect(result.comparison).toMatchObject({ verdict: 'passed', resolved: [] });
    expect(result.comparison!.counts.moved).toBeGreaterThan(0);
  });

  it('that deletes a module with importers is blocked in one sentence that names them', async () => {
    const shop = shopRepository();
    shop.write({ 'src/tax/vat.ts': undefined });
    const { result } = await shop.against('main');
    const blocking = result.findings.filter(({ change }) => change?.blocks);
    expect(blocking.map(({ change }) => change!.statement)).toEqual(['src/tax/vat.ts was deleted in this change, and 1 importer remains: src/main.ts:3.']);
  });

  it('that renames a module and forgets an importer says where it went', async () => {
    const shop = shopRepository();
    shop.git('mv', 'src/tax/vat.ts', 'src/tax/value-added.ts');
    const { result } = await shop.against('main');
    expect(result.findings.filter(({ change }) => change?.blocks).map(({ change }) => change!.statement)).toEqual(
      ['src/tax/vat.ts was renamed to src/tax/value-added.ts in this change, and 1 importer remains: src/main.ts:3.']);
  });

  it('that deletes a module which only tests import is blocked by those that cannot be loaded, and warned by others', async () => {
    const stamp = { ...SHOP, 'src/post/stamp.ts': 'export const stamp = (page: number): string => `p${page}`;\n' };
    const strict = shopRepository({ ...stamp, 'test/stamp.test.ts': `import { stamp } from '../src/post/stamp.js';\nit('stamps', () => stamp(1));\n` });
    strict.write({ 'src/post/stamp.ts': undefined });
    expect((await strict.against('main')).result.findings.filter(isWorse).map(({ severity, change }) => [severity, change!.level, change!.statement])).toEqual(
      [['info', 'block', 'src/post/stamp.ts was deleted in this change, and 1 importer remains: test/stamp.test.ts:1.']]);
    const lazy = shopRepository({ ...stamp, 'test/stamp.test.ts': `it('stamps', async () => (await import('../src/post/stamp.js')).stamp(1));\n` });
    lazy.write({ 'src/post/stamp.ts': undefined });
    expect((await lazy.against('main')).result.findings.filter(isWorse).map(({ change }) => change!.level)).toEqual(['warn']);
  });

  it('that deletes a whole Python package, so that its name reads like an installed one, is blocked all the same', async () => {
    const shop = shopRepository({
      'pyproject.toml': '[project]\nname = "shop"\n', 'shop/__init__.py': '', 'tariffs/__init__.py': '', 'tariffs/express.py': 'EXPRESS_CENTS = 990\n',
      'shop/shipping.py': 'from tariffs.express import EXPRESS_CENTS\n\n\ndef price():\n    return EXPRESS_CENTS\n',
    });
    shop.write({ 'tariffs/express.py': undefined, 'tariffs/__init__.py': undefined });
    const { result } = await shop.against('main');
    const blocking = result.findings.filter(({ change }) => change?.blocks);
    expect(blocking.map(({ change }) => change!.statement)).toEqual(['tariffs/express.py was deleted in this change, and 1 importer remains: shop/shipping.py:1.']);
  });

  it('that leaves importers of a whole package behind may say so in the source, or lower the rule, like any other', async () => {
    const files = {
      'pyproject.toml': '[project]\nname = "shop"\n', 'shop/__init__.py': '', 'tariffs/__init__.py': '', 'tariffs/express.py': 'EXPRESS_CENTS = 990\n',
      'shop/shipping.py': 'from tariffs.express import EXPRESS_CENTS\n\n\ndef price():\n    return EXPRESS_CENTS\n',
    };
    const change = { 'tariffs/express.py': undefined, 'tariffs/__init__.py': undefined };
    const told = shopRepository(files);
    told.write({ ...change, 'shop/shipping.py': `# ssot-ignore-next-line removed-while-imported -- tariffs is a package of its own from Monday on\n${files['shop/shipping.py']}` });
    const { result } = await told.against('main');
    expect(result.comparison!.verdict).toBe('passed');
    expect(result.findings.map(({ ruleId, suppression }) => [ruleId, suppression?.justification])).toEqual([['removed-while-imported', 'tariffs is a package of its own from Monday on']]);
    // without a base nobody can say that the comment is in vain
    expect((await told.scan()).findings).toEqual([]);

    const lowered = shopRepository(files, { rules: { 'removed-while-imported': 'warning' } });
    lowered.write(change);
    expect((await lowered.against('main')).result.findings).toMatchObject([{ ruleId: 'removed-while-imported', severity: 'warning' }]);
    const off = shopRepository(files, { rules: { 'removed-while-imported': 'off' } });
    off.write(change);
    expect((await off.against('main')).result.findings).toEqual([]);
  });

  it('is audited by the rules that were asked for, and says what was left out for that', async () => {
    const shop = shopRepository();
    shop.write({ 'src/tax/vat.ts': undefined });
    const { result } = await shop.against('main', { only: ['duplicate-*'] });
    expect(result.comparison!.notes).toEqual([expect.stringMatching(/^removed-while-imported was left out of this run \(--only\)/)]);
    expect((await shop.scan({ only: ['removed-while-imported'] })).problems.map(({ message }) => message)).toEqual([expect.stringContaining('there is none. Give one: --base <ref>')]);
  });

  it('that imports from a missing module once more is blocked, naming the place, be there ever so many already', async () => {
    const pages = Object.fromEntries(Array.from({ length: 30 }, (_, page) => [`src/pages/${page + 10}.page.ts`, `import { stamp } from '../post/stamp.js';\nexport const page${page} = stamp(${page});\n`]));
    const shop = shopRepository({ ...SHOP, ...pages });
    shop.write({ 'src/pages/99.page.ts': `import { stamp } from '../post/stamp.js';\nexport const last = stamp(99);\n` });
    const { result } = await shop.against('main');
    const blocking = result.findings.filter(({ change }) => change?.blocks);
    expect(blocking.map(({ ruleId, change }) => [ruleId, change!.kind, change!.statement])).toEqual([['unresolved-import', 'grown', expect.stringMatching(/^1 more importer of src\/post\/stamp.*: src\/pages\/99\.page\.ts:1\.$/)]]);
    expect(blocking[0]!.related.length).toBeLessThan(30);
  });

  it('that takes a detour to something once more is warned of, naming the importer', async () => {
    const shop = shopRepository({
      ...SHOP,
      'src/legacy/tax.ts': `export { vatOf } from '../tax/vat.js';\n`,
      ...Object.fromEntries(['bill', 'quote', 'reminder'].map((name) => [`src/papers/${name}.ts`, `import { vatOf } from '../legacy/tax.js';\nexport const ${name} = vatOf(1);\n`])),
      'src/papers/offer.ts': `import { vatOf } from '../tax/vat.js';\nexport const offer = vatOf(1);\n`,
    });
    shop.write({ 'src/papers/receipt.ts': `import { vatOf } from '../legacy/tax.js';\nexport const receipt = vatOf(1);\n` });
    const { result } = await shop.against('main');
    expect(result.findings.filter(isWorse).map(({ ruleId, change }) => [ruleId, change!.kind, change!.level, change!.statement])).toEqual(
      [['import-path-fragmentation', 'grown', 'warn', '1 more importer of vatOf: src/papers/receipt.ts:1.']]);
    expect(result.comparison!.verdict).toBe('passed');
  });

  it('by which another copy is the likely owner has changed nothing of what differs', async () => {
    const shop = shopRepository();
    const ownerOf = ({ findings }: { findings: readonly { ruleId: string; location: { path: string } }[] }): string => findings.find(({ ruleId }) => ruleId === 'duplicate-manager')!.location.path;
    shop.write(Object.fromEntries(['desk', 'till', 'kiosk'].map((name) => [`src/${name}.ts`, `import { BasketManager } from './legacy/basket-manager.js';\nexport const ${name} = new BasketManager();\n`])));
    const { result, base } = await shop.against('main');
    expect([ownerOf(base), ownerOf(result)]).toEqual(['src/basket/basket-manager.ts', 'src/legacy/basket-manager.ts']);
    expect(result.findings.find(({ ruleId }) => ruleId === 'duplicate-manager')!.change!.kind).toBe('unchanged');
  });

  it('that moves a copy between files that both stay passes', async () => {
    const basket = SHOP['src/legacy/basket-manager.ts']!;
    const files = { ...SHOP, 'src/legacy/old-checkout.ts': `import { BasketManager } from './basket-manager.js';\nexport const baskets = new BasketManager();\nexport const words = 'thank you';\n`, 'src/legacy/basket-manager.ts': `${basket}export const motto = 'first come';\n` };
    const shop = shopRepository(files);
    shop.write({
      'src/legacy/basket-manager.ts': `export const motto = 'first come';\n`,
      'src/legacy/old-checkout.ts': `${basket}export const baskets = new BasketManager();\nexport const words = 'thank you';\n`,
    });
    const { result } = await shop.against('main');
    expect(worse(result)).toEqual([]);
    expect(result.findings.find(({ ruleId }) => ruleId === 'duplicate-manager')!.change!.kind).toBe('moved');
  });

  it('is compared with where it left the base, not with what others did there since', async () => {
    const shop = shopRepository();
    shop.git('checkout', '-qb', 'copy-text');
    shop.write({ 'src/main.ts': `${SHOP['src/main.ts']!}// thank you\n` });
    shop.commit('words');
    shop.git('checkout', '-q', 'main');
    shop.write({ 'src/legacy/basket-manager.ts': undefined, 'src/legacy/old-checkout.ts': undefined });
    shop.commit('others mend the baskets');
    shop.git('checkout', '-q', 'copy-text');
    expect((await shop.against('main')).result.comparison).toMatchObject({ verdict: 'passed', resolved: [] });
    // against the tree of main itself the old copy is news
    expect(worse((await shop.against('main', { exact: true })).result)).toContain('duplicate-manager BasketManager new blocks');
  });

  it('sees with --staged what a commit would take, and not what lies about', async () => {
    const shop = shopRepository();
    shop.write({ 'src/tax/vat.ts': 'export const nothing = 1;\n' });
    shop.git('add', '-A');
    shop.write({ 'src/tax/vat.ts': SHOP['src/tax/vat.ts'] }); // mended on disk, not staged
    expect(worse((await shop.against('HEAD')).result)).toEqual([]);
    expect(worse((await shop.against('HEAD', { staged: true })).result)).toEqual([expect.stringContaining('unresolved-import')]);
  });

  it('gives the same with a kept result of the base as with a fresh one', async () => {
    const shop = shopRepository();
    shop.write({ 'src/tax/vat.ts': undefined });
    const [first, second] = [await shop.against('main'), await shop.against('main')];
    expect(second.result).toEqual(first.result);
  });

  it('is judged by paths too: a folder may be let off', async () => {
    const shop = shopRepository();
    shop.write({ 'src/tax/vat.ts': undefined });
    const { result } = await shop.against('main');
    expect(result.comparison!.verdict).toBe('blocked');
    const { createJudge } = await import('../../src/gate/policy.js');
    const finding = result.findings.find(({ change }) => change?.blocks)!;
    const compared = { kind: 'new' as const, added: [], newContent: [], raised: false };
    expect(createJudge({ overrides: [{ files: ['src/**'], warn: ['unresolved-import'] }] })(finding, compared, [{ path: 'src/main.ts', production: true }])).toBe('warn');
    expect(createJudge({ overrides: [{ files: ['legacy/**'], warn: ['unresolved-import'] }] })(finding, compared, [{ path: 'src/main.ts', production: true }])).toBe('block');
    expect(createJudge({ block: [], warn: [] })(finding, compared, [{ path: 'src/main.ts', production: true }])).toBe('note');
  });
});

describe('a base that is not there', () => {
  const errorOf = (run: () => unknown): UserError => {
    try {
      run();
    } catch (error) {
      return error as UserError;
    }
    throw new Error('nothing was thrown');
  };

  it('in a shallow clone names fetch-depth', () => {
    const shop = shopRepository();
    shop.git('checkout', '-qb', 'desk');
    shop.write({ 'src/desk.ts': 'export const desk = 1;\n' });
    shop.commit('a desk');
    const clone = join(temporaryTree({}), 'clone');
    git(shop.root, 'clone', '-q', '--depth', '1', '--branch', 'desk', `file://${shop.root}`, clone);
    const error = errorOf(() => resolveBase(clone, 'origin/main', 'merge-base'));
    expect(error).toMatchObject({ code: 'base-not-found', message: 'The clone is shallow and does not hold origin/main.' });
    expect(error.hint).toContain('fetch-depth: 0');
    git(clone, 'fetch', '-q', '--depth', '1', 'origin', 'main:refs/remotes/origin/main');
    expect(errorOf(() => resolveBase(clone, 'origin/main', 'merge-base')).message).toContain('does not reach back to where HEAD left origin/main');
  });

  it('in a whole clone names what to fetch, and a ref that looks like an option is refused', () => {
    const { root } = shopRepository();
    expect(errorOf(() => resolveBase(root, 'origin/next', 'merge-base')).hint).toContain('git fetch origin next');
    expect(errorOf(() => resolveBase(root, '--output=/tmp/x', 'exact'))).toMatchObject({ code: 'base-not-found' });
    expect(errorOf(() => resolveBase(temporaryTree({}), 'main', 'exact'))).toMatchObject({ code: 'no-repository' });
  });
});

describe('a baseline', { timeout: 20_000 }, () => {
  it('survives moved lines, renamed files and a squash merge', async () => {
    const shop = shopRepository();
    const baseline = await shop.baseline();
    shop.git('checkout', '-qb', 'tidy');
    shop.git('mv', 'src/legacy', 'src/legacy-2019');
    shop.commit('to another folder');
    shop.write({ 'src/basket/basket-manager.ts': `// baskets\n\n\n${SHOP['src/basket/basket-manager.ts']!}` });
    shop.commit('a comment');
    shop.git('checkout', '-q', 'main');
    shop.git('merge', '-q', '--squash', 'tidy');
    shop.commit('tidy (#1)');
    const result = await shop.againstBaseline(baseline);
    expect(worse(result)).toEqual([]);
    expect(result.comparison).toMatchObject({ verdict: 'passed', resolved: [] });
    expect(inForce(result)).toEqual([]);
  });

  it('does not hide one more copy', async () => {
    const shop = shopRepository();
    const baseline = await shop.baseline();
    shop.write({
      'src/desk/parked-baskets.ts': manager('BasketManager', '  park(): void {\n    this.orders.clear();\n  }\n'),
      'src/desk/desk.ts': `import { BasketManager } from './parked-baskets.js';\nexport const desk = new BasketManager();\n`,
    });
    const result = await shop.againstBaseline(baseline);
    const grown = result.findings.filter(isWorse).find(({ ruleId }) => ruleId === 'duplicate-manager')!;
    expect(grown).toMatchObject({ change: { kind: 'grown', blocks: true } });
    expect(grown.suppression).toBeUndefined();
    expect(grown.change!.addedSites.map(({ path }) => path)).toEqual(['src/desk/parked-baskets.ts']);
  });

  it('that holds what is gone warns, or fails where that is asked for', async () => {
    const shop = shopRepository();
    const baseline = await shop.baseline();
    shop.write({ 'src/legacy/basket-manager.ts': undefined, 'src/legacy/old-checkout.ts': undefined });
    expect((await shop.againstBaseline(baseline)).comparison!.verdict).toBe('passed');
    expect((await shop.againstBaseline(baseline, { stale: 'error' })).comparison!.verdict).toBe('blocked');
  });

  it('accepts no longer than it says, and says it', async () => {
    const shop = shopRepository();
    const baseline = await shop.baseline();
    const entries = baseline.entries.map((entry) => (entry.rule === 'duplicate-manager' ? { ...entry, until: '2026-04-30', reason: 'until the new checkout' } : entry));
    expect((await shop.againstBaseline({ ...baseline, entries }, { today: '2026-04-30' })).comparison!.verdict).toBe('passed');
    const late = await shop.againstBaseline({ ...baseline, entries }, { today: '2026-05-01' });
    expect(late.comparison).toMatchObject({ verdict: 'blocked', notes: [expect.stringContaining('until 2026-04-30')] });
    expect(late.findings.find(({ change }) => change?.blocks)!.change!.statement).toContain('Was accepted until 2026-04-30 (until the new checkout), and that day is past');
  });

  it('of another rule set is not compared, in words', async () => {
    const shop = shopRepository();
    const baseline = await shop.baseline();
    await expect(shop.againstBaseline({ ...baseline, rulesetHash: '0123456789abcdef' })).rejects.toMatchObject({
      code: 'ruleset-differs', message: expect.stringContaining('of another rule set (0123456789abcdef; this run: '), hint: expect.stringContaining('baseline update'),
    });
  });

  it('holds no line and no prose of a finding', async () => {
    const shop = shopRepository();
    const before = inForce(await shop.scan()).map(knownFindingOf);
    shop.write({ 'src/basket/basket-manager.ts': `\n\n// moved down\n${SHOP['src/basket/basket-manager.ts']!}`, 'src/catalog/client.ts': `\n\n${SHOP['src/catalog/client.ts']!}` });
    expect(inForce(await shop.scan()).map(knownFindingOf)).toEqual(before);
  });
});
