import { functionAt, type FactIndex, type ImportSite, type Indexed, type IndexedFact, type SharedObject, type Site, type StateFact } from '../../src/index.js';

/** Names of what serves a process by intent, whatever it counts, limits or caches per user. */
const PROCESS_WIDE = /metric|telemetr|trac(?:er|ing)|logg(?:er|ing)|monitor|statistic|stats|health|diagnostic|dashboard|limiter|throttl|breaker|cache|config|setting|environment|prometheus|sentry|profiler|alert|audit|scheduler|migration|startup|shutdown|recorder|reporter|exporter|locali[sz]|i18n|featureflag|circuit/i;

export function isProcessWide(name: string): boolean {
  return PROCESS_WIDE.test(name);
}

/** The distinct production files that import a name, with one import each, in order of path. */
export function productionImporters(facts: FactIndex, path: string, name: string): ImportSite[] {
  const byFile = new Map<string, ImportSite>();
  for (const site of facts.imports.importersOf(path, name)) {
    if (site.file.role === 'production' && site.file.path !== path && !site.fact.typeOnly && !byFile.has(site.file.path)) byFile.set(site.file.path, site);
  }
  return [...byFile.values()];
}

/** Who gets a shared object, a place per file: where its getters or the binding itself are imported, of a `__new__` singleton the class. */
export function callersOf(facts: FactIndex, object: SharedObject): Site[] {
  const byFile = new Map<string, Site>();
  const add = (site: Site): void => void (byFile.has(site.fact.file.path) || byFile.set(site.fact.file.path, site));
  const importers = (fact: IndexedFact, name: string): void => {
    for (const site of productionImporters(facts, fact.file.path, name)) add(importerSite(site, 'gets the shared object'));
  };
  for (const getter of object.getters) if (getter.scope.length === 0) importers(getter, getter.name);
  if (object.form === 'application') {
    for (const other of object.others ?? []) {
      const use = other.uses.find(({ how }) => how !== 'assign') ?? other.uses[0]!;
      const sets = use.how === 'assign';
      add({ fact: other, message: `${sets ? 'sets' : 'reads'} ${nameOf(other)}`, role: sets ? 'writer' : 'reader', symbol: use.by || nameOf(other), line: use.span[0] });
    }
  } else if (object.state?.holder === 'module') importers(object.state, object.state.name);
  else if (object.state || object.form === 'injected') importers(object.cls, object.cls.name);
  return [...byFile.values()];
}

export function importerSite(site: ImportSite, what: string): Site {
  return { fact: site.fact, message: what, role: 'importer', symbol: site.imported.imported, line: site.imported.line };
}

/** `Pool._instance`, `_pool`, `app.state.pool`. */
export function nameOf(state: StateFact): string {
  if (state.holder === 'application') return `app.state.${state.name}`;
  return [...state.scope, state.name].join('.');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The functions that write a state, one place each, with the line of the write. */
export function writersOf(facts: FactIndex, state: Indexed<StateFact>): Site[] {
  const sites = new Map<string, Site>();
  for (const use of state.uses) {
    if (use.by === '' || sites.has(use.by) || (use.how !== 'assign' && use.how !== 'mutate' && use.how !== 'keyed')) continue;
    const fn = functionAt(facts, state.file.path, use.by);
    const what = use.how === 'keyed' ? `writes ${state.name}[${use.key}]` : use.how === 'assign' ? `sets ${state.name}` : `adds to ${state.name}`;
    sites.set(use.by, { fact: fn ?? state, message: use.handler ? `${what} for each ${use.handler}` : what, role: 'writer', symbol: use.by === '()' ? use.handler ?? state.name : use.by, line: use.span[0] });
  }
  return [...sites.values()];
}
