import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkCommand } from '../../src/commands/link.js';
import { link } from '../../src/link.js';
import { hypergeometricTail } from '../../src/linker/patterns.js';
import { openRepositoryView, type RepositoryView } from '../../src/linker/repository-view.js';
import { linkResultSchema, type Cluster, type LinkResult, type Reference } from '../../src/model/link-result.js';
import type { TestRun } from '../../src/model/test-run.js';
import { linkReporters } from '../../src/reporters/link-reporters.js';
import { readTestResults } from '../../src/test-results/read-test-results.js';
import { runGit } from '../../src/util/run-git.js';
import { git } from '../support/temporary-tree.js';

const SHOP: Record<string, string> = {
  'package.json': '{ "name": "shop", "type": "module" }',
  'Dockerfile': 'FROM node:20\nCOPY src src\nCMD ["node", "src/main.ts"]\n',
  '.github/workflows/test.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n',
  '.env': 'SEARCH_HOST=search.shop.example\n',
  'src/main.ts': 'import { shippingFor } from "./shipping/fees.js";\nimport { quoteFor } from "./checkout/quote.js";\nexport const start = () => [shippingFor(1), quoteFor(1)];\n',
  'src/shipping/fees.ts': 'export const FREE_SHIPPING_FROM_CENTS = 5000;\nexport function shippingFor(cents: number) {\n  return cents >= FREE_SHIPPING_FROM_CENTS ? 0 : 490;\n}\n',
  'src/checkout/quote.ts': 'export const FREE_SHIPPING_FROM_CENTS = 6000;\nexport function quoteFor(cents: number) {\n  return cents >= FREE_SHIPPING_FROM_CENTS ? cents : cents + 490;\n}\nexport function limitFor() {\n  return FREE_SHIPPING_FROM_CENTS;\n}\n',
  'src/labels/print-label.ts': 'export function printLabel(order: string) {\n  return `Label ${order}`;\n}\n',
  'src/search/client.ts': 'export const host = process.env.SEARCH_HOST ?? "localhost";\n',
  'src/orders/receipt.ts': 'import { roundCents } from "./rounding.js";\nexport const receiptOf = (cents: number) => roundCents(cents);\n',
  'test/quote.test.ts': 'import { expect, it } from "vitest";\nimport { limitFor, quoteFor } from "../src/checkout/quote";\n\nit("ships for nothing from fifty euros on", () => {\n  expect(quoteFor(5500)).toBe(5500);\n});\n\nit("knows the limit", () => {\n  expect(limitFor()).toBe(5000);\n});\n',
  'test/labels.test.ts': 'import { expect, it } from "vitest";\nimport { printLabel } from "../src/labels/print-label";\n\nit("prints the street", () => {\n  expect(printLabel("O-1")).toBe("Label O-1, High Street");\n});\n',
  'test/search.test.ts': 'import { expect, it } from "vitest";\nimport { host } from "../src/search/client";\n\nit("finds mugs", async () => {\n  expect(await fetch(host)).toBeTruthy();\n});\n',
  'test/receipt.test.ts': 'import { it } from "vitest";\nimport { receiptOf } from "../src/orders/receipt";\n\nit("rounds", () => {\n  receiptOf(1);\n});\n',
};

const REPORT = `<testsuites><testsuite name="shop" tests="5" failures="5">
<testcase classname="test/quote.test.ts" name="ships for nothing from fifty euros on"><failure message="AssertionError: expected 5990 to be 5500" type="AssertionError">AssertionError: expected 5990 to be 5500
 ❯ test/quote.test.ts:5:25</failure></testcase>
<testcase classname="test/quote.test.ts" name="knows the limit"><failure message="expected 6000 to be 5000" type="AssertionError">AssertionError: expected 6000 to be 5000

- Expected
+ Received

- 5000
+ 6000

 ❯ test/quote.test.ts:9:22</failure></testcase>
<testcase classname="test/labels.test.ts" name="prints the street"><failure message="expected 'Label O-1' to be 'Label O-1, High Street'" type="AssertionError">AssertionError: expected 'Label O-1' to be 'Label O-1, High Street'
 ❯ test/labels.test.ts:5:29</failure></testcase>
<testcase classname="test/search.test.ts" name="finds mugs"><error message="getaddrinfo ENOTFOUND search.shop.example" type="Error">Error: getaddrinfo ENOTFOUND search.shop.example, token=ghp_abcdefghijklmnopqrstuvwxyz0123456789
 ❯ test/search.test.ts:5:16</error></testcase>
<testcase classname="test/receipt.test.ts" name="test/receipt.test.ts"><failure message="Cannot find module './rounding.js' imported from '/builds/tea/shop/src/orders/receipt.ts'" type="Error">Error: Cannot find module './rounding.js' imported from '/builds/tea/shop/src/orders/receipt.ts'</failure></testcase>
</testsuite></testsuites>`;

