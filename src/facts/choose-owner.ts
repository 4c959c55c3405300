import { compareText } from '../util/compare.js';
import { canonicalName } from './canonical-name.js';
import type { AuditedFile, DeclaredOwner, FactIndex, IndexedFact } from './fact-index.js';
import type { ImportSite } from './import-graph.js';
import { reachOf } from './reach.js';
import { serviceRelations } from './service-relations.js';

/** A declaration of a concept with what speaks for it. */
export interface RankedDeclaration<F extends IndexedFact> {
  fact: F;
  /**
   * Files that import it. For something inside a class or function: that import the outermost name around it. For a class: also those that
   * import an instance of it (`cart = Cart()`), or a function of the file that hands one out. For a module: that import anything of it,
   * through a barrel too.
   */
  importers: { production: number; test: number };
  /** Names of the services whose production code imports it. */
  importedBy: ReadonlySet<string>;
  /**
   * `used`: production code imports it, or something of its own file that is imported uses it. `offered`: a package hands it out, or its file may be found
   * by its place, and nobody in the tree is seen to use it. Told of functions only; anything else is used when it is imported.
   */
  life: 'used' | 'offered' | 'none';
  /** How many of the other declarations stand in services that depend on its own: they can import it, and it can import none of them. */
  below: number;
  deprecated: boolean;
  declared: boolean;
  /** Takes the place of an import of the same name that may fail. */
  standIn: boolean;
}

export interface OwnerChoice<F extends IndexedFact> {
  owner: RankedDeclaration<F>;
  /** Why, as the end of a sentence: `most production importers (31, next 4)`. Undefined when nothing tells the declarations apart. */
  reason: string | undefined;
  /** All declarations, the owner first, by the same preference. */
  ranked: readonly RankedDeclaration<F>[];
}

/**
 * Decides which of several declarations of one concept is the likely owner: the one place where this is decided, so that all rules
 * agree. `concept` is what the finding calls it; declared owners are looked up by it and by the name of each declaration.
 *
 * In order: declared in the configuration; in production code (a test, mock or backup never owns, unless there is nothing else); not
 * deprecated; not the stand-in for an import that may fail; of those that nobody imports one that its own file uses; of those in use the one in the
 * lowest package, which all others may import; in a library that somebody uses rather than in a service; more production importers; visible to
 * other modules; more test importers; then by path. Pass each declaration once, as the fact that declares it; at least one.
 */
export function chooseOwner<F extends IndexedFact>(facts: FactIndex, declarations: readonly F[], concept: string): OwnerChoice<F> {
  const ranked = declarations.map((fact) => rank(facts, fact, concept, declarations));
  const [first] = ranked;
  if (!first) throw new Error('chooseOwner needs a declaration');
  ranked.sort((a, b) => {
    for (const { better } of PREFERENCES) {
      const order = better(a, b);
      if (order !== 0) return order;
    }
    return compareText(a.fact.file.path, b.fact.file.path) || a.fact.span[0] - b.fact.span[0];
  });
  return { owner: ranked[0]!, reason: reasonOf(ranked), ranked };
}

/** Whether the file's deprecation notices name the fact, something around it, or the whole module. */
export function isDeprecated(facts: FactIndex, fact: IndexedFact): boolean {
  return facts.inFile(fact.file.path, 'deprecation').some((notice) => notice.target === 'module'
    || (notice.name === fact.name && sameScope(notice.scope, fact.scope))
    || (notice.target === 'class' && fact.scope[notice.scope.length] === notice.name && sameScope(notice.scope, fact.scope.slice(0, notice.scope.length))));
}

interface Preference {
  /** Negative when `a` is to be preferred. */
  better(a: RankedDeclaration<IndexedFact>, b: RankedDeclaration<IndexedFact>): number;
  /** What to say when this preference decides between the first and the second. */
  reason(owner: RankedDeclaration<IndexedFact>, next: RankedDeclaration<IndexedFact>): string;
}

const PREFERENCES: readonly Preference[] = [
  { better: (a, b) => Number(b.declared) - Number(a.declared), reason: () => 'declared as the owner in the configuration' },
  {
    better: (a, b) => Number(b.fact.file.role === 'production') - Number(a.fact.file.role === 'production'),
    reason: (_, next) => (next.fact.file.role === 'generated' ? 'the only one that no tool wrote' : 'the only one in production code'),
  },
  { better: (a, b) => Number(a.deprecated) - Number(b.deprecated), reason: () => 'the others are deprecated' },
  { better: (a, b) => Number(a.standIn) - Number(b.standIn), reason: () => 'the other only stands in when the import fails' },
  {
    better: (a, b) => (isUsed(a) || isUsed(b) ? 0 : Number(a.life === 'none') - Number(b.life === 'none')),
    reason: () => 'the only one that anything uses',
  },
  {
    better: (a, b) => (areAlikeInUse(a, b) ? b.below - a.below : 0),
    reason: ({ fact }) => `the others can import ${fact.file.service.name}, and it cannot import them`,
  },
  {
    better: (a, b) => Number(isUsedLibrary(b)) - Number(isUsedLibrary(a)),
    reason: ({ fact, importers }) => `in the library ${fact.file.service.name}, imported by ${files(importers.production)}`,
  },
  {
    better: (a, b) => b.importers.production - a.importers.production,
    reason: (owner, next) => (next.importers.production === 0
      ? `the only one with production importers (${owner.importers.production})`
      : `most production importers (${owner.importers.production}, next ${next.importers.production})`),
  },
  { better: (a, b) => Number(isVisible(b)) - Number(isVisible(a)), reason: () => 'the only one that other modules can import' },
  { better: (a, b) => b.importers.test - a.importers.test, reason: (owner) => `no production importers, most test importers (${owner.importers.test})` },
];

