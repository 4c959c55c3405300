import type { IndexClaim, IndexEntry } from '../model/loop-records.js';
import { compareText } from '../util/compare.js';
import { definedOnly } from '../util/defined-only.js';
import { folderOf, joinPath } from '../util/paths.js';
import { plural } from '../util/plural.js';
import type { IndexRow, TestIndex } from './test-index.js';

export interface CountedTests {
  /** All files of the tree. */
  paths: readonly string[];
  /** Test cases of a file by its syntax tree; undefined where it is not read. */
  testsIn(path: string): number | undefined;
}

/**
 * Holds what a test index says against the tree: files that are not there, and counts that are not true. Tests are counted as written, so a
 * parametrised test is one.
 * @param indexPath relative to the root; files in it may be relative to its folder
 */
export function checkIndex(index: TestIndex, indexPath: string, { paths, testsIn }: CountedTests): { entries: IndexEntry[]; claims: IndexClaim[] } {
  const known = new Set(paths);
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const claims: IndexClaim[] = [];
  const entries = index.rows.map((row): IndexEntry => {
    const candidates = findFile(row, indexPath, known, byName);
    const { file, line, declared, priority, impact } = row;
    const base = { file, line, ...definedOnly({ declared, priority, impact }) };
    if (candidates.length === 0) {
      claims.push({ line, kind: 'missing-file', statement: `"${file}" is listed, and there is no such file.` });
      return base;
    }
    if (candidates.length > 1) {
      claims.push({ line, kind: 'ambiguous-file', statement: `"${file}" is listed without its folder, and ${plural(candidates.length, 'file')} have that name: ${candidates.slice(0, 4).join(', ')}${candidates.length > 4 ? ' ...' : ''}.` });
      return base;
    }
    const [path] = candidates as [string];
    const counted = testsIn(path);
    if (declared !== undefined && counted !== undefined && (row.atLeast ? counted < declared : counted !== declared)) {
      claims.push({ line, kind: 'count', statement: `"${file}" is said to hold ${declared}${row.atLeast ? ' or more' : ''} ${declared === 1 ? 'test' : 'tests'}; ${path} has ${counted}.` });
    }
    return { ...base, path, ...definedOnly({ counted }) };
  });
  if (index.total !== undefined) {
    const files = new Set(entries.flatMap(({ path }) => (path === undefined ? [] : [path])));
    const counted = [...files].reduce((sum, path) => sum + (testsIn(path) ?? 0), 0);
    const { declared, atLeast, line } = index.total;
    if (atLeast ? counted < declared : counted !== declared) {
      claims.push({ line, kind: 'total', statement: `It speaks of ${declared}${atLeast ? ' or more' : ''} tests in all; the ${plural(files.size, 'listed file')} that could be found hold ${counted}.` });
    }
  }
  return { entries, claims: claims.sort((a, b) => a.line - b.line || compareText(a.statement, b.statement)) };
}

function findFile({ file, folder }: IndexRow, indexPath: string, known: ReadonlySet<string>, byName: ReadonlyMap<string, readonly string[]>): string[] {
  for (const from of [folder, folderOf(indexPath), '']) {
    const path = from === undefined ? undefined : joinPath(from, file);
    if (path !== undefined && known.has(path)) return [path];
  }
  const name = file.slice(file.lastIndexOf('/') + 1);
  const ending = `/${file.replace(/^(?:\.?\/)+/, '')}`;
  const anywhere = (byName.get(name) ?? []).filter((path) => `/${path}`.endsWith(ending));
  // Of several, those below the folder of the heading or of the index are meant.
  for (const from of [folder, folderOf(indexPath)]) {
    const inside = from === undefined || from === '' ? [] : anywhere.filter((path) => path.startsWith(`${from}/`));
    if (inside.length > 0) return inside.sort(compareText);
  }
  return [...anywhere].sort(compareText);
}
