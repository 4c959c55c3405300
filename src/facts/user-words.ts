import { wordsOf } from './canonical-name.js';

/**
 * Which names speak of one user, session, run, request or connection among many: `user_id`, `thread_id`, `websocket`, `UserSession`. Components
 * and settings that deal with users are not meant: `user_service`, `websocket_manager`, `max_users`, `session_factory`.
 */
export function userWordIn(name: string): string | undefined {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || NOT_A_USER.has(last) || words[0] === 'max' || words[0] === 'min' || words.includes('anonymous')) return undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const next = words[index + 1];
    if (ALONE.has(word) && !(word === 'user' && next !== undefined && USER_COMPOUNDS.has(next))) return word;
    if (next !== undefined && WITH_ID.has(word) && IDENTITY.has(next)) return `${word} ${next}`;
    if (next !== undefined && WITH_CONTEXT.has(word) && CONTEXT.has(next)) return `${word} ${next}`;
  }
  return undefined;
}

/** The user word in the name of a component: `websocket` in `websocket_manager`. It deals with users; whose it is, the name does not say. */
export function componentWordIn(name: string): string | undefined {
  return wordsOf(name).find((word) => COMPONENT_WORDS.has(word));
}

/** As `userWordIn`, for an expression: `f"{user_id}:{name}"`, `context.session_id`, `String(req.user.id)`. Text in quotes does not count. */
export function userWordInExpression(expression: string): string | undefined {
  return userWordsInExpression(expression)[0];
}

