import type { BaselineEntry } from './baseline.js';
import { entryOf, sortEntries } from './baseline.js';
import type { FindingsComparison } from './compare-findings.js';
import type { KnownFinding } from './known-finding.js';

/** What bringing a baseline up to date would change in it. */
export interface BaselineUpdate {
  /** Findings that would be accepted anew: new ones, and known ones that grew or changed (`instead` is the entry they replace). */
  added: readonly { finding: KnownFinding; kind: 'new' | 'grown' | 'changed'; sites: readonly string[]; instead?: BaselineEntry }[];
  /** What is accepted and not there any more: whole entries (`fixed`) or places (`shrunk`). */
  removed: readonly { entry: BaselineEntry; kind: 'fixed' | 'shrunk'; sites: readonly string[] }[];
  /** Entries whose places went to other files. */
  moved: readonly { entry: BaselineEntry; finding: KnownFinding }[];
  /** The entries without what is gone, moved ones at their new places. Nothing is added. `from` is the entry as it was. */
  kept: readonly { entry: BaselineEntry; from: BaselineEntry }[];
}

/** @param compared comparison of the entries (as base) with `findings` (as head) */
export function planUpdate(entries: readonly BaselineEntry[], findings: readonly KnownFinding[], compared: FindingsComparison): BaselineUpdate {
  const added: BaselineUpdate['added'][number][] = [];
  const moved: BaselineUpdate['moved'][number][] = [];
  const kept: BaselineUpdate['kept'][number][] = [];
  for (const [position, { kind, base, added: sites }] of compared.head.entries()) {
    const finding = findings[position]!;
    const entry = base === undefined ? undefined : entries[base]!;
    if (entry === undefined) {
      added.push({ finding, kind: 'new', sites });
      continue;
    }
    if (kind === 'moved') moved.push({ entry, finding });
    if (kind === 'grown' || kind === 'changed') added.push({ finding, kind, sites, instead: entry });
    kept.push({ entry: keptOf(entry, finding, sites, kind), from: entry });
  }
  const removed = compared.resolved.map(({ base, kind, sites }) => ({ entry: entries[base]!, kind, sites }));
  return { added, removed, moved, kept };
}

/** The entries of a plan that adds nothing: what `prune` writes. */
export function prunedEntries({ kept }: BaselineUpdate): BaselineEntry[] {
  return sortEntries(kept.map(({ entry }) => entry));
}

/** The entries with everything that was found: what `--accept-new` writes. */
export function acceptAll({ kept, added }: BaselineUpdate, notes: Pick<BaselineEntry, 'owner' | 'reason' | 'until'>): BaselineEntry[] {
  const replaced = new Set(added.map(({ instead }) => instead));
  const accepted = added.map(({ finding, instead }) => entryOf(finding, { ...(instead?.owner === undefined ? {} : { owner: instead.owner }), ...notes }));
  return sortEntries([...kept.filter(({ from }) => !replaced.has(from)).map(({ entry }) => entry), ...accepted]);
}

/** What an entry still accepts: its places as far as they are there, under their new paths; what differs as it was accepted. */
function keptOf(entry: BaselineEntry, finding: KnownFinding, added: readonly string[], kind: string): BaselineEntry {
  const isNew = new Set(added);
  const { owner, reason, until } = entry;
  const notes = { ...(owner === undefined ? {} : { owner }), ...(reason === undefined ? {} : { reason }), ...(until === undefined ? {} : { until }) };
  if (kind === 'grown') return { ...entry, sites: finding.sites.filter((site) => !isNew.has(site)) };
  if (kind === 'changed') return { ...entry, sites: [...finding.sites] };
  return entryOf(finding, notes);
}
