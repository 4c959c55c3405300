import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { headOf, originOf } from '../discover/git-remote.js';
import type { Withheld } from '../issues/draft.js';
import type { IssueTracker } from '../issues/issue-tracker.js';
import { LEDGER_FILE, openLedger } from '../issues/ledger.js';
import { runWord } from '../issues/marker.js';
import { openTracker } from '../issues/open-tracker.js';
import { planIssues, type Step } from '../issues/plan.js';
import { prepareFiling } from '../issues/prepare-filing.js';
import { didWord, lookUp, publishIssues, type Outcome } from '../issues/publish-issues.js';
import { filesAddress, isKnown, ledgerKey, missingForFiling, repositoryOf, tokenOf } from '../issues/repository.js';
import { requestsOf, type PlannedRequest } from '../issues/requests.js';
import { postSticky, stickyText } from '../issues/sticky-comment.js';
import { linkResultSchema, type LinkResult } from '../model/link-result.js';
import { scanResultSchema, type ScanResult } from '../model/result.js';
import type { TestRun } from '../model/test-run.js';
import { readTestResults } from '../test-results/read-test-results.js';
import { definedOnly } from '../util/defined-only.js';
import { explainIssues } from '../util/explain-issues.js';
import { hashOf } from '../util/hash.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { toolVersion } from '../util/tool-version.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';

export interface IssuesFlags extends TargetFlags {
  create?: boolean;
  out?: string;
  repo?: string;
  apiUrl?: string;
  maxNew?: number;
  includeEnvironment?: boolean;
  pr?: number;
  run?: string;
  commit?: string;
  ledger?: string;
  format?: 'table' | 'json';
  quiet?: boolean;
}

const COMMIT = /^[0-9a-f]{7,64}$/;

/** `ssot-audit issues <files...>`: drafts issues from results, and with `--create` keeps them true on GitHub. Returns the exit code. */
export async function issuesCommand(files: readonly string[], flags: IssuesFlags): Promise<number> {
  const target = await findTarget([], flags);
  const config = target.config.issues;
  const inputs = readInputs(files, target.root);
  const repository = repositoryOf({ repo: flags.repo, apiUrl: flags.apiUrl, configured: config.repository, env: process.env, origin: () => originOf(target.root) });
  const commit = commitOf(flags, target.root);
  const run = { id: runOf(flags, inputs.text), date: new Date().toISOString().slice(0, 10), ...(commit === undefined ? {} : { commit }) };
  const { plan, withheld } = prepareFiling(inputs, {
    root: target.root, config, run, maxNew: flags.maxNew, includeEnvironment: flags.includeEnvironment, ...definedOnly({ linkBase: filesAddress(repository, commit) }),
  });
  const ledger = openLedger(resolve(flags.ledger ?? join(target.root, LEDGER_FILE)), ledgerKey(repository));
  const token = tokenOf(process.env);
  const opened = token === undefined || !isKnown(repository) ? undefined : openTracker(repository, { token, label: config.label, userAgent: `ssot-audit/${toolVersion()}` });
  const say = (text: string): void => { if (!flags.quiet) process.stderr.write(`${printable(text)}\n`); };
  for (const { report, reason } of plan.green.doubted) say(`${report} closes nothing: ${reason}.`);

  if (!flags.create) {
    await opened?.tracker.open();
    const issues = opened ? await lookUp({ tracker: opened.tracker, ledger, drafts: plan.drafts }) : [];
    const steps = planIssues({ ...plan, issues });
    const requests = [...requestsOf(steps, repository.name), ...(flags.pr === undefined ? [] : [stickyRequest(flags.pr, repository.name, steps, withheld)])];
    if (flags.out !== undefined) writeBodies(flags.out, requests);
    await writeStdout(flags.format === 'json' ? jsonText({ dryRun: true, repository: repository.name, requests, withheld }) : dryRunText(requests, withheld, flags.out));
    if (!opened) say('Issues that exist already were not looked up: that needs GITHUB_TOKEN and a repository.');
    return 0;
  }
  if (!opened) throw missingForFiling(repository);
  const { tracker, settle } = opened;
  const outcomes = await publishIssues({ ...plan, tracker, ledger, settle, onStep: (outcome) => say(outcomeText(outcome)) });
  if (flags.pr !== undefined) say(`comment on #${flags.pr}: ${await comment(tracker, flags.pr, outcomes, withheld)}`);
  if (flags.format === 'json') await writeStdout(jsonText({ dryRun: false, repository: repository.name, outcomes: outcomes.map(outcomeJson), withheld }));
  else await writeStdout(summaryText(outcomes, withheld));
  return outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

interface Inputs {
  links: LinkResult[];
  scans: ScanResult[];
  runs: TestRun[];
  /** All that was read, for the identity of the run. */
  text: string;
}

/** Each file by what it holds: a link result, a scan result, else test reports. */
function readInputs(files: readonly string[], root: string): Inputs {
  const inputs: Inputs = { links: [], scans: [], runs: [], text: '' };
  const reports: string[] = [];
  for (const file of files) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) throw new UserError(`There is no file or folder "${file}".`, { code: 'path-not-found', hint: 'Give what `ssot-audit link --format json` or `ssot-audit scan --format json` wrote, or test reports.' });
    const text = stat.isFile() ? readFileSync(file, 'utf8') : '';
    inputs.text += text === '' ? file : hashOf(text);
    const value = parsedJson(text);
    if (value !== undefined && 'clusters' in value && 'suites' in value) inputs.links.push(checked(linkResultSchema, value, file, 'link result'));
    else if (value !== undefined && 'findings' in value && 'rulesetHash' in value) inputs.scans.push(checked(scanResultSchema, value, file, 'scan result'));
    else reports.push(file);
  }
  if (reports.length > 0) inputs.runs.push(readTestResults(reports, { root }));
  return inputs;
}

