import { classNamed, functionNamed, wordsOf, type FactIndex, type FunctionFact, type Indexed } from '../../src/index.js';
import type { ImportPath, Reached } from './import-paths.js';
import { createUnion } from './union.js';

/** One thing that importers get through definitions of several modules, each of which only passes it on. */
export interface PassedOn {
  /** The owner with the paths to all of them: the modules of the others are detours. */
  whole: Reached;
  owner: Reached;
  /** Most importers first, without the owner. */
  wrappers: readonly Reached[];
}

/**
 * Wrappers that add nothing, with what they lead to: a function that returns what the owner's function of its name (or its noun, where both can
 * be called without arguments) returns; a getter that stands beside the owner's getter of its name and is made from the same module; a variable
 * that holds what a getter gives; a class that inherits all from the class of its name. A chain of them is one.
 */
export function passedOn(facts: FactIndex, all: readonly Reached[], byName: ReadonlyMap<string, readonly Reached[]>): PassedOn[] {
  const entries = new Map(all.map((entry) => [keyOf(entry), entry]));
  const union = createUnion<string>();
  const passing = new Set<string>();
  // What others pass on is the owner before what stands beside.
  const taken = new Map<string, number>();
  const join = (entry: Reached, target: { path: string; name: string }, weight: number): void => {
    const key = keyOf(target);
    if (key === keyOf(entry) || !entries.has(key) || !isInReach(facts, entry.path, target.path)) return;
    union.join(key, keyOf(entry));
    passing.add(keyOf(entry));
    taken.set(key, (taken.get(key) ?? 0) + weight);
  };
  for (const entry of all) {
    for (const target of targetsOf(facts, entry)) join(entry, target, 1);
    for (const target of besideOf(facts, entry, byName)) join(entry, target, 0);
  }
  return union.components([...entries.keys()]).flatMap((keys) => {
    const members = keys.map((key) => entries.get(key)!).sort((a, b) => (taken.get(keyOf(b)) ?? 0) - (taken.get(keyOf(a)) ?? 0) || importersOf(b) - importersOf(a));
    const owner = members.find((member) => !passing.has(keyOf(member))) ?? members[0]!;
    const wrappers = members.filter((member) => member !== owner);
    return wrappers.some(({ path }) => path !== owner.path) ? [{ whole: wholeOf(owner, wrappers), owner, wrappers }] : [];
  });
}

/** What a definition does nothing but pass on. */
function targetsOf(facts: FactIndex, { path, name, names, binding }: Reached): { path: string; name: string }[] {
  if (binding.declares === 'class') return inherited(facts, path, name);
  const fn = functionNamed(facts, path, name);
  if (fn?.file.path === path && fn.name === name) {
    const target = targetOfFunction(facts, fn, 0);
    return target ? [{ path: target.file.path, name: target.name }] : [];
  }
  const getter = binding.declares === 'variable' && binding.init !== undefined ? functionNamed(facts, path, binding.init) : undefined;
  if (!getter || getter.file.path === path || getter.parameters.length > 0) return [];
  return [...names.keys()].some((asked) => nounOf(asked) === nounOf(getter.name)) && isGetter(getter.name) ? [{ path: getter.file.path, name: getter.name }] : [];
}

function targetOfFunction(facts: FactIndex, fn: Indexed<FunctionFact>, depth: number): Indexed<FunctionFact> | undefined {
  if (fn.decorators.length > 0 || depth > MOST_STEPS) return undefined;
  const { path } = fn.file;
  const callee = fn.delegatesTo ?? (fn.returns?.origin === 'passed' && isOneCall(facts, fn) ? fn.returns.via : undefined) ?? heldGetter(facts, fn);
  const target = callee === undefined ? undefined : functionNamed(facts, path, callee);
  if (!target || target === fn) return undefined;
  // By way of a function of its own that nobody else sees.
  if (target.file.path === path && !target.exported) return targetOfFunction(facts, target, depth + 1);
  return isSameMatter(fn, target) ? target : undefined;
}

const MOST_STEPS = 4;

/** An import inside the function, and the call. */
function isOneCall(facts: FactIndex, { file, name, statementCount, calls }: Indexed<FunctionFact>): boolean {
  return statementCount <= 2 && calls.length === 1 && facts.inFile(file.path, 'import').some(({ scope }) => scope.length === 1 && scope[0] === name);
}

/** `_stock = get_stock()` at the top, returned by a function. */
function heldGetter(facts: FactIndex, { file, statementCount, returns }: Indexed<FunctionFact>): string | undefined {
  if (statementCount !== 1 || returns?.origin !== 'shared') return undefined;
  const held = facts.inFile(file.path, 'module')[0]?.bindings.find(({ name }) => name === returns.via);
  const getter = held?.init === undefined ? undefined : functionNamed(facts, file.path, held.init);
  return getter && getter.file.path !== file.path && isGetter(getter.name) ? held!.init : undefined;
}

