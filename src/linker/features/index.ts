import type { Feature } from './feature.js';
import { stackFrame } from './stack-frame.js';
import { passage, wordFeatures } from './words.js';

/** All signals, in the order in which they are told when they weigh the same. */
export const features: readonly Feature[] = [stackFrame, ...wordFeatures, passage];
