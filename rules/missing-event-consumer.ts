import { defineRule, eventIndexOf, wordsOf, z, type Consumer, type Dispatcher, type EventIndex, type FactIndex, type FindingDraft, type KnownEvent, type Literal, type Producer, type Site } from '../src/index.js';
import { enumerate } from './support/environment.js';
import { plural } from './support/process-wide.js';
import { connectsOut, isOnWire, isOnlyNamed, talksOf, wireOf } from './support/event-channels.js';
import { hasOwnSocket, isLiving, runningTest } from './support/event-contracts.js';

const MAX_PRODUCERS = 6;
const MAX_DISPATCHERS = 4;

export default defineRule({
  meta: {
    id: 'missing-event-consumer',
    category: 'missing-event-consumer',
    title: 'Event that nobody handles, or that one dispatcher forgot',
    description: 'Reports events sent to another service that no code handles while others of the same channel are handled, and dispatchers that handle all events of a family but one.',
    rationale: 'The message arrives and is dropped without a word: the screen stays in its last state, and nothing in a log says why.',
    remedy: 'Handle the event, or stop sending it. Derive the list of a dispatcher from the one enum of events, so that a new member cannot be forgotten.',
    severity: 'warning',
    tags: ['events', 'cross-service'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    /** How many events of a channel must be handled before an unhandled one is remarkable. */
    minimumHandled: z.int().min(1).default(3),
    /** Share of a family that a dispatcher must handle before a missing member is remarkable. */
    minimumShare: z.number().min(0).max(1).default(0.75),
  }),
  *check({ facts, options }) {
    const index = eventIndexOf(facts);
    const isSent = runningTest(facts);
    yield* unhandled(facts, index, isSent, knownElsewhere(facts), options.minimumHandled);
    yield* forgotten(index, isSent, options.minimumShare);
  },
});

// Events that nobody handles

interface Channel {
  name: string;
  /** Events sent over it, with the services other than the sender's that handle them. */
  events: Map<string, Set<string>>;
}

/** Events without any consumer that go the way of others that are handled in another service. */
function* unhandled(facts: FactIndex, index: EventIndex, isSent: (place: Producer | Consumer) => boolean, isKnownTo: KnownTest, minimumHandled: number): Iterable<FindingDraft> {
  const channels = channelsOf(index);
  for (const event of index.events) {
    if (event.key === 'error') continue; // Every part of a product has errors of its own.
    const living = event.producers.filter(isLiving);
    const running = living.filter(isSent);
    const producers = running.length > 0 ? running : living;
    // What a library sends is for those who use it, outside this tree too.
    if (producers.length === 0 || producers.some(({ fact }) => fact.file.service.kind === 'library')) continue;
    const consumers = [...event.consumers, ...index.handledByPrefix(event.key)].filter((consumer) => isLiving(consumer) && receives(consumer, producers));
    if (consumers.some((consumer) => !isOnlyNamed(consumer))) continue;
    const evidence = evidenceFor(facts, index, channels, producers, minimumHandled)
      // Beside what runs inside the process, code that waits to be used may send it.
      ?? (running.length > 0 ? asWeak(evidenceFor(facts, index, channels, living.filter((producer) => !running.includes(producer)), minimumHandled)) : undefined);
    if (!evidence) continue;
    const { channel, handled, services, among } = evidence;
    if (isKnownTo(event, handled.map((key) => index.get(key)!), producers)) continue;
    const siblings = handled.slice(0, 4).map((key) => index.get(key)!.name);
    const files = new Set(producers.map(({ fact }) => fact.file.path));
    const sending = producerSites([...producers, ...living.filter((producer) => !producers.includes(producer))]);
    const naming = consumers.map(({ fact }): Site => ({ fact, message: 'only names it', role: 'reader', symbol: [...fact.scope, fact.name].join('.') }));
    yield {
      key: event.key,
      // What nothing running sends, and what is only known to be built, hurts nobody today; a type map may stand for a handler out of sight.
      ...((running.length === 0 || naming.length > 0 || evidence.isWeak) && { severity: 'info' as const }),
      concept: event.name,
      message: `${event.name} is sent by ${symbolOf(producers[0]!)}${files.size > 1 ? ` and in ${plural(files.size - 1, 'more file')}` : ''} and handled nowhere, while ${handled.length} other events of ${channel} are handled${services.length > 0 ? ` in ${enumerate(services)}` : ''} (${siblings.join(', ')}${handled.length > 4 ? ', ...' : ''}).`,
      sites: [...sending.slice(0, MAX_PRODUCERS), ...naming.slice(0, 2)],
      unlisted: [...sending.slice(MAX_PRODUCERS), ...naming.slice(2)],
      differences: [
        `${handled.length} of ${among} events sent over ${channel} have a consumer outside the sender's service; ${event.name} has none`,
        ...(running.length === 0 ? ['nothing that runs uses the code that sends it'] : []),
      ],
      rank: 0.4 + Math.min(0.3, 0.1 * files.size) - (running.length === 0 ? 0.2 : 0),
    };
  }
}

