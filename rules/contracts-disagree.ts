import { canonicalName, defineRule, envelopeOf, eventIndexOf, isEnvelopeName, isNearMiss, leafOf, lookUp, z, type EventContract, type FactIndex, type FindingDraft, type KnownEvent } from '../src/index.js';
import { isLiving, contractSite, demandedFields, isAuthority, nameOf, voicesOn, type Voice } from './support/event-contracts.js';
import { enumerate } from './support/environment.js';
import { plural } from './support/process-wide.js';

/** Sites a person can still read. */
const MAX_SITES = 12;
const MAX_EVENTS = 8;

export default defineRule({
  meta: {
    id: 'contracts-disagree',
    category: 'event-contract-drift',
    title: 'Contracts of one event disagree',
    description: 'Reports validators, types and test tables that demand different fields of the same event.',
    rationale: 'No producer can satisfy contracts that contradict each other: whichever it follows, another check fails, and a fix for one test breaks the next.',
    remedy: 'Decide on one contract per event, keep it in one place that producers, consumers and tests import, and delete the other tables.',
    severity: 'error',
    tags: ['events', 'cross-service'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const conflicts: Conflict[] = [];
    for (const event of eventIndexOf(facts).events) {
      // Without anybody who sends or handles it, a table is about something else.
      if (!event.producers.some(isLiving) && !event.consumers.some(isLiving)) continue;
      const conflict = conflictOn(facts, event);
      if (conflict) conflicts.push(conflict);
    }
    for (const family of familiesOf(conflicts)) yield draftOf(family);
  },
});

interface Conflict {
  event: KnownEvent;
  voices: readonly Voice[];
  /** Likely one field under two names: `thought`, `reasoning`. */
  nearMisses: readonly (readonly [string, string])[];
  /** Authorities that contradict each other. */
  authorities: number;
}

function conflictOn(facts: FactIndex, event: KnownEvent): Conflict | undefined {
  const voices = voicesOn(facts, event);
  const involved = new Set<Voice>();
  const nearMisses = new Map<string, readonly [string, string]>();
  for (const [index, a] of voices.entries()) {
    // Two tables that only their own tests know contradict nobody else.
    if (!isAuthority(a)) break;
    for (const b of voices.slice(index + 1)) {
      const pairs = nearMissesBetween(facts, a.contract, b.contract);
      if (pairs.length === 0 && !contradict(facts, a.contract, b.contract)) continue;
      involved.add(a).add(b);
      for (const pair of pairs) nearMisses.set(pair.join('\0'), pair);
    }
  }
  if (involved.size === 0) return undefined;
  return {
    event, voices: voices.filter((voice) => involved.has(voice)), nearMisses: [...nearMisses.values()],
    authorities: [...involved].filter(isAuthority).length,
  };
}

/** Each demands something that the other does not know, or the same field in another envelope. */
function contradict(facts: FactIndex, a: EventContract, b: EventContract): boolean {
  const [ofA, ofB] = [demandedFields(a), demandedFields(b)];
  const nameIn = spellingFor(a, b);
  if (isType(a) && isType(b) && !ofA.some((field) => ofB.some((other) => nameIn(field) === nameIn(other)))) return false; // two protocols that share a word
  if (unknownTo(facts, b, ofA, nameIn).length > 0 && unknownTo(facts, a, ofB, nameIn).length > 0) return true;
  const inA = envelopesIn(a);
  const inB = envelopesIn(b);
  return inA.size > 0 && inB.size > 0 && ![...inA].some((envelope) => inB.has(envelope));
}

function isType({ fact }: EventContract): boolean {
  return fact.source === 'type';
}

/**
 * How field names are compared: as written, and between two types without regard to the convention. A type says how its own code calls a field
 * (`approvalId` of what was parsed from `approval_id`); a table and a test say what is on the wire.
 */
function spellingFor(a: EventContract, b: EventContract): (field: string) => string {
  return isType(a) && isType(b) ? canonicalName : (field) => field;
}

function unknownTo(facts: FactIndex, contract: EventContract, fields: readonly string[], nameIn: (field: string) => string): string[] {
  const known = new Set([...contract.required, ...contract.optional].map((field) => nameIn(leafOf(field))));
  const missing = fields.filter((field) => !known.has(nameIn(field)));
  if (missing.length === 0 || !isType(contract)) return missing;
  const added = new Set(fieldsOfExtensions(facts, contract).map(nameIn));
  return missing.filter((field) => !added.has(nameIn(field)));
}

/** Fields of the types that are made with this one: what a base leaves out, the whole message may have. */
function fieldsOfExtensions(facts: FactIndex, { fact }: EventContract): string[] {
  return facts.of('type')
    .filter(({ bases, file }) => bases.includes(fact.container)
      && (file.path === fact.file.path || lookUp(facts, file.path, fact.container)?.path === fact.file.path))
    .flatMap(({ fields }) => fields.map(({ name }) => name));
}

function envelopesIn(contract: EventContract): Set<string> {
  return new Set(contract.required.flatMap((field) => (isEnvelopeName(field) ? [field] : envelopeOf(field) === '' ? [] : [envelopeOf(field)])));
}

function nearMissesBetween(facts: FactIndex, a: EventContract, b: EventContract): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const nameIn = spellingFor(a, b);
  for (const one of unknownTo(facts, b, demandedFields(a), nameIn)) {
    for (const other of unknownTo(facts, a, demandedFields(b), nameIn)) if (isNearMiss(one, other)) pairs.push(one < other ? [one, other] : [other, one]);
  }
  return pairs;
}

