import type { ContractFact, EventFact, Literal } from '../model/facts.js';
import { compareText } from '../util/compare.js';
import { canonicalName, wordsOf } from './canonical-name.js';
import type { FactIndex, Indexed } from './fact-index.js';

/** A place that sends an event. */
export interface Producer {
  fact: Indexed<EventFact>;
  /** The event as this place calls it. */
  name: string;
  /** Keys of the message as it leaves, dotted, with whether they may be absent. What a known helper adds is among them. */
  keys: ReadonlyMap<string, boolean>;
  /** The key that wraps the payload; `` for a flat message; undefined when a helper that is not known makes the message. */
  envelope: string | undefined;
  /** More keys may be at the top, or inside the envelope, than the text tells. */
  open: { top: boolean; inside: boolean };
  /** The function that makes the message of these keys: where it puts them is not known. */
  builder?: string;
  /** It writes straight into a socket (`websocket.send_json`), itself or through a helper of its file. */
  raw: boolean;
  /** What the message leaves over: the callee that sends it, of a known helper the callee that the helper sends over. */
  over: string;
}

/** A place that handles an event. */
export interface Consumer {
  fact: Indexed<EventFact>;
  name: string;
}

/** What a validator, a type or a test demands of an event. */
export interface EventContract {
  fact: Indexed<ContractFact>;
  name: string;
  /** Where it stands: `EVENT_SCHEMAS in api/validators.py`. Contracts of one table, and types of one file, share it. */
  table: string;
  required: readonly string[];
  optional: readonly string[];
}

/** All that the tree says about one event, under one canonical name (`orderPlaced`, `order_placed`, `order.placed`). */
export interface KnownEvent {
  key: string;
  /** The commonest spelling. */
  name: string;
  producers: readonly Producer[];
  consumers: readonly Consumer[];
  contracts: readonly EventContract[];
}

/** Places that choose between events in one function, list or table. */
export interface Dispatcher {
  path: string;
  /** The function or table, dotted. */
  symbol: string;
  consumers: readonly Consumer[];
  /** Canonical names of the events it handles. */
  events: ReadonlySet<string>;
}

export interface EventIndex {
  /** Sorted by key. */
  events: readonly KnownEvent[];
  get(key: string): KnownEvent | undefined;
  /** Whether an event of this key is handled by the beginning of its name (`type.startsWith('order_')`); the handlers. */
  handledByPrefix(key: string): readonly Consumer[];
  dispatchers: readonly Dispatcher[];
}

const indexes = new WeakMap<FactIndex, EventIndex>();

/** Joins producers, consumers and contracts of events over languages and services. Made once per fact index. */
export function eventIndexOf(facts: FactIndex): EventIndex {
  let index = indexes.get(facts);
  if (!index) indexes.set(facts, (index = createEventIndex(facts)));
  return index;
}

interface Building {
  names: Map<string, number>;
  producers: Producer[];
  consumers: Consumer[];
  contracts: EventContract[];
}

function createEventIndex(facts: FactIndex): EventIndex {
  const building = new Map<string, Building>();
  const at = (name: string): Building => {
    const key = canonicalName(name);
    let entry = building.get(key);
    if (!entry) building.set(key, (entry = { names: new Map(), producers: [], consumers: [], contracts: [] }));
    entry.names.set(name, (entry.names.get(name) ?? 0) + 1);
    return entry;
  };

  const resolve = nameResolver(facts);
  const senders = sendersOf(facts);
  const prefixes: Consumer[] = [];
  const emitted: { fact: Indexed<EventFact>; name: string }[] = [];
  for (const fact of facts.of('event')) {
    if (fact.role === 'handle') {
      for (const name of handledNames(facts, resolve, fact)) {
        if (isBuiltIn(name) && !isOfMessages(name, fact)) continue;
        if (fact.via === 'prefix') prefixes.push({ fact, name });
        else at(name).consumers.push({ fact, name });
      }
    } else if (fact.forwards === undefined) {
      const name = fact.symbolic ? resolve(fact.file.path, fact.name) : fact.name;
      if (!isBuiltIn(name) || isOfMessages(name, fact)) emitted.push({ fact, name });
    }
  }
  const handled = new Set(building.keys());
  const known = new Set([...handled, ...emitted.map(({ name }) => canonicalName(name))]);
  for (const { fact, name } of emitted) {
    const told = handled.has(canonicalName(name)) ? undefined : toldByCallee(fact, known);
    const producer = producerOf(fact, told ?? name, senders);
    // `emit_tool_started("search", {...})`: what else the helper sends of its arguments is not known.
    if (told !== undefined && fact.discriminator === 'argument') producer.open.top = true;
    at(producer.name).producers.push(producer);
  }
  const contracts = facts.of('contract').flatMap((fact): EventContract[] => {
    const name = fact.namedAfter ? namedAfter(fact.name, known) : fact.symbolic ? resolve(fact.file.path, fact.name) : fact.name;
    if (name === undefined || isBuiltIn(name) || (/^[A-Z][a-z]+$/.test(name) && !known.has(canonicalName(name)))) return [];
    return [{ fact, name, table: tableOf(fact), required: fact.requiredKeys, optional: fact.optionalKeys }];
  });
  const foreign = foreignTables(contracts, building);
  for (const contract of contracts) if (!foreign.has(contract.table)) at(contract.name).contracts.push(contract);

  const events = [...building].map(([key, { names, producers, consumers, contracts }]): KnownEvent => ({
    key, name: commonest(names), producers, consumers, contracts,
  })).sort((a, b) => compareText(a.key, b.key));
  const byKey = new Map(events.map((event) => [event.key, event]));
  return {
    events,
    get: (key) => byKey.get(key),
    handledByPrefix: (key) => prefixes.filter(({ name }) => key.startsWith(`${canonicalName(name)}-`)),
    dispatchers: dispatchersOf(events),
  };
}

