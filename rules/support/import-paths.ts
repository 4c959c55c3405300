import type { AuditedFile, Binding, FactIndex } from '../../src/index.js';

/** Files that import something through one module. */
export interface Importers {
  production: Set<string>;
  test: Set<string>;
}

/** One module through which something can be imported. */
export interface ImportPath {
  path: string;
  /** `definition`: where it stands. `face`: the `__init__` or `index` of a folder around it. `package`: an entry of a package. `detour`: any other. */
  kind: 'definition' | 'face' | 'package' | 'detour';
  /** Where the module names it: re-exports and aliases, by line. */
  places: { name: string; line: number }[];
  importers: Importers;
}

/** A definition with all modules through which it is, or could be, imported. */
export interface Reached {
  path: string;
  name: string;
  binding: Binding;
  /** Names that importers ask for, with how many imports ask for each. */
  names: Map<string, number>;
  /** By path of the module. */
  paths: Map<string, ImportPath>;
}

/** Every definition that something outside its file imports or hands on, with the modules on the way. */
export function reachedDefinitions(facts: FactIndex): Reached[] {
  const reached = new Map<string, Reached>();
  const isProduction = (path: string): boolean => facts.file(path)?.role === 'production';
  const entryPoints = facts.imports.entryPoints();
  const visit = (via: string, name: string, importer: AuditedFile | undefined): void => {
    const seen = facts.imports.definitionOf(via, name);
    if (seen.status !== 'defined') return;
    const { path, name: defined, binding, steps } = seen.definition;
    if (path === importer?.path) return;
    const key = `${path}\0${defined}`;
    let entry = reached.get(key);
    if (!entry) {
      reached.set(key, (entry = { path, name: defined, binding, names: new Map(), paths: new Map() }));
      pathOf(entry, path, entryPoints);
    }
    if (importer) entry.names.set(name, (entry.names.get(name) ?? 0) + 1);
    for (const step of steps) {
      // The default export is the definition, not another name for it.
      if (!isProduction(step.path) || (step.path === path && step.line === binding.line)) continue;
      addPlace(pathOf(entry, step.path, entryPoints), step.name, step.line);
    }
    if (importer && isProduction(via)) pathOf(entry, via, entryPoints).importers[importer.role === 'production' ? 'production' : 'test'].add(importer.path);
  };

  for (const fact of facts.of('import')) {
    if (fact.form === 'mock') continue;
    const module = facts.imports.resolve(fact);
    if (module.status !== 'file' || module.path === fact.file.path) continue;
    for (const { imported, local } of fact.names) {
      if (imported === '*' || imported === '') continue;
      // A re-export is a place on the way and no importer, as long as it stands in production code.
      if (!fact.reExport) visit(module.path, imported, fact.file);
      else if (fact.file.role === 'production') visit(fact.file.path, local, undefined);
    }
  }
  for (const { file, bindings } of facts.of('module')) {
    if (file.role !== 'production') continue;
    for (const { declares, exportedAs } of bindings) if (declares === 'alias') for (const name of exportedAs) visit(file.path, name, undefined);
  }
  // A module that hands a definition on imports it for that; it is a path and no importer.
  for (const { paths } of reached.values()) {
    for (const { importers } of paths.values()) for (const path of paths.keys()) importers.production.delete(path);
  }
  return [...reached.values()].filter(({ path }) => isProduction(path)).sort((a, b) => compare(a.path, b.path) || compare(a.name, b.name));
}

function pathOf(entry: Reached, path: string, entryPoints: ReadonlySet<string>): ImportPath {
  let found = entry.paths.get(path);
  if (!found) entry.paths.set(path, (found = { path, kind: kindOf(path, entry.path, entryPoints), places: [], importers: { production: new Set(), test: new Set() } }));
  return found;
}

function addPlace(path: ImportPath, name: string, line: number): void {
  if (!path.places.some((place) => place.name === name && place.line === line)) path.places.push({ name, line });
}

const FACE = /(?:^|\/)(?:__init__\.pyi?|index\.[cm]?[jt]sx?)$/;

function kindOf(path: string, definition: string, entryPoints: ReadonlySet<string>): ImportPath['kind'] {
  if (path === definition) return 'definition';
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  if (FACE.test(path) && definition.startsWith(folder)) return 'face';
  return entryPoints.has(path) ? 'package' : 'detour';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