function parsedJson(text: string): object | undefined {
  if (!/^\ufeff?\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as object;
  } catch {
    return undefined; // a report of another format, or a damaged one: its reader says so
  }
}

function checked<T>(schema: typeof linkResultSchema | typeof scanResultSchema, value: object, file: string, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as T;
  throw new UserError(`${file} looks like a ${what} and is none. ${explainIssues(schema, value, parsed.error.issues)[0] ?? ''}`, { code: 'input-invalid', hint: 'Write it again with this version of ssot-audit.' });
}

function commitOf({ commit }: IssuesFlags, root: string): string | undefined {
  if (commit !== undefined && !COMMIT.test(commit)) throw new UserError(`--commit: "${commit}" is no commit.`, { code: 'unknown-commit', hint: 'At least seven digits of its hash.' });
  const sha = commit ?? process.env['GITHUB_SHA'] ?? headOf(root);
  return sha !== undefined && COMMIT.test(sha) ? sha : undefined;
}

/** The run of the CI, else what was read: the same files again are the same run. */
function runOf({ run }: IssuesFlags, text: string): string {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = process.env;
  if (run !== undefined) return runWord(run);
  return runWord(GITHUB_RUN_ID ? `${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT || '1'}` : hashOf(text, 12));
}

function stickyRequest(pullRequest: number, repository: string, steps: readonly Step[], withheld: readonly Withheld[]): PlannedRequest {
  const outcomes = steps.map((step): Outcome => ({ step, ...(step.do === 'create' ? {} : { number: step.issue.number }) }));
  return { method: 'POST', path: `/repos/${repository}/issues/${pullRequest}/comments`, body: stickyText(outcomes, withheld), why: 'the comment of the pull request, or a change of it' };
}

async function comment(tracker: IssueTracker, pullRequest: number, outcomes: readonly Outcome[], withheld: readonly Withheld[]): Promise<string> {
  const numbers = new Set(outcomes.flatMap(({ number, step }) => [number, ...(step.do === 'create' ? [] : [step.issue.number])].filter((value) => value !== undefined)));
  return postSticky(tracker, pullRequest, stickyText(outcomes, withheld), numbers);
}

function writeBodies(folder: string, requests: readonly PlannedRequest[]): void {
  for (const [index, { body, title, path, method }] of requests.entries()) {
    if (body === undefined) continue;
    const name = `${String(index + 1).padStart(2, '0')}-${(title ?? `${method}-${path.split('/').slice(4).join('-')}`).replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80)}.md`;
    writeFileWhole(join(resolve(folder), name), `${body}\n`);
  }
}

function dryRunText(requests: readonly PlannedRequest[], withheld: readonly Withheld[], out: string | undefined): string {
  const lines = requests.flatMap(({ method, path, title, labels, assignees, state, body, why }) => [
    `${method} ${path}`,
    ...(title === undefined ? [] : [`  title   ${printable(title)}`]),
    ...(labels === undefined ? [] : [`  labels  ${labels.map(printable).join(', ')}`]),
    ...(assignees === undefined ? [] : [`  assign  ${assignees.join(', ')}`]),
    ...(state === undefined ? [] : [`  state   ${state}`]),
    ...(body === undefined ? [] : [`  body    ${plural(body.length, 'character')}`]),
    `  because ${printable(why)}`,
  ]);
  const closing = requests.length === 0 ? 'Nothing to send.' : `${plural(requests.length, 'request')}; nothing was sent. --create sends ${requests.length === 1 ? 'it' : 'them'}${out === undefined ? ', --out <dir> writes the bodies' : ''}.`;
  return `${[...lines, ...withheldLines(withheld), closing].join('\n')}\n`;
}

function summaryText(outcomes: readonly Outcome[], withheld: readonly Withheld[]): string {
  const done = outcomes.filter(({ step, failure }) => step.do !== 'leave' && failure === undefined);
  const created = done.filter(({ step }) => step.do === 'create').length;
  const closed = done.filter(({ step }) => step.do === 'update' && step.patch.state === 'closed').length;
  const reopened = done.filter(({ step }) => step.do === 'update' && step.patch.state === 'open').length;
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  const left = outcomes.filter(({ step }) => step.do === 'leave').length;
  const counts = [`${created} created`, `${done.length - created - closed - reopened} updated`, `${closed} closed`, `${reopened} reopened`, `${left} left alone`, ...(failed > 0 ? [`${failed} failed`] : [])];
  return `${[...withheldLines(withheld), `${counts.join(', ')}.`].join('\n')}\n`;
}

function withheldLines(withheld: readonly Withheld[]): string[] {
  return withheld.map(({ title, reason }) => `not filed: ${printable(title)}: ${printable(reason)}`);
}

function outcomeText({ step, number, failure }: Outcome): string {
  const title = step.do === 'create' ? step.draft.title : step.issue.title;
  const what = failure !== undefined ? `failed: ${failure}` : step.do === 'create' ? 'created' : step.do === 'leave' ? `left alone: ${step.why}`
    : step.patch.state === 'closed' ? `closed: ${step.why}` : step.patch.state === 'open' ? `reopened: ${step.why}` : `updated: ${step.why}`;
  return `${number === undefined ? '' : `#${number} `}${title} ${what}`;
}

function outcomeJson(outcome: Outcome): object {
  const { step, number, url, failure } = outcome;
  return { did: didWord(outcome), number, url, title: step.do === 'create' ? step.draft.title : step.issue.title, why: step.why, failure };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
