import { nameBeforeCopy } from '../../util/copy-name.js';
import type { Language } from '../language.js';
import { extract } from './extract.js';
import { loadCompiler } from './parse.js';

const EXTENSION = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/** TypeScript and JavaScript, by the TypeScript compiler's parser (no program, no type checker). */
export const typescript: Language = {
  id: 'typescript',
  // Kept copies (`x.ts.orig`) are read too: whether they differ from the living file matters.
  matches: (path) => EXTENSION.test(sourceName(path)),
  dialect: (path) => (sourceName(path).endsWith('.d.ts') ? 'd.ts' : (EXTENSION.exec(sourceName(path))?.[0] ?? '')),
  load: async () => {
    loadCompiler();
  },
  extract: (file) => extract({ ...file, path: sourceName(file.path) }),
};

function sourceName(path: string): string {
  return nameBeforeCopy(path) ?? path;
}
