/** What fails a change and what is only said of it, where the configuration does not say: ids and globs of rules. */

/**
 * What a change must not bring: an import that leads nowhere (so also a module or name that was deleted and has importers), a second owner,
 * state of one user handed to all, a variable that nobody deploys, a default that disagrees, a producer that drops a demanded field,
 * markers of a merge conflict.
 */
export const DEFAULT_BLOCK: readonly string[] = [
  'canonical-violation', 'conflict-markers', 'conflicting-default', 'duplicate-manager', 'event-payload-drift', 'removed-while-imported',
  'required-not-deployed', 'state-shared-by-factory', 'unresolved-import',
];

/** All others: a path that is not canonical, a new use of something deprecated, one more fork of a type ... */
export const DEFAULT_WARN: readonly string[] = ['*', '*/*'];
