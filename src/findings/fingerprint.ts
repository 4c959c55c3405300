import { hashOf } from '../util/hash.js';
import { sortedDistinct } from '../util/compare.js';

/**
 * Line-independent identity of a finding: rule, key of the knowledge and its sites as `path#symbol`. It survives moved lines and changed
 * values; it changes when a declaration is added, removed, renamed or moved to another file. 16 hex digits.
 */
export function fingerprintOf(ruleId: string, key: string, sites: readonly { path: string; symbol: string }[]): string {
  return hashOf([ruleId, key, ...sortedDistinct(sites.map(({ path, symbol }) => `${path}#${symbol}`))].join('\0'), 16);
}
