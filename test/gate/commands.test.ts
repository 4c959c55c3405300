import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parseBaseline } from '../../src/gate/baseline.js';
import { manager, SHOP, shopRepository, ssotAudit } from './shop-repository.js';

/** The built command line: `npm test` builds before it tests. */
const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

it('a team takes a baseline, is stopped at the next copy, accepts it with a reason, mends and prunes', { timeout: 60_000 }, () => {
  const shop = shopRepository();
  const run = (...args: string[]): ReturnType<typeof ssotAudit> => ssotAudit(CLI, shop.root, ...args, '--cache-dir', join(shop.root, '.git', 'cache'), '-q');
  const file = join(shop.root, '.ssot-baseline.json');
  const concepts = (): string[] => parseBaseline(readFileSync(file, 'utf8'), file).entries.filter(({ rule }) => rule === 'duplicate-manager').map(({ concept, sites }) => `${concept} ${sites.length}`);

  expect(run('baseline').stdout).toMatch(/^wrote \.ssot-baseline\.json: \d+ known findings/);
  expect(concepts()).toEqual(['BasketManager 2']);
  const clean = run();
  expect(clean.code).toBe(0);
  expect(clean.stdout).toMatch(/nothing new or worse; \d+ known findings hidden/);
  expect(run('baseline')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a baseline already') });

  shop.write({
    'src/desk/order-manager.ts': manager('OrderManager', '  reopen(): void {\n    this.orders.clear();\n  }\n'),
    'src/desk/desk.ts': `import { OrderManager } from './order-manager.js';\nexport const desk = new OrderManager();\n`,
  });
  const blocked = run();
  expect(blocked.code).toBe(1);
  expect(blocked.stdout).toMatch(/blocks[\s\S]*OrderManager has 2 implementations[\s\S]*blocked: the change makes it worse/);

  const refused = run('baseline', 'update');
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('+ duplicate-manager OrderManager (new): src/desk/order-manager.ts#OrderManager'), stderr: expect.stringContaining('was not changed') });
  expect(concepts()).toEqual(['BasketManager 2']);
  expect(run('baseline', 'update', '--accept-new')).toMatchObject({ code: 2, stderr: expect.stringContaining('--accept-new needs a reason') });
  expect(run('baseline', 'update', '--accept-new', '--reason', 'until the desk moves').code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('"reason":"until the desk moves"');

  shop.write({ 'src/desk/order-manager.ts': undefined, 'src/desk/desk.ts': undefined });
  expect(run('baseline', 'prune')).toMatchObject({ code: 0, stdout: expect.stringContaining('- duplicate-manager OrderManager') });
  expect(concepts()).toEqual(['BasketManager 2']);
});

it('git merges the baselines of two branches by the driver, where each mended and accepted something else', { timeout: 60_000 }, () => {
  const shop = shopRepository();
  const run = (...args: string[]): ReturnType<typeof ssotAudit> => ssotAudit(CLI, shop.root, ...args, '--cache-dir', join(shop.root, '.git', 'cache'), '-q');
  const known = (): string[] => parseBaseline(readFileSync(join(shop.root, '.ssot-baseline.json'), 'utf8'), '').entries.filter(({ rule }) => /duplicate-manager|conflicting-default/.test(rule)).map(({ concept }) => concept);
  shop.git('config', 'merge.ssot.driver', `"${process.execPath}" "${CLI}" baseline merge %O %A %B`);
  shop.write({ '.gitattributes': '.ssot-baseline.json merge=ssot\n' });
  run('baseline');
  shop.commit('what is known');
  expect(known()).toEqual(['CATALOG_URL', 'BasketManager']);

  shop.git('checkout', '-qb', 'one-basket');
  shop.write({ 'src/legacy/basket-manager.ts': undefined, 'src/legacy/old-checkout.ts': undefined });
  run('baseline', 'prune');
  shop.commit('one basket');
  shop.git('checkout', '-q', 'main');
  shop.write({
    'src/catalog/search.ts': `import { catalogUrl } from './client.js';\nexport const searchUrl = (): string => catalogUrl() + '/search';\n`,
    'src/desk/order-manager.ts': manager('OrderManager', '  reopen(): void {\n    this.orders.clear();\n  }\n'),
    'src/desk/desk.ts': `import { OrderManager } from './order-manager.js';\nexport const desk = new OrderManager();\n`,
  });
  run('baseline', 'update', '--accept-new', '--reason', 'until the desk moves');
  shop.commit('one address, and a desk');
  expect(known()).toEqual(['BasketManager', 'OrderManager']);

  shop.git('merge', '-q', '--no-edit', 'one-basket');
  expect(known()).toEqual(['OrderManager']);
  expect(run()).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing new or worse') });
});

