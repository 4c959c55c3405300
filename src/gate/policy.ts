import picomatch from 'picomatch';
import { DEFAULT_BLOCK, DEFAULT_WARN } from '../model/gate-lists.js';
import type { Change, Finding } from '../model/result.js';
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

/** Rules whose differences are values: where one changes, the harm is another one. In others a changed difference is work on a known copy. */
const ABOUT_VALUES: ReadonlySet<string> = new Set([
  'config-parsed-differently', 'conflicting-constant', 'conflicting-default', 'conflicting-value', 'contracts-disagree', 'diverging-enum', 'event-payload-drift',
]);

export type Level = NonNullable<Change['level']>;

/** Gives the judge of a policy: what a finding that was compared means for the run. */
export function createJudge(policy: GatePolicy): (finding: Finding, compared: ComparedFinding, newPaths: readonly string[]) => Level {
  const overrides = (policy.overrides ?? []).map(({ files, ...lists }) => ({ matches: picomatch([...files], { dot: true }), levelOf: levelsOf(lists) }));
  const general = levelsOf({ block: policy.block ?? DEFAULT_BLOCK, warn: policy.warn ?? DEFAULT_WARN });
  const levelAt = (path: string, ruleId: string): Level => {
    const speaking = overrides.filter(({ matches }) => matches(path)).map(({ levelOf }) => levelOf(ruleId)).filter((level) => level !== undefined);
    return speaking.at(-1) ?? general(ruleId) ?? 'note';
  };
  return (finding, { kind, raised }, newPaths) => {
    if (kind === 'moved' || kind === 'unchanged' || finding.severity === 'info') return 'note';
    if (kind === 'changed' && !raised && !ABOUT_VALUES.has(finding.ruleId)) return 'note';
    const levels = newPaths.map((path) => levelAt(path, finding.ruleId));
    return levels.includes('block') ? 'block' : levels.includes('warn') ? 'warn' : 'note';
  };
}

function levelsOf({ block = [], warn = [] }: GateLists): (ruleId: string) => Level | undefined {
  const isBlocked = picomatch([...block]);
  const isWarned = picomatch([...warn]);
  return (ruleId) => (block.length > 0 && isBlocked(ruleId) ? 'block' : warn.length > 0 && isWarned(ruleId) ? 'warn' : undefined);
}
