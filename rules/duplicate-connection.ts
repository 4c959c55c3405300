import { chooseOwner, defineRule, wordsOf, z, type ConstructionFact, type FactIndex, type FindingDraft, type Indexed, type IndexedFact, type Service, type Site } from '../src/index.js';

type Construction = Indexed<ConstructionFact>;

export default defineRule({
  meta: {
    id: 'duplicate-connection',
    category: 'duplicate-manager',
    title: 'One resource opened by several modules',
    description: 'Reports raw constructors of a connection or client (WebSocket, database engine, Redis, Prisma ...) that are spread over several production modules of one service, where one of those modules is what the others could import.',
    rationale: 'Each owner has its own pool, reconnect logic, queue and settings: limits are exceeded together, and a fix to one connection leaves the others as they were.',
    remedy: 'Open the resource in the owner only, and hand its client to the other modules.',
    severity: 'warning',
    tags: ['duplication', 'connections'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    /** Resources of which one owner is wanted. Clients of HTTP and object stores are often built per use on purpose. */
    resources: z.array(z.string()).default(['clickhouse', 'elasticsearch', 'event-source', 'kafka', 'message-broker', 'mongo', 'prisma', 'redis', 'sql', 'supabase', 'websocket']),
    /** Modules that open one resource before it is worth a warning; one fewer is info. */
    modules: z.int().min(2).default(3),
  }),
  *check({ facts, options }) {
    const byResource = new Map<string, Construction[]>();
    for (const construction of facts.of('construction')) {
      if (!options.resources.includes(construction.resource) || construction.file.role !== 'production' || isPassing(facts, construction)) continue;
      const list = byResource.get(construction.resource);
      if (list) list.push(construction);
      else byResource.set(construction.resource, [construction]);
    }
    for (const [resource, constructions] of [...byResource].sort(([a], [b]) => (a < b ? -1 : 1))) {
      // A library that opens the resource for its users is one more way to do it, and by itself no repetition: services are looked at alone.
      for (const service of new Set(constructions.map(({ file }) => file.service))) {
        const own = constructions.filter(({ file }) => file.service === service);
        // No module can import the owner from another language.
        const languages = [...new Set(own.map(({ file }) => file.language))];
        for (const language of languages) {
          const draft = finding(facts, resource, service, withoutFamilies(own.filter(({ file }) => file.language === language)), options.modules);
          if (draft) yield languages.length === 1 ? draft : { ...draft, key: `${draft.key}:${language}` };
        }
      }
    }
  },
});

/** Files, classes and functions that open a connection to look or to prepare, and close it again. */
const PASSING = /(?:^| )(?:health|healthcheck|probe|diagnos\w*|doctor|debug|migrations?|migrate|migrator|alembic|initiali[sz]er|seed\w*|schema|bootstrap|recovery|backup|restore|testing|tests?|benchmarks?)(?= |$)/;
/** Methods of the same kind in a class that does other things too. */
const PASSING_METHOD = /(?:^| )(?:health|check|ping|probe|diagnos\w*|verify|migrate|migrations?|test)(?= |$)/;

function isPassing(facts: FactIndex, { file, scope }: Construction): boolean {
  const [module] = facts.inFile(file.path, 'module');
  // A file that is started and that nobody imports is a script, wherever it stands.
  if (module?.script && facts.imports.importerCountOfModule(file.path).production === 0) return true;
  const [outer, ...inner] = scope;
  const name = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  return [name, outer ?? ''].some((text) => !text.startsWith('__') && PASSING.test(wordsOf(text).join(' ')))
    || [...inner, outer ?? ''].some((text) => !text.startsWith('__') && PASSING_METHOD.test(wordsOf(text).join(' ')));
}

const FEWEST_IN_FAMILY = 3;

/** Constructions but those of providers side by side, one for each flavour of the resource, of which a deployment uses one. */
function withoutFamilies(constructions: readonly Construction[]): Construction[] {
  const families = new Map<string, Map<string, number>>();
  for (const { file } of constructions) {
    const family = familyOf(file.path);
    if (family === undefined) continue;
    const files = families.get(family) ?? new Map<string, number>();
    families.set(family, files.set(file.path, (files.get(file.path) ?? 0) + 1));
  }
  return constructions.filter(({ file }) => {
    const files = [...(families.get(familyOf(file.path) ?? '') ?? [])].filter(([, count]) => count === 1);
    return files.length < FEWEST_IN_FAMILY || !files.some(([path]) => path === file.path);
  });
}

