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
  const opening = slashes ? /(?:^|\s)(#|\/\/|\/\*)/ : /(?:^|\s)(#)/;
  for (const marker of text.matchAll(/ssot-ignore/g)) {
    const start = text.lastIndexOf('\n', marker.index) + 1;
    const end = text.indexOf('\n', marker.index);
    const line = text.slice(start, end < 0 ? text.length : end);
    const comment = opening.exec(line);
    if (!comment) continue;
    const from = start + comment.index + comment[0].length - comment[1]!.length;
    const suppression = from < marker.index ? suppressionIn(text.slice(from, start + line.length), lines.spanOf(from, start + line.length)) : undefined;
    if (suppression) found.push(suppression);
  }
  return found;
}
