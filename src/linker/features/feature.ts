import type { Evidence } from '../../model/link-result.js';
import type { FailureContext } from '../failure-context.js';

/** A signal: how much it speaks for each file, from 0 to 1, and why, in words. */
export interface Feature {
  /** Stable word; the key of its weight. */
  id: FeatureId;
  values(context: FailureContext): ReadonlyMap<string, number>;
  /** Why a file has its value; undefined where there is nothing to point at. */
  explain(context: FailureContext, path: string, value: number): Omit<Evidence, 'kind' | 'strength'> | undefined;
}

export type FeatureId =
  | 'thrown-at' | 'stack-frame' | 'message-words' | 'title-words' | 'body-words' | 'passage' | 'history-words' | 'literal' | 'named-symbol' | 'callee' | 'defined-name' | 'name-match'
  | 'changed-together' | 'written-together' | 'path-words' | 'outline-words' | 'telling-words' | 'imported' | 'churn' | 'changed-since' | 'coverage' | 'missing-module' | 'substance';

/** Scales values so that the largest is 1. */
export function scaled(values: ReadonlyMap<string, number>): Map<string, number> {
  let max = 0;
  for (const value of values.values()) max = Math.max(max, value);
  return max <= 0 ? new Map() : new Map([...values].map(([path, value]) => [path, value / max]));
}

/** Several signs of one kind: each takes its share of the doubt that is left. */
export function combined(before: number | undefined, share: number): number {
  return 1 - (1 - (before ?? 0)) * (1 - share);
}

export function at(path: string, line: number): { code: { path: string; range: { start: { line: number; column: number }; end: { line: number; column: number } } } } {
  return { code: { path, range: { start: { line, column: 1 }, end: { line, column: 1 } } } };
}
