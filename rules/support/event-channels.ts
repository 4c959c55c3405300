import { leafOf, wordsOf, type Consumer, type EventIndex, type FactIndex, type KnownEvent, type Producer, type Service } from '../../src/index.js';
import { isLiving } from './event-contracts.js';

/**
 * What carries a message away from its producer: `socket`, written into a connection or handed to what holds connections; `helper`, handed to
 * something whose name speaks of a connection; `built`, made or yielded by a function, and what its caller does with it is not seen.
 * Undefined: it stays in the process (an emitter, an action, a message to a worker), or its way is another (a queue).
 */
export type Wire = 'socket' | 'helper' | 'built';

export function wireOf({ fact, raw, over }: Producer): Wire | undefined {
  if (raw) return 'socket';
  if (over === 'literal' || over === 'yield' || over === 'stream') return 'built';
  const segments = over.replace(/\(\)|\[\]/g, '').split('.');
  const method = segments.at(-1)!;
  const receiver = wordsOf(segments.at(-2) ?? '');
  const words = [...wordsOf(method), ...receiver];
  // `serialize_message(message)`: what it returns is sent, or is not.
  if (/^_?(?:build|create|make|format|compose|prepare|serialize|wrap)/.test(method)) return 'built';
  if (/^(?:add|CustomEvent|postMessage|post_message|enqueue)$/.test(method) || /dispatch/i.test(method)) return undefined;
  if (receiver.some((word) => IN_PROCESS.has(word))) return undefined;
  const isConnected = words.some((word) => CONNECTED.has(word));
  if (fact.discriminator === 'argument' && over === fact.via) return method === 'emit' && isConnected ? 'socket' : words.some((word) => SOCKETS.has(word)) ? 'helper' : undefined;
  if (isConnected || /^(?:send|sendMessage|send_message|sendEvent|send_event|sendJson|send_json|sendText|send_text)$/.test(method)) return 'socket';
  return undefined;
}

const SOCKETS = new Set(['websocket', 'websockets', 'web', 'socket', 'sockets', 'ws', 'sio', 'io']);
const CONNECTED = new Set([...SOCKETS, 'user', 'users', 'thread', 'room', 'rooms', 'client', 'clients', 'connection', 'connections', 'broadcast', 'manager', 'hub', 'json']);
/** Receivers that hand a message to another part of the program or of the browser, to a queue or to a service of somebody else. */
const IN_PROCESS = new Set(['runtime', 'tabs', 'port', 'worker', 'window', 'parent', 'opener', 'iframe', 'frame', 'emitter', 'bus', 'events', 'store', 'queue', 'posthog', 'telemetry', 'process', 'bridge', 'toast', 'webhook', 'webhooks', 'slack', 'sqs', 'sns', 'kafka', 'pubsub', 'redis']);

/** It is known to leave over a socket. */
export function isOnWire(producer: Producer): boolean {
  const wire = wireOf(producer);
  return wire === 'socket' || wire === 'helper';
}

/**
 * Whether the event goes off as a message: over a wire, by a call or out of a function whose name says so, or to handlers of another service. Where none of
 * that is so, objects with a `type` are cases of a union that functions take (`byId({ type: 'orderId', id })`), and their fields are the compiler's affair.
 */
export function isSentOff({ producers, consumers }: KnownEvent): boolean {
  const home = producers[0]?.fact.file.service;
  return consumers.some((consumer) => isLiving(consumer) && consumer.fact.file.service !== home) || producers.some((producer) => {
    const wire = wireOf(producer);
    const names = [producer.over.replace(/\(\)|\[\]/g, ''), producer.fact.scope.at(-1) ?? ''];
    return wire === 'socket' || wire === 'helper' || producer.over === 'yield' || producer.over === 'stream' || names.some((name) => wordsOf(leafOf(name)).some((word) => SENDING.has(word)));
  });
}

const SENDING = new Set(['add', 'announce', 'broadcast', 'dispatch', 'emit', 'enqueue', 'event', 'events', 'fire', 'message', 'messages', 'notify', 'post', 'publish', 'push', 'put', 'reply', 'send', 'trigger', 'write']);

/**
 * Which services talk to each other over sockets: from a service that sends to one that handles what it sends, the keys of the events that
 * arrive. One or two events of a name that both know prove no connection; what counts as enough is the reader's to say.
 */