/** The same name with the same parameters, or two getters of one noun that need no argument: `get_stock` and `get_current_stock`. */
function isSameMatter(fn: FunctionFact, target: FunctionFact): boolean {
  const parameters = ({ parameters: all }: FunctionFact): string => all.map(({ name }) => name).join();
  if (fn.async !== target.async) return false;
  if (fn.name === target.name) return parameters(fn) === parameters(target);
  if (!isFree(fn) || !isFree(target) || !isGetter(fn.name) || !isGetter(target.name) || nounOf(fn.name) !== nounOf(target.name)) return false;
  const [few, many] = [wordsOf(fn.name), wordsOf(target.name)].sort((a, b) => a.length - b.length) as [string[], string[]];
  return few.every((word) => many.includes(word)) || fn.returns?.origin === 'shared';
}

/** Getters of the entry's name, none of which its module imports by that name, in modules from which it imports other things. */
function besideOf(facts: FactIndex, entry: Reached, byName: ReadonlyMap<string, readonly Reached[]>): Reached[] {
  const fn = freeGetter(facts, entry);
  if (!fn) return [];
  const imported = new Set(facts.imports.edges().get(entry.path) ?? []);
  return [...entry.names.keys()].filter(isGetter).flatMap((name) => {
    const others = byName.get(name) ?? [];
    return others.length > MOST_OF_ONE_NAME ? [] : others.filter((other) => {
      if (other.path === entry.path || !imported.has(other.path) || other.paths.get(other.path)?.importers.production.size === 0) return false;
      const getter = freeGetter(facts, other);
      return getter !== undefined && getter.name === name && getter.async === fn.async && (fn.returnType === undefined || getter.returnType === undefined || fn.returnType === getter.returnType)
        && !importsOf(facts, entry.path, other);
    });
  });
}

/** More modules than these that have a function of one name follow a convention. */
const MOST_OF_ONE_NAME = 6;

function importsOf(facts: FactIndex, path: string, { path: target, name }: Reached): boolean {
  return facts.imports.importersOf(target, name).some(({ file }) => file.path === path);
}

function freeGetter(facts: FactIndex, { path, name, binding }: Reached): Indexed<FunctionFact> | undefined {
  if (binding.declares !== 'function' || !isGetter(name)) return undefined;
  const fn = functionNamed(facts, path, name);
  return fn && fn.file.path === path && isFree(fn) && !fn.stub && fn.decorators.length === 0 ? fn : undefined;
}

/** `class Stock(BaseStock): pass`, where `BaseStock` is the owner's `Stock`. */
function inherited(facts: FactIndex, path: string, name: string): { path: string; name: string }[] {
  const own = facts.inFile(path, 'class').find((fact) => fact.name === name && fact.scope.length === 0);
  const [base, ...more] = own?.bases ?? [];
  if (!own || base === undefined || more.length > 0 || own.form === 'exception' || own.fields.length > 0 || own.decorators.length > 0 || facts.methodsOf(own).length > 0) return [];
  const target = base === name ? undefined : classNamed(facts, path, base);
  return target && target.name === name && target.file.path !== path ? [{ path: target.file.path, name }] : [];
}

/** One service, or what a service takes from a library. */
function isInReach(facts: FactIndex, from: string, to: string): boolean {
  const [own, other] = [facts.file(from), facts.file(to)];
  return other?.role === 'production' && (own?.service === other.service || other.service.kind === 'library');
}

function wholeOf(owner: Reached, wrappers: readonly Reached[]): Reached {
  const members = new Set([owner, ...wrappers].map(({ path }) => path));
  const paths = new Map<string, ImportPath>();
  const names = new Map<string, number>();
  for (const entry of [owner, ...wrappers]) {
    for (const [name, count] of entry.names) names.set(name, (names.get(name) ?? 0) + count);
    for (const path of entry.paths.values()) {
      // Where a wrapper is defined, it is handed on; who imports one in order to wrap it is no importer.
      const places = path.kind === 'definition' && entry !== owner && path.places.length === 0 ? [{ name: entry.name, line: entry.binding.line }] : path.places;
      const kind = path.path === owner.path ? 'definition' : path.kind === 'definition' ? 'detour' : path.kind;
      const known = paths.get(path.path) ?? { ...path, kind, places: [], importers: { production: new Set<string>(), test: new Set<string>() } };
      paths.set(path.path, known);
      known.places.push(...places);
      for (const role of ['production', 'test'] as const) for (const importer of path.importers[role]) if (!members.has(importer)) known.importers[role].add(importer);
    }
  }
  // An alias that nobody imports is no way to it.
  for (const [path, { importers }] of paths) if (!members.has(path) && importers.production.size + importers.test.size === 0) paths.delete(path);
  return { ...owner, names, paths, chained: [owner, ...wrappers].flatMap(({ chained }) => chained), inBarrel: new Set([owner, ...wrappers].flatMap(({ inBarrel }) => [...inBarrel])) };
}

/** Can be called without arguments. */
function isFree({ parameters }: FunctionFact): boolean {
  return parameters.every(({ optional }) => optional);
}

function isGetter(name: string): boolean {
  return /^get[_A-Z]/.test(name);
}

function nounOf(name: string): string {
  const words = wordsOf(name);
  return words[words.length - 1] ?? name;
}

function importersOf({ paths }: Reached): number {
  return new Set([...paths.values()].flatMap(({ importers }) => [...importers.production])).size;
}

function keyOf({ path, name }: { path: string; name: string }): string {
  return `${path}\0${name}`;
}
