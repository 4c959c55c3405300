import type { FactIndex, ImportFact, Indexed } from '../../src/index.js';

/**
 * How hard an import that leads nowhere fails. `load`: the module cannot be loaded. `use`: a function fails when it is called. `guarded`: the
 * failure is caught, and what hangs on it is silently off. `covered`: another import stands in, or it runs only when another has failed.
 */
export type FailureLevel = 'load' | 'use' | 'guarded' | 'covered';

export interface MissingUse {
  fact: Indexed<ImportFact>;
  line: number;
  level: FailureLevel;
  /** The names that are wanted here. */
  names: readonly string[];
}

/** A module that is not there, or names that a module does not have, with every import of them. */
export interface MissingTarget {
  /** What is missing: a module or a module that lacks names; dotted in Python, a path without extension in TypeScript. */
  title: string;
  language: string;
  /** Paths at which the module, or the submodule of a missing name, would have had to be; the likeliest first. */
  expected: readonly string[];
  /** The module that is there, when only names are missing. */
  module?: string;
  /** All names that are wanted of it. */
  names: readonly string[];
  /** By path and line. */
  uses: readonly MissingUse[];
}

/** All first-party imports that lead nowhere, by what is missing. Type-only imports and mocks are left out. In order of title. */
export function missingTargets(facts: FactIndex): MissingTarget[] {
  const modules = new Map<string, { expected: readonly string[]; uses: MissingUse[] }>();
  const lacking = new Map<string, MissingUse[]>();
  for (const fact of facts.of('import')) {
    if (fact.form === 'mock' || fact.typeOnly) continue;
    const resolution = facts.imports.resolve(fact);
    if (resolution.status === 'external' || resolution.status === 'unknown' || isMocked(facts, fact)) continue;
    if (resolution.status === 'missing' && isMadeForElsewhere(facts, fact)) continue;
    const level = levelOf(facts, fact);
    if (resolution.status === 'missing') {
      const names = fact.names.map(({ imported }) => imported).filter((name) => name !== '' && name !== '*' && name !== 'default');
      push(modules, resolution.expected[0]!, resolution.expected, { fact, line: fact.span[0], level, names });
      continue;
    }
    for (const imported of fact.names) {
      // Whether a package has a default export depends on how it is built.
      if (imported.typeOnly || (imported.imported === 'default' && !/^(?:\.|@\/|~\/|#)/.test(fact.name))) continue;
      const result = facts.imports.resolveName(fact, imported);
      if (result.status !== 'missing') continue;
      const use: MissingUse = { fact, line: imported.line, level, names: [imported.imported] };
      if (facts.file(result.module)) lacking.set(result.module, [...(lacking.get(result.module) ?? []), use]);
      // A folder without `__init__` has no names but its modules.
      else push(modules, `${result.module}/${imported.imported}.py`, [`${result.module}/${imported.imported}.py`, `${result.module}/${imported.imported}/__init__.py`], { ...use, names: [] });
    }
  }
  const targets = [
    ...[...modules.values()].map(({ expected, uses }): MissingTarget => ({
      title: titleOf(expected[0]!), language: uses[0]!.fact.file.language, expected, names: distinctNames(uses), uses,
    })),
    ...[...lacking].flatMap(([module, uses]) => lackingTargets(module, uses)),
  ];
  return targets.sort((a, b) => compare(a.title, b.title) || compare(a.names.join(), b.names.join()));
}

type Modules = Map<string, { expected: readonly string[]; uses: MissingUse[] }>;

function push(modules: Modules, key: string, expected: readonly string[], use: MissingUse): void {
  const entry = modules.get(key);
  if (entry) entry.uses.push(use);
  else modules.set(key, { expected, uses: [use] });
}

/**
 * Names that one module lacks, parted into repairs: names that a file wants together went together. What only tests want is one repair more,
 * for tests want too much at once to tell repairs apart.
 */
function lackingTargets(module: string, uses: readonly MissingUse[]): MissingTarget[] {
  const inProduction = uses.filter(({ fact }) => fact.file.role === 'production');
  const group = new Map<string, string>();
  const rootOf = (item: string): string => {
    const above = group.get(item);
    return above === undefined || above === item ? item : rootOf(above);
  };
  for (const { fact, names } of inProduction) {
    const [a, b] = [rootOf(`file ${fact.file.path}`), rootOf(`name ${names[0]!}`)];
    group.set(a, a);
    group.set(b, a);
  }
  const wanted = new Set(inProduction.flatMap(({ names }) => names));
  const parts = new Map<string, MissingUse[]>();
  for (const use of uses) {
    const part = wanted.has(use.names[0]!) ? rootOf(`name ${use.names[0]!}`) : 'tests';
    parts.set(part, [...(parts.get(part) ?? []), use]);
  }
  return [...parts.values()].map((part) => {
    const names = distinctNames(part);
    const folder = module.replace(/\/?[^/]*$/, '');
    const isPackage = /(?:^|\/)__init__\.pyi?$/.test(module);
    return {
      title: titleOf(module), language: part[0]!.fact.file.language, module, names, uses: joinLines(part),
      expected: isPackage ? names.flatMap((name) => [`${folder}/${name}.py`, `${folder}/${name}/__init__.py`]) : [],
    };
  });
}

/** One use per import statement. */
function joinLines(uses: readonly MissingUse[]): MissingUse[] {
  const byFact = new Map<ImportFact, MissingUse>();
  for (const use of uses) {
    const known = byFact.get(use.fact);
    byFact.set(use.fact, known ? { ...known, names: [...known.names, ...use.names] } : use);
  }
  return [...byFact.values()];
}

function distinctNames(uses: readonly MissingUse[]): string[] {
  return [...new Set(uses.flatMap(({ names }) => names))].sort(compare);
}

function levelOf(facts: FactIndex, fact: Indexed<ImportFact>): FailureLevel {
  if (fact.fallback) return fact.guarded || fact.lazy ? 'covered' : 'load';
  if (!fact.guarded) return fact.lazy ? 'use' : 'load';
  // `try: from a import X` with `except ImportError: from b import X`: X is there, by another way.
  const locals = new Set(fact.names.map(({ local }) => local));
  const standsIn = facts.inFile(fact.file.path, 'import').some((other) => other.fallback && other.names.some(({ local }) => locals.has(local))
    && ['file', 'package', 'external'].includes(facts.imports.resolve(other).status));
  return standsIn ? 'covered' : 'guarded';
}

/** The file replaces the module by a mock of its own. */
function isMocked(facts: FactIndex, fact: Indexed<ImportFact>): boolean {
  return fact.file.role !== 'production' && facts.inFile(fact.file.path, 'import').some((other) => other.form === 'mock' && other.name === fact.name);
}

/**
 * A script of JavaScript none of whose neighbours is there, nor ever was: a build copies it beside what it makes (`server.js` that imports
 * `./app/index.js`), and there they are.
 */
function isMadeForElsewhere(facts: FactIndex, { file }: Indexed<ImportFact>): boolean {
  if (!/\.[cm]?js$/.test(file.path)) return false;
  const neighbours = facts.inFile(file.path, 'import').filter(({ name, form }) => name.startsWith('.') && form !== 'mock');
  return neighbours.length > 1 && neighbours.every((fact) => {
    const resolution = facts.imports.resolve(fact);
    return resolution.status === 'missing' && resolution.expected.every((path) => facts.history?.deletionOf(path) === undefined);
  });
}

function titleOf(path: string): string {
  if (!/\.pyi?$/.test(path)) return path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');
  return path.replace(/(?:\/__init__)?\.pyi?$/, '').replaceAll('/', '.');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
