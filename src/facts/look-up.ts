import type { FactIndex } from './fact-index.js';

/** A module-level name in its defining file. */
export interface DefinedName {
  path: string;
  name: string;
}

/**
 * What a name means where it is used: defined in the file, or imported there, followed through re-exports and aliases to the file that
 * defines it. Dotted names (`schemas.Order`) are followed through modules. Undefined when it leads out of the tree or nowhere.
 */
export function lookUp(facts: FactIndex, path: string, dotted: string): DefinedName | undefined {
  const [first, ...rest] = dotted.split('.') as [string, ...string[]];
  const module = facts.inFile(path, 'module')[0];
  const bound = module?.bindings.some(({ name, declares }) => name === first && declares !== 'import' && declares !== 'alias');
  if (bound) return rest.length === 0 ? { path, name: first } : undefined;
  for (const fact of facts.inFile(path, 'import')) {
    if (fact.scope.length > 0 || fact.form === 'mock') continue;
    for (const imported of fact.names) {
      if (imported.local !== first) continue;
      const target = facts.imports.resolveName(fact, imported);
      if (target.status === 'defined' && rest.length === 0) return { path: target.definition.path, name: target.definition.name };
      if (target.status === 'module' && rest.length > 0) return inModule(facts, target.path, rest);
    }
  }
  return undefined;
}

function inModule(facts: FactIndex, path: string, names: readonly string[]): DefinedName | undefined {
  let at = path;
  for (const [index, name] of names.entries()) {
    const seen = facts.imports.definitionOf(at, name);
    if (seen.status === 'defined') return index === names.length - 1 ? { path: seen.definition.path, name: seen.definition.name } : undefined;
    if (seen.status !== 'module') return undefined;
    at = seen.path;
  }
  return undefined;
}
