import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';

/** A report's path laid onto the repository. More than one path: the report's is ambiguous, and each may be meant. */
export interface MappedPath {
  paths: readonly string[];
  /** What made it fit, for people: `as is`, `without /builds/shop/web/` ... */
  step: string;
}

export interface PathMapper {
  map(reported: string): MappedPath | undefined;
}

/** A candidate with more namesakes than this is as good as unknown. */
const MAX_AMBIGUOUS = 8;

/** Folders in which build machines check repositories out. */
const CHECKOUTS = [
  /^\/home\/runner\/work\/[^/]+\/[^/]+\//, /^\/builds\/[^/]+\/[^/]+\//, /^\/github\/workspace\//, /^\/__w\/[^/]+\/[^/]+\//, /^\/(?:usr\/src\/)?(?:app|workspace|code|repo|src|project)\//,
  /^[A-Za-z]:\/a\/[^/]+\/[^/]+\//, /^[A-Za-z]:\/(?:actions-runner\/)?_work\/[^/]+\/[^/]+\//,
];

/**
 * Maps paths of reports onto files of the repository: as they are, without the root that the report's own paths share, without the checkout
 * folders of known build machines, by their longest unique ending, through source maps' `dist` folders, and at last without regard to case.
 * A path that fits several files keeps them all: a guess would be worse than none.
 *
 * @param files paths of the repository, POSIX, relative to its root
 * @param reported every path that the reports name; the roots are learnt from them
 * @param sourceOf the source file of a built one, where a source map tells
 */
export function createPathMapper(files: readonly string[], reported: readonly string[], sourceOf: (path: string) => string | undefined = () => undefined): PathMapper {
  const known = new Set(files);
  const byName = new Map<string, string[]>();
  const byLowerCase = new Map<string, string[]>();
  for (const file of files) {
    append(byName, file.slice(file.lastIndexOf('/') + 1), file);
    append(byLowerCase, file.toLowerCase(), file);
  }
  const roots = learnRoots(reported, known, byName);
  const cache = new Map<string, MappedPath | undefined>();

  const find = (reportedPath: string): MappedPath | undefined => {
    const path = normalise(reportedPath);
    if (path === '' || path.startsWith('node:') || /(?:^|\/)node_modules\/|\/site-packages\/|\/lib\/python\d/.test(path)) return undefined;
    if (known.has(path)) return one(path, 'as is');
    for (const root of roots) {
      if (path.startsWith(root) && known.has(path.slice(root.length))) return one(path.slice(root.length), `without ${root}`);
    }
    for (const checkout of CHECKOUTS) {
      const rest = path.replace(checkout, '');
      if (rest !== path && known.has(rest)) return one(rest, 'without the checkout folder of the build machine');
    }
    const ending = longestEnding(path, byName);
    if (ending) return ending;
    const source = sourceOf(path);
    if (source !== undefined && source !== path) return find(source);
    const folded = byLowerCase.get(path.toLowerCase()) ?? roots.map((root) => byLowerCase.get(path.slice(root.length).toLowerCase())).find((match) => match !== undefined);
    return folded === undefined ? undefined : { paths: folded, step: 'without regard to case' };
  };

  return {
    map(path) {
      if (!cache.has(path)) cache.set(path, find(path));
      return cache.get(path);
    },
  };
}

function one(path: string, step: string): MappedPath {
  return { paths: [path], step };
}

/** Backslashes, `./`, `a/../b` and doubled slashes made plain. */
function normalise(path: string): string {
  const parts: string[] = [];
  const slashed = path.replaceAll('\\', '/');
  for (const part of slashed.split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/').replace(/^(?:\.\.\/)+/, '');
}

/** Roots of the machine that ran the tests: what stands before the longest ending that is a file of the repository, most frequent first. */
function learnRoots(reported: readonly string[], known: ReadonlySet<string>, byName: ReadonlyMap<string, readonly string[]>): string[] {
  const votes = new Map<string, number>();
  for (const path of new Set(reported.map(normalise))) {
    if (!/^(?:\/|[A-Za-z]:\/)/.test(path) && known.has(path)) continue;
    const match = longestEnding(path, byName);
    if (match?.paths.length !== 1) continue;
    const root = path.slice(0, path.length - match.paths[0]!.length);
    if (root !== '' && path.endsWith(match.paths[0]!)) votes.set(root, (votes.get(root) ?? 0) + 1);
  }
  return [...votes].sort((a, b) => b[1] - a[1] || b[0].length - a[0].length || compareText(a[0], b[0])).slice(0, 5).map(([root]) => root);
}

/** Files that share the longest ending of whole segments with the path; at least two segments, or one that is unique in the repository. */
function longestEnding(path: string, byName: ReadonlyMap<string, readonly string[]>): MappedPath | undefined {
  const segments = path.split('/');
  const candidates = byName.get(segments.at(-1)!);
  if (!candidates) return undefined;
  let best: string[] = [];
  let bestLength = 0;
  for (const candidate of candidates) {
    const length = sharedEnding(segments, candidate.split('/'));
    if (length > bestLength) {
      best = [candidate];
      bestLength = length;
    } else if (length === bestLength) best.push(candidate);
  }
  if (bestLength < 2 && candidates.length > 1) return undefined;
  // `index.ts` alone, from somewhere else altogether, is no match.
  if (bestLength < 2 && segments.length > 1 && best[0]!.includes('/')) return undefined;
  return best.length > MAX_AMBIGUOUS ? undefined : { paths: best.sort(compareText), step: best.length === 1 ? `by its ending ${segments.slice(-bestLength).join('/')}` : `by its ending, one of ${best.length}` };
}

function sharedEnding(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return length;
}
