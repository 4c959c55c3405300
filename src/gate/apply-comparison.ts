import { withCompliance } from '../findings/compliance.js';
import { fingerprintOf } from '../findings/fingerprint.js';
import type { Change, Comparison, FileRole, Finding, ScanResult, Suppression } from '../model/result.js';
import { plural } from '../util/plural.js';
import type { ComparedFinding, FindingsComparison } from './compare-findings.js';
import { pathOfSite, siteKeysOf, placesOf, type KnownFinding, type PlaceOfFinding } from './known-finding.js';
import type { Level, WorsePlace } from './policy.js';

export interface ApplyInput {
  result: ScanResult;
  /** The findings that were compared, in the order of `comparison.head`: those that no comment accepts. */
  findings: readonly Finding[];
  comparison: FindingsComparison;
  /** What they were compared with, as `comparison` numbers it. */
  base: readonly KnownFinding[];
  against: Comparison['against'];
  levelOf(finding: Finding, compared: ComparedFinding, places: readonly WorsePlace[]): Level;
  /** A sentence about a finding that is new or has grown, in place of the general one. */
  statementOf?: (finding: Finding, compared: ComparedFinding) => string | undefined;
  /** How a finding that was known is marked; absent: it is not, only its change says so. */
  acceptedAs?: (base: number) => Suppression;
  /** Fixed and shrunk findings fail the run: a baseline must be pruned. */
  staleBlocks?: boolean;
  notes?: readonly string[];
}

/** Roles of files that run, or are run from. */
const BREAKS: ReadonlySet<FileRole> = new Set(['production', 'script', 'migration', 'generated']);

/** Puts what a comparison found into a result: each finding's change, the counts, what was resolved, the verdict. */
export function applyComparison(input: ApplyInput): ScanResult {
  const { result, findings, comparison, base } = input;
  const roles = new Map(result.files.map(({ path, role }) => [path, role]));
  const changed = new Map(findings.map((finding, position) => [finding, withChange(finding, comparison.head[position]!, roles, input)]));
  const all = result.findings.map((finding) => changed.get(finding) ?? finding);
  const counts = { new: 0, grown: 0, changed: 0, moved: 0, unchanged: 0 };
  for (const { change } of changed.values()) counts[change!.kind]++;
  const resolved = comparison.resolved.map(({ base: position, kind, sites }) => {
    const { rule, key, severity, concept, sites: all } = base[position]!;
    const places = all.map((site) => ({ path: pathOfSite(site), symbol: site.slice(pathOfSite(site).length + 1).replace(/~\d+$/, '') }));
    return { kind, ruleId: rule, severity, concept, fingerprint: fingerprintOf(rule, key, places), sites: [...sites] };
  });
  const isBlocked = [...changed.values()].some(({ change }) => change!.blocks) || (input.staleBlocks === true && resolved.length > 0);
  return withCompliance({
    ...result,
    findings: all,
    comparison: {
      against: input.against, counts, resolved, verdict: isBlocked ? 'blocked' : 'passed',
      ...(input.notes && input.notes.length > 0 ? { notes: [...input.notes] } : {}),
    },
  });
}

function withChange(finding: Finding, compared: ComparedFinding, roles: ReadonlyMap<string, FileRole>, input: ApplyInput): Finding {
  const { kind, added, base } = compared;
  const isNew = new Set(added);
  const keys = siteKeysOf(finding);
  const places = placesOf(finding);
  const isWorseBySites = kind === 'new' || kind === 'grown';
  const worse = isWorseBySites ? places.filter((_, index) => isNew.has(keys[index]!)) : places;
  const addedSites = isWorseBySites ? worse.map(({ location }) => location) : [];
  const level = input.levelOf(finding, compared, worse.map(({ location: { path }, role }) => ({ path, role, production: BREAKS.has(roles.get(path) ?? 'production') })));
  const change: Change = {
    kind, addedSites, level, blocks: level === 'block',
    statement: input.statementOf?.(finding, compared) ?? statementOf(finding, compared, base === undefined ? undefined : input.base[base]!, worse),
  };
  const isKnown = kind === 'unchanged' || kind === 'moved';
  return { ...finding, change, ...(isKnown && input.acceptedAs !== undefined ? { suppression: input.acceptedAs(base!) } : {}) };
}

function statementOf(finding: Finding, { kind, raised, newContent }: ComparedFinding, before: KnownFinding | undefined, worse: readonly PlaceOfFinding[]): string {
  switch (kind) {
    case 'new':
      return `New: ${finding.message}`;
    case 'grown':
      return `${plural(worse.length, worse.every(({ role }) => role === 'importer') ? 'more importer' : 'more place')} of ${finding.concept}: ${listed(worse.map(({ location: { path, range } }) => `${path}:${range.start.line}`))}.`;
    case 'changed':
      return raised ? `${finding.concept} was ${article(before!.severity)} and is ${article(finding.severity)} now.` : `What differs in ${finding.concept} has changed${newContent.length > 0 ? `: ${listed(finding.differences)}` : ''}.`;
    case 'moved':
      return `As before, at another path.`;
    case 'unchanged':
      return 'As before.';
  }
}

function article(word: string): string {
  return `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`;
}

/** The first few, and how many more. */
export function listed(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
