import { isSecretName, wordsOf } from '../../src/index.js';

/** Whether a variable says where something is or who one is there, so that each stack has its own: hosts, addresses, accounts, credentials. */
export function isPlacement(name: string): boolean {
  if (isSecretName(name)) return true;
  const words = wordsOf(name);
  return PLACEMENT_ENDS.has(words.at(-1) ?? '') || words.some((word) => PLACEMENT.has(word));
}

/** Whether a variable tunes a run rather than the product: how much is logged, how many workers. */
export function isTuning(name: string): boolean {
  return wordsOf(name).some((word) => TUNING.has(word));
}

/** Host and port of an address: `http://shop:8000/api`, `redis://:secret@cache:6379/0`, `db:5432`. Undefined when the text is none. */
export function addressOf(text: string): { host: string; port?: string } | undefined {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9_.-]*[a-z][a-z0-9_.-]*)(?::(\d{2,5}))?(?:[/?#]\S*)?$/i.exec(text.trim());
  if (!match?.[1]) return undefined;
  return { host: match[1].toLowerCase(), ...(match[2] !== undefined && { port: match[2] }) };
}

const PLACEMENT_ENDS: ReadonlySet<string> = new Set([
  'host', 'hostname', 'port', 'url', 'uri', 'urls', 'dsn', 'endpoint', 'address', 'addr', 'origin', 'origins', 'domain', 'hosts', 'path', 'dir', 'directory', 'file',
  'db', 'database', 'schema', 'user', 'username', 'name', 'id', 'bucket', 'queue', 'topic', 'project', 'region', 'zone', 'cluster', 'instance', 'image', 'tag', 'version',
  'email', 'account', 'key', 'prefix', 'namespace', 'connection', 'dialect', 'driver',
]);
const PLACEMENT: ReadonlySet<string> = new Set(['host', 'url', 'secure', 'ssl', 'tls', 'https', 'cors', 'secret', 'password', 'origins', 'emulator', 'mock', 'debug', 'test', 'dev']);
const TUNING: ReadonlySet<string> = new Set(['log', 'logging', 'debug', 'verbose', 'workers', 'threads', 'concurrency', 'replicas', 'memory', 'cpu', 'pool', 'reload', 'trace', 'tracing', 'sampling', 'sample']);
