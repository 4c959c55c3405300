/** Escape sequences that tools really write: colours, cursor movements, modes, titles, links, character sets. */
 
const SEQUENCES = /\u001b\[[0-9;?]*[A-HJKSTfhlmsu]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[()][AB012]/g;

/**
 * A text without colour and control characters. A stray escape character takes nothing with it: `stripVTControlCharacters` of Node would swallow
 * the letters after it, and with them the word by which a failure is known.
 */
export function plainText(text: string): string {
  return text.replace(SEQUENCES, '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/** Plain lines of what a tool printed; of a line that was overwritten by carriage returns the last state. */
export function terminalLines(text: string): string[] {
  return plainText(text).split('\n').map((line) => {
    const end = line.endsWith('\r') ? line.slice(0, -1) : line;
    return end.slice(end.lastIndexOf('\r') + 1);
  });
}