/**
 * The text that a symbolic name stands for. Where that is not known: its last part, for members are mostly called like their values, unless
 * that is a word that every enum has (`OrderEvents.CREATED`).
 */
function nameResolver(facts: FactIndex): (path: string, reference: string) => string {
  return (path, reference) => {
    const last = reference.slice(reference.lastIndexOf('.') + 1);
    return facts.valueOf(path, reference) ?? (wordsOf(last).length > 1 ? last : reference);
  };
}

/** The events that a handler handles: one, or all of a list that it refers to by name. */
function handledNames(facts: FactIndex, resolve: (path: string, reference: string) => string, fact: Indexed<EventFact>): string[] {
  if (!fact.symbolic) return [fact.name];
  if (fact.via !== 'membership' || fact.container === undefined || !fact.name.endsWith(fact.container)) return [resolve(fact.file.path, fact.name)];
  const list = listOf(facts, fact.file.path, fact.name);
  return list ?? [];
}

function listOf(facts: FactIndex, path: string, reference: string): string[] | undefined {
  const [first, ...rest] = reference.split('.') as [string, ...string[]];
  const target = rest.at(-1) ?? first;
  const textsIn = (file: string, name: string): string[] | undefined => {
    const constant = facts.inFile(file, 'constant').find((candidate) => candidate.name === name);
    return constant && texts(constant.value);
  };
  const here = textsIn(path, target);
  if (here) return here;
  for (const fact of facts.inFile(path, 'import')) {
    const imported = fact.names.find(({ local }) => local === first);
    if (!imported) continue;
    const resolution = facts.imports.resolveName(fact, imported);
    if (resolution.status === 'defined') return textsIn(resolution.definition.path, rest.at(-1) ?? resolution.definition.name);
    if (resolution.status === 'module') return textsIn(resolution.path, target);
  }
  return undefined;
}

function texts(value: Literal): string[] | undefined {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? (value as string[]) : undefined;
  return value !== null && typeof value === 'object' ? Object.keys(value) : undefined;
}

/** A helper that sends what it is given: which keys it adds, and where it puts its callers' payload. */
interface Sender {
  fact: Indexed<EventFact>;
  into: string;
}

function sendersOf(facts: FactIndex): ReadonlyMap<string, readonly Sender[]> {
  const senders = new Map<string, Sender[]>();
  for (const fact of facts.of('event')) {
    const name = fact.scope.at(-1);
    if (fact.forwards === undefined || name === undefined) continue;
    const list = senders.get(name);
    const sender = { fact, into: fact.forwards };
    if (list) list.push(sender);
    else senders.set(name, [sender]);
  }
  return senders;
}

function producerOf(fact: Indexed<EventFact>, name: string, senders: ReadonlyMap<string, readonly Sender[]>): Producer {
  const helper = fact.discriminator === 'argument' && !isPlainEmitter(fact.via) ? senderFor(fact, senders) : undefined;
  const builder = fact.discriminator === 'argument' ? undefined : BUILDER.exec(fact.via)?.[1];
  return {
    ...shapeOf(fact, name, senders), over: helper?.fact.via ?? fact.via, raw: RAW.test(fact.via) || (helper?.fact.file === fact.file && RAW.test(helper.fact.via)), ...(builder !== undefined && { builder }),
  };
}

