import type { Rule } from '../src/index.js';
import conflictingDefault from './conflicting-default.js';

/** The built-in rules, sorted by id. */
export const builtInRules: readonly Rule[] = [
  conflictingDefault,
];
