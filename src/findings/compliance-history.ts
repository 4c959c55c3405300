import { COMPLIANCE_HISTORY_VERSION, complianceRecordSchema, type ComplianceRecord } from '../model/compliance.js';
import type { ScanResult } from '../model/result.js';
import { parseJson } from '../util/parse-json.js';

/** The state of the tree that a line is about. */
export type AuditedState = Pick<ComplianceRecord, 'time' | 'dirty' | 'selectionHash'> & { commit?: string };

export type HistoryText = { records: ComplianceRecord[]; broken?: undefined } | { broken: { line: number; reason: string } };

/** Reads a history: a JSON record a line. Says which line is none; an empty text is an empty history. */
export function parseHistory(text: string): HistoryText {
  const records: ComplianceRecord[] = [];
  for (const [index, line] of text.replace(/^\ufeff/, '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parsed = complianceRecordSchema.safeParse(parseJson(line));
    if (!parsed.success) return { broken: { line: index + 1, reason: parseJson(line) === undefined ? 'it is not JSON' : 'it is not a record of compliance' } };
    records.push(parsed.data);
  }
  return { records };
}

/** The record of a result; undefined when the result has no figure. `previous`: the last record of the history. */
export function recordOf({ tool, root, rulesetHash, compliance }: ScanResult, { time, commit, dirty, selectionHash }: AuditedState, previous: ComplianceRecord | undefined): ComplianceRecord | undefined {
  if (!compliance?.figure) return undefined;
  const { rules, counts, figure: { total, kinds, share } } = compliance;
  return {
    schemaVersion: COMPLIANCE_HISTORY_VERSION, time, ...(commit === undefined ? {} : { commit }), dirty, tool, root, rulesetHash, selectionHash,
    comparable: previous?.rulesetHash === rulesetHash && previous.selectionHash === selectionHash,
    rules, counts: Object.fromEntries(Object.entries(counts).filter(([, row]) => Object.values(row).some((count) => count > 0))), total, kinds, ...(share === undefined ? {} : { share }),
  };
}
