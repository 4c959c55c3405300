import type { SuppressionComment } from '../model/facts.js';

/**
 * Only at the start of a comment: prose that mentions the syntax, as here, suppresses nothing. A word that only begins like a suppression
 * (`ssot-ignore-line`) is taken for one, so that the rules can say that it is none.
 */
const MARKER = /^[\s/*#<!;-]*(ssot-ignore[\w-]*(?![\w.])[^\r\n]*)/;

/**
 * Reads one comment (with or without its delimiters). Returns the suppression it states, if any. Every language passes its
 * comments through here, so the syntax is the same in all of them.
 */
export function suppressionIn(comment: string, span: SuppressionComment['span']): SuppressionComment | undefined {
  const match = MARKER.exec(comment);
  if (!match) return undefined;
  const text = match[1]!.replace(/\s*(\*\/|-->)\s*$/, '').trimEnd();
  return { scope: text.startsWith('ssot-ignore-file') ? 'file' : 'next-line', text, span };
}
