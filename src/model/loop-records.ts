/**
 * What a loop leaves behind: one JSON record per phase under `.ssot-audit/runs/<id>/`. The worklog is generated from these alone, so every
 * statement in it has a record to point at. zod schemas, because a run is resumed from them.
 */
import { z } from 'zod';
import { prioritySchema } from './priority.js';
import { countsSchema, runSignSchema } from './test-run.js';

export const LOOP_SCHEMA_VERSION = 1;

export const loopPhases = ['deployment', 'selection', 'execution', 'classification', 'analysis', 'audit', 'issues'] as const;
export const loopPhaseSchema = z.enum(loopPhases);
export type LoopPhase = z.infer<typeof loopPhaseSchema>;

const timeSchema = z.string();

/** A file that a record points at, relative to the run's folder, with the hash of its bytes. */
export const artifactSchema = z.object({ path: z.string(), hash: z.string(), bytes: z.int() });
export type Artifact = z.infer<typeof artifactSchema>;

/** What every phase says of itself. */
const common = {
  schemaVersion: z.literal(LOOP_SCHEMA_VERSION),
  /** `refused`: the phase did not let the next ones run; the reason is in `statement`. */
  status: z.enum(['done', 'refused', 'skipped']),
  startedAt: timeSchema,
  finishedAt: timeSchema,
  /** What came of it, in a sentence. */
  statement: z.string(),
  commit: z.string().optional(),
  environment: z.string(),
  /** Hash of what the phase started from: configuration, commit and the records before it. */
  inputHash: z.string(),
  problems: z.array(z.string()),
};

