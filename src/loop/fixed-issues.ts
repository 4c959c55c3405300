import type { Ledger } from '../issues/ledger.js';
import { hashOf } from '../util/hash.js';
import { UserError } from '../util/user-error.js';
import { listRuns, openRun, type RunStore } from './run-store.js';

export interface FixedIssue {
  number: number;
  title: string;
}

/**
 * Filed issues whose failure is gone: an earlier run that is kept had it, the ledger knows its issue, this run does not have it, and every test that
 * failed by it passed.
 * @param passed identities of the tests that passed in reports of strong evidence
 */
export function fixedIssues(root: string, store: RunStore, ledger: Ledger, passed: ReadonlySet<string>): FixedIssue[] {
  const failing = new Set((store.phase('classification')?.failures ?? []).map(({ fingerprint }) => hashOf(fingerprint, 12)));
  const known = ledger.entries();
  const fixed = new Map<number, FixedIssue>();
  for (const { drafts, failures } of earlierRuns(root, store.id)) {
    for (const { fingerprint, cluster, title } of drafts) {
      const number = known.get(fingerprint)?.number;
      const failure = failures.find((entry) => hashOf(entry.fingerprint, 12) === cluster);
      if (number === undefined || cluster === undefined || failure === undefined || failing.has(cluster)) continue;
      if (failure.keys.length > 0 && failure.keys.every((key) => passed.has(key))) fixed.set(number, { number, title });
    }
  }
  return [...fixed.values()].sort((a, b) => a.number - b.number);
}

function earlierRuns(root: string, current: string): { drafts: readonly { fingerprint: string; cluster?: string | undefined; title: string }[]; failures: readonly { fingerprint: string; keys: readonly string[] }[] }[] {
  return listRuns(root).filter((id) => id < current).flatMap((id) => {
    try {
      const run = openRun(root, id);
      return [{ drafts: run.phase('issues')?.drafts ?? [], failures: run.phase('classification')?.failures ?? [] }];
    } catch (error) {
      if (error instanceof UserError) return []; // a damaged record of the past stops nothing
      throw error;
    }
  });
}
