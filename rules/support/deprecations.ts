import type { DeprecationFact, FactIndex, ImportSite, Indexed, ModuleFact } from '../../src/index.js';

/** A module, class, function or type of production code that says it is deprecated. */
export interface DeprecatedThing {
  fact: Indexed<DeprecationFact>;
  /** What a person calls it: the name, or the path of the module. */
  title: string;
  /** Production imports of it, other than by what is deprecated too. */
  importers: readonly ImportSite[];
  /** How many other files import it. */
  testFiles: number;
  /** The specifier by which to import it from now on, when only the other ways to it are deprecated. */
  newPath?: string;
  /** Where it is now, when the notice or what it hands on shows it. */
  replacement?: Replacement;
}

export interface Replacement {
  path: string;
  name?: string;
  /** Where in the file the replacement stands. */
  lines: readonly number[];
  module: Indexed<ModuleFact>;
  importers: { production: number; test: number };
}

/** All deprecated things, in order of path and line. What stands in a deprecated module goes with it; fields and methods are left out. */
export function deprecatedThings(facts: FactIndex): DeprecatedThing[] {
  const things: DeprecatedThing[] = [];
  const seen = new Set<string>();
  for (const fact of facts.of('deprecation')) {
    const { path } = fact.file;
    if (fact.file.role !== 'production' || fact.scope.length > 0 || fact.target === 'field') continue;
    if (fact.target !== 'module' && facts.inFile(path, 'deprecation').some(({ target }) => target === 'module')) continue;
    const title = fact.target === 'module' ? path : fact.name;
    if (seen.has(`${path}\0${title}`)) continue;
    if (isOneOverload(facts, fact)) continue;
    seen.add(`${path}\0${title}`);
    const all = importSites(facts, fact);
    const sites = isAboutPath(fact) ? all.filter((site) => comesByOldPath(fact, site)) : all;
    if (sites.length === 0 && all.length > 0) continue;
    const using = sites.filter(({ file }) => file.role === 'production');
    const importers = using.filter(({ file }) => !isRetired(facts, file.path) && !isList(facts, file.path));
    // What only deprecated code and lists still name goes with them.
    if (importers.length === 0 && using.length > 0) continue;
    const testFiles = new Set(sites.filter(({ file }) => file.role !== 'production').map(({ file }) => file.path)).size;
    const replacement = replacementOf(facts, fact, importers);
    const newPath = isAboutPath(fact) ? recommendedPath(fact) : undefined;
    things.push({ fact, title, importers, testFiles, ...(newPath === undefined ? {} : { newPath }), ...(replacement ? { replacement } : {}) });
  }
  return things;
}

/** A notice on some signatures of a function is about those ways to call it. */
function isOneOverload(facts: FactIndex, { target, name, file }: Indexed<DeprecationFact>): boolean {
  if (target !== 'function') return false;
  const notices = facts.inFile(file.path, 'deprecation').filter((notice) => notice.name === name && notice.scope.length === 0);
  const declared = facts.inFile(file.path, 'function').filter((fn) => fn.name === name && fn.scope.length === 0);
  const hasNotice = ({ span }: { span: DeprecationFact['span'] }): boolean => notices.some((notice) => span[0] <= notice.span[0] && notice.span[0] <= span[2]);
  return declared.length > 1 && declared.some((fn) => fn.stub && hasNotice(fn)) && declared.some((fn) => fn.stub && !hasNotice(fn));
}

/** "Use `roundPrice` from `shop/money`", above `roundPrice` itself: one way to it is deprecated, and the thing is not. */
function isAboutPath({ target, replacement, name }: DeprecationFact): boolean {
  return target !== 'module' && replacement?.replace(/\(\)$/, '') === name;
}

/** By another entry point of the package than the one that the notice recommends. */
function comesByOldPath(notice: DeprecationFact, { fact }: ImportSite): boolean {
  const recommended = recommendedPath(notice);
  return recommended !== undefined && fact.name !== recommended && !fact.name.startsWith('.');
}

