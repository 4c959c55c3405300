import type { Binding, ImportFact, ImportedName, ModuleFact } from '../model/facts.js';
import { folderOf } from '../util/paths.js';
import type { Indexed } from './fact-index.js';
import type { Definition, DefinitionStep, ImportGraphInput, ModuleResolution, NameResolution } from './import-graph.js';
import type { PythonResolver } from './resolve-python.js';

export interface NameResolver {
  /** What an imported name is, when its specifier leads to `module`. */
  imported(fact: Indexed<ImportFact>, name: ImportedName, module: ModuleResolution): NameResolution;
  /** What `name` is as seen by importers of the file. */
  exported(path: string, name: string): NameResolution;
  /** What a name bound at the top of the file is, exported or not. */
  local(path: string, name: string): NameResolution;
}

/** Longest chain of re-exports and aliases that is followed. */
const MAX_STEPS = 60;
/** Names that every Python module has. */
const PYTHON_MODULE_NAMES = /^__(?:name|file|doc|path|package|spec|loader|all|dict|version|author|builtins|annotations|cached|getattr)__$/;

/**
 * Follows names through imports, re-exports, star imports and aliases to the file that defines them. Answers `unknown` wherever a name could
 * come from what cannot be seen: a dynamic module, a star import of a library, a module that itself imports what is missing.
 */
export function createNameResolver(input: Pick<ImportGraphInput, 'inFile'>, resolve: (fact: Indexed<ImportFact>) => ModuleResolution, python: PythonResolver): NameResolver {
  const modules = new Map<string, ModuleTable | undefined>();
  const cache = new Map<string, NameResolution>();
  const active = new Set<string>();

  const tableOf = (path: string): ModuleTable | undefined => {
    if (!modules.has(path)) modules.set(path, createTable(path, input));
    return modules.get(path);
  };

  const memoised = (key: string, compute: () => NameResolution): NameResolution => {
    const known = cache.get(key);
    if (known) return known;
    // A cycle of imports: whoever asked first goes on with its other candidates. Not remembered, for the answer depends on where it began.
    if (active.has(key) || active.size > MAX_STEPS) return UNKNOWN;
    active.add(key);
    const result = compute();
    active.delete(key);
    if (active.size === 0 || result.status !== 'unknown') cache.set(key, result);
    return result;
  };

  const exported = (path: string, name: string): NameResolution => memoised(`${path}\0${name}`, () => {
    const table = tableOf(path);
    if (!table) return UNKNOWN;
    const binding = table.exports.get(name);
    if (binding) return through(bound(path, binding, table), { path, name, line: binding.line });
    const reExport = table.reExports.get(name);
    if (reExport) return through(upstream(imported(reExport.fact, reExport.name, resolve(reExport.fact))), { path, name, line: reExport.name.line });
    if (table.isPython) {
      if (PYTHON_MODULE_NAMES.test(name)) return UNKNOWN;
      const module = table.isPackage ? submodule(path, name) : undefined;
      if (module) return module;
    }
    const fromStar = throughStars(path, name, table);
    if (fromStar) return fromStar;
    return table.open || (name === 'default' && !table.hasDefault) ? UNKNOWN : { status: 'missing', module: path };
  });

  const throughStars = (path: string, name: string, table: ModuleTable): NameResolution | undefined => {
    if (table.stars.length === 0 || (name === 'default' && !table.isPython)) return undefined;
    let unsure = false;
    for (const star of table.stars) {
      const module = resolve(star);
      if (module.status !== 'file') {
        unsure = true;
        continue;
      }
      if (table.isPython && !starTakes(tableOf(module.path), name)) continue;
      const found = exported(module.path, name);
      if (found.status === 'unknown') unsure = true;
      else if (found.status !== 'missing') return through(found, { path, name, line: star.span[0] });
    }
    return unsure ? UNKNOWN : undefined;
  };

  /** What a binding stands for. */
  const bound = (path: string, binding: Binding, table: ModuleTable): NameResolution => {
    const here: NameResolution = { status: 'defined', definition: { path, name: binding.name, binding, chain: [path], steps: [] } };
    if (binding.declares === 'import') return throughImports(binding.name, table) ?? UNKNOWN;
    if (binding.declares !== 'alias' || binding.aliasOf === undefined) return here;
    const [first, ...rest] = binding.aliasOf.split('.');
    let current = local(path, first!);
    for (const part of rest) {
      // An attribute of anything but a module is a value of its own.
      if (current.status !== 'module') return here;
      current = exported(current.path, part);
    }
    return current.status === 'defined' || current.status === 'module' ? current : here;
  };

  /** An imported binding; of several imports of the name (try/except) the first that leads somewhere. */
  const throughImports = (local: string, table: ModuleTable): NameResolution | undefined => {
    let best: NameResolution | undefined;
    for (const { fact, name } of table.imports.get(local) ?? []) {
      const result = upstream(imported(fact, name, resolve(fact)));
      if (result.status === 'defined' || (result.status === 'module' && best?.status !== 'defined')) return result;
      if (!best || (best.status === 'unknown' && result.status === 'external')) best = result;
    }
    return best;
  };

  const local = (path: string, name: string): NameResolution => memoised(`${path}\0local\0${name}`, () => {
    const table = tableOf(path);
    const binding = table?.bindings.get(name);
    if (table && binding?.declares === 'alias') return through(bound(path, binding, table), { path, name, line: binding.line });
    return table && binding ? bound(path, binding, table) : table?.isPython ? exported(path, name) : UNKNOWN;
  });

  const imported = (fact: Indexed<ImportFact>, name: ImportedName, module: ModuleResolution): NameResolution => {
    if (module.status === 'external') return { status: 'external' };
    if (module.status === 'package') {
      if (name.imported === '' || name.imported === '*') return { status: 'module', path: module.path };
      const found = python.submodule(module.path, name.imported);
      return found?.status === 'file' || found?.status === 'package' ? { status: 'module', path: found.path } : { status: 'missing', module: module.path };
    }
    if (module.status !== 'file') return UNKNOWN;
    if (name.imported === '*') return { status: 'module', path: module.path };
    if (name.imported === '') {
      // `import a.b` binds `a`, `import a.b as c` the module itself.
      const first = fact.name.split('.', 1)[0]!;
      return fact.form === 'static' && name.local === first && first !== fact.name ? UNKNOWN : { status: 'module', path: module.path };
    }
    // `from . import models` in a package's own `__init__`: the submodule, for the name is only now being bound.
    if (module.path === fact.file.path && tableOf(module.path)?.isPackage) return submodule(module.path, name.imported) ?? UNKNOWN;
    return exported(module.path, name.imported);
  };

  const submodule = (init: string, name: string): NameResolution | undefined => {
    const found = python.submodule(folderOf(init), name);
    return found?.status === 'file' || found?.status === 'package' ? { status: 'module', path: found.path } : undefined;
  };

  return { imported, exported, local };
}

