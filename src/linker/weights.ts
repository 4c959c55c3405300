import type { FeatureId } from './features/feature.js';

/** Version of the table below; part of every result. */
export const WEIGHTS_VERSION = 'lw1';

/**
 * What each signal is worth: the score of a file is the sum of weight times value. Fitted by `bench/fit-link-weights.mjs` (multinomial logit); docs/link-accuracy.md
 * says on what. Signals that the cases cannot show (what the user gives, a module that is missing) have a weight by judgement.
 */
export const WEIGHTS: Readonly<Record<FeatureId, number>> = {
  'thrown-at': 1.5, 'stack-frame': 0.5, 'missing-module': 0.8, 'changed-since': 8, coverage: 6,
  'message-words': 0.6, 'title-words': 1.2, 'body-words': 0.8, 'telling-words': 1.1, 'outline-words': 0.9, 'path-words': 0.55, passage: 0.9, literal: 0.3,
  'name-match': 0.9, 'defined-name': 0.3, 'named-symbol': 0.2, imported: 0.25, callee: 0.05,
  'changed-together': 0.65, 'written-together': 1.4, 'history-words': 0.7, churn: 0.3, substance: 0.3,
};
