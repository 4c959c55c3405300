import { isEnvelopeName, isTransportField, leafOf, reachOf, wordsOf, type EventContract, type EventFact, type FactIndex, type Indexed, type KnownEvent, type Producer, type Service, type Site } from '../../src/index.js';

/** A contract with how much its word counts. */
export interface Voice {
  contract: EventContract;
  production: boolean;
  /** Files that import the one it stands in: a test's own table speaks for that test, an imported validator for all who import it. */
  reach: number;
}

/** Contracts of an event that state all its fields, of living code and tests, the weightiest first; one per table. */
export function voicesOn(facts: FactIndex, event: KnownEvent): Voice[] {
  const voices: Voice[] = [];
  const seen = new Set<string>();
  for (const contract of event.contracts) {
    const { file, partial } = contract.fact;
    if (partial || contract.required.length === 0 || seen.has(`${contract.table}\0${contract.fact.container}`)) continue;
    if (file.role !== 'production' && file.role !== 'test' && file.role !== 'fixture') continue;
    seen.add(`${contract.table}\0${contract.fact.container}`);
    const importers = facts.imports.importerCountOfModule(file.path);
    voices.push({ contract, production: file.role === 'production', reach: importers.production + importers.test });
  }
  return voices.sort((a, b) => Number(b.production) - Number(a.production) || b.reach - a.reach
    || b.contract.required.length - a.contract.required.length || (a.contract.fact.file.path < b.contract.fact.file.path ? -1 : 1));
}

/** Production code, or a test's contract that other files use: it speaks for more than its own test. */
export function isAuthority(voice: Voice): boolean {
  return voice.production || voice.reach > 0;
}

/** What a contract demands beyond what carries the message: leaves of fields, envelopes left out. */
export function demandedFields(contract: EventContract): string[] {
  return [...new Set(contract.required.map(leafOf))].filter((field) => !isTransportField(field) && !isEnvelopeName(field));
}

/** `EVENT_SCHEMAS (api/validators.py)` */
export function nameOf({ fact }: EventContract): string {
  return `${fact.container} (${fact.file.path})`;
}

export function contractSite(contract: EventContract, message: string): Site {
  return { fact: contract.fact, message, role: 'contract', symbol: [...contract.fact.scope, contract.fact.container, contract.name].join('.') };
}

/** In code that is shipped. */
export function isLiving({ fact }: { fact: { file: { role: string } } }): boolean {
  return fact.file.role === 'production';
}

/** Tests for places in code that runs for users: shipped, not in a function or class that nothing there uses, and not behind a method that nothing has. */
export function runningTest(facts: FactIndex): (place: { fact: Indexed<EventFact> }) => boolean {
  const reach = reachOf(facts);
  const declared = declaredNames(facts);
  return (place) => isLiving(place) && reach.isReached(place.fact.file, place.fact.scope) && !isGuardedAway(facts, place.fact, declared);
}

/**
 * `if hasattr(hub, 'emit_order_batch'): hub.emit_order_batch(...)`, where nothing in the tree declares the method that is named after the
 * event: it is never called.
 */
function isGuardedAway(facts: FactIndex, fact: Indexed<EventFact>, declared: ReadonlySet<string>): boolean {
  if (fact.role !== 'emit' || fact.scope.length === 0) return false;
  const name = fact.scope.at(-1)!;
  const fn = facts.inFile(fact.file.path, 'function').find((each) => each.name === name && each.scope.join('.') === fact.scope.slice(0, -1).join('.'));
  if (!fn?.calls.includes('hasattr')) return false;
  const event = wordsOf(fact.name).join('-');
  return fn.calls.some((callee) => {
    const method = callee.slice(callee.lastIndexOf('.') + 1);
    return callee.includes('.') && /^(?:emit|send|publish|broadcast|notify)$/.test(wordsOf(method)[0] ?? '') && wordsOf(method).slice(1).join('-') === event && !declared.has(method);
  });
}

/** Names of all functions and methods of the tree. */
function declaredNames(facts: FactIndex): ReadonlySet<string> {
  let names = declaredIn.get(facts);
  if (!names) declaredIn.set(facts, (names = new Set(facts.of('function').filter(({ file }) => file.role === 'production').map(({ name }) => name))));
  return names;
}

const declaredIn = new WeakMap<FactIndex, ReadonlySet<string>>();

/**
 * Whether a producer writes straight into the socket of a route that its own file defines, in a service with more such routes. Its client
 * and contracts are those of that route; who else speaks of the event may mean another channel.
 */
export function hasOwnSocket(facts: FactIndex, { fact, raw }: Producer): boolean {
  if (!raw) return false;
  const routes = socketFiles(facts).get(fact.file.service);
  return routes !== undefined && routes.size > 1 && routes.has(fact.file.path);
}

function socketFiles(facts: FactIndex): ReadonlyMap<Service, ReadonlySet<string>> {
  let files = sockets.get(facts);
  if (!files) {
    sockets.set(facts, (files = new Map()));
    for (const { file, decorators } of facts.of('function')) {
      if (file.role !== 'production' || !decorators.some((decorator) => /\.websocket(?:_route)?$/.test(decorator))) continue;
      files.set(file.service, (files.get(file.service) ?? new Set()).add(file.path));
    }
  }
  return files;
}

const sockets = new WeakMap<FactIndex, Map<Service, Set<string>>>();
