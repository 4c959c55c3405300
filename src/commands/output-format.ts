import { basename, extname } from 'node:path';
import type { Format } from '../reporters/index.js';
import { UserError } from '../util/user-error.js';

/** The end of a file's name and the format that it chooses; the first that fits counts. */
const ENDINGS: readonly (readonly [ending: string, format: Format])[] = [
  ['codeclimate.json', 'codeclimate'],
  ['code-quality-report.json', 'codeclimate'], // as GitLab's own jobs name it
  ['.sarif.json', 'sarif'],
  ['.sarif', 'sarif'],
  ['.json', 'json'],
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.xml', 'junit'],
  ['.txt', 'table'],
  ['.log', 'table'],
];

/**
 * The format in which a result is written: the one that was asked for, else what the name of the output file says, else the table.
 * @throws UserError for a name whose ending means no format: a table in `report.csv` is what nobody wanted
 */
export function outputFormat(format: Format | undefined, output: string | undefined): Format {
  if (format !== undefined) return format;
  if (output === undefined || output === '-') return 'table';
  const name = basename(output).toLowerCase();
  const known = ENDINGS.find(([ending]) => name.endsWith(ending));
  if (known) return known[1];
  if (extname(name) === '') return 'table';
  throw new UserError(`-o ${output}: no format is written to files that end in "${extname(name)}".`, {
    code: 'unknown-format', hint: `Known endings: ${ENDINGS.map(([ending]) => ending).join(', ')}. For another name add --format <format>.`,
  });
}
