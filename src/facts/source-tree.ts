import { folderOf } from '../util/paths.js';

/** The paths of a tree, as module resolution asks for them. */
export interface SourceTree {
  /** A file of the tree. */
  has(path: string): boolean;
  /** A folder with any file of the tree below it. */
  hasFolder(path: string): boolean;
  /** A folder with a Python file anywhere below it: what Python can take for a namespace package. */
  hasPythonBelow(folder: string): boolean;
  /** Names of the files right in a folder, sorted. */
  filesIn(folder: string): readonly string[];
  /** Not a file of the tree, yet perhaps there: skipped, or made by a build. */
  mayExist(path: string): boolean;
}

export function createSourceTree(paths: readonly string[], mayExist: (path: string) => boolean): SourceTree {
  const files = new Set(paths);
  const folders = new Map<string, string[]>();
  const python = new Set<string>();
  for (const path of paths) {
    let folder = folderOf(path);
    const names = folders.get(folder);
    if (names) names.push(path.slice(folder === '' ? 0 : folder.length + 1));
    else folders.set(folder, [path.slice(folder === '' ? 0 : folder.length + 1)]);
    const isPython = path.endsWith('.py') || path.endsWith('.pyi');
    for (;;) {
      if (isPython) python.add(folder);
      if (folder === '') break;
      folder = folderOf(folder);
      if (!folders.has(folder)) folders.set(folder, []);
    }
  }
  return {
    has: (path) => files.has(path),
    hasFolder: (path) => folders.has(path),
    hasPythonBelow: (folder) => python.has(folder),
    filesIn: (folder) => folders.get(folder) ?? [],
    mayExist,
  };
}
