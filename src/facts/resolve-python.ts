import type { ProjectFiles } from '../model/project-files.js';
import { compareText } from '../util/compare.js';
import { folderOf, foldersUp, isInside, joinPath } from '../util/paths.js';
import type { ModuleResolution } from './import-graph.js';
import { PYTHON_STDLIB } from './python-stdlib.js';
import type { SourceTree } from './source-tree.js';

/** An import as Python's import system sees it: dots, then dotted name. */
export interface PythonSpecifier {
  name: string;
  level: number;
}

export interface PythonResolver {
  resolve(from: string, specifier: PythonSpecifier): ModuleResolution;
  /** A module `name` inside the package that lives in `folder`. */
  submodule(folder: string, name: string): ModuleResolution | undefined;
}

/** Files that must import through an inferred folder before what is missing in it counts as missing. */
const STRONG_EVIDENCE = 3;

/**
 * Resolves Python imports over the paths of a tree. What `sys.path` will be cannot be known, so the folders that imports start from are
 * inferred: the root, folders named by project files, and folders from which imports of files below them do resolve.
 */
export function createPythonResolver(tree: SourceTree, project: ProjectFiles, imports: Iterable<{ from: string; specifier: PythonSpecifier }>): PythonResolver {
  const dependencies = new Set([...project.python.values()].flatMap((file) => file.dependencies));
  const roots = inferRoots(tree, project, dependencies, imports);
  const cache = new Map<string, ModuleResolution>();

  const absolute = (from: string, name: string): ModuleResolution => {
    const folder = folderOf(from);
    const key = `${folder}\0${name}`;
    let result = cache.get(key);
    if (!result) cache.set(key, (result = resolveAbsolute(tree, roots.for(folder), dependencies, name)));
    return result;
  };
  return {
    resolve: (from, { name, level }) => (level === 0 ? absolute(from, name) : resolveRelative(tree, from, name, level)),
    submodule: (folder, name) => find(tree, folder, name),
  };
}

function resolveRelative(tree: SourceTree, from: string, name: string, level: number): ModuleResolution {
  const folder = joinPath(folderOf(from), '../'.repeat(level - 1));
  if (folder === undefined) return { status: 'unknown' };
  if (name === '') {
    const file = ['__init__.py', '__init__.pyi'].map((init) => inFolder(folder, init)).find((path) => tree.has(path));
    return file === undefined ? { status: 'package', path: folder } : { status: 'file', path: file };
  }
  return find(tree, folder, name) ?? missing(tree, folder, name);
}

function resolveAbsolute(tree: SourceTree, roots: readonly Root[], dependencies: ReadonlySet<string>, name: string): ModuleResolution {
  const first = name.split('.', 1)[0]!;
  const single = first.length === name.length;
  // A project that shadows a standard module by a single name would break itself; one with a package of that name may mean it.
  if (PYTHON_STDLIB.has(first) && single) return { status: 'external', name: first };
  let namespace: { found: ModuleResolution; strong: boolean } | undefined;
  let expected: string[] = [];
  for (const root of roots) {
    const found = find(tree, root.folder, name);
    if (found?.status === 'file') return found;
    // A folder without `__init__` may stand below several: the one that imports are known to start from is meant.
    if (found && (!namespace || (root.strong && !namespace.strong))) namespace = { found, strong: root.strong };
    if (!found && root.strong && isFirstParty(tree, root.folder, first, dependencies)) {
      const result = missing(tree, root.folder, name);
      if (result.status !== 'missing') return result;
      expected = [...expected, ...result.expected];
    }
  }
  if (namespace && !(single && dependencies.has(first.toLowerCase()))) return namespace.found;
  if (PYTHON_STDLIB.has(first) || expected.length === 0) return { status: 'external', name: first };
  return { status: 'missing', expected };
}

/**
 * Whether what is imported under a first segment is the project's own. A folder without `__init__` yields to an installed library of its
 * name (https://peps.python.org/pep-0420/#specification), so there a dependency of that name decides.
 */
function isFirstParty(tree: SourceTree, root: string, first: string, dependencies: ReadonlySet<string>): boolean {
  const path = inFolder(root, first);
  if (tree.has(`${path}/__init__.py`) || tree.has(`${path}/__init__.pyi`)) return true;
  if (dependencies.has(first.toLowerCase())) return false;
  return tree.has(`${path}.py`) || tree.hasPythonBelow(path);
}

/** The module at a dotted name below a folder. In one folder a package wins over a module, and a module over a folder without `__init__`. */
function find(tree: SourceTree, folder: string, name: string): ModuleResolution | undefined {
  const path = inFolder(folder, name.replaceAll('.', '/'));
  for (const candidate of candidatesOf(path)) if (tree.has(candidate)) return { status: 'file', path: candidate };
  return tree.hasPythonBelow(path) ? { status: 'package', path } : undefined;
}

