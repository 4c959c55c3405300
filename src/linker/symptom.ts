import type { FailureError } from '../model/test-run.js';

/** What two compared values have in common, and what not. */
export interface Symptom {
  /** Undefined where it is not known which of the two the test expected. */
  expected: string | undefined;
  /** Both values, in the order of the message. */
  sides: readonly [string, string];
  /** The same words and numbers on both sides, in another order. */
  isOrder: boolean;
  /** Both sides read alike but for numbers, none of them 0 or missing. */
  isNumbers: boolean;
  /** Words and signs (no numbers) that only the expected side shows. */
  awaited: readonly string[];
}

/** The comparison that failed; undefined where the failure shows none, or shows it cut short. */
export function symptomOf(error: FailureError): Symptom | undefined {
  const known = error.expected !== undefined && error.received !== undefined ? [error.expected, error.received] as const : undefined;
  const sides = known ?? comparedIn(error.message);
  if (!sides || sides.some((side) => CUT.test(side))) return undefined;
  const [first, second] = [tokensOf(sides[0]), tokensOf(sides[1])];
  const [onlyFirst, onlySecond] = [without(first, second), without(second, first)];
  const differing = [...onlyFirst, ...onlySecond];
  return {
    expected: known?.[0], sides,
    isOrder: differing.length === 0 && first.length > 1 && first.join(' ') !== second.join(' '),
    isNumbers: onlyFirst.length > 0 && onlyFirst.length === onlySecond.length && differing.every((token) => /^\d/.test(token) && Number(token) !== 0),
    awaited: known === undefined ? [] : onlyFirst.filter((token) => !/^\d/.test(token) && !PLAIN.has(token)),
  };
}

/** A printer that leaves the rest out hides what may differ. */
const CUT = /…|\.\.\./;
const PLAIN: ReadonlySet<string> = new Set(['true', 'false', 'null', 'undefined', 'None', 'True', 'False', 'NaN', 'Array', 'Object']);

/** `Lists differ: ['a'] != ['b']` and `1 != 2` of unittest: which side was expected is not said. */
function comparedIn(message: string): readonly [string, string] | undefined {
  const match = /^(?:(?:AssertionError|\w+ differ): )*(.{1,400}?) != (.{1,400}?)(?: : .*)?$/.exec(message.split('\n')[0]!.trim());
  return match ? [match[1]!, match[2]!] : undefined;
}

/** Words, numbers and signs of money, in order. */
function tokensOf(text: string): string[] {
  return text.replace(/\\[nrt]/g, ' ').match(/\d+(?:\.\d+)?|[\p{L}_][\p{L}\p{N}_]*|\p{Sc}/gu) ?? [];
}

/** Tokens of `a` that `b` has not, or less often. */
function without(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const token of b) left.set(token, (left.get(token) ?? 0) + 1);
  return a.filter((token) => {
    const count = left.get(token) ?? 0;
    left.set(token, count - 1);
    return count <= 0;
  });
}
