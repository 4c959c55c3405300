import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import type { LoopSuite } from '../../config/loop-schema.js';
import type { Artifact, PhaseRecordOf, SelectedSuite, SuiteRecord } from '../../model/loop-records.js';
import type { TestRun } from '../../model/test-run.js';
import { readTestResults } from '../../test-results/read-test-results.js';
import { compareText } from '../../util/compare.js';
import { definedOnly } from '../../util/defined-only.js';
import { hashOf } from '../../util/hash.js';
import { plural } from '../../util/plural.js';
import { redact } from '../../util/redact.js';
import { UserError } from '../../util/user-error.js';
import { judgeSuite } from '../judge-suite.js';
import { checkInterrupted, commonOf, InterruptedError, type LoopContext } from '../loop-context.js';
import { endLeftover, runCommand } from '../run-command.js';
import { listRuns, openRun, slug } from '../run-store.js';

/** Bytes of one report that are kept; a larger one is read where it lies and only its hash is recorded. */
const MAX_KEPT_REPORT = 50_000_000;

/** Phase 2: runs the selected suites in their order and judges what each is worth. A suite that a killed run finished is not run again. */
export async function executionPhase(context: LoopContext): Promise<PhaseRecordOf<'execution'>> {
  const { loop, store } = context;
  const startedAt = context.now().toISOString();
  const selection = store.phase('selection');
  if (selection === undefined) throw new UserError('Phase "execution" needs the record of "selection".', { code: 'phase-missing', hint: 'Run that phase first, or all: ssot-audit loop' });
  // Said and not recorded: the worklog of a run that was killed and resumed is that of a run that was not.
  if (endLeftover(store.path('running.json'))) context.say('a command that the killed run had left running was ended');
  const suites: SuiteRecord[] = [];
  const notRun: { name: string; reason: string }[] = [];
  for (const selected of selection.suites) {
    checkInterrupted(context);
    const suite = loop.suites.find(({ name }) => name === selected.name);
    if (!selected.selected || suite === undefined) {
      notRun.push({ name: selected.name, reason: selected.reasons.find((reason) => reason.startsWith('left out')) ?? 'it is no longer in the configuration' });
      continue;
    }
    const finished = store.suite(suite.name);
    const record = finished ?? await runSuite(context, suite, selected);
    if (finished === undefined) store.writeSuite(record);
    suites.push(record);
    context.say(`${suite.name}: ${countsText(record)}; evidence: ${record.evidence}`);
  }
  const strong = suites.filter(({ evidence }) => evidence === 'strong').length;
  const statement = `${plural(suites.length, 'suite')} ran, ${strong} with strong evidence.`;
  return { ...commonOf(context, 'execution', startedAt, statement), phase: 'execution', suites, notRun };
}

async function runSuite(context: LoopContext, suite: LoopSuite, selected: SelectedSuite): Promise<SuiteRecord> {
  const { root, store } = context;
  const cwd = resolve(root, suite.cwd);
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`loop.suites "${suite.name}": there is no folder "${suite.cwd}".`, { code: 'config-invalid', hint: `Looked for ${cwd}` });
  }
  context.say(`running ${suite.name}: ${suite.command}`);
  const folder = `suites/${slug(suite.name)}`;
  mkdirSync(store.path(folder), { recursive: true });
  const started = context.now();
  const outcome = await runCommand({
    command: suite.command, cwd, env: { ...context.env, ...suite.environment }, timeoutSeconds: suite.timeout,
    runningFile: store.path('running.json'), signal: context.signal, onOutput: context.stream,
  });
  if (outcome.stoppedBy === 'interrupted') throw new InterruptedError();
  const finished = context.now();
  const output = redact(outcome.output);
  const outputArtifact = store.keep(`${folder}/output.txt`, output);
  const { fresh, stale } = findReports(cwd, suite.reports, started);
  const kept = fresh.map((path) => keepReport(context, cwd, path, folder));
  const run = readRun(root, kept.length > 0 ? kept.map(({ path }) => path) : suite.reports.length === 0 ? [store.path(outputArtifact.path)] : []);
  const reports = kept.map(({ artifact }) => artifact);
  const judged = judgeSuite({
    suite, run, files: selected.files, mocking: selected.mocking, staleReports: stale,
    texts: [outcome.output, ...kept.map(({ text }) => text)],
    sameReport: reports.length > 0 && isSameAsBefore(context, suite.name, reports),
    ...definedOnly({ exitCode: outcome.exitCode, stoppedBy: outcome.stoppedBy, startError: outcome.startError }),
  });
  return {
    name: suite.name, priority: suite.priority, tags: [...suite.tags], reports, formats: [...new Set((run?.sources ?? []).map(({ dialect, format }) => dialect ?? format))].sort(compareText),
    ...judged,
    run: {
      command: suite.command, cwd: suite.cwd, startedAt: started.toISOString(), finishedAt: finished.toISOString(), output: outputArtifact, outputDropped: outcome.dropped,
      ...definedOnly({ exitCode: outcome.exitCode, signal: outcome.signal, stoppedBy: outcome.stoppedBy }),
    },
  };
}

/** Reports that match, parted by whether this run wrote them. File times may be as coarse as two seconds. */
function findReports(cwd: string, globs: readonly string[], started: Date): { fresh: string[]; stale: string[] } {
  if (globs.length === 0) return { fresh: [], stale: [] };
  const found = fastGlob.sync([...globs], { cwd, dot: true, onlyFiles: true, followSymbolicLinks: false, suppressErrors: true }).sort(compareText);
  const isFresh = (path: string): boolean => statSync(join(cwd, path)).mtimeMs >= started.getTime() - 2_000;
  return { fresh: found.filter(isFresh), stale: found.filter((path) => !isFresh(path)) };
}

function keepReport({ store }: LoopContext, cwd: string, path: string, folder: string): { artifact: Artifact; path: string; text: string } {
  const file = join(cwd, path);
  const bytes = readFileSync(file);
  const isText = !bytes.subarray(0, 8000).includes(0);
  const target = `${folder}/reports/${path.replace(/[^\w./-]+/g, '_').replace(/\.\.\//g, '')}`;
  if (isText && bytes.length <= MAX_KEPT_REPORT) {
    const text = redact(bytes.toString('utf8'));
    const artifact = store.keep(target, text);
    return { artifact, path: store.path(target), text };
  }
  return { artifact: { path: file, hash: hashOf(bytes), bytes: bytes.length }, path: file, text: '' };
}

function readRun(root: string, paths: readonly string[]): TestRun | undefined {
  const there = paths.filter((path) => existsSync(path));
  if (there.length === 0) return undefined;
  try {
    return readTestResults(there, { root });
  } catch (error) {
    if (error instanceof UserError) return undefined; // nothing in them is a report: said as a sign of the suite
    throw error;
  }
}

/** A report that is the same to the last byte as in the run before was not written by running tests: their times differ. */
function isSameAsBefore({ root, store }: LoopContext, suite: string, reports: readonly Artifact[]): boolean {
  const ids = listRuns(root);
  const previous = ids[ids.indexOf(store.id) - 1];
  if (previous === undefined) return false;
  const before = openRun(root, previous).suite(suite);
  return before !== undefined && before.reports.length === reports.length && reports.every(({ hash }, index) => before.reports[index]!.hash === hash);
}

function countsText({ counts }: SuiteRecord): string {
  const { passed = 0, failed = 0, errored = 0, skipped = 0 } = counts;
  return `${passed} passed, ${failed + errored} failed, ${skipped} skipped`;
}
