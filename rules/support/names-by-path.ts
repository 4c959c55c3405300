import { append, type FactIndex } from '../../src/index.js';
import { isConvention } from './conventional-names.js';
import type { ImportPath, Reached } from './import-paths.js';

/** A definition, with a module by which importers get it under a name that another module gives to something else. */
export interface Giver {
  entry: Reached;
  path: ImportPath;
  /** Where the module gives the name. */
  line: number;
}

/** A name that means one thing or another, depending on the module from which it is imported. */
export interface NameByPath {
  name: string;
  /** By path; at least two definitions among them. */
  givers: readonly Giver[];
}

/** All definitions by the names under which importers may get them. */
export function definitionsByName(all: readonly Reached[]): Map<string, Reached[]> {
  const byName = new Map<string, Reached[]>();
  for (const entry of all) {
    const names = new Set([...entry.names.keys(), ...[...entry.paths.values()].flatMap(({ places }) => places.map(({ name }) => name))]);
    for (const name of names) append(byName, name, entry);
  }
  return byName;
}

/**
 * Names of classes and enums that modules of one service give to several definitions. Only where one of them has the name by an alias, or where `asked`
 * says so: whoever looks for the definition by its name finds another one. What stands under its own name everywhere is a duplicate, or another matter.
 */
export function namesByPath(facts: FactIndex, byName: ReadonlyMap<string, readonly Reached[]>, asked: (entries: readonly Reached[]) => boolean): NameByPath[] {
  const found: NameByPath[] = [];
  for (const name of [...byName.keys()].sort()) {
    const entries = byName.get(name)!.filter(({ binding }) => binding.declares === 'class' || binding.declares === 'enum');
    if (name === 'default' || name.startsWith('_') || entries.length < 2 || entries.length > MOST_OF_ONE_NAME || isConvention(entries.map(({ path }) => facts.file(path)!))) continue;
    for (const service of new Set(entries.map(({ path }) => facts.file(path)!.service))) {
      const givers = entries.filter(({ path }) => facts.file(path)!.service === service).map((entry) => giversOf(entry, name)).filter((some) => some.some(isUsed));
      const all = givers.flat().sort((a, b) => (a.path.path < b.path.path ? -1 : 1));
      if (givers.length > 1 && (all.some(({ entry }) => entry.name !== name) || asked(entries))) found.push({ name, givers: all });
    }
  }
  return found;
}

/** A name of more definitions is a word of the trade. */
const MOST_OF_ONE_NAME = 6;

function giversOf(entry: Reached, name: string): Giver[] {
  return [...entry.paths.values()].flatMap((path) => {
    const line = path.places.find((place) => place.name === name)?.line ?? (path.kind === 'definition' && entry.name === name ? entry.binding.line : undefined);
    return line === undefined ? [] : [{ entry, path, line }];
  });
}

function isUsed({ path }: Giver): boolean {
  return path.importers.production.size > 0;
}
