import type { ClassFact, FactIndex, ImportSite, Indexed, IndexedFact, SharedObject, Site, StateFact } from '../../src/index.js';

/** Names of what serves a process by intent, whatever it counts, limits or caches per user. */
const PROCESS_WIDE = /metric|telemetr|trac(?:er|ing)|logg(?:er|ing)|monitor|statistic|stats|health|diagnostic|dashboard|limiter|throttl|breaker|cache|config|setting|environment|prometheus|sentry|profiler|alert|audit|scheduler|lifecycle|migration|startup|shutdown|recorder|reporter|exporter|locali[sz]|i18n|featureflag|circuit/i;

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

/** Who gets a shared object: the files that import its getters, or the binding itself; of a `__new__` singleton, the class. */
export function importersOfObject(facts: FactIndex, object: SharedObject): ImportSite[] {
  const byFile = new Map<string, ImportSite>();
  const add = (fact: IndexedFact, name: string): void => {
    for (const site of productionImporters(facts, fact.file.path, name)) if (!byFile.has(site.file.path)) byFile.set(site.file.path, site);
  };
  for (const getter of object.getters) if (getter.scope.length === 0) add(getter, getter.name);
  if (object.state?.holder === 'module') add(object.state, object.state.name);
  else if (object.state) add(object.cls, object.cls.name);
  return [...byFile.values()];
}

export function importerSite(site: ImportSite, what: string): Site {
  return { fact: site.fact, message: what, role: 'importer', symbol: site.imported.imported, line: site.imported.line };
}

/** `Pool._instance`, `_pool`. */
export function nameOf(state: StateFact): string {
  return [...state.scope, state.name].join('.');
}

export function pathOf(cls: ClassFact): string {
  return [...cls.scope, cls.name].join('.');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export type { Indexed };
