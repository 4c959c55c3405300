import { nameBeforeCopy } from '../../util/copy-name.js';
import type { Language } from '../language.js';
import { extract } from './extract.js';
import { loadParser } from './parse.js';

/** Python 3, by the grammar of @lezer/python: pure JavaScript, error-tolerant. */
export const python: Language = {
  id: 'python',
  // Kept copies (`x.py.backup`) are read too: whether they differ from the living file matters.
  matches: (path) => /\.pyi?$/.test(sourceName(path)),
  dialect: (path) => (sourceName(path).endsWith('.pyi') ? '.pyi' : sourceName(path).endsWith('__init__.py') ? '__init__.py' : '.py'),
  load: loadParser,
  extract: (file) => extract({ ...file, path: sourceName(file.path) }),
};

function sourceName(path: string): string {
  return nameBeforeCopy(path) ?? path;
}
