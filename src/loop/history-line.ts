import { scanResultSchema } from '../model/result.js';
import type { HistoryLine } from './history.js';
import type { RunStore } from './run-store.js';

/** What the history keeps of a finished run. */
export function historyLineOf(store: RunStore): HistoryLine {
  const { run } = store;
  const execution = store.phase('execution');
  const scanText = store.phase('selection') === undefined ? undefined : store.text(store.phase('selection')!.scan);
  const scan = scanText === undefined ? undefined : scanResultSchema.parse(JSON.parse(scanText));
  const violations: Record<string, number> = {};
  for (const { ruleId, severity, suppression } of scan?.findings ?? []) {
    if (severity !== 'info' && suppression === undefined) violations[ruleId] = (violations[ruleId] ?? 0) + 1;
  }
  return {
    schemaVersion: 1,
    run: run.id,
    at: run.startedAt,
    environment: run.environment,
    suites: (execution?.suites ?? []).map(({ name, evidence, counts, run: { startedAt, finishedAt } }) => ({
      name, evidence, failed: (counts.failed ?? 0) + (counts.errored ?? 0), passed: counts.passed ?? 0, seconds: Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 100) / 10,
    })),
    failures: (store.phase('classification')?.failures ?? []).map(({ fingerprint, title, priority }) => ({ fingerprint, title, priority })),
    violations,
    verdict: store.phase('audit')?.verdict ?? 'unknown',
    ...(run.commit === undefined ? {} : { commit: run.commit }),
    ...(scan === undefined ? {} : { rulesetHash: scan.rulesetHash }),
  };
}
