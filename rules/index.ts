import type { Rule } from '../src/index.js';
import backupCopy from './backup-copy.js';
import canonicalViolation from './canonical-violation.js';
import configParsedDifferently from './config-parsed-differently.js';
import conflictMarkers from './conflict-markers.js';
import conflictingConstant from './conflicting-constant.js';
import conflictingDefault from './conflicting-default.js';
import conflictingValue from './conflicting-value.js';
import contractsDisagree from './contracts-disagree.js';
import deprecatedStillUsed from './deprecated-still-used.js';
import divergingEnum from './diverging-enum.js';
import divergingType from './diverging-type.js';
import duplicateConfigFile from './duplicate-config-file.js';
import duplicateConnection from './duplicate-connection.js';
import duplicateConstant from './duplicate-constant.js';
import duplicateEnum from './duplicate-enum.js';
import duplicateFile from './duplicate-file.js';
import duplicateFunction from './duplicate-function.js';
import duplicateManager from './duplicate-manager.js';
import duplicateType from './duplicate-type.js';
import environmentReadBypassesAccessor from './environment-read-bypasses-accessor.js';
import eventNameNearMiss from './event-name-near-miss.js';
import eventPayloadDrift from './event-payload-drift.js';
import expiredSuppression from './expired-suppression.js';
import importPathFragmentation from './import-path-fragmentation.js';
import invalidSuppression from './invalid-suppression.js';
import missingEventConsumer from './missing-event-consumer.js';
import multipleSingletons from './multiple-singletons.js';
import mutableClassAttribute from './mutable-class-attribute.js';
import mutableModuleState from './mutable-module-state.js';
import nameShadowsImport from './name-shadows-import.js';
import removedWhileImported from './removed-while-imported.js';
import requiredNotDeployed from './required-not-deployed.js';
import shadowedModule from './shadowed-module.js';
import stateSharedByFactory from './state-shared-by-factory.js';
import twoNamesForOneSetting from './two-names-for-one-setting.js';
import unresolvedImport from './unresolved-import.js';
import unusedSuppression from './unused-suppression.js';

/** The built-in rules, sorted by id. */
export const builtInRules: readonly Rule[] = [
  backupCopy,
  canonicalViolation,
  configParsedDifferently,
  conflictMarkers,
  conflictingConstant,
  conflictingDefault,
  conflictingValue,
  contractsDisagree,
  deprecatedStillUsed,
  divergingEnum,
  divergingType,
  duplicateConfigFile,
  duplicateConnection,
  duplicateConstant,
  duplicateEnum,
  duplicateFile,
  duplicateFunction,
  duplicateManager,
  duplicateType,
  environmentReadBypassesAccessor,
  eventNameNearMiss,
  eventPayloadDrift,
  expiredSuppression,
  importPathFragmentation,
  invalidSuppression,
  missingEventConsumer,
  multipleSingletons,
  mutableClassAttribute,
  mutableModuleState,
  nameShadowsImport,
  removedWhileImported,
  requiredNotDeployed,
  shadowedModule,
  stateSharedByFactory,
  twoNamesForOneSetting,
  unresolvedImport,
  unusedSuppression,
];
