import type { Finding, ScanResult } from '../model/result.js';
import type { ReporterOptions } from './reporter.js';
import { failingFindings, summarize } from './summary.js';

/** Findings by what they mean for the run. Each list keeps the result's order, worst first. */
export interface Sorted {
  /** They fail the run. */
  gated: readonly Finding[];
  /** In force, new or worse than before (or nothing was compared), and below what fails the run. */
  remarks: readonly Finding[];
  /** In force and as they were before. */
  unchanged: readonly Finding[];
  /** Accepted in the source or by the baseline. */
  accepted: readonly Finding[];
}

export function sortByGate(result: ScanResult, { failOn = 'error' }: Pick<ReporterOptions, 'failOn'>): Sorted {
  const summary = summarize(result);
  const gated = failingFindings(summary, failOn);
  const isGated = new Set(gated);
  const rest = summary.live.filter((finding) => !isGated.has(finding));
  return {
    gated,
    remarks: rest.filter(isNews),
    unchanged: rest.filter((finding) => !isNews(finding)),
    accepted: [...summary.suppressed, ...summary.known],
  };
}

function isNews({ change }: Finding): boolean {
  return change === undefined || (change.kind !== 'unchanged' && change.kind !== 'moved');
}
