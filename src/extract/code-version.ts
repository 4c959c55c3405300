import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareText } from '../util/compare.js';
import { hashOf } from '../util/hash.js';

let version: string | undefined;

/** Hash of all code that makes findings: of this package's `src` and `rules`. A kept result is worth nothing once it changes. */
export function codeVersion(): string {
  version ??= hashOf(['../', '../../rules/'].flatMap((folder) => sources(fileURLToPath(new URL(folder, import.meta.url)))).map((path) => readFileSync(path, 'utf8')).join('\n'), 12);
  return version;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.d)\.[jt]s$/.test(name)).sort(compareText).map((name) => `${folder}${name}`);
}
