import type { Finding, Severity, SiteRole } from '../model/result.js';
import { locationOf } from '../model/location.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { hashOf } from '../util/hash.js';

/** A finding as far as its identity and what it says go: no lines, no prose. What a baseline keeps, and what two audits are compared by. */
export interface KnownFinding {
  rule: string;
  key: string;
  concept: string;
  severity: Severity;
  /** `path#symbol`, sorted. The second place of one symbol in one file ends in `~2`. */
  sites: readonly string[];
  /** Hashes, sorted, of what differs: of copies what each says, else what the finding says differs, without paths and lines. */
  content: readonly string[];
  /** Of copies what each says, by site. A baseline does not keep it. */
  contentOf?: ReadonlyMap<string, string>;
}

/** The identity of a finding. */
export function knownFindingOf(finding: Finding): KnownFinding {
  const { ruleId: rule, key, concept, severity, differences } = finding;
  const places = placesOf(finding);
  const keys = siteKeysOf(finding);
  const contentOf = new Map(places.flatMap(({ content }, index) => (content === undefined ? [] : [[keys[index]!, content] as const])));
  return {
    rule, key, concept, severity,
    sites: [...keys].sort(compareText),
    content: differences.length === 0 ? [] : (contentOfCopies(finding) ?? contentOfDifferences(finding)),
    ...(contentOf.size > 0 ? { contentOf } : {}),
  };
}

/** What copies say does not depend on which of them is the owner; sentences that compare the others with it do. */
function contentOfCopies({ content, related }: Finding): string[] | undefined {
  const copies = related.filter(({ role }) => role === 'copy');
  const contents = [content, ...copies.map((copy) => copy.content)];
  return copies.length > 0 && contents.every((each) => each !== undefined) ? sortedDistinct(contents) : undefined;
}

function contentOfDifferences(finding: Finding): string[] {
  const paths = sortedDistinct(placesOf(finding).map(({ location }) => location.path)).sort((a, b) => b.length - a.length);
  return sortedDistinct(finding.differences.flatMap((difference) => harmIn(finding.ruleId, difference)).map((harm) => hashOf(withoutPlaces(harm, paths), 8)));
}

export interface PlaceOfFinding {
  location: Finding['location'];
  symbol: string;
  /** Absent for the primary one. */
  role?: SiteRole;
  content?: string | undefined;
}

/** The places of a finding, those that nobody is shown too: the primary one first. */
export function placesOf(finding: Finding): PlaceOfFinding[] {
  const { location, symbol = '', content, related, unlisted = [] } = finding;
  return [
    { location, symbol, content },
    ...related.map((other) => ({ location: other.location, symbol: other.symbol ?? '', role: other.role, content: other.content })),
    ...unlisted.map(({ path, line, role, symbol: name }) => ({ location: locationOf(path, [line, 1, line, 1]), symbol: name, role })),
  ];
}

/** A key per place, in the order of the places. */
export function siteKeysOf(finding: Finding): string[] {
  const seen = new Map<string, number>();
  return placesOf(finding).map(({ location, symbol }) => {
    const key = `${location.path}#${symbol}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key}~${count}`;
  });
}

export function pathOfSite(site: string): string {
  const hash = site.indexOf('#');
  return hash < 0 ? site : site.slice(0, hash);
}

/** The symbol of a site; where it names its own path, as files do, only that it does: it must survive a move. */
export function symbolOfSite(site: string): string {
  const path = pathOfSite(site);
  return site.slice(path.length + 1).replaceAll(path, '.');
}

/** Stands for a path: nothing that a sentence could hold. */
const PLACE = '\u0001';
const ANY_PATH = /(?<![\w/.:@-])[\w@.-]+(?:\/[\w@.[\]-]+)+\.\w+/g;

/** A sentence without what a moved line, a renamed file or one more place of the same changes in it. Values stay: `"http://catalog:8080"`. */
export function withoutPlaces(text: string, paths: readonly string[]): string {
  let plain = text;
  for (const path of paths) plain = plain.replaceAll(path, PLACE);
  return plain.replace(ANY_PATH, PLACE).replace(/\u0001(?::\d+)+/g, PLACE).replace(/\u0001(?:(?:, | and )\u0001)+/g, PLACE);
}

/**
 * What a rule says differs, as far as it is the harm itself: of a payload the field, not the list of those that demand it, nor how many do not; of a shared
 * object not how many get it.
 */
function harmIn(rule: string, difference: string): string[] {
  if (rule === 'state-shared-by-factory') return /^\d+ production files? gets? it/.test(difference) ? [] : [difference];
  if (rule !== 'event-payload-drift') return [difference];
  return /^\d+ of \d+ contracts /.test(difference) ? [] : [difference.split(': ')[0]!];
}
