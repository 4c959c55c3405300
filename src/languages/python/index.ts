import type { Language } from '../language.js';
import { extract } from './extract.js';
import { loadParser } from './parse.js';

/** Python 3, by the grammar of @lezer/python: pure JavaScript, error-tolerant. */
export const python: Language = {
  id: 'python',
  matches: (path) => /\.pyi?$/.test(path),
  dialect: (path) => (path.endsWith('.pyi') ? '.pyi' : path.endsWith('__init__.py') ? '__init__.py' : '.py'),
  load: loadParser,
  extract,
};