interface Evidence {
  channel: string;
  /** Other events of the channel that are handled, how many go over it, and where they are handled. */
  handled: string[];
  among: number;
  services: string[];
  /** It is not known that the event goes that way. */
  isWeak: boolean;
}

function evidenceFor(facts: FactIndex, index: EventIndex, channels: ReadonlyMap<string, Channel>, producers: readonly Producer[], minimumHandled: number): Evidence | undefined {
  return producers.flatMap((producer) => channelIds(producer).flatMap((id) => evidenceOf(channels.get(id)) ?? []))
    .filter(({ handled }) => handled.length >= minimumHandled)
    .sort((a, b) => b.handled.length - a.handled.length)[0] ?? serviceEvidence(facts, index, producers, minimumHandled);
}

function asWeak(evidence: Evidence | undefined): Evidence | undefined {
  return evidence && { ...evidence, isWeak: true };
}

/** Another service handles what this one sends over its sockets, whatever the method: the sockets of a service are one channel too. */
function serviceEvidence(facts: FactIndex, index: EventIndex, producers: readonly Producer[], minimumHandled: number): Evidence | undefined {
  const wires = producers.flatMap((producer) => {
    const wire = wireOf(producer);
    return wire === undefined || connectsOut(facts, producer) ? [] : [{ wire, producer }];
  });
  const direct = wires.filter(({ wire, producer }) => wire === 'socket' && !hasOwnSocket(facts, producer));
  const { producer } = direct[0] ?? wires[0] ?? {};
  if (!producer) return undefined;
  const sender = producer.fact.file.service;
  if (sender.name === '') return undefined;
  const heard = [...talksOf(index).get(sender) ?? []].filter(([, events]) => events.size >= minimumHandled);
  if (heard.length === 0) return undefined;
  const handled = [...new Set(heard.flatMap(([, events]) => [...events]))].sort();
  const among = index.events.filter((event) => event.producers.some((other) => other.fact.file.service === sender && isLiving(other) && isOnWire(other))).length;
  return { channel: sender.name, handled, among, services: heard.map(([{ name }]) => name).filter((name) => name !== '').sort(), isWeak: direct.length === 0 || handled.length * 4 < among };
}

type KnownTest = (event: KnownEvent, siblings: readonly KnownEvent[], producers: readonly Producer[]) => boolean;

/**
 * Tests whether a service that does not send an event keeps its name in a fixed list or table beside one that it handles: it knows the event, by
 * whatever way it gets from the list to a handler. Enums and unions say what may come, and prove nothing.
 */
function knownElsewhere(facts: FactIndex): KnownTest {
  const tables = [
    ...facts.of('enum').filter(({ form }) => form === 'constants').map(({ file, members }) => ({ file, names: members.map(({ value }) => value) })),
    ...facts.of('constant').map(({ file, value }) => ({ file, names: namesIn(value) })),
  ].filter(({ file, names }) => file.role === 'production' && names.length > 1);
  return (event, siblings, producers) => tables.some(({ names, file }) => names.includes(event.name)
    && siblings.some((sibling) => names.includes(sibling.name)) && producers.every(({ fact }) => fact.file.service !== file.service));
}

/** The texts of a list, the keys of a map. */
function namesIn(value: Literal): readonly string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}

/**
 * Whether a handler can be the one that the event is sent to. In the file that sends it is part of sending: it routes, counts or retries; a
 * list of names in the sender's service is a validator's or a monitor's.
 */
function receives({ fact }: Consumer, producers: readonly Producer[]): boolean {
  if (producers.every((producer) => producer.fact.file === fact.file)) return false;
  return (fact.via !== 'membership' && fact.via !== 'prefix') || producers.some((producer) => producer.fact.file.service !== fact.file.service);
}

