import { dirname } from 'node:path';
import { openGitSource } from './discover/git-source.js';
import { isCleanTree, renamesSince, treeOf, type BaseCommit } from './discover/resolve-base.js';
import { defaultCacheFile } from './extract/cache-location.js';
import { extractFiles } from './extract/extract-files.js';
import { codeVersion } from './extract/code-version.js';
import { applyComparison } from './gate/apply-comparison.js';
import type { Baseline } from './gate/baseline.js';
import { compareFindings, type ComparedFinding } from './gate/compare-findings.js';
import { knownFindingOf, pathOfSite, placesOf } from './gate/known-finding.js';
import { createJudge, type GatePolicy } from './gate/policy.js';
import { keepsFromLoading, removalStatement, treeBefore } from './gate/removed-modules.js';
import { openResultCache } from './gate/result-cache.js';
import type { FactIndex } from './facts/fact-index.js';
import type { Finding, ScanResult } from './model/result.js';
import { indexTree, ruleIdsNeedingBase, scan, type ScanOptions } from './scan.js';
import { compareText } from './util/compare.js';
import { hashOf } from './util/hash.js';
import { isInside } from './util/paths.js';
import { plural } from './util/plural.js';
import { UserError } from './util/user-error.js';

/** A tree compared with a base commit: both audits, and the facts of the tree. */
export interface ComparedTree {
  result: ScanResult;
  base: ScanResult;
  facts: FactIndex;
  /** Old path to new. */
  renames: ReadonlyMap<string, string>;
}

/**
 * Audits the tree of a commit and the tree at hand with one rule set, and says of every finding what became of it. The base is audited
 * first, so that its facts are gone before the others come; unchanged files share theirs through the cache, and the whole of its result is
 * kept for the next run.
 */
export async function compareWithCommit(options: ScanOptions, base: BaseCommit, policy: GatePolicy): Promise<ComparedTree> {
  const cache = openResultCache(cacheFolder(options));
  const before = await auditCommit(options, base, cache);
  const tree = await indexTree(options);
  const renames = renamesSince(options.root, base.commit, options.source !== undefined);
  const was = treeBefore(before, tree.facts, renames);
  const result = await tree.check(was);
  keepHead(options, result, cache);
  if (before.rulesetHash !== result.rulesetHash) throw differentRuleset(`the audit of ${base.name}`, before.rulesetHash, result.rulesetHash);

  const judge = createJudge(policy);
  const statementOf = (finding: Finding, { kind }: ComparedFinding): string | undefined => (kind === 'new' || kind === 'grown' ? removalStatement(finding, before, was) : undefined);
  const findings = inForce(result);
  const known = inForce(before).map(knownFindingOf);
  const had = new Set(before.files.map(({ path }) => path));
  const comparison = compareFindings({ base: known, head: findings.map(knownFindingOf), hasFile: (path) => tree.facts.file(path) !== undefined, hadFile: (path) => had.has(path), renames });
  return {
    base: before,
    facts: tree.facts,
    renames,
    result: applyComparison({
      result, findings, comparison, base: known,
      against: { kind: 'ref', name: base.name, commit: base.commit },
      levelOf: (finding, compared, places) => {
        // Tests that a deletion leaves behind are a hint in an audit, and news in the change that does it: what cannot be loaded fails.
        if (finding.severity !== 'info' || statementOf(finding, compared) === undefined) return judge(finding, compared, places);
        const level = judge({ ...finding, severity: 'warning' }, compared, places);
        return level === 'block' && !keepsFromLoading(placesOf(finding), tree.facts) ? 'warn' : level;
      },
      statementOf,
      notes: [...unreadNotes(before, base), ...unaskedNotes(options, result)],
    }),
  };
}

/** What a change touches: paths that differ from the base, and what its files offered to importers before. */
export async function changesSince(options: ScanOptions, { base, facts, result }: ComparedTree): Promise<{ changedFiles: string[]; exportedBefore: Map<string, string[]> }> {
  const source = openGitSource(options.root, { commit: result.comparison!.against.commit! });
  if (source === undefined) throw new UserError('git cannot list the files of the base.', { code: 'base-not-found' });
  const was = new Set(base.files.map(({ path }) => path));
  const differing = source.paths.filter((path) => was.has(path) && !source.isOnDisk(path));
  const added = facts.files.map(({ path }) => path).filter((path) => !was.has(path) && facts.file(path)!.language !== '');
  const { files } = await extractFiles(differing.map((path) => ({ path, size: 0 })), { root: options.root, read: source.read, threads: 1 });
  const exportedBefore = new Map(files.map(({ path, extraction }) => [path, extraction.facts.flatMap((fact) => (fact.kind === 'module' ? fact.bindings.flatMap(({ exportedAs }) => exportedAs) : []))]));
  return { changedFiles: [...differing, ...added].sort(compareText), exportedBefore };
}

export interface BaselineCompareOptions {
  /** What people call the file. */
  name: string;
  /** Hash of the whole rule set of the configuration: what `--only` and `--skip` leave out does not make it another one. */
  rulesetHash: string;
  today: string;
  policy: GatePolicy;
  stale: 'warn' | 'error';
  paths?: readonly string[] | undefined;
}

