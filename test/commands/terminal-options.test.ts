import { expect, it } from 'vitest';
import { forStderr, withoutCommands } from '../../src/commands/terminal-options.js';

it('notes for people are broken to the terminal and keep their indentation; a log keeps its lines', () => {
  const note = `problems:\n  ${'services/api/orders/order_manager.py:12 Expected a colon. '.repeat(3).trim()}\n`;
  const broken = forStderr(note, 200).split('\n');
  expect(Math.max(...broken.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(broken.slice(0, 2)).toEqual(['problems:', expect.stringMatching(/^ {2}services/) as string]);
  expect(broken.slice(2, -1).every((line) => line.startsWith('    '))).toBe(true);
  expect(Math.max(...forStderr(note, 50).split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  expect(forStderr(note, undefined)).toBe(note);
});

it('a name from the tree is no command to the runner of GitHub Actions', () => {
  expect(withoutCommands('services:\n  ::stop-commands::x: a workspace\n a :: b ##[add-mask]7')).toBe('services:\n  :\u200b:stop-commands::x: a workspace\n a :: b ## [add-mask]7');
});
