/** Characters that move the cursor, colour a terminal, or reorder text: control characters and bidirectional overrides; and those that nobody sees. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text from an audited repository made fit for one line of output: white space folded, characters that could forge output shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\t\n\r ]+/g, ' ').trim().replace(UNPRINTABLE, escapeOf);
}

/** The same for text of several lines: lines and indentation stay, a tab is four spaces. */
export function printableLines(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, '\n').split('\n')
    .map((line) => line.replaceAll('\t', '    ').replace(UNPRINTABLE, escapeOf).trimEnd())
    .join('\n');
}

/** The text without them, as a reader sees it: a secret with invisible characters inside is still a secret. */
export function withoutUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (/[\n\t]/.test(character) ? character : ''));
}

function escapeOf(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}
