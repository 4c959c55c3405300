import { append, folderPrefixOf, reachOf, wordsOf, type AuditedFile, type FactIndex, type IndexedFunction } from '../../src/index.js';
import { haveOwnEffects } from './own-effects.js';
import { isRouteFile, standsAmongRoutes } from './route-files.js';

/** So long, and so much alike, that what is repeated is a matter of its own, whatever the copies are for. */
const LONG_STATEMENTS = 30;
const HARDLY_DIFFERENT = 0.9;

/** Whether a whole is repeated nearly word for word, and not a pattern that short functions share. */
export function isLongClone(members: readonly IndexedFunction[], similarity: number): boolean {
  return similarity >= HARDLY_DIFFERENT && members.every(({ statementCount }) => statementCount >= LONG_STATEMENTS);
}

/**
 * Whether two functions with differing bodies are variants on purpose: for another version, framework, database or end of a connection, as their
 * paths and imports say, or of one name and imported side by side by a file that chooses.
 */
export function areVariants(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [a.file.path, b.file.path];
  return areVersions(first, second) || areDisjoint(frameworksOf(facts, first), frameworksOf(facts, second)) || areFor(DIALECTS, first, second)
    || areFor(ENDS, first, second) || haveChooser(facts, a, b) || areCounterparts(facts, a, b);
}

/** Whether two stand in versions of one thing, as their paths say (`legacy-`, `v1`), of which a file that imports both chooses: the earlier one is kept as it was. */
export function areChosenVersions(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [a.file.path, b.file.path];
  if (!areVersions(first, second) && LEGACY.test(first) === LEGACY.test(second)) return false;
  const choosers = (path: string): string[] => facts.imports.importersOfModule(path).filter(({ file, fact }) => file.role === 'production' && !fact.reExport).map(({ file }) => file.path);
  const known = new Set(choosers(first));
  return choosers(second).some((path) => known.has(path));
}

const LEGACY = /(?:^|[/_.-])(?:legacy|old)(?=[/_.-])|(?<=[a-z])Legacy|(?:^|\/)[Ll]egacy/;

/**
 * Whether the point of each is another operation (another mutation, another loader) and the likeness is in what stands around its call: each calls
 * something that the other does not call, and that is what their names tell apart; or they are helpers that two routes keep to themselves.
 */
export function areOtherOperations(facts: FactIndex, a: IndexedFunction, b: IndexedFunction, similarity: number): boolean {
  if (similarity >= (Math.min(a.statementCount, b.statementCount) >= OPERATION_STATEMENTS ? HARDLY_DIFFERENT : SAME_BUT_FOR_THE_CALL)) return false;
  if (a.name === b.name) return [a, b].every((fn) => fn.scope.length === 0 && !fn.exported && standsAmongRoutes(fn.file)) && haveOwnEffects(facts, a, b);
  const apart = wordsApart(a.name, b.name);
  return [[a, b], [b, a]].every(([fn, other]) => fn!.calls.some((call) => !other!.calls.includes(call) && wordsOf(call).some((word) => apart.has(word.replace(/s$/, '')))));
}

/** So long that what stands around the call is worth a function of its own. */
const OPERATION_STATEMENTS = 20;
const SAME_BUT_FOR_THE_CALL = 0.95;

/** `v2/` beside none, `cartV1.ts` beside `cartV2.ts`. */
function areVersions(a: string, b: string): boolean {
  const versions = (path: string): string => (path.match(/(?<![a-zA-Z])v\d+(?![a-zA-Z\d])|(?<=[a-z])V\d+(?![a-zA-Z\d])/g) ?? []).join(' ').toLowerCase();
  return versions(a) !== versions(b);
}

const FRAMEWORKS: ReadonlySet<string> = new Set([
  'react', 'preact', 'solid-js', 'vue', 'svelte', '@angular/core', 'lit', 'react-native', 'express', 'fastify', 'koa', 'hono', 'fastapi', 'flask', 'django', 'starlette', 'aiohttp',
]);