export const runRecordSchema = z.object({
  schemaVersion: z.literal(LOOP_SCHEMA_VERSION),
  id: z.string(),
  tool: z.object({ name: z.string(), version: z.string() }),
  startedAt: timeSchema,
  commit: z.string().optional(),
  subject: z.string().optional(),
  branch: z.string().optional(),
  /** Files that differ from the commit. */
  dirtyFiles: z.int().optional(),
  environment: z.string(),
  configHash: z.string(),
  base: z.string().optional(),
  focus: z.array(z.string()),
  budgetSeconds: z.number().optional(),
  deploy: z.boolean(),
  /** Whether it files issues and opens a pull request; absent: nothing is sent. */
  create: z.boolean().optional(),
  pullRequest: z.boolean().optional(),
  allowUnhealthy: z.boolean(),
  /** The run before, summarised, so that the difference can be told from this run's folder alone. */
  previous: z.object({
    id: z.string(),
    commit: z.string().optional(),
    suites: z.array(z.object({ name: z.string(), evidence: z.string(), failed: z.int(), passed: z.int() })),
    failures: z.array(z.object({ fingerprint: z.string(), title: z.string(), flaky: z.boolean(), keys: z.array(z.string()).default([]) })),
  }).optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

export const probeSchema = z.object({
  service: z.string(),
  url: z.string(),
  verdict: z.enum(['healthy', 'unhealthy', 'unreachable']),
  /** What was found, in a sentence. */
  statement: z.string(),
  httpStatus: z.int().optional(),
  elapsedMs: z.int(),
  body: artifactSchema.optional(),
  warnings: z.array(z.string()),
  revision: z.object({
    url: z.string(),
    value: z.string().optional(),
    /** Of the commit that the revision names, when the repository knows it. */
    committedAt: timeSchema.optional(),
    commitsBehind: z.int().optional(),
    verdict: z.enum(['current', 'old', 'unknown']),
    statement: z.string(),
  }).optional(),
});
export type Probe = z.infer<typeof probeSchema>;

export const commandRecordSchema = z.object({
  command: z.string(),
  cwd: z.string(),
  startedAt: timeSchema,
  finishedAt: timeSchema,
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  /** `time-limit`, `interrupted`; absent when it ended by itself. */
  stoppedBy: z.enum(['time-limit', 'interrupted']).optional(),
  output: artifactSchema,
  /** Bytes of output that were not kept. */
  outputDropped: z.int(),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

export const deploymentRecordSchema = z.object({
  ...common,
  phase: z.literal('deployment'),
  deploy: commandRecordSchema.extend({ warnings: z.array(z.string()) }).optional(),
  probes: z.array(probeSchema),
});

export const indexEntrySchema = z.object({
  /** As the index names it. */
  file: z.string(),
  /** Where it is; absent when there is no such file. */
  path: z.string().optional(),
  line: z.int(),
  declared: z.int().optional(),
  /** Test cases in the file, counted by syntax tree. */
  counted: z.int().optional(),
  priority: z.string().optional(),
  impact: z.string().optional(),
});
export type IndexEntry = z.infer<typeof indexEntrySchema>;

export const indexClaimSchema = z.object({ line: z.int(), kind: z.enum(['missing-file', 'count', 'total', 'ambiguous-file']), statement: z.string() });
export type IndexClaim = z.infer<typeof indexClaimSchema>;

export const selectedSuiteSchema = z.object({
  name: z.string(),
  priority: prioritySchema,
  selected: z.boolean(),
  /** Why it stands where it stands, or why it is left out. */
  reasons: z.array(z.string()),
  files: z.array(z.string()),
  /** Of those files, the ones that replace something by a mock. */
  mocking: z.array(z.object({ path: z.string(), line: z.int(), mock: z.string() })),
  /** Findings in force and changed files that its tests reach by import. */
  reachedFindings: z.int(),
  changedFiles: z.int(),
  lastDurationSeconds: z.number().optional(),
});
export type SelectedSuite = z.infer<typeof selectedSuiteSchema>;

export const selectionRecordSchema = z.object({
  ...common,
  phase: z.literal('selection'),
  index: z.object({ path: z.string(), entries: z.array(indexEntrySchema), claims: z.array(indexClaimSchema) }).optional(),
  suites: z.array(selectedSuiteSchema),
  scan: artifactSchema,
});

export const suiteRecordSchema = z.object({
  name: z.string(),
  priority: prioritySchema,
  tags: z.array(z.string()),
  run: commandRecordSchema,
  reports: z.array(artifactSchema),
  formats: z.array(z.string()),
  counts: countsSchema,
  evidence: z.enum(['strong', 'partial', 'none']),
  reasons: z.array(z.string()),
  signs: z.array(runSignSchema),
  /** Hosts that output and reports show, most often named first. */
  hosts: z.array(z.string()),
});
export type SuiteRecord = z.infer<typeof suiteRecordSchema>;

export const executionRecordSchema = z.object({
  ...common,
  phase: z.literal('execution'),
  suites: z.array(suiteRecordSchema),
  /** Selected and not run, with the reason. */
  notRun: z.array(z.object({ name: z.string(), reason: z.string() })),
});

export const classifiedSchema = z.object({
  fingerprint: z.string(),
  title: z.string(),
  kind: z.string(),
  suite: z.string(),
  tests: z.array(z.string()),
  /** Identities of those tests, over runs and folders. */
  keys: z.array(z.string()).default([]),
  flaky: z.boolean(),
  priority: prioritySchema,
  /** Id of the rule that gave the priority. */
  rule: z.string(),
  /** The evidence that triggered the rule. */
  because: z.array(z.string()),
  /** Quoted from the configuration. */
  impact: z.array(z.object({ tag: z.string(), text: z.string() })),
});
export type Classified = z.infer<typeof classifiedSchema>;

export const classificationRecordSchema = z.object({
  ...common,
  phase: z.literal('classification'),
  failures: z.array(classifiedSchema),
  /** Failures of the run before that this one does not have. `proven`: all their tests passed, in reports of strong evidence. */
  gone: z.array(z.object({ fingerprint: z.string(), title: z.string(), proven: z.boolean() })).default([]),
});

export const analysisRecordSchema = z.object({
  ...common,
  phase: z.literal('analysis'),
  link: artifactSchema.optional(),
  clusters: z.array(z.object({
    fingerprint: z.string(), title: z.string(), verdict: z.string(), violation: z.string().optional(), suspect: z.string().optional(),
    whys: z.array(z.object({ level: z.string(), answer: z.string(), status: z.string() })),
    openQuestion: z.string().optional(),
  })),
  patterns: z.array(z.string()),
  prevention: z.array(z.string()),
});

export const auditRecordSchema = z.object({
  ...common,
  phase: z.literal('audit'),
  proof: artifactSchema.optional(),
  verdict: z.enum(['PROVEN', 'NOT PROVEN', 'unknown']),
  reasons: z.array(z.string()),
  introduced: z.array(z.string()),
  fixed: z.array(z.string()),
  /** Removed or renamed names that still have importers. */
  breaking: z.array(z.string()),
});

export const publishedSchema = z.object({ fingerprint: z.string(), number: z.int().optional(), url: z.string(), title: z.string().default(''), action: z.string(), why: z.string().default('') });
export type Published = z.infer<typeof publishedSchema>;

export const issuesRecordSchema = z.object({
  ...common,
  phase: z.literal('issues'),
  /** `cluster`: hash of the cluster that it is about, by which a later run knows that it is gone. */
  drafts: z.array(z.object({ fingerprint: z.string(), cluster: z.string().optional(), title: z.string(), labels: z.array(z.string()), body: artifactSchema })),
  notFiled: z.array(z.object({ title: z.string(), reason: z.string() })),
  /** Where issues were filed, as `owner/name`; absent: nothing was sent. */
  filedIn: z.string().optional(),
  /** What became of each issue: `create`, `update`, `close`, `reopen`, `leave`, with its reason. */
  published: z.array(publishedSchema),
  /** Filed issues whose failures this run shows to be gone: merging closes them. */
  closes: z.array(z.object({ number: z.int(), title: z.string() })).default([]),
  pullRequest: artifactSchema.optional(),
  /** The pull request that was opened or updated; absent: none was. */
  pullRequestAt: z.object({ number: z.int(), url: z.string(), action: z.enum(['opened', 'updated', 'unchanged']) }).optional(),
});

export const phaseRecordSchema = z.discriminatedUnion('phase', [
  deploymentRecordSchema, selectionRecordSchema, executionRecordSchema, classificationRecordSchema, analysisRecordSchema, auditRecordSchema, issuesRecordSchema,
]);
export type PhaseRecord = z.infer<typeof phaseRecordSchema>;
export type PhaseRecordOf<P extends LoopPhase> = Extract<PhaseRecord, { phase: P }>;

/** How a run stands to the one before, by titles. */
export const runDifferenceSchema = z.object({
  added: z.array(z.string()),
  still: z.array(z.string()),
  /** Gone, and their tests passed with strong evidence. */
  fixed: z.array(z.string()),
  /** Gone, but not all their tests passed, or what they passed in proves nothing. */
  unproven: z.array(z.string()),
  flaky: z.array(z.string()),
  /** Suites whose evidence changed, in sentences. */
  suites: z.array(z.string()),
});
export type RunDifference = z.infer<typeof runDifferenceSchema>;

/** The worklog for programs: worklog.json. */
export const worklogSchema = z.object({ run: runRecordSchema, phases: z.partialRecord(loopPhaseSchema, phaseRecordSchema), difference: runDifferenceSchema });
