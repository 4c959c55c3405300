import type { Confidence } from '../model/link-result.js';

/** What the margin of the first file over the second has meant on known cases; filled by fitting. */
const TABLE: readonly (readonly [raw: number, probability: number])[] = [[0, 0], [1, 1]];

/** Probability that a file is the one to change, by the share of the votes that it got: linear between the points of the table. */
export function calibrated(raw: number): number {
  for (let index = 1; index < TABLE.length; index++) {
    const [x0, y0] = TABLE[index - 1]!;
    const [x1, y1] = TABLE[index]!;
    if (raw <= x1) return x1 === x0 ? y1 : y0 + ((y1 - y0) * (raw - x0)) / (x1 - x0);
  }
  return TABLE.at(-1)![1];
}

export function bandOf(probability: number): Confidence {
  return probability >= 0.8 ? 'high' : probability >= 0.5 ? 'medium' : probability >= 0.35 ? 'low' : 'unknown';
}
