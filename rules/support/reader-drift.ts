import {
  canonicalName, envelopeOf, eventIndexOf, fieldStatus, isEnvelopeName, isTransportField, leafOf,
  type Consumer, type FactIndex, type FindingDraft, type KnownEvent, type Producer, type Site,
} from '../../src/index.js';
import { enumerate } from './environment.js';
import { isOnlyNamed, isProtocolEvent, shareChannelName, talksOf, wireOf } from './event-channels.js';
import { contractSite, hasOwnSocket, isAuthority, isLiving, type Voice } from './event-contracts.js';
import { plural } from './process-wide.js';

const MAX_PRODUCERS = 6;
/** Events of a service that another must handle before the two are known to talk. */
const MINIMUM_TALK = 3;

/** Handlers that read of an event what those who send it to them do not put into it. One finding per event and file that handles it. */
export function* readerDrifts(facts: FactIndex, event: KnownEvent, isRunning: (place: Producer | Consumer) => boolean, voices: readonly Voice[]): Iterable<FindingDraft> {
  // A stream has a reader of its own, whatever the sockets beside it say.
  const producers = event.producers.filter((producer) => isLiving(producer) && wireOf(producer) !== undefined && !/^(?:yield|stream)$/.test(producer.fact.via) && producer.fact.file.service.kind === 'service');
  if (producers.length === 0) return;
  const consumers = event.consumers.filter((consumer) => isLiving(consumer) && isReader(consumer));
  const byFile = new Map<string, Drift[]>();
  for (const consumer of consumers) {
    const drift = driftOf(facts, consumer, producers, isRunning);
    if (!drift) continue;
    const { path } = consumer.fact.file;
    const list = byFile.get(path);
    if (list) list.push(drift);
    else byFile.set(path, [drift]);
  }
  for (const drifts of byFile.values()) yield draftOf(facts, event, drifts, consumers, voices);
}

interface Drift {
  consumer: Consumer;
  reads: readonly string[];
  /** Producers that send none or little of what the consumer reads, or all of it in an envelope that it does not look into. */
  missed: readonly Producer[];
  /** Fields that none of them sends. */
  unmet: readonly string[];
  /** What an unmet field is called by who sends it. */
  renamed: ReadonlyMap<string, string>;
  isFirm: boolean;
}

/** Places that read keys for this event alone: a condition that lets several events pass may read for another of them. */
function isReader(consumer: Consumer): boolean {
  const { via } = consumer.fact;
  return via !== 'membership' && via !== 'prefix' && via !== 'type-map' && consumer.fact.file.service.kind === 'service' && !isOnlyNamed(consumer) && readsOf(consumer).length > 0;
}

/** Paths of what a consumer reads beyond what carries a message. */
function readsOf({ fact }: Consumer): string[] {
  return fact.keys.map(({ path }) => path).filter((path) => !isTransportField(leafOf(path)) && !isEnvelopeName(leafOf(path)) && leafOf(path) !== '*');
}

function driftOf(facts: FactIndex, consumer: Consumer, all: readonly Producer[], isRunning: (place: Producer | Consumer) => boolean): Drift | undefined {
  const bound = boundTo(facts, consumer, all);
  const running = bound.filter(isRunning);
  const candidates = running.length > 0 ? running : bound;
  const reads = readsOf(consumer);
  const missed = candidates.filter((producer) => isMissed(consumer, reads, producer));
  const isPartly = missed.some((producer) => sharedWith(reads, producer).length > 0);
  if (missed.length === 0) return undefined;
  const statuses = (path: string): ReturnType<typeof fieldStatus>[] => missed.map((producer) => fieldStatus(producer, path));
  const unmet = reads.filter((path) => statuses(path).every(({ state }) => state === 'missing' || state === 'renamed'));
  const renamed = new Map(unmet.flatMap((path) => {
    const other = statuses(path).find((status) => status.state === 'renamed');
    return other?.state === 'renamed' ? [[path, other.as] as const] : [];
  }));
  // Where others send what it reads, it may be meant for those; where it hands the message on, others may read the rest.
  const isFirm = unmet.length > 0 && !isPartly && missed.length === candidates.length && running.length > 0 && isRunning(consumer) && !consumer.fact.open
    && missed.every((producer) => contentOf(producer).length > 0);
  return { consumer, reads, missed, unmet, renamed, isFirm };
}

