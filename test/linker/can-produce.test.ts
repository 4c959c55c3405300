import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { link } from '../../src/link.js';
import { openRepositoryView } from '../../src/linker/repository-view.js';
import { readTestResults } from '../../src/test-results/read-test-results.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

/** Rules that name what explains a test of one name that failed with one message; none: nothing does. */
async function explains(root: string, test: string, message: string): Promise<string[]> {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
  const [file] = test.split(' > ') as [string];
  const line = 1 + FILES[file]!.split('\n').findIndex((content) => content.includes(test.slice(file.length + 3)));
  const report = join(temporaryTree({}), 'junit.xml');
  writeFileSync(report, `<testsuites><testsuite name="shop" tests="1" failures="1"><testcase classname="${file}" name="${test.slice(file.length + 3)}"><failure type="AssertionError" message="${text}">AssertionError: ${text}\n ❯ ${file}:${line + 1}:5</failure></testcase></testsuite></testsuites>`);
  const view = await openRepositoryView({ root, cacheDir: false, threads: 1 });
  return link(readTestResults([report], { root }), view).clusters.flatMap(({ links }) => links.map(({ finding }) => finding.ruleId));
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'src/main.ts': 'import { itemsOf } from "./cart/items.js";\nimport { checked } from "./checkout/checked.js";\nimport { receipt } from "./receipts/receipt.js";\nimport { label } from "./labels/label.js";\nimport { charge } from "./payments/charge.js";\nimport { refund } from "./payments/refund.js";\nexport const all = [itemsOf, checked, receipt, label, charge, refund];\n',
  'src/cart/items.ts': 'export const MAX_CART_ITEMS = 3;\nexport function itemsOf(skus: string[]): string[] {\n  return skus.slice(0, MAX_CART_ITEMS);\n}\n',
  'src/checkout/checked.ts': 'export const MAX_CART_ITEMS = 5;\nexport function checked(skus: string[]): boolean {\n  return skus.length <= MAX_CART_ITEMS;\n}\n',
  'src/receipts/receipt.ts': 'export function moneyText(cents: number): string {\n  const euros = Math.floor(cents / 100);\n  const rest = String(cents % 100).padStart(2, "0");\n  const sign = cents < 0 ? "minus" : "";\n  return `${sign}€ ${euros}.${rest}`;\n}\n\nexport function receipt(id: string, cents: number): string {\n  return `Total ${moneyText(cents)}\\nOrder ${id}`;\n}\n',
  'src/labels/label.ts': 'export function moneyText(cents: number): string {\n  const euros = Math.floor(cents / 100);\n  const rest = String(cents % 100).padStart(2, "0");\n  const sign = cents < 0 ? "minus" : "";\n  return `${sign}${euros}.${rest} EUR`;\n}\n\nexport function label(cents: number): string {\n  return moneyText(cents);\n}\n',
  'src/payments/charge.ts': 'const timeout = Number(process.env.PAYMENT_TIMEOUT ?? "30");\nexport function charge(cents: number) {\n  return { total: cents + 25, timeout: timeout };\n}\n',
  'src/payments/refund.ts': 'const timeout = Number(process.env.PAYMENT_TIMEOUT ?? "10");\nexport function refund(cents: number) {\n  return { total: -cents, timeout: timeout };\n}\n',
  'test/cart.test.ts': 'import { expect, it } from "vitest";\nimport { itemsOf } from "../src/cart/items";\n\nit("keeps the order", () => {\n  expect(itemsOf(["tea", "mug"])).toEqual(["tea", "mug"]);\n});\n\nit("holds four", () => {\n  expect(itemsOf(["tea", "mug", "tin", "jug"])).toEqual(["tea", "mug", "tin", "jug"]);\n});\n',
  'test/receipt.test.ts': 'import { expect, it } from "vitest";\nimport { receipt } from "../src/receipts/receipt";\n\nit("is printed", () => {\n  expect(receipt("O-1", 1119)).toBe("Order O-1\\nTotal € 11.19");\n});\n',
  'test/charge.test.ts': 'import { expect, it } from "vitest";\nimport { charge } from "../src/payments/charge";\n\nit("costs a fee", () => {\n  expect(charge(100).total).toBe(130);\n});\n\nit("waits", () => {\n  expect(charge(100).timeout).toBe(45);\n});\n',
};

