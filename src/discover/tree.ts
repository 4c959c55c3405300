import { compareText } from '../util/compare.js';
import { joinPath } from '../util/paths.js';

/** What can be asked of the paths of a tree. Paths are POSIX and relative to the root; `` is the root. */
export interface Tree {
  hasFile(path: string): boolean;
  hasFolder(path: string): boolean;
  /** The folder holds source code at any depth. */
  hasCode(folder: string): boolean;
  /** The folder itself holds a manifest of a package manager. */
  hasManifest(folder: string): boolean;
  /** The file by which a Python folder starts: `main.py`, `app/main.py`, `manage.py`. */
  pythonEntry(folder: string): string | undefined;
  topFolders(): readonly string[];
  folderOf(path: string): string;
  topFolderOf(path: string): string;
}

const MANIFESTS = ['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'Gemfile', 'composer.json'];
const ENTRIES = ['main.py', '__main__.py', 'asgi.py', 'wsgi.py', 'manage.py', 'app.py', 'server.py', 'app/main.py', 'src/main.py', 'app/__main__.py'];
const CODE = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|vue|svelte)$/;

export function createTree(paths: readonly string[]): Tree {
  const files = new Set(paths);
  const folders = new Set<string>(['']);
  const withCode = new Set<string>();
  for (const path of paths) {
    const isCode = CODE.test(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (folders.has(folder) && (!isCode || withCode.has(folder))) break;
      folders.add(folder);
      if (isCode) withCode.add(folder);
    }
  }
  const under = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
  return {
    hasFile: (path) => files.has(path),
    hasFolder: (path) => folders.has(path),
    hasCode: (folder) => folder === '' || withCode.has(folder),
    hasManifest: (folder) => MANIFESTS.some((name) => files.has(under(folder, name))),
    pythonEntry: (folder) => {
      const entry = ENTRIES.find((name) => files.has(under(folder, name)));
      return entry === undefined ? undefined : under(folder, entry);
    },
    topFolders: () => [...folders].filter((folder) => folder !== '' && !folder.includes('/')).sort(compareText),
    folderOf,
    topFolderOf: (path) => path.split('/', 1)[0]!,
  };
}

/** A relative path seen from a folder, with dots resolved; undefined when it leaves the tree or is computed (`${...}`, a URL). */
export function resolveWritten(folder: string, relative: string): string | undefined {
  return /[$`…]|^[a-z]+:\/\/|^[/~\\]/.test(relative) ? undefined : joinPath(folder, relative);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
