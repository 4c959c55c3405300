import { severities, type Severity } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { pathOfSite, symbolOfSite, withoutPlaces, type KnownFinding } from './known-finding.js';

export interface CompareInput {
  base: readonly KnownFinding[];
  head: readonly KnownFinding[];
  /** Whether a path is in the tree that is audited now. */
  hasFile(path: string): boolean;
  /** Whether a path was there before; absent: not known. */
  hadFile?: ((path: string) => boolean) | undefined;
  /** Old path to new path, as git sees it. A help and no more: a move is recognised without it. */
  renames?: ReadonlyMap<string, string> | undefined;
}

/** What became of one finding of now. */
export interface ComparedFinding {
  kind: 'new' | 'grown' | 'changed' | 'moved' | 'unchanged';
  /** Position of the finding in `base` that it continues; absent when it is new. */
  base?: number;
  /** Sites that were not there before; of a new finding all. */
  added: readonly string[];
  /** Differences, by hash, that were not there before. */
  newContent: readonly string[];
  /** It is worse by severity than it was. */
  raised: boolean;
  /** Severity of the finding that it continues. */
  before?: Severity;
}

export interface FindingsComparison {
  /** One per finding of `head`, in its order. */
  head: readonly ComparedFinding[];
  /** Findings of `base` that are gone (`fixed`) or lost sites (`shrunk`), by position, with the sites that are gone. */
  resolved: readonly { base: number; kind: 'fixed' | 'shrunk'; sites: readonly string[] }[];
}

interface Pairing {
  base: number;
  head: number;
  added: string[];
  removed: string[];
  moved: number;
}

/**
 * Compares findings by identity: rule, concept and set of sites. Never by their number, so a violation that takes the place of another is
 * new. In this order: the same sites; the same knowledge with sites in common (grown, shrunk); sites that all went to other files (moved).
 * The result does not depend on the order of the findings.
 */
export function compareFindings(input: CompareInput): FindingsComparison {
  const base = input.base.map((finding) => afterRenames(finding, input.renames));
  const pairs = new Map<number, Pairing>();
  const openBase = new Set(ordered(base));
  const openHead = new Set(ordered(input.head));
  const pair = (found: Pairing): void => {
    pairs.set(found.head, found);
    openBase.delete(found.base);
    openHead.delete(found.head);
  };
  pairEqual(base, input.head, openBase, openHead, pair);
  pairOverlapping(base, input, openBase, openHead, ({ rule, key }) => `${rule}\0${key}`, () => true, pair);
  // The key of some rules names all copies, so one more copy changes it: the concept is the same, and the sites are all still there.
  pairOverlapping(base, input, openBase, openHead, ({ rule, concept }) => `${rule}\0${concept}`, ({ added, removed }) => added.length === 0 || removed.length === 0, pair);
  // Of some the concept names what is common to the copies: one copy more or less changes even that.
  const familyOf = ({ rule, key }: KnownFinding): string => (/^(?:diverging|duplicate)-/.test(rule) ? rule : `${rule}\0${key}`);
  const isPartOfOther = ({ head, added, removed, moved }: Pairing): boolean => input.head[head]!.sites.length - added.length - moved >= 2 && (added.length === 0 || removed.length === 0);
  pairOverlapping(base, input, openBase, openHead, familyOf, isPartOfOther, pair);
  pairMoved(base, input, openBase, openHead, pair);

  const resolved = [
    ...[...openBase].map((position) => ({ base: position, kind: 'fixed' as const, sites: input.base[position]!.sites })),
    ...[...pairs.values()].filter(({ removed }) => removed.length > 0).map(({ base: position, removed }) => ({ base: position, kind: 'shrunk' as const, sites: removed })),
  ].sort((a, b) => a.base - b.base);
  return { head: input.head.map((finding, position) => outcomeOf(finding, pairs.get(position), input.base)), resolved };
}

function outcomeOf(finding: KnownFinding, pairing: Pairing | undefined, base: readonly KnownFinding[]): ComparedFinding {
  if (!pairing) return { kind: 'new', added: finding.sites, newContent: finding.content, raised: false };
  const before = base[pairing.base]!;
  const known = new Set(before.content);
  const newContent = finding.content.filter((hash) => !known.has(hash));
  const raised = severities.indexOf(finding.severity) < severities.indexOf(before.severity);
  const common = { base: pairing.base, added: pairing.added, newContent, raised, before: before.severity };
  if (pairing.added.length > 0) return { kind: 'grown', ...common };
  // A copy less says less of what differs in other words; that is no change for the worse.
  const differs = raised || (pairing.removed.length === 0 && newContent.length > 0);
  if (differs) return { kind: 'changed', ...common };
  const isMoved = pairing.moved > 0 || before.sites.some((site) => !finding.sites.includes(site) && !pairing.removed.includes(site));
  return { kind: isMoved ? 'moved' : 'unchanged', ...common };
}

/** Positions in an order that depends on the findings alone. */
function ordered(findings: readonly KnownFinding[]): number[] {
  const texts = findings.map(identityText);
  return findings.map((_, position) => position).sort((a, b) => compareText(texts[a]!, texts[b]!));
}

