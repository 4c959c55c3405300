import { callee, imported, namedSymbol, substance } from './code-graph.js';
import type { Feature } from './feature.js';
import { changedSince, coverage, missingModule } from './given.js';
import { changedTogether, churn, historyWords } from './history.js';
import { literal } from './literal.js';
import { definedName, nameMatch } from './names.js';
import { stackFrame } from './stack-frame.js';
import { passage, wordFeatures } from './words.js';

/** All signals, in the order in which they are told when they weigh the same. */
export const features: readonly Feature[] = [
  stackFrame, missingModule, changedSince, coverage, literal, namedSymbol, definedName, nameMatch, ...wordFeatures, passage, changedTogether, historyWords, callee, imported, churn, substance,
];
