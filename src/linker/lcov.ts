/** Lines that one test (or one whole run, where the tool does not tell tests apart) executed in one file. */
export interface CoverageRecord {
  /** `TN:` of the record; empty for a whole run. */
  test: string;
  /** As the tool wrote it. */
  file: string;
  /** In the repository; filled by the view. */
  path?: string;
  /** 1-based lines that ran at least once. */
  lines: readonly number[];
}

/** Reads LCOV tracefiles (geninfo(1)): `TN`, `SF`, `DA`. Lines that are none of these are passed over. */
export function parseLcov(text: string): CoverageRecord[] {
  const records: CoverageRecord[] = [];
  let test = '';
  let file: string | undefined;
  let lines: number[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('TN:')) test = line.slice(3).trim();
    else if (line.startsWith('SF:')) {
      file = line.slice(3).trim();
      lines = [];
    } else if (line.startsWith('DA:')) {
      const [number, hits] = line.slice(3).split(',').map(Number);
      if (Number.isInteger(number) && hits! > 0) lines.push(number!);
    } else if (line.trim() === 'end_of_record' && file !== undefined) {
      records.push({ test, file, lines });
      file = undefined;
    }
  }
  return records;
}
