import type { AuditedFile, FactIndex } from '../../src/index.js';

/** Files that a router finds by their name below `app/`. */
const ROUTE_NAME = /(?:^|\/)app\/(?:.*\/)?(?:page|layout|route|template|loading|error|not-found|default)\.[cm]?[jt]sx?$/;
/** Folders in which every file is a page or an endpoint. */
const ROUTE_FOLDER = /(?:^|\/)(?:pages|routes)\//;

/** Where files of routes stand, with what else is put beside them, and the root of them all. */
const AMONG_ROUTES = /(?:^|\/)(?:(?:pages|routes)\/|app\/(?:.*\/)?(?:page|layout|route|template|loading|error|not-found|default|root)\.[cm]?[jt]sx?$)/;

/** Whether a router may look for names in a file. */
export function standsAmongRoutes({ path, language }: AuditedFile): boolean {
  return language === 'typescript' && AMONG_ROUTES.test(path);
}

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
