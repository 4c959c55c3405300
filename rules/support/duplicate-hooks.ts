import { areEnds, comparableGroups, conceptName, serviceRelations, sketchSimilarity, wordsOf, type Binding, type FactIndex, type Indexed, type IndexedFact, type IndexedFunction, type Service, type TypeFact } from '../../src/index.js';
import { isConvention, withoutCopies } from './conventional-names.js';
import { copyTest } from './duplicate-files.js';
import { haveOwnEffects } from './own-effects.js';
import { createUnion, eachPair } from './union.js';

/** A hook, store or provider: what classes are elsewhere. */
export interface Manager {
  kind: 'hook' | 'store' | 'provider';
  name: string;
  /** The fact at its place: the function, or the module where no function stands there. */
  fact: IndexedFact;
  fn: IndexedFunction | undefined;
  line: number;
  /** The type of what a store holds, where its file declares it. */
  state: Indexed<TypeFact> | undefined;
}

export interface DuplicateManagers {
  service: Service;
  members: readonly Manager[];
}

/** Calls that make a store which outlives the component that uses it. */
const STORE_MAKERS: ReadonlySet<string> = new Set(['create', 'createStore', 'createWithEqualityFn', 'defineStore', 'configureStore', 'proxy', 'writable', 'createContext', 'React.createContext']);

/** Whether a function is a hook, store or provider, so that it is compared as a manager and not as a function. */
export function isManagerFunction(fn: IndexedFunction): boolean {
  return fn.file.language === 'typescript' && fn.scope.length === 0 && fn.exported && (isHook(fn) || isProvider(fn));
}

/** Finds hooks, stores and providers of one concept in one service: of one exported name, or versions of one that are alike. */
export function duplicateManagers(facts: FactIndex): DuplicateManagers[] {
  const managers = facts.of('module').filter(({ file }) => file.role === 'production' && file.language === 'typescript')
    .flatMap(({ file }) => managersIn(facts, file.path));
  const byConcept = new Map<string, Manager[]>();
  for (const manager of managers) {
    const concept = conceptName(manager.name);
    const group = byConcept.get(concept);
    if (group) group.push(manager);
    else byConcept.set(concept, [manager]);
  }
  const relations = serviceRelations(facts);
  const isCopy = copyTest(facts);
  const union = createUnion<Manager>();
  for (const members of byConcept.values()) {
    if (isConvention(withoutCopies(members, ({ fn }) => (fn ? [fn.bodyHash] : [])).map(({ fact }) => fact.file), 10)) continue;
    eachPair(members, (a, b) => {
      const [one, other] = [a.fact.file, b.fact.file];
      if (one === other || isCopy(one, other) || !relations.related(one.service.name, other.service.name) || areEnds(one.path, other.path)) return;
      // Two libraries may each bind one thing to a framework of their own.
      if (one.service !== other.service && one.service.kind === 'library' && other.service.kind === 'library') return;
      if (!builtOn(facts, a, b) && !builtOn(facts, b, a) && isOne(facts, a, b)) union.join(a, b);
    });
  }
  return union.components(managers).flatMap((members) => {
    const byFact = new Map(members.map((member) => [member.fact, member]));
    return comparableGroups(facts, members.map(({ fact }) => fact))
      .map(({ service, members: inService }) => ({ service, members: inService.map((fact) => byFact.get(fact)!) }));
  });
}

function managersIn(facts: FactIndex, path: string): Manager[] {
  const [module] = facts.inFile(path, 'module');
  if (!module) return [];
  const functions = new Map(facts.inFile(path, 'function').filter(({ scope, stub }) => scope.length === 0 && !stub).map((fn) => [fn.name, fn]));
  return module.bindings.flatMap((binding): Manager[] => {
    if (binding.exportedAs.length === 0 || wordsOf(binding.name).length < 2) return [];
    const fn = functions.get(binding.name);
    const kind = kindOf(binding, fn);
    if (kind === undefined) return [];
    return [{ kind, name: binding.name, fact: fn ?? module, fn, line: binding.line, state: kind === 'store' ? stateOf(facts, path, binding.name) : undefined }];
  });
}