function frameworksOf(facts: FactIndex, path: string): Set<string> {
  const found = new Set<string>();
  for (const fact of facts.inFile(path, 'import')) {
    const module = fact.typeOnly ? undefined : facts.imports.resolve(fact);
    if (module?.status === 'external' && FRAMEWORKS.has(module.name)) found.add(module.name);
  }
  return found;
}

function areDisjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size > 0 && b.size > 0 && [...a].every((name) => !b.has(name));
}

const DIALECTS: ReadonlySet<string> = new Set(['postgres', 'postgresql', 'pg', 'sqlite', 'mysql', 'mariadb', 'mssql', 'mongo', 'mongodb', 'oracle', 'libsql', 'd1', 'clickhouse', 'dynamodb', 'bigquery', 'cassandra']);
const ENDS: ReadonlySet<string> = new Set(['client', 'server']);

/** Each path has words of a kind that tell variants, and not the same ones. */
function areFor(words: ReadonlySet<string>, a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => [...new Set(path.replace(/\.\w+$/, '').split('/').flatMap((part) => wordsOf(part)))].filter((word) => words.has(word)).sort().join(' '));
  return first !== '' && second !== '' && first !== second;
}

/** Under one name a file needs two only to choose between them. */
function haveChooser(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  if (a.name !== b.name || a.scope.length > 0 || b.scope.length > 0) return false;
  const importers = new Set(facts.imports.importersOf(a.file.path, a.name).filter(({ file }) => file.role === 'production').map(({ file }) => file.path));
  if (facts.imports.importersOf(b.file.path, b.name).some(({ file }) => importers.has(file.path))) return true;
  if (!a.exported || !b.exported || a.file.path === b.file.path) return false;
  const holders = holdersOfModules(facts);
  const first = holders.get(a.file.path) ?? [];
  return (holders.get(b.file.path) ?? []).some((path) => first.includes(path));
}

const holdersByIndex = new WeakMap<FactIndex, ReadonlyMap<string, readonly string[]>>();

/** By module: production files that import it as a whole and say by its name which of several they mean (`gmail.search()`, `outlook.search()`). */
function holdersOfModules(facts: FactIndex): ReadonlyMap<string, readonly string[]> {
  const known = holdersByIndex.get(facts);
  if (known) return known;
  const holders = new Map<string, string[]>();
  for (const fact of facts.of('import')) {
    if (fact.file.role !== 'production' || fact.typeOnly || fact.reExport || fact.file.path.endsWith('/__init__.py')) continue;
    for (const name of fact.names) {
      if (name.typeOnly || name.local === '*') continue;
      const result = facts.imports.resolveName(fact, name);
      const module = result.status === 'module' ? { status: 'file' as const, path: result.path } : name.imported === '' || name.imported === '*' ? facts.imports.resolve(fact) : undefined;
      if (module?.status === 'file') append(holders, module.path, fact.file.path);
    }
  }
  holdersByIndex.set(facts, holders);
  return holders;
}

/**
 * `google_oauth.py` and `microsoft_oauth.py` in one folder, of which each has three functions at least that the other has too and does in its own way:
 * one interface for each of several partners.
 */
function areCounterparts(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [a.file.path, b.file.path];
  if (!a.exported || !b.exported || folderPrefixOf(first) !== folderPrefixOf(second) || !isOneWordExchanged(first, second)) return false;
  const bodies = new Map(facts.inFile(first, 'function').filter(({ scope, exported }) => scope.length === 0 && exported).map((fn) => [fn.name, fn.bodyHash]));
  return facts.inFile(second, 'function').filter(({ scope, exported, name, bodyHash }) => scope.length === 0 && exported && bodies.has(name) && bodies.get(name) !== bodyHash).length >= INTERFACE;
}

const INTERFACE = 3;

