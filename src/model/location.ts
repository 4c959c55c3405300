/**
 * Start and end of a piece of source text: `[startLine, startColumn, endLine, endColumn]`.
 *
 * Lines and columns are 1-based, columns count UTF-16 code units, the end is exclusive (SARIF 2.1.0, `columnKind`
 * `utf16CodeUnits`). A tuple and not an object, because a large repository yields a million of them.
 */
export type Span = readonly [startLine: number, startColumn: number, endLine: number, endColumn: number];

export interface Position {
  line: number;
  column: number;
}

/** A place in the audited repository. `path` is POSIX and relative to the audited root. */
export interface Location {
  path: string;
  range: { start: Position; end: Position };
}

/** The location of a span in a file, in the form that results carry. */
export function locationOf(path: string, span: Span): Location {
  return {
    path,
    range: { start: { line: span[0], column: span[1] }, end: { line: span[2], column: span[3] } },
  };
}
