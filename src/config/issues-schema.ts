/** The `issues` section of the configuration: what `ssot-audit issues` files, how it is called, and what may be said of its impact. */
import { z } from 'zod';
import { prioritySchema } from '../model/priority.js';
import { severitySchema } from '../model/result.js';

const text = z.string().min(1).meta({ title: 'text that is not empty' });
const label = z.string().min(1).max(50).meta({ title: 'a label of at most 50 characters' });

export const titlePatternsSchema = z.strictObject({
  failure: text.default('[E2E-DEPLOY-{Reason}-{Suite}]').describe('Title of an issue about failing tests. Placeholders: `{Reason}`, `{Suite}`, `{Kind}`, `{Concept}`, `{Priority}`, `{summary}`, and choices such as `{regression|recent-change}`, of which the first that is so is taken, else the last.'),
  finding: text.default('SSOT-{regression|incomplete-migration|recent-change|violation}-{topic}').describe('Title of an issue about a finding without a failing test. Placeholders: `{topic}`, `{Concept}`, `{rule}`, `{category}`, `{Priority}`, `{summary}` and choices.'),
});

export const issuesConfigSchema = z.strictObject({
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/).meta({ title: 'owner/name' }).optional().describe('Repository to file in, as `owner/name`. Absent: `--repo`, GITHUB_REPOSITORY or the git remote `origin`.'),
  titles: titlePatternsSchema.prefault({}).describe('Patterns of titles.'),
  label: label.default('ssot-audit').describe('Label that every issue of ours carries, and by which they are found again.'),
  labels: z.array(label).max(2).default([]).describe('Up to two further labels. With the label of the tool and the priority that makes four.'),
  priorityLabels: z.strictObject({ P0: label.default('P0'), P1: label.default('P1'), P2: label.default('P2'), P3: label.default('P3') }).prefault({}).describe('Label of each priority.'),
  priorities: z.record(text, prioritySchema).default({}).describe('Highest priority of a failure, by test tag: a word of the test\'s file, suite or title, such as `checkout`. Only a failing test with such a tag can be P0.'),
  impact: z.record(text, text).default({}).describe('What a failure means for the business, by test tag. Quoted as it stands; without an entry nothing is said about impact.'),
  minSeverity: severitySchema.default('error').describe('Lowest severity of a finding without a failing test that is filed.'),
  closeAfter: z.int().min(1).default(2).describe('How many complete and credible runs have to pass the tests of an issue before it is closed.'),
  assignees: z.boolean().default(false).describe('Whether the code owners (CODEOWNERS) of the place to change are assigned; persons only, no teams.'),
  environment: z.boolean().default(false).describe('Whether failures of the environment, which the source cannot explain, are filed too; as `--include-environment`.'),
  maxNew: z.int().min(0).default(10).describe('How many issues a run files at most; the rest is listed in one. `--max-new` overrides it.'),
});
export type IssuesConfig = z.output<typeof issuesConfigSchema>;
