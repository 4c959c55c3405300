import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashOf } from '../util/hash.js';
import { compareText } from '../util/compare.js';

let version: string | undefined;

/**
 * Hash of the code that makes facts: everything in `languages/`, and the fact model. Part of every cache key, so that a changed extractor
 * never meets facts of its predecessor.
 */
export function extractorVersion(): string {
  version ??= hashOf(sources().map((path) => readFileSync(path, 'utf8')).join('\n'), 12);
  return version;
}

function sources(): string[] {
  const folder = fileURLToPath(new URL('../languages/', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.[jt]s$/.test(name))
    .sort(compareText)
    .map((name) => `${folder}${name}`);
}
