import type { FactIndex } from '../../src/index.js';

/** Of the files of the smaller folder, so many have a namesake at the same place of the other. */
const SHARE = 0.4;
const LEAST = 3;

/** Tells whether two files stand at the same place of two folders that are built alike. */
export type MirrorTest = (a: string, b: string) => boolean;

/**
 * Folders that repeat each other's structure hold variants of one thing on purpose: `postgres/` and `sqlite/`, `collections/` and
 * `globals/`. Their files are named alike because they answer to one interface.
 */
export function mirrorTest(facts: FactIndex): MirrorTest {
  const files = facts.files.filter(({ role, language }) => role === 'production' && language !== '').map(({ path }) => path).sort();
  const known = new Map<string, boolean>();
  return (a, b) => {
    const folders = differingFolders(a, b);
    if (!folders) return false;
    const key = folders.join('\0');
    let mirrored = known.get(key);
    if (mirrored === undefined) known.set(key, (mirrored = areMirrored(files, ...folders)));
    return mirrored;
  };
}

/** The two folders above the common end of two paths: `db/postgres`, `db/sqlite` for `db/postgres/find.ts`, `db/sqlite/find.ts`. */
function differingFolders(a: string, b: string): [string, string] | undefined {
  const [first, second] = [a.split('/'), b.split('/')];
  let tail = 0;
  while (tail < first.length && tail < second.length && first[first.length - 1 - tail] === second[second.length - 1 - tail]) tail++;
  if (tail === 0 || tail === first.length || tail === second.length) return undefined;
  return [first.slice(0, -tail).join('/'), second.slice(0, -tail).join('/')];
}

function areMirrored(files: readonly string[], a: string, b: string): boolean {
  if (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)) return false;
  const [first, second] = [below(files, a), below(files, b)];
  const inSecond = new Set(second);
  const common = first.filter((tail) => inSecond.has(tail) && !/(?:^|\/)(?:index\.\w+|__init__\.py)$/.test(tail)).length;
  return common >= LEAST && common >= SHARE * Math.min(first.length, second.length);
}

/** Paths below a folder, without it. `files` are sorted, so they stand together. */
function below(files: readonly string[], folder: string): string[] {
  const prefix = `${folder}/`;
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (files[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  const tails: string[] = [];
  for (let index = low; index < files.length && files[index]!.startsWith(prefix); index++) tails.push(files[index]!.slice(prefix.length));
  return tails;
}
