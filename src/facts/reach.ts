import type { Service } from '../model/result.js';
import type { AuditedFile, FactIndex } from './fact-index.js';
import { namedModules } from './named-modules.js';

/** What of production code is used by production code, as far as names tell. */
export interface Reach {
  /**
   * Whether something that runs uses the declaration at a scope (`['Cart', 'add']`, as in `scope` of a fact): false only where it is known that
   * nothing does, by following uses from the modules that are loaded. An empty scope: whether anything loads the module.
   */
  isReached(file: AuditedFile, scope: readonly string[]): boolean;
  /** How many top-level names and modules of production code, other than the name itself, use a top-level name. */
  usersOf(path: string, name: string): readonly { path: string; name: string }[];
}

const known = new WeakMap<FactIndex, Reach>();

/** The reach of declarations inside production code. Made once per fact index. */
export function reachOf(facts: FactIndex): Reach {
  let reach = known.get(facts);
  if (!reach) known.set(facts, (reach = createReach(facts)));
  return reach;
}

function createReach(facts: FactIndex): Reach {
  const production = facts.files.filter((file) => file.role === 'production' && (file.language === 'python' || file.language === 'typescript'));
  const { uses, users } = usesIn(facts, production);
  // What a library offers, and what of a program without a known beginning is its beginning, cannot be told.
  const programs = new Set(production.filter((file) => file.service.kind === 'service' && STARTED.test(file.path)).map(({ service }) => service));
  const inProduction = new Set(production.map(({ path }) => path));
  const loaded = spread(production.filter((file) => !programs.has(file.service) || isLoaded(facts, file)).map(({ path }) => path), loads(facts), inProduction);
  const { definitions } = namedModules(facts);
  const roots = production.filter(({ path }) => loaded.has(path)).flatMap((file) => [
    keyOf(file.path, ''), ...(definitions.get(file.path) ?? []).map(({ path, name }) => keyOf(path, name)), ...(programs.has(file.service) ? calledFromOutside(facts, file) : everythingIn(facts, file.path)),
  ]);
  const reached = spread(roots, uses);
  const methods = methodNames(facts, production);

  return {
    isReached: (file, scope) => {
      if (file.role !== 'production' || (file.language !== 'python' && file.language !== 'typescript')) return true;
      const [outermost, inner] = scope;
      const bindings = facts.inFile(file.path, 'module')[0]?.bindings ?? [];
      if (outermost === undefined || !bindings.some(({ name }) => name === outermost)) return loaded.has(file.path);
      if (!reached.has(keyOf(file.path, outermost))) return false;
      return inner === undefined || !programs.has(file.service) || isMethodReached(facts, file, outermost, inner, methods);
    },
    usersOf: (path, name) => users.get(keyOf(path, name)) ?? [],
  };
}

/** What each module loads: by imports, and by names in texts that a framework follows. */
function loads(facts: FactIndex): ReadonlyMap<string, readonly string[]> {
  const edges = new Map(facts.imports.edges());
  for (const [from, paths] of namedModules(facts).modules) edges.set(from, [...(edges.get(from) ?? []), ...paths]);
  return edges;
}

interface Uses {
  /** What each user uses. */
  uses: Map<string, string[]>;
  users: Map<string, { path: string; name: string }[]>;
}

function usesIn(facts: FactIndex, files: readonly AuditedFile[]): Uses {
  const uses = new Map<string, string[]>();
  const users = new Map<string, { path: string; name: string }[]>();
  for (const { path } of files) {
    const targets = targetsIn(facts, path);
    for (const { rows } of facts.inFile(path, 'uses')) {
      for (const row of rows) {
        const [user, ...names] = row.split(' ') as [string, ...string[]];
        const used = new Set(names.flatMap((name) => (name.startsWith('.') ? [] : targets(name))));
        const from = keyOf(path, user);
        used.delete(from);
        uses.set(from, [...used]);
        for (const key of used) {
          const list = users.get(key);
          const entry = { path, name: user };
          if (list) list.push(entry);
          else users.set(key, [entry]);
        }
      }
    }
  }
  return { uses, users };
}

