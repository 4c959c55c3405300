import { expect, it } from 'vitest';
import { similarFunctions } from '../../src/facts/similar-functions.js';
import type { IndexedFunction } from '../../src/facts/class-shape.js';
import { factsIn } from '../support/facts-in.js';

const steps = (...calls: string[]): string => calls.map((call) => `    ${call}(order)\n`).join('');
const REFUND = ['load', 'check_stock', 'quote', 'reserve', 'notify', 'audit', 'archive', 'publish'];

it('groups bodies that are nearly alike, and no others, whatever they are called', async () => {
  const functions = await factsIn('function', 'shop.py', [
    `def refund(order):\n${steps(...REFUND)}`,
    `def settle(order):\n${steps(...REFUND.slice(0, 7), 'close')}`,
    `def sweep(order):\n${steps('walk', 'stat', 'compare', 'unlink', 'log', 'flush', 'sync', 'leave')}`,
    'def short(order):\n    load(order)\n',
  ].join('\n'));
  const groups = similarFunctions(functions as IndexedFunction[], 0.5);
  expect(groups.map(({ members }) => members.map(({ name }) => name))).toEqual([['refund', 'settle']]);
  expect(groups[0]!.similarity).toBeGreaterThan(0.5);
});

it('costs no square of the number of functions that share boilerplate', async () => {
  const functions = await factsIn('function', 'shop.py', Array.from({ length: 3000 }, (_, index) => `def step_${index}(order):\n${steps(...REFUND)}`).join('\n'));
  const started = performance.now();
  similarFunctions(functions as IndexedFunction[], 0.8);
  expect(performance.now() - started).toBeLessThan(2000);
});
