import type { SuppressionComment } from '../model/facts.js';
import type { TextLines } from '../util/text-lines.js';
import { suppressionIn } from './suppression-comments.js';

/**
 * Suppressions in line comments of configuration formats: `#` (or `//` where `slashes` is set) at the start of a line or after white
 * space. A marker inside a quoted text or block scalar is taken too: such text is a comment of the script it holds.
 */
export function lineCommentSuppressions(text: string, lines: TextLines, slashes = false): SuppressionComment[] {
  if (!text.includes('ssot-ignore')) return [];
  const found: SuppressionComment[] = [];
  const pattern = slashes ? /(?<=^|\s)(?:#|\/\/|\/\*)[^\n]*ssot-ignore[^\n]*/gm : /(?<=^|\s)#[^\n]*ssot-ignore[^\n]*/gm;
  for (const match of text.matchAll(pattern)) {
    const suppression = suppressionIn(match[0], lines.spanOf(match.index, match.index + match[0].length));
    if (suppression) found.push(suppression);
  }
  return found;
}
