import { lastSegment } from '../util/dotted.js';

/**
 * Names by which code speaks of events and messages, shared by the languages: which keys carry an event's name, which calls send, which
 * expressions hold the name of an event. Judged by whole words of a name (`send_to_user`, `sendToUser`), never by substrings.
 */

/** Keys that carry the name of an event in a message; the most telling first. */
export const DISCRIMINATORS: readonly string[] = [
  'event_type', 'eventType', 'event_name', 'eventName', 'message_type', 'messageType', 'msg_type', 'msgType', 'event', 'type', 'kind',
];
const DISCRIMINATOR_SET = new Set(DISCRIMINATORS);

export function isDiscriminator(key: string): boolean {
  return DISCRIMINATOR_SET.has(key);
}

/** Keys that wrap the payload of a message. */
const ENVELOPES = new Set(['data', 'payload', 'body', 'detail']);

export function isEnvelope(key: string): boolean {
  return ENVELOPES.has(key);
}

/** The words of a name in lower case: `_sendToUser` and `send_to_user` are both send, to, user. */
export function nameWords(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
}

/** A text that can be the name of an event: one word in any convention, parts joined by `. : / -`. The types of JSON Schema name none. */
export function isEventName(text: string): boolean {
  return text.length >= 2 && text.length <= 80 && !SCHEMA_TYPES.has(text) && /^[A-Za-z][A-Za-z0-9_]*(?:[.:/-][A-Za-z0-9_]+)*$/.test(text);
}

const SCHEMA_TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** A key of a message or a field name in a contract, dotted when nested. */
export function isFieldName(text: string): boolean {
  return text.length <= 80 && /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*$/.test(text);
}

/** `MessageType.AGENT_STARTED`, `EventType.Started`, `ORDER_PLACED`: a reference to a constant rather than to a variable. */
export function isConstantReference(dotted: string): boolean {
  if (!/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(dotted)) return false;
  const segments = dotted.split('.');
  const last = segments.at(-1)!;
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(last) && last.length > 1) return true;
  return segments.length > 1 && /^[A-Z]/.test(last) && /^[A-Z]/.test(segments.at(-2)!);
}

/** A constant reference without the `.value` that Python's enum members are written with. */
export function withoutValue(dotted: string): string {
  return dotted.replace(/\.(?:value|name)$/, '');
}

const SEND_VERBS = new Set(['send', 'sends', 'emit', 'emits', 'publish', 'broadcast', 'notify', 'dispatch', 'produce', 'enqueue']);
/** `fire_event`, `postMessage`, `queue_message`: verbs that send only what their object says. */
const WEAK_VERBS = new Set(['post', 'fire', 'push', 'queue', 'raise', 'trigger', 'deliver', 'forward', 'relay', 'stream']);
const SENT_THINGS = new Set(['message', 'messages', 'event', 'events', 'notification', 'msg']);
/** Sent as well, and no event on a channel: mail, an HTTP exchange, telemetry, log entries. */
const OTHER_THINGS = new Set([
  'mail', 'email', 'emails', 'sms', 'status', 'file', 'files', 'request', 'requests', 'http', 'metric', 'metrics', 'log', 'logs', 'telemetry',
  'trace', 'traces', 'span', 'spans', 'beacon', 'header', 'headers', 'transaction', 'report', 'invite', 'invitation', 'sticker', 'photo', 'video',
  'audio', 'analytics', 'html', 'redirect', 'signal', 'diagnostic', 'diagnostics', 'warning', 'slack',
]);
const HTTP_RECEIVERS = new Set(['res', 'response', 'resp', 'reply', 'ctx', 'logger', 'log', 'console', 'requests', 'http', 'axios', 'httpx', 'smtp', 'mailer', 'metrics', 'statsd', 'analytics']);

/** Whether a callee, dotted as written, says that it sends a message: `websocket.send_json`, `emit`, `self._notify_user`. */
export function isSendCallee(callee: string): boolean {
  const words = nameWords(lastSegment(callee));
  const strong = words.some((word) => SEND_VERBS.has(word));
  if (!strong && !(words.some((word) => WEAK_VERBS.has(word)) && words.some((word) => SENT_THINGS.has(word)))) return false;
  if (words.some((word) => OTHER_THINGS.has(word))) return false;
  // `should_send`, `can_notify`, `is_event_sent`: a question and no deed.
  if (/^(?:is|has|can|should|was|will|on|handle|create|build|make|assert|wait|mock|get|set|add|count|verify|expect|validate|check|test|use|register|process|track)$/.test(words[0]!)) return false;
  const receiver = callee.split('.').at(-2);
  return receiver === undefined || !HTTP_RECEIVERS.has(receiver.replace(/^_+/, '').toLowerCase());
}

/** Whether the first argument of such a call, without more, can be the event's name: `emit("saved")` yes, `send("hello")` no. */
export function sendsByName(callee: string): boolean {
  return nameWords(lastSegment(callee)).some((word) => word === 'emit' || word === 'publish' || word === 'broadcast' || word === 'dispatch' || word === 'fire' || word === 'trigger');
}

/** `send_to_user(user, message)`, `broadcastToRoom(room, message)`: the first argument is who gets it. */
export function isAddressed(callee: string): boolean {
  return nameWords(lastSegment(callee)).includes('to');
}