function isOneWordExchanged(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => wordsOf(path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')));
  return first!.length === second!.length && first!.length > 1 && first!.filter((word, index) => word !== second![index]).length === 1;
}

/**
 * Whether two functions of different names do the same with different helpers, which their names tell apart by the same words: `findGlobal`
 * calls `getGlobal` where `findCollection` calls `getCollection`.
 */
export function areParallelSiblings(a: IndexedFunction, b: IndexedFunction): boolean {
  const names = wordsApart(a.name, b.name);
  const onlyA = a.calls.filter((call) => !b.calls.includes(call));
  const onlyB = b.calls.filter((call) => !a.calls.includes(call));
  if (names.size === 0 || onlyA.length === 0 || onlyA.length !== onlyB.length) return false;
  let exchanged: string | undefined;
  const open = new Set(onlyB);
  for (const call of onlyA) {
    const twin = [...open].find((other) => {
      const apart = wordsApart(call, other);
      return apart.size <= 2 && [...apart].some((word) => names.has(word)) && wordsOf(call).some((word) => wordsOf(other).includes(word))
        && (exchanged === undefined || exchanged === [...apart].sort().join(' '));
    });
    if (twin === undefined) return false;
    exchanged = [...wordsApart(call, twin)].sort().join(' ');
    open.delete(twin);
  }
  return true;
}

/** Words that only one of two names has; singular and plural are one. */
function wordsApart(a: string, b: string): Set<string> {
  const words = (name: string): Set<string> => new Set(wordsOf(name).map((word) => word.replace(/s$/, '')));
  const [first, second] = [words(a), words(b)];
  return new Set([...first, ...second].filter((word) => !first.has(word) || !second.has(word)));
}

/** Whether functions differ in what they do, and not in a text or a name only: other calls, or more or fewer statements. */
export function behaveDifferently(a: IndexedFunction, b: IndexedFunction): boolean {
  return a.statementCount !== b.statementCount || [...new Set(a.calls)].sort().join(' ') !== [...new Set(b.calls)].sort().join(' ');
}

/** Whether nothing that runs uses any of them. Tools load what lies in hidden folders (`.stylelint/`) by a name in their settings. */
export function areAllUnused(facts: FactIndex, members: readonly IndexedFunction[]): boolean {
  return members.every(({ file, scope, name }) => !/(?:^|\/)\.[^/]+\//.test(file.path)
    && (!reachOf(facts).isReached(file, [...scope, name]) || isLeftOver(facts, file)));
}

const aliveByIndex = new WeakMap<FactIndex, ReadonlySet<string>>();

/** What other files are made of, in folders where no framework looks. */
const PARTS = /(?:^|\/)(?:components|hooks|utils|helpers)\//;

/** Whether a TypeScript file of a program is one of its parts, and only other such parts that nothing imports lead to it. */
export function isLeftOver(facts: FactIndex, file: AuditedFile): boolean {
  if (file.language !== 'typescript' || file.role !== 'production' || file.service.kind !== 'service') return false;
  let alive = aliveByIndex.get(facts);
  if (!alive) aliveByIndex.set(facts, (alive = reachedFromPrograms(facts)));
  return !alive.has(file.path);
}

function reachedFromPrograms(facts: FactIndex): ReadonlySet<string> {
  const edges = facts.imports.edges();
  const mayBegin = ({ path, role, service }: AuditedFile): boolean => role === 'production'
    && (!PARTS.test(path) || service.kind !== 'service' || facts.imports.entryPoints().has(path) || isRouteFile(facts, facts.file(path)!) || facts.inFile(path, 'module')[0]?.script === true);
  const alive = new Set(facts.files.filter(mayBegin).map(({ path }) => path));
  const open = [...alive];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of edges.get(next) ?? []) {
      if (alive.has(target)) continue;
      alive.add(target);
      open.push(target);
    }
  }
  return alive;
}

/** Whether each stands in a program of its own: started by itself, imported by nothing. Such files are handed out singly and cannot import one another. */
export function areInPrograms(facts: FactIndex, members: readonly IndexedFunction[]): boolean {
  return members.every(({ file }) => facts.inFile(file.path, 'module')[0]?.script === true && facts.imports.importersOfModule(file.path).length === 0);
}
