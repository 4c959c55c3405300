import type { FactIndex, IndexedFact } from './fact-index.js';

/** Which services may be held to one another's declarations. */
export interface ServiceRelations {
  /** The same service, or a library and a service (or library) whose production code imports it. */
  related(a: string, b: string): boolean;
  /** Production code of the first imports the second, itself or through other services. False of a service and itself. */
  dependsOn(a: string, b: string): boolean;
  /** The first depends on the second, which does not depend on it; of two that depend on one another, the one that imports far more of the other. */
  isAbove(a: string, b: string): boolean;
}

const relationsByIndex = new WeakMap<FactIndex, ServiceRelations>();

/**
 * Two services that know nothing of each other may each have their own `Settings`. A service and the library it imports may not: what
 * the library owns is not to be repeated. Names of services as in `fact.file.service.name`.
 */
export function serviceRelations(facts: FactIndex): ServiceRelations {
  let relations = relationsByIndex.get(facts);
  if (!relations) relationsByIndex.set(facts, (relations = relate(facts)));
  return relations;
}

/** Splits declarations into those that may be held to one another; each part in the order given. */
export function groupByRelation<F extends IndexedFact>(facts: FactIndex, declarations: readonly F[]): F[][] {
  const relations = serviceRelations(facts);
  const services = [...new Set(declarations.map(({ file }) => file.service.name))];
  const parent = new Map(services.map((service) => [service, service]));
  const root = (service: string): string => {
    let current = service;
    while (parent.get(current) !== current) current = parent.get(current)!;
    return current;
  };
  for (const [index, a] of services.entries()) {
    for (const b of services.slice(index + 1)) if (relations.related(a, b)) parent.set(root(b), root(a));
  }
  const groups = new Map<string, F[]>();
  for (const declaration of declarations) {
    const key = root(declaration.file.service.name);
    const group = groups.get(key);
    if (group) group.push(declaration);
    else groups.set(key, [declaration]);
  }
  return [...groups.values()];
}

function relate(facts: FactIndex): ServiceRelations {
  const pairs = new Set<string>();
  const direct = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const [from, targets] of facts.imports.edges()) {
    const importer = facts.file(from);
    if (importer?.role !== 'production') continue;
    for (const target of targets) {
      const imported = facts.file(target);
      if (!imported || imported.service === importer.service) continue;
      const [user, used] = [importer.service.name, imported.service.name];
      if (!direct.has(user)) direct.set(user, new Set());
      direct.get(user)!.add(used);
      counts.set(directed(user, used), (counts.get(directed(user, used)) ?? 0) + 1);
      if (imported.service.kind === 'library') pairs.add(pairKey(user, used));
    }
  }
  const reached = new Map<string, ReadonlySet<string>>();
  const reachOf = (service: string): ReadonlySet<string> => {
    let reach = reached.get(service);
    if (!reach) reached.set(service, (reach = reachable(direct, service)));
    return reach;
  };
  const dependsOn = (a: string, b: string): boolean => a !== b && reachOf(a).has(b);
  const importsMore = (a: string, b: string): boolean => (counts.get(directed(a, b)) ?? 0) > FAR_MORE * (counts.get(directed(b, a)) ?? 0);
  return {
    related: (a, b) => a === b || pairs.has(pairKey(a, b)),
    dependsOn,
    isAbove: (a, b) => dependsOn(a, b) && (!dependsOn(b, a) || importsMore(a, b)),
  };
}

function reachable(direct: ReadonlyMap<string, ReadonlySet<string>>, start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let service = open.pop(); service !== undefined; service = open.pop()) {
    for (const next of direct.get(service) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** A type that a package takes from the program above it does not make it the upper one. */
const FAR_MORE = 10;

function directed(from: string, to: string): string {
  return `${from}\0${to}`;
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\0${b}` : `${b}\0${a}`;
}