interface Linked {
  result: LinkResult;
  view: RepositoryView;
  run: TestRun;
  of(title: string): Cluster;
}

async function linkShop(): Promise<Linked> {
  const root = keptTree(SHOP);
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'feat: free shipping');
  const file = join(keptTree({}), 'junit.xml');
  writeFileSync(file, REPORT);
  const view = await openRepositoryView({ root, cacheDir: false, threads: 1 });
  const run = readTestResults([file], { root });
  const result = link(run, view);
  return { result, view, run, of: (title) => result.clusters.find(({ tests }) => tests.some((test) => test.title === title))! };
}

/** Made once: the tests only read it. */
let shop: Promise<Linked> | undefined;
const linked = (): Promise<Linked> => (shop ??= linkShop());
const kept: string[] = [];
afterAll(() => { for (const root of kept) rmSync(root, { recursive: true, force: true }); });

function keptTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'ssot-audit-link-'));
  kept.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** References that lead nowhere: a line that is not there, a test that the report does not have, a commit that git does not know. */
function dangling(result: LinkResult, run: TestRun, view: RepositoryView): string[] {
  const evidence = [...result.suspects.flatMap((suspect) => suspect.evidence), ...result.clusters.flatMap((cluster) => [
    ...cluster.suspects.flatMap((suspect) => suspect.evidence), ...cluster.links.flatMap((found) => found.evidence), ...cluster.whys.flatMap((why) => why.evidence), ...cluster.verdictEvidence,
  ])];
  const places = result.prevention.flatMap(({ edits }) => edits.map(({ location }): Reference => ({ code: location })));
  return [...evidence.flatMap(({ references }) => references), ...places].filter((reference) => {
    if ('code' in reference) return reference.code.range.start.line < 1 || reference.code.range.start.line > Math.max(1, view.lineCount(reference.code.path)) || view.file(reference.code.path) === undefined;
    if ('commit' in reference) return runGit(view.root, ['cat-file', '-e', `${reference.commit.sha}^{commit}`]) === undefined;
    const { record } = reference.report;
    return !/^line:\d+$/.test(record) && !run.results.some(({ id }) => id === record);
  }).map((reference) => JSON.stringify(reference));
}

