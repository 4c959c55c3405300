import type { Extractor } from './context.js';
import { extractDeprecations } from './extract-deprecations.js';
import { extractImports } from './extract-imports.js';
import { extractModule } from './extract-module.js';

/** Every extractor of this language, one per family of facts. */
export const extractors: readonly Extractor[] = [extractDeprecations, extractImports, extractModule];
