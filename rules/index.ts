import type { Rule } from '../src/index.js';
import conflictingConstant from './conflicting-constant.js';
import conflictingDefault from './conflicting-default.js';
import divergingEnum from './diverging-enum.js';
import divergingType from './diverging-type.js';
import duplicateConstant from './duplicate-constant.js';
import duplicateEnum from './duplicate-enum.js';
import duplicateType from './duplicate-type.js';
import nameShadowsImport from './name-shadows-import.js';
import stateSharedByFactory from './state-shared-by-factory.js';

/** The built-in rules, sorted by id. */
export const builtInRules: readonly Rule[] = [
  conflictingConstant,
  conflictingDefault,
  divergingEnum,
  divergingType,
  duplicateConstant,
  duplicateEnum,
  duplicateType,
  nameShadowsImport,
  stateSharedByFactory,
];
