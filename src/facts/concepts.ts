import type { ClassFact } from '../model/facts.js';
import { conceptKinds, type ConceptKind } from '../model/compliance.js';
import { compareText } from '../util/compare.js';
import { canonicalName } from './canonical-name.js';
import { environmentMatrix } from './environment-matrix.js';
import { eventIndexOf } from './event-index.js';
import type { FactIndex, Indexed, IndexedFact } from './fact-index.js';

/** One piece of knowledge that production code declares, as far as names tell: what may turn out to be declared again elsewhere. */
export interface Concept {
  kind: ConceptKind;
  /** The name as written; of an event the commonest spelling. */
  name: string;
}

export interface Concepts {
  /** Every concept, by kind in the order of `conceptKinds`, then by place or name. */
  readonly all: readonly Concept[];
  /** What stands at a fact: the declaration itself (`whole`), or one that holds it (`part`: a method stands for its class). */
  at(fact: IndexedFact): { concept: Concept; extent: 'whole' | 'part' } | undefined;
  /** What a file declares at module level, in no particular order. */
  inFile(path: string): readonly Concept[];
  /** The event that goes by a name in any convention. */
  event(name: string): Concept | undefined;
}

/**
 * The concepts of a tree. Classes, types, constants and functions: each module-level declaration of a production file, private ones too, once
 * per file and name (a dataclass is one type, not a class and a type). Variables: each name of an environment variable that production code
 * reads or a deployment sets, once for the whole tree. Events: each event that production code sends, handles or validates, once for the
 * whole tree. Connections: each resource (Redis, SQL ...) that the production code of a service opens, once per service.
 */
export function conceptsOf(facts: FactIndex): Concepts {
  const byKey = new Map<string, Concept>();
  const byPath = new Map<string, Concept[]>();
  const add = (key: string, kind: ConceptKind, name: string, path?: string): void => {
    if (byKey.has(key)) return;
    const concept = { kind, name };
    byKey.set(key, concept);
    if (path === undefined) return;
    const inFile = byPath.get(path);
    if (inFile) inFile.push(concept);
    else byPath.set(path, [concept]);
  };

  for (const kind of ['type', 'enum', 'class', 'constant', 'function'] as const) {
    for (const fact of facts.of(kind)) {
      if (fact.scope.length > 0 || fact.file.role !== 'production') continue;
      add(declarationKey(fact), fact.kind === 'class' ? classKind(fact) : fact.kind === 'enum' ? 'type' : fact.kind, fact.name, fact.file.path);
    }
  }
  for (const { name, reads, cells } of environmentMatrix(facts).variables) if (reads.length + cells.length > 0) add(variableKey(name), 'variable', name);
  for (const { key, name, producers, consumers, contracts } of eventIndexOf(facts).events) {
    if ([...producers, ...consumers, ...contracts].some(({ fact }) => fact.file.role === 'production')) add(eventKey(key), 'event', name);
  }
  for (const fact of facts.of('construction')) if (fact.file.role === 'production') add(connectionKey(fact), 'connection', fact.resource);

  return {
    all: [...byKey].sort(([a, first], [b, second]) => conceptKinds.indexOf(first.kind) - conceptKinds.indexOf(second.kind) || compareText(a, b)).map(([, concept]) => concept),
    at: (fact) => {
      const concept = byKey.get(keyOf(fact));
      return concept && { concept, extent: fact.scope.length === 0 || !isDeclaration(fact) ? 'whole' : 'part' };
    },
    inFile: (path) => byPath.get(path) ?? [],
    event: (name) => byKey.get(eventKey(canonicalName(name))),
  };
}

/** What carries data only is a type, whatever word declares it. */
function classKind({ form }: ClassFact): ConceptKind {
  return form === 'data' || form === 'enum' || form === 'protocol' ? 'type' : 'class';
}

function isDeclaration({ kind }: IndexedFact): boolean {
  return kind !== 'env-read' && kind !== 'config-entry' && kind !== 'event' && kind !== 'contract' && kind !== 'construction';
}

function keyOf(fact: IndexedFact): string {
  switch (fact.kind) {
    case 'env-read':
    case 'config-entry': return variableKey(fact.name);
    case 'event':
    case 'contract': return eventKey(fact.canonicalName);
    case 'construction': return connectionKey(fact);
    default: return declarationKey(fact);
  }
}

function declarationKey({ file, scope, name }: Pick<IndexedFact, 'file' | 'scope' | 'name'>): string {
  return `declaration\0${file.path}\0${scope[0] ?? name}`;
}

function variableKey(name: string): string {
  return `variable\0${name}`;
}

function eventKey(canonical: string): string {
  return `event\0${canonical}`;
}

function connectionKey({ file, resource }: Indexed<Extract<IndexedFact, { kind: 'construction' }>>): string {
  return `connection\0${file.service.name}\0${resource}`;
}