function identityText({ rule, key, concept, sites, content, severity }: KnownFinding): string {
  return [rule, key, concept, ...sites, '', ...content, severity].join('\0');
}

/** Rule, key and sites are equal. */
function pairEqual(base: readonly KnownFinding[], head: readonly KnownFinding[], openBase: Set<number>, openHead: Set<number>, pair: (found: Pairing) => void): void {
  const waiting = new Map<string, number[]>();
  const idOf = ({ rule, key, sites }: KnownFinding): string => [rule, key, ...sites].join('\0');
  for (const position of openBase) append(waiting, idOf(base[position]!), position);
  for (const position of [...openHead]) {
    const found = waiting.get(idOf(head[position]!))?.shift();
    if (found !== undefined) pair({ base: found, head: position, added: [], removed: [], moved: 0 });
  }
}

/** Findings of one group that have sites in common; those with the most first. */
function pairOverlapping(
  base: readonly KnownFinding[], input: CompareInput, openBase: Set<number>, openHead: Set<number>,
  groupOf: (finding: KnownFinding) => string, accepts: (pairing: Pairing) => boolean, pair: (found: Pairing) => void,
): void {
  const bySite = new Map<string, number[]>();
  for (const position of openBase) for (const site of base[position]!.sites) append(bySite, `${groupOf(base[position]!)}\0${site}`, position);
  const candidates: { base: number; head: number; shared: number; rank: number }[] = [];
  for (const position of openHead) {
    const shared = new Map<number, number>();
    for (const site of input.head[position]!.sites) {
      for (const found of bySite.get(`${groupOf(input.head[position]!)}\0${site}`) ?? []) shared.set(found, (shared.get(found) ?? 0) + 1);
    }
    for (const [found, count] of shared) candidates.push({ base: found, head: position, shared: count, rank: candidates.length });
  }
  candidates.sort((a, b) => b.shared - a.shared || a.rank - b.rank);
  for (const { base: before, head: now } of candidates) {
    if (!openBase.has(before) || !openHead.has(now)) continue;
    const found = pairingOf(before, now, base[before]!, input);
    if (accepts(found)) pair(found);
  }
}

/** What two findings that are one have gained and lost, sites that only moved left out. */
function pairingOf(before: number, now: number, base: KnownFinding, input: CompareInput): Pairing {
  const { sites } = input.head[now]!;
  const had = new Set(base.sites);
  const has = new Set(sites);
  const added = sites.filter((site) => !had.has(site));
  const removed = base.sites.filter((site) => !has.has(site));
  let moved = 0;
  for (const site of [...removed]) {
    const said = base.contentOf?.get(site);
    const isSame = (candidate: string): boolean => said !== undefined && said === input.head[now]!.contentOf?.get(candidate);
    const target = added.findIndex((candidate) => symbolOfSite(candidate) === symbolOfSite(site) && (isSame(candidate) || canHaveMoved(site, candidate, input)));
    if (target < 0) continue;
    added.splice(target, 1);
    removed.splice(removed.indexOf(site), 1);
    moved++;
  }
  return { base: before, head: now, added, removed, moved };
}

/**
 * A place moves by its file going away. Where the file stayed, one place was mended and another was made, unless both are known to say the same.
 */
function canHaveMoved(from: string, to: string, { hasFile, hadFile }: CompareInput): boolean {
  const [old, current] = [pathOfSite(from), pathOfSite(to)];
  return old !== current && !hasFile(old) && (hadFile === undefined || !hadFile(current));
}

/** All sites went to other files, and what is said of them is the same: paired one to one. */
function pairMoved(base: readonly KnownFinding[], input: CompareInput, openBase: Set<number>, openHead: Set<number>, pair: (found: Pairing) => void): void {
  const waiting = new Map<string, number[]>();
  for (const position of openBase) append(waiting, movingText(base[position]!), position);
  for (const position of [...openHead]) {
    const head = input.head[position]!;
    for (const before of waiting.get(movingText(head)) ?? []) {
      if (!openBase.has(before)) continue;
      const found = pairingOf(before, position, base[before]!, input);
      if (found.added.length > 0 || found.removed.length > 0) continue;
      pair(found);
      break;
    }
  }
}

function movingText({ rule, concept, sites, content }: KnownFinding): string {
  const paths = sites.map(pathOfSite).sort((a, b) => b.length - a.length);
  return [rule, withoutPlaces(concept, paths), ...sites.map(symbolOfSite).sort(compareText), '', ...content].join('\0');
}

/** A finding of before as it would be called after the renames that git sees. */
function afterRenames(finding: KnownFinding, renames: ReadonlyMap<string, string> | undefined): KnownFinding {
  const paths = renames === undefined ? [] : [...new Set(finding.sites.map(pathOfSite))].filter((path) => renames.has(path)).sort((a, b) => b.length - a.length);
  if (paths.length === 0) return finding;
  const rename = (text: string): string => paths.reduce((renamed, path) => renamed.replaceAll(path, renames!.get(path)!), text);
  return {
    ...finding, key: rename(finding.key), concept: rename(finding.concept), sites: finding.sites.map(rename).sort(compareText),
    ...(finding.contentOf === undefined ? {} : { contentOf: new Map([...finding.contentOf].map(([site, content]) => [rename(site), content])) }),
  };
}
