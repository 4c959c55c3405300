import { loopPhases, type LoopPhase, type PhaseRecord, type RunRecord } from '../model/loop-records.js';
import { UserError } from '../util/user-error.js';
import { appendHistory } from './history.js';
import { historyLineOf } from './history-line.js';
import { checkInterrupted, type LoopContext } from './loop-context.js';
import { analysisPhase } from './phases/analysis.js';
import { auditPhase } from './phases/audit.js';
import { classificationPhase } from './phases/classification.js';
import { deploymentPhase } from './phases/deployment.js';
import { executionPhase } from './phases/execution.js';
import { issuesPhase } from './phases/issues.js';
import { selectionPhase } from './phases/selection.js';
import { pruneRuns } from './run-store.js';
import { worklogOf } from './worklog.js';

const PHASES: { readonly [P in LoopPhase]: (context: LoopContext) => Promise<PhaseRecord> } = {
  deployment: deploymentPhase,
  selection: selectionPhase,
  execution: executionPhase,
  classification: classificationPhase,
  analysis: analysisPhase,
  audit: auditPhase,
  issues: issuesPhase,
};

/** What a phase reads of the records before it. */
const NEEDS: { readonly [P in LoopPhase]: readonly LoopPhase[] } = {
  deployment: [],
  selection: [],
  execution: ['selection'],
  classification: ['selection', 'execution'],
  analysis: ['classification'],
  audit: [],
  issues: ['classification'],
};

export interface LoopOutcome {
  records: readonly PhaseRecord[];
  refused: boolean;
}

/**
 * The third pipeline: deployment, selection, execution, classification, analysis, audit, issues. Each phase leaves a record, and a phase that has
 * one is not run again, so a killed run goes on where it was. The worklog is written from the records after every phase.
 * @param asked phases to run; absent: all
 * @throws InterruptedError when the signal is raised; UserError when a phase lacks the record of an earlier one
 */
export async function runLoop(context: LoopContext, asked: readonly LoopPhase[] = loopPhases): Promise<LoopOutcome> {
  const { store, loop, root } = context;
  const records: PhaseRecord[] = [];
  let refused = false;
  for (const phase of loopPhases.filter((name) => asked.includes(name))) {
    checkInterrupted(context);
    const missing = NEEDS[phase].find((needed) => store.phase(needed) === undefined);
    if (missing !== undefined) {
      throw new UserError(`Phase "${phase}" needs the record of "${missing}", and run ${store.id} has none.`, { code: 'phase-missing', hint: `Run it too: --phase ${missing} --phase ${phase}; or continue a run that has it: --resume <run> --phase ${phase}` });
    }
    const before = isOnlyDrafted(context, phase) ? undefined : store.phase(phase);
    const record = before ?? await PHASES[phase](context);
    if (before === undefined) store.writePhase(record);
    records.push(record);
    context.say(`${phase}: ${record.statement}`);
    writeWorklog(context);
    if (record.status === 'refused') {
      refused = true;
      break;
    }
  }
  if (loopPhases.every((phase) => store.phase(phase) !== undefined)) {
    appendHistory(root, historyLineOf(store));
    const removed = pruneRuns(root, loop.keep, store.id);
    if (removed.length > 0) context.say(`removed the oldest runs beyond loop.keep: ${removed.join(', ')}`);
  }
  return { records, refused };
}

/** A run whose issues were drafted only may be told later to send them: its other phases stay as they are. */
function isOnlyDrafted({ store, filing: { send } }: LoopContext, phase: LoopPhase): boolean {
  const record = phase === 'issues' ? store.phase('issues') : undefined;
  return record !== undefined && send !== undefined && ((send.issues && record.filedIn === undefined) || (send.pullRequest && record.pullRequestAt === undefined));
}

/** The worklog beside its records: Markdown for people, JSON for programs. */
function writeWorklog({ store }: LoopContext): void {
  const { markdown, json } = worklogOf(store);
  store.keep('worklog.md', markdown);
  store.keep('worklog.json', json);
}

/** `20261122T153000Z-1a2b3c4`: ids sort by time. */
export function runIdOf(startedAt: Date, commit: string | undefined): string {
  const time = startedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z');
  return commit === undefined ? time : `${time}-${commit.slice(0, 7)}`;
}

/** A run may go on only over the tree and the configuration that it began with: its records would speak of something else. */
export function requireSameRun(run: RunRecord, { commit, configHash }: { commit: string | undefined; configHash: string }): void {
  const changes = [...(run.commit === commit ? [] : [`the commit is ${commit?.slice(0, 9) ?? 'unknown'} and was ${run.commit?.slice(0, 9) ?? 'unknown'}`]), ...(run.configHash === configHash ? [] : ['the configuration has changed'])];
  if (changes.length === 0) return;
  throw new UserError(`Run ${run.id} cannot go on: ${changes.join(', and ')} since it began.`, { code: 'run-changed', hint: 'Start a new run: ssot-audit loop' });
}
