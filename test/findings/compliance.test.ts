import { expect, it } from 'vitest';
import { withCompliance } from '../../src/findings/compliance.js';
import type { Compliance } from '../../src/model/compliance.js';
import type { ScanResult } from '../../src/model/result.js';
import { scan, type ScanOptions } from '../../src/scan.js';
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
/** Two managers of one concept, a function, two constants, and a variable that is read with two defaults. */
const SHOP = {
  'src/cart.ts': `export const MAX_BASKET = 50;\n${CART}`,
  'src/old-cart.ts': CART.replace('CartManager', 'EnhancedCartManager').replace('clear()', 'empty()'),
  'src/checkout.ts': `import { CartManager } from './cart.js';
import { EnhancedCartManager } from './old-cart.js';
export const TAX = 0.2;
export function checkout() {
  return [new CartManager(), new EnhancedCartManager(), process.env.SHOP_URL ?? 'http://shop.example', process.env.SHOP_TIMEOUT ?? '30'];
}
`,
  'src/refund.ts': "export const timeout = process.env.SHOP_TIMEOUT ?? '60';\n",
  'src/cart.test.ts': 'export class OnlyForTests { run() { return process.env.ONLY_IN_TESTS; } }\n',
};

async function audit(files: Readonly<Record<string, string>>, options: Partial<ScanOptions> = {}): Promise<ScanResult> {
  return scan({ root: temporaryTree(files), cacheDir: false, threads: 1, ...options });
}

function figureIn({ compliance }: { compliance?: Compliance | undefined }): NonNullable<Compliance['figure']> {
  expect(compliance?.notComputed).toBeUndefined();
  return compliance!.figure!;
}

it('counts concepts, not declarations: copies of one thing are one concept', async () => {
  const { kinds, total, share } = figureIn(await audit(SHOP));
  expect(kinds.class).toEqual({ concepts: 1, oneOwner: 0, violated: 1, baselined: 0, suppressed: 0 });
  expect(kinds.constant).toEqual({ concepts: 2, oneOwner: 2, violated: 0, baselined: 0, suppressed: 0 });
  expect(kinds.function.concepts).toBe(1);
  expect(kinds.variable).toEqual({ concepts: 2, oneOwner: 1, violated: 1, baselined: 0, suppressed: 0 });
  expect(total).toEqual({ concepts: 6, oneOwner: 4, violated: 2, baselined: 0, suppressed: 0 });
  expect(share).toBe(0.6666);
});

it('deleting the copy moves its concept to one owner and leaves the denominator', async () => {
  const kept = Object.fromEntries(Object.entries(SHOP).filter(([path]) => path !== 'src/old-cart.ts'));
  const { kinds } = figureIn(await audit({ ...kept, 'src/checkout.ts': SHOP['src/checkout.ts'].replace(/^.*old-cart.*\n/m, '').replace('new EnhancedCartManager(), ', '') }));
  expect(kinds.class).toEqual({ concepts: 1, oneOwner: 1, violated: 0, baselined: 0, suppressed: 0 });
});

it('a copied file makes no new concepts, and each that it declares again has two owners', async () => {
  const money = `${CART}export function round(amount: number) {\n  const cents = Math.round(amount * 100);\n  return cents / 100;\n}\nexport const CURRENCY = 'EUR';\n`;
  const { kinds } = figureIn(await audit({ 'src/a.ts': "import './money.js';\nimport './old/money.js';\n", 'src/money.ts': money, 'src/old/money.ts': money }));
  expect([kinds.class, kinds.function, kinds.constant].map(({ concepts, violated }) => [concepts, violated])).toEqual([[1, 1], [1, 1], [1, 1]]);
});

it('accepting a finding, in a comment or a baseline, never raises the figure', async () => {
  const before = await audit(SHOP);
  const accepted = await audit({ ...SHOP, 'src/old-cart.ts': `// ssot-ignore-next-line duplicate-manager -- the old checkout goes in May\n${SHOP['src/old-cart.ts']}` });
  expect(figureIn(accepted).kinds.class).toEqual({ concepts: 1, oneOwner: 0, violated: 0, baselined: 0, suppressed: 1 });
  expect(figureIn(accepted).share).toBe(figureIn(before).share);
  expect(accepted.compliance!.counts['duplicate-manager']).toMatchObject({ suppressed: 1, warning: 0 });

  const known = withCompliance({ ...before, findings: before.findings.map((finding) => ({ ...finding, suppression: { kind: 'external' as const, justification: 'known' } })) });
  expect(figureIn(known).total).toEqual({ concepts: 6, oneOwner: 4, violated: 0, baselined: 2, suppressed: 0 });
  expect(known.compliance!.counts['conflicting-default']).toEqual({ error: 0, warning: 0, info: 0, baselined: 1, suppressed: 0 });
});

it('gives no other figure to an audit of a part, but says why there is none', async () => {
  const only = (await audit(SHOP, { only: ['duplicate-*'] })).compliance!;
  expect(only.figure).toBeUndefined();
  expect(only.notComputed).toMatch(/^\d+ of \d+ rules ran$/);
  expect((await audit(SHOP, { skip: ['duplicate-manager'] })).compliance!.figure).toBeUndefined();
  expect((await audit(SHOP, { paths: ['src/refund.ts'] })).compliance!.notComputed).toBe('only src/refund.ts was audited');
});

it('says which rules the configuration turns off or lowers', async () => {
  const { rules, counts } = (await audit(SHOP, { config: { rules: { 'duplicate-manager': 'off', 'conflicting-default': 'info' } } })).compliance!;
  expect(rules).toMatchObject({ off: ['duplicate-manager'], lowered: ['conflicting-default'], ran: rules.known - 1 });
  expect(Object.keys(counts)).toHaveLength(rules.ran);
});

it('has no share where there is nothing to own', async () => {
  const { total, share } = figureIn(await audit({ 'notes.yaml': 'a: 1\n' }));
  expect({ total: total.concepts, share }).toEqual({ total: 0, share: undefined });
});
