import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { readTestResults } from '../src/api.js';
import { publishedSchemas } from '../src/schemas.js';
import { runCli } from './support/shop-cli.js';
import { git, temporaryTree } from './support/temporary-tree.js';

const CART = `export class CartManager {
  private items: string[] = [];
  add(item: string) { this.items.push(item); }
  remove(item: string) { this.items = this.items.filter((other) => other !== item); }
  total() { return this.items.length; }
  list() { return this.items; }
  clear() { this.items = []; }
}
`;
const SHOP = {
  'package.json': '{"name":"shop","scripts":{"start":"node shop.js"}}',
  'cart.ts': CART,
  'enhanced-cart.ts': CART.replace('CartManager', 'EnhancedCartManager').replace('clear()', 'empty()'),
  'shop.ts': "import { CartManager } from './cart.js';\nimport { EnhancedCartManager } from './enhanced-cart.js';\nexport const shop = [new CartManager(), new EnhancedCartManager(), process.env.SHOP_URL ?? 'http://shop.example'];\n",
  'till.ts': "import { CartManager } from './cart.js';\nexport const till = new CartManager();\n",
  'compose.yaml': 'services:\n  shop:\n    build: .\n    environment: {SHOP_URL: "http://shop.example"}\n',
  'ssot-audit.config.mjs': "export default { owners: [{ concept: 'till', owner: 'till.ts' }] };\n",
  'report.xml': '<testsuite name="cart" tests="1" failures="1"><testcase classname="cart" name="adds" file="cart.ts" time="0.1"><failure message="TypeError: cart.clear is not a function">at CartManager.clear (cart.ts:3:3)</failure></testcase></testsuite>\n',
};

function expectValid(name: string, value: unknown): void {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(publishedSchemas.find((schema) => schema.name === name)!.toJson());
  validate(value);
  expect(validate.errors ?? [], name).toEqual([]);
  // A schema that takes anything proves nothing.
  expect(validate({}), name).toBe(false);
}

it('real outputs are as their published schemas say', async () => {
  const root = temporaryTree(SHOP);
  git(root, 'init', '-q');
  git(root, 'add', '.');
  git(root, 'commit', '-q', '-m', 'a shop');
  const printed = (...args: string[]): unknown => {
    const { out, err, code } = runCli(root, [...args, '-q']);
    expect(code, err).toBeLessThan(2);
    return JSON.parse(out);
  };
  expectValid('scan-result', printed('--format', 'json', '--history', 'history.jsonl'));
  expectValid('compliance-history', JSON.parse(readFileSync(join(root, 'history.jsonl'), 'utf8')));
  expectValid('env-matrix', printed('env', '--format', 'json'));
  const canon = printed('canon', '--suggest', '--format', 'json') as { owners: unknown[]; suggestions: unknown[] };
  expect([canon.owners.length, canon.suggestions.length]).toEqual([1, 1]);
  expectValid('canon', canon);
  expectValid('link-result', printed('link', 'report.xml', '--format', 'json'));
  expectValid('test-run', readTestResults([join(root, 'report.xml')]));
  runCli(root, ['baseline', '-q']);
  const baseline = JSON.parse(readFileSync(join(root, '.ssot-baseline.json'), 'utf8')) as { entries: unknown[] };
  expect(baseline.entries.length).toBeGreaterThan(0);
  expectValid('baseline', baseline);
  // What the baseline knows is no longer violated, and has no owner all the same.
  const known = printed('--format', 'json') as { compliance: { figure: { total: object } } };
  expectValid('scan-result', known);
  expect(known.compliance.figure.total).toMatchObject({ violated: 0, baselined: 1 });
});

it('are listed and printed by name', () => {
  const { out } = runCli('.', ['schema']);
  for (const { name, title } of publishedSchemas) expect(out).toContain(`${name}${' '.repeat(Math.max(1, 20 - name.length))}${title}`);
  expect(JSON.parse(runCli('.', ['schema', 'baseline']).out)).toEqual(publishedSchemas[0]!.toJson());
  expect(runCli('.', ['schema', 'scan-reslt'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "scan-result"?') as string });
});
