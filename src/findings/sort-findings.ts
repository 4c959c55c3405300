import { severities, type Finding } from '../model/result.js';
import { compareText } from '../util/compare.js';

/** Worst first: severity, then harm, then place. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) =>
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
    || b.rank - a.rank
    || compareText(a.location.path, b.location.path)
    || a.location.range.start.line - b.location.range.start.line
    || compareText(a.ruleId, b.ruleId)
    || compareText(a.key, b.key)
    || compareText(a.fingerprint, b.fingerprint));
}
