import {
  defineRule, envelopeOf, eventIndexOf, fieldStatus, isEnvelopeName, isNearMiss, isTransportField, leafOf, z,
  type Consumer, type EventContract, type FindingDraft, type KnownEvent, type Producer, type Service, type Site,
} from '../src/index.js';
import { contractSite, demandedFields, hasOwnSocket, isAuthority, nameOf, runningTest, voicesOn, type Voice } from './support/event-contracts.js';
import { isSentOff } from './support/event-channels.js';
import { enumerate } from './support/environment.js';
import { readerDrifts } from './support/reader-drift.js';
import { plural } from './support/process-wide.js';

const MAX_PRODUCERS = 5;
const MAX_CONTRACTS = 8;
const MAX_CONSUMERS = 3;

export default defineRule({
  meta: {
    id: 'event-payload-drift',
    category: 'event-contract-drift',
    title: 'Event sent without what its contracts demand',
    description: 'Reports producers of an event whose message lacks fields, names them otherwise or wraps them otherwise than contracts and consumers expect.',
    rationale: 'The consumer finds nothing under the name it reads and shows a default, or drops the message; a test that checks the contract fails for a reason that its text does not tell.',
    remedy: 'Build the message in one function that the contract is made from, and let every producer call it.',
    severity: 'warning',
    tags: ['events', 'cross-service'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const isSent = runningTest(facts);
    for (const event of eventIndexOf(facts).events) {
      if (!isSentOff(event)) continue;
      const producers = event.producers.filter(isSent);
      const voices = voicesOn(facts, event);
      yield* readerDrifts(facts, event, isSent, voices);
      // Every part of a product has errors of its own: only who reads one from the other side can miss something.
      if (producers.length === 0 || event.key === 'error') continue;
      // What a Python handler is given a dispatcher may have unwrapped.
      const consumers = event.consumers.filter(({ fact }) => fact.file.role === 'production' && fact.file.language === 'typescript' && fact.keys.length > 0);
      if (voices.length === 0 && consumers.length === 0) continue;
      const producing = new Set(producers.map(({ fact }) => fact.file.service));
      const drifts = producers.flatMap((producer) => driftOf(producer, voices.filter((voice) => binds(voice, producer, producing)), consumers) ?? []);
      for (const group of groupsOf(drifts)) yield draftOf(event, group, hasOwnSocket(facts, group[0]!.producer));
      yield* disagreements(event, producers, voices);
    }
  },
});

interface Charge {
  /** Says what is so; equal texts make producers of one file one finding. */
  text: string;
  voices: readonly Voice[];
  consumers: readonly Consumer[];
  /** Every contract that speaks of the event agrees. */
  unanimous: boolean;
}

interface Drift {
  producer: Producer;
  charges: readonly Charge[];
  /** The contracts that bind the producer. */
  voices: readonly Voice[];
}

/**
 * Whether a contract speaks to a producer: it calls the event by the same name, and is of the same service, of one that only receives the
 * event, or of code that services share. Two services that each greet their clients with `connected` owe each other nothing.
 */
function binds({ contract }: Voice, producer: Producer, producing: ReadonlySet<Service>): boolean {
  if (contract.name !== producer.name && !contract.fact.symbolic && !contract.fact.namedAfter && !producer.fact.symbolic) return false;
  const { service } = contract.fact.file;
  // Tests beside the services speak for all of them.
  const isCommon = service.kind === 'library' || (service.name === '' && contract.fact.file.role !== 'production');
  return service === producer.fact.file.service || isCommon || !producing.has(service);
}

function driftOf(producer: Producer, voices: readonly Voice[], consumers: readonly Consumer[]): Drift | undefined {
  const charges = [...fieldCharges(producer, voices), ...envelopeCharges(producer, voices, consumers)];
  // That a consumer looks elsewhere proves little by itself: another producer, or a normaliser, may stand between the two.
  const isProven = charges.some((charge) => charge.voices.length > 0) || (voices.length === 0 && charges.length > 0);
  return isProven ? { producer, charges, voices } : undefined;
}

/** Who demands which field. */
function demandsOf(voices: readonly Voice[]): Map<string, Voice[]> {
  const demands = new Map<string, Voice[]>();
  for (const voice of voices) {
    for (const field of demandedFields(voice.contract)) {
      const known = demands.get(field);
      if (known) known.push(voice);
      else demands.set(field, [voice]);
    }
  }
  return demands;
}

/**
 * Whether enough contracts speak for a name of a field that nobody is wrong who uses it: one that others rely on, or a third of all. Where
 * two names have that, the contracts quarrel and not the producer.
 */
function isEstablished(demanding: readonly Voice[] | undefined, voices: readonly Voice[]): boolean {
  return demanding !== undefined && (demanding.some(isAuthority) || demanding.length * 3 >= voices.length);
}

/** Fields that contracts demand and the producer does not send. Names for one thing (`thought`, `reasoning`) are one demand. */
function fieldCharges(producer: Producer, voices: readonly Voice[]): Charge[] {
  const demands = demandsOf(voices);
  const speaking = voices.filter(({ contract }) => demandedFields(contract).length > 0);
  const charges: Charge[] = [];
  const settled = new Set<string>();
  for (const [field] of [...demands].sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1))) {
    // A name that few use for a demand that has been weighed under its common name.
    if (settled.has(field) || [...settled].some((name) => isNearMiss(name, field))) continue;
    const names = [field, ...[...demands.keys()].filter((other) => isNearMiss(other, field) && isEstablished(demands.get(other), speaking))];
    for (const name of names) settled.add(name);
    const statuses = names.map((name) => fieldStatus(producer, name));
    if (statuses.some(({ state }) => state === 'sent' || state === 'unknown')) continue;
    const renamed = statuses.find((status) => status.state === 'renamed');
    if (renamed?.state === 'renamed' && isEstablished(demands.get(renamed.as), speaking)) continue;
    const accusing = voices.filter((voice) => names.some((name) => demands.get(name)!.includes(voice)));
    const unanimous = isUnanimous(accusing, speaking);
    if (!unanimous && !outweighs(accusing, speaking)) continue;
    const text = renamed?.state === 'renamed' ? `sends ${renamed.as} where ${either(names)} is demanded` : names.length > 1 ? `sends neither ${names.join(' nor ')}` : `does not send ${field}`;
    charges.push({ text, voices: accusing, consumers: [], unanimous });
  }
  return charges;
}

