import { join, relative, resolve } from 'node:path';
import type { Config } from '../config/schema.js';
import type { LoopConfig } from '../config/loop-schema.js';
import { originOf } from '../discover/git-remote.js';
import { LEDGER_FILE, openLedger } from '../issues/ledger.js';
import { isKnown, ledgerKey, missingForFiling, repositoryOf, tokenOf } from '../issues/repository.js';
import { summaryOf } from '../loop/diff-runs.js';
import { InterruptedError, type LoopContext, type LoopFiling } from '../loop/loop-context.js';
import { requireSameRun, runIdOf, runLoop, type LoopOutcome } from '../loop/loop.js';
import { createRun, freeRunId, listRuns, openRun, type RunStore } from '../loop/run-store.js';
import { loopPhases, type LoopPhase, type RunRecord } from '../model/loop-records.js';
import { definedOnly } from '../util/defined-only.js';
import { hashOf } from '../util/hash.js';
import { isRevision, runGit } from '../util/run-git.js';
import { toolVersion } from '../util/tool-version.js';
import { UserError } from '../util/user-error.js';
import { findTarget, type Target, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { REPORT_DIR, type RunFlags } from './run-scan.js';

export interface LoopFlags extends TargetFlags, Pick<RunFlags, 'cache' | 'cacheDir' | 'threads' | 'quiet'> {
  phase?: LoopPhase[];
  resume?: string | true;
  focus?: string[];
  /** Seconds. */
  budget?: number;
  base?: string;
  deploy?: boolean;
  allowUnhealthy?: boolean;
  /** Files the issues. */
  create?: boolean;
  /** Opens or updates the pull request of the branch. */
  pr?: boolean;
  repo?: string;
  apiUrl?: string;
}

/** `ssot-audit loop`: runs the phases, prints where the worklog is and what came of it. */
export async function loopCommand(flags: LoopFlags): Promise<number> {
  const target = await findTarget([], flags);
  const { loop } = target.config;
  if (loop === undefined) {
    throw new UserError(`${target.configFile ?? 'There is no configuration, and so it'} has no section "loop".`, { code: 'config-invalid', hint: 'Write down services and suites: docs/configuration.md, section "loop"; `ssot-audit init` proposes one.' });
  }
  if (flags.base !== undefined && !isRevision(flags.base)) throw new UserError(`--base "${flags.base}" is no revision.`, { code: 'bad-revision' });
  const unknown = flags.phase?.find((phase) => !loopPhases.includes(phase));
  if (unknown !== undefined) throw new UserError(`--phase: there is no phase "${unknown}".`, { code: 'bad-flag', hint: `Phases: ${loopPhases.join(', ')}` });
  const begin = (): RunStore => storeFor(target, target.config, loop, flags);
  const resumed = flags.resume === undefined ? undefined : begin();
  const filing = await filingFor(target, resumed?.run ?? { branch: branchOf(target.root) }, flags);
  const store = resumed ?? begin();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.removeAllListeners('SIGINT');
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const say = (line: string): void => void (flags.quiet || process.stderr.write(`${line}\n`));
  const context: LoopContext = {
    root: target.root, config: target.config, loop, store, env: process.env, now: () => new Date(), signal: abort.signal, say, filing,
    stream: (text) => void (flags.quiet || process.stderr.write(text)),
    scanOptions: scanOptionsOf(target, flags),
  };
  try {
    const outcome = await runLoop(context, flags.phase ?? loopPhases);
    await writeStdout(summaryText(store, outcome));
    return exitCodeOf(store, outcome);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    process.stderr.write(`ssot-audit: stopped. What was finished is kept; go on with: ssot-audit loop --resume ${store.id}\n`);
    return 130;
  }
}

function storeFor(target: Target, config: Config, loop: LoopConfig, flags: LoopFlags): RunStore {
  const commit = runGit(target.root, ['rev-parse', 'HEAD'])?.trim();
  const configHash = hashOf(JSON.stringify({ ...config, plugins: config.plugins.map(({ meta }) => meta.id) }), 16);
  if (flags.resume !== undefined) {
    const store = openRun(target.root, flags.resume === true ? undefined : flags.resume);
    requireSameRun(store.run, { commit, configHash });
    return store;
  }
  const startedAt = new Date();
  const run: RunRecord = {
    schemaVersion: 1, id: freeRunId(target.root, runIdOf(startedAt, commit)), tool: { name: 'ssot-audit', version: toolVersion() }, startedAt: startedAt.toISOString(), environment: loop.environment, configHash,
    focus: flags.focus ?? [], deploy: flags.deploy ?? false, allowUnhealthy: flags.allowUnhealthy ?? false,
    ...definedOnly({
      commit, subject: runGit(target.root, ['show', '-s', '--format=%s', 'HEAD'])?.trim(), branch: branchOf(target.root),
      dirtyFiles: runGit(target.root, ['status', '--porcelain', '-z', '--no-renames', '--', ':/', ':(exclude).ssot-audit'])?.split('\0').filter((entry) => entry !== '').length,
      base: flags.base, budgetSeconds: flags.budget, create: flags.create, pullRequest: flags.pr, previous: previousRun(target.root),
    }),
  };
  return createRun(target.root, run);
}

/** The last run that ran tests; one whose records cannot be read is passed over. */
function previousRun(root: string): RunRecord['previous'] {
  for (const id of listRuns(root).reverse()) {
    try {
      const summary = summaryOf(openRun(root, id));
      if (summary !== undefined) return summary;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      process.stderr.write(`ssot-audit: run ${id} is not compared with: ${error.message}\n`);
    }
  }
  return undefined;
}

/** Where issues go. What is missing for sending them is said before anything runs. */
async function filingFor({ root, config }: Target, run: Pick<RunRecord, 'create' | 'pullRequest' | 'branch'>, flags: LoopFlags): Promise<LoopFiling> {
  const [issues, pullRequest] = [flags.create ?? run.create ?? false, flags.pr ?? run.pullRequest ?? false];
  const repository = repositoryOf({ repo: flags.repo, apiUrl: flags.apiUrl, configured: config.issues.repository, env: process.env, origin: () => originOf(root) });
  const filing = { repository, ledger: openLedger(join(root, LEDGER_FILE), ledgerKey(repository)) };
  if (!issues && !pullRequest) return filing;
  const token = tokenOf(process.env);
  if (token === undefined || !isKnown(repository)) throw missingForFiling(repository, issues ? '--create' : '--pr');
  if (pullRequest && run.branch === undefined) throw new UserError('--pr: no branch is checked out.', { code: 'bad-flag', hint: 'git switch -c <branch>, and push it.' });
  const { openTracker } = await import('../issues/open-tracker.js'); // Octokit is loaded only by those who send
  return { ...filing, send: { ...openTracker(repository, { token, label: config.issues.label, userAgent: `ssot-audit/${toolVersion()}` }), issues, pullRequest } };
}

/** The branch that is checked out; a CI that checks out a commit says it by itself. */
function branchOf(root: string): string | undefined {
  const name = runGit(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'])?.trim();
  return name ?? (process.env['GITHUB_HEAD_REF'] || process.env['GITHUB_REF_NAME'] || undefined);
}

function scanOptionsOf(target: Target, flags: LoopFlags): LoopContext['scanOptions'] {
  const cacheDir: string | false | undefined = flags.cache === false ? false : flags.cacheDir === undefined ? undefined : resolve(flags.cacheDir);
  return { without: [REPORT_DIR, '.ssot-audit', target.config.baseline], today: new Date().toISOString().slice(0, 10), ...definedOnly({ threads: flags.threads, cacheDir }) };
}

/** 0: every phase went through, every suite gave strong evidence and nothing failed. 1: anything else that was found. */
function exitCodeOf(store: RunStore, { refused }: LoopOutcome): number {
  if (refused) return 1;
  const suites = store.phase('execution')?.suites ?? [];
  const failures = store.phase('classification')?.failures ?? [];
  return failures.length > 0 || suites.some(({ evidence }) => evidence !== 'strong') || store.phase('audit')?.verdict === 'NOT PROVEN' || (store.phase('issues')?.problems.length ?? 0) > 0 ? 1 : 0;
}

function summaryText(store: RunStore, { records, refused }: LoopOutcome): string {
  const worklog = relative(process.cwd(), store.path('worklog.md')) || store.path('worklog.md');
  return [
    ...records.map(({ phase, statement, status }) => `${phase.padEnd(15)}${status === 'refused' ? 'REFUSED: ' : ''}${statement}`),
    ...(refused ? ['The phases after it did not run.'] : []),
    `worklog: ${worklog}`, '',
  ].join('\n');
}

export interface WorklogFlags extends TargetFlags {
  format: 'markdown' | 'json';
}

/** `ssot-audit worklog [run]`: the worklog of a run, from its records, the same bytes every time. */
export async function worklogCommand(id: string | undefined, flags: WorklogFlags): Promise<number> {
  const target = await findTarget([], flags);
  const { worklogOf } = await import('../loop/worklog.js');
  const { markdown, json } = worklogOf(openRun(target.root, id));
  await writeStdout(flags.format === 'json' ? json : markdown);
  return 0;
}
