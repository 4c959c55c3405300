import { expect, test } from 'vitest';
import { parseErrorText } from '../../src/test-results/error-text.js';

const told = (text: string): object => {
  const { type, message, frames, causes, expected, received, code } = parseErrorText(text);
  return {
    error: `${type}: ${message}`, at: frames.map((frame) => `${frame.function ? `${frame.function} ` : ''}${frame.file}:${frame.line}`), causes: causes.map((cause) => `${cause.type}: ${cause.message}`),
    ...(expected === undefined ? {} : { expected, received }), ...(code === undefined ? {} : { code }),
  };
};

test('Java: the last `Caused by` is what went wrong', () => {
  expect(told(`shop.CheckoutException: cannot pay
\tat shop.Checkout.pay(Checkout.java:41)
\tat shop.CheckoutTest.pays(CheckoutTest.java:12)
Caused by: java.net.ConnectException: Connection refused
\tat shop.Provider.open(Provider.java:9)
\t... 2 more`)).toEqual({ error: 'ConnectException: Connection refused', at: ['shop.Provider.open Provider.java:9'], causes: ['CheckoutException: cannot pay'] });
});

test('Node: an error in the `cause` of another', () => {
  expect(told(`Error: cannot price the cart
    at total (/srv/shop/src/cart.js:10:5) {
  [cause]: TypeError: item is undefined
      at priceOf (/srv/shop/src/price.js:5:24)
}`)).toEqual({ error: 'TypeError: item is undefined', at: ['priceOf /srv/shop/src/price.js:5'], causes: ['Error: cannot price the cart'] });
});

test('Python: the cause of a chain stands first, frames are turned round', () => {
  expect(told(`Traceback (most recent call last):
  File "/srv/shop/price.py", line 6, in price_of
    return PRICES[sku]
KeyError: 'tea'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/shop/tests/test_cart.py", line 12, in test_total
    cart.total()
  File "/srv/shop/cart.py", line 14, in total
    raise ValueError("cannot price tea") from error
ValueError: cannot price tea`)).toEqual({ error: "KeyError: 'tea'", at: ['price_of /srv/shop/price.py:6'], causes: ['ValueError: cannot price tea'] });
});

test('Firefox, webpack and development servers', () => {
  expect(told(`TypeError: item is undefined
priceOf@http://localhost:5173/src/price.ts?t=1700:5:24
    at total (webpack://shop/./src/cart.ts?a1b2:10:51)
    at async http://localhost:5173/src/pay.ts:3:1`)).toEqual({ error: 'TypeError: item is undefined', at: ['priceOf src/price.ts:5', 'total ./src/cart.ts:10', 'src/pay.ts:3'], causes: [] });
});

test('what Mocha calls uncaught has its own type, and a system error its code', () => {
  expect(told('Uncaught Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect (node:net:1638:16)')).toMatchObject({ error: 'Error: connect ECONNREFUSED 127.0.0.1:5432', code: 'ECONNREFUSED' });
});

test('a stray escape character takes no word of the message with it', () => {
  expect(told('\u001b[31mTypeError\u001b[39m: \u001bitem is undefined')).toMatchObject({ error: 'TypeError: item is undefined' });
});
