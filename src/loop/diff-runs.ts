import type { RunDifference, RunRecord } from '../model/loop-records.js';
import type { RunStore } from './run-store.js';

/** Compares a run with the summary of the one before that it carries: failures by fingerprint, suites by name. */
export function diffRuns(store: RunStore): RunDifference {
  const difference: RunDifference = { added: [], still: [], fixed: [], unproven: [], flaky: [], suites: [] };
  const { previous } = store.run;
  const failures = store.phase('classification')?.failures;
  const suites = store.phase('execution')?.suites;
  if (previous === undefined || failures === undefined || suites === undefined) return difference;
  const before = new Map(previous.failures.map((failure) => [failure.fingerprint, failure]));
  for (const { fingerprint, title, flaky } of failures) {
    if (flaky) difference.flaky.push(title);
    else if (before.has(fingerprint)) difference.still.push(title);
    else difference.added.push(title);
  }
  for (const { title, proven } of store.phase('classification')!.gone) (proven ? difference.fixed : difference.unproven).push(title);
  for (const { name, evidence } of suites) {
    const earlier = previous.suites.find((suite) => suite.name === name);
    if (earlier !== undefined && earlier.evidence !== evidence) difference.suites.push(`${name}: evidence was ${earlier.evidence} and is ${evidence}.`);
  }
  for (const { name } of previous.suites) if (!suites.some((suite) => suite.name === name)) difference.suites.push(`${name} ran last time and did not run.`);
  return difference;
}

/** What the next run has to know of this one; undefined when it ran no test. */
export function summaryOf(store: RunStore): RunRecord['previous'] {
  const execution = store.phase('execution');
  if (execution === undefined) return undefined;
  return {
    id: store.id,
    ...(store.run.commit === undefined ? {} : { commit: store.run.commit }),
    suites: execution.suites.map(({ name, evidence, counts }) => ({ name, evidence, failed: (counts.failed ?? 0) + (counts.errored ?? 0), passed: counts.passed ?? 0 })),
    failures: (store.phase('classification')?.failures ?? []).map(({ fingerprint, title, flaky, keys }) => ({ fingerprint, title, flaky, keys })),
  };
}
