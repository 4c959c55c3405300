import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extract } from '../../../src/languages/python/extract.js';
import { loadParser } from '../../../src/languages/python/parse.js';
import { plainSyntax } from '../../../src/languages/python/plain-syntax.js';

await loadParser();

/** What the grammar alone stumbles over; each is followed by a declaration that must still be found, on its own line. */
it.each([
  ['parenthesised with items', 'with (\n    open_cart(user_id=(1, 2)) as cart,  # the cart\n    lock(\n        cart\n    ) as held,\n):\n    cart.pay()\n'],
  ['one parenthesised item', 'with (open_cart() as cart):\n    cart.pay()\n'],
  ['an asynchronous one', 'async def pay():\n    async with (\n        open_cart() as cart,\n        lock(),\n    ):\n        await cart.pay()\n'],
  ['a target of two names', 'with open_cart(\n    1\n) as (\n    cart,\n    lock,\n):\n    cart.pay()\n'],
  ['a starred target', 'with carts() as (first, *others):\n    first.pay()\n'],
  ['targets that are attributes', 'with lock() as self.lock, cart() as carts[0]:\n    pass\n'],
  ['a float that ends in a point', 'PRICES = [1., 2.5, 3.e2, 4.j, -5. ]\n'],
  ['a star in a subscript', 'def carts(query: Select[tuple[*Row]], more: tuple[int, *Row]) -> None: ...\n'],
  ['stars among type parameters', 'def carts[Item, *Items, **Options](*items: Item) -> Item: ...\n'],
  ['a starred loop target', 'total = sum(price for price, *_ in lines)\nfor *rest, price in lines:\n    print(price)\n'],
  ['a decorator that calls what a call gave', '@timed(unit="ms")("cart")\ndef pay(): ...\n'],
  ['a decorator in parentheses', '@(\n    timed\n    or plain\n)\ndef pay(): ...\n'],
  ['class patterns without arguments', 'match event:\n    case Paid():\n        done()\n    case {}:\n        pass\n    case []:\n        pass\n'],
  ['a raw format string with escaped braces', 'PATTERN = rf"\\{{\\{{\\s*({name})_sku\\s*(?=[\\.|}}])"\n'],
  ['a comment left of its block', 'def pay():\n    if ready:\n        go()\n  # not yet\n        stop()\n'],
])('reads %s', (_name, text) => {
  const { facts, parseErrors } = extract({ path: 'shop/cart.py', text: `${text}\nclass Receipt:\n    def total(self):\n        return 1\n` });
  expect(parseErrors).toEqual([]);
  const line = text.split('\n').length + 1;
  expect(facts.flatMap((fact) => (fact.kind === 'class' ? [[fact.name, fact.span[0]]] : []))).toEqual([['Receipt', line]]);
});

it('still reports what is no Python', () => {
  const { parseErrors } = extract({ path: 'shop/cart.py', text: 'def pay(:\n    with (a as b\n' });
  expect(parseErrors.length).toBeGreaterThan(0);
});

it('leaves strings, comments for us and ordinary code as they are', () => {
  const text = 'TEXT = """with (a as b):\n@(x)\n1. """  # ssot-audit-ignore-line duplicate-constant: 1. as printed\nROW = [*first, *rest, 1.5, x[1:2], a * b]\nresult = f(*lines, **options)\n';
  expect(plainSyntax(text)).toBe(text);
});

it('keeps every offset, whatever the text', () => {
  const piece = fc.constantFrom('with ', '(', ')', ' as ', ',', ':', '\n', '\r\n', '*', '[', ']', '{', '}', '@', 'case ', 'for ', ' in ', '1.', '"', "'''", 'rf"', '\\', '#', 'cart', 'é', '😀', ' ');
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const text = pieces.join('');
    expect(plainSyntax(text).length).toBe(text.length);
  }), { seed: 7, numRuns: 500 });
});
