import type { SuppressionComment } from '../model/facts.js';
import type { TextLines } from '../util/text-lines.js';
import { suppressionIn } from './suppression-comments.js';

/** What opens a comment directly before a marker: at the start of a line or after white space. */
const HASH = /(?:^|\s)(?:#[\s#!-]{0,200})$/;
const HASH_OR_SLASH = /(?:^|[\s,;{[])(?:(?:#|\/\/|\/\*)[\s#*/!-]{0,200})$/;
/** Between the start of a block comment and a marker on a later line of it. */
const BLOCK_START = /^\/\*[\s*]*$/;
const FURTHEST_BACK = 1000;

/**
 * Suppressions in comments of configuration formats: `#`, and where `slashes` is set also `//` and block comments. A marker inside a quoted text or
 * block scalar is taken too: such text is a comment of the script it holds.
 */
export function lineCommentSuppressions(text: string, lines: TextLines, slashes = false): SuppressionComment[] {
  const found: SuppressionComment[] = [];
  for (const marker of text.matchAll(/ssot-ignore/g)) {
    const start = Math.max(text.lastIndexOf('\n', marker.index), text.lastIndexOf('\r', marker.index)) + 1;
    const before = text.slice(Math.max(start, marker.index - FURTHEST_BACK), marker.index);
    const opening = (slashes ? HASH_OR_SLASH : HASH).exec(before);
    const from = opening ? marker.index - opening[0].trimStart().replace(/^[,;{[]\s*/, '').length : slashes ? blockStart(text, marker.index) : undefined;
    if (from === undefined) continue;
    const to = endOf(text, from, marker.index);
    const suppression = suppressionIn(text.slice(from, to), lines.spanOf(from, to));
    if (suppression) found.push(suppression);
  }
  return found;
}

/** Start of the block comment of which the marker is the first word; undefined when it is in none. */
function blockStart(text: string, marker: number): number | undefined {
  const start = text.lastIndexOf('/*', marker);
  return start >= 0 && marker - start <= FURTHEST_BACK && BLOCK_START.test(text.slice(start, marker)) ? start : undefined;
}

/** A block comment ends at its mark, another at the end of the line. */
function endOf(text: string, from: number, marker: number): number {
  const close = text.startsWith('/*', from) ? text.indexOf('*/', marker) : -1;
  if (close >= 0) return close + 2;
  const lineEnd = /[\r\n]/g;
  lineEnd.lastIndex = marker;
  return lineEnd.exec(text)?.index ?? text.length;
}
