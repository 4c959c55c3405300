import { expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const constants = async (text: string) => (await factsIn('constant', 'shop.ts', text))
  .map(({ name, scope, exported, value }) => [[...scope, name].join('.'), exported, value]);

it('reads literals of module and class constants, folded', async () => {
  expect(await constants(`
export const MAX_UPLOAD_MB = 25, RETRY_MS = 5 * 60 * 1_000;
const baseUrl = 'https://' + 'shop.test';
export const CURRENCIES = new Set(['EUR', 'CHF']);
const SKUS = [/^A\\d+$/];
const SKU = /^[A-Z]+\\/\\d{4}$/i;
const LIMITS = Object.freeze({ cart: 50, 'gift-card': -1 } as const);
class Cart { static readonly MAX_LINES = 100; static count = 0; readonly size = 1; }
namespace Tax { export const RATE = 0.19; }`)).toEqual([
    ['MAX_UPLOAD_MB', true, 25], ['RETRY_MS', true, 300_000], ['baseUrl', false, 'https://shop.test'], ['CURRENCIES', true, ['EUR', 'CHF']],
    ['SKUS', false, ['/^A\\d+$/']],
    ['SKU', false, '/^[A-Z]+/\\d{4}$/i'], ['LIMITS', false, { cart: 50, 'gift-card': -1 }], ['Cart.MAX_LINES', false, 100], ['Tax.RATE', false, 0.19],
  ]);
});

it('gives no fact for what is variable, computed, local, or too large to compare', async () => {
  expect(await constants(`
let retries = 3;
const cache = {};
export const pending = null;
export const port = process.env.PORT ?? 8080;
const limits = { cart: 50, ...defaults };
function checkout() { const STEP = 1; }
orders.forEach(() => { const ROW = 1; });
const LONG = '${'x'.repeat(501)}';
const MANY = [${Array.from({ length: 201 }, (_, index) => index).join()}];`)).toEqual([]);
});
