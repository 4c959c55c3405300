import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const imports = (text: string, path = 'src/cart.ts') => factsIn('import', path, text);
const moduleOf = async (text: string, path = 'src/cart.ts') => (await factsIn('module', path, text))[0]!;

describe('imports of TypeScript', () => {
  it('reads every form with the names it takes', async () => {
    const facts = await imports(`
import shop, { cart as basket } from './shop';
import * as prices from './prices';
export * from './orders';
export * as gifts from './gifts';
export { tax as vat } from './taxes';
import legacy = require('./legacy');
const { add, remove: drop } = require('./lines');
const one = require('./one').first;
async function open() {
  const { page } = await import('./page');
  import('./later').then((later) => later.Show);
}
jest.mock('./mocked');
shop(basket, prices);
`);
    const said = facts.map(({ name, form, reExport, names }) => [name, `${form}${reExport ? ' re-export' : ''}`, names.map(({ imported, local }) => `${imported}>${local}`).join(' ')]);
    expect(said.sort(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
      ['./gifts', 'static re-export', '*>gifts'], ['./later', 'dynamic', 'Show>'], ['./legacy', 'require', '>legacy'], ['./lines', 'require', 'add>add remove>drop'],
      ['./mocked', 'mock', ''], ['./one', 'require', 'first>one'], ['./orders', 'static re-export', '*>*'], ['./page', 'dynamic', 'page>page'],
      ['./prices', 'static', '*>prices'], ['./shop', 'static', 'default>shop cart>basket'], ['./taxes', 'static re-export', 'tax>vat'],
    ]);
  });

  it('takes names that only types use for type-only, in TypeScript alone', async () => {
    const text = `import { Cart, Line, open, Base } from './cart';\ninterface Mine extends Line {}\nclass Shop extends Base { cart: Cart = open(); }\n`;
    const typeOnly = async (path: string) => (await imports(text, path))[0]!.names.filter((name) => name.typeOnly).map(({ imported }) => imported);
    expect(await typeOnly('src/shop.ts')).toEqual(['Cart', 'Line']);
    expect(await typeOnly('src/shop.js')).toEqual([]);
  });

  it('knows what is caught', async () => {
    const facts = await imports(`
try { require('./a'); } catch { }
try { require('./b'); } catch (error) { throw error; }
import('./c').catch(() => undefined);
import('./d');
`);
    expect(facts.map(({ name, guarded }) => [name, guarded])).toEqual([['./a', true], ['./b', false], ['./c', true], ['./d', false]]);
  });
});

describe('bindings of a TypeScript module', () => {
  it('knows under which names others see them', async () => {
    const { bindings } = await moduleOf(`
export class Cart {}
export interface Cart { id: string }
const open = () => new Cart();
export { open as openCart, Cart as Basket };
export const { first, second: [third] } = pair();
export const store = create<State>()(fill);
export const Trolley = Cart;
export default connect(Cart);
`);
    expect(bindings.map(({ name, declares, exportedAs, aliasOf, init }) => [name, declares, exportedAs.join(' '), aliasOf ?? init ?? ''])).toEqual([
      ['Cart', 'class', 'Cart Basket', ''], ['open', 'function', 'openCart', ''], ['first', 'variable', 'first', 'pair'], ['third', 'variable', 'third', 'pair'],
      ['store', 'variable', 'store', 'create'], ['Trolley', 'alias', 'Trolley', 'Cart'], ['default', 'variable', 'default', 'connect'],
    ]);
  });

  it('reads CommonJS exports', async () => {
    const module = await moduleOf('function add() {}\nexports.limit = 3;\nmodule.exports = { add, total() {} };\n', 'src/cart.js');
    expect(module.bindings.map(({ name, exportedAs }) => [name, exportedAs.join(' ')])).toEqual([['add', 'add'], ['limit', 'limit'], ['total', 'total'], ['default', 'default']]);
    expect(module.dynamic).toBe(false);
    expect((await moduleOf('module.exports = { ...other };\n', 'src/cart.js')).dynamic).toBe(true);
  });
});

describe('deprecation notices of TypeScript', () => {
  it('reads the tag on declarations, and at the head of a file', async () => {
    const facts = await factsIn('deprecation', 'src/cart.ts', `
/** @deprecated Use \`./basket\` instead. */
import { x } from './x';
/** @deprecated Use {@link openBasket}. */
export const openCart = () => x;
// DEPRECATED: use Basket
export class Cart {}
/** Prices of deprecated products. */
export function prices() {}
`);
    expect(facts.map(({ target, name, replacement }) => [target, name, replacement])).toEqual([['module', '', './basket'], ['function', 'openCart', 'openBasket'], ['class', 'Cart', 'Basket']]);
  });
});
