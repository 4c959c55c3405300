import { folderOf, type AuditedFile, type Binding, type FactIndex } from '../../src/index.js';
import { createUnion } from './union.js';

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
  /** A package offers it to others: an entry point hands the module on, or is it. */
  published: boolean;
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
  /** Pairs of modules that are one way: neighbours in a chain of `index` files by which a package hands on what lies below them. */
  chained: [string, string][];
  /** Modules of the definition's own package that the barrel of a folder and its members are: the barrel hands on what a member offers. */
  inBarrel: Set<string>;
}

/** Every definition that something outside its file imports or hands on, with the modules on the way. */
export function reachedDefinitions(facts: FactIndex): Reached[] {
  const reached = new Map<string, Reached>();
  const isProduction = (path: string): boolean => facts.file(path)?.role === 'production';
  const entryPoints = facts.imports.entryPoints();
  const published = publishedModules(facts);
  const packageOf = packagesOf(facts);
  const visit = (via: string, name: string, importer: AuditedFile | undefined): void => {
    const seen = facts.imports.definitionOf(via, name);
    if (seen.status !== 'defined') return;
    const { path, name: defined, binding, steps, chain } = seen.definition;
    if (path === importer?.path || steps.some((step) => renamesType(facts, step) || givesRole(facts, step, { path, name: defined, binding }))) return;
    const key = `${path}\0${defined}`;
    let entry = reached.get(key);
    if (!entry) {
      reached.set(key, (entry = { path, name: defined, binding, names: new Map(), paths: new Map(), chained: [], inBarrel: new Set() }));
      pathOf(entry, path, entryPoints, published);
    }
    if (importer) entry.names.set(name, (entry.names.get(name) ?? 0) + 1);
    let isPublic = false;
    for (const step of steps) {
      isPublic ||= published.has(step.path);
      // The default export is the definition, not another name for it.
      if (!isProduction(step.path) || (step.path === path && step.line === binding.line)) continue;
      const known = pathOf(entry, step.path, entryPoints, published);
      known.published ||= isPublic;
      addPlace(known, step.name, step.line);
    }
    for (const [position, below] of chain.entries()) {
      const above = chain[position - 1];
      if (above !== undefined && handsDown(above, below, path, packageOf)) entry.chained.push([above, below]);
      if (above === undefined || below === path || !isBarrelOf(above, below) || packageOf(above) !== packageOf(path)) continue;
      entry.inBarrel.add(above);
      entry.inBarrel.add(below);
    }
    if (importer && isProduction(via)) pathOf(entry, via, entryPoints, published).importers[importer.role === 'production' ? 'production' : 'test'].add(importer.path);
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

/** The paths as ways to go: those of one chain together. Ways and their members in the order of `paths`. */
export function waysAmong(paths: readonly ImportPath[], chained: readonly (readonly [string, string])[]): ImportPath[][] {
  const union = createUnion<string>();
  for (const [above, below] of chained) union.join(above, below);
  const known = new Map(paths.map((path) => [path.path, path]));
  const wayOf = new Map<string, string[]>();
  for (const way of union.components([...known.keys()])) for (const path of way) wayOf.set(path, way);
  const members = (path: string): string[] => wayOf.get(path) ?? [path];
  return [...known.keys()].filter((path) => members(path)[0] === path).map((path) => members(path).map((member) => known.get(member)!));
}

/** Entry points of packages, and every module that one of them hands on, at any depth. */
function publishedModules(facts: FactIndex): Set<string> {
  const published = new Set(facts.imports.entryPoints());
  for (const path of published) {
    for (const fact of facts.inFile(path, 'import')) {
      const module = fact.reExport ? facts.imports.resolve(fact) : undefined;
      if (module?.status === 'file') published.add(module.path);
    }
  }
  return published;
}

/** The folder of the package that a path belongs to; '' where no manifest stands above it. */
function packagesOf(facts: FactIndex): (path: string) => string {
  const folders = new Set(facts.of('package').map(({ file }) => folderOf(file.path)));
  const known = new Map<string, string>();
  const lookUp = (folder: string): string => {
    let found = known.get(folder);
    if (found === undefined) known.set(folder, (found = folder === '' || folders.has(folder) ? folder : lookUp(folderOf(folder))));
    return found;
  };
  return (path) => lookUp(folderOf(path));
}

/**
 * Whether two neighbours on the way to `definition` are one way. A package that hands on what another one defines does so by modules of its own,
 * which are part of its chain; in the package of the definition such a module is a second place to import from.
 */
function handsDown(above: string, below: string, definition: string, packageOf: (path: string) => string): boolean {
  if (!isBarrelOf(above, below) || packageOf(above) !== packageOf(below)) return false;
  return FACE.test(below) || below === definition || packageOf(below) !== packageOf(definition);
}

/** The `index` of a folder, and a file in it or below. */
function isBarrelOf(above: string, below: string): boolean {
  return FACE.test(above) && below.startsWith(above.slice(0, above.lastIndexOf('/') + 1));
}

/** `type CartAnswer = Cart`: a name for what something is here, and not another path to it. */
function renamesType(facts: FactIndex, { path, name, line }: { path: string; name: string; line: number }): boolean {
  if (path.endsWith('.py')) return false;
  const binding = facts.inFile(path, 'module')[0]?.bindings.find((candidate) => candidate.line === line && (candidate.name === name || candidate.exportedAs.includes(name)));
  return binding?.declares === 'alias' && binding.type === true && binding.aliasOf !== binding.name;
}

/** `export const PaidResponse = Done` of a schema: a name for what it is used for, which may come to differ. A class, function or object has one job. */
function givesRole(facts: FactIndex, { path, name, line }: { path: string; name: string; line: number }, defined: { path: string; name: string; binding: Binding }): boolean {
  const isValue = defined.binding.declares === 'constant' || defined.binding.declares === 'variable';
  if (!isValue || !facts.inFile(defined.path, 'type').some((type) => type.name === defined.name && type.scope.length === 0)) return false;
  const binding = facts.inFile(path, 'module')[0]?.bindings.find((candidate) => candidate.line === line && (candidate.name === name || candidate.exportedAs.includes(name)));
  return binding?.declares === 'alias' && binding.aliasOf !== binding.name;
}

/** How many imports ask for it, under any name. */
export function importCount({ names }: Reached): number {
  return [...names.values()].reduce((sum, count) => sum + count, 0);
}

/** The `__init__` or `index` of a folder. */
export function isFace(path: string): boolean {
  return FACE.test(path);
}

function pathOf(entry: Reached, path: string, entryPoints: ReadonlySet<string>, published: ReadonlySet<string>): ImportPath {
  let found = entry.paths.get(path);
  if (!found) entry.paths.set(path, (found = { path, kind: kindOf(path, entry.path, entryPoints), published: published.has(path), places: [], importers: { production: new Set(), test: new Set() } }));
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
