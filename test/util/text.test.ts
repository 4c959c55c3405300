import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/util/nearest.js';
import { printable } from '../../src/util/printable.js';
import { displayWidth, wrapText } from '../../src/util/terminal-text.js';

describe('nearest', () => {
  const commands = ['explain', 'init', 'rules', 'scan'];

  it.each([['rulse', 'rules'], ['explian', 'explain'], ['Scan', 'scan'], ['explain-finding', 'explain']])('%s may mean %s', (word, meant) => {
    expect(nearest(word, commands)).toBe(meant);
  });

  it('offers nothing for a word that is like none', () => {
    expect(nearest('src', commands)).toBeUndefined();
    expect(nearest('x'.repeat(1000), commands)).toBeUndefined();
  });
});

describe('wrapText', () => {
  it('breaks at spaces, and a long path after a separator', () => {
    expect(wrapText('pays with services/api/payments/gateway.py', 20, '  ')).toEqual(['pays with', '  services/api/', '  payments/', '  gateway.py']);
  });

  it('never exceeds the width, whatever the script', () => {
    for (const text of ['購物車管理員購物車管理員', 'a'.repeat(50), '🛒🛒🛒🛒🛒🛒🛒🛒🛒🛒🛒🛒']) for (const line of wrapText(text, 10)) expect(displayWidth(line)).toBeLessThanOrEqual(10);
  });

  it('keeps text that fits as it is', () => {
    expect(wrapText('a basket', 8)).toEqual(['a basket']);
  });
});

it('printable shows what would move the cursor or reorder text', () => {
  expect(printable('till\u001b[2J\u202egnp.\tand\nmore ')).toBe('till\\u001b[2J\\u202egnp. and more');
});
