import { namedModules, type FactIndex } from '../../src/index.js';
import { importCount, isFace, waysAmong, type ImportPath, type Reached } from './import-paths.js';
import { isRouteFile } from './route-files.js';

/** Modules that hand on names of one module, and by which no production file takes them. */
export interface DeadPaths {
  /** `module`: they do nothing else, and no production file imports them. `name`: tests take the names by them, which production takes elsewhere. */
  dead: 'module' | 'name';
  /** Definitions that can be imported through them, most imported first; all of one module. */
  entries: readonly Reached[];
  paths: readonly ImportPath[];
}

/** By module of the definitions. What does nothing but import from several modules gathers what they have, and is no path of one. */
export function deadPaths(facts: FactIndex, all: readonly Reached[]): DeadPaths[] {
  const named = new Set([...namedModules(facts).modules.values()].flat());
  const byPath = new Map<string, Map<string, Reached[]>>();
  const groups = { module: new Map<string, Group>(), name: new Map<string, Group>() };
  for (const entry of all) {
    const used = waysAmong([...entry.paths.values()], entry.chained).filter((way) => way.some(({ importers }) => importers.production.size > 0)).length;
    if (used === 0) continue;
    for (const path of entry.paths.values()) {
      if (path.kind !== 'detour' || path.published || path.importers.production.size > 0 || named.has(path.path)) continue;
      if (handsOnOnly(facts, path.path)) {
        const owners = byPath.get(path.path) ?? new Map<string, Reached[]>();
        byPath.set(path.path, owners.set(entry.path, [...(owners.get(entry.path) ?? []), entry]));
      } else if (used === 1 && path.importers.test.size >= FEWEST_TESTS && !isNeeded(facts, path)) addTo(groups.name, entry.path, path.path, [entry]);
    }
  }
  for (const [path, owners] of [...byPath].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [source, ...more] = facts.imports.edges().get(path) ?? [];
    if (source === undefined || more.length > 0) continue;
    const [owner, entries] = [...owners].sort((a, b) => Number(b[0] === source) - Number(a[0] === source) || b[1].length - a[1].length)[0]!;
    addTo(groups.module, owner, path, entries);
  }
  return (['module', 'name'] as const).flatMap((dead) => [...groups[dead].values()].map(({ entries, paths }) => ({
    dead, entries: [...entries].sort((a, b) => importCount(b) - importCount(a) || a.binding.line - b.binding.line), paths: [...paths.values()],
  })));
}

/** A test or two that come by another path say little. */
const FEWEST_TESTS = 3;

interface Group {
  entries: Set<Reached>;
  paths: Map<string, ImportPath>;
}

function addTo(groups: Map<string, Group>, owner: string, path: string, entries: readonly Reached[]): void {
  const group = groups.get(owner) ?? { entries: new Set(), paths: new Map() };
  groups.set(owner, group);
  for (const entry of entries) group.entries.add(entry);
  const shown = [...entries.flatMap((entry) => entry.paths.get(path) ?? []), ...(group.paths.has(path) ? [group.paths.get(path)!] : [])];
  const tests = new Set(shown.flatMap(({ importers }) => [...importers.test]));
  group.paths.set(path, { ...shown[0]!, places: shown.flatMap(({ places }) => places), importers: { production: new Set(), test: tests } });
}

/** A module that works with what it imports has it for that, whoever else comes by. */
function isNeeded(facts: FactIndex, { path, places }: ImportPath): boolean {
  const rows = facts.inFile(path, 'uses')[0]?.rows ?? [];
  const names = new Set(rows.flatMap((row) => row.split(' ').slice(1).map((used) => used.split('.')[0]!)));
  // Or another module hands it on from here, and those who take it there come by this one, too.
  const handedOn = new Set(facts.imports.importersOfModule(path).filter(({ fact, file }) => fact.reExport && file.role === 'production').map(({ imported }) => imported.imported));
  return places.length === 0 || handedOn.has('*') || places.some(({ name }) => names.has(name) || handedOn.has(name));
}

/** No code of its own, nothing in production that imports it or hands it on, no page of a router; the face of a folder is what others may come to import, and what is deprecated is told as such. */
function handsOnOnly(facts: FactIndex, path: string): boolean {
  const file = facts.file(path);
  const module = facts.inFile(path, 'module')[0];
  if (file?.role !== 'production' || !module || module.script || module.generated || isFace(path) || isRouteFile(facts, file)) return false;
  const importers = facts.imports.importersOfModule(path);
  // A framework looks for a default export by the place of its file.
  if (importers.some((site) => site.file.role === 'production') || (importers.length === 0 && file.language === 'typescript' && facts.imports.definitionOf(path, 'default').status !== 'missing')) return false;
  if (facts.inFile(path, 'function').length + facts.inFile(path, 'class').length + facts.inFile(path, 'state').length > 0) return false;
  return !facts.inFile(path, 'deprecation').some(({ target }) => target === 'module');
}
