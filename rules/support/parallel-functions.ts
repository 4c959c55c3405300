import { folderPrefixOf, wordsOf, type FactIndex, type IndexedFunction } from '../../src/index.js';

/**
 * Whether functions of one name are adapters, parallel by design: exported by three or more files of one folder, or by files of one folder of which
 * each is named after an installed package that it imports and the others do not (`express.ts`, `fastify.ts`).
 */
export function areAdapters(facts: FactIndex, members: readonly IndexedFunction[]): boolean {
  const [first] = members;
  const paths = [...new Set(members.map(({ file }) => file.path))];
  if (!first || paths.length < 2 || new Set(paths.map(folderPrefixOf)).size > 1) return false;
  if (!members.every(({ exported, name, scope }) => exported && name === first.name && scope.length === 0)) return false;
  // Adapters beside these may be unlike them; a folder of files that all offer one name is one of adapters.
  const offering = facts.named('function', first.name).filter(({ exported, scope, file }) => exported && scope.length === 0 && folderPrefixOf(file.path) === folderPrefixOf(paths[0]!));
  return new Set(offering.map(({ bodyHash }) => bodyHash)).size >= FEWEST_ADAPTERS || haveOwnPackages(paths.map((path) => namesakePackages(facts, path)));
}

const FEWEST_ADAPTERS = 3;

/** Installed packages that a file imports and has in its name. */
function namesakePackages(facts: FactIndex, path: string): Set<string> {
  const words = new Set(wordsOf(path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')));
  const packages = new Set<string>();
  for (const fact of facts.inFile(path, 'import')) {
    const module = facts.imports.resolve(fact);
    if (module.status === 'external' && wordsOf(module.name).some((word) => words.has(word))) packages.add(module.name);
  }
  return packages;
}

function haveOwnPackages(packages: readonly ReadonlySet<string>[]): boolean {
  return packages.every((own, index) => [...own].some((name) => packages.every((other, position) => position === index || !other.has(name))));
}

/**
 * Whether two functions do one thing along two axes: words of one name, exchanged one to one, give the other name, and the same exchange gives
 * what the other calls (`moveTableRow` with `rowAt`, `moveTableColumn` with `columnAt`).
 */
export function areAxes(a: IndexedFunction, b: IndexedFunction): boolean {
  const exchanged = exchangeOf(wordsOf(a.name), wordsOf(b.name));
  if (!exchanged) return false;
  const renamed = a.calls.map((call) => wordsOf(call).map((word) => exchange(word, exchanged)).join('-'));
  const own = new Set(a.calls.map((call) => wordsOf(call).join('-')));
  const others = new Set(b.calls.map((call) => wordsOf(call).join('-')));
  return others.size === new Set(renamed).size && renamed.every((call) => others.has(call)) && renamed.some((call) => !own.has(call));
}

/** The word in its place, of one or of many: `rows` for `columns`. */
function exchange(word: string, exchanged: ReadonlyMap<string, string>): string {
  const singular = word.endsWith('s') ? exchanged.get(word.slice(0, -1)) : undefined;
  return exchanged.get(word) ?? (singular === undefined ? word : `${singular}s`);
}

/** Which word stands for which; undefined when the names are equal, or no such exchange leads from one to the other. */
function exchangeOf(from: readonly string[], to: readonly string[]): Map<string, string> | undefined {
  if (from.length !== to.length || from.length < 2) return undefined;
  const exchanged = new Map<string, string>();
  for (const [index, word] of from.entries()) {
    const known = exchanged.get(word);
    if (known !== undefined && known !== to[index]) return undefined;
    exchanged.set(word, to[index]!);
  }
  const isOneToOne = new Set(exchanged.values()).size === exchanged.size;
  return isOneToOne && [...exchanged].some(([word, other]) => word !== other) && [...exchanged].some(([word, other]) => word === other) ? exchanged : undefined;
}