/** All of them, in order: `organization id` and `session id` for `(organization_id, outcome.session_id)`. */
export function userWordsInExpression(expression: string): string[] {
  const found: string[] = [];
  const names = expression.replace(/(['"])(?:(?!\1)[^{\\]|\\.)*\1/g, ' ').match(/[\p{L}_$][\p{L}\p{N}_$]*(?:\??\.[\p{L}_$][\p{L}\p{N}_$]*)*/gu) ?? [];
  for (const path of names) {
    const segments = path.split(/\??\./);
    for (const [index, segment] of segments.entries()) {
      // `request.user.id` and `socket.id`: the owner and its identity, written as two names.
      const next = segments[index + 1];
      const word = userWordIn(segment) ?? (next !== undefined && IDENTITY.has(next.toLowerCase().replace(/^_+/, '')) ? userWordIn(`${segment}_id`) : undefined);
      if (word !== undefined) {
        found.push(word);
        break;
      }
    }
  }
  return found;
}

/** Whether a user word means a customer of the product, of whom there are few, and not one of its people, visits or connections. */
export function isTenantWord(word: string): boolean {
  return /^(?:tenants?|org|organi[sz]ation|workspace)(?: |$)/.test(word);
}

/** The user word in a type as written, and the identifier it is part of: `UserSession` in `Dict[str, UserSession]`. */
export function userTypeIn(type: string): { word: string; type: string } | undefined {
  for (const name of typeNamesIn(type)) {
    if (CONNECTION_TYPES.has(name)) return { word: 'connection', type: name };
    if (LIBRARY_SESSIONS.has(name) || !/^[A-Z]/.test(name)) continue;
    const words = wordsOf(name);
    const last = words.at(-1)!;
    if (NOT_A_USER.has(last)) continue;
    if (words[0] === 'user' || words[0] === 'tenant' || words[0] === 'customer' || (last === 'session' && words.length > 1) || last === 'websocket') return { word: words[0]!, type: name };
    const context = words.findIndex((word, index) => WITH_CONTEXT.has(word) && CONTEXT.has(words[index + 1] ?? ''));
    if (context >= 0) return { word: words[context]!, type: name };
  }
  return undefined;
}

/** Names of types in a written type, without those of containers: `Optional[Dict[str, UserSession]]` names `UserSession`. */
export function typeNamesIn(type: string): string[] {
  return (type.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []).filter((name) => !CONTAINERS.has(name));
}

/** As `typeNamesIn`, with what qualifies a name: `asyncio.Task` in `set[asyncio.Task]`, which is no `Task` of the file. */
export function typePathsIn(type: string): string[] {
  return (type.match(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu) ?? []).filter((path) => !CONTAINERS.has(path.slice(path.lastIndexOf('.') + 1)));
}

/** Words that mean one of many users by themselves. */
const ALONE: ReadonlySet<string> = new Set(['user', 'users', 'tenant', 'tenants', 'customer', 'customers', 'websocket', 'websockets', 'ws', 'socket', 'sockets', 'uid', 'userid']);
const COMPONENT_WORDS: ReadonlySet<string> = new Set(['user', 'users', 'tenant', 'websocket', 'websockets', 'socket', 'sockets']);
/** `user_agent` is a browser's name, `user_defined` nobody's. */
const USER_COMPOUNDS: ReadonlySet<string> = new Set(['agent', 'agents', 'defined', 'friendly', 'facing', 'scoped', 'specific', 'isolation', 'input', 'message', 'prompt', 'visible', 'ns']);
const WITH_ID: ReadonlySet<string> = new Set([
  'session', 'thread', 'run', 'request', 'req', 'connection', 'conn', 'client', 'conversation', 'chat', 'workspace', 'organization', 'organisation', 'org',
  'account', 'member', 'subscriber', 'subscription', 'visitor', 'player', 'participant', 'execution', 'actor', 'principal', 'environment',
]);
const IDENTITY: ReadonlySet<string> = new Set(['id', 'ids', 'uuid', 'key', 'token']);
const WITH_CONTEXT: ReadonlySet<string> = new Set(['session', 'thread', 'run', 'request', 'connection', 'conversation', 'chat', 'execution', 'auth', 'actor']);
const CONTEXT: ReadonlySet<string> = new Set(['context', 'contexts', 'ctx', 'info', 'infos', 'record', 'records', 'user']);
/** Last words of components, settings and measures, which deal with users and are none. */
const NOT_A_USER: ReadonlySet<string> = new Set([
  'service', 'services', 'manager', 'managers', 'factory', 'factories', 'repository', 'repo', 'store', 'storage', 'dao', 'crud', 'handler', 'handlers', 'bridge',
  'dispatcher', 'registry', 'router', 'validator', 'validators', 'provider', 'client', 'clients', 'pool', 'pools', 'maker', 'model', 'schema', 'type', 'types',
  'class', 'classes', 'config', 'configuration', 'settings', 'options', 'func', 'function', 'callback', 'callbacks', 'hook', 'hooks', 'middleware', 'gateway',
  'adapter', 'adapters', 'interface', 'protocol', 'server', 'app', 'module', 'url', 'uri', 'path', 'host', 'port', 'dir', 'count', 'counts', 'counter', 'total',
  'limit', 'limits', 'timeout', 'interval', 'ttl', 'size', 'enabled', 'available', 'ready', 'metrics', 'metric', 'stats', 'statistics', 'lock', 'locks', 'logger',
  'error', 'errors', 'exception', 'code', 'codes', 'event', 'events', 'status', 'monitor', 'cache', 'api', 'auth', 'role', 'roles', 'routes', 'prefix', 'namespace',
  'getter', 'loader', 'fetcher', 'resolver', 'serializer', 'table', 'column', 'field', 'fields', 'version', 'pattern', 'patterns', 'template', 'templates', 'required',
  'notifier', 'emitter', 'emitters', 'tracker', 'coordinator', 'controller', 'integration', 'utils', 'helper', 'builder', 'extractor', 'authenticator', 'backend',
]);
/** Types of libraries that are one client's connection or request. */
const CONNECTION_TYPES: ReadonlySet<string> = new Set(['WebSocket', 'Socket', 'WebSocketServerProtocol', 'StreamWriter', 'HttpRequest', 'Request', 'IncomingMessage', 'FastifyRequest']);
/** Sessions with a database or a remote host. */
const LIBRARY_SESSIONS: ReadonlySet<string> = new Set(['Session', 'AsyncSession', 'ClientSession', 'DBSession', 'ClientSession', 'SessionLocal', 'AsyncClientSession', 'RedisSession']);
const CONTAINERS: ReadonlySet<string> = new Set([
  'Optional', 'Union', 'Dict', 'dict', 'List', 'list', 'Set', 'set', 'FrozenSet', 'Tuple', 'tuple', 'Deque', 'deque', 'DefaultDict', 'defaultdict', 'Mapping', 'MutableMapping',
  'Sequence', 'Iterable', 'Any', 'ClassVar', 'Final', 'Type', 'type', 'str', 'int', 'float', 'bool', 'bytes', 'None', 'object', 'Callable', 'Awaitable', 'Coroutine',
  'Map', 'Array', 'ReadonlyMap', 'ReadonlyArray', 'ReadonlySet', 'Record', 'Promise', 'Partial', 'Readonly', 'WeakMap', 'WeakSet', 'WeakRef', 'string', 'number', 'boolean', 'null',
  'undefined', 'unknown', 'any', 'void', 'never', 'Literal', 'typing', 'collections', 'weakref', 'WeakValueDictionary', 'WeakKeyDictionary', 'OrderedDict', 'datetime', 'Date',
]);
