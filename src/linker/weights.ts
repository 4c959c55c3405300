import type { FeatureId } from './features/feature.js';

/** Version of the table below; part of every result. */
export const WEIGHTS_VERSION = 'lw2';

/**
 * What each signal is worth: the score of a file is the sum of weight times value. Fitted by `bench/fit-link-weights.mjs` (multinomial logit); docs/link-accuracy.md
 * says on what. Signals that the cases cannot show (what the user gives, a module that is missing) have a weight by judgement.
 */
export const WEIGHTS: Readonly<Record<FeatureId, number>> = {
  'thrown-at': 2, 'stack-frame': 0.5, 'missing-module': 0.8, 'changed-since': 10, coverage: 8,
  'message-words': 0.55, 'title-words': 1.35, 'body-words': 0.95, 'telling-words': 1.3, 'outline-words': 0.75, 'path-words': 0.15, passage: 1.35, literal: 0.3,
  'name-match': 1.25, 'defined-name': 0.4, 'named-symbol': 0.2, imported: 0.25, callee: 0.05,
  'changed-together': 0.5, 'written-together': 1.3, 'history-words': 0.6, churn: 0.25, substance: 0.35,
};
