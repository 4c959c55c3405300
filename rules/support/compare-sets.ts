import type { EnumFact } from '../../src/index.js';
import { memberKey } from './compare-shapes.js';

/** How two closed sets stand to each other. */
export interface SetComparison {
  /** The same values, whatever the members are called. */
  identical: boolean;
  /** Values of both; where the values are numbers, members of one name. */
  shared: readonly string[];
  /** Shared, as a share of the smaller set. */
  overlap: number;
  /** Shared, as a share of all. */
  similarity: number;
  onlyFirst: readonly string[];
  onlySecond: readonly string[];
  /** Members of one name whose values differ. */
  contradictions: readonly { name: string; first: string; second: string }[];
}

type Members = EnumFact['members'];

/** Words for a state that anything may be in, in any trade. */
const STATE_WORDS: ReadonlySet<string> = new Set([
  'active', 'inactive', 'enabled', 'disabled', 'pending', 'queued', 'waiting', 'idle', 'running', 'started', 'starting', 'stopped', 'stopping', 'paused', 'in_progress',
  'processing', 'completed', 'complete', 'done', 'finished', 'success', 'succeeded', 'passed', 'failed', 'failure', 'error', 'warning', 'skipped', 'cancelled', 'canceled',
  'timeout', 'unknown', 'none', 'ok', 'ready', 'healthy', 'unhealthy', 'degraded', 'connected', 'disconnected', 'connecting', 'disconnecting', 'reconnecting', 'open', 'opening',
  'closed', 'closing', 'half_open', 'initializing', 'initialized',
]);

/** What two sets share is nothing but words for states, and neither holds all of the other: two things, each of which has states. */
export function sharesStatesOnly({ shared, overlap }: SetComparison): boolean {
  return overlap < 1 && shared.every((value) => STATE_WORDS.has(value.toLowerCase().replaceAll('-', '_')));
}

export function compareSets(a: Members, b: Members): SetComparison {
  const byName = isNumbered(a) || isNumbered(b);
  const keyOf = ({ name, value }: Members[number]): string => (byName ? memberKey(name) : value);
  const first = new Map(a.map((member) => [keyOf(member), member]));
  const second = new Map(b.map((member) => [keyOf(member), member]));
  const shared = [...first.keys()].filter((key) => second.has(key));
  const onlyFirst = [...first.keys()].filter((key) => !second.has(key));
  const onlySecond = [...second.keys()].filter((key) => !first.has(key));
  const contradictions = contradictionsOf(a, b);
  const all = shared.length + onlyFirst.length + onlySecond.length;
  const smaller = Math.min(first.size, second.size);
  return {
    identical: onlyFirst.length === 0 && onlySecond.length === 0 && contradictions.length === 0,
    shared, onlyFirst, onlySecond, contradictions,
    overlap: smaller === 0 ? 0 : shared.length / smaller,
    similarity: all === 0 ? 0 : shared.length / all,
  };
}

/** What the second has otherwise than the first. */
export function setDifferences({ onlyFirst, onlySecond, contradictions }: SetComparison): string[] {
  const said = contradictions.slice(0, MAX_NAMED).map(({ name, first, second }) => `${name} is ${shown(second)}, not ${shown(first)}`);
  const values = new Set(contradictions.flatMap(({ first, second }) => [first, second]));
  const lacking = onlyFirst.filter((value) => !values.has(value));
  const added = onlySecond.filter((value) => !values.has(value));
  if (lacking.length > 0) said.push(`lacks ${listed(lacking)}`);
  if (added.length > 0) said.push(`adds ${listed(added)}`);
  return said;
}

const MAX_NAMED = 8;

function isNumbered(members: Members): boolean {
  return members.every(({ value }) => /^-?\d+$/.test(value));
}

function contradictionsOf(a: Members, b: Members): SetComparison['contradictions'] {
  // Members of a union have no name but their value.
  if ([a, b].some((members) => members.every(({ name, value }) => name === value))) return [];
  const second = new Map(b.map(({ name, value }) => [memberKey(name), value]));
  return a.flatMap(({ name, value }) => {
    const other = second.get(memberKey(name));
    return other === undefined || other === value ? [] : [{ name, first: value, second: other }];
  });
}

function shown(value: string): string {
  return /^-?\d+$/.test(value) ? value : `"${value.length > 40 ? `${value.slice(0, 37)}...` : value}"`;
}

function listed(values: readonly string[]): string {
  return values.length > MAX_NAMED ? `${values.slice(0, MAX_NAMED - 1).join(', ')} and ${values.length - MAX_NAMED + 1} more` : values.join(', ');
}
