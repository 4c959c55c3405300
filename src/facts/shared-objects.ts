import type { ClassFact, FunctionFact, StateFact, StateUse } from '../model/facts.js';
import { ancestorsOf } from './class-shape.js';
import { classesIn, classNamed, functionAt, functionNamed } from './declaration-of.js';
import type { FactIndex, Indexed } from './fact-index.js';
import { reachOf } from './reach.js';
import { isHandler } from './user-scope.js';

/** An object that every caller in a process gets: a module-level instance, a class's `_instance`, or the result of a cached function. */
export interface SharedObject {
  /** `entries`: a collection of objects, one per key. `injected`: a framework makes one and gives it to all that ask for the class. `application`: an attribute
   * of the web application's state. */
  form: 'module' | 'class' | 'cached' | 'entries' | 'injected' | 'application';
  /** Where it is kept: the binding, the cached function, or the class that a framework keeps an object of. */
  holder: Indexed<StateFact> | Indexed<FunctionFact> | Indexed<ClassFact>;
  /** The binding that keeps it, where there is one. */
  state?: Indexed<StateFact>;
  /** Class of the object. */
  cls: Indexed<ClassFact>;
  /** Functions that hand it out: those that return the binding first, then those of the same file that return what they return. */
  getters: readonly Indexed<FunctionFact>[];
  /** The assignments that make it. */
  makers: readonly StateUse[];
  /** Of an application's state: the facts of the other files that set or read it. */
  others?: readonly Indexed<StateFact>[];
}

/** The shared objects of production code whose class is known, in order of path and position. */
export function sharedObjects(facts: FactIndex): readonly SharedObject[] {
  let objects = known.get(facts);
  if (!objects) known.set(facts, (objects = collect(facts)));
  return objects;
}

