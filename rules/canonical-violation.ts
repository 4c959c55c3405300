import {
  canonicalName, defineRule, z, type DeclaredOwner, type FactIndex, type FindingDraft, type ImportFact, type Indexed, type IndexedFact, type ModuleFact, type Site,
} from '../src/index.js';

const MOST_SITES = 30;

export default defineRule({
  meta: {
    id: 'canonical-violation',
    category: 'canonical-violation',
    title: 'Concept declared outside its declared owner',
    description: 'Reports, for each concept whose owner the configuration declares, definitions in other files, imports that are forbidden for it, and an owner that does not define it.',
    rationale: 'The team has decided where this lives. Another definition, or a way around it, brings back the drift that the decision was to end.',
    remedy: 'Import it from its owner, and delete the other definition.',
    severity: 'error',
    tags: ['ownership'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const owner of facts.owners) {
      const finding = findingFor(facts, owner);
      if (finding) yield finding;
    }
  },
});

function findingFor(facts: FactIndex, owner: DeclaredOwner): FindingDraft | undefined {
  const module = facts.inFile(owner.owner, 'module')[0];
  const meant = new Set([owner.concept, ...owner.aliases].map(canonicalName));
  const declared = declarations(facts, meant);
  const own = declared.filter(({ file }) => file.path === owner.owner);
  const others = declared.filter((fact) => fact.file.path !== owner.owner && fact.file.role === 'production' && !isOwners(facts, fact, owner, meant));
  const forbidden = forbiddenImports(facts, owner);
  const isEmpty = module !== undefined && own.length === 0 && !module.bindings.some(({ name, exportedAs }) => [name, ...exportedAs].some((text) => meant.has(canonicalName(text))));
  if (others.length === 0 && forbidden.length === 0 && !isEmpty) return undefined;
  const ownSite = own[0] ?? module;
  const said = [
    others.length > 0 ? `is also defined in ${count(new Set(others.map(({ file }) => file.path)).size, 'other file')}` : '',
    forbidden.length > 0 ? `is gone around by ${count(forbidden.length, 'forbidden import')}` : '',
    isEmpty ? 'is not defined there' : '',
  ].filter((text) => text !== '');
  const sites: Site[] = [
    ...(ownSite ? [{ fact: ownSite, role: 'owner', message: isEmpty ? 'declared as the owner, and does not define it' : 'declared as the owner', importers: own[0] ? facts.imports.importerCount(owner.owner, own[0].name) : facts.imports.importerCountOfModule(owner.owner) } satisfies Site] : []),
    ...others.map((fact): Site => ({ fact, role: 'copy', message: 'defines it outside the owner', importers: facts.imports.importerCount(fact.file.path, fact.scope[0] ?? fact.name) })),
    ...forbidden.map((fact): Site => ({ fact, role: 'importer', symbol: fact.scope.join('.') || fact.name, message: `imports ${fact.name}, which is forbidden for it` })),
  ];
  return {
    key: owner.concept,
    concept: owner.concept,
    message: `${owner.concept} belongs to ${owner.owner} and ${said.join(' and ')}.`,
    sites: sites.slice(0, MOST_SITES),
    unlisted: sites.slice(MOST_SITES),
    ownerReason: 'declared as the owner in the configuration',
    rank: 0.9,
  };
}

/** Everything at module level that bears one of the names, whatever it is. */
function declarations(facts: FactIndex, meant: ReadonlySet<string>): IndexedFact[] {
  const found = new Map<string, IndexedFact>();
  for (const kind of ['class', 'function', 'type', 'enum', 'constant'] as const) {
    for (const name of meant) {
      for (const fact of facts.canonical(kind, name)) if (fact.scope.length === 0) found.set(`${fact.file.path}\0${fact.name}`, found.get(`${fact.file.path}\0${fact.name}`) ?? fact);
    }
  }
  // What is no literal and no declaration has no fact of its own: `export const cart = createStore()`.
  for (const module of facts.of('module')) {
    for (const { name, declares, line, init } of module.bindings) {
      const key = `${module.file.path}\0${name}`;
      if ((declares === 'variable' || declares === 'constant') && init !== undefined && !found.has(key) && meant.has(canonicalName(name))) found.set(key, named(module, name, line));
    }
  }
  return [...found.values()].sort((a, b) => (a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : a.span[0] - b.span[0]));
}

/** The module as the place of one of its bindings. */
function named(module: Indexed<ModuleFact>, name: string, line: number): Indexed<ModuleFact> {
  return { ...module, name, span: [line, 1, line, 1] };
}

/** Another name for what the owner has, or what the owner itself takes it from. */
function isOwners(facts: FactIndex, fact: IndexedFact, owner: DeclaredOwner, meant: ReadonlySet<string>): boolean {
  const seen = facts.imports.definitionOf(fact.file.path, fact.name);
  if (seen.status === 'defined' && seen.definition.path === owner.owner) return true;
  const handedOn = facts.inFile(owner.owner, 'module')[0]?.bindings.filter(({ name }) => meant.has(canonicalName(name))) ?? [];
  return handedOn.some(({ name }) => facts.imports.sameDefinition({ path: owner.owner, name }, { path: fact.file.path, name: fact.name }));
}

/** Production imports of what the declaration forbids: a module, what is below it, or a name of it. Imports of the owner itself never count. */
function forbiddenImports(facts: FactIndex, owner: DeclaredOwner): Indexed<ImportFact>[] {
  if (owner.forbid.length === 0) return [];
  return facts.of('import').filter((fact) => {
    if (fact.file.role !== 'production' || fact.file.path === owner.owner || fact.form === 'mock') return false;
    const matches = owner.forbid.some((forbidden) => fact.name === forbidden || fact.name.startsWith(`${forbidden}.`) || fact.name.startsWith(`${forbidden}/`)
      || fact.names.some(({ imported }) => imported === forbidden || `${fact.name}.${imported}` === forbidden || `${fact.name}/${imported}` === forbidden));
    if (!matches) return false;
    const resolution = facts.imports.resolve(fact);
    return resolution.status !== 'file' || resolution.path !== owner.owner;
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
