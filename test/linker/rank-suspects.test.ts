import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterFailures } from '../../src/linker/cluster-failures.js';
import { collectFailures } from '../../src/linker/collect-failures.js';
import { parseLcov } from '../../src/linker/lcov.js';
import { rankSuspects, type RankedSuspects } from '../../src/linker/rank-suspects.js';
import { openRepositoryView, type ViewOptions } from '../../src/linker/repository-view.js';
import { readTestResults } from '../../src/test-results/read-test-results.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

const SHOP: Record<string, string> = {
  'package.json': '{ "name": "shop", "type": "module" }',
  'src/cart/totals.ts': 'import { roundPrice } from "../money/rounding.js";\nexport function totalOf(lines: number[]) {\n  return roundPrice(lines.reduce((a, b) => a + b, 0));\n}\n',
  'src/money/rounding.ts': 'export function roundPrice(price: number) {\n  return Math.round(price);\n}\n',
  'src/shipping/labels.ts': 'export function printLabel(order: string) {\n  if (order === "") throw new Error("parcel without an address cannot be labelled");\n  return `label ${order}`;\n}\n',
  'src/shipping/couriers.ts': 'export function chooseCourier(weight: number) {\n  return weight > 20 ? "freight" : "post";\n}\n',
  'src/vouchers/redeem.ts': 'export function redeemVoucher(code: string) {\n  return code.length === 8;\n}\n',
  'test/cart.test.ts': 'import { totalOf } from "../src/cart/totals.js";\n\ndescribe("cart", () => {\n  it("adds the lines", () => {\n    expect(totalOf([1, 2])).toBe(3);\n  });\n});\n',
  'test/warehouse.test.ts': 'describe("warehouse", () => {\n  it("refuses an order that lacks its street", () => {\n    run();\n  });\n  it("picks freight for heavy parcels", () => {\n    chooseCourier(30);\n  });\n});\n',
};

async function rank(report: string, options: Partial<ViewOptions> & { git?: boolean; more?: Record<string, string> } = {}): Promise<RankedSuspects & { lineCount(path: string): number }> {
  const { git: committed = false, more = {}, ...viewOptions } = options;
  const root = temporaryTree({ ...SHOP, ...more });
  if (committed) commitAll(root);
  const file = join(root, 'report.xml');
  writeFileSync(file, report);
  const view = await openRepositoryView({ root, cacheDir: false, threads: 1, ...viewOptions });
  const run = readTestResults([file], { root });
  return { ...rankSuspects(clusterFailures(collectFailures(run, view)), view), lineCount: view.lineCount };
}

function commitAll(root: string): void {
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'the shop');
}

function junit(file: string, name: string, text: string): string {
  return `<testsuites><testsuite name="${file}" tests="1" failures="1"><testcase classname="${file}" name="${name}"><failure message="x">${text}</failure></testcase></testsuite></testsuites>`;
}