const known = new WeakMap<FactIndex, readonly SharedObject[]>();
const MAX_PASSES = 3;
/** Decorators of frameworks that make one object of a class per process unless told otherwise. */
const INJECTED = /^(?:Injectable|Controller|WebSocketGateway|Resolver|singleton|Service)$/;
/** Types of functions and classes: what holds them holds no object yet. */
const MAKER_TYPE = /=>|\bCallable\b|\b[Tt]ype\[|\btypeof\b|\bReturnType\b|\bConstructor\b|\bClassRef\b/;

function collect(facts: FactIndex): SharedObject[] {
  const objects: SharedObject[] = [];
  for (const state of facts.of('state')) {
    if (state.file.role !== 'production' || (state.holder !== 'module' && state.holder !== 'class')) continue;
    const makers = makersOf(state);
    const cls = state.initial === 'collection' ? entryClass(facts, state, makers) : heldClass(facts, state, makers);
    if (!cls) continue;
    objects.push({ form: state.initial === 'collection' ? 'entries' : state.holder === 'class' ? 'class' : 'module', holder: state, state, cls, getters: gettersOf(facts, state), makers });
  }
  for (const fn of facts.of('function')) {
    if (fn.file.role !== 'production' || fn.returns?.origin !== 'shared' || fn.parameters.length > 0) continue;
    if (!fn.decorators.some((decorator) => decorator === fn.returns?.via) && !/^(?:once|memo|cache|singleton|lazy)/i.test(fn.returns.via ?? '')) continue;
    const cls = fn.returnType === undefined ? undefined : classesIn(facts, fn.file.path, fn.returnType)[0];
    if (cls) objects.push({ form: 'cached', holder: fn, cls, getters: [fn], makers: [] });
  }
  objects.push(...applicationObjects(facts));
  for (const cls of facts.of('class')) {
    if (cls.file.role !== 'production' || cls.lifetime !== undefined || !cls.decorators.some((decorator) => INJECTED.test(decorator))) continue;
    objects.push({ form: 'injected', holder: cls, cls, getters: [], makers: [] });
  }
  return objects;
}

/** One object per attribute of a service's application state whose class is known. */
function applicationObjects(facts: FactIndex): SharedObject[] {
  const byName = new Map<string, Indexed<StateFact>[]>();
  for (const state of facts.of('state')) {
    if (state.holder !== 'application' || state.file.role !== 'production') continue;
    const key = `${state.file.service.name}\0${state.name}`;
    byName.set(key, [...(byName.get(key) ?? []), state]);
  }
  return [...byName.values()].flatMap((states) => {
    for (const state of states) {
      // What nobody calls sets nothing.
      const makers = makersOf(state).filter(({ by }) => by === '' || by === '()' || reachOf(facts).isReached(state.file, by.split('.')));
      const cls = heldClass(facts, state, makers);
      if (cls) return [{ form: 'application' as const, holder: state, state, cls, getters: [], makers, others: states.filter((other) => other !== state) }];
    }
    return [];
  });
}

function makersOf(state: StateFact): StateUse[] {
  return state.uses.filter((use) => (use.how === 'assign' || use.how === 'keyed') && use.value !== undefined && use.value.form !== 'none');
}

/** The class of the object that a binding holds: of what is assigned, else of what the annotation says. */
function heldClass(facts: FactIndex, state: Indexed<StateFact>, makers: readonly StateUse[]): Indexed<ClassFact> | undefined {
  const { path } = state.file;
  for (const maker of makers) {
    const callee = maker.value!.form === 'call' ? maker.value!.text : maker.value!.madeBy;
    if (callee === undefined) continue;
    const own = state.holder === 'class' && /^(?:cls|this|super\(\)\.__new__|object\.__new__|self\.__class__)$/.test(callee) ? classNamed(facts, path, state.scope.at(-1)!) : undefined;
    const made = own ?? madeBy(facts, path, callee);
    if (made) return made;
  }
  if (state.initial === 'instance') return madeBy(facts, path, state.type!);
  return state.annotation === undefined || MAKER_TYPE.test(state.annotation) || makers.length === 0 ? undefined : classesIn(facts, path, state.annotation)[0];
}

/** The class of the objects that a collection holds by key. */
function entryClass(facts: FactIndex, state: Indexed<StateFact>, makers: readonly StateUse[]): Indexed<ClassFact> | undefined {
  const { path } = state.file;
  for (const maker of makers) {
    if (maker.how !== 'keyed') continue;
    const callee = maker.value!.form === 'call' ? maker.value!.text : maker.value!.madeBy;
    if (callee === undefined) continue;
    const made = state.holder === 'class' && callee === 'cls' ? classNamed(facts, path, state.scope.at(-1)!) : madeBy(facts, path, callee);
    if (made) return made;
  }
  const keyed = makers.some((maker) => maker.how === 'keyed');
  return keyed && state.annotation !== undefined && !MAKER_TYPE.test(state.annotation) ? classesIn(facts, path, state.annotation).at(-1) : undefined;
}

/** The class that a call makes an object of: the class itself, or what a known function constructs or says it returns. */
function madeBy(facts: FactIndex, path: string, callee: string): Indexed<ClassFact> | undefined {
  const cls = classNamed(facts, path, callee);
  if (cls) return cls;
  const fn = functionNamed(facts, path, callee);
  if (!fn) return undefined;
  const made = fn.returns?.origin === 'fresh' && fn.returns.via !== undefined ? classNamed(facts, fn.file.path, fn.returns.via) : undefined;
  return made ?? (fn.returnType === undefined ? undefined : classesIn(facts, fn.file.path, fn.returnType)[0]);
}

function gettersOf(facts: FactIndex, state: Indexed<StateFact>): Indexed<FunctionFact>[] {
  const via = state.holder === 'class' ? `${state.scope.at(-1)!}.${state.name}` : state.name;
  const functions = facts.inFile(state.file.path, 'function');
  const getters = functions.filter((fn) => fn.returns?.origin === 'shared' && fn.returns.via === via);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const names = new Set(getters.map((fn) => fn.name));
    const passing = functions.filter((fn) => fn.returns?.origin === 'passed' && names.has(lastOf(fn.returns.via ?? '')) && !getters.includes(fn));
    if (passing.length === 0) break;
    getters.push(...passing);
  }
  // What is called a getter speaks for the object; `configure_pool` and `__new__` return it too.
  return getters.sort((a, b) => Number(!isGetterName(a.name)) - Number(!isGetterName(b.name)));
}

function isGetterName(name: string): boolean {
  return /^_?(?:get|create|make|build|use|ensure|instance|current|default)/i.test(name);
}