/** `create_server_message({...})`: what leaves is what it makes of it. */
const BUILDER = /(?:^|\.)_?((?:create|build|make|wrap|format)\w*?(?:[mM]essage|[eE]nvelope|[fF]rame|[pP]acket))$/;
const RAW = /(?:^|\.)_?(?:websocket|web_socket|webSocket|ws|socket)\.(?:send|send_json|send_text|sendJson)$/;

function shapeOf(fact: Indexed<EventFact>, name: string, senders: ReadonlyMap<string, readonly Sender[]>): Omit<Producer, 'raw' | 'over' | 'builder'> {
  const keys = new Map(fact.keys.map(({ path, optional }) => [path, optional]));
  const open = (): Producer['open'] => ({ top: keys.has('*'), inside: [...keys.keys()].some((path) => path.endsWith('.*')) });
  if (fact.discriminator !== 'argument') return { fact, name, keys, envelope: fact.envelope ?? '', open: open() };
  if (isPlainEmitter(fact.via)) return { fact, name, keys, envelope: fact.envelope ?? '', open: open() };
  const sender = senderFor(fact, senders);
  if (!sender) return { fact, name, keys, envelope: fact.envelope, open: open() };
  const added = sender.fact.keys.filter(({ path }) => path !== '*' && !path.endsWith('.*'));
  const sent = new Map<string, boolean>();
  for (const [path, optional] of keys) sent.set(sender.into === '' ? path : `${sender.into}.${path}`, optional);
  for (const { path, optional } of added) sent.set(path, optional);
  const isOpen = open();
  return {
    fact, name, keys: sent, envelope: sender.into === '' ? fact.envelope ?? '' : sender.into,
    open: sender.into === '' ? isOpen : { top: false, inside: isOpen.top || isOpen.inside },
  };
}

/** `socket.emit('saved', payload)`: the handler is given the payload as it is. */
function isPlainEmitter(via: string): boolean {
  const segments = via.replace(/\(\)|\[\]/g, '').split('.');
  const receiver = segments.at(-2)?.toLowerCase() ?? '';
  return segments.at(-1) === 'emit' && /^(?:this|self)?_?(?:io|sio|socket|server|namespace|emitter|eventemitter|eventbus|bus|events|client|socketio)$/.test(receiver);
}

/** The helper that a call means: of the same class or file, else the only one of that name with that way of wrapping. */
function senderFor(fact: Indexed<EventFact>, senders: ReadonlyMap<string, readonly Sender[]>): Sender | undefined {
  const name = fact.via.slice(fact.via.lastIndexOf('.') + 1);
  const candidates = senders.get(name) ?? [];
  const sameFile = candidates.filter((sender) => sender.fact.file === fact.file);
  const sameClass = sameFile.filter((sender) => sender.fact.scope.slice(0, -1).join('.') === fact.scope.slice(0, sender.fact.scope.length - 1).join('.'));
  if (sameClass.length > 0) return sameClass[0];
  if (sameFile.length > 0) return new Set(sameFile.map(({ into }) => into)).size === 1 ? sameFile[0] : undefined;
  const sameService = candidates.filter((sender) => sender.fact.file.service === fact.file.service && sender.fact.file.role === fact.file.role);
  return sameService.length === 1 && !/^(?:self|this)\./.test(fact.via) ? sameService[0] : undefined;
}

/**
 * `emit_order_placed({ type: 'express', ... })`: the callee names the event, and the literal's own `type` is something else. Undefined
 * when the callee names no known event.
 */
function toldByCallee(fact: Indexed<EventFact>, known: ReadonlySet<string>): string | undefined {
  const words = wordsOf(fact.via.slice(fact.via.lastIndexOf('.') + 1));
  if (words.length < 3 || !/^(?:emit|send|notify|publish|broadcast)$/.test(words[0]!) || /^(?:events?|messages?|data)$/.test(words.at(-1)!)) return undefined;
  const told = words.slice(1);
  const key = told.join('-');
  return known.has(key) && canonicalName(fact.name) !== key ? told.join('_') : undefined;
}

/** The event after which a rule is called: `order_placed` for `order_placed_required_fields`. */
function namedAfter(ruleName: string, known: ReadonlySet<string>): string | undefined {
  const words = wordsOf(ruleName);
  for (let length = words.length; length >= 2; length--) {
    const candidate = words.slice(0, length).join('-');
    if (known.has(candidate)) return words.slice(0, length).join('_');
  }
  return undefined;
}

function tableOf(fact: Indexed<ContractFact>): string {
  return fact.source === 'type' ? `types in ${fact.file.path}` : `${[...fact.scope, fact.container].slice(-2).join('.')} in ${fact.file.path}`;
}

