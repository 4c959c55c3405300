import type { FactIndex, Indexed } from '../facts/fact-index.js';
import { fingerprintOf } from '../findings/fingerprint.js';
import type { ImportFact } from '../model/facts.js';
import { locationOf } from '../model/location.js';
import type { Finding, RuleMeta, ScanResult, Severity } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { plural } from '../util/plural.js';
import { listed } from './apply-comparison.js';
import { placesOf } from './known-finding.js';

/** What only a comparison can see, so no rule of the catalogue does. */
export const REMOVED_WHILE_IMPORTED: RuleMeta = {
  id: 'removed-while-imported',
  category: 'unresolved-import',
  title: 'Module deleted while it is still imported',
  description: 'Reports, in a run that compares with a base commit, modules that the change deletes or renames and that are still imported, where no rule finds the import unresolved: its whole package went, so the name reads like an installed one.',
  rationale: 'The importers fail when they are loaded, and nothing in their own files has changed.',
  remedy: 'Let the importers import what took its place, or keep the module until they do.',
  severity: 'error',
  tags: ['imports', 'gate'],
  since: '0.2.0',
  status: 'preview',
};

/** What a deletion leaves behind. */
export interface Removals {
  /** Modules that are gone and still imported, beyond what the rules found. */
  findings: Finding[];
  /** For a finding about an import that leads nowhere: which file went in this change, and who still imports it; undefined when none did. */
  statementOf(finding: Finding): string | undefined;
}

/**
 * Looks for files of the base that are gone while files that imported them still name them.
 * @param base audit of the base
 * @param head audit of now, with its facts
 */
export function findRemovals(base: ScanResult, head: ScanResult, facts: FactIndex, renames: ReadonlyMap<string, string>): Removals {
  const gone = new Set(base.files.map(({ path }) => path).filter((path) => facts.file(path) === undefined));
  const importers = new Map<string, string[]>();
  for (const [from, targets] of Object.entries(base.imports)) for (const to of targets) if (gone.has(to)) append(importers, to, from);
  const fate = (path: string): string => (renames.has(path) ? `${path} was renamed to ${renames.get(path)!} in this change` : `${path} was deleted in this change`);
  const findings = [...importers].sort(([a], [b]) => compareText(a, b)).flatMap(([path, from]) => {
    const left = from.flatMap((importer) => leftBehind(path, renames.get(importer) ?? importer, head, facts));
    return left.length === 0 ? [] : [findingFor(path, fate(path), left)];
  });
  return {
    findings,
    statementOf(finding) {
      if (finding.ruleId === REMOVED_WHILE_IMPORTED.id) return finding.message;
      if (finding.ruleId !== 'unresolved-import') return undefined;
      const places = placesOf(finding).map(({ location }) => location);
      const oldPath = new Map([...renames].map(([from, to]) => [to, from]));
      const tails = new Set(finding.key.split(', ').map((title) => tailOf(title.split(': ')[0]!)));
      const targets = new Set(places.flatMap(({ path }) => base.imports[oldPath.get(path) ?? path] ?? []).filter((target) => gone.has(target) && tails.has(moduleTail(target))));
      if (targets.size === 0) return undefined;
      const [first, ...others] = [...targets].sort(compareText);
      const subject = others.length === 0 ? fate(first!) : `${first!} and ${plural(others.length, 'other module')} were deleted in this change`;
      return sentence(subject, places.map(({ path, range }) => ({ path, line: range.start.line })));
    },
  };
}

function sentence(subject: string, places: readonly { path: string; line: number }[]): string {
  const files = [...new Map(places.map(({ path, line }) => [path, `${path}:${line}`])).values()];
  return `${subject}, and ${plural(files.length, 'importer')} ${files.length === 1 ? 'remains' : 'remain'}: ${listed(files)}.`;
}

/** Imports of a file that named the module and lead nowhere of ours now. */
function leftBehind(path: string, importer: string, head: ScanResult, facts: FactIndex): Indexed<ImportFact>[] {
  return facts.inFile(importer, 'import').filter((fact) => {
    if (fact.form === 'mock' || fact.typeOnly || fact.fallback || tailOf(fact.name) !== moduleTail(path)) return false;
    const { status } = facts.imports.resolve(fact);
    // A single word may be an installed package that the module stood in front of.
    const leadsNowhere = status === 'missing' || (/[./]/.test(fact.name) && (status === 'external' || status === 'unknown'));
    return leadsNowhere && !isFound(fact, head);
  });
}

function isFound(fact: Indexed<ImportFact>, { findings }: ScanResult): boolean {
  return findings.some((finding) => finding.ruleId === 'unresolved-import' && placesOf(finding).some(({ location: { path, range } }) =>
    path === fact.file.path && range.start.line >= fact.span[0] && range.start.line <= fact.span[2]));
}

/** `cart` for `shop/cart.py`, `shop/cart/__init__.py` and `shop/cart/index.ts`. */
function moduleTail(path: string): string {
  return tailOf(path.replace(/\.\w+$/, '').replace(/\/(?:__init__|index)$/, ''));
}

function tailOf(specifier: string): string {
  return specifier.replace(/\.(?:[cm]?[jt]sx?|py)$/, '').split(/[./]/).filter((part) => part !== '').at(-1) ?? '';
}

function findingFor(path: string, subject: string, imports: readonly Indexed<ImportFact>[]): Finding {
  const production = imports.filter(({ file }) => file.role === 'production');
  const shown = production.length > 0 ? production : imports;
  const sites = shown.map((fact) => ({ location: locationOf(fact.file.path, fact.span), message: 'imports it', role: 'importer' as const, symbol: fact.name }));
  const severity: Severity = production.length === 0 ? 'info' : production.every(({ guarded }) => guarded) ? 'warning' : 'error';
  const { id, category, remedy } = REMOVED_WHILE_IMPORTED;
  return {
    ruleId: id, category, severity, key: path, concept: path,
    message: sentence(subject, shown.map(({ file, span }) => ({ path: file.path, line: span[0] }))),
    fingerprint: fingerprintOf(id, path, sites.map(({ location, symbol }) => ({ path: location.path, symbol }))),
    location: sites[0]!.location, symbol: sites[0]!.symbol, note: sites[0]!.message, related: sites.slice(1),
    differences: [], remedy, rank: 0.9, service: shown[0]!.file.service.name,
  };
}
