import { stripVTControlCharacters } from 'node:util';

/** Lines of what a tool printed, without colour; of a line that was overwritten by carriage returns the last state. */
export function terminalLines(text: string): string[] {
  return stripVTControlCharacters(text).split('\n').map((line) => {
    const end = line.endsWith('\r') ? line.slice(0, -1) : line;
    return end.slice(end.lastIndexOf('\r') + 1);
  });
}
