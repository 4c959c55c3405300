import type { IssueTracker, PullRequestHost } from '../issues/issue-tracker.js';
import type { Ledger } from '../issues/ledger.js';
import type { Repository } from '../issues/repository.js';
import type { Config } from '../config/schema.js';
import type { LoopConfig } from '../config/loop-schema.js';
import type { Artifact, LoopPhase, PhaseRecord } from '../model/loop-records.js';
import type { ScanOptions } from '../scan.js';
import { hashOf } from '../util/hash.js';
import { loopPhases } from '../model/loop-records.js';
import type { RunStore } from './run-store.js';

/** What every phase works with. The clock, the environment and the signal come from the edge. */
export interface LoopContext {
  /** Absolute. */
  root: string;
  config: Config;
  loop: LoopConfig;
  store: RunStore;
  filing: LoopFiling;
  scanOptions: Omit<ScanOptions, 'root' | 'config'>;
  /** What commands are started with. */
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  signal: AbortSignal;
  /** A line for the person who waits. */
  say(line: string): void;
  /** Output of a suite as it comes. */
  stream(text: string): void;
}

/** Where issues and the pull request go. */
export interface LoopFiling {
  repository: Repository;
  ledger: Ledger;
  /** Absent: nothing is sent. */
  send?: { tracker: IssueTracker & PullRequestHost; settle: number; issues: boolean; pullRequest: boolean };
}

/** What all records have in common, for a phase that began at `startedAt` and ends now. */
export function commonOf(context: LoopContext, phase: LoopPhase, startedAt: string, statement: string, status: PhaseRecord['status'] = 'done', problems: readonly string[] = []): Omit<PhaseRecord, 'phase'> & { schemaVersion: 1 } {
  const { store } = context;
  return {
    schemaVersion: 1,
    status,
    startedAt,
    finishedAt: context.now().toISOString(),
    statement,
    ...(store.run.commit === undefined ? {} : { commit: store.run.commit }),
    environment: store.run.environment,
    inputHash: inputHashOf(context, phase),
    problems: [...problems],
  } as Omit<PhaseRecord, 'phase'> & { schemaVersion: 1 };
}

/** Hash of what a phase starts from: configuration, commit, and what the phases before it found. */
function inputHashOf({ store }: LoopContext, phase: LoopPhase): string {
  const before = loopPhases.slice(0, loopPhases.indexOf(phase)).map((earlier) => store.phase(earlier));
  return hashOf(JSON.stringify([store.run.configHash, store.run.commit, store.run.base, before]), 16);
}

/** Stops between two steps when the person has asked to. */
export function checkInterrupted({ signal }: LoopContext): void {
  if (signal.aborted) throw new InterruptedError();
}

/** The person stopped the run; what was recorded stays, and `--resume` goes on from there. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted');
    this.name = 'InterruptedError';
  }
}

/** JSON kept as a file of the run. */
export function keepJson(store: RunStore, path: string, value: unknown): Artifact {
  return store.keep(path, `${JSON.stringify(value, null, 1)}\n`);
}
