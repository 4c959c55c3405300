import type { Extraction } from '../model/facts.js';
import type { CoverageRow, FileRole, ScanResult, Service } from '../model/result.js';
import { compareText } from '../util/compare.js';

interface ExtractedSummary {
  path: string;
  language: string;
  extraction: Pick<Extraction, 'parseErrors' | 'lineCount' | 'facts'>;
}

/**
 * What was looked at. `seen` counts every file of the tree; files that no language reads (images, prose) are under `skipped` with that
 * reason, so that the numbers add up: seen = parsed + partlyParsed + skipped.
 */
export function coverageOf(
  extracted: readonly ExtractedSummary[], files: readonly { path: string; service: Service; role: FileRole }[],
  skipped: readonly { path: string; reason: string }[], services: readonly Service[],
): ScanResult['coverage'] {
  const total = emptyRow();
  const languages = new Map<string, CoverageRow>();
  const byService = new Map<string, CoverageRow>(services.map(({ name }) => [name, emptyRow()]));
  const reasons = new Map<string, number>();
  for (const [position, { language, extraction }] of extracted.entries()) {
    const service = files[position]!.service.name;
    const rows = [total, rowOf(byService, service), ...(language === '' ? [] : [rowOf(languages, language)])];
    for (const row of rows) {
      row.seen++;
      row.lines += extraction.lineCount;
      if (language === '') row.skipped++;
      else if (extraction.parseErrors.length > 0) row.partlyParsed++;
      else row.parsed++;
    }
    if (language === '') reasons.set(NO_LANGUAGE, (reasons.get(NO_LANGUAGE) ?? 0) + 1);
  }
  for (const { reason } of skipped) {
    total.seen++;
    total.skipped++;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { total, languages: sorted(languages), services: sorted(byService), skipped: sorted(reasons) };
}

export const NO_LANGUAGE = 'not source code or configuration';

function emptyRow(): CoverageRow {
  return { seen: 0, parsed: 0, partlyParsed: 0, skipped: 0, lines: 0 };
}

function rowOf(rows: Map<string, CoverageRow>, name: string): CoverageRow {
  let row = rows.get(name);
  if (!row) rows.set(name, (row = emptyRow()));
  return row;
}

function sorted<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([a], [b]) => compareText(a, b)));
}