it('a base that cannot be found, two things to compare with, or a damaged baseline is an error in words', { timeout: 60_000 }, () => {
  const shop = shopRepository();
  const run = (...args: string[]): ReturnType<typeof ssotAudit> => ssotAudit(CLI, shop.root, ...args, '--no-cache', '-q');
  expect(run('--base', 'origin/main')).toMatchObject({ code: 2, stderr: expect.stringContaining('git fetch origin main') });
  expect(run('--base', 'main', '--baseline', 'known.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('a run compares with one thing') });
  expect(run('--baseline', 'known.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no baseline known.json') });
  writeFileSync(join(shop.root, '.ssot-baseline.json'), '{"version":1,"tool":"ssot-audit","entries":[{}]}');
  expect(run()).toMatchObject({ code: 2, stderr: expect.stringContaining('entries[0].rule is missing') });
});

it('a change is proven by tests that reach it, passed and are well reported; else it says what is open', { timeout: 60_000 }, () => {
  const shop = shopRepository({ ...SHOP, 'test/vat.test.ts': `import { expect, it } from 'vitest';\nimport { vatOf } from '../src/tax/vat.js';\nit('adds a fifth', () => expect(vatOf(100)).toBe('20'));\n` });
  const report = join(shop.root, '.git', 'junit.xml');
  const proof = (...args: string[]): ReturnType<typeof ssotAudit> => ssotAudit(CLI, shop.root, 'proof', '--base', 'main', '--cache-dir', join(shop.root, '.git', 'cache'), '-q', ...args);
  const write = (outcome: string): void => writeFileSync(report, `<testsuites tests="1" failures="${outcome === '' ? 0 : 1}" time="0.012"><testsuite name="test/vat.test.ts" tests="1" failures="${outcome === '' ? 0 : 1}" errors="0" skipped="0" time="0.012"><testcase classname="test/vat.test.ts" name="adds a fifth" file="test/vat.test.ts" time="0.011">${outcome}</testcase></testsuite></testsuites>\n`);
  shop.write({ 'src/tax/vat.ts': 'export function vatOf(cents: number): string {\n  return String(Math.floor(cents * 0.2));\n}\n' });

  expect(proof()).toMatchObject({ code: 1, stdout: expect.stringContaining('No report was given') });
  write('<failure message="expected 20"/>');
  expect(proof('--reports', report)).toMatchObject({ code: 1, stdout: expect.stringContaining('1 test file in reach of the change failed: test/vat.test.ts') });
  write('');
  const good = proof('--reports', report);
  expect(good.stdout).toMatch(/PROVEN against main \(at|PROVEN against main/);
  expect(good).toMatchObject({ code: 0, stdout: expect.not.stringContaining('NOT PROVEN') });

  shop.write({ 'src/tax/vat.ts': 'export function valueAddedTax(cents: number): string {\n  return String(cents * 0.2);\n}\n' });
  const removed = proof('--reports', report, '-f', 'markdown');
  expect(removed.code).toBe(1);
  expect(removed.stdout).toContain('## NOT PROVEN');
  expect(removed.stdout).toContain('vatOf of src/tax/vat.ts is gone, and 2 importers remain: src/main.ts:3, test/vat.test.ts:2');
});
