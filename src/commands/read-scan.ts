import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scanResultSchema, type ScanResult } from '../model/result.js';
import { explainIssues } from '../util/explain-issues.js';
import { UserError } from '../util/user-error.js';

/**
 * A scan result that was saved with `--format json`.
 * @throws UserError when the file cannot be read or holds something else
 */
export function readScan(file: string): ScanResult {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(file), 'utf8'));
  } catch (cause) {
    throw new UserError(`--scan: ${file} cannot be read: ${(cause as Error).message}`, { code: 'scan-unreadable', cause, hint: 'Write one with: ssot-audit --format json -o scan.json' });
  }
  const parsed = scanResultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`--scan: ${file} is not a scan result. ${explainIssues(scanResultSchema, value, parsed.error.issues)[0] ?? ''}`, {
    code: 'scan-unreadable', hint: 'Write one with: ssot-audit --format json -o scan.json',
  });
}
