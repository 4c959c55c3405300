import { expect, it } from 'vitest';
import { openTypeScriptProject } from '../src/api.js';
import { temporaryTree } from './support/temporary-tree.js';

it('gives types of the named files, and of no others', async () => {
  const root = temporaryTree({ 'src/limits.ts': 'export const LIMIT = 5 as const;\n', 'src/cart.ts': 'export const other = 1;\n', 'README.md': '# Shop\n' });
  const project = await openTypeScriptProject(root, ['src/limits.ts']);
  expect(project.getSourceFiles().map((file) => file.getBaseName())).toEqual(['limits.ts']);
  expect(project.getSourceFileOrThrow('limits.ts').getVariableDeclarationOrThrow('LIMIT').getType().getText()).toBe('5');
  expect((await openTypeScriptProject(root)).getSourceFiles()).toHaveLength(2);
});