function recommendedPath({ marker }: DeprecationFact): string | undefined {
  return /\bfrom [`'"]+([^`'"\s]+)[`'"]/.exec(marker)?.[1];
}

/** Whether a file does nothing: it lists what it imports, for those who register it. */
function isList(facts: FactIndex, path: string): boolean {
  return /(?:^|\/)(?:index|__init__|providers|use-?cases|[\w-]+\.(?:module|providers))\.\w+$/i.test(path) && facts.inFile(path, 'function').length === 0;
}

/** Whether the file as a whole is deprecated: it says so, or all that it offers does. */
function isRetired(facts: FactIndex, path: string): boolean {
  const notices = facts.inFile(path, 'deprecation');
  if (notices.length === 0) return false;
  if (notices.some(({ target }) => target === 'module')) return true;
  const offered = [...facts.inFile(path, 'class'), ...facts.inFile(path, 'function')].filter(({ scope, exported }) => scope.length === 0 && exported);
  return offered.length > 0 && offered.every(({ name }) => notices.some((notice) => notice.name === name && notice.scope.length === 0));
}

function importSites(facts: FactIndex, { target, name, file }: Indexed<DeprecationFact>): readonly ImportSite[] {
  if (target === 'module') return facts.imports.importersOfModule(file.path);
  const sites = facts.imports.importersOf(file.path, name);
  const seen = facts.imports.definitionOf(file.path, name);
  const isOwn = seen.status === 'defined' && seen.definition.path === file.path && seen.definition.name === name;
  if (isOwn || seen.status !== 'defined') return sites;
  // Another name or path for something that is not deprecated: only those who come by it are meant.
  return sites.filter(({ fact, imported }) => {
    const result = facts.imports.resolveName(fact, imported);
    return result.status === 'defined' && result.definition.steps.some((step) => step.path === file.path && step.name === name);
  });
}

/** What the notice names; else, for a module that only hands on, where that comes from. */
function replacementOf(facts: FactIndex, fact: Indexed<DeprecationFact>, uses: readonly ImportSite[]): Replacement | undefined {
  const named = byNotice(facts, fact);
  const handedOn = fact.target === 'module' ? handsOn(facts, fact.file.path, uses) : new Map<string, number[]>();
  if (named) return named.name === undefined ? { ...named, lines: handedOn.get(named.path) ?? named.lines } : named;
  const [only, ...more] = [...handedOn];
  const definesNothing = facts.inFile(fact.file.path, 'class').length + facts.inFile(fact.file.path, 'function').length === 0;
  return only && more.length === 0 && definesNothing ? at(facts, only[0], undefined, only[1]) : undefined;
}

/** Modules that define what a module hands on, with the lines; what importers want first. */
function handsOn(facts: FactIndex, path: string, uses: readonly ImportSite[]): Map<string, number[]> {
  const wanted = uses.flatMap(({ fact }) => fact.names.map(({ imported }) => imported));
  const offered = facts.inFile(path, 'module').flatMap(({ bindings }) => bindings.filter(({ declares }) => declares === 'import' || declares === 'alias').map(({ name }) => name));
  const targets = new Map<string, number[]>();
  for (const name of new Set([...wanted, ...offered])) {
    const seen = facts.imports.definitionOf(path, name);
    if (seen.status !== 'defined' || seen.definition.path === path) continue;
    targets.set(seen.definition.path, [...(targets.get(seen.definition.path) ?? []), seen.definition.binding.line]);
  }
  return targets;
}

/** A module by its dotted path or the end of it, a name in one, or a class or function that exists once. */
function byNotice(facts: FactIndex, { replacement, file, name: own }: Indexed<DeprecationFact>): Replacement | undefined {
  if (replacement === undefined) return undefined;
  const path = replacement.replace(/\.(?:py|[jt]sx?)$/, '').replaceAll('.', '/');
  const module = moduleAt(facts, file.path, path);
  if (module !== undefined) return at(facts, module, undefined, [1]);
  const name = replacement.replace(/^.*[./]/, '');
  const parent = path.includes('/') ? moduleAt(facts, '', path.slice(0, path.lastIndexOf('/'))) : undefined;
  if (parent !== undefined && !(parent === file.path && name === own)) {
    const seen = facts.imports.definitionOf(parent, name);
    if (seen.status === 'defined') {
      const line = seen.definition.path === parent ? seen.definition.binding.line : seen.definition.steps.find((step) => step.path === parent)?.line;
      return at(facts, parent, name, [line ?? 1]);
    }
  }
  const found = (['class', 'function', 'type'] as const).flatMap((kind) => facts.named(kind, name))
    .filter((fact) => fact.scope.length === 0 && fact.file.role === 'production' && fact.file.language === file.language && !(fact.file.path === file.path && fact.name === own));
  const [only] = found;
  return only && found.every((fact) => fact.file.path === only.file.path) ? at(facts, only.file.path, only.name, [only.span[0]]) : undefined;
}

function at(facts: FactIndex, path: string, name: string | undefined, lines: readonly number[]): Replacement | undefined {
  const module = facts.inFile(path, 'module')[0];
  if (!module) return undefined;
  const importers = name === undefined ? facts.imports.importerCountOfModule(path) : facts.imports.importerCount(path, name);
  return { path, lines, module, importers, ...(name === undefined ? {} : { name }) };
}

/** The production module whose path is, or ends in, a path without extension. A single word is too little to go by. */
function moduleAt(facts: FactIndex, from: string, path: string): string | undefined {
  const clean = path.replace(/^(?:\.{0,2}\/)+/, '');
  if (!/[/_]/.test(clean)) return undefined;
  const tails = ['.py', '/__init__.py', '.ts', '.tsx', '/index.ts'].map((suffix) => `${clean}${suffix}`);
  const exact = tails.find((tail) => facts.file(tail));
  if (exact !== undefined) return exact === from ? undefined : exact;
  const ending = facts.files.filter((file) => file.role === 'production' && file.path !== from && tails.some((tail) => file.path.endsWith(`/${tail}`)));
  return ending.length === 1 ? ending[0]!.path : undefined;
}