function channelsOf(index: EventIndex): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const event of index.events) {
    for (const producer of event.producers) {
      if (!isLiving(producer)) continue;
      const { service } = producer.fact.file;
      const outside = event.consumers.filter((consumer) => isLiving(consumer) && !isOnlyNamed(consumer) && consumer.fact.file.service !== service).map((consumer) => consumer.fact.file.service.name);
      for (const id of channelIds(producer)) {
        let channel = channels.get(id);
        if (!channel) channels.set(id, (channel = { name: id.slice(id.lastIndexOf('\0') + 1), events: new Map() }));
        const services = channel.events.get(event.key) ?? new Set<string>();
        for (const name of outside) services.add(name);
        channel.events.set(event.key, services);
      }
    }
  }
  return channels;
}

/**
 * What a producer sends over: the method it calls and the object it calls it on, within its service. A method of the sender's own class
 * (`self._emit`) means something else in each class, so it counts within the file.
 */
function channelIds({ fact }: Producer): string[] {
  const segments = fact.via.replace(/\(\)|\[\]/g, '').split('.');
  const method = segments.at(-1)!;
  const receiver = segments.at(-2)?.replace(/^_+/, '');
  if (method === 'literal' || method === 'yield' || method === 'stream') return [];
  // The page around a frame, or the one that opened the window, may be anybody's.
  if (method === 'postMessage' && /^(?:parent|opener|top)$/.test(receiver ?? '')) return [];
  const service = fact.file.service.name;
  if (receiver === undefined || receiver === 'self' || receiver === 'this' || receiver === 'cls') return [`${fact.file.path}\0${method}`];
  return [`${service}\0${method}`, `${service}\0${receiver}`];
}

function evidenceOf(channel: Channel | undefined): Evidence | undefined {
  if (!channel) return undefined;
  // A service that handles a single one of them is a coincidence of names.
  const counts = new Map<string, number>();
  for (const services of channel.events.values()) for (const service of services) counts.set(service, (counts.get(service) ?? 0) + 1);
  const receiving = [...counts].filter(([, count]) => count > 1).map(([service]) => service);
  const handled = [...channel.events].filter(([, services]) => receiving.some((service) => services.has(service))).map(([event]) => event).sort();
  // Where most events have no handler in sight, the handlers are out of sight.
  if (handled.length * 3 < channel.events.size) return undefined;
  return { channel: channel.name, handled, among: channel.events.size, services: receiving.filter((name) => name !== '').sort(), isWeak: false };
}

// Dispatchers that forgot one

/** Dispatchers that handle all but one of the events that are sent together. */
function* forgotten(index: EventIndex, isSent: (place: Producer | Consumer) => boolean, minimumShare: number): Iterable<FindingDraft> {
  const sent = eventsByFile(index);
  const byFile = new Map<string, Dispatcher[]>();
  for (const dispatcher of index.dispatchers) {
    if (!dispatcher.consumers.some(isLiving)) continue;
    const list = byFile.get(dispatcher.path);
    if (list) list.push(dispatcher);
    else byFile.set(dispatcher.path, [dispatcher]);
  }
  for (const [path, dispatchers] of byFile) {
    // One file often splits its dispatch over several functions: what any of them handles is handled.
    const handled = new Set(dispatchers.flatMap(({ events }) => [...events]));
    const missing = new Map<string, { family: string[]; present: string[] }>();
    for (const choice of [handled, ...dispatchers.map(({ events }) => events)]) {
      if (choice.size < 3) continue;
      const family = familyOf(sent, choice, path);
      const present = family.filter((key) => handled.has(key));
      if (present.length < 3 || present.length < minimumShare * family.length) continue;
      for (const key of family) if (!handled.has(key) && !missing.has(key)) missing.set(key, { family, present });
    }
    for (const [key, { family, present }] of missing) {
      const event = index.get(key)!;
      const { service } = dispatchers[0]!.consumers[0]!.fact.file;
      const producers = event.producers.filter((producer) => isSent(producer) && producer.fact.file.path !== path);
      const others = new Set(event.consumers.filter((consumer) => isLiving(consumer) && consumer.fact.file.path !== path).map(({ fact }) => fact.file));
      // Beside those who send, a list of events is a monitor's or a validator's choice, unless nobody else handles the event.
      const isReceiver = producers.every(({ fact }) => fact.file.service !== service);
      if (producers.length === 0 || (!isReceiver && others.size > 0) || index.handledByPrefix(key).some(({ fact }) => fact.file.path === path)) continue;
      const concerned = dispatchers.filter(({ events }) => present.some((member) => events.has(member)))
        .sort((a, b) => sharedWith(b, family) - sharedWith(a, family) || a.consumers[0]!.fact.span[0] - b.consumers[0]!.fact.span[0]);
      const main = concerned[0]!;
      const sending = producerSites(producers);
      // A dispatcher that nothing running uses forgets nobody's events.
      const isIdle = !concerned.some(({ consumers }) => consumers.some(isSent));
      yield {
        key: `${key} in ${path}`,
        ...(isIdle && { severity: 'info' as const }),
        concept: event.name,
        message: `${main.symbol === '' ? path : main.symbol} handles ${enumerate(present.map((member) => index.get(member)!.name))} and not ${event.name}, which is sent with them by ${symbolOf(producers[0]!)}${producers.length > 1 ? ` and ${producers.length - 1} more` : ''}.`,
        sites: [...concerned.slice(0, MAX_DISPATCHERS).map((dispatcher) => dispatcherSite(dispatcher, event, family)), ...sending.slice(0, MAX_PRODUCERS)],
        unlisted: sending.slice(MAX_PRODUCERS),
        differences: [
          `handled here: ${present.map((member) => index.get(member)!.name).join(', ')}; missing: ${event.name}`,
          ...(others.size > 0 ? [`${plural(others.size, 'other file')} ${others.size === 1 ? 'handles' : 'handle'} ${event.name}`] : []),
        ],
        rank: 0.6 + Math.min(0.3, 0.02 * others.size),
      };
    }
  }
}

