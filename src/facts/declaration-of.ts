import type { ClassFact, FunctionFact, TypeFact } from '../model/facts.js';
import type { FactIndex, Indexed } from './fact-index.js';
import { lookUp, type DefinedName } from './look-up.js';
import { typePathsIn } from './user-words.js';

/** The class that a name used in a file denotes: declared there, or imported at the top or inside a function. */
export function classNamed(facts: FactIndex, path: string, name: string): Indexed<ClassFact> | undefined {
  return declared(facts, path, name, (at, local) => facts.inFile(at, 'class').find((fact) => fact.name === local));
}

/** The class or data type that a name used in a file denotes. */
export function typeNamed(facts: FactIndex, path: string, name: string): Indexed<ClassFact> | Indexed<TypeFact> | undefined {
  return declared(facts, path, name, (at, local) => facts.inFile(at, 'type').find((fact) => fact.name === local) ?? facts.inFile(at, 'class').find((fact) => fact.name === local));
}

/** The function that a callee as written denotes: `get_pool`, `pools.get_pool`; methods of an object are not known. */
export function functionNamed(facts: FactIndex, path: string, callee: string): Indexed<FunctionFact> | undefined {
  return declared(facts, path, callee, (at, local) => facts.inFile(at, 'function').find((fact) => fact.name === local && fact.scope.length === 0));
}

/** The classes that a type as written names: `Pool` in `Optional[Pool]`. */
export function classesIn(facts: FactIndex, path: string, type: string): Indexed<ClassFact>[] {
  return typePathsIn(type).flatMap((name) => classNamed(facts, path, name) ?? []);
}

/** The function of a file by its dotted path (`Pool.add`, `add`), as `StateUse.by` gives it. */
export function functionAt(facts: FactIndex, path: string, by: string): Indexed<FunctionFact> | undefined {
  return functionsByPath(facts, path).get(by);
}

function declared<F>(facts: FactIndex, path: string, name: string, find: (path: string, local: string) => F | undefined): F | undefined {
  // `Pool = Pool` after the class makes an alias of the name; the class is still what it denotes.
  const here = find(path, name);
  if (here) return here;
  const target = lookUp(facts, path, name) ?? lookUpLazy(facts, path, name);
  return target && find(target.path, target.name);
}

/** As `lookUp`, for names that functions of the file import when they run. */
function lookUpLazy(facts: FactIndex, path: string, name: string): DefinedName | undefined {
  for (const fact of facts.inFile(path, 'import')) {
    const imported = fact.scope.length > 0 ? fact.names.find(({ local }) => local === name) : undefined;
    const target = imported && facts.imports.resolveName(fact, imported);
    if (target?.status === 'defined') return { path: target.definition.path, name: target.definition.name };
  }
  return undefined;
}

const byFile = new WeakMap<FactIndex, Map<string, Map<string, Indexed<FunctionFact>>>>();

function functionsByPath(facts: FactIndex, path: string): Map<string, Indexed<FunctionFact>> {
  let files = byFile.get(facts);
  if (!files) byFile.set(facts, (files = new Map()));
  let functions = files.get(path);
  if (!functions) {
    functions = new Map();
    for (const fact of facts.inFile(path, 'function')) {
      const by = [...fact.scope, fact.name].join('.');
      if (!functions.has(by)) functions.set(by, fact);
    }
    files.set(path, functions);
  }
  return functions;
}
