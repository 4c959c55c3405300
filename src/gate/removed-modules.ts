import type { FactIndex } from '../facts/fact-index.js';
import { fateOf, moduleTail, removalSentence, type TreeBefore } from '../facts/tree-before.js';
import type { Finding, ScanResult } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { plural } from '../util/plural.js';
import { placesOf, type PlaceOfFinding } from './known-finding.js';

/** What the audit of a base tells the rules of now. */
export function treeBefore(base: ScanResult, facts: FactIndex, renames: ReadonlyMap<string, string>): TreeBefore {
  const gone = new Set(base.files.map(({ path }) => path).filter((path) => facts.file(path) === undefined));
  const importers = new Map<string, string[]>();
  for (const [from, targets] of Object.entries(base.imports)) for (const to of targets) if (gone.has(to)) append(importers, to, renames.get(from) ?? from);
  return { gone: new Map([...importers].sort(([a], [b]) => compareText(a, b))), renames };
}

/**
 * For a finding about an import that leads nowhere: which file went in this change, and who still imports it; undefined when none did.
 * @param base audit of the base
 */
export function removalStatement(finding: Finding, base: ScanResult, { gone, renames }: TreeBefore): string | undefined {
  if (finding.ruleId === 'removed-while-imported') return finding.message;
  if (finding.ruleId !== 'unresolved-import') return undefined;
  const places = placesOf(finding).map(({ location }) => location);
  const oldPath = new Map([...renames].map(([from, to]) => [to, from]));
  const tails = new Set(finding.key.split(', ').map((title) => moduleTail(title.split(': ')[0]!)));
  const targets = new Set(places.flatMap(({ path }) => base.imports[oldPath.get(path) ?? path] ?? []).filter((target) => gone.has(target) && tails.has(moduleTail(target))));
  if (targets.size === 0) return undefined;
  const [first, ...others] = [...targets].sort(compareText);
  const subject = others.length === 0 ? fateOf(first!, { renames }) : `${first!} and ${plural(others.length, 'other module')} were deleted in this change`;
  return removalSentence(subject, places.map(({ path, range }) => ({ path, line: range.start.line })));
}

/** Whether one of the places is an import that keeps its file from loading, whatever the file is for. */
export function keepsFromLoading(places: readonly Pick<PlaceOfFinding, 'location'>[], facts: FactIndex): boolean {
  return places.some(({ location: { path, range } }) => facts.inFile(path, 'import').some(({ span, lazy, guarded, fallback, typeOnly, form }) =>
    span[0] <= range.start.line && range.start.line <= span[2] && !lazy && !guarded && !fallback && !typeOnly && form !== 'mock'));
}