/** What a missing module would have been, unless it may be there unseen: an ignored or skipped file, a compiled extension. */
function missing(tree: SourceTree, folder: string, name: string): ModuleResolution {
  const path = inFolder(folder, name.replaceAll('.', '/'));
  const parent = folderOf(path);
  const last = path.slice(parent === '' ? 0 : parent.length + 1);
  const isCompiled = tree.filesIn(parent).some((file) => file.startsWith(`${last}.`) && /\.(?:so|pyd|pyx|pxd|c|cpp|proto)$/.test(file));
  const expected = [`${path}.py`, `${path}/__init__.py`];
  if (isCompiled || expected.some((candidate) => tree.mayExist(candidate))) return { status: 'unknown' };
  return { status: 'missing', expected };
}

function candidatesOf(path: string): string[] {
  return [`${path}/__init__.py`, `${path}/__init__.pyi`, `${path}.py`, `${path}.pyi`];
}

interface Root {
  folder: string;
  /** Sure enough that what is not there is missing. */
  strong: boolean;
}

interface Roots {
  /** Folders that imports of files in this folder start from: those around it nearest first, then those installed from elsewhere. */
  for(folder: string): readonly Root[];
}

function inferRoots(tree: SourceTree, project: ProjectFiles, dependencies: ReadonlySet<string>, imports: Iterable<{ from: string; specifier: PythonSpecifier }>): Roots {
  const declared = new Set<string>(['']);
  for (const [path, file] of project.python) {
    const folder = folderOf(path);
    if (/(?:pyproject\.toml|setup\.py|setup\.cfg)$/.test(path)) declared.add(folder);
    for (const sourceRoot of file.sourceRoots) {
      const root = joinPath(folder, sourceRoot);
      if (root !== undefined && tree.hasPythonBelow(root)) declared.add(root);
    }
  }

  // Evidence for other folders: files below them whose imports resolve from there and from nowhere declared.
  const resolved = new Map<string, Set<string>>();
  const failed = new Map<string, Set<string>>();
  const ambiguous: { from: string; leading: readonly string[] }[] = [];
  for (const { from, specifier } of imports) {
    if (specifier.level > 0) continue;
    const first = specifier.name.split('.', 1)[0]!;
    if (PYTHON_STDLIB.has(first)) continue;
    const folder = folderOf(from);
    const around = foldersUp(folder);
    if ([...around.filter((root) => declared.has(root))].some((root) => find(tree, root, specifier.name)?.status === 'file')) continue;
    const leading: string[] = [];
    const lost: string[] = [];
    for (const root of around) {
      if (declared.has(root) || !tree.hasPythonBelow(inFolder(root, first)) && !tree.has(`${inFolder(root, first)}.py`)) continue;
      // A package is no start of imports for its own modules, unless whole dotted paths say so.
      const isPackage = tree.has(inFolder(root, '__init__.py'));
      if (isPackage && (first.length === specifier.name.length || dependencies.has(first.toLowerCase()))) continue;
      const found = find(tree, root, specifier.name);
      if (found?.status === 'file') leading.push(root);
      else if (!found) lost.push(root);
    }
    // What another folder has is no failure of this one.
    if (leading.length === 0) for (const root of lost) add(failed, root, from);
    if (leading.length === 1) add(resolved, leading[0]!, from);
    else if (leading.length > 1) ambiguous.push({ from, leading });
  }
  // `tests/shop/` mirrors `shop/`: what would resolve below both speaks for the folder that others start from alone.
  for (const { from, leading } of ambiguous) {
    const most = Math.max(...leading.map((root) => resolved.get(root)?.size ?? 0));
    for (const root of most >= STRONG_EVIDENCE ? leading.filter((each) => (resolved.get(each)?.size ?? 0) === most) : leading) add(resolved, root, from);
  }

  const strong = new Set(declared);
  for (const [root, files] of resolved) {
    if (files.size >= STRONG_EVIDENCE && files.size >= 4 * (failed.get(root)?.size ?? 0)) strong.add(root);
  }
  const all = new Set([...declared, ...resolved.keys()]);
  const elsewhere = [...declared].filter((root) => root !== '').sort(compareText);
  const cache = new Map<string, readonly Root[]>();
  return {
    for: (folder) => {
      let list = cache.get(folder);
      if (!list) {
        const around = foldersUp(folder).filter((root) => all.has(root));
        list = [
          ...around.map((root) => ({ folder: root, strong: strong.has(root) })),
          ...elsewhere.filter((root) => !isInside(folder, root)).map((root) => ({ folder: root, strong: false })),
        ];
        cache.set(folder, list);
      }
      return list;
    },
  };
}

function add(files: Map<string, Set<string>>, root: string, from: string): void {
  const known = files.get(root);
  if (known) known.add(from);
  else files.set(root, new Set([from]));
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
