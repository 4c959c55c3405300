import type { Reference } from '../model/link-result.js';

/** A pointer to a line of code. */
export function lineOf(path: string, line: number): Reference {
  return { code: { path, range: { start: { line, column: 1 }, end: { line, column: 1 } } } };
}

/** Three digits: what weights and probabilities are worth. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
