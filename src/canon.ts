import canonicalViolation from '../rules/canonical-violation.js';
import { canonicalName } from './facts/canonical-name.js';
import type { DeclaredOwner, FactIndex } from './facts/fact-index.js';
import type { Finding } from './model/result.js';
import type { OwnerSuggestion } from './model/canon.js';
import { sortedDistinct } from './util/compare.js';

/** Rules whose findings are about one symbol that stands in several files. */
const ABOUT_A_SYMBOL: ReadonlySet<string> = new Set([
  'conflicting-constant', 'diverging-enum', 'diverging-type', 'duplicate-constant', 'duplicate-enum', 'duplicate-manager', 'duplicate-type',
]);

/** Files that must import the owner, and how many times those of the next. */
const FEWEST_IMPORTERS = 2;
const LEAD = 2;

/**
 * Concepts with several declarations and one clear owner, worst first, as they could be declared in the configuration: the owner is imported by
 * at least two production files and by twice as many as any other, and stands where those of the others can import it: in their service, or in a
 * library. A proposal that would accuse a declaration which no finding spoke of (the same name for another thing in another service) is not made;
 * that is asked of the rule `canonical-violation` itself.
 */
export function suggestOwners(facts: FactIndex, findings: readonly Finding[]): OwnerSuggestion[] {
  const taken = new Set(facts.owners.flatMap(({ concept, aliases }) => [concept, ...aliases].map(canonicalName)));
  return findings.flatMap((finding): OwnerSuggestion[] => {
    const suggestion = finding.suppression?.kind === 'inSource' ? undefined : suggestionFor(finding);
    if (!suggestion || [suggestion.concept, ...suggestion.aliases].some((name) => taken.has(canonicalName(name))) || !canServe(facts, suggestion) || accusesOthers(facts, suggestion)) return [];
    for (const name of [suggestion.concept, ...suggestion.aliases]) taken.add(canonicalName(name));
    return [suggestion];
  });
}

function suggestionFor({ ruleId, severity, location, symbol, importers, ownerReason, related }: Finding): OwnerSuggestion | undefined {
  if (!ABOUT_A_SYMBOL.has(ruleId) || severity === 'info' || symbol === undefined || symbol.includes('.') || ownerReason === undefined) return undefined;
  const copies = related.filter(({ role }) => role === 'copy' || role === 'declaration' || role === 'owner');
  const next = Math.max(0, ...copies.map((copy) => copy.importers?.production ?? 0));
  if (copies.length === 0 || !importers || importers.production < FEWEST_IMPORTERS || importers.production < LEAD * next) return undefined;
  if (copies.some((copy) => copy.symbol === undefined || copy.symbol.includes('.'))) return undefined;
  return {
    concept: symbol,
    owner: location.path,
    line: location.range.start.line,
    aliases: sortedDistinct(copies.map((copy) => copy.symbol!).filter((name) => canonicalName(name) !== canonicalName(symbol))),
    reason: ownerReason,
    importers,
    others: copies.map((copy) => ({ path: copy.location.path, line: copy.location.range.start.line, symbol: copy.symbol!, ...(copy.importers ? { importers: copy.importers } : {}) })),
    ruleId,
    severity,
  };
}

/** What is in use elsewhere must be able to import the owner: a library cannot import a service, nor one service another. */
function canServe(facts: FactIndex, { owner, others }: OwnerSuggestion): boolean {
  const service = facts.file(owner)?.service;
  return service?.kind === 'library' || others.every(({ path, importers }) => facts.file(path)?.service === service || importers?.production === 0);
}

function accusesOthers(facts: FactIndex, { concept, owner, aliases, others }: OwnerSuggestion): boolean {
  const declared: DeclaredOwner = { concept, owner, aliases, forbid: [] };
  const known = new Set(others.map(({ path }) => path));
  const drafts = [...canonicalViolation.check({ facts: { ...facts, owners: [declared] }, options: {}, suppressions: [] })];
  return drafts.length === 0 || drafts.some(({ sites }) => sites.some(({ fact, role }) => role === 'copy' && !known.has(fact.file.path)));
}
