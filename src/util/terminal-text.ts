const ESCAPES = /\u001b\[[0-9;]*m/g;
/** East Asian wide and full-width characters and emoji take two columns (Unicode TR11, the common blocks). */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}]/u;
const COMBINING = /\p{Mn}/u;

/** Columns that text takes in a terminal; colour escapes take none. */
export function displayWidth(text: string): number {
  const plain = text.replace(ESCAPES, '');
  if (/^[\u0020-\u007e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/**
 * Breaks text without colour into lines of at most `width` columns: at spaces, else after `/`, else after `.` or `_`, else anywhere. Lines after the
 * first are indented.
 */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (displayWidth(candidate) <= width) {
      line = candidate;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = lines.length > 0 ? `${indent}${word}` : word;
    while (displayWidth(line) > width) {
      const cut = breakPoint(line, width);
      lines.push(line.slice(0, cut));
      line = `${indent}${line.slice(cut)}`;
    }
  }
  return [...lines, line];
}

/** Where to break a word that is longer than a line: after the last separator in its second half, else at the edge. */
function breakPoint(word: string, width: number): number {
  let fits = 0;
  let columns = 0;
  for (const character of word) {
    columns += displayWidth(character);
    if (columns > width) break;
    fits += character.length;
  }
  fits = Math.max(fits, 1);
  for (const separators of ['/', '._-,:']) {
    for (let index = fits; index > fits / 2; index--) if (separators.includes(word[index - 1]!)) return index;
  }
  return fits;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}