/** The producers whose messages reach a consumer: those of its own channel where it has one, else those of the services that talk to its own. */
function boundTo(facts: FactIndex, consumer: Consumer, producers: readonly Producer[]): Producer[] {
  const { service } = consumer.fact.file;
  const foreign = producers.filter((producer) => producer.fact.file.service !== service && isSameName(producer, consumer));
  const own = foreign.filter((producer) => hasOwnSocket(facts, producer));
  const channel = own.filter((producer) => shareChannelName(producer, consumer, producers));
  if (channel.length > 0) return channel;
  const talks = talksOf(eventIndexOf(facts));
  return foreign.filter((producer) => !own.includes(producer) && (talks.get(producer.fact.file.service)?.get(service)?.size ?? 0) >= MINIMUM_TALK);
}

function isSameName(producer: Producer, consumer: Consumer): boolean {
  return producer.name === consumer.name || producer.fact.symbolic || consumer.fact.symbolic;
}

function isMissed(consumer: Consumer, reads: readonly string[], producer: Producer): boolean {
  if (producer.open.top || producer.open.inside || producer.builder !== undefined) return false;
  const shared = sharedWith(reads, producer);
  // A field or two beyond what it is sent may be of use with another producer.
  if (shared.length * 2 < reads.length && reads.length - shared.length > 1 || shared.length === 0) return true;
  // A handler that is given the message by a dispatcher may be given the inside of an envelope.
  const isWhole = /^(?:comparison|case|map-key)$/.test(consumer.fact.via) && shared.every((path) => !path.startsWith('*.'));
  return isWhole && producer.envelope !== undefined && shared.every((path) => !producer.keys.has(path) && isElsewhere(path, producer));
}

function sharedWith(reads: readonly string[], producer: Producer): string[] {
  const sent = new Set([...producer.keys.keys()].map((key) => canonicalName(leafOf(key))));
  return reads.filter((path) => sent.has(canonicalName(leafOf(path))));
}

/** Sent by the name that is read, in another envelope. */
function isElsewhere(path: string, producer: Producer): boolean {
  return [...producer.keys.keys()].some((key) => leafOf(key) === leafOf(path) && envelopeOf(key) !== envelopeOf(path));
}

function contentOf({ keys }: Producer): string[] {
  return [...keys.keys()].filter((path) => !isEnvelopeName(path) && !isTransportField(leafOf(path)));
}

