/**
 * What leaves a scan: the JSON contract. zod schemas, because saved results are read back; types are inferred from them, so
 * nothing is declared twice. `schemaVersion` grows only by additions.
 */
import { z } from 'zod';
import { complianceSchema } from './compliance.js';

export const SCHEMA_VERSION = 1;

export const severities = ['error', 'warning', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

export const categories = [
  'duplicate-manager', 'duplicate-function', 'duplicate-type', 'duplicate-constant', 'singleton-state-in-factory', 'config-drift',
  'event-contract-drift', 'missing-event-consumer', 'import-path-fragmentation', 'unresolved-import', 'incomplete-migration',
  'canonical-violation', 'test-integrity', 'meta',
] as const;
export const categorySchema = z.enum(categories);
export type Category = z.infer<typeof categorySchema>;

export const fileRoles = [
  'production', 'test', 'mock', 'fixture', 'story', 'script', 'example', 'migration', 'generated', 'vendored', 'backup',
] as const;
export const fileRoleSchema = z.enum(fileRoles);
export type FileRole = z.infer<typeof fileRoleSchema>;

const positionSchema = z.object({ line: z.int(), column: z.int() });
export const locationSchema = z.object({ path: z.string(), range: z.object({ start: positionSchema, end: positionSchema }) });

export const siteRoles = ['owner', 'copy', 'reader', 'writer', 'producer', 'consumer', 'contract', 'importer', 'declaration', 'target'] as const;
export const siteRoleSchema = z.enum(siteRoles);
export type SiteRole = z.infer<typeof siteRoleSchema>;

export const relatedSchema = z.object({
  location: locationSchema,
  message: z.string(),
  role: siteRoleSchema,
  /** The symbol at the site: `Pool.add`, `MAX_UPLOAD_MB`. */
  symbol: z.string().optional(),
  /** How many files import this declaration, tests apart. */
  importers: z.object({ production: z.int(), test: z.int() }).optional(),
  /** Hash of what is declared there, wherever it stands. */
  content: z.string().optional(),
});
export type Related = z.infer<typeof relatedSchema>;

export const suppressionSchema = z.object({ kind: z.enum(['inSource', 'external']), justification: z.string(), location: locationSchema.optional() });
export type Suppression = z.infer<typeof suppressionSchema>;

export const changeKinds = ['new', 'grown', 'changed', 'moved', 'unchanged'] as const;
/** How a finding stands to what was known before: a baseline, or the audit of a base commit. */
export const changeSchema = z.object({
  kind: z.enum(changeKinds),
  /** The sites that were not there before; empty unless the finding is new or has grown. */
  addedSites: z.array(locationSchema),
  /** What became worse, in a sentence. */
  statement: z.string(),
  /** Whether it fails the gate. */
  blocks: z.boolean(),
  /** What it means for the run: `block` fails it, `warn` is said aloud, `note` is only listed. */
  level: z.enum(['block', 'warn', 'note']).optional(),
});
export type Change = z.infer<typeof changeSchema>;

export const findingSchema = z.object({
  ruleId: z.string(),
  category: categorySchema,
  severity: severitySchema,
  /** Identity of the knowledge the finding is about; stable when lines move. */
  key: z.string(),
  /** What a person calls it: `WebSocketManager`, `CLICKHOUSE_HOST`. */
  concept: z.string(),
  message: z.string(),
  /** Line-independent identity: hash of rule, key and the sorted sites (path and symbol). */
  fingerprint: z.string(),
  location: locationSchema,
  symbol: z.string().optional(),
  /** What stands at the primary location: `falls back to "8080"`. */
  note: z.string().optional(),
  importers: z.object({ production: z.int(), test: z.int() }).optional(),
  /** Hash of what is declared at the primary location; as in `related`. */
  content: z.string().optional(),
  related: z.array(relatedSchema),
  /** Places beyond those that are shown. They count when findings are compared: one more of them is one more place. */
  unlisted: z.array(z.object({ path: z.string(), line: z.int(), role: siteRoleSchema, symbol: z.string() })).optional(),
  /** Why the primary location is taken for the owner; absent where the concept has no owner. */
  ownerReason: z.string().optional(),
  /** What differs between the copies, a sentence each. Empty: the copies are equal. */
  differences: z.array(z.string()),
  /** What to do, for this finding. */
  remedy: z.string(),
  /** Harm from 0 to 1: how much the copies differ, and how far they reach. Orders findings of one severity. */
  rank: z.number(),
  service: z.string().optional(),
  /** Who owns the places of the finding by the repository's CODEOWNERS: `@shop/payments`. Absent where nobody does. */
  codeOwners: z.array(z.string()).optional(),
  suppression: suppressionSchema.optional(),
  /** Absent when nothing was compared. */
  change: changeSchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export const problemSchema = z.object({
  kind: z.enum(['parse-error', 'rule-crash', 'skipped-file', 'configuration', 'git']),
  message: z.string(),
  location: locationSchema.optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const ruleMetaSchema = z.object({
  id: z.string(),
  category: categorySchema,
  title: z.string(),
  description: z.string(),
  /** Why it matters. */
  rationale: z.string(),
  /** What to do, in general. */
  remedy: z.string(),
  severity: severitySchema,
  tags: z.array(z.string()),
  since: z.string(),
  status: z.enum(['preview', 'stable', 'deprecated']),
});
export type RuleMeta = z.infer<typeof ruleMetaSchema>;

export const coverageRowSchema = z.object({
  seen: z.int(), parsed: z.int(), partlyParsed: z.int(), skipped: z.int(), lines: z.int(),
});
export type CoverageRow = z.infer<typeof coverageRowSchema>;

export const serviceSchema = z.object({
  name: z.string(),
  /** Folders that hold its code, POSIX, relative to the root; '' is the root. */
  roots: z.array(z.string()),
  /** `library`: code that services share; it is deployed with each of them. */
  kind: z.enum(['service', 'library']),
  /** What showed that it is one: a Dockerfile, a workspace entry, the configuration. */
  evidence: z.string(),
  /** Paths of the Dockerfiles whose images run it. */
  dockerfiles: z.array(z.string()).optional(),
});
export type Service = z.infer<typeof serviceSchema>;

/** A known finding that is no longer there, or lost sites. */
export const resolvedFindingSchema = z.object({
  kind: z.enum(['fixed', 'shrunk']),
  ruleId: z.string(),
  severity: severitySchema,
  concept: z.string(),
  fingerprint: z.string(),
  /** Sites that are gone, as `path#symbol`. */
  sites: z.array(z.string()),
});
export type ResolvedFinding = z.infer<typeof resolvedFindingSchema>;

export const comparisonSchema = z.object({
  against: z.object({ kind: z.enum(['baseline', 'ref']), /** File or ref as given. */ name: z.string(), commit: z.string().optional() }),
  /** Findings in force per kind of change. */
  counts: z.record(z.enum(changeKinds), z.int()),
  resolved: z.array(resolvedFindingSchema),
  verdict: z.enum(['passed', 'blocked']),
  /** What a reader must know of the comparison itself: entries that ended, a base that could not be read whole. A sentence each. */
  notes: z.array(z.string()).optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const scanResultSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.string(), version: z.string() }),
  /** Hash of rule ids, versions, severities and options. Results are comparable only when it is equal. */
  rulesetHash: z.string(),
  /** Base name of the audited root; no absolute path, so that a result does not depend on where it was made. */
  root: z.string(),
  rules: z.array(ruleMetaSchema),
  services: z.array(serviceSchema),
  coverage: z.object({
    total: coverageRowSchema,
    languages: z.record(z.string(), coverageRowSchema),
    services: z.record(z.string(), coverageRowSchema),
    /** Reason to number of files. */
    skipped: z.record(z.string(), z.int()),
  }),
  /** Every analysed file with its service and role. */
  files: z.array(z.object({ path: z.string(), language: z.string(), role: fileRoleSchema, service: z.string(), lines: z.int() })),
  findings: z.array(findingSchema),
  problems: z.array(problemSchema),
  /** Absent when nothing was compared. */
  comparison: comparisonSchema.optional(),
  /** Absent in results of versions before 0.2. */
  compliance: complianceSchema.optional(),
  /** Resolved import edges, importer to imported, so that `link` works from a saved scan. */
  imports: z.record(z.string(), z.array(z.string())),
});
export type ScanResult = z.infer<typeof scanResultSchema>;
