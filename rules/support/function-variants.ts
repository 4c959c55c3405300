import { reachOf, wordsOf, type FactIndex, type IndexedFunction } from '../../src/index.js';

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
    || areFor(ENDS, first, second) || haveChooser(facts, a, b);
}

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
  return facts.imports.importersOf(b.file.path, b.name).some(({ file }) => importers.has(file.path));
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
  return members.every(({ file, scope, name }) => !/(?:^|\/)\.[^/]+\//.test(file.path) && !reachOf(facts).isReached(file, [...scope, name]));
}
