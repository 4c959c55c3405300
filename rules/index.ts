import type { Rule } from '../src/index.js';

/** The built-in rules, sorted by id. */
export const builtInRules: readonly Rule[] = [];
