/** The `loop` section of the configuration: what is deployed where, which suites prove it, and what their word is worth. */
import { z } from 'zod';
import { prioritySchema } from '../model/priority.js';

const name = z.string().min(1).meta({ title: 'a name' });
const seconds = z.number().positive().meta({ title: 'a number of seconds' });
const httpUrl = z.url({ protocol: /^https?$/ }).meta({ title: 'an http or https address' });
const command = z.string().min(1).meta({ title: 'a shell command' });

export const loopServiceSchema = z.strictObject({
  name: name.describe('Name of the deployed service.'),
  health: httpUrl.describe('Address that answers with status 200 when the service is healthy. Redirects are not followed: they are said.'),
  revision: httpUrl.optional().describe('Address whose answer names the deployed commit, as plain text or in the JSON key `revision`, `commit`, `sha` or `version`.'),
  expect: z.record(z.string(), z.unknown()).default({}).describe('JSON that the answer of `health` must hold: `{ "status": "healthy" }`. Further keys are allowed.'),
  deadline: seconds.default(10).describe('Seconds within which an address must have answered in full.'),
});
export type LoopService = z.output<typeof loopServiceSchema>;

export const suiteEvidenceSchema = z.strictObject({
  minTests: z.int().min(0).default(1).describe('Least number of tests that must have run.'),
  maxSkipped: z.number().min(0).max(1).default(0.2).describe('Largest share of skipped tests, 0 to 1.'),
  mocks: z.boolean().optional().describe('Whether its test files may replace what they test by mocks. Absent: yes, but not in a suite that has a `host` or calls itself end-to-end by name, tag or file.'),
  host: name.optional().describe('Host (with port, where it matters) that the suite must speak to. A report or output that shows another host, or none, is no evidence of it.'),
});
export type SuiteEvidence = z.output<typeof suiteEvidenceSchema>;

export const loopSuiteSchema = z.strictObject({
  name: name.describe('Name of the suite.'),
  command: command.describe('How it is run, by the shell of the system. It is the only thing that is executed, exactly as it stands here.'),
  cwd: z.string().default('.').describe('Folder it is run in, relative to the configuration file.'),
  reports: z.array(z.string().min(1)).default([]).describe('Globs, relative to `cwd`, of the reports that it writes. Only those written by this run count. Empty: its output is read.'),
  files: z.array(z.string().min(1)).default([]).describe('Globs, relative to the configuration file, of its test files: to check the test index, to find out what they reach, and whether they replace what they test by mocks.'),
  priority: prioritySchema.default('P2').describe('How much depends on what it tests. A failure is never ranked above it without a rule that says why.'),
  tags: z.array(name).default([]).describe('Tags for `--focus`, and for the texts of `issues.impact`.'),
  environment: z.record(z.string(), z.string()).default({}).describe('Environment variables to set beside those that the loop itself was started with.'),
  timeout: seconds.default(900).describe('Seconds after which it is stopped: first asked to end, then killed with all its processes.'),
  evidence: suiteEvidenceSchema.prefault({}).describe('When its result counts as evidence.'),
});
export type LoopSuite = z.output<typeof loopSuiteSchema>;

export const loopSchema = z.strictObject({
  environment: name.default('local').describe('Name of the environment that is tested, as the worklog shows it.'),
  services: z.array(loopServiceSchema).default([]).describe('Deployed services that are probed before anything is tested. No other address is contacted.'),
  deploy: z.strictObject({
    command: command.describe('Command that deploys. It runs only with `--deploy`.'),
    timeout: seconds.default(1800).describe('Seconds after which it is stopped.'),
  }).optional().describe('How to deploy. Absent: the loop never deploys.'),
  maxRevisionAge: z.number().positive().optional().describe('Hours after which a deployed revision counts as old. Absent: it is old when it is not the audited commit.'),
  suites: z.array(loopSuiteSchema).default([]).describe('Test suites of the loop.'),
  testIndex: z.string().optional().describe('Test index: a Markdown table or list, CSV or JSON with test file, number of tests, priority and impact. Its claims are checked against the tree.'),
  keep: z.strictObject({
    runs: z.int().positive().default(20).describe('Runs that are kept.'),
    bytes: z.int().positive().default(500_000_000).describe('Bytes that all kept runs may take together.'),
  }).prefault({}).describe('How much of `.ssot-audit/runs` is kept: the newest runs within both limits; the run of today always, and history never pruned.'),
});
export type LoopConfig = z.output<typeof loopSchema>;