/** Says of every finding of a result how it stands to a baseline. Known findings are marked as suppressed from outside, never dropped. */
export function compareWithBaseline(result: ScanResult, baseline: Baseline, { name, rulesetHash, today, policy, stale, paths = [] }: BaselineCompareOptions): ScanResult {
  if (baseline.rulesetHash !== undefined && baseline.rulesetHash !== rulesetHash) throw differentRuleset(name, baseline.rulesetHash, rulesetHash);
  const ran = new Set(result.rules.map(({ id }) => id));
  const applying = baseline.entries.filter(({ rule }) => ran.has(rule));
  const entries = applying.filter(({ until }) => until === undefined || until >= today);
  const ended = applying.filter((entry) => !entries.includes(entry));
  const findings = inForce(result);
  const files = new Set(result.files.map(({ path }) => path));
  const compared = compareFindings({ base: entries, head: findings.map(knownFindingOf), hasFile: (path) => files.has(path) });
  // Nothing can be said of what lies outside the audited paths.
  const isAudited = (site: string): boolean => paths.length === 0 || paths.some((folder) => isInside(pathOfSite(site), folder));
  const comparison = { ...compared, resolved: compared.resolved.filter(({ base }) => entries[base]!.sites.every(isAudited)) };
  const endedOf = new Map(ended.map((entry) => [`${entry.rule}\0${entry.key}`, entry]));
  return applyComparison({
    result, findings, comparison, base: entries,
    against: { kind: 'baseline', name },
    levelOf: createJudge(policy),
    acceptedAs: (base) => ({ kind: 'external', justification: entries[base]!.reason ?? `known to ${name}` }),
    statementOf: (finding, { kind }) => {
      const entry = kind === 'new' ? endedOf.get(`${finding.ruleId}\0${finding.key}`) : undefined;
      return entry === undefined ? undefined : `Was accepted until ${entry.until!}${entry.reason === undefined ? '' : ` (${entry.reason})`}, and that day is past: ${finding.message}`;
    },
    staleBlocks: stale === 'error',
    notes: ended.length === 0 ? [] : [`${plural(ended.length, 'entry of the baseline has', 'entries of the baseline have')} ended: ${ended.slice(0, 5).map(({ rule, concept, until }) => `${rule} ${concept} (until ${until!})`).join(', ')}${ended.length > 5 ? ` and ${ended.length - 5} more` : ''}.`],
  });
}

/** Findings that a comparison is about: those that no comment in the source accepts. */
export function inForce({ findings }: ScanResult): Finding[] {
  return findings.filter(({ suppression }) => suppression === undefined);
}

async function auditCommit(options: ScanOptions, { name, commit }: BaseCommit, cache: ReturnType<typeof openResultCache>): Promise<ScanResult> {
  const key = resultKey(options, treeOf(options.root, commit));
  const kept = key === undefined ? undefined : cache.get(key);
  if (kept !== undefined) return kept;
  const source = openGitSource(options.root, { commit });
  if (source === undefined) throw new UserError(`git cannot list the files of ${name} (${commit.slice(0, 9)}).`, { code: 'base-not-found', hint: 'In a partial or shallow clone fetch it first; in GitHub Actions: `fetch-depth: 0`.' });
  const result = await scan({ ...options, source });
  if (key !== undefined) cache.put(key, result);
  return result;
}

/** The tree at hand is the base of the next change, when it is a commit as it stands. */
function keepHead(options: ScanOptions, result: ScanResult, cache: ReturnType<typeof openResultCache>): void {
  if (options.source !== undefined || cacheFolder(options) === undefined || !isCleanTree(options.root)) return;
  const key = resultKey(options, treeOf(options.root, 'HEAD'));
  if (key === undefined || cache.get(key) !== undefined) return;
  // As an audit of its own has it: nothing that speaks of the base of today.
  const comparing = ruleIdsNeedingBase(options.config ?? {});
  cache.put(key, { ...result, rules: result.rules.filter(({ id }) => !comparing.has(id)), findings: result.findings.filter(({ ruleId }) => !comparing.has(ruleId)) });
}

/** All that a result depends on. Undefined: it cannot be known, for rules of plugins are code that may change. */
function resultKey({ config = {}, paths, without, only, skip, today }: ScanOptions, tree: string | undefined): string | undefined {
  if (tree === undefined || (config.plugins?.length ?? 0) > 0) return undefined;
  const { services, owners, roles, environments, rules, include, ignore, maxFileSize } = config;
  return hashOf(JSON.stringify([codeVersion(), tree, { services, owners, roles, environments, rules, include, ignore, maxFileSize }, paths ?? [], without ?? [], only ?? [], skip ?? [], today]), 24);
}

function cacheFolder({ root, cacheDir }: ScanOptions): string | undefined {
  const file = defaultCacheFile(root, cacheDir);
  return file === undefined ? undefined : dirname(file);
}

/** What a comparison looks for and this one was not asked for. */
function unaskedNotes({ only, skip, config = {} }: ScanOptions, { rules }: ScanResult): string[] {
  if (only === undefined && skip === undefined) return [];
  const missing = [...ruleIdsNeedingBase(config)].filter((id) => !rules.some((rule) => rule.id === id));
  return missing.map((id) => `${id} was left out of this run (${only === undefined ? '--skip' : '--only'}): deleted modules that are still imported are seen as far as the other rules see them.`);
}

function unreadNotes(before: ScanResult, { name }: BaseCommit): string[] {
  const missing = Object.entries(before.coverage.skipped).find(([reason]) => reason.includes('not in this clone'));
  return missing === undefined ? [] : [`${plural(missing[1], 'file')} of ${name} could not be read: the content is not in this clone. Findings there count as new.`];
}

function differentRuleset(what: string, theirs: string, ours: string): UserError {
  return new UserError(`${what} is of another rule set (${theirs}; this run: ${ours}), and results of different rule sets are not compared.`, {
    code: 'ruleset-differs', hint: 'The rules, their options or the version of ssot-audit have changed. Bring the baseline up to date: ssot-audit baseline update',
  });
}
