import { wellFormed } from './cut-text.js';
import { printable } from './printable.js';

/**
 * Plain text in Markdown: nothing in it is markup, a mention, a reference to an issue or HTML. A zero-width space after `@`, `#` and the
 * like is the only thing that GitHub's mention filter respects; entities are decoded before it runs.
 */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*{}[\]|~!]|(?<![\w])_|_(?![\w])/g, '\\$&')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replace(/@(?=[\w-])|#(?=\d)|\bGH-(?=\d)/gi, '$&\u200b')
    .replace(/^[-+=#]/, '\\$&').replace(/^(\d+)([.)])(?=\s)/, '$1\\$2');
}

/** Text inside an HTML element. Mentions are read there; Markdown is by some renderers. */
export function escapeHtml(text: string): string {
  const entity = (character: string): string => `&#${character.charCodeAt(0)};`;
  return printable(text).replace(/[&<>"'`[\]]/g, entity).replace(/@(?=[\w-])|(?<!&)#(?=\d)|\bGH-(?=\d)/gi, '$&\u200b');
}

/** A code span whose fence is longer than any run of backticks inside (CommonMark 6.1). */
export function codeSpan(text: string): string {
  const plain = printable(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${plain} ${fence}` : `${fence}${plain}${fence}`;
}

/** A path of the repository as the target of a link. */
export function linkTarget(path: string): string {
  return encodeURI(wellFormed(path)).replace(/[()#?[\]]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
