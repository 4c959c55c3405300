import type { Confidence } from '../model/link-result.js';

/** What a verdict rests on. */
export interface Grounds {
  /** Families of signals (words, names, code, history, run, what the user gave) that agree. */
  families: number;
  /** The test was found in the source, or the stack passes through it. */
  located: boolean;
}

/**
 * Share of belief of the first file, scaled by how well it is founded, to how often such a file was right on known cases of repositories that the
 * weights had not seen: isotonic (pool adjacent violators), smoothed by one case of either kind per step. `bench/fit-link-weights.mjs --reliability` prints it.
 */
const TABLE: readonly (readonly [raw: number, probability: number])[] = [[0, 0.1], [0.1, 0.4], [0.2, 0.55], [0.4, 0.65], [0.6, 0.75], [0.65, 0.8], [0.75, 0.93], [1, 0.98]];

/** Where fewer families agree, the share counts for less. */
const FOUNDED = [0.5, 0.6, 0.8, 1];

/** Probability that the first file is the one to change. */
export function calibrated(share: number, { families, located }: Grounds): number {
  const probability = interpolated(share * FOUNDED[Math.min(families, FOUNDED.length - 1)]!);
  // Without a place in the source, and where only one kind of evidence speaks, no verdict is high.
  const ceiling = families < 2 ? LOW_CEILING : !located ? MEDIUM_CEILING : 1;
  return Math.min(probability, ceiling);
}

const MEDIUM_CEILING = 0.79;
const LOW_CEILING = 0.49;

function interpolated(raw: number): number {
  for (let index = 1; index < TABLE.length; index++) {
    const [x0, y0] = TABLE[index - 1]!;
    const [x1, y1] = TABLE[index]!;
    if (raw <= x1) return y0 + ((y1 - y0) * (raw - x0)) / (x1 - x0);
  }
  return TABLE.at(-1)![1];
}

export function bandOf(probability: number): Confidence {
  return probability >= 0.8 ? 'high' : probability >= 0.5 ? 'medium' : probability >= 0.35 ? 'low' : 'unknown';
}
