import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { suggestOwners } from '../../src/canon.js';
import { indexTree } from '../../src/scan.js';
import { runCli } from '../support/shop-cli.js';
import { temporaryTree } from '../support/temporary-tree.js';

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
  'shop.ts': "import { CartManager } from './cart.js';\nimport { EnhancedCartManager } from './enhanced-cart.js';\nimport { till } from './till.js';\nexport const shop = [new CartManager(), new EnhancedCartManager(), till];\n",
  'till.ts': "import { CartManager } from './cart.js';\nexport const till = new CartManager();\n",
};

async function suggested(files: Readonly<Record<string, string>>): Promise<string[]> {
  const tree = await indexTree({ root: temporaryTree(files), cacheDir: false, threads: 1 });
  return suggestOwners(tree.facts, (await tree.check()).findings).map(({ concept, owner, aliases }) => [concept, owner, ...aliases].join(' '));
}

it('proposes the clear owner of what is declared twice, and no other', async () => {
  expect(await suggested(SHOP)).toEqual(['CartManager cart.ts EnhancedCartManager']);
  // One importer each: nobody is the clear owner.
  expect(await suggested({ ...SHOP, 'till.ts': 'export const till = 1;\n' })).toEqual([]);
});

it('proposes nothing that would accuse a namesake of which no finding speaks', async () => {
  expect(await suggested({
    ...SHOP, 'museum/package.json': '{"name":"museum","private":true,"scripts":{"start":"node cart.js"}}', 'museum/cart.ts': 'export class CartManager { roll() { return "a coach of 1750"; } }\n',
  })).toEqual([]);
});

it('prints proposals to paste, and what goes against an owner once it is declared', () => {
  const root = temporaryTree(SHOP);
  const { code, out } = runCli(root, ['canon', '--suggest', '-q']);
  expect(code).toBe(0);
  expect(out).toContain("  // most production importers (2, next 1); also in enhanced-cart.ts:1 (1 importer)\n  { concept: 'CartManager', owner: 'cart.ts', aliases: ['EnhancedCartManager'] },\n],");
  writeFileSync(join(root, 'ssot-audit.config.mjs'), `export default { rules: { 'canonical-violation': 'off' }, ${out.slice(out.indexOf('owners: ['))} };`);
  const declared = runCli(root, ['canon', '-q']).out;
  expect(declared).toContain('violated  CartManager  cart.ts  2 importers\n  CartManager belongs to cart.ts and is also defined in 1 other file.\n  enhanced-cart.ts:1  EnhancedCartManager · defines it outside the owner · 1 importer\n');
  expect(declared).toContain('1 declared owner: 0 kept, 1 violated.');
});
