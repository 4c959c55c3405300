import type { AuditedFile, FactIndex } from '../../src/index.js';

/** Files that a router finds by their name below `app/`. */
const ROUTE_NAME = /(?:^|\/)app\/(?:.*\/)?(?:page|layout|route|template|loading|error|not-found|default)\.[cm]?[jt]sx?$/;
/** Folders in which every file is a page or an endpoint. */
const ROUTE_FOLDER = /(?:^|\/)(?:pages|routes)\//;

/**
 * Whether a router finds the file by its place: one of the names that it looks for, or a file below `pages/` or `routes/` with a default export that
 * nothing imports. Two such files may say the same and are both needed.
 */
export function isRouteFile(facts: FactIndex, { path, language }: AuditedFile): boolean {
  if (language !== 'typescript') return false;
  if (ROUTE_NAME.test(path)) return true;
  return ROUTE_FOLDER.test(path) && facts.imports.importersOfModule(path).length === 0
    && facts.inFile(path, 'module').some(({ bindings }) => bindings.some(({ exportedAs }) => exportedAs.includes('default')));
}