/** The definitions that a name in a file stands for: of a module that is used as a value, everything in it. */
function targetsIn(facts: FactIndex, path: string): (name: string) => readonly string[] {
  const imported = new Map<string, string[]>();
  let hasStar = false;
  for (const fact of facts.inFile(path, 'import')) {
    for (const name of fact.names) {
      if (name.local === '*' || name.imported === '*' && name.local === '*') hasStar = true;
      if (name.local === '' || name.local === '*') continue;
      const result = facts.imports.resolveName(fact, name);
      const keys = imported.get(name.local) ?? [];
      imported.set(name.local, keys);
      if (result.status === 'defined') keys.push(keyOf(result.definition.path, result.definition.name));
      else if (result.status === 'module') keys.push(moduleKey(result.path));
      else {
        const module = facts.imports.resolve(fact);
        if (module.status === 'file' && (name.imported === '*' || name.imported === '')) keys.push(moduleKey(module.path));
      }
    }
  }
  const own = new Set((facts.inFile(path, 'module')[0]?.bindings ?? []).map(({ name }) => name));
  const definition = (file: string, name: string): string[] => {
    const result = facts.imports.definitionOf(file, name);
    if (result.status === 'defined') return [keyOf(result.definition.path, result.definition.name), keyOf(file, name)];
    return result.status === 'module' ? [moduleKey(result.path)] : [keyOf(file, name)];
  };
  const cache = new Map<string, readonly string[]>();
  const find = (name: string): readonly string[] => {
    const [root, ...rest] = name.split('.') as [string, ...string[]];
    const keys = imported.get(root);
    if (!keys) return own.has(root) || hasStar ? definition(path, root) : [];
    return [...keys, ...(own.has(root) ? [keyOf(path, root)] : [])].flatMap((key) => {
      if (!isModuleKey(key)) return [key];
      // `rates.load`: the last name that leads somewhere.
      const module = pathOfModule(key);
      if (rest.length === 0) return everythingIn(facts, module);
      const found = definition(module, rest[0]!);
      return found.flatMap((each) => (isModuleKey(each) ? (rest[1] === undefined ? everythingIn(facts, pathOfModule(each)) : definition(pathOfModule(each), rest[1])) : [each])).filter((each) => !isModuleKey(each));
    });
  };
  return (name) => {
    let found = cache.get(name);
    if (!found) cache.set(name, (found = find(name)));
    return found;
  };
}

function everythingIn(facts: FactIndex, path: string): string[] {
  return (facts.inFile(path, 'module')[0]?.bindings ?? []).flatMap(({ name }) => {
    const result = facts.imports.definitionOf(path, name);
    return result.status === 'defined' ? [keyOf(result.definition.path, result.definition.name)] : [keyOf(path, name)];
  });
}

/** All that is reached from the roots, inside of `within`. */
function spread(roots: readonly string[], uses: ReadonlyMap<string, readonly string[]>, within?: ReadonlySet<string>): Set<string> {
  const reached = new Set(roots);
  const open = [...reached];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const used of uses.get(next) ?? []) {
      if (reached.has(used) || within?.has(used) === false) continue;
      reached.add(used);
      open.push(used);
    }
  }
  return reached;
}

/** Names of files in which a program begins. */
const STARTED = /(?:^|\/)(?:(?:main|app|wsgi|asgi|manage|__main__|server)\.py|(?:main|app|server|page|layout|route|worker)\.[cm]?[jt]sx?)$/i;
/** Names by which a server or tool finds a file. */
const FOUND = /(?:^|\/)(?:(?:__init__|settings|lambda_function|handler|conftest|celery)\.py|(?:settings|management\/commands)\/[^/]+\.py|alembic\/env\.py)$/;
/** Folders and names from which TypeScript frameworks and tools load files by their place. */
const LOADED_FOLDER = /(?:^|\/)(?:pages|app|api|routes?|functions|middlewares?|plugins|subscribers|jobs|workflows|loaders|links|modules|migrations|entities|models|commands|cli|bin|workers?|public|admin|widgets)\//;
const LOADED_NAME = /(?:^|\/)(?:index|main|app|server|page|layout|route|middleware|instrumentation|worker|sw|entry[\w.-]*|[\w.-]+\.(?:config|module|page|route|worker|entry|plugin))\.[cm]?[jt]sx?$/i;

/** Whether something outside of production code loads a module: it is started, or found by its name or place. */
function isLoaded(facts: FactIndex, { path, language }: AuditedFile): boolean {
  const module = facts.inFile(path, 'module')[0];
  if (module?.script || facts.imports.entryPoints().has(path)) return true;
  if (language === 'python') return STARTED.test(path) || FOUND.test(path) || facts.inFile(path, 'function').some((fn) => fn.decorators.some(registers));
  return LOADED_FOLDER.test(path.replace(PARTS, '')) || LOADED_NAME.test(path);
}