function isUnanimous(accusing: readonly Voice[], speaking: readonly Voice[]): boolean {
  return accusing.length === speaking.length && (accusing.length > 1 || accusing.some(isAuthority));
}

/** More than the word of one contract: two that others rely on, one of them with a third of all, or most. */
function outweighs(accusing: readonly Voice[], speaking: readonly Voice[]): boolean {
  const authorities = accusing.filter(isAuthority).length;
  return accusing.length > 1 && (authorities > 1 || (authorities === 1 && accusing.length * 3 >= speaking.length) || accusing.length * 2 > speaking.length);
}

/** The payload is wrapped in another key than contracts demand or consumers look into. */
function envelopeCharges(producer: Producer, voices: readonly Voice[], consumers: readonly Consumer[]): Charge[] {
  const { envelope } = producer;
  // Where a builder puts what it is given is its own affair.
  if (envelope === undefined || producer.builder !== undefined || producer.open.top) return [];
  // What carries its name only has nothing that could stand in the wrong place.
  if (![...producer.keys.keys()].some((path) => !isEnvelopeName(path) && !isTransportField(leafOf(path)))) return [];
  const charges: Charge[] = [];
  const placed = voices.map((voice) => ({ voice, ...placement(voice.contract, producer) }));
  const against = placed.filter(({ misplaced, wrapper }) => misplaced || wrapper !== undefined);
  const content = placed.filter(({ voice, fits }) => fits && !against.some((other) => other.voice === voice));
  if (against.some(({ voice }) => isAuthority(voice)) && against.length > 1 && against.length > content.length) {
    const wrappers = [...new Set(against.flatMap(({ wrapper }) => (wrapper === undefined ? [] : [wrapper])))];
    const accusing = against.map(({ voice }) => voice);
    const elsewhere = against.some(({ misplaced }) => misplaced) && (envelope !== '' || wrappers.length === 0);
    const wanted = [...(wrappers.length > 0 ? [`in ${either(wrappers)}`] : []), ...(elsewhere ? [envelope === '' ? 'inside an envelope' : 'at the top'] : [])];
    charges.push({ text: `${wrappingText(envelope)} what is demanded ${either(wanted)}`, voices: accusing, consumers: [], unanimous: content.length === 0 && isUnanimous(accusing, voices) });
  }
  const readers = consumers.flatMap((consumer) => {
    const from = consumer.fact.file.service === producer.fact.file.service ? [] : missedReads(consumer, producer);
    return from.length > 0 ? [{ consumer, from }] : [];
  });
  if (readers.length > 0) {
    const from = [...new Set(readers.flatMap((reader) => reader.from))].sort().map((place) => (place === '' ? 'the top' : place));
    charges.push({ text: `${wrappingText(envelope)} what ${readers.length === 1 ? 'a consumer reads' : 'consumers read'} from ${either(from)}`, voices: [], consumers: readers.map(({ consumer }) => consumer), unanimous: false });
  }
  return charges;
}