const UNKNOWN: NameResolution = { status: 'unknown' };

/** A name that is bound by an import which fails: whoever asks for it is not the one to blame. */
function upstream(result: NameResolution): NameResolution {
  return result.status === 'missing' ? UNKNOWN : result;
}

/** Adds the file that was passed through on the way to a definition. */
function through(result: NameResolution, step: DefinitionStep): NameResolution {
  if (result.status !== 'defined') return result;
  const { definition } = result;
  if (definition.path === step.path && definition.steps.length === 0 && definition.name === step.name) return result;
  const chain = definition.chain[0] === step.path ? definition.chain : [step.path, ...definition.chain];
  return { status: 'defined', definition: { ...definition, chain, steps: [step, ...definition.steps] } satisfies Definition };
}

interface ModuleTable {
  isPython: boolean;
  isPackage: boolean;
  /** Names can be there that the table does not show. */
  open: boolean;
  hasDefault: boolean;
  all: ReadonlySet<string> | undefined;
  bindings: ReadonlyMap<string, Binding>;
  exports: ReadonlyMap<string, Binding>;
  reExports: ReadonlyMap<string, { fact: Indexed<ImportFact>; name: ImportedName }>;
  /** Module-level imports by local name, in source order, fallbacks last. */
  imports: ReadonlyMap<string, readonly { fact: Indexed<ImportFact>; name: ImportedName }[]>;
  stars: readonly Indexed<ImportFact>[];
}

function createTable(path: string, input: Pick<ImportGraphInput, 'inFile'>): ModuleTable | undefined {
  const module: ModuleFact | undefined = input.inFile(path, 'module')[0];
  if (!module) return undefined;
  const isPython = /\.pyi?$/.test(path);
  const bindings = new Map(module.bindings.map((binding) => [binding.name, binding]));
  const exports = new Map<string, Binding>();
  for (const binding of module.bindings) for (const name of binding.exportedAs) exports.set(name, binding);
  const reExports: Map<string, { fact: Indexed<ImportFact>; name: ImportedName }> = new Map();
  const imports = new Map<string, { fact: Indexed<ImportFact>; name: ImportedName }[]>();
  const stars: Indexed<ImportFact>[] = [];
  const facts = input.inFile(path, 'import').filter((fact) => fact.scope.length === 0 && fact.form !== 'mock');
  for (const fact of [...facts.filter(({ fallback }) => !fallback), ...facts.filter(({ fallback }) => fallback)]) {
    for (const name of fact.names) {
      if (name.imported === '*' && name.local === '*') stars.push(fact);
      else if (!isPython && fact.reExport) reExports.set(name.local, { fact, name });
      else if (name.local !== '' && !(isPython && fact.typeOnly)) {
        const list = imports.get(name.local);
        if (list) list.push({ fact, name });
        else imports.set(name.local, [{ fact, name }]);
      }
    }
  }
  return {
    isPython,
    isPackage: /(?:^|\/)__init__\.pyi?$/.test(path),
    // In a declaration file all is exported whatever it says; a stub package may be partial.
    open: module.dynamic || /\.(?:d\.[cm]?ts|vue|svelte|json)$/.test(path),
    // `default` of a CommonJS module is the module.
    hasDefault: isPython || exports.has('default') || reExports.has('default') || !/\.[cm]?jsx?$/.test(path),
    all: module.all ? new Set(module.all) : undefined,
    bindings, exports, reExports, imports, stars,
  };
}

/** Whether a Python star import of a module takes a name. */
function starTakes(table: ModuleTable | undefined, name: string): boolean {
  if (!table?.isPython) return true;
  return table.all ? table.all.has(name) : !name.startsWith('_');
}
