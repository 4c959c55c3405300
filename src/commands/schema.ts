import { resolve } from 'node:path';
import { publishedSchemas } from '../schemas.js';
import { nearest } from '../util/nearest.js';
import { padEnd } from '../util/terminal-text.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { writeStdout } from './output.js';

export interface SchemaFlags {
  output?: string;
}

/** `ssot-audit schema [name]`: lists the JSON schemas of all inputs and outputs, or prints one. */
export async function schemaCommand(name: string | undefined, { output }: SchemaFlags): Promise<number> {
  const text = name === undefined ? listText() : schemaText(name);
  if (output === undefined || output === '-') await writeStdout(text);
  else writeFileWhole(resolve(output), text);
  return 0;
}

function schemaText(name: string): string {
  const wanted = name.replace(/\.schema\.json$/, '');
  const schema = publishedSchemas.find((candidate) => candidate.name === wanted);
  if (schema) return `${JSON.stringify(schema.toJson(), null, 2)}\n`;
  const names = publishedSchemas.map((candidate) => candidate.name);
  const suggestion = nearest(wanted, names);
  throw new UserError(`There is no schema "${name}".`, { code: 'unknown-schema', hint: suggestion ? `Did you mean "${suggestion}"?` : `There are: ${names.join(', ')}` });
}

function listText(): string {
  const width = Math.max(...publishedSchemas.map(({ name }) => name.length));
  return `${publishedSchemas.map(({ name, title }) => `${padEnd(name, width)}  ${title}`).join('\n')}\n\nOne of them: ssot-audit schema <name>. In the package: schema/<name>.schema.json\n`;
}
