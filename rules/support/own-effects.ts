import type { FactIndex, IndexedFunction } from '../../src/index.js';

/**
 * Whether two functions of one name do another thing each: each uses something of the product (a mutation, a child component, an operation) that the
 * other does not use. What libraries offer says how something is written and not what it does.
 */
export function haveOwnEffects(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [effectsOf(facts, a), effectsOf(facts, b)];
  const only = (x: ReadonlySet<string>, y: ReadonlySet<string>): boolean => [...x].some((name) => !y.has(name));
  return only(first, second) && only(second, first);
}

/** Names of the product's own modules that a function uses. */
function effectsOf(facts: FactIndex, fn: IndexedFunction): ReadonlySet<string> {
  const used = namesUsed(facts, fn);
  const found = new Set<string>();
  for (const fact of facts.inFile(fn.file.path, 'import')) {
    for (const imported of fact.names) {
      if (!used.has(imported.local) || imported.typeOnly || fact.typeOnly) continue;
      const result = facts.imports.resolveName(fact, imported);
      if (result.status === 'defined') found.add(result.definition.name);
    }
  }
  return found;
}

/** Of a function at the top of a module all that it uses; of one inside of another what it calls. */
function namesUsed(facts: FactIndex, fn: IndexedFunction): ReadonlySet<string> {
  const called = fn.calls.map((call) => call.split('.')[0]!);
  if (fn.scope.length > 0) return new Set(called);
  const rows = facts.inFile(fn.file.path, 'uses').flatMap(({ rows: all }) => all.map((row) => row.split(' ')).filter(([user]) => user === fn.name));
  return new Set([...called, ...rows.flatMap((row) => row.slice(1).map((name) => name.split('.')[0]!))]);
}
