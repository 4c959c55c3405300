import { z } from 'zod';
import { severitySchema } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { explainIssues } from '../util/explain-issues.js';
import { UserError } from '../util/user-error.js';
import type { KnownFinding } from './known-finding.js';

export const BASELINE_VERSION = 1;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/).meta({ title: 'a date (YYYY-MM-DD)' });

export const baselineEntrySchema = z.strictObject({
  rule: z.string().min(1).describe('Id of the rule.'),
  concept: z.string().describe('What the finding is about, for people.'),
  key: z.string().describe('Identity of the knowledge within the rule.'),
  severity: severitySchema.describe('How severe it was when it was accepted.'),
  sites: z.array(z.string().min(1)).min(1).describe('The accepted places, `path#symbol`, sorted. No line numbers, so moved lines change nothing.'),
  content: z.array(z.string()).describe('A hash per difference between the places. Not part of the identity: where it changes, the finding has changed.'),
  owner: z.string().optional().describe('Who answers for it.'),
  reason: z.string().optional().describe('Why it is accepted.'),
  until: day.optional().describe('The last day on which it is accepted.'),
});
export type BaselineEntry = z.infer<typeof baselineEntrySchema>;

export const baselineSchema = z.strictObject({
  $schema: z.string().optional().describe('Address of the JSON schema, for editors.'),
  version: z.literal(BASELINE_VERSION).describe('Version of this format.'),
  tool: z.string().describe('What wrote it.'),
  rulesetHash: z.string().optional().describe('Rule set that the findings are of: results of another one are not compared with them.'),
  entries: z.array(baselineEntrySchema).describe('The known findings, one line each, sorted.'),
});
export type Baseline = z.infer<typeof baselineSchema>;

/**
 * Reads the text of a baseline.
 * @throws UserError that names the entry and what is wrong with it
 */
export function parseBaseline(text: string, name: string): Baseline {
  if (/^(?:<{7}|>{7}) /m.test(text)) {
    throw new UserError(`${name} holds an unresolved merge conflict.`, { code: 'baseline-invalid', hint: 'Take both sides by `ssot-audit baseline merge <base> <ours> <theirs>`, or set it up as the merge driver of the file.' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError(`${name} is not valid JSON: ${(cause as Error).message}`, { code: 'baseline-invalid', cause, hint: 'Restore it from git, or write it anew: ssot-audit baseline --force' });
  }
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const version = typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined;
  if (typeof version === 'number' && version > BASELINE_VERSION) {
    throw new UserError(`${name} is of version ${version}; this ssot-audit reads version ${BASELINE_VERSION}.`, { code: 'baseline-invalid', hint: 'It was written by a newer ssot-audit: use that one.' });
  }
  const reasons = explainIssues(baselineSchema, value, parsed.error.issues).slice(0, 10).map((reason) => reason.replace(/^The configuration /, 'The baseline '));
  throw new UserError(`${name}: ${reasons.join('\n  ')}`, { code: 'baseline-invalid', hint: 'Restore it from git, or write it anew: ssot-audit baseline --force' });
}

/** The text of a baseline: one line per entry, sorted, so that two branches that accept different findings merge by lines. */
export function baselineText({ version, tool, rulesetHash, entries }: Baseline): string {
  const head = [`"version": ${version}`, `"tool": ${JSON.stringify(tool)}`, ...(rulesetHash === undefined ? [] : [`"rulesetHash": ${JSON.stringify(rulesetHash)}`])];
  const lines = sortEntries(entries).map((entry) => `    ${JSON.stringify(orderedEntry(entry))}`);
  return `{\n${head.map((line) => `  ${line},\n`).join('')}  "entries": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

export function sortEntries(entries: readonly BaselineEntry[]): BaselineEntry[] {
  const textOf = ({ rule, concept, key, sites }: BaselineEntry): string => [rule, concept, key, ...sites].join('\0');
  return [...entries].sort((a, b) => compareText(textOf(a), textOf(b)) || compareText(JSON.stringify(a), JSON.stringify(b)));
}

/** An entry for a finding. */
export function entryOf(finding: KnownFinding, notes: Pick<BaselineEntry, 'owner' | 'reason' | 'until'> = {}): BaselineEntry {
  const { rule, concept, key, severity, sites, content } = finding;
  return orderedEntry({ rule, concept, key, severity, sites: [...sites], content: [...content], ...notes });
}

/** Always the same order of keys, whoever wrote them. */
function orderedEntry({ rule, concept, key, severity, sites, content, owner, reason, until }: BaselineEntry): BaselineEntry {
  return {
    rule, concept, key, severity, sites: [...sites].sort(compareText), content: [...content].sort(compareText),
    ...(owner === undefined ? {} : { owner }), ...(reason === undefined ? {} : { reason }), ...(until === undefined ? {} : { until }),
  };
}