function rank<F extends IndexedFact>(facts: FactIndex, fact: F, concept: string, all: readonly F[]): RankedDeclaration<F> {
  const outermost = fact.scope[0] ?? fact.name;
  const importers = importersOf(facts, fact, outermost);
  const inProduction = importers.filter(({ role }) => role === 'production');
  const own = fact.file.service.name;
  return {
    fact,
    importers: { production: inProduction.length, test: importers.length - inProduction.length },
    life: inProduction.length > 0 ? 'used' : fact.kind === 'function' ? lifeAtHome(facts, fact.file.path, outermost) : 'none',
    importedBy: new Set(inProduction.map(({ service }) => service.name)),
    below: all.filter(({ file: { service } }) => serviceRelations(facts).isAbove(service.name, own)).length,
    deprecated: isDeprecated(facts, fact),
    standIn: fact.scope.length === 0 && facts.inFile(fact.file.path, 'import').some(({ scope, names }) => scope.length === 0 && names.some(({ local }) => local === fact.name)),
    declared: facts.owners.some((owner) => owner.owner === fact.file.path && means(owner, concept, outermost)),
  };
}

function importersOf(facts: FactIndex, { kind, file }: IndexedFact, name: string): AuditedFile[] {
  const { path } = file;
  const bindings = facts.inFile(path, 'module').flatMap((module) => module.bindings);
  const sites = (names: readonly string[]): readonly ImportSite[] => names.flatMap((each) => facts.imports.importersOf(path, each));
  const distinct = (found: readonly { file: AuditedFile }[]): AuditedFile[] => [...new Map(found.filter((site) => site.file.path !== path).map((site) => [site.file.path, site.file])).values()];
  if (kind === 'module') {
    const offered = bindings.filter(({ exportedAs, declares }) => exportedAs.length > 0 && declares !== 'import').map((binding) => binding.name);
    return distinct([...facts.imports.importersOfModule(path).filter(({ fact }) => !fact.reExport), ...sites(offered)]);
  }
  // `rates.load()` after `from shop import rates`: the module is imported, and this is used.
  const throughModule = reachOf(facts).usersOf(path, name).map((user) => ({ file: facts.file(user.path)! }));
  if (kind !== 'class') return distinct([...sites([name]), ...throughModule]);
  const instances = bindings.filter(({ init }) => init === name).map((binding) => binding.name);
  const makers = facts.inFile(path, 'function').filter((fn) => fn.scope.length === 0 && (fn.returnType === name || fn.returns?.via === name)).map((fn) => fn.name);
  return distinct([...sites([name, ...instances, ...makers]), ...throughModule]);
}

/** What becomes of a name that nobody imports: whether what of its file uses it, and what uses that, is imported by another file, or runs when the module is loaded. */
function lifeAtHome(facts: FactIndex, path: string, name: string): RankedDeclaration<IndexedFact>['life'] {
  const reach = reachOf(facts);
  const file = facts.file(path)!;
  if (!reach.isReached(file, [name])) return 'none';
  const isImported = facts.imports.importersOfModule(path).some((site) => site.file.role === 'production');
  // What nothing imports is found by its place; but no framework looks for the parts of pages.
  if (!isImported) return facts.imports.entryPoints().has(path) || !PARTS.test(path) ? 'offered' : 'none';
  const seen = new Set([name]);
  for (const each of seen) {
    if (each === '' || facts.imports.importerCount(path, each).production > 0) return 'used';
    for (const user of reach.usersOf(path, each)) {
      if (user.path !== path) return 'used';
      seen.add(user.name);
    }
  }
  return [...seen].some((each) => isOffered(facts, file, each)) ? 'offered' : 'none';
}

/** The package of the file hands it out, to whoever installs that. */
function isOffered(facts: FactIndex, { path, service }: AuditedFile, name: string): boolean {
  return [...facts.imports.entryPoints()].some((entry) => {
    if (facts.file(entry)?.service !== service) return false;
    const seen = facts.imports.definitionOf(entry, name);
    return seen.status === 'defined' && seen.definition.path === path;
  });
}

/** Folders of what pages and routes are made of. */
const PARTS = /(?:^|\/)(?:components|hooks|utils|helpers)\//;

function means(owner: DeclaredOwner, ...names: readonly string[]): boolean {
  const meant = [owner.concept, ...owner.aliases].map(canonicalName);
  return names.some((name) => meant.includes(canonicalName(name)));
}

function isUsed({ importers }: RankedDeclaration<IndexedFact>): boolean {
  return importers.production > 0;
}

function areAlikeInUse(a: RankedDeclaration<IndexedFact>, b: RankedDeclaration<IndexedFact>): boolean {
  return a.life === 'used' && b.life === 'used' ? true : a.life !== 'none' && b.life !== 'none' && !isUsed(a) && !isUsed(b);
}

function isUsedLibrary({ fact, importers }: RankedDeclaration<IndexedFact>): boolean {
  return fact.file.service.kind === 'library' && importers.production > 0;
}

function isVisible({ fact }: RankedDeclaration<IndexedFact>): boolean {
  return fact.exported || fact.scope.length > 0 || fact.kind === 'module';
}

function reasonOf(ranked: readonly RankedDeclaration<IndexedFact>[]): string | undefined {
  const [owner, next] = ranked;
  if (!owner || !next) return undefined;
  return PREFERENCES.find(({ better }) => better(owner, next) < 0)?.reason(owner, next);
}

function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}

function sameScope(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
