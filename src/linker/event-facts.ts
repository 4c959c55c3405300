import { canonicalName } from '../facts/canonical-name.js';
import { eventIndexOf, type KnownEvent } from '../facts/event-index.js';
import type { FactIndex, Indexed } from '../facts/fact-index.js';
import { fieldStatus, leafOf } from '../facts/message-fields.js';
import { locationOf, type Location } from '../model/location.js';
import type { Fact } from '../model/facts.js';
import type { Evidence, Reference } from '../model/link-result.js';
import { enumerate } from '../util/enumerate.js';
import type { FailureWords } from './failure-words.js';

/** An event that a failure names with a field that it lacked: who sends it so, and who demands the field. */
export interface EventField {
  event: string;
  field: string;
  /** Producers that do not send it. */
  without: readonly Location[];
  /** Producers that send it under another name. */
  renamed: readonly { location: Location; as: string }[];
  demanding: readonly Location[];
}

/** What the tree says about the events and missing fields that a failure names. Events of a single plain word are too common to be meant. */
export function eventFields(words: FailureWords, text: string, facts: FactIndex): EventField[] {
  if (words.missingFields.length === 0) return [];
  const index = eventIndexOf(facts);
  const events = new Map<string, KnownEvent>();
  for (const name of words.names) {
    const key = canonicalName(name);
    const known = key.includes('-') ? index.get(key) : undefined;
    if (known) events.set(key, known);
  }
  return [...events].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, event]) => {
    const own = words.missingFields.filter((field) => canonicalName(field) !== key && new RegExp(`${escape(event.name)}\\W{1,20}(?:is |was )?(?:missing|lacks|without)\\W{1,20}${escape(field)}\\b`, 'i').test(text));
    const fields = own.length > 0 || events.size > 1 && /missing/i.test(text) ? own : words.missingFields.filter((field) => !events.has(canonicalName(field)));
    return fields.map((field) => about(event, field));
  }).filter(({ without, renamed, demanding }) => without.length + renamed.length + demanding.length > 0);
}

function about(event: KnownEvent, field: string): EventField {
  const producers = event.producers.filter(({ fact }) => fact.file.role === 'production').map((producer) => ({ location: placeOf(producer.fact), status: fieldStatus(producer, field) }));
  return {
    event: event.name, field,
    without: producers.filter(({ status }) => status.state === 'missing').map(({ location }) => location),
    renamed: producers.flatMap(({ location, status }) => (status.state === 'renamed' ? [{ location, as: status.as }] : [])),
    demanding: event.contracts.filter(({ required }) => required.some((path) => leafOf(path) === field)).map(({ fact }) => placeOf(fact)),
  };
}

function placeOf(fact: Indexed<Fact>): Location {
  return locationOf(fact.file.path, fact.span);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same in a sentence, with places to look at. */
export function eventEvidence({ event, field, without, renamed, demanding }: EventField): Evidence {
  const parts = [
    ...(without.length > 0 ? [`${without.length === 1 ? 'one producer sends' : `${without.length} producers send`} it without ${field} (${spots(without)})`] : []),
    ...(renamed.length > 0 ? [`${renamed.length === 1 ? 'one sends' : `${renamed.length} send`} it as ${enumerate([...new Set(renamed.map(({ as }) => as))])} (${spots(renamed.map(({ location }) => location))})`] : []),
    demanding.length > 0 ? `${field} is demanded at ${spots(demanding)}` : `no contract of the tree demands ${field}`,
  ];
  const references: Reference[] = [...without.slice(0, 3), ...renamed.slice(0, 2).map(({ location }) => location), ...demanding.slice(0, 3)].map((location) => ({ code: location }));
  return { kind: 'event-facts', statement: `${event}: ${parts.join('; ')}.`, strength: without.length + renamed.length > 0 ? 0.9 : 0.6, references };
}

function spots(locations: readonly Location[]): string {
  const shown = locations.slice(0, 3).map(({ path, range }) => `${path}:${range.start.line}`);
  return locations.length > 3 ? `${shown.join(', ')} and ${locations.length - 3} more` : enumerate(shown);
}
