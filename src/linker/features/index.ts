import { callee, imported, namedSymbol, substance } from './code-graph.js';
import type { Feature } from './feature.js';
import { changedSince, coverage, missingModule } from './given.js';
import { changedTogether, churn, historyWords, writtenTogether } from './history.js';
import { literal } from './literal.js';
import { definedName, nameMatch } from './names.js';
import { stackFrame, thrownAt } from './stack-frame.js';
import { outlineWords, passage, pathWords, tellingWords, wordFeatures } from './words.js';

/** All signals, in the order in which they are told when they weigh the same. */
export const features: readonly Feature[] = [
  thrownAt, stackFrame, missingModule, changedSince, coverage, literal, namedSymbol, definedName, nameMatch, ...wordFeatures, tellingWords, outlineWords, pathWords, passage, changedTogether, writtenTogether, historyWords, callee, imported, churn, substance,
];
