/** What speaks for a change and what is open: the JSON of `ssot-audit proof`. */
import { z } from 'zod';

const evidenceSchema = z.enum(['strong', 'partial', 'none']);

export const proofSchema = z.object({
  schemaVersion: z.literal(1),
  verdict: z.enum(['PROVEN', 'NOT PROVEN']),
  /** Why it is not proven, a sentence each; when it is, what that rests on. */
  reasons: z.array(z.string()),
  against: z.object({ name: z.string(), commit: z.string() }),
  changedFiles: z.array(z.string()),
  /** Findings per rule, by what became of them. Rules without any are left out. */
  rules: z.array(z.object({ ruleId: z.string(), fixed: z.int(), new: z.int(), changed: z.int(), unchanged: z.int(), blocks: z.int() })),
  /** Modules and exported names that the change takes away, with who still imports them (`path:line`). */
  removed: z.array(z.object({ path: z.string(), /** Absent: the whole module. */ name: z.string().optional(), importers: z.array(z.string()) })),
  /** Variables that changed production files read, and the environments of their service that do not give them. */
  variables: z.array(z.object({ service: z.string(), name: z.string(), required: z.boolean(), given: z.array(z.string()), missing: z.array(z.string()) })),
  /** Tests that the change reaches through imports, nearest first, and what the reports say of them. */
  tests: z.array(z.object({ path: z.string(), /** Imports between it and a changed file. */ distance: z.int(), outcome: z.enum(['passed', 'failed', 'skipped', 'not reported']), evidence: evidenceSchema })),
  /** What the reports are worth, and why. */
  evidence: z.array(z.object({ suite: z.string(), level: evidenceSchema, reasons: z.array(z.string()) })),
});
export type Proof = z.infer<typeof proofSchema>;
