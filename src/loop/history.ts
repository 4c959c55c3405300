import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../util/user-error.js';
import { reasonOf } from '../util/write-file.js';
import { parseJson } from '../util/parse-json.js';

/** One finished run, as the append-only history keeps it: one JSON object per line, oldest first. */
export const historyLineSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.string(),
  at: z.string(),
  commit: z.string().optional(),
  environment: z.string(),
  suites: z.array(z.object({ name: z.string(), evidence: z.enum(['strong', 'partial', 'none']), failed: z.int(), passed: z.int(), seconds: z.number() })),
  failures: z.array(z.object({ fingerprint: z.string(), title: z.string(), priority: z.string() })),
  /** Findings in force per rule. */
  violations: z.record(z.string(), z.int()),
  rulesetHash: z.string().optional(),
  verdict: z.string(),
});
export type HistoryLine = z.infer<typeof historyLineSchema>;

export const HISTORY_FILE = '.ssot-audit/history.jsonl';

/** Reads the history; a damaged line is passed over and counted, for the others are still good. */
export function readHistory(root: string): { lines: HistoryLine[]; damaged: number } {
  const file = join(root, HISTORY_FILE);
  if (!existsSync(file)) return { lines: [], damaged: 0 };
  const lines: HistoryLine[] = [];
  let damaged = 0;
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (text.trim() === '') continue;
    const parsed = historyLineSchema.safeParse(parseJson(text));
    if (parsed.success) lines.push(parsed.data);
    else damaged++;
  }
  return { lines, damaged };
}

/** Adds a run, once: a run that is resumed after it was added is not added again. */
export function appendHistory(root: string, line: HistoryLine): void {
  if (readHistory(root).lines.some(({ run }) => run === line.run)) return;
  const file = join(root, HISTORY_FILE);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // A line that a killed run left half written must not swallow this one.
    const gap = existsSync(file) && !/(?:^|\n)$/.test(readFileSync(file, 'utf8')) ? '\n' : '';
    appendFileSync(file, `${gap}${JSON.stringify(line)}\n`);
  } catch (cause) {
    throw new UserError(`${file} was not written: ${reasonOf(cause)}.`, { code: 'output-failed', cause });
  }
}
