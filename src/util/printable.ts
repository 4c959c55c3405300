/** Characters that move the cursor, colour a terminal, or reorder text: control characters and bidirectional overrides. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text from an audited repository made fit for one line of output: white space folded, characters that could forge output shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\t\n\r ]+/g, ' ').trim().replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
