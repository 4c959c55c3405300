import type { EventKey } from '../model/facts.js';
import { compareText } from '../util/compare.js';
import { isDiscriminator, isEnvelope } from './event-words.js';

/** The keys of a message as the languages gather them, before they become part of a fact. */
export interface MessageShape {
  keys: EventKey[];
  /** The key that wraps the payload. */
  envelope?: string;
}

/** One entry of an object literal, in any language. */
export interface MessageEntry {
  /** Undefined: computed, a spread, or a value that is spread. */
  key: string | undefined;
  optional: boolean;
  /** The entries of the value when it is an object literal; `unknown` when it may hold keys that the text does not tell; undefined for other values. */
  inner?: readonly MessageEntry[] | 'unknown';
}

/** Gathers entries into dotted keys, one level below an envelope. The discriminators that name the event are keys like others. */
export function shapeOfEntries(entries: readonly MessageEntry[]): MessageShape {
  const keys = new Map<string, boolean>();
  let envelope: string | undefined;
  const put = (path: string, optional: boolean): void => {
    keys.set(path, (keys.get(path) ?? true) && optional);
  };
  for (const { key, optional, inner } of entries) {
    if (key === undefined) {
      put('*', true);
      continue;
    }
    put(key, optional);
    if (!isEnvelope(key) || inner === undefined) continue;
    envelope ??= key;
    if (inner === 'unknown') put(`${key}.*`, true);
    else for (const nested of inner) put(`${key}.${nested.key ?? '*'}`, optional || nested.optional);
  }
  return { keys: sortedKeys(keys), ...(envelope === undefined ? {} : { envelope }) };
}

export function isOpen(keys: readonly EventKey[]): boolean {
  return keys.some(({ path }) => path === '*' || path.endsWith('.*'));
}

/** Adds keys that are set after the literal. */
export function withKeys(shape: MessageShape, added: readonly EventKey[]): MessageShape {
  if (added.length === 0) return shape;
  const keys = new Map(shape.keys.map(({ path, optional }) => [path, optional]));
  for (const { path, optional } of added) keys.set(path, (keys.get(path) ?? true) && optional);
  return { ...shape, keys: sortedKeys(keys) };
}

/** The keys of a fact: without the discriminators, which every message of the kind has. */
export function factKeys(shape: MessageShape): EventKey[] {
  return shape.keys.filter(({ path }) => !isDiscriminator(path));
}

function sortedKeys(keys: ReadonlyMap<string, boolean>): EventKey[] {
  return [...keys].map(([path, optional]) => ({ path, optional })).sort((a, b) => compareText(a.path, b.path));
}