function wrappingText(envelope: string): string {
  return envelope === '' ? 'sends flat' : `wraps in ${envelope}`;
}

/** Whether the fields that a contract and a producer share stand where the contract wants them, and the envelope it demands and does not get. */
function placement(contract: EventContract, producer: Producer): { misplaced: boolean; fits: boolean; wrapper?: string } {
  let misplaced = false;
  let fits = false;
  let wrapper: string | undefined;
  for (const field of contract.required) {
    if (isEnvelopeName(field)) {
      if (producer.keys.has(field)) fits = true;
      else wrapper = field;
    } else if (producer.keys.has(field)) fits ||= !isTransportField(leafOf(field));
    else if (!isTransportField(leafOf(field)) && fieldStatus(producer, field).state === 'sent') misplaced = true;
  }
  return { misplaced, fits, ...(wrapper === undefined ? {} : { wrapper }) };
}

/** The envelopes in which a consumer looks for fields that the producer sends elsewhere, where it looks nowhere else for them. */
function missedReads(consumer: Consumer, producer: Producer): string[] {
  const own = new Set([...producer.keys.keys()].filter((path) => !isEnvelopeName(path)).map(leafOf));
  const shared = consumer.fact.keys.filter(({ path }) => own.has(leafOf(path)) && !isEnvelopeName(path) && !isTransportField(leafOf(path)));
  const found = new Set(shared.filter(({ path }) => producer.keys.has(path)).map(({ path }) => leafOf(path)));
  return shared.filter(({ path }) => !producer.keys.has(path) && !found.has(leafOf(path))).map(({ path }) => envelopeOf(path));
}

/** Producers of one file that drift in the same way are one finding. */
function groupsOf(drifts: readonly Drift[]): Drift[][] {
  const groups = new Map<string, Drift[]>();
  for (const drift of drifts) {
    const { fact } = drift.producer;
    const key = [fact.file.path, ...drift.charges.map(({ text }) => text)].join('\0');
    const group = groups.get(key);
    if (group) group.push(drift);
    else groups.set(key, [drift]);
  }
  return [...groups.values()];
}

/** `isElsewhere`: the producer has a socket of its own, and contracts and consumers may be those of another. */
function draftOf(event: KnownEvent, group: readonly Drift[], isElsewhere: boolean): FindingDraft {
  const { producer, charges, voices } = group[0]!;
  const { fact } = producer;
  const accusing = voices.filter((voice) => charges.some((charge) => charge.voices.includes(voice)));
  const consumers = [...new Set(charges.flatMap((charge) => charge.consumers))];
  const unanimous = charges.some((charge) => charge.unanimous);
  const where = functionOf(producer);
  const functions = [...new Set(group.map((drift) => functionOf(drift.producer)))];
  const agree = voices.length - accusing.length;
  const producers = group.map(({ producer: { fact: site, keys } }): Site => ({ fact: site, message: `sends ${keyText(keys)}`, role: 'producer', symbol: symbolOf(site) }));
  const contracts = accusing.map(({ contract }) => contractSite(contract, `demands ${contract.required.slice(0, 8).join(', ')}`));
  const readers = consumers.map(consumerSite);
  return {
    key: `${event.key} from ${[fact.file.service.name, where].filter((part) => part !== '').join(':')}`,
    concept: event.name,
    message: `${where} ${enumerate(charges.slice(0, 4).map(({ text }) => text))} in ${event.name}${accusing.length > 0 ? `: ${accusingText(accusing.length, voices.length, unanimous)}` : ''}.`
      + (functions.length > 1 ? ` So ${functions.length === 2 ? 'does one more function' : `do ${functions.length - 1} more functions`} of this file.` : ''),
    sites: [...producers.slice(0, MAX_PRODUCERS), ...contracts.slice(0, MAX_CONTRACTS), ...readers.slice(0, MAX_CONSUMERS)],
    unlisted: [...producers.slice(MAX_PRODUCERS), ...contracts.slice(MAX_CONTRACTS), ...readers.slice(MAX_CONSUMERS)],
    differences: [
      ...charges.map((charge) => `${charge.text}${charge.voices.length > 0 ? `: ${enumerate(charge.voices.slice(0, 4).map(({ contract }) => nameOf(contract)))}${charge.voices.length > 4 ? ` and ${charge.voices.length - 4} more` : ''}` : ''}`),
      ...(agree > 0 && accusing.length > 0 && !unanimous ? [`${agree} of ${voices.length} contracts ${agree === 1 ? 'has' : 'have'} no objection: bring the contracts together first`] : []),
      ...(isElsewhere ? [`${fact.file.path} has a socket route of its own, and the service has others: only what its own client reads is proof`] : []),
      ...(producer.builder === undefined ? [] : [`the message that leaves is made by ${producer.builder}`]),
    ],
    // Where most contracts have no objection, they quarrel with each other and not with the producer.
    severity: isElsewhere || producer.builder !== undefined ? 'info' : unanimous ? 'error' : accusing.length * 2 > voices.length || accusing.length === 0 ? 'warning' : 'info',
    rank: Math.min(1, 0.4 + 0.1 * charges.length + 0.2 * (accusing.length / Math.max(1, voices.length)) + (unanimous ? 0.2 : 0)),
  };
}

