import type { Tree } from '@lezer/common';
import type { Span } from '../../model/location.js';
import { plainSyntax } from './plain-syntax.js';

let parser: typeof import('@lezer/python').parser | undefined;
let strict: typeof parser;

export async function loadParser(): Promise<void> {
  parser ??= (await import('@lezer/python')).parser;
  strict ??= parser.configure({ strict: true });
}

export interface Parsed {
  tree: Tree;
  /** Offset of the first character of each line. */
  lineStarts: readonly number[];
}

/** Parses Python 3. Always returns a tree; what the grammar could not place is an error node in it. `loadParser` must have run. */
export function parse(text: string): Parsed {
  if (!parser || !strict) throw new Error('loadParser() has not run');
  return { tree: strictly(strict, text) ?? parser.parse(plainSyntax(text)), lineStarts: lineStartsOf(text) };
}

/** The tree of a text without errors; else undefined, after no more work than up to the first one. */
function strictly(strictParser: NonNullable<typeof strict>, text: string): Tree | undefined {
  try {
    return strictParser.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
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
