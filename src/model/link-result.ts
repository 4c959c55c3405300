/** What leaves `link`: the JSON contract from failures to suspects, violations and whys. */
import { z } from 'zod';
import { findingSchema, locationSchema } from './result.js';
import { reportSourceSchema, statedFailureSchema, suiteVerdictSchema } from './test-run.js';

export const LINK_SCHEMA_VERSION = 1;

/** A pointer that can be followed: to code, to a record of a report, or to a commit. Exactly one of the three is there. */
export const referenceSchema = z.union([
  z.object({ code: locationSchema }),
  z.object({ report: z.object({ path: z.string(), /** Test id, or `line:<n>`. */ record: z.string() }) }),
  z.object({ commit: z.object({ sha: z.string(), subject: z.string() }) }),
]);
export type Reference = z.infer<typeof referenceSchema>;

export const evidenceSchema = z.object({
  /** Stable word of the signal: `stack-frame`, `named-symbol`, `value-mismatch`, `missing-module` ... */
  kind: z.string(),
  statement: z.string(),
  /** From 0 to 1. */
  strength: z.number(),
  references: z.array(referenceSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const confidenceSchema = z.enum(['high', 'medium', 'low', 'unknown']);
export type Confidence = z.infer<typeof confidenceSchema>;

export const suspectSchema = z.object({
  path: z.string(),
  score: z.number(),
  /** Calibrated probability that this is the file to change. */
  probability: z.number(),
  confidence: confidenceSchema,
  evidence: z.array(evidenceSchema),
});
export type Suspect = z.infer<typeof suspectSchema>;

export const linkSchema = z.object({
  finding: findingSchema,
  confidence: confidenceSchema,
  score: z.number(),
  evidence: z.array(evidenceSchema),
});
export type Link = z.infer<typeof linkSchema>;

export const whySchema = z.object({
  level: z.enum(['symptom', 'mechanism', 'condition', 'origin', 'guard']),
  question: z.string(),
  answer: z.string(),
  /** `HYPOTHESIS` answers rest on no evidence and say what would confirm them. */
  status: z.enum(['evidenced', 'hypothesis']),
  confirmBy: z.string().optional(),
  evidence: z.array(evidenceSchema),
  confidence: z.number(),
});
export type Why = z.infer<typeof whySchema>;

export const clusterSchema = z.object({
  id: z.string(),
  /** Versioned identity: `fp1:<hex>`. */
  fingerprint: z.string(),
  /** The parts that were hashed, in words. */
  recipe: z.array(z.string()),
  kind: z.string(),
  title: z.string(),
  tests: z.array(z.object({ id: z.string(), title: z.string(), file: z.string().optional(), report: z.string() })),
  /** Only stated in prose (a worklog): the issue that it was filed as, and the line that states it. */
  stated: z.object({ issue: z.string().optional(), line: z.int() }).optional(),
  message: z.string(),
  suspects: z.array(suspectSchema),
  links: z.array(linkSchema),
  /** Why no violation is linked, when none is. */
  verdict: z.string(),
  /** What shows the verdict: where the tree declares the variable or host that an environment failure is about. */
  verdictEvidence: z.array(evidenceSchema).default([]),
  /** What to do to know more, a sentence each. */
  confirm: z.array(z.string()).default([]),
  whys: z.array(whySchema),
  /** Where the chain ends and what would be needed to go on. */
  openQuestion: z.string().optional(),
  runnersUp: z.array(z.string()),
});
export type Cluster = z.infer<typeof clusterSchema>;

export const patternSchema = z.object({
  attribute: z.string(),
  value: z.string(),
  clusters: z.array(z.string()),
  statement: z.string(),
});

export const preventionSchema = z.object({
  fingerprint: z.string(),
  ruleId: z.string(),
  edits: z.array(z.object({ location: locationSchema, instruction: z.string() })),
  guard: z.string(),
});

export const linkResultSchema = z.object({
  schemaVersion: z.literal(LINK_SCHEMA_VERSION),
  tool: z.object({ name: z.string(), version: z.string(), weights: z.string() }),
  /** Name of the audited folder; every path of the result is relative to it. */
  root: z.string().default(''),
  sources: z.array(reportSourceSchema),
  suites: z.array(suiteVerdictSchema),
  stated: z.array(statedFailureSchema),
  clusters: z.array(clusterSchema),
  /** Every test that passed at the first attempt, so that what it once broke can be closed. `file`: mapped onto the repository, where it can be. */
  passed: z.array(z.object({ id: z.string(), file: z.string().optional(), report: z.string() })).default([]),
  /** Over the whole report, best first. */
  suspects: z.array(suspectSchema),
  patterns: z.array(patternSchema),
  prevention: z.array(preventionSchema),
  /** Ids of clusters that no violation explains. */
  unlinked: z.array(z.string()),
  problems: z.array(z.string()),
});
export type LinkResult = z.infer<typeof linkResultSchema>;