function draftOf(facts: FactIndex, event: KnownEvent, drifts: readonly Drift[], consumers: readonly Consumer[], voices: readonly Voice[]): FindingDraft {
  const ordered = [...drifts].sort((a, b) => Number(b.isFirm) - Number(a.isFirm) || b.unmet.length - a.unmet.length || a.consumer.fact.span[0] - b.consumer.fact.span[0]);
  const drift = ordered[0]!;
  const { consumer, missed, unmet, renamed } = drift;
  const isFirm = drift.isFirm && !isProtocolEvent(event);
  const named = unmet.length > 0 ? unmet : drift.reads;
  const senders = byUse(facts, missed);
  const first = senders[0]!;
  const satisfied = consumers.filter((other) => other.fact.file !== consumer.fact.file && other.fact.file.service === consumer.fact.file.service && !isMissed(other, readsOf(other), first));
  const demanding = voices.filter((voice) => isAuthority(voice) && voice.contract.required.some((field) => !isTransportField(leafOf(field)) && !isEnvelopeName(leafOf(field)) && fieldStatus(first, field).state === 'missing'));
  const sending = senders.map(({ fact, keys }): Site => ({ fact, message: `sends ${listed([...keys.keys()])}`, role: 'producer', symbol: symbolOf(fact) }));
  return {
    key: `${event.key} read in ${consumer.fact.file.path}`,
    concept: event.name,
    message: `${placeOf(consumer)} reads ${listed(named)} of ${event.name}, and ${placeOf(first)} ${sendsText(drift, first)}${missed.length > 1 ? `; ${missed.length - 1} more ${missed.length === 2 ? 'producer does' : 'producers do'} not send it so either` : ''}.`,
    sites: [
      ...ordered.slice(0, 2).map((each): Site => readerSite(each.consumer, each.unmet.length > 0 ? each.unmet : each.reads)),
      ...sending.slice(0, MAX_PRODUCERS),
      ...satisfied.slice(0, 2).map((other) => readerSite(other, readsOf(other))),
      ...[...demanding.filter(({ production }) => production).slice(0, 2), ...demanding.filter(({ production }) => !production).slice(0, 2)].map(({ contract }) => contractSite(contract, `demands ${contract.required.slice(0, 8).join(', ')}`)),
    ],
    unlisted: sending.slice(MAX_PRODUCERS),
    differences: [
      ...[...renamed].map(([read, sent]) => `${read} is read, ${sent} is sent`),
      ...shapesText(senders),
      ...(satisfied.length > 0 ? [`${enumerate(satisfied.slice(0, 3).map(placeOf))} ${satisfied.length === 1 ? 'reads' : 'read'} what is sent: two handlers of one event disagree`] : []),
    ],
    severity: isFirm ? 'warning' : 'info',
    rank: Math.min(1, 0.4 + 0.1 * named.length + (isFirm ? 0.2 : 0)),
  };
}

function sendsText({ unmet, renamed }: Drift, producer: Producer): string {
  const content = contentOf(producer);
  if (unmet.length === 0) return producer.envelope ? `wraps it in ${producer.envelope}` : 'sends it flat';
  if (renamed.size > 0) return `sends ${listed([...new Set(renamed.values())])}`;
  return content.length === 0 ? 'sends none of it' : `sends ${listed(content)} instead`;
}

/** The ways in which the event is shaped, by what stands at the top and in which envelope. */
function shapesText(producers: readonly Producer[]): string[] {
  const shapes = new Map<string, number>();
  for (const producer of producers) shapes.set(shapeOf(producer), (shapes.get(shapeOf(producer)) ?? 0) + 1);
  return shapes.size < 2 ? [] : [`sent in ${shapes.size} shapes: ${[...shapes].slice(0, 4).map(([shape, count]) => `${shape} (${plural(count, 'place')})`).join('; ')}`];
}

function shapeOf(producer: Producer): string {
  const content = contentOf(producer).sort();
  return content.length === 0 ? 'nothing but its name' : content.slice(0, 4).join(', ');
}

/** Of each shape and file one before a second of any; what most of the product uses first. */
function byUse(facts: FactIndex, producers: readonly Producer[]): Producer[] {
  const uses = (producer: Producer): number => facts.imports.importerCountOfModule(producer.fact.file.path).production;
  const sorted = [...producers].sort((a, b) => uses(b) - uses(a));
  const seen = new Set<string>();
  const first = sorted.filter((producer) => !seen.has(shapeOf(producer)) && seen.add(shapeOf(producer)));
  return [...first, ...sorted.filter((producer) => !first.includes(producer))];
}

function readerSite({ fact }: Consumer, paths: readonly string[]): Site {
  const lines = fact.keys.flatMap(({ path, line }) => (line !== undefined && paths.includes(path) ? [line] : []));
  const line = lines.length > 0 ? Math.min(...lines) : fact.readsAt?.[0];
  return { fact, message: `reads ${listed(paths)}`, role: 'consumer', symbol: symbolOf(fact), ...(line === undefined ? {} : { line }) };
}

function placeOf({ fact }: Producer | Consumer): string {
  return fact.scope.slice(-2).join('.') || fact.file.path;
}

function symbolOf(fact: { scope: readonly string[]; name: string }): string {
  return [...fact.scope, fact.name].join('.');
}

function listed(paths: readonly string[]): string {
  const names = paths.map((path) => path.replace(/^\*\./, ''));
  return names.slice(0, 6).join(', ') + (names.length > 6 ? ', ...' : '');
}
