import type { FactIndex, IndexedFact } from '../facts/fact-index.js';
import type { Location } from '../model/location.js';
import type { Finding } from '../model/result.js';
import type { Literal } from '../model/facts.js';
import { sortedDistinct } from '../util/compare.js';

/** What a statement of a site is about: only statements of one aspect are compared. */
export type Aspect = 'value' | 'field' | 'name' | 'method' | 'module' | 'variable' | 'call';

/** A place of a finding, the first included. */
export interface Place {
  location: Location;
  symbol: string | undefined;
  message: string;
  role: string;
}

/** One thing that some places of a finding say and others do not. */
export interface Divergence {
  aspect: Aspect;
  text: string;
  /** Places that say it, as positions in `placesOf`. */
  sites: readonly number[];
}

export interface Statements {
  places: readonly Place[];
  /** What each place says, by position. */
  perPlace: readonly ReadonlyMap<string, Aspect>[];
  /** What not all places say. Sorted by aspect and text. */
  divergent: readonly Divergence[];
  /** All that any place says. */
  all: ReadonlySet<string>;
}

export function placesOf(finding: Finding): Place[] {
  return [
    { location: finding.location, symbol: finding.symbol, message: finding.note ?? '', role: finding.ownerReason === undefined ? 'declaration' : 'owner' },
    ...finding.related.map(({ location, symbol, message, role }) => ({ location, symbol, message, role })),
  ];
}

/**
 * What the places of a finding say, read from the facts that stand there: values, fields, members, event keys, defaults, methods. Independent of
 * rules, so a finding of a plugin or of a saved scan is understood too.
 */
export function statementsOf(finding: Finding, facts: FactIndex): Statements {
  const places = placesOf(finding);
  const perPlace = places.map(({ location, symbol }) => {
    const said = new Map<string, Aspect>();
    for (const fact of factsAt(facts, location, symbol)) for (const [aspect, text] of saidBy(fact, facts)) if (text !== '') said.set(`${aspect} ${text}`, aspect);
    return said;
  });
  // A place that no fact describes says nothing, and so disagrees with nobody.
  const telling = perPlace.map((said, index) => ({ said, index })).filter(({ said }) => said.size > 0);
  const holders = new Map<string, number[]>();
  for (const { said, index } of telling) for (const key of said.keys()) holders.set(key, [...(holders.get(key) ?? []), index]);
  const withAspect = (aspect: Aspect): number => telling.filter(({ said }) => [...said.values()].includes(aspect)).length;
  const counts = new Map<Aspect, number>(ASPECTS.map((aspect) => [aspect, withAspect(aspect)]));
  const divergent = [...holders].flatMap(([key, sites]): Divergence[] => {
    const aspect = key.slice(0, key.indexOf(' ')) as Aspect;
    return telling.length > 1 && sites.length < Math.max(counts.get(aspect)!, 2) && counts.get(aspect)! > 0 ? [{ aspect, text: key.slice(key.indexOf(' ') + 1), sites }] : [];
  });
  return {
    places, perPlace, all: new Set([...holders.keys()].map((key) => key.slice(key.indexOf(' ') + 1))),
    divergent: divergent.sort((a, b) => (`${a.aspect} ${a.text}` < `${b.aspect} ${b.text}` ? -1 : 1)),
  };
}

const ASPECTS: readonly Aspect[] = ['value', 'field', 'name', 'method', 'module', 'variable', 'call'];

const KINDS = ['constant', 'enum', 'type', 'class', 'function', 'state', 'env-read', 'config-entry', 'event', 'contract', 'import', 'construction'] as const;

/** The facts that a place of a finding means: those that begin on its line; else the declaration of that name around it. */
export function factsAt(facts: FactIndex, location: Location, symbol: string | undefined): IndexedFact[] {
  const { line } = location.range.start;
  const all = KINDS.flatMap((kind) => facts.inFile(location.path, kind) as readonly IndexedFact[]);
  const here = all.filter((fact) => fact.span[0] === line);
  if (here.length > 0) {
    const named = symbol === undefined ? [] : here.filter((fact) => dotted(fact) === symbol || symbol.endsWith(fact.name));
    return named.length > 0 ? named : here;
  }
  return symbol === undefined ? [] : all.filter((fact) => dotted(fact) === symbol && fact.span[0] <= line && line <= fact.span[2]);
}

function dotted({ scope, name }: IndexedFact): string {
  return [...scope, name].filter((part) => part !== '').join('.');
}

function* saidBy(fact: IndexedFact, facts: FactIndex): Iterable<[Aspect, string]> {
  switch (fact.kind) {
    case 'constant':
      yield* leavesOf(fact.value);
      break;
    case 'enum':
      for (const { name, value } of fact.members) {
        yield ['field', name];
        if (value !== name) yield ['value', value];
      }
      break;
    case 'type':
      for (const { name } of fact.fields) yield ['field', name];
      break;
    case 'class':
      for (const { name } of fact.fields) yield ['field', name];
      for (const { name } of facts.methodsOf(fact)) yield ['method', name];
      break;
    case 'function':
      for (const { name } of fact.parameters) yield ['field', name];
      for (const call of fact.calls) yield ['call', call];
      break;
    case 'state':
      yield ['name', fact.name];
      break;
    case 'env-read':
      yield ['variable', fact.name];
      if (fact.default !== undefined) yield ['value', plain(fact.default)];
      break;
    case 'config-entry':
      yield ['variable', fact.name];
      if (fact.value !== undefined) yield ['value', fact.value];
      if (fact.default !== undefined) yield ['value', fact.default];
      break;
    case 'event':
      yield ['name', fact.name];
      for (const { path } of fact.keys) yield ['field', leaf(path)];
      break;
    case 'contract':
      yield ['name', fact.name];
      for (const key of [...fact.requiredKeys, ...fact.optionalKeys]) yield ['field', leaf(key)];
      break;
    case 'import':
      yield ['module', fact.name];
      for (const { imported } of fact.names) yield ['name', imported];
      break;
    default:
  }
}

function* leavesOf(value: Literal, key?: string): Iterable<[Aspect, string]> {
  if (key !== undefined) yield ['field', key];
  if (value === null) return;
  if (Array.isArray(value)) for (const item of value as readonly Literal[]) yield* leavesOf(item);
  else if (typeof value === 'object') for (const name of sortedDistinct(Object.keys(value))) yield* leavesOf((value as Readonly<Record<string, Literal>>)[name]!, name);
  else yield ['value', String(value)];
}

function leaf(path: string): string {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return last === '*' ? '' : last;
}

/** Canonical JSON text without its quotes. */
function plain(json: string): string {
  return json.replace(/^"(.*)"$/s, '$1');
}