/** What pages and routes are made of, in a folder among them; no framework looks there. The rest of the path from that folder on. */
const PARTS = /(?<=\/)(?:components|hooks|utils|helpers)\/[^]*$/;

/** Decorators that hand a function or class to somebody who calls it: `router.get`, `app.task`; not those that only wrap it. */
function registers(decorator: string): boolean {
  return BARE_REGISTERS.test(decorator) || (decorator.includes('.') && !/^(?:functools|dataclasses|contextlib|abc|typing|pytest|asyncio|\w+\.(?:setter|getter|deleter))\b/.test(decorator));
}

/** Without an object in front: what Celery, Django, Prefect, Dagster and pluggy call by themselves. */
const BARE_REGISTERS = /^(?:shared_task|periodic_task|task|flow|receiver|asset|op|hookimpl|activity|workflow)(?:\(|$)/;

/** What is called without any use in the tree: what decorators register, what frameworks take from files that they load, what packages offer. */
function calledFromOutside(facts: FactIndex, file: AuditedFile): string[] {
  const { path, language } = file;
  const registered = [...facts.inFile(path, 'function'), ...facts.inFile(path, 'class')]
    .filter((fact) => fact.scope.length === 0 && fact.decorators.some((decorator) => (language === 'python' ? registers(decorator) : true)));
  const keys = registered.map(({ name }) => keyOf(path, name));
  if (language !== 'typescript') return keys;
  const offers = facts.imports.entryPoints().has(path)
    || !facts.imports.importersOfModule(path).some((site) => site.file.role === 'production' && !site.fact.typeOnly) || LOADED_NAME.test(path);
  return offers ? [...keys, ...everythingIn(facts, path)] : keys;
}

/** By service: last names of everything that its production code calls, with the name of the function that does; `undefined` where functions of several names do. */
type MethodNames = ReadonlyMap<Service, ReadonlyMap<string, string | undefined>>;

function methodNames(facts: FactIndex, files: readonly AuditedFile[]): MethodNames {
  const services = new Map<Service, Map<string, string | undefined>>();
  for (const { path, service } of files) {
    const names = services.get(service) ?? new Map<string, string | undefined>();
    services.set(service, names);
    const call = (name: string, by: string): void => void names.set(name, names.has(name) && names.get(name) !== by ? undefined : by);
    for (const fn of facts.inFile(path, 'function')) {
      for (const callee of fn.calls) call(callee.slice(callee.lastIndexOf('.') + 1), fn.decorators.some(registers) ? '' : fn.name);
    }
    for (const { rows } of facts.inFile(path, 'uses')) {
      for (const row of rows) for (const name of row.split(' ')) if (name.startsWith('.')) call(name.slice(1), '');
    }
  }
  return services;
}

/** Methods that nobody calls by name: those of the language, those that frameworks find by their name. */
const CALLED_BY_NAME = /^(?:__\w+__|constructor|ngOn\w+|on[A-Z_]\w*|handle\w*|visit_\w+|do_[A-Z]+|dispatch|render|setUp|tearDown|forward|execute|run|process|validate|default)$/;

function isMethodReached(facts: FactIndex, { path, service }: AuditedFile, cls: string, method: string, names: MethodNames): boolean {
  const owner = facts.inFile(path, 'class').find((fact) => fact.name === cls && fact.scope.length === 0);
  const fn = owner && facts.methodsOf(owner).find(({ name }) => name === method);
  if (!owner || !fn || fn.form === 'accessor' || fn.decorators.some((decorator) => !/^(?:classmethod|staticmethod)$/.test(decorator)) || CALLED_BY_NAME.test(method)) return true;
  // A method of a service is called by its own code, or by a library that is handed the object. One that only methods of its name call (a wrapper, an
  // override) waits with them for somebody to begin.
  return [...names].some(([caller, called]) => (caller === service || caller.kind === 'library') && called.has(method) && called.get(method) !== method);
}

function keyOf(path: string, name: string): string {
  return `${path}\0${name}`;
}

function moduleKey(path: string): string {
  return `module\0\0${path}`;
}

function isModuleKey(key: string): boolean {
  return key.startsWith('module\0\0');
}

function pathOfModule(key: string): string {
  return key.slice('module\0\0'.length);
}
