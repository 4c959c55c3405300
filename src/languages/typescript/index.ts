import type { Language } from '../language.js';
import { extract } from './extract.js';
import { loadCompiler } from './parse.js';

const EXTENSION = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/** TypeScript and JavaScript, by the TypeScript compiler's parser (no program, no type checker). */
export const typescript: Language = {
  id: 'typescript',
  matches: (path) => EXTENSION.test(path),
  dialect: (path) => (path.endsWith('.d.ts') ? 'd.ts' : (EXTENSION.exec(path)?.[0] ?? '')),
  load: async () => {
    loadCompiler();
  },
  extract,
};
