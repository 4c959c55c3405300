import type { Span } from '../model/location.js';

/** Offsets of a text as lines and columns. */
export interface TextLines {
  readonly count: number;
  /** 1-based line of an offset. */
  lineAt(offset: number): number;
  spanOf(from: number, to: number): Span;
  /** Offset of the first character of a 1-based line. */
  startOf(line: number): number;
}

/** Finds lines once; each look-up is a binary search. `\n`, `\r\n` and lone `\r` end a line. */
export function textLines(text: string): TextLines {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  return {
    count: starts.length,
    lineAt,
    spanOf: (from, to) => {
      const startLine = lineAt(from);
      const endLine = lineAt(to);
      return [startLine, from - starts[startLine - 1]! + 1, endLine, to - starts[endLine - 1]! + 1];
    },
    startOf: (line) => starts[Math.min(Math.max(line, 1), starts.length) - 1]!,
  };
}
