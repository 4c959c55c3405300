import picomatch from 'picomatch';
import { DEFAULT_BLOCK, DEFAULT_WARN } from '../model/gate-lists.js';
import type { Change, Finding, SiteRole } from '../model/result.js';
import { nearest } from '../util/nearest.js';
import { UserError } from '../util/user-error.js';
import type { ComparedFinding } from './compare-findings.js';

/** What fails a change and what is only said of it: globs of rule ids. */
export interface GateLists {
  block?: readonly string[] | undefined;
  warn?: readonly string[] | undefined;
}

export interface GatePolicy extends GateLists {
  /** For findings whose new places are in these files; the last that speaks of a rule decides. */
  overrides?: readonly (GateLists & { files: readonly string[] })[] | undefined;
}

/** Rules whose differences are the harm: where one is new, so is the harm. In others a changed difference is work on a known copy. */
const DIFFERENCE_IS_HARM: ReadonlySet<string> = new Set(['conflicting-constant', 'conflicting-default', 'conflicting-value', 'event-payload-drift']);

/** Places that show a harm and do not make it: what demands a field, who is given the shared object, where else a variable is set. */
const CONTEXT: ReadonlySet<SiteRole> = new Set(['contract', 'consumer', 'declaration']);

/** Of some rules more: another caller of a getter is one more who gets what was shared before. */
const CONTEXT_OF: Readonly<Record<string, SiteRole>> = { 'state-shared-by-factory': 'importer' };

/** Rules that break a file whatever it is for. */
const BREAKS_ANY_FILE: ReadonlySet<string> = new Set(['conflict-markers', 'removed-while-imported', 'unresolved-import']);

/** A place by which a finding became worse. */
export interface WorsePlace {
  path: string;
  /** Absent for the primary place. */
  role?: SiteRole | undefined;
  /** The file is production code, or deploys it. */
  production: boolean;
}

export type Level = NonNullable<Change['level']>;

/** Gives the judge of a policy: what a finding that was compared means for the run. */
export function createJudge(policy: GatePolicy): (finding: Finding, compared: ComparedFinding, places: readonly WorsePlace[]) => Level {
  const overrides = (policy.overrides ?? []).map(({ files, ...lists }) => ({ matches: picomatch([...files], { dot: true }), levelOf: levelsOf(lists) }));
  const general = levelsOf({ block: policy.block ?? DEFAULT_BLOCK, warn: policy.warn ?? DEFAULT_WARN });
  const levelAt = (path: string, ruleId: string): Level => {
    const speaking = overrides.filter(({ matches }) => matches(path)).map(({ levelOf }) => levelOf(ruleId)).filter((level) => level !== undefined);
    return speaking.at(-1) ?? general(ruleId) ?? 'note';
  };
  return (finding, { kind, raised, before }, places) => {
    // One more place may make a rule milder, when it takes them for a habit: what was known as harm has still grown.
    const isHint = finding.severity === 'info' && (kind !== 'grown' || before === undefined || before === 'info');
    if (kind === 'moved' || kind === 'unchanged' || isHint) return 'note';
    if (kind === 'changed' && !raised && !DIFFERENCE_IS_HARM.has(finding.ruleId)) return 'note';
    const levels = places.map(({ path, role, production }) => {
      const level = levelAt(path, finding.ruleId);
      if (kind !== 'grown') return level;
      const shows = role !== undefined && (CONTEXT.has(role) || CONTEXT_OF[finding.ruleId] === role);
      const idles = !production && !BREAKS_ANY_FILE.has(finding.ruleId);
      // A test that shows once more what is known is no news.
      return shows && idles ? 'note' : level === 'block' && (shows || idles) ? 'warn' : level;
    });
    return levels.includes('block') ? 'block' : levels.includes('warn') ? 'warn' : 'note';
  };
}

/**
 * A rule that is misspelt would never block.
 * @throws UserError that names the key and the nearest rule
 */
export function requireKnownRules(policy: GatePolicy, ids: readonly string[]): void {
  const lists = [{ at: 'gate', lists: policy as GateLists }, ...(policy.overrides ?? []).map((lists, index) => ({ at: `gate.overrides[${index}]`, lists: lists as GateLists }))];
  for (const { at, lists: { block = [], warn = [] } } of lists) {
    for (const [key, pattern] of [...block.map((glob) => ['block', glob] as const), ...warn.map((glob) => ['warn', glob] as const)]) {
      // The defaults name plugins, whether there are any or not.
      if (DEFAULT_WARN.includes(pattern) || ids.some((id) => picomatch.isMatch(id, pattern))) continue;
      const suggestion = nearest(pattern, ids);
      throw new UserError(`${at}.${key}: there is no rule "${pattern}".`, { code: 'unknown-rule', hint: suggestion === undefined ? 'All rules: ssot-audit rules' : `Did you mean "${suggestion}"? All rules: ssot-audit rules` });
    }
  }
}

function levelsOf({ block = [], warn = [] }: GateLists): (ruleId: string) => Level | undefined {
  const isBlocked = picomatch([...block]);
  const isWarned = picomatch([...warn]);
  return (ruleId) => (block.length > 0 && isBlocked(ruleId) ? 'block' : warn.length > 0 && isWarned(ruleId) ? 'warn' : undefined);
}