/** Tables that are about something else than events, though a name in them meets one: most of their entries are no event, or are spelt like classes. */
function foreignTables(contracts: readonly EventContract[], building: ReadonlyMap<string, Building>): ReadonlySet<string> {
  const counts = new Map<string, { entries: number; events: number }>();
  for (const { fact, name, table } of contracts) {
    if (fact.source !== 'validator') continue;
    const count = counts.get(table) ?? { entries: 0, events: 0 };
    counts.set(table, count);
    count.entries++;
    const entry = building.get(canonicalName(name));
    if (entry && (!/^[A-Z][a-z]+$/.test(name) || entry.names.has(name))) count.events++;
  }
  return new Set([...counts].filter(([, { entries, events }]) => events * 2 < entries).map(([table]) => table));
}

function dispatchersOf(events: readonly KnownEvent[]): Dispatcher[] {
  const groups = new Map<string, { path: string; symbol: string; consumers: Consumer[]; events: Set<string> }>();
  for (const event of events) {
    for (const consumer of event.consumers) {
      const { fact } = consumer;
      const symbol = [...fact.scope, ...(fact.scope.length === 0 && fact.container !== undefined ? [fact.container] : [])].join('.');
      const id = `${fact.file.path}\0${symbol}`;
      let group = groups.get(id);
      if (!group) groups.set(id, (group = { path: fact.file.path, symbol, consumers: [], events: new Set() }));
      group.consumers.push(consumer);
      group.events.add(event.key);
    }
  }
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([, group]) => ({
    ...group,
    consumers: group.consumers.sort((a, b) => a.fact.span[0] - b.fact.span[0] || a.fact.span[1] - b.fact.span[1]),
  }));
}

function commonest(names: ReadonlyMap<string, number>): string {
  return [...names].sort(([a, m], [b, n]) => n - m || compareText(a, b))[0]![0];
}

/**
 * Events that the platform itself sends: of the DOM, of streams, sockets and processes, and the messages of ASGI (`http.response.body`). Their names are no agreement between parts of
 * the product.
 */
function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name.toLowerCase()) || /^(?:http|websocket|lifespan)\.\w/.test(name);
}

/** `{ type: 'error' }`: what emitters and the platform call so as well, and messages carry by agreement. */
function isOfMessages(name: string, { discriminator }: EventFact): boolean {
  return name === 'error' && discriminator !== 'argument';
}

const BUILT_IN = new Set([
  'abort', 'animationend', 'animationstart', 'auxclick', 'afterprint', 'beforeexit', 'beforeinput', 'beforeprint', 'beforeunload', 'blur', 'canplay', 'cancel', 'change',
  'clear', 'click', 'close', 'compositionend', 'compositionstart', 'connect', 'connect_error', 'connection', 'contextmenu', 'copy', 'cut', 'data', 'dblclick', 'disconnect',
  'disconnecting', 'domcontentloaded', 'drag', 'dragend', 'dragenter', 'dragleave', 'dragover', 'dragstart', 'drain', 'drop', 'end', 'ended', 'error', 'exit', 'finish',
  'focus', 'focusin', 'focusout', 'fullscreenchange', 'hashchange', 'input', 'invalid', 'keydown', 'keypress', 'keyup', 'languagechange', 'line', 'listening', 'load',
  'loadeddata', 'loadedmetadata', 'loadend', 'loadstart', 'message', 'messageerror', 'mousedown', 'mouseenter', 'mouseleave', 'mousemove', 'mouseout', 'mouseover', 'mouseup',
  'mousewheel', 'newlistener', 'offline', 'online', 'open', 'orientationchange', 'pagehide', 'pageshow', 'paste', 'pause', 'pipe', 'play', 'playing', 'pointercancel',
  'pointerdown', 'pointerenter', 'pointerleave', 'pointermove', 'pointerout', 'pointerover', 'pointerup', 'popstate', 'progress', 'readable', 'readystatechange', 'ready',
  'reconnect', 'rejectionhandled', 'request', 'reset', 'resize', 'response', 'scroll', 'scrollend', 'search', 'seeked', 'select', 'selectionchange', 'selectstart', 'shutdown',
  'sigint', 'sigterm', 'sighup', 'sigusr2', 'slotchange', 'startup', 'storage', 'submit', 'success', 'timeout', 'timeupdate', 'toggle', 'touchcancel', 'touchend', 'touchmove',
  'touchstart', 'transitionend', 'uncaughtexception', 'unhandledrejection', 'unload', 'unpipe', 'upgrade', 'visibilitychange', 'volumechange', 'waiting', 'warning', 'wheel',
]);
