import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';

/** A report's path laid onto the repository. More than one path: the report's is ambiguous, and each may be meant. */
export interface MappedPath {
  paths: readonly string[];
  /** What made it fit, for people: `as is`, `without /builds/shop/web/` ... */
  step: string;
  /** The line there, where a source map moved it. */
  line?: number;
}

export interface PathMapper {
  /** @param line 1-based, with `column` needed where a built file holds several sources */
  map(reported: string, line?: number, column?: number): MappedPath | undefined;
}

/** What the project says about paths that are not those of its sources. */
export interface ProjectPaths {
  /** Place in the source of a place in a built file, by its source map; `path` as reported, without its scheme. */
  sourceOf?(path: string, line: number | undefined, column: number | undefined): { path: string; line?: number } | undefined;
  /** Folders of workspace packages by name: `@shop/cart` to `packages/cart`. */
  packages?: ReadonlyMap<string, string>;
  /** Folders that a build writes, and what it builds them from, relative to the root: `web/dist` from `web/src`. */
  outputs?: readonly { from: string; to: string }[];
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
 * folders of known build machines, through source maps and build folders, by the names of workspace packages, by their longest unique ending, and at
 * last without regard to case. A path that fits several files keeps them all: a guess would be worse than none.
 *
 * @param files paths of the repository, POSIX, relative to its root
 * @param reported every path that the reports name; the roots are learnt from them
 */
export function createPathMapper(files: readonly string[], reported: readonly string[], project: ProjectPaths = {}): PathMapper {
  const known = new Set(files);
  const byName = new Map<string, string[]>();
  const byLowerCase = new Map<string, string[]>();
  for (const file of files) {
    append(byName, file.slice(file.lastIndexOf('/') + 1), file);
    append(byLowerCase, file.toLowerCase(), file);
  }
  const roots = learnRoots(reported, known, byName);
  const cache = new Map<string, MappedPath | undefined>();

  const direct = (path: string): MappedPath | undefined => {
    if (known.has(path)) return one(path, 'as is');
    for (const root of roots) {
      if (path.startsWith(root) && known.has(path.slice(root.length))) return one(path.slice(root.length), `without ${root}`);
    }
    for (const checkout of CHECKOUTS) {
      const rest = path.replace(checkout, '');
      if (rest !== path && known.has(rest)) return one(rest, 'without the checkout folder of the build machine');
    }
    return undefined;
  };

  const find = (reportedPath: string, line: number | undefined, column: number | undefined): MappedPath | undefined => {
    const path = normalise(reportedPath);
    if (path === '' || path.startsWith('node:') || /\/site-packages\/|\/lib\/python\d/.test(path)) return undefined;
    const installed = PACKAGE_PATH.exec(path)?.groups;
    if (installed) {
      // A workspace package is linked into `node_modules`; everything else there is somebody else's.
      const folder = project.packages?.get(installed['name']!);
      const inside = folder === undefined ? undefined : joined(folder, installed['rest']!);
      if (inside !== undefined && known.has(inside)) return one(inside, `package ${installed['name']} is ${folder}`);
      const built = inside === undefined ? undefined : builtFrom(inside, project.outputs, known);
      if (built !== undefined) return one(built, `package ${installed['name']} is ${folder}, built from ${built}`);
      return undefined;
    }
    const source = BUILT.test(path) ? project.sourceOf?.(path, line, column) : undefined;
    if (source !== undefined && known.has(source.path)) return { ...one(source.path, 'by its source map'), ...(source.line === undefined ? {} : { line: source.line }) };
    const found = direct(path);
    if (found) return found;
    const named = /^(?<name>@[^/]+\/[^/]+|[^@/][^/]*)\/(?<rest>.+)$/.exec(path)?.groups;
    const folder = named === undefined ? undefined : project.packages?.get(named['name']!);
    if (folder !== undefined && known.has(joined(folder, named!['rest']!))) return one(joined(folder, named!['rest']!), `package ${named!['name']} is ${folder}`);
    const built = builtFrom(path, project.outputs, known);
    if (built !== undefined) return one(built, 'by the folder that the build writes');
    const ending = longestEnding(path, byName);
    if (ending) return ending;
    const folded = byLowerCase.get(path.toLowerCase()) ?? roots.map((root) => byLowerCase.get(path.slice(root.length).toLowerCase())).find((match) => match !== undefined);
    return folded === undefined ? undefined : { paths: folded, step: 'without regard to case' };
  };

  return {
    map(path, line, column) {
      const key = BUILT.test(path) ? `${path}\0${line ?? ''}\0${column ?? ''}` : path;
      if (!cache.has(key)) cache.set(key, find(path, line, column));
      return cache.get(key);
    },
  };
}

/** What a build writes, judged by folder. */
const BUILT = /(?:^|[\\/])(?:dist|build|out|lib|output|\.next|\.output|\.vite|bundle|bundles|public|target|esm|cjs)[\\/].*\.[cm]?js\b/;
const PACKAGE_PATH = /(?:^|\/)node_modules\/(?:\.pnpm\/[^/]+\/node_modules\/)?(?<name>@[^/]+\/[^/]+|[^@/][^/]*)\/(?<rest>.+)$/;

/** Endings that a compiler reads for the one that it writes. */
const COMPILED: readonly { written: RegExp; read: readonly string[] }[] = [
  { written: /\.js$/, read: ['.ts', '.tsx', '.js', '.jsx'] }, { written: /\.mjs$/, read: ['.mts', '.mjs', '.ts'] }, { written: /\.cjs$/, read: ['.cts', '.cjs', '.ts'] }, { written: /\.jsx$/, read: ['.tsx', '.jsx'] },
];

/** The source of a built file by the project's settings: the folder exchanged, and the ending. */
function builtFrom(path: string, outputs: ProjectPaths['outputs'], known: ReadonlySet<string>): string | undefined {
  const found = new Set<string>();
  for (const { from, to } of outputs ?? []) {
    const start = path === from || path.startsWith(`${from}/`) ? 0 : path.indexOf(`/${from}/`) + 1;
    if (start === 0 && !path.startsWith(`${from}/`)) continue;
    const rest = path.slice(start + from.length + 1);
    for (const { written, read } of COMPILED) {
      if (!written.test(rest)) continue;
      const match = read.map((ending) => joined(to, rest.replace(written, ending))).find((candidate) => known.has(candidate));
      if (match !== undefined) found.add(match);
    }
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function joined(folder: string, rest: string): string {
  return normalise(folder === '' ? rest : `${folder}/${rest}`);
}

function one(path: string, step: string): MappedPath {
  return { paths: [path], step };
}

/** What bundlers and browsers put before a path: `webpack://shop/./`, `webpack-internal:///`, `file://`, `http://localhost:5173/`, `/@fs/`. */
const SCHEME = /^(?:webpack(?:-internal)?:\/\/\/?(?:_N_E\/|[^./][^/]*\/(?=\.\/|\.\.\/|src\/))?(?:\([\w-]+\)\/)?|file:\/\/(?:localhost)?(?:\/(?=[A-Za-z]:))?|https?:\/\/[^/]+\/(?:@fs\/)?|\/@fs(?=\/)|turbopack:\/\/\/?(?:\[project\]\/)?|vite:|app:\/\/\/?)/;

/** Schemes, queries, backslashes, `./`, `a/../b` and doubled slashes made plain. */
function normalise(path: string): string {
  const parts: string[] = [];
  const slashed = path.replace(SCHEME, '').replace(/[?#].*$/, '').replaceAll('\\', '/');
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