/** Events that each file of living code sends. */
function eventsByFile(index: EventIndex): ReadonlyMap<string, ReadonlySet<string>> {
  const sent = new Map<string, Set<string>>();
  for (const event of index.events) {
    for (const producer of event.producers) {
      if (!isLiving(producer) || event.key === 'error') continue;
      const { path } = producer.fact.file;
      const events = sent.get(path);
      if (events) events.add(event.key);
      else sent.set(path, new Set([event.key]));
    }
  }
  return sent;
}

/**
 * The family that a dispatcher stands for: the events that most of those files send which send at least three of its events. Empty when
 * fewer than two files do.
 */
function familyOf(sent: ReadonlyMap<string, ReadonlySet<string>>, handled: ReadonlySet<string>, own: string): string[] {
  const counts = new Map<string, number>();
  let senders = 0;
  for (const [path, events] of sent) {
    if (path === own || [...events].filter((key) => handled.has(key)).length < 3) continue;
    senders++;
    for (const key of events) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return senders < 2 ? [] : [...counts].filter(([, count]) => count >= Math.max(2, 0.6 * senders)).map(([key]) => key).sort();
}

function sharedWith({ events }: Dispatcher, family: readonly string[]): number {
  return family.filter((member) => events.has(member)).length;
}

/** The place in the dispatcher where the missing event would stand: beside the one that is called most like it. */
function dispatcherSite(dispatcher: Dispatcher, event: KnownEvent, family: readonly string[]): Site {
  const words = wordsOf(event.name);
  const likeness = (consumer: Consumer): number => wordsOf(consumer.name).filter((word) => words.includes(word)).length;
  const best = [...dispatcher.consumers].sort((a, b) => likeness(b) - likeness(a))[0]!;
  return { fact: best.fact, message: `handles ${sharedWith(dispatcher, family)} of the family, not ${event.name}`, role: 'consumer', symbol: dispatcher.symbol };
}

/** Places that send, one of each file before a second of any. */
function producerSites(producers: readonly Producer[]): Site[] {
  const seen = new Set<string>();
  const first = producers.filter(({ fact }) => !seen.has(fact.file.path) && seen.add(fact.file.path));
  const ordered = [...first, ...producers.filter((producer) => !first.includes(producer))];
  return ordered.map(({ fact, name }) => ({
    fact, message: fact.via === 'literal' ? 'builds it' : `sends it over ${fact.via}`, role: 'producer', symbol: [...fact.scope, name].join('.'),
  }));
}

function symbolOf({ fact }: Producer): string {
  return fact.scope.slice(-2).join('.') || fact.file.path;
}
