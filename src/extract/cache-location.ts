import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from '../util/hash.js';

/**
 * Where the fact cache of a tree lies: in `dir` when given; else in the tree's `node_modules/.cache` (the place that tools share and git
 * ignores) when there is a `node_modules`, else in the user's cache folder (XDG Base Directory Specification). Undefined: no cache.
 */
export function defaultCacheFile(root: string, dir: string | false | undefined): string | undefined {
  if (dir === false) return undefined;
  const name = `facts-${hashOf(root, 12)}.bin`;
  if (dir !== undefined) return join(dir, name);
  if (existsSync(join(root, 'node_modules'))) return join(root, 'node_modules', '.cache', 'ssot-audit', name);
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ssot-audit', name);
}
