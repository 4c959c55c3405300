import { append, type FactIndex } from '../../src/index.js';
import type { MissingTarget } from './missing-imports.js';

/** Where something that is missing may be now. */
export interface Elsewhere {
  path: string;
  /** Which of the wanted names are there; empty when a module of the wanted name was found and no name is wanted. */
  names: readonly string[];
}

/** More places than this that have a name say nothing about which is meant. */
const TOO_MANY = 4;

/**
 * Finds where what is missing is now: modules that define the wanted names, or bear the missing module's name. The place with the most wanted
 * names first; empty when nothing tells. Memoises by fact index.
 */
export function foundElsewhere(facts: FactIndex, target: MissingTarget): Elsewhere[] {
  const { definers, byStem } = indexOf(facts);
  const wrong = target.expected[0] ?? target.module!;
  const found = new Map<string, string[]>();
  for (const name of target.names) {
    const paths = (definers.get(`${target.language} ${name}`) ?? []).filter((path) => path !== target.module);
    for (const path of paths.length <= TOO_MANY ? paths : nearestPaths(paths, wrong)) found.set(path, [...(found.get(path) ?? []), name]);
  }
  const places = [...found].map(([path, names]): Elsewhere => ({ path, names }));
  if (!target.module && (target.names.length === 0 || places.length === 0)) {
    const importing = new Set(target.uses.map(({ fact }) => fact.file.path));
    const namesakes = (byStem.get(`${target.language} ${stemOf(wrong)}`) ?? []).filter((path) => !target.expected.includes(path) && !importing.has(path));
    if (namesakes.length <= TOO_MANY) places.push(...namesakes.filter(() => target.names.length === 0).map((path) => ({ path, names: [] })));
  }
  return places.sort((a, b) => b.names.length - a.names.length || sharedFolders(b.path, wrong) - sharedFolders(a.path, wrong)
    || importers(facts, b) - importers(facts, a) || (a.path < b.path ? -1 : 1));
}

interface NameIndex {
  /** Language and name to production files that define it at module level. */
  definers: ReadonlyMap<string, readonly string[]>;
  /** Language and module name to production files. */
  byStem: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<FactIndex, NameIndex>();

function indexOf(facts: FactIndex): NameIndex {
  const known = indexes.get(facts);
  if (known) return known;
  const definers = new Map<string, string[]>();
  const byStem = new Map<string, string[]>();
  for (const { file, bindings } of facts.of('module')) {
    if (file.role !== 'production') continue;
    append(byStem, `${file.language} ${stemOf(file.path)}`, file.path);
    for (const { name, declares, exportedAs } of bindings) {
      if (declares === 'import') continue;
      for (const exported of new Set(exportedAs.length > 0 ? exportedAs : [name])) append(definers, `${file.language} ${exported}`, file.path);
    }
  }
  const index = { definers, byStem };
  indexes.set(facts, index);
  return index;
}

/** Name of the module that a path is: of the folder for `__init__.py` and `index.ts`. */
function stemOf(path: string): string {
  const parts = path.split('/');
  const name = parts[parts.length - 1]!.replace(/(?:\.d)?\.\w+$/, '');
  return name === '__init__' || name === 'index' ? (parts[parts.length - 2] ?? name) : name;
}

/** The paths that share the most folders with another, if they are few. */
function nearestPaths(paths: readonly string[], other: string): readonly string[] {
  const most = Math.max(...paths.map((path) => sharedFolders(path, other)));
  const nearest = paths.filter((path) => sharedFolders(path, other) === most);
  return most > 1 && nearest.length === 1 ? nearest : [];
}

function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differ = left.findIndex((part, position) => part !== right[position]);
  return differ < 0 ? left.length : differ;
}

function importers(facts: FactIndex, { path, names }: Elsewhere): number {
  return names[0] === undefined ? facts.imports.importerCountOfModule(path).production : facts.imports.importerCount(path, names[0]).production;
}
