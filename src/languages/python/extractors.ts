import type { Extractor } from './context.js';
import { extractClasses } from './extract-classes.js';
import { extractConstants } from './extract-constants.js';
import { extractConstructions } from './extract-constructions.js';
import { extractContracts } from './extract-contracts.js';
import { extractDeployEntries } from './extract-deploy-entries.js';
import { extractDeprecations } from './extract-deprecations.js';
import { extractEnums } from './extract-enums.js';
import { extractEnvDeclarations } from './extract-env-declarations.js';
import { extractEnvReads } from './extract-env-reads.js';
import { extractEvents } from './extract-events.js';
import { extractFunctions } from './extract-functions.js';
import { extractImports } from './extract-imports.js';
import { extractModule } from './extract-module.js';
import { extractState } from './extract-state.js';
import { extractTests } from './extract-tests.js';
import { extractTypes } from './extract-types.js';
import { extractUses } from './extract-uses.js';

/** Every extractor of this language, one per family of facts. */
export const extractors: readonly Extractor[] = [
  extractClasses,
  extractConstants,
  extractConstructions,
  extractContracts,
  extractDeployEntries,
  extractDeprecations,
  extractEnums,
  extractEnvDeclarations,
  extractEnvReads,
  extractEvents,
  extractFunctions,
  extractImports,
  extractModule,
  extractState,
  extractTests,
  extractTypes,
  extractUses,
];
