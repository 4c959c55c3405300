import { redact } from '../util/redact.js';

/** Keys whose text is a pointer: a path, a hash, a test's identity. It must stay what it is, and holds no secret of a message. */
const POINTERS: ReadonlySet<string> = new Set(['path', 'file', 'fingerprint', 'sha', 'record', 'id', 'ruleId', 'rulesetHash', 'commit', 'report', 'symbol', 'command', 'name']);

/** A copy of a result in which every text that may quote a report or the source has its secrets taken out. */
export function redactDeep<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (POINTERS.has(key) ? value : redact(value)) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redactDeep(item, key)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactDeep(item as unknown, name)])) as T;
}