/** Events that share a table are one family, with one finding. */
function familiesOf(conflicts: readonly Conflict[]): Conflict[][] {
  const families: { tables: Set<string>; conflicts: Conflict[] }[] = [];
  for (const conflict of conflicts) {
    const tables = new Set(conflict.voices.map(({ contract }) => contract.table));
    const own = { tables, conflicts: [conflict] };
    for (const family of families.filter((candidate) => [...tables].some((table) => candidate.tables.has(table)))) {
      for (const table of family.tables) own.tables.add(table);
      own.conflicts.unshift(...family.conflicts);
      families.splice(families.indexOf(family), 1);
    }
    families.push(own);
  }
  return families.map((family) => family.conflicts);
}

function draftOf(family: readonly Conflict[]): FindingDraft {
  const tables = new Map<string, { voice: Voice; first: EventContract; events: number }>();
  for (const { event, voices } of family) {
    for (const voice of voices) {
      const { table, fact } = voice.contract;
      const known = tables.get(table);
      if (!known) tables.set(table, { voice, first: voice.contract, events: 1 });
      else {
        known.events++;
        if (fact.span[0] < known.first.fact.span[0]) known.first = voice.contract;
      }
    }
    // A table is shown where it begins, be the contradiction in its first entry or not.
    for (const contract of event.contracts) {
      const known = contract.fact.partial ? undefined : tables.get(contract.table);
      if (known && contract.fact.span[0] < known.first.fact.span[0]) known.first = contract;
    }
  }
  const ranked = [...tables.values()].sort((a, b) => Number(b.voice.production) - Number(a.voice.production) || b.voice.reach - a.voice.reach || b.events - a.events
    || (a.first.fact.file.path < b.first.fact.file.path ? -1 : 1));
  const shown = ranked.slice(0, MAX_SITES);
  const authorities = ranked.filter(({ voice }) => isAuthority(voice)).length;
  const worst = [...family].sort((a, b) => b.authorities - a.authorities || b.nearMisses.length - a.nearMisses.length || b.voices.length - a.voices.length)[0]!;
  const names = family.map(({ event }) => event.name);
  const concept = names.length === 1 ? names[0]! : `${worst.event.name} and ${names.length - 1} more`;
  const more = ranked.length - shown.length;
  return {
    key: [...family.map(({ event }) => event.key)].sort()[0]!,
    concept,
    message: `${ranked.length} contracts demand different fields of ${names.length === 1 ? names[0]! : `${names.length} events (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''})`}`
      + `: of ${worst.event.name}, ${enumerate(worst.voices.slice(0, 3).map(({ contract }) => `${contract.fact.container} wants ${demandText(contract)}`))}${more > 0 ? `. ${more} more contracts are not shown` : ''}.`,
    sites: shown.map(({ first, voice, events }) => contractSite(first, `${events === 1 ? first.name : `${events} of these events`}; ${first.name} needs ${demandText(first)}${voice.production ? '' : voice.reach > 0 ? `; test contract with ${plural(voice.reach, 'importer')}` : '; used by its own test only'}`)),
    ownerReason: shown[0]!.voice.production ? `the production contract with the most importers (${shown[0]!.voice.reach})` : 'the contract with the most importers',
    differences: family.slice(0, MAX_EVENTS).flatMap(({ event, voices, nearMisses }) => [
      `${event.name}: ${voices.slice(0, 6).map(({ contract }) => `${nameOf(contract)} demands ${demandText(contract)}`).join('; ')}`,
      ...nearMisses.slice(0, 3).map(([one, other]) => `${event.name}: ${one} and ${other} are likely one field under two names`),
    ]),
    severity: authorities >= 2 && isBreach(family) ? 'error' : 'warning',
    rank: Math.min(1, 0.6 + 0.05 * authorities + 0.03 * names.length),
  };
}

/** Two types of one language may be two stages of one message; a check that refuses it, or the other end of the wire, may not differ. */
function isBreach(family: readonly Conflict[]): boolean {
  return family.some(({ voices }) => voices.some(({ contract }) => !isType(contract)) || new Set(voices.map(({ contract }) => contract.fact.file.language)).size > 1);
}

function demandText(contract: EventContract): string {
  return contract.required.slice(0, 8).join(', ') + (contract.required.length > 8 ? ', ...' : '');
}