describe('a violation that the test comes by explains a failure', () => {
  it('when its value can do it: a limit cuts a list, and turns none round', async () => {
    const root = temporaryTree(FILES);
    expect(await explains(root, 'test/cart.test.ts > holds four', "expected [ 'tea', 'mug', 'tin' ] to deeply equal [ 'tea', 'mug', 'tin', 'jug' ]")).toEqual(['conflicting-constant']);
    expect(await explains(root, 'test/cart.test.ts > keeps the order', "expected [ 'mug', 'tea' ] to deeply equal [ 'tea', 'mug' ]")).toEqual([]);
  });

  it('when it wrote what differs: not where its text stands alike on both sides, nor where no code says what was expected', async () => {
    const root = temporaryTree(FILES);
    expect(await explains(root, 'test/receipt.test.ts > is printed', "expected 'Total € 11.19\\nOrder O-1' to be 'Total 11.19 EUR\\nOrder O-1'")).toEqual(['duplicate-function']);
    expect(await explains(root, 'test/receipt.test.ts > is printed', "expected 'Total € 11.19\\nOrder O-1' to be 'Order O-1\\nTotal € 11.19'")).toEqual([]);
    expect(await explains(root, 'test/receipt.test.ts > is printed', "expected 'Total € 11.19\\nOrder O-1' to be 'Total $ 11.19\\nOrder O-1'")).toEqual([]);
  });

  it('when the field that it fills was compared', async () => {
    const root = temporaryTree(FILES);
    expect(await explains(root, 'test/charge.test.ts > waits', 'expected 30 to be 45')).toEqual(['conflicting-default']);
    expect(await explains(root, 'test/charge.test.ts > costs a fee', 'expected 125 to be 130')).toEqual([]);
  });

  it('when the failure itself lists its places, as a test that counts implementations does', async () => {
    const root = temporaryTree(FILES);
    expect((await explains(root, 'test/cart.test.ts > keeps the order', 'moneyText is implemented twice: src/receipts/receipt.ts:1, labels/label.ts:1'))[0]).toBe('duplicate-function');
    expect(await explains(root, 'test/cart.test.ts > keeps the order', 'moneyText is implemented twice')).not.toContain('duplicate-function');
  });

  it('when it is the module that is missing, and not a name in one that is there', async () => {
    const root = temporaryTree({ ...FILES, 'shop/__init__.py': '', 'shop/prices.py': 'TEA = 450\n', 'shop/cart.py': 'from shop.prices import total\n' });
    expect(await explains(root, 'test/cart.test.ts > keeps the order', "ImportError: cannot import name 'total' from 'shop.prices'")).toContain('unresolved-import');
    expect(await explains(root, 'test/cart.test.ts > keeps the order', "ModuleNotFoundError: No module named 'shop.prices'")).not.toContain('unresolved-import');
  });

  it('when the place that deviates takes part: what came later, elsewhere, changed nothing for the test, and what goes to the owner goes right', async () => {
    const failure = ['test/cart.test.ts > holds four', "expected [ 'tea', 'mug', 'tin' ] to deeply equal [ 'tea', 'mug', 'tin', 'jug' ]"] as const;
    const at = (root: string, day: number, files: Readonly<Record<string, string>>): void => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      git(root, 'add', '-A');
      const date = `2026-01-0${day}T00:00:00Z`;
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example', 'commit', '-qm', `feat: day ${day}`], { cwd: root, env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
    };
    const { 'src/checkout/checked.ts': checked, ...rest } = FILES;
    const root = temporaryTree({});
    git(root, 'init', '-q');
    at(root, 1, rest);
    at(root, 2, { 'src/checkout/checked.ts': checked! });
    expect(await explains(root, ...failure)).toEqual([]);

    const owned = temporaryTree({ ...FILES, 'src/cart/more.ts': 'import { MAX_CART_ITEMS } from "./items.js";\nexport const room = (count: number) => MAX_CART_ITEMS - count;\n' });
    expect(await explains(owned, ...failure)).toEqual([]);
  });
});
