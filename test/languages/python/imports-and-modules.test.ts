import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const imports = (text: string, path = 'shop/cart.py') => factsIn('import', path, text);
const moduleOf = async (text: string, path = 'shop/cart.py') => (await factsIn('module', path, text))[0]!;

describe('imports of Python', () => {
  it('counts leading dots, an ellipsis being three', async () => {
    const facts = await imports('from ....prices import net\nfrom . import taxes as t\nimport shop.catalog as catalog\n');
    expect(facts.map(({ name, level, names }) => [name, level, names.map(({ imported, local }) => `${imported} as ${local}`)])).toEqual([
      ['prices', 4, ['net as net']],
      ['', 1, ['taxes as t']],
      ['shop.catalog', 0, [' as catalog']],
    ]);
  });

  it('tells what fails at load from what fails at use and from what is caught', async () => {
    const facts = await imports(`
import a
def order():
    import b
try:
    import c
except ImportError:
    c = None
try:
    import d
except Exception as error:
    raise RuntimeError("no d") from error
try:
    import e
except ValueError:
    pass
def pay():
    try:
        if True:
            import f
    except:
        pass
if __name__ == "__main__":
    import g
`);
    expect(Object.fromEntries(facts.map(({ name, guarded, lazy }) => [name, `${guarded ? 'guarded' : 'unguarded'} ${lazy ? 'lazy' : 'top'}`]))).toEqual({
      a: 'unguarded top', b: 'unguarded lazy', c: 'guarded top', d: 'unguarded top', e: 'unguarded top', f: 'guarded lazy', g: 'unguarded lazy',
    });
  });

  it('knows an import that stands in for another', async () => {
    const facts = await imports('try:\n    import fast_json as json\nexcept ImportError:\n    import json\n');
    expect(facts.map(({ name, fallback }) => [name, fallback ?? false])).toEqual([['fast_json', false], ['json', true]]);
  });

  it('never executes what stands under TYPE_CHECKING, and binds nothing there', async () => {
    const text = 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.orders import Order\nelse:\n    Order = None\n';
    expect((await imports(text)).map(({ name, typeOnly }) => [name, typeOnly])).toEqual([['typing', false], ['shop.orders', true]]);
    expect((await moduleOf(text)).bindings.find(({ name }) => name === 'Order')?.declares).toBe('variable');
  });

  it('reads import_module with a literal', async () => {
    const [fact] = await imports('import_module("..plugins.gifts", __package__)\nimport_module(name)\n');
    expect(fact).toMatchObject({ name: 'plugins.gifts', level: 2, form: 'dynamic' });
  });

  it('takes an import for handing on where the module does nothing else with it', async () => {
    const face = await imports('from .cart import Cart\nfrom .prices import net\n\nTOTAL = net(3)\n', 'shop/__init__.py');
    expect(face.map(({ name, reExport }) => [name, reExport])).toEqual([['cart', true], ['prices', false]]);
    const user = await imports('from .cart import Cart\n\ndef open_cart():\n    return Cart()\n');
    expect(user[0]!.reExport).toBe(false);
  });
});

describe('bindings of a Python module', () => {
  it('keeps the binding that importers see', async () => {
    const { bindings } = await moduleOf(`
client = None
try:
    from shop.redis import client
except ImportError:
    pass
class Cart: pass
Basket = Cart
store = create_store()
with open("x") as handle, lock:
    for line, count in handle:
        (first, *rest) = line
def fill():
    global cache
    cache = {}
`);
    expect(bindings.map(({ name, declares, aliasOf, init }) => [name, declares, aliasOf ?? init ?? ''])).toEqual([
      ['client', 'import', ''], ['Cart', 'class', ''], ['Basket', 'alias', 'Cart'], ['store', 'variable', 'create_store'], ['handle', 'variable', ''],
      ['line', 'variable', ''], ['count', 'variable', ''], ['first', 'variable', ''], ['rest', 'variable', ''], ['fill', 'function', ''], ['cache', 'variable', ''],
    ]);
  });

  it.each([
    ['module __getattr__', 'def __getattr__(name):\n    return 1\n', true],
    ['globals', 'globals()["LIMIT"] = 3\n', true],
    ['itself in sys.modules', 'import sys\nsys.modules[__name__] = Shop()\n', true],
    ['a syntax error', 'class Cart(:\n    pass\n', true],
    ['a method __getattr__', 'class Cart:\n    def __getattr__(self, name):\n        return 1\n', false],
  ])('is dynamic because of %s: %#', async (_, text, dynamic) => {
    expect((await moduleOf(text)).dynamic).toBe(dynamic);
  });

  it('knows __all__ only where it is a list of literals', async () => {
    expect((await moduleOf('__all__ = ["Cart", "Order"]\n')).all).toEqual(['Cart', 'Order']);
    expect((await moduleOf('__all__ = ["Cart"] + other.__all__\n')).all).toBeUndefined();
  });
});

describe('deprecation notices of Python', () => {
  const notices = async (text: string) => (await factsIn('deprecation', 'shop/cart.py', text)).map(({ target, name, replacement }) => [target, name, replacement ?? '']);

  it('reads them in doc strings, comments, decorators and warnings', async () => {
    expect(await notices('"""\nDEPRECATED: use shop.basket instead.\n"""\n')).toEqual([['module', '', 'shop.basket']]);
    expect(await notices('# DEPRECATED: use Basket\nclass Cart:\n    pass\n')).toEqual([['class', 'Cart', 'Basket']]);
    expect(await notices('@deprecated("Use new_cart()")\ndef open_cart():\n    pass\n')).toEqual([['function', 'open_cart', 'new_cart']]);
    expect(await notices('def open_cart():\n    warnings.warn("Use shop.new_cart", DeprecationWarning)\n')).toEqual([['function', 'open_cart', 'shop.new_cart']]);
    expect(await notices('class Cart:\n    def __init__(self):\n        warnings.warn("use Basket", DeprecationWarning)\n')).toEqual([['class', 'Cart', 'Basket']]);
  });

  it('takes a notice about one name at the head of a file for a notice about that name', async () => {
    expect(await notices('"""DEPRECATION NOTICE: CartState is deprecated."""\nclass CartState:\n    pass\nclass Line:\n    pass\n')).toEqual([['class', 'CartState', '']]);
  });

  it('is silent on parameters, helpers that warn, and prose', async () => {
    expect(await notices('def order(coupon=None):\n    if coupon:\n        warnings.warn("coupon is deprecated", DeprecationWarning)\n')).toEqual([]);
    expect(await notices('def warn_old(name):\n    warnings.warn(name, DeprecationWarning)\n')).toEqual([]);
    expect(await notices('"""Lists products with a deprecated model."""\n')).toEqual([]);
  });
});