function accusingText(accusing: number, all: number, unanimous: boolean): string {
  if (all === 1) return 'its contract says otherwise';
  if (accusing === all) return `all ${all} contracts say otherwise`;
  if (unanimous) return `${accusing === 1 ? 'the contract that lists' : `all ${accusing} contracts that list`} its fields ${accusing === 1 ? 'says' : 'say'} otherwise`;
  return `${accusing} of ${all} contracts ${accusing === 1 ? 'says' : 'say'} otherwise`;
}

/** Producers that name one field in two ways where the contracts quarrel over it as well, so that none of them is wrong by itself. */
function* disagreements(event: KnownEvent, producers: readonly Producer[], voices: readonly Voice[]): Iterable<FindingDraft> {
  const closed = producers.filter(({ open }) => !open.top && !open.inside);
  const files = new Set(closed.map(({ fact }) => fact.file.path));
  if (files.size < 2) return;
  const leaves = new Map<string, Producer[]>();
  for (const producer of closed) {
    for (const leaf of new Set([...producer.keys.keys()].map(leafOf))) {
      const known = leaves.get(leaf);
      if (known) known.push(producer);
      else leaves.set(leaf, [producer]);
    }
  }
  const demands = demandsOf(voices);
  const names = [...leaves.keys()].sort();
  for (const [index, one] of names.entries()) {
    for (const other of names.slice(index + 1)) {
      if (!isNearMiss(one, other) || !isEstablished(demands.get(one), voices) || !isEstablished(demands.get(other), voices)) continue;
      const ofOne = leaves.get(one)!.filter((producer) => !leaves.get(other)!.includes(producer));
      const ofOther = leaves.get(other)!.filter((producer) => !leaves.get(one)!.includes(producer));
      if (ofOne.length === 0 || ofOther.length === 0) continue;
      const speakOf = (name: string): Voice[] => voices.filter(({ contract }) => demandedFields(contract).includes(name));
      yield {
        key: `${event.key} ${one} or ${other}`,
        concept: event.name,
        message: `${event.name} is sent with ${one} by ${placeOf(ofOne[0]!)}${andMore(ofOne.length)} and with ${other} by ${placeOf(ofOther[0]!)}${andMore(ofOther.length)}.`,
        sites: [
          ...ofOne.slice(0, 3).map(({ fact }): Site => ({ fact, message: `sends ${one}`, role: 'producer', symbol: symbolOf(fact) })),
          ...ofOther.slice(0, 3).map(({ fact }): Site => ({ fact, message: `sends ${other}`, role: 'producer', symbol: symbolOf(fact) })),
          ...speakOf(one).slice(0, 3).map(({ contract }) => contractSite(contract, `demands ${one}`)),
          ...speakOf(other).slice(0, 3).map(({ contract }) => contractSite(contract, `demands ${other}`)),
        ],
        differences: [`${one}: sent in ${plural(ofOne.length, 'place')}, demanded by ${plural(speakOf(one).length, 'contract')}`, `${other}: sent in ${plural(ofOther.length, 'place')}, demanded by ${plural(speakOf(other).length, 'contract')}`],
        severity: 'warning',
        rank: 0.7,
      };
    }
  }
}

function consumerSite({ fact }: Consumer): Site {
  return { fact, message: `reads ${keyText(new Map(fact.keys.map(({ path, optional }) => [path, optional])))}`, role: 'consumer', symbol: symbolOf(fact), ...(fact.readsAt ? { line: fact.readsAt[0] } : {}) };
}

function functionOf({ fact }: Producer): string {
  return fact.scope.slice(-2).join('.') || fact.file.path;
}

function placeOf(producer: Producer): string {
  return `${functionOf(producer)} (${producer.fact.file.path})`;
}

function symbolOf(fact: { scope: readonly string[]; name: string }): string {
  return [...fact.scope, fact.name].join('.');
}

function keyText(keys: ReadonlyMap<string, boolean>): string {
  const names = [...keys].map(([path, optional]) => (optional ? `${path}?` : path));
  return names.length === 0 ? 'nothing' : names.slice(0, 10).join(', ') + (names.length > 10 ? ', ...' : '');
}

function either(names: readonly string[]): string {
  return names.join(' or ');
}

function andMore(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : '';
}