function lastOf(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

/** A function that builds the object from its arguments on the first call only: later callers get what the first one asked for. */
export function firstCallArguments(facts: FactIndex, { state, makers }: SharedObject): { fn: Indexed<FunctionFact>; arguments: readonly string[] } | undefined {
  for (const maker of makers) {
    if (maker.how !== 'assign' || !maker.ifEmpty || maker.value!.form !== 'call') continue;
    const fn = functionAt(facts, state!.file.path, maker.by);
    const taken = maker.value!.from.filter((name) => fn?.parameters.some((parameter) => parameter.name === name) && !SETTING.test(name));
    if (fn && taken.length > 0) return { fn, arguments: taken };
  }
  return undefined;
}

/** A function that puts a new object, made from its arguments, in the place of the one that all others use. */
export function replacementOf(facts: FactIndex, { state, makers, form }: SharedObject): { fn: Indexed<FunctionFact>; arguments: readonly string[] } | undefined {
  // What the start of an application sets is made there, not replaced.
  if (form === 'entries' || form === 'application') return undefined;
  for (const maker of makers) {
    if (maker.how !== 'assign' || maker.ifEmpty || maker.by === '' || maker.value!.form !== 'call' || maker.value!.from.length === 0) continue;
    const fn = functionAt(facts, state!.file.path, maker.by);
    if (fn) return { fn, arguments: maker.value!.from };
  }
  return undefined;
}

/** Functions of production code that make an object of the class for each call. */
export function freshMakersOf(facts: FactIndex, cls: Indexed<ClassFact>): readonly Indexed<FunctionFact>[] {
  let byName = fresh.get(facts);
  if (!byName) {
    fresh.set(facts, (byName = new Map()));
    for (const fn of facts.of('function')) {
      if (fn.returns?.origin !== 'fresh' || fn.returns.via === undefined || fn.file.role !== 'production') continue;
      const name = lastOf(fn.returns.via);
      byName.set(name, [...(byName.get(name) ?? []), fn]);
    }
  }
  return (byName.get(cls.name) ?? []).filter((fn) => classNamed(facts, fn.file.path, fn.returns!.via!) === cls);
}

/** Functions of production code that construct the class, by whatever name they import it. */
export function adHocMakersOf(facts: FactIndex, cls: Indexed<ClassFact>): readonly Indexed<FunctionFact>[] {
  const files = new Map([[cls.file.path, cls.name]]);
  for (const { file, imported } of facts.imports.importersOf(cls.file.path, cls.name)) if (file.role === 'production' && imported.local !== '') files.set(file.path, imported.local);
  return [...files].flatMap(([path, local]) => facts.inFile(path, 'function').filter((fn) => fn.calls.includes(local)));
}

const fresh = new WeakMap<FactIndex, Map<string, Indexed<FunctionFact>[]>>();
/** Arguments that a process has one value of. */
const SETTING = /config|setting|option|url|dsn|uri|host|port|path|dir|env|logg|level|timeout|size|limit|interval|enable|mode|region|secret|api_?key|version|debug|^max|^min|hours|minutes|seconds|days|retention|count|force/i;

/** What the objects of a class keep and change after they are made, ancestors included: without any, one object is as good as another. */
export function keptStateOf(facts: FactIndex, cls: Indexed<ClassFact>): Indexed<StateFact>[] {
  const reach = reachOf(facts);
  return [cls, ...ancestorsOf(facts, cls)].flatMap((each) => {
    const path = [...each.scope, each.name].join('.');
    return facts.inFile(each.file.path, 'state').filter((state) => state.holder === 'instance' && state.scope.join('.') === path
      && state.uses.some((use) => (use.how === 'mutate' || use.how === 'keyed' || use.how === 'assign') && !/(?:__init__|constructor|__post_init__)$/.test(use.by) && (use.by === '()' || reach.isReached(each.file, use.by.split('.')))));
  });
}

/** Code that starts the program or looks whether all is in place: it serves nobody with what it gets. */
export function isProbe(path: string, by: string): boolean {
  return PROBE.test(by) || PROBE.test(path.slice(path.lastIndexOf('/') + 1));
}

const PROBE = /(?:^|[_./])(?:startup|lifespan|bootstrap|health|health_?checks?|diagnostics?)(?:$|[_./])|Startup|Bootstrap|Health|Diagnostic/;

/** Whether code other than its getters reaches for the object: files that import it or a getter, or functions beside it. */
export function isInUse(facts: FactIndex, { form, holder, state, getters, makers, cls, others }: SharedObject): boolean {
  if (form === 'injected') return true;
  if (form === 'application') return [state!, ...others!].some(({ file, uses }) => uses.some(({ how, by }) => how !== 'assign' && !isProbe(file.path, by)));
  const { path } = holder.file;
  const reach = reachOf(facts);
  // Who could ask for it is there, and nobody asks who is asked himself.
  if (state?.holder === 'module' && !reach.isReached(state.file, [state.name])) return false;
  if (form === 'cached' && !reach.isReached(holder.file, [...holder.scope, holder.name])) return false;
  if (state?.holder === 'class' && !reach.isReached(cls.file, [cls.name])) return false;
  const names = [...getters.filter(({ scope }) => scope.length === 0).map(({ name }) => name), ...(state?.holder === 'module' ? [state.name] : [])];
  // Imported and not used is not asked for; what only the start of the program asks for serves nobody yet.
  const asking = names.flatMap((name) => reach.usersOf(path, name)).filter((user) => user.path !== path);
  if (asking.length > 0 ? asking.some((user) => !isProbe(user.path, user.name)) : names.some((name) => facts.imports.importerCount(path, name).production > 0)) return true;
  if (state?.holder === 'class' && facts.imports.importerCount(cls.file.path, cls.name).production > 0) return true;
  const own = new Set([...getters.map((getter) => [...getter.scope, getter.name].join('.')), ...makers.map(({ by }) => by), '']);
  return state?.uses.some((use) => use.how !== 'claim' && !own.has(use.by)) === true
    || facts.inFile(path, 'function').some((fn) => !getters.includes(fn) && isHandler(fn) && fn.calls.some((callee) => names.includes(callee)));
}