const BUILD_VERBS = new Set(['build', 'create', 'make', 'format', 'construct', 'prepare', 'compose', 'generate', 'serialize']);
const BUILT_THINGS = new Set(['message', 'event', 'notification', 'msg', 'envelope', 'frame', 'packet']);

/** Whether a function's name says that it returns a message: `_build_alert_message`, `createOrderEvent`. */
export function isMessageBuilder(name: string): boolean {
  const words = nameWords(lastSegment(name));
  return words.some((word) => BUILD_VERBS.has(word)) && words.some((word) => BUILT_THINGS.has(word)) && !words.some((word) => OTHER_THINGS.has(word) || word === 'error' || word === 'commit');
}

/** Calls that hand their argument on in another form: `json.dumps({...})`, `JSON.stringify({...})`, `Buffer.from(...)`. */
export function isWrapper(callee: string): boolean {
  const last = lastSegment(callee);
  if (/^(?:dumps|dumpb|stringify|from|dict|cast|encode|jsonable_encoder|pack|toJSON|to_json)$/.test(last)) return true;
  const words = nameWords(last);
  return words.some((word) => word === 'serialize' || word === 'encode' || word === 'json' || word === 'jsonable') && !words.includes('response');
}

/** Calls that register a handler for the event that their first argument names. */
export function isSubscribeCallee(callee: string): boolean {
  return /^(?:on|once|off_?once|subscribe|addListener|add_listener|prependListener|addEventListener|add_event_listener|register_handler|registerHandler|add_handler|addHandler|add_event_handler|register_listener|registerListener|on_event|onEvent|listen|register_message_handler|onMessage|psubscribe)$/
    .test(lastSegment(callee));
}

const MESSAGE_SUBJECTS = new Set([
  'event', 'evt', 'ev', 'e', 'msg', 'message', 'm', 'data', 'payload', 'frame', 'packet', 'notification', 'update', 'body', 'json', 'parsed', 'raw',
  'envelope', 'obj', 'response', 'received', 'signal', 'command', 'chunk', 'record', 'job', 'delta', 'ws',
]);

/**
 * Whether an expression holds the name of an event. `name` is the variable or the last property, `receiver` the name before it, when there is
 * one: `event_type`; `type` of `message`. `type` of anything else (a syntax node, a form field) does not.
 */
export function isEventSubject(name: string, receiver: string | undefined): boolean {
  const plain = name.replace(/_/g, '').toLowerCase();
  if (plain === 'type' || plain === 'kind') {
    if (receiver === undefined) return false;
    return nameWords(receiver).some((word) => MESSAGE_SUBJECTS.has(word) || MESSAGE_SUBJECTS.has(word.replace(/s$/, '')));
  }
  return /^(?:(?:ws|websocket|socket|incoming|received|actual|raw|current|original|server|client|agent|user|my)?(?:event|message|msg|notification)(?:type|name|kind)(?:str|string|value|lower)?|event|topic|eventkey)$/.test(plain);
}

/** Whether a table's name says that it lists fields an event must have: `required_fields`, `EVENT_SCHEMAS`. */
export function isRequirementTable(name: string): boolean {
  const words = nameWords(name);
  if (words.some((word) => NOT_REQUIREMENTS.has(word))) return false;
  const demands = words.some((word) => word === 'required' || word === 'mandatory' || word === 'requirements' || word === 'requires');
  const shapes = words.some((word) => word === 'schema' || word === 'schemas' || word === 'contract' || word === 'contracts' || word === 'structure' || word === 'structures');
  const fields = words.some((word) => FIELD_WORDS.has(word));
  const expected = words.some((word) => word === 'expected' || word === 'event' || word === 'events' || word === 'message' || word === 'payload' || word === 'critical');
  return demands || shapes || (fields && expected);
}

/** A key of an entry or keyword of a rule that lists the fields it demands: `required_fields`, `required`. */
export function isRequiredList(key: string): boolean {
  const words = nameWords(key);
  return words[0] === 'required' && (words.length === 1 || words.slice(1).every((word) => FIELD_WORDS.has(word) || word === 'payload' || word === 'data' || word === 'event'));
}

/** The same for fields that may be absent. */
export function isOptionalList(key: string): boolean {
  const words = nameWords(key);
  return words[0] === 'optional' && words.slice(1).every((word) => FIELD_WORDS.has(word));
}

const FIELD_WORDS = new Set(['field', 'fields', 'key', 'keys', 'properties', 'props', 'attributes', 'attrs']);
const NOT_REQUIREMENTS = new Set([
  'optional', 'pattern', 'patterns', 'alias', 'aliases', 'variation', 'variations', 'sequence', 'transition', 'transitions', 'dependencies', 'order', 'roles',
  'permissions', 'role', 'imports', 'modules', 'files', 'tables', 'table', 'columns', 'env', 'services', 'methods', 'packages', 'config', 'configs', 'tools', 'variables',
  'vars', 'secrets', 'settings',
]);

/** Whether a container's name says that its values handle the events that its keys name. */
export function isHandlerTable(name: string): boolean {
  return nameWords(name).some((word) => /^(?:handlers?|dispatch|dispatcher|dispatchers|router|routers|processors?|listeners?|callbacks?|mappers?|subscribers?|reducers?)$/.test(word));
}
