import { UserError } from '../util/user-error.js';
import { baselineText, sortEntries, type Baseline, type BaselineEntry } from './baseline.js';

/**
 * Merges two baselines that began as one. The stricter side wins: what either side took out stays out, an entry ends on the earlier day. What a
 * side accepted anew was accepted with a reason and belongs to its code, so it stays.
 * @throws UserError when both sides went to different rule sets: then there is nothing to compare
 */
export function mergeBaselines(base: Baseline, ours: Baseline, theirs: Baseline): Baseline {
  const rulesetHash = oneOf(base.rulesetHash, ours.rulesetHash, theirs.rulesetHash);
  const sides = { base: byIdentity(base), ours: byIdentity(ours), theirs: byIdentity(theirs) };
  const entries: BaselineEntry[] = [];
  for (const id of new Set([...sides.ours.keys(), ...sides.theirs.keys()])) {
    const merged = mergeEntries(sides.base.get(id), sides.ours.get(id), sides.theirs.get(id));
    if (merged !== undefined) entries.push(merged);
  }
  return { version: ours.version, tool: ours.tool, ...(rulesetHash === undefined ? {} : { rulesetHash }), entries: sortEntries(entries) };
}

function oneOf(base: string | undefined, ours: string | undefined, theirs: string | undefined): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  throw new UserError('The two baselines are of different rule sets, and so is the one they began as.', {
    code: 'ruleset-differs', hint: 'Take one of them, and run `ssot-audit baseline update` on the merged code.',
  });
}

/** Entries of one piece of knowledge as one: a baseline may hold several with different places. */
function byIdentity({ entries }: Baseline): Map<string, BaselineEntry> {
  const found = new Map<string, BaselineEntry>();
  for (const entry of sortEntries(entries)) {
    const id = [entry.rule, entry.key].join('\0');
    // A second entry of the same key stays an entry of its own, told apart by its first place.
    found.set(found.has(id) ? [id, ...entry.sites].join('\0') : id, entry);
  }
  return found;
}

function mergeEntries(base: BaselineEntry | undefined, ours: BaselineEntry | undefined, theirs: BaselineEntry | undefined): BaselineEntry | undefined {
  if (ours === undefined || theirs === undefined) return base === undefined ? (ours ?? theirs) : undefined;
  const was = new Set(base?.sites);
  const [left, right] = [new Set(ours.sites), new Set(theirs.sites)];
  const sites = [...new Set([...ours.sites, ...theirs.sites])].filter((site) => (left.has(site) && right.has(site)) || !was.has(site));
  if (sites.length === 0) return undefined;
  const until = [ours.until, theirs.until].filter((day) => day !== undefined).sort()[0];
  const newer = base !== undefined && sameContent(ours, base) ? theirs : ours;
  return { ...newer, sites: sites.sort(), ...(until === undefined ? {} : { until }) };
}

function sameContent(a: BaselineEntry, b: BaselineEntry): boolean {
  return baselineText({ version: 1, tool: '', entries: [a] }) === baselineText({ version: 1, tool: '', entries: [b] });
}