export function talksOf(index: EventIndex): ReadonlyMap<Service, ReadonlyMap<Service, ReadonlySet<string>>> {
  let talks = known.get(index);
  if (!talks) known.set(index, (talks = createTalks(index)));
  return talks;
}

const known = new WeakMap<EventIndex, Map<Service, Map<Service, Set<string>>>>();

function createTalks(index: EventIndex): Map<Service, Map<Service, Set<string>>> {
  const talks = new Map<Service, Map<Service, Set<string>>>();
  for (const event of index.events) {
    if (isProtocolEvent(event)) continue;
    const receiving = new Set(event.consumers.filter((consumer) => isLiving(consumer) && !isOnlyNamed(consumer)).map(({ fact }) => fact.file.service));
    const sending = new Set(event.producers.filter((producer) => isLiving(producer) && isOnWire(producer)).map(({ fact }) => fact.file.service));
    for (const sender of sending) {
      for (const receiver of receiving) {
        if (receiver === sender || sender.kind !== 'service' || receiver.kind !== 'service') continue;
        const heard = talks.get(sender) ?? new Map<Service, Set<string>>();
        talks.set(sender, heard);
        heard.set(receiver, (heard.get(receiver) ?? new Set()).add(event.key));
      }
    }
  }
  return talks;
}

const CHECKS = new Set(['supports', 'validate', 'validates', 'check', 'allows', 'knows', 'accepts']);

/** An event of every socket's own, whoever its client is (`ping`, `error`): two services that know the word need not know each other. */
export function isProtocolEvent({ key }: KnownEvent): boolean {
  return PROTOCOL.has(key);
}

const PROTOCOL = new Set([
  'error', 'ping', 'pong', 'heartbeat', 'heartbeat-ack', 'connect', 'connected', 'connection-established', 'connection-ack', 'disconnect', 'disconnected', 'ack', 'auth', 'authenticate',
  'authenticated', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'message', 'welcome', 'hello', 'join', 'leave', 'start', 'stop', 'end', 'done', 'close', 'init', 'ready', 'status',
]);

/**
 * The place names an event and does nothing for it: a map from names to types, a check that it is a known one (`supportsEvent`), a guard after its
 * name (`isOrderPlacedMessage`) that tells which type a message is.
 */
export function isOnlyNamed({ fact, name }: Consumer): boolean {
  if (fact.via === 'type-map') return true;
  const [verb, ...rest] = wordsOf(fact.scope.at(-1) ?? '');
  if (verb !== undefined && CHECKS.has(verb)) return true;
  return verb === 'is' && fact.via === 'comparison' && wordsOf(name).every((word) => rest.includes(word));
}

/**
 * Whether a producer and a consumer name the channel that both belong to, in their paths, by a word that no other producer of the event has in
 * its own: `shop/routes/kiosk_socket.py` and `web/components/kiosk/KioskChat.ts`.
 */
export function shareChannelName(producer: Producer, consumer: Consumer, producers: readonly Producer[]): boolean {
  const others = new Set(producers.filter(({ fact }) => fact.file.path !== producer.fact.file.path).flatMap(({ fact }) => pathWords(fact.file.path)));
  const own = pathWords(producer.fact.file.path).filter((word) => word.length >= 4 && !others.has(word) && !COMMON.has(word));
  const theirs = new Set(pathWords(consumer.fact.file.path));
  return own.some((word) => theirs.has(word));
}

function pathWords(path: string): string[] {
  return path.replace(/\.\w+$/, '').split('/').flatMap(wordsOf);
}

const COMMON = new Set(['websocket', 'socket', 'sockets', 'handler', 'handlers', 'message', 'messages', 'event', 'events', 'route', 'routes', 'service', 'services', 'utils', 'types', 'index', 'hooks', 'components', 'client', 'server', 'backend', 'frontend']);

/** Whether a Python file opens sockets to others (`websockets.connect`): what it writes into one goes to a service of somebody else, or to a test. */
export function connectsOut(facts: FactIndex, { fact: { file } }: Producer): boolean {
  return file.language === 'python' && facts.inFile(file.path, 'function').some(({ calls }) => calls.some((callee) => /(?:^|\.)(?:ws_connect|create_connection|WebSocketApp)$|^websockets?(?:\.\w+)*\.connect$/.test(callee)));
}
