import type { Extraction } from '../model/facts.js';
import { conflictMarkersIn } from '../languages/conflict-markers.js';
import type { Language } from '../languages/language.js';

/**
 * Extraction of one text as JSON: the form that workers return and the cache keeps, so that a cold, a warm, a serial and a parallel run
 * read the very same bytes. An extractor that fails is a parse error of the file and not the end of the run.
 */
export function extractToJson(language: Language, path: string, text: string): string {
  try {
    const extraction = language.extract({ path, text });
    const conflicts = conflictMarkersIn(text, extraction.parseErrors);
    return JSON.stringify(conflicts.length === 0 ? extraction : { ...extraction, facts: [...extraction.facts, ...conflicts] });
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply' : `internal error: ${(error as Error).message}`;
    const extraction: Extraction = {
      facts: [],
      parseErrors: [{ message: `The file could not be analysed (${reason}).`, span: [1, 1, 1, 1] }],
      suppressionComments: [],
      lineCount: text.split('\n').length,
    };
    return JSON.stringify(extraction);
  }
}
