import type { FeatureId } from './features/feature.js';

/** Version of the table below; part of every result. Fitted by `bench/fit-link-weights.mjs`. */
export const WEIGHTS_VERSION = 'lw1';

/** What each signal is worth. The score of a file is the sum of weight times value. */
export const WEIGHTS: Readonly<Partial<Record<FeatureId, number>>> = {
  'stack-frame': 2,
  'message-words': 1,
  'title-words': 1,
  'body-words': 1.5,
  passage: 1,
};
