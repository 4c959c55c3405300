import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { compareText } from '../util/compare.js';
import { writeFileWhole } from '../util/write-file.js';

/** Where the ledger is kept, relative to the root. */
export const LEDGER_FILE = '.ssot-audit/issues.json';

const entrySchema = z.object({
  /** Number of the issue; absent while it is being created. */
  number: z.int().optional(),
  /** Run that last had it. */
  run: z.string(),
  /** How often it was only counted, because people closed or silenced the issue. */
  counted: z.int().default(0),
  /** Run that counted last. */
  countedBy: z.string().optional(),
});
export type LedgerEntry = z.infer<typeof entrySchema>;

const ledgerSchema = z.object({ version: z.literal(1), repositories: z.record(z.string(), z.record(z.string(), entrySchema)) });
type LedgerData = z.infer<typeof ledgerSchema>;

/** What this machine knows of the issues of one repository, by fingerprint. The tracker is the truth; this finds what its list does not show. */
export interface Ledger {
  entries(): ReadonlyMap<string, LedgerEntry>;
  /** Writes at once: a run that is killed leaves behind what it was about to do. */
  note(fingerprint: string, entry: LedgerEntry): void;
}

/** Opens the file, which need not be there. One that cannot be read is begun anew: it holds nothing that the tracker does not. */
export function openLedger(file: string, repository: string): Ledger {
  const read = (): LedgerData => {
    try {
      return ledgerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return { version: 1, repositories: {} }; // absent or damaged
    }
  };
  return {
    entries: () => new Map(Object.entries(read().repositories[repository] ?? {})),
    note(fingerprint, entry) {
      // Read again, for another process may have written.
      const data = read();
      const entries = { ...data.repositories[repository], [fingerprint]: entry };
      data.repositories[repository] = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => compareText(a, b)));
      writeFileWhole(file, `${JSON.stringify(data, undefined, 1)}\n`);
    },
  };
}
