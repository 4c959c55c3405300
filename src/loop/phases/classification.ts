import { greenTests } from '../../issues/green-tests.js';
import { link } from '../../link.js';
import { openRepositoryView } from '../../linker/repository-view.js';
import type { LinkResult } from '../../model/link-result.js';
import type { Classified, PhaseRecordOf, RunRecord, SuiteRecord } from '../../model/loop-records.js';
import { scanResultSchema } from '../../model/result.js';
import type { TestRun } from '../../model/test-run.js';
import { compareText } from '../../util/compare.js';
import { definedOnly } from '../../util/defined-only.js';
import { plural } from '../../util/plural.js';
import { classifyFailures, type FlakyTest } from '../classify-failures.js';
import { judgedRun } from '../judged-run.js';
import { commonOf, keepJson, type LoopContext } from '../loop-context.js';

/** Where phase 3 keeps what phase 4 tells: failures are clustered and linked once. */
export const LINK_FILE = 'link.json';

/** Phase 3: groups the failures of all suites and gives each a priority by rule. */
export async function classificationPhase(context: LoopContext): Promise<PhaseRecordOf<'classification'>> {
  const { config, store } = context;
  const startedAt = context.now().toISOString();
  const suites = store.phase('execution')!.suites;
  const { run, suiteOf } = judgedRun(context, suites);
  const linked = run === undefined ? undefined : await linkRun(context, run);
  if (linked !== undefined) keepJson(store, LINK_FILE, linked);
  const failures = classifyFailures(linked?.clusters ?? [], suites, suiteOf, run === undefined ? [] : flakyTests(run, store.folder, suiteOf), config.issues);
  const counts = ['P0', 'P1', 'P2', 'P3'].map((priority) => [priority, failures.filter((failure) => failure.priority === priority).length] as const).filter(([, count]) => count > 0);
  const statement = failures.length === 0 ? statementOfNone(suites) : `${plural(failures.length, 'failure')}: ${counts.map(([priority, count]) => `${count} ${priority}`).join(', ')}.`;
  return { ...commonOf(context, 'classification', startedAt, statement, 'done', linked?.problems), phase: 'classification', failures, gone: goneFailures(store.run.previous, failures, linked) };
}

/** What the run before had and this one has not. A test that was deleted, renamed or skipped does not fail either: only one that passed shows something. */
function goneFailures(previous: RunRecord['previous'], failures: readonly Classified[], linked: LinkResult | undefined): PhaseRecordOf<'classification'>['gone'] {
  const now = new Set(failures.map(({ fingerprint }) => fingerprint));
  const passed = linked === undefined ? new Set<string>() : greenTests([linked], [], []).passed;
  const gone = (previous?.failures ?? []).filter(({ fingerprint, flaky }) => !flaky && !now.has(fingerprint));
  return gone.map(({ fingerprint, title, keys }) => ({ fingerprint, title, proven: keys.length > 0 && keys.every((key) => passed.has(key)) }));
}

/** No failure is good news only where tests ran. */
function statementOfNone(suites: readonly SuiteRecord[]): string {
  const weak = suites.filter(({ evidence }) => evidence !== 'strong').map(({ name }) => name);
  if (suites.length === 0) return 'No failure, and no suite that ran.';
  return weak.length === 0 ? 'No failure.' : `No failure is told; ${weak.join(', ')} ${weak.length === 1 ? 'gives' : 'give'} no full evidence of it.`;
}

async function linkRun(context: LoopContext, run: TestRun): Promise<LinkResult> {
  const { root, config, store, scanOptions } = context;
  context.say('linking failures to the code');
  const saved = store.phase('selection')?.scan;
  const text = saved === undefined ? undefined : store.text(saved);
  const view = await openRepositoryView({
    ...scanOptions, root, config, ...definedOnly({ scan: text === undefined ? undefined : scanResultSchema.parse(JSON.parse(text)), since: store.run.base }),
  });
  return relocated(link(run, view), store.folder);
}

/** Reports named by their place in the run's folder: a run that is moved or resumed elsewhere says the same. */
function relocated(result: LinkResult, folder: string): LinkResult {
  return JSON.parse(JSON.stringify(result).replaceAll(JSON.stringify(`${folder}/`).slice(1, -1), '')) as LinkResult;
}

function flakyTests({ results, sources }: TestRun, folder: string, suiteOf: (report: string) => string): FlakyTest[] {
  const flaky = results.filter((test) => test.flaky);
  return flaky.map(({ id, title, attempts, report }) => ({ id, title, attempts: attempts.length, suite: suiteOf((report ?? sources[0]!.path).replace(`${folder}/`, '')) })).sort((a, b) => compareText(a.id, b.id));
}
