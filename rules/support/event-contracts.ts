import { isEnvelopeName, isTransportField, leafOf, reachOf, type EventContract, type EventFact, type FactIndex, type Indexed, type KnownEvent, type Site } from '../../src/index.js';

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

/** Tests for places in code that runs for users: shipped, and not in a function or class that nothing there uses. */
export function runningTest(facts: FactIndex): (place: { fact: Indexed<EventFact> }) => boolean {
  const reach = reachOf(facts);
  return (place) => isLiving(place) && reach.isReached(place.fact.file, place.fact.scope);
}
