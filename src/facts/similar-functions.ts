import type { FunctionFact } from '../model/facts.js';
import type { Indexed } from './fact-index.js';

type IndexedFunction = Indexed<FunctionFact>;

/** A function and others that are nearly like it. */
export interface SimilarGroup {
  /** In the order given; at least two. */
  members: readonly IndexedFunction[];
  /** The lowest similarity of a member to the first. */
  similarity: number;
}

/** Characters of one position of a sketch. */
const POSITION = 2;
/** 8 bands of 4 positions: bodies of similarity 0.8 meet with probability 0.98, of 0.6 with 0.66, of 0.3 with 0.06. */
const BAND = 4 * POSITION;
/** More bodies than this in one bucket share boilerplate and not a purpose: a bucket is compared up to here only. */
const MAX_BUCKET = 40;

/**
 * Groups functions whose bodies are at least `threshold` alike, judged by their sketches. Candidates meet in the buckets of a
 * locality-sensitive hash, so the cost grows with the number of functions and never with its square (Leskovec, Rajaraman, Ullman,
 * "Mining of Massive Datasets", 3.4). Each function is in at most one group; the group forms around its first member, so that likeness
 * does not travel along a chain. Functions without a sketch are left out.
 */
export function similarFunctions(functions: readonly IndexedFunction[], threshold: number): SimilarGroup[] {
  const buckets = new Map<string, number[]>();
  functions.forEach(({ sketch }, position) => {
    for (let from = 0; from < sketch.length; from += BAND) {
      const key = `${from}:${sketch.slice(from, from + BAND)}`;
      const bucket = buckets.get(key);
      if (!bucket) buckets.set(key, [position]);
      else if (bucket.length < MAX_BUCKET) bucket.push(position);
    }
  });
  const neighbours = new Map<number, Set<number>>();
  for (const bucket of buckets.values()) {
    for (const first of bucket) {
      for (const second of bucket) {
        if (second <= first) continue;
        const known = neighbours.get(first);
        if (known) known.add(second);
        else neighbours.set(first, new Set([second]));
      }
    }
  }
  const taken = new Set<number>();
  const groups: SimilarGroup[] = [];
  for (const [first, candidates] of [...neighbours].sort(([a], [b]) => a - b)) {
    if (taken.has(first)) continue;
    const members = [first];
    let similarity = 1;
    for (const candidate of [...candidates].sort((a, b) => a - b)) {
      if (taken.has(candidate)) continue;
      const alike = sketchSimilarity(functions[first]!.sketch, functions[candidate]!.sketch);
      if (alike < threshold) continue;
      members.push(candidate);
      similarity = Math.min(similarity, alike);
    }
    if (members.length < 2) continue;
    for (const member of members) taken.add(member);
    groups.push({ members: members.map((member) => functions[member]!), similarity });
  }
  return groups;
}

/** Share of equal positions of two sketches: an estimate of the Jaccard similarity of two bodies. 0 when either is empty. */
export function sketchSimilarity(a: string, b: string): number {
  if (a.length === 0 || a.length !== b.length) return 0;
  let equal = 0;
  for (let at = 0; at < a.length; at += POSITION) if (a[at] === b[at] && a[at + 1] === b[at + 1]) equal++;
  return (equal * POSITION) / a.length;
}
