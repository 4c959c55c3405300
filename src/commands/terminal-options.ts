import type { ReporterOptions } from '../reporters/index.js';
import { wrapText } from '../util/terminal-text.js';

const MAX_WIDTH = 180;

/** What the terminal can do: colour unless NO_COLOR (no-color.org), `--no-color` or a pipe forbids it, and its width. */
export function terminalOptions({ color }: { color?: boolean }): Pick<ReporterOptions, 'color' | 'width'> {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = process.env;
  const wanted = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' ? true : process.stdout.isTTY && TERM !== 'dumb';
  const columns = process.stdout.columns ?? (Number(COLUMNS) || 100);
  return { color: wanted && color !== false && !NO_COLOR, width: Math.min(columns, MAX_WIDTH) };
}

const NOTE_WIDTH = 80;

/**
 * Lines for people on stderr, broken at 80 columns (or fewer, where a terminal has fewer) with the indentation of each; as they are where stderr is
 * no terminal, for a log is searched line by line.
 */
export function forStderr(text: string, columns = process.stderr.isTTY ? process.stderr.columns : undefined): string {
  if (columns === undefined) return process.env['GITHUB_ACTIONS'] === 'true' ? withoutCommands(text) : text;
  return text.split('\n').flatMap((line) => {
    const indent = /^ */.exec(line)![0];
    return wrapText(line.slice(indent.length), Math.max(20, Math.min(columns, NOTE_WIDTH) - indent.length - 2), '  ').map((part) => indent + part);
  }).join('\n');
}

/** Text in which the runner of GitHub Actions sees no workflow command, whatever a name from the audited tree looks like. */
export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '## [').replace(/^(\s*):(?=:)/gm, '$1:\u200b');
}