/** Folder and last word of the name: `src/cache/adapter` for `src/cache/cluster-adapter.ts`. */
function familyOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  const words = wordsOf(path.slice(slash + 1).replace(/\.\w+$/, ''));
  const last = words.at(-1);
  return words.length > 1 && (last === 'provider' || last === 'adapter') ? `${path.slice(0, slash + 1)}${last}` : undefined;
}

function finding(facts: FactIndex, resource: string, service: Service, members: readonly Construction[], threshold: number): FindingDraft | undefined {
  if (members.length === 0) return undefined;
  const byHolder = new Map<IndexedFact, Construction[]>();
  for (const construction of members) {
    const holder = holderOf(facts, construction);
    const list = byHolder.get(holder);
    if (list) list.push(construction);
    else byHolder.set(holder, [construction]);
  }
  const paths = [...new Set(members.map(({ file }) => file.path))];
  if (isFamily(paths)) return undefined;
  const modules = paths.length;
  const { owner, ranked, reason } = chooseOwner(facts, [...byHolder.keys()], resource);
  // Without a module that others import there is nothing to point the rest at.
  if (modules < 2 || (owner.importers.production === 0 && !owner.declared)) return undefined;
  return {
    key: `${service.name}:${resource}`,
    concept: `${resource} connection`,
    message: `${modules} modules of ${service.name || 'this repository'} open their own ${resource} connection.`,
    sites: ranked.flatMap(({ fact, importers }, position) => byHolder.get(fact)!.slice(0, 1).map((construction): Site => ({
      fact: construction,
      symbol: [...construction.scope, construction.name].join('.'),
      message: `${construction.name}(...)`,
      role: position === 0 ? 'owner' : 'copy',
      importers,
    }))),
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences: differences(ranked.map(({ fact }) => byHolder.get(fact)![0]!)),
    rank: Math.min(1, 0.35 + modules / 20 + Math.min(0.3, owner.importers.production / 60)),
    // An owner that fewer know than do without it has yet to become one.
    severity: interchangeable(members) >= threshold && (owner.declared || owner.importers.production >= threshold) ? 'warning' : 'info',
  };
}

/** In how many modules stand constructions that one connection could take the place of: of a blocking and an awaited kind the more frequent, and no channel that only one opens. */
function interchangeable(members: readonly Construction[]): number {
  const files = (some: readonly Construction[]): Set<string> => new Set(some.map(({ file }) => file.path));
  const common = members.filter(({ route }) => route === undefined || files(members.filter((other) => other.route === route)).size > 1);
  const [blocking, awaited] = [false, true].map((kind) => files(common.filter(({ name }) => ASYNC.test(name) === kind)).size) as [number, number];
  return Math.max(blocking, awaited);
}

const ASYNC = /async|^aio(?!http)/i;

/** One folder of interchangeable ways to the resource, of which one is chosen at run time. */
function isFamily(paths: readonly string[]): boolean {
  const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  return folders.size === 1 && /(?:^|\/)(?:providers?|adapters?|drivers?|transports?|backends?|strategies)\/$/.test([...folders][0]!);
}

/** The module-level class or function around a construction that others can import, or its module. */
function holderOf(facts: FactIndex, { file, scope, span }: Construction): IndexedFact {
  const around = (fact: IndexedFact): boolean => fact.exported && fact.scope.length === 0 && fact.name === scope[0] && fact.span[0] <= span[0] && span[2] <= fact.span[2];
  return facts.inFile(file.path, 'class').find(around) ?? facts.inFile(file.path, 'function').find(around) ?? facts.inFile(file.path, 'module')[0]
    ?? facts.inFile(file.path, 'construction')[0]!;
}

/** Constructors that are not the owner's. */
function differences([owner, ...others]: readonly Construction[]): string[] {
  return others.filter(({ name, arguments: count }) => name !== owner!.name || count !== owner!.arguments).slice(0, 8)
    .map(({ file, name, arguments: count }) => `${file.path}: ${name} with ${count} ${count === 1 ? 'argument' : 'arguments'} instead of ${owner!.name} with ${owner!.arguments}.`);
}
