import { dataLanguages } from './data/index.js';
import { infraLanguages } from './infra/index.js';
import type { Language } from './language.js';
import { python } from './python/index.js';
import { typescript } from './typescript/index.js';

/** All languages. The first that matches a path has the file. */
export const languages: readonly Language[] = [python, typescript, ...dataLanguages, ...infraLanguages];

export function languageFor(path: string): Language | undefined {
  return languages.find((language) => language.matches(path));
}