describe('link', () => {
  it('explains a failure by the constant whose two values it shows, with the way to both', async () => {
    const { of } = await linked();
    const cluster = of('knows the limit');
    expect(cluster.links[0]).toMatchObject({ finding: { ruleId: 'conflicting-constant', concept: 'FREE_SHIPPING_FROM_CENTS' }, confidence: 'high' });
    expect(cluster.links[0]!.evidence.map(({ kind }) => kind)).toContain('value-mismatch');
    expect(cluster.whys.map(({ level }) => level)).toEqual(['symptom', 'mechanism', 'condition', 'origin', 'guard']);
    expect(cluster.whys[3]!.answer).toContain('feat: free shipping');
    expect(cluster.whys[4]!.answer).toContain('.github/workflows/test.yml');
  });

  it('explains a failure by what its test comes by, though the values are not shown', async () => {
    const { of } = await linked();
    const cluster = of('ships for nothing from fifty euros on');
    expect(cluster.links[0]?.finding.concept).toBe('FREE_SHIPPING_FROM_CENTS');
    expect(cluster.links[0]!.evidence.at(-1)!.statement).toContain('src/checkout/quote.ts:3 uses FREE_SHIPPING_FROM_CENTS');
  });

  it('explains a module that cannot be found by the import that asks for it', async () => {
    const { of } = await linked();
    expect(of('test/receipt.test.ts').links[0]?.finding).toMatchObject({ ruleId: 'unresolved-import', location: { path: 'src/orders/receipt.ts' } });
  });

  it('says so when no violation explains a failure', async () => {
    const { of, result } = await linked();
    expect(of('prints the street')).toMatchObject({ links: [], verdict: 'No static violation explains this failure.' });
    expect(of('prints the street').openQuestion).toContain('src/labels/print-label.ts');
    expect(result.unlinked).toContain(of('prints the street').id);
  });

  it('says what to look at when the environment may be the cause, and where its values are declared', async () => {
    const { of } = await linked();
    const cluster = of('finds mugs');
    expect(cluster.links).toEqual([]);
    expect(cluster.verdict).toMatch(/^Environment or infrastructure, not provable from the source; to confirm, resolve search\.shop\.example .* compare SEARCH_HOST/);
    expect(cluster.verdictEvidence.flatMap(({ references }) => references)).toContainEqual({ code: expect.objectContaining({ path: '.env' }) as object });
    expect(cluster.whys.find(({ level }) => level === 'mechanism')).toMatchObject({ status: 'hypothesis' });
  });

  it('cites nothing that is not there, and is never surer of a cause than of what it explains', async () => {
    const { result, run, view } = await linked();
    expect(linkResultSchema.parse(result)).toEqual(result);
    expect(dangling(result, run, view)).toEqual([]);
    for (const { whys } of result.clusters) for (const [index, why] of whys.entries()) expect(why.confidence).toBeLessThanOrEqual(whys[index - 1]?.confidence ?? 1);
    for (const { whys } of result.clusters) for (const why of whys) expect(why.status === 'hypothesis' ? why.confirmBy : why.evidence.length).toBeTruthy();
  });

  it('cites nothing that is not there over recorded reports of other tools, and says the same twice', async () => {
    const { view } = await linked();
    for (const name of ['recorded/vitest.json', 'recorded/playwright.json', 'recorded/node.tap', 'hand-made/pytest-long.txt', 'hand-made/worklog.md']) {
      const run = readTestResults([join('fixtures/test-results', name)], { root: view.root });
      const result = link(run, view);
      expect({ name, dangling: dangling(result, run, view) }).toEqual({ name, dangling: [] });
      expect(JSON.stringify(link(run, view))).toBe(JSON.stringify(result));
    }
  });

  it('tells it in every format without secrets, and within the width of the terminal', async () => {
    const { result } = await linked();
    for (const format of ['table', 'json', 'markdown'] as const) expect(linkReporters[format](result, { width: 90 })).not.toContain('ghp_');
    const lines = linkReporters.table(result, { width: 90 }).split('\n');
    expect(Math.max(...lines.filter((line) => !/fp1:/.test(line)).map((line) => line.length))).toBeLessThanOrEqual(90);
    expect(lines.join('\n')).not.toContain('\u001b');
    const markdown = linkReporters.markdown(result, {});
    expect(markdown).toContain('| c1 |');
    expect(markdown).toContain('- [ ] Guard: Run `ssot-audit --fail-on'.replaceAll('`', '\\`'));
  });
});

describe('paths', () => {
  it('are all relative to the audited root, which is said once, in every text', async () => {
    const { result, view } = await linked();
    for (const format of ['table', 'markdown'] as const) {
      const text = linkReporters[format](result, { root: 'apps/tea', width: 400, all: true });
      expect(text).toContain('Paths are relative to apps/tea.');
      expect(text.match(/apps\/tea/g)).toHaveLength(1);
      const places = [...text.matchAll(/(?<![\w./-])((?:[\w.-]+\/)*[\w-]+\.(?:ts|yml|env)):\d+/g)].map((match) => match[1]!);
      expect(places.length).toBeGreaterThan(10);
      expect(places.filter((path) => view.file(path) === undefined)).toEqual([]);
    }
    expect(linkReporters.table(result, {})).toContain(`Paths are relative to ${basename(view.root)}.`);
  });

  it('of reports too, wherever the command runs', async () => {
    const root = keptTree({ ...SHOP, 'test-results/junit.xml': REPORT });
    const outside = keptTree({ 'junit.xml': REPORT });
    const reports = [join(root, 'test-results/junit.xml'), relative(process.cwd(), join(outside, 'junit.xml'))];
    const output = join(outside, 'link.json');
    await linkCommand(reports, { root, output, cache: false, threads: 1, quiet: true });
    const { sources } = JSON.parse(readFileSync(output, 'utf8')) as LinkResult;
    expect(sources.map(({ path }) => path)).toEqual(['test-results/junit.xml', `../${basename(outside)}/junit.xml`]);
  });
});

describe('a pattern', () => {
  it('is larger than chance would have it', () => {
    expect(hypergeometricTail(3, 10, 3, 3)).toBeCloseTo(1 / 120, 6);
    expect(hypergeometricTail(0, 10, 3, 3)).toBe(1);
    expect(hypergeometricTail(1, 10, 10, 3)).toBeCloseTo(1, 9);
  });
});
