import { canonicalName, wordsOf } from './canonical-name.js';
import type { Producer } from './event-index.js';

/** What a producer does with a field that somebody demands. */
export type FieldStatus =
  /** Sent, in whatever envelope; `optional`: not always. */
  | { state: 'sent'; optional: boolean }
  /** Sent under another name that means the same: `tool` for `tool_name`. */
  | { state: 'renamed'; as: string }
  | { state: 'missing' }
  /** The text does not tell. */
  | { state: 'unknown' };

/** The name of a field without the envelope: `total` of `data.total`. */
export function leafOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The envelope that a dotted field names: `data` of `data.total`; `` when it names none. */
export function envelopeOf(path: string): string {
  const dot = path.indexOf('.');
  return dot > 0 && ENVELOPES.has(path.slice(0, dot)) ? path.slice(0, dot) : '';
}

export function isEnvelopeName(field: string): boolean {
  return ENVELOPES.has(field);
}

const ENVELOPES = new Set(['data', 'payload', 'body', 'detail']);

/**
 * Fields that say when, where from and for whom a message is. Whatever carries messages adds them on the way, so a literal without them
 * proves nothing.
 */
export function isTransportField(field: string): boolean {
  return TRANSPORT.has(canonicalName(field));
}

const TRANSPORT = new Set([
  'timestamp', 'ts', 'time', 'sent-at', 'created-at', 'id', 'message-id', 'event-id', 'user-id', 'thread-id', 'run-id', 'request-id', 'session-id', 'connection-id',
  'client-id', 'correlation-id', 'trace-id', 'sequence', 'seq', 'version', 'source', 'sender', 'metadata', 'meta', 'priority', 'room', 'namespace',
]);

/** Whether a producer sends a field (its leaf; envelopes are compared apart). */
export function fieldStatus(producer: Producer, field: string): FieldStatus {
  const leaf = leafOf(field);
  const wanted = canonicalName(leaf);
  let renamed: string | undefined;
  for (const [path, optional] of producer.keys) {
    const own = leafOf(path);
    if (own === '*') continue;
    if (own === leaf) return { state: 'sent', optional };
    if (canonicalName(own) === wanted || (renamed === undefined && isNearMiss(own, leaf))) renamed = own;
  }
  if (renamed !== undefined) return { state: 'renamed', as: renamed };
  return producer.open.top || producer.open.inside ? { state: 'unknown' } : { state: 'missing' };
}

/**
 * Whether two field names are likely one field under two names: another convention or number (`toolName`, `results`), with and without a
 * telling word (`tool`, `tool_name`), a synonym (`args`, `parameters`).
 */
export function isNearMiss(a: string, b: string): boolean {
  if (a === b) return false;
  const left = reduced(a);
  const right = reduced(b);
  if (left.stem === '' || left.stem !== right.stem) return false;
  return left.qualifiers === '' || right.qualifiers === '' || left.qualifiers === right.qualifiers;
}

const cache = new Map<string, { stem: string; qualifiers: string }>();

function reduced(name: string): { stem: string; qualifiers: string } {
  let entry = cache.get(name);
  if (!entry) {
    const words = wordsOf(name).map((word) => SYNONYMS.get(word) ?? singular(word));
    const stem = words.filter((word) => !QUALIFIERS.has(word));
    // A name of nothing but qualifiers is itself.
    const isBare = stem.length === 0;
    // Joined without a mark: `subagent_name` and `sub_agent_name` are one name.
    entry = { stem: (isBare ? words : stem).join(''), qualifiers: isBare ? '' : words.filter((word) => QUALIFIERS.has(word)).join('-') };
    if (cache.size > 50_000) cache.clear();
    cache.set(name, entry);
  }
  return entry;
}

/** Words that say which form of a thing is meant. Two names that differ in them are two fields (`user_id`, `user_name`). */
const QUALIFIERS = new Set(['name', 'id', 'ms', 'second', 'text', 'value', 'final', 'total', 'list', 'percent']);

const SYNONYMS = new Map<string, string>([
  ['arg', 'parameter'], ['args', 'parameter'], ['argument', 'parameter'], ['arguments', 'parameter'], ['param', 'parameter'], ['params', 'parameter'], ['parameters', 'parameter'],
  ['thought', 'reasoning'], ['thoughts', 'reasoning'], ['thinking', 'reasoning'], ['reasoning', 'reasoning'],
  ['output', 'result'], ['outputs', 'result'], ['results', 'result'],
  ['secs', 'second'], ['seconds', 'second'], ['millis', 'ms'], ['milliseconds', 'ms'], ['percentage', 'percent'], ['pct', 'percent'],
  ['err', 'error'], ['msg', 'message'], ['qty', 'quantity'], ['amt', 'amount'],
]);

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us') ? word.slice(0, -1) : word;
}
