import type { FailOn } from '../config/schema.js';
import type { ScanResult } from '../model/result.js';
import { failingFindings, summarize } from '../reporters/summary.js';

export interface Gate {
  failOn: FailOn;
  /** Largest share of source files that may be unreadable or parsed in part. */
  maxSkipped: number;
  reportOnly?: boolean;
}

/** 0: passed. 1: a finding in force at or above `failOn`; in a run that compares: what blocks is new or worse. 3: passed, but too much was not analysed, or a rule failed. */
export function exitCodeFor(result: ScanResult, { failOn, maxSkipped, reportOnly = false }: Gate): 0 | 1 | 3 {
  if (reportOnly) return 0;
  if (failOn !== 'none' && result.comparison?.verdict === 'blocked') return 1;
  if (failingFindings(summarize(result), failOn).length > 0) return 1;
  return incompleteness(result, maxSkipped) === undefined ? 0 : 3;
}

/** Why an audit counts as incomplete; undefined when it does not. */
export function incompleteness({ coverage, problems }: ScanResult, maxSkipped: number): string | undefined {
  const crashed = problems.filter(({ kind }) => kind === 'rule-crash').length;
  if (crashed > 0) return `${crashed} of the rules failed`;
  const unreadable = Object.entries(coverage.skipped).reduce((sum, [reason, count]) => sum + (reason.startsWith('unreadable') ? count : 0), 0);
  const { parsed, partlyParsed } = coverage.total;
  const sources = parsed + partlyParsed + unreadable;
  const share = sources === 0 ? 0 : (partlyParsed + unreadable) / sources;
  if (share <= maxSkipped) return undefined;
  return `${Math.round(share * 100)} % of the source files are unreadable or parsed only in part; coverage.maxSkipped allows ${Math.round(maxSkipped * 100)} %`;
}
