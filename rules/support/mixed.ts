import type { FactIndex, IndexedFact } from '../../src/index.js';

/**
 * Whether what two declarations of one name say can meet: a file of production code uses both, or one that uses the first imports one that
 * uses the second. That a module imports something else from the file of a copy is no meeting. Two copies that no module brings together disagree on paper only.
 */
export function areMixed(facts: FactIndex, a: IndexedFact, b: IndexedFact): boolean {
  const [first, second] = [usersOf(facts, a), usersOf(facts, b)];
  if ([...first].some((path) => second.has(path))) return true;
  const edges = facts.imports.edges();
  const leads = (from: ReadonlySet<string>, to: ReadonlySet<string>): boolean => [...from].some((path) => edges.get(path)?.some((target) => to.has(target)) ?? false);
  return leads(first, second) || leads(second, first);
}

/** The production files that import a declaration. */
function usersOf(facts: FactIndex, { file, name, scope }: IndexedFact): Set<string> {
  return new Set(facts.imports.importersOf(file.path, scope[0] ?? name).filter((site) => site.file.role === 'production').map((site) => site.file.path));
}