describe('suspects', () => {
  it('are led by the place of the throw, told with its line', async () => {
    const { overall } = await rank(junit('test/warehouse.test.ts', 'refuses an order that lacks its street', 'TypeError: code is undefined\n    at redeemVoucher (/app/src/vouchers/redeem.ts:2:10)\n    at /app/test/warehouse.test.ts:3:5'));
    expect(overall[0]!.path).toBe('src/vouchers/redeem.ts');
    expect(overall[0]!.evidence.map(({ statement }) => statement)).toContain('the error was thrown in `redeemVoucher` at src/vouchers/redeem.ts:2');
  });

  it('are led less by code that throws on purpose than by code that breaks', async () => {
    const strengthAt = async (path: string, line: number): Promise<number | undefined> => {
      const { overall } = await rank(junit('test/warehouse.test.ts', 'picks freight for heavy parcels', `Error: no\n    at run (/app/${path}:${line}:10)\n    at /app/test/warehouse.test.ts:6:5`));
      return overall.find((suspect) => suspect.path === path)?.evidence.find(({ kind }) => kind === 'thrown-at')?.strength;
    };
    expect(await strengthAt('src/shipping/couriers.ts', 2)).toBe(1);
    expect(await strengthAt('src/shipping/labels.ts', 2)).toBe(0.3);
  });

  it('are found by a phrase of the message that only they hold', async () => {
    const { overall } = await rank(junit('test/warehouse.test.ts', 'refuses an order that lacks its street', 'Error: parcel without an address cannot be labelled'));
    expect(overall[0]!.path).toBe('src/shipping/labels.ts');
    expect(overall[0]!.evidence.find(({ kind }) => kind === 'literal')?.statement).toMatch(/src\/shipping\/labels\.ts:2, word for word as the failure has it$/);
  });

  it('are found by what the body of the test names, and by nothing of its neighbours', async () => {
    const { overall } = await rank(junit('test/warehouse.test.ts', 'picks freight for heavy parcels', 'AssertionError: no\n    at /app/test/warehouse.test.ts:6:5'));
    expect(overall[0]!.path).toBe('src/shipping/couriers.ts');
  });

  it('never are tests', async () => {
    const { overall } = await rank(junit('test/cart.test.ts', 'adds the lines', 'AssertionError: expected 4 to be 3\n    at /app/test/cart.test.ts:5:29'));
    expect(overall[0]!.path).toBe('src/cart/totals.ts');
    expect(overall.map(({ path }) => path).filter((path) => path.startsWith('test/'))).toEqual([]);
  });

  it('count what changed since the last green commit first', async () => {
    const report = junit('test/cart.test.ts', 'adds the lines', 'AssertionError: expected 4 to be 3\n    at /app/test/cart.test.ts:5:29');
    const root = temporaryTree(SHOP);
    commitAll(root);
    writeFileSync(join(root, 'src/money/rounding.ts'), 'export function roundPrice(price: number) {\n  return Math.ceil(price);\n}\n');
    const file = join(root, 'report.xml');
    writeFileSync(file, report);
    const view = await openRepositoryView({ root, cacheDir: false, threads: 1, since: 'HEAD' });
    const { overall } = rankSuspects(clusterFailures(collectFailures(readTestResults([file], { root }), view)), view);
    expect(overall[0]!.path).toBe('src/money/rounding.ts');
    expect(overall[0]!.evidence[0]!.statement).toBe('changed since the last green commit');
  });

  it('count what only the failing test ran', async () => {
    const coverage = parseLcov('TN:adds_the_lines\nSF:/app/src/money/rounding.ts\nDA:2,1\nend_of_record\nTN:other\nSF:/app/src/cart/totals.ts\nDA:3,1\nend_of_record\n');
    const { overall } = await rank(junit('test/cart.test.ts', 'adds the lines', 'AssertionError: no'), { coverage });
    expect(overall[0]!.path).toBe('src/money/rounding.ts');
  });

  it('have evidence that can be opened, and the same bytes on a second run', async () => {
    const report = junit('test/cart.test.ts', 'adds the lines', 'AssertionError: expected 4 to be 3\n    at /app/test/cart.test.ts:5:29');
    const [first, second] = [await rank(report, { git: true }), await rank(report, { git: true })];
    expect(JSON.stringify(first.overall.map(({ path, score, probability }) => [path, score, probability]))).toBe(JSON.stringify(second.overall.map(({ path, score, probability }) => [path, score, probability])));
    const places = first.overall.flatMap(({ evidence }) => evidence.flatMap(({ references }) => references.flatMap((reference) => ('code' in reference ? [reference.code] : []))));
    expect(places.length).toBeGreaterThan(0);
    for (const { path, range } of places) expect(first.lineCount(path), `${path}:${range.start.line}`).toBeGreaterThanOrEqual(range.start.line);
  });

  it('are never called high where only one kind of evidence speaks', async () => {
    const { overall } = await rank(junit('nowhere.test.ts', 'something', 'Error: voucher'));
    expect(overall[0]!.path).toBe('src/vouchers/redeem.ts');
    expect(['low', 'unknown']).toContain(overall[0]!.confidence);
  });
});
