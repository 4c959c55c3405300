import { defineRule, eventIndexOf, wordsOf, z, type Consumer, type EventIndex, type FindingDraft, type KnownEvent, type Producer, type Site } from '../src/index.js';
import { isLiving, runningTest } from './support/event-contracts.js';

const MAX_SITES = 5;

export default defineRule({
  meta: {
    id: 'event-name-near-miss',
    category: 'event-contract-drift',
    title: 'Handler waits for an event that is sent under another spelling',
    description: 'Reports handlers of events that nobody sends, where an event is sent whose name differs in spelling, number or tense alone.',
    rationale: 'The two sides compile, and their own tests pass; the handler just never runs.',
    remedy: 'Take the name on both sides from one constant or enum.',
    severity: 'warning',
    tags: ['events', 'cross-service'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const index = eventIndexOf(facts);
    const sent = index.events.filter((event) => event.producers.some(runningTest(facts)));
    const bySkeleton = new Map<string, KnownEvent[]>();
    for (const event of sent) {
      for (const skeleton of skeletonsOf(event.key)) {
        const list = bySkeleton.get(skeleton);
        if (list) list.push(event);
        else bySkeleton.set(skeleton, [event]);
      }
    }
    for (const event of index.events) {
      if (event.producers.length === 0) yield* misspelt(index, event, bySkeleton);
      else yield* differentConvention(event);
    }
  },
});

/** A handled event that nobody sends, beside a sent one of nearly the same name. */
function* misspelt(index: EventIndex, waited: KnownEvent, bySkeleton: ReadonlyMap<string, readonly KnownEvent[]>): Iterable<FindingDraft> {
  const handlers = waited.consumers.filter(isLiving);
  if (handlers.length === 0) return;
  const candidates = new Set(skeletonsOf(waited.key).flatMap((skeleton) => bySkeleton.get(skeleton) ?? []));
  const near = [...candidates].filter((event) => isNearMissName(event.key, waited.key)).sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const event of near) {
    // A file that handles both spellings is tolerant on purpose.
    const strict = handlers.filter(({ fact }) => !event.consumers.some((consumer) => consumer.fact.file === fact.file));
    // A list of allowed names beside the sender is no handler of what he sends.
    const services = new Set(event.producers.filter(isLiving).map(({ fact }) => fact.file.service));
    if (!strict.some(({ fact }) => fact.via !== 'membership' || !services.has(fact.file.service))) continue;
    const isLost = !event.consumers.some(isLiving) && !index.handledByPrefix(event.key).some(isLiving);
    const senders = event.producers.filter(isLiving);
    yield {
      key: `${waited.key} for ${event.key}`,
      concept: event.name,
      message: `${symbolOf(strict[0]!)} waits for ${waited.name}, which nobody sends; ${symbolOf(senders[0]!)} sends ${event.name}${isLost ? ', which nobody handles' : ''}.`,
      sites: [
        ...strict.slice(0, MAX_SITES).map((consumer) => site(consumer, `waits for ${waited.name}`, 'consumer')),
        ...senders.slice(0, MAX_SITES).map((producer) => site(producer, `sends ${event.name}`, 'producer')),
      ],
      differences: [`${waited.name} is handled, ${event.name} is sent`],
      severity: isLost ? 'error' : 'warning',
      rank: isLost ? 0.8 : 0.5,
    };
  }
}

/** One event that is sent in one convention and handled in another only: `order:placed` and `order_placed`. */
function* differentConvention(event: KnownEvent): Iterable<FindingDraft> {
  const senders = event.producers.filter((producer) => isLiving(producer) && !producer.fact.symbolic);
  const handlers = event.consumers.filter((consumer) => isLiving(consumer) && !consumer.fact.symbolic);
  // A constant on either side says the name in a way that is not seen here.
  if (senders.length === 0 || handlers.length === 0 || senders.length !== event.producers.filter(isLiving).length || handlers.length !== event.consumers.filter(isLiving).length) return;
  const sent = new Set(senders.map(({ name }) => name));
  const waited = new Set(handlers.map(({ name }) => name));
  if ([...waited].some((name) => sent.has(name)) || wordsOf(event.name).length < 2) return;
  yield {
    key: `${event.key} in two conventions`,
    concept: event.name,
    message: `${symbolOf(senders[0]!)} sends ${senders[0]!.name}, and ${symbolOf(handlers[0]!)} waits for ${handlers[0]!.name}.`,
    sites: [
      ...handlers.slice(0, MAX_SITES).map((consumer) => site(consumer, `waits for ${consumer.name}`, 'consumer')),
      ...senders.slice(0, MAX_SITES).map((producer) => site(producer, `sends ${producer.name}`, 'producer')),
    ],
    differences: [`sent as ${[...sent].join(', ')}, handled as ${[...waited].join(', ')}`],
    rank: 0.5,
  };
}

/** Keys under which near misses meet: the name with one word left out, for each word. Names of one word meet by their first half. */
function skeletonsOf(key: string): string[] {
  const words = key.split('-');
  if (words.length === 1) return key.length >= 8 ? [key.slice(0, 4)] : [];
  return words.map((word, index) => [...words.slice(0, index), `${word.slice(0, 3)}*`, ...words.slice(index + 1)].join('-'));
}

/** Same words but for one, which differs in number, tense or a slip of the finger. */
function isNearMissName(a: string, b: string): boolean {
  const [left, right] = [a.split('-'), b.split('-')];
  if (a === b || left.length !== right.length) return false;
  const differing = left.flatMap((word, index) => (word === right[index] ? [] : [[word, right[index]!] as const]));
  if (differing.length !== 1) return false;
  const [one, other] = differing[0]!;
  return left.length > 1 ? stemOf(one) === stemOf(other) || isSlip(one, other) : isSlip(one, other);
}

/** `placed`, `places`, `placing` and `place` are one. */
function stemOf(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|e|s|d)$/, '') : word;
}

/** One letter too many, too few, wrong or swapped, in words of at least five letters that begin alike. */
function isSlip(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < 5 || Math.abs(a.length - b.length) > 1 || /\d/.test(a + b)) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwap = restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
  return start > 0 && (isSwap || Math.max(restA.length, restB.length) <= 1);
}

function site({ fact }: Producer | Consumer, message: string, role: 'consumer' | 'producer'): Site {
  return { fact, message, role, symbol: [...fact.scope, fact.name].join('.') };
}

function symbolOf({ fact }: Producer | Consumer): string {
  return fact.scope.slice(-2).join('.') || fact.container || fact.file.path;
}
