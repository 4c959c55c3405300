import type { FailureError, StatedFailure, TestResult } from '../model/test-run.js';
import { compareText } from '../util/compare.js';
import type { FailureKind } from './classify-kind.js';
import type { Signature } from './signature.js';

/** The final failed attempt of a test, with what was found out about it. */
export interface Failure {
  test: TestResult;
  /** Path of the report that it stands in. */
  report: string;
  error: FailureError;
  kind: FailureKind;
  /** The words of the failure that decided its kind; empty when none did. */
  span: string;
  signature: Signature;
  /** Test file in the repository. */
  testPath: string | undefined;
  /** Line of the test file that failed, or where the test begins; 1-based. */
  testLine: number | undefined;
  sourceFrames: readonly { path: string; line: number | undefined; function: string | undefined }[];
  /** Prose states the failure; no record of a test is behind it. */
  stated?: StatedFailure;
}

export interface FailureCluster {
  /** `c1`, `c2` ... by size, then fingerprint. */
  id: string;
  fingerprint: string;
  failures: readonly Failure[];
  representative: Failure;
}

/** From this cosine of token pairs on, two messages say the same; a short message must only come close to it. */
const SIMILAR = 0.95;
const SIMILAR_SHORT = 0.85;
const SHORT = 8;

/**
 * Groups failures: those of one fingerprint, and those of one kind, type and code whose masked messages are as good as equal (cosine of token
 * pairs). Candidates share a token pair that few have, so the cost stays near linear.
 */
export function clusterFailures(failures: readonly Failure[]): FailureCluster[] {
  const exact = new Map<string, Failure[]>();
  for (const failure of failures) {
    const list = exact.get(failure.signature.fingerprint);
    if (list) list.push(failure);
    else exact.set(failure.signature.fingerprint, [failure]);
  }
  const groups = [...exact.values()].map((members) => ({ members, vector: vectorOf(members[0]!.signature.masked), key: similarKey(members[0]!) }));
  groups.sort((a, b) => b.members.length - a.members.length || compareText(a.members[0]!.signature.fingerprint, b.members[0]!.signature.fingerprint));

  const merged: typeof groups = [];
  const byKey = new Map<string, typeof groups>();
  for (const group of groups) {
    const rivals = byKey.get(group.key) ?? [];
    const home = rivals.find((rival) => cosine(rival.vector, group.vector) >= (Math.min(rival.vector.size, group.vector.size) < SHORT ? SIMILAR_SHORT : SIMILAR));
    if (home) home.members.push(...group.members);
    else {
      merged.push(group);
      byKey.set(group.key, [...rivals, group]);
    }
  }
  merged.sort((a, b) => b.members.length - a.members.length || compareText(a.members[0]!.signature.fingerprint, b.members[0]!.signature.fingerprint));
  return merged.map(({ members }, index) => ({ id: `c${index + 1}`, fingerprint: members[0]!.signature.fingerprint, failures: members, representative: members[0]! }));
}

/** What must be equal before words are compared; a place in our own source keeps failures of different places apart. */
function similarKey({ kind, error, sourceFrames }: Failure): string {
  return [kind, error.type ?? '', error.code ?? '', sourceFrames[0]?.path ?? ''].join('\0');
}

function vectorOf(text: string): Map<string, number> {
  const tokens = text.toLowerCase().match(/[\p{L}\p{N}_<>]+/gu) ?? [];
  const vector = new Map<string, number>();
  for (let index = 0; index < tokens.length; index++) {
    const pair = `${tokens[index - 1] ?? ''} ${tokens[index]}`;
    vector.set(pair, (vector.get(pair) ?? 0) + 1);
  }
  return vector;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  if (a.size === 0 || b.size === 0) return a.size === b.size ? 1 : 0;
  let product = 0;
  for (const [key, value] of a) product += value * (b.get(key) ?? 0);
  return product / (norm(a) * norm(b));
}

function norm(vector: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const value of vector.values()) sum += value * value;
  return Math.sqrt(sum);
}
