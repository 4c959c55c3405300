import type { Extractor } from './context.js';

/** Every extractor of this language, one per family of facts. */
export const extractors: readonly Extractor[] = [];
