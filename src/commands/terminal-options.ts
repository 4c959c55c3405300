import type { ReporterOptions } from '../reporters/index.js';

const MAX_WIDTH = 180;

/** What the terminal can do: colour unless NO_COLOR (no-color.org), `--no-color` or a pipe forbids it, and its width. */
export function terminalOptions({ color }: { color?: boolean }): Pick<ReporterOptions, 'color' | 'width'> {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = process.env;
  const wanted = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' ? true : process.stdout.isTTY && TERM !== 'dumb';
  const columns = process.stdout.columns ?? (Number(COLUMNS) || 100);
  return { color: wanted && color !== false && !NO_COLOR, width: Math.min(columns, MAX_WIDTH) };
}
