import { severities, type Finding, type ScanResult, type Severity } from '../model/result.js';
import { plural } from '../util/plural.js';

export interface Summary {
  /** Findings in force, worst first. */
  live: readonly Finding[];
  /** Accepted by a comment in the source. */
  suppressed: readonly Finding[];
  /** Known to the baseline. */
  known: readonly Finding[];
  counts: Readonly<Record<Severity, number>>;
}

export function summarize(result: ScanResult): Summary {
  const live = result.findings.filter(({ suppression }) => suppression === undefined);
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of live) counts[severity]++;
  return {
    live,
    suppressed: result.findings.filter(({ suppression }) => suppression?.kind === 'inSource'),
    known: result.findings.filter(({ suppression }) => suppression?.kind === 'external'),
    counts,
  };
}

/** `12 errors, 3 warnings, 40 infos; 2 suppressed in source; 5 known from the baseline`. */
export function countsText({ counts, suppressed, known }: Summary): string {
  const parts = [severities.map((severity) => plural(counts[severity], severity)).join(', ')];
  if (suppressed.length > 0) parts.push(`${suppressed.length} suppressed in source`);
  if (known.length > 0) parts.push(`${known.length} known from the baseline`);
  return parts.join('; ');
}

/** The findings in force that fail a run: those that reach the level; where something was compared, those that block. */
export function failingFindings({ live }: Summary, failOn: Severity | 'none'): readonly Finding[] {
  if (failOn === 'none') return [];
  return live.filter(({ severity, change }) => (change ? change.blocks : severities.indexOf(severity) <= severities.indexOf(failOn)));
}

/** Findings per rule and severity, most harmful rule first. */
export function countByRule(findings: readonly Finding[]): { ruleId: string; severity: Severity; count: number }[] {
  const rows = new Map<string, { ruleId: string; severity: Severity; count: number }>();
  for (const { ruleId, severity } of findings) {
    const key = `${severity} ${ruleId}`;
    const row = rows.get(key);
    if (row) row.count++;
    else rows.set(key, { ruleId, severity, count: 1 });
  }
  return [...rows.values()].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.count - a.count || (a.ruleId < b.ruleId ? -1 : 1));
}
