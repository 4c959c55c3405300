import { expect, it } from 'vitest';
import { conceptName, isVersionName } from '../../src/facts/concept-name.js';
import { areCallings, areEnds } from '../../src/facts/twins.js';

it.each([
  ['UnifiedCartManager', 'cart-manager'], ['cart_manager_v2', 'cart-manager'], ['EnhancedCartManagerLegacy', 'cart-manager'],
  ['CartManager', 'cart-manager'], ['useUnifiedCartStore', 'use-cart-store'],
  // In the middle of a name such a word belongs to the concept.
  ['CreateDefaultLayoutChange', 'create-default-layout-change'],
  // One word names no concept.
  ['BaseManager', 'base-manager'], ['CoreService', 'core-service'], ['New', 'new'],
])('the concept of %s is %s', (name, concept) => expect(conceptName(name)).toBe(concept));

it('tells names that claim to be a version', () => {
  expect([isVersionName('EnhancedCartManager'), isVersionName('CartManager')]).toEqual([true, false]);
});

it.each([
  ['client/models/order.ts', 'server/models/order.ts', true],
  ['src/Cart.native.tsx', 'src/Cart.tsx', true],
  ['src/cart.ts', 'src/legacy/cart.ts', false],
  ['app/orders.ts', 'app/stock.ts', false],
  ['shop/api/order.py', 'shop/services/order.py', false],
])('%s and %s are two ends: %s', (a, b, ends) => expect(areEnds(a, b)).toBe(ends));

it('knows two callings of one thing', () => {
  expect([areCallings('AsyncCart', 'Cart'), areCallings('load_cart_sync', 'load_cart'), areCallings('Cart', 'Cart'), areCallings('AsyncCart', 'Order')])
    .toEqual([true, true, false, false]);
});
