import { join } from 'node:path';
import type { Project } from 'ts-morph';
import { discoverFiles } from './discover/discover-files.js';

const SOURCE = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/**
 * A ts-morph project over TypeScript and JavaScript files of a tree, for tools that confirm candidates with types or rewrite code. Costs
 * about fifty times the scan's own walk, so name the files (`paths`, relative to the root: the sites of a finding, say) rather than take all.
 * ts-morph is imported only when this is called.
 */
export async function openTypeScriptProject(root: string, paths?: readonly string[]): Promise<Project> {
  const { Project } = await import('ts-morph');
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true, compilerOptions: { allowJs: true, noEmit: true } });
  const wanted = paths ?? discoverFiles({ root }).files.map(({ path }) => path);
  project.addSourceFilesAtPaths(wanted.filter((path) => SOURCE.test(path)).map((path) => join(root, path)));
  return project;
}