/** The type of the file that declares at least two of the functions that the store is made with. */
function stateOf(facts: FactIndex, path: string, store: string): Indexed<TypeFact> | undefined {
  const actions = new Set(facts.inFile(path, 'function').filter(({ scope }) => scope[0] === store).map(({ name }) => name));
  const matches = facts.inFile(path, 'type').map((type) => ({ type, count: type.fields.filter(({ name }) => actions.has(name)).length }));
  const best = matches.reduce<(typeof matches)[number] | undefined>((first, next) => (next.count > (first?.count ?? 1) ? next : first), undefined);
  return best?.type;
}

function kindOf({ init, declares }: Binding, fn: IndexedFunction | undefined): Manager['kind'] | undefined {
  if (declares === 'import' || declares === 'alias') return undefined;
  if (init !== undefined && STORE_MAKERS.has(init.replace(/\(\)/g, ''))) return 'store';
  if (!fn || fn.delegatesTo !== undefined) return undefined;
  if (isHook(fn)) return 'hook';
  return isProvider(fn) ? 'provider' : undefined;
}

/** By its name, and because it calls a hook: a function that happens to begin with `use` does not. */
function isHook({ name, calls }: IndexedFunction): boolean {
  return /^use[A-Z]/.test(name) && calls.some((call) => /(?:^|\.)use[A-Z]/.test(call));
}

function isProvider(fn: IndexedFunction): boolean {
  return fn.form === 'component' && /[a-z]Provider$/.test(fn.name);
}

/** One is made from the other: its file imports it. */
function builtOn(facts: FactIndex, upper: Manager, lower: Manager): boolean {
  return facts.imports.importersOf(lower.fact.file.path, lower.name).some(({ file }) => file === upper.fact.file);
}

/** Hooks of a line or two that read a context: what they read is the knowledge, and not they. */
const SMALL_STATEMENTS = 3;

function isOne(facts: FactIndex, a: Manager, b: Manager): boolean {
  if (a.kind === 'hook' && b.kind === 'hook' && Math.max(a.fn?.statementCount ?? 0, b.fn?.statementCount ?? 0) <= SMALL_STATEMENTS) return false;
  if (a.kind === 'hook' && b.kind === 'hook' && areLocalToPlaces(facts, a, b)) return false;
  if (a.name === b.name) return a.kind === 'store' || a.kind !== b.kind || isShared(facts, a) || isShared(facts, b) || folderOf(a) === folderOf(b) || likeness(a, b) >= 0.3;
  if (a.kind === 'store' && b.kind === 'store') return true;
  return likeness(a, b) >= 0.4;
}

/** Hooks of two pages that show or do something else each: other columns, another mutation. */
function areLocalToPlaces(facts: FactIndex, a: Manager, b: Manager): boolean {
  if (isShared(facts, a) || isShared(facts, b) || folderOf(a) === folderOf(b) || likeness(a, b) >= ONE_WORK) return false;
  return /(?:Columns|ColumnDefs)$/.test(a.name) || (a.fn !== undefined && b.fn !== undefined && haveOwnEffects(facts, a.fn, b.fn));
}

/** So alike that two hooks are one, whatever pages they stand in. */
const ONE_WORK = 0.75;

/** Imported from at least two folders: not the private helper of one feature. */
function isShared(facts: FactIndex, { fact, name }: Manager): boolean {
  const importers = facts.imports.importersOf(fact.file.path, name).filter(({ file }) => file.role === 'production');
  return new Set(importers.map(({ file }) => file.path.slice(0, file.path.lastIndexOf('/')))).size >= 2;
}

function folderOf({ fact }: Manager): string {
  return fact.file.path.slice(0, fact.file.path.lastIndexOf('/'));
}

/** By body where both are long enough, else by what they call. */
function likeness({ fn: a }: Manager, { fn: b }: Manager): number {
  if (!a || !b) return 0;
  if (a.bodyHash === b.bodyHash) return 1;
  const shared = a.calls.filter((call) => b.calls.includes(call)).length;
  const all = a.calls.length + b.calls.length - shared;
  return Math.max(sketchSimilarity(a.sketch, b.sketch), shared >= 3 ? shared / all : 0);
}
