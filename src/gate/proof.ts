import { environmentMatrix } from '../facts/environment-matrix.js';
import type { FactIndex } from '../facts/fact-index.js';
import type { Proof } from '../model/proof.js';
import type { changeKinds, ScanResult } from '../model/result.js';
import type { TestRun } from '../model/test-run.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { plural } from '../util/plural.js';
import { listed } from './apply-comparison.js';

export interface ProofInput {
  result: ScanResult;
  facts: FactIndex;
  /** Paths of the tree that differ from the base, and of the base that are gone. */
  changedFiles: readonly string[];
  /** What the base offered to importers, of its changed files: path to exported names. */
  exportedBefore: ReadonlyMap<string, readonly string[]>;
  renames: ReadonlyMap<string, string>;
  /** Reports of the tests; absent when none were given. */
  run?: TestRun | undefined;
  /** Lays a path of a report onto the tree. */
  pathOf(reported: string): string | undefined;
}

/** Sets together what speaks for a change and what is open. Proven means: nothing worse, nothing left behind, and every test in reach passed in a report whose word is good. */
export function proofOf(input: ProofInput): Proof {
  const { result, facts, changedFiles } = input;
  const rules = ruleRows(result);
  const removed = removedThings(input);
  const variables = changedVariables(facts, changedFiles);
  const tests = affectedTests(input);
  const evidence = (input.run?.suites ?? []).map(({ name, evidence: level, reasons }) => ({ suite: name, level, reasons }));
  const changesSource = changedFiles.some((path) => facts.file(path)?.language !== '' && facts.file(path) !== undefined) || removed.length > 0;
  const open = [
    ...result.findings.filter(({ change }) => change?.blocks).map(({ change }) => change!.statement),
    ...removed.filter(({ importers }) => importers.length > 0).map(({ path, name, importers }) => `${name === undefined ? path : `${name} of ${path}`} is gone, and ${plural(importers.length, 'importer')} ${importers.length === 1 ? 'remains' : 'remain'}: ${listed(importers)}.`),
    ...variables.filter(({ required, missing }) => required && missing.length > 0).map(({ service, name, missing }) => `${name} is required by ${service || 'the code'} and not given in ${missing.join(', ')}.`),
    ...testReasons(tests, input.run, changesSource),
  ];
  const distinct = [...new Set(open)];
  return {
    schemaVersion: 1,
    verdict: distinct.length === 0 ? 'PROVEN' : 'NOT PROVEN',
    reasons: distinct.length > 0 ? distinct : [changesSource ? `Nothing is worse than before, nothing that was removed has importers, and ${plural(tests.length, 'test file')} in reach of the change passed in reports of strong evidence.` : 'No source file is changed.'],
    against: { name: result.comparison!.against.name, commit: result.comparison!.against.commit ?? '' },
    changedFiles: [...changedFiles], rules, removed, variables, tests, evidence,
  };
}

function ruleRows({ findings, comparison }: ScanResult): Proof['rules'] {
  const rows = new Map<string, Proof['rules'][number]>();
  const row = (ruleId: string): Proof['rules'][number] => {
    const found = rows.get(ruleId) ?? { ruleId, fixed: 0, new: 0, changed: 0, unchanged: 0, blocks: 0 };
    rows.set(ruleId, found);
    return found;
  };
  const column: Record<(typeof changeKinds)[number], 'new' | 'changed' | 'unchanged'> = { new: 'new', grown: 'new', changed: 'changed', moved: 'unchanged', unchanged: 'unchanged' };
  for (const { ruleId, change } of findings) {
    if (!change) continue;
    row(ruleId)[column[change.kind]]++;
    if (change.blocks) row(ruleId).blocks++;
  }
  for (const { ruleId, kind } of comparison!.resolved) if (kind === 'fixed') row(ruleId).fixed++;
  return [...rows.values()].sort((a, b) => b.blocks - a.blocks || b.new - a.new || b.fixed - a.fixed || compareText(a.ruleId, b.ruleId));
}

/** Names that importers could take before and cannot now. A renamed file takes its names along; its old path is gone all the same. */
function removedThings({ facts, exportedBefore, renames, result }: ProofInput): Proof['removed'] {
  const left = leftByTarget(result);
  return [...exportedBefore].sort(([a], [b]) => compareText(a, b)).flatMap(([path, names]): Proof['removed'] => {
    if (facts.file(path) === undefined) return [{ path, importers: left(path, renames.get(path)) }];
    const now = new Set(facts.inFile(path, 'module').flatMap(({ bindings }) => bindings.flatMap(({ exportedAs }) => exportedAs)));
    const dynamic = facts.inFile(path, 'module').some((module) => module.dynamic) || facts.inFile(path, 'import').some(({ reExport, names: taken }) => reExport && taken.some(({ imported }) => imported === '*'));
    return names.filter((name) => !now.has(name) && !dynamic).map((name) => ({ path, name, importers: importersOfName(facts, path, name) }));
  });
}

/** Importers that findings of this change name for a module that is gone. */
function leftByTarget({ findings }: ScanResult): (path: string, renamedTo?: string) => string[] {
  return (path) => sortedDistinct(findings.filter(({ change }) => (change?.kind === 'new' || change?.kind === 'grown') && change.statement.startsWith(`${path} was `))
    .flatMap(({ location, related }) => [location, ...related.map((other) => other.location)].map(({ path: file, range }) => `${file}:${range.start.line}`)));
}

function importersOfName(facts: FactIndex, path: string, name: string): string[] {
  return sortedDistinct(facts.imports.importersOfModule(path)
    .flatMap(({ fact }) => fact.names.filter(({ imported }) => imported === name).filter((imported) => facts.imports.resolveName(fact, imported).status === 'missing').map(({ line }) => `${fact.file.path}:${line}`)));
}

function changedVariables(facts: FactIndex, changedFiles: readonly string[]): Proof['variables'] {
  const changed = new Set(changedFiles);
  const matrix = environmentMatrix(facts);
  return matrix.variables.flatMap(({ service, name, reads, cells }): Proof['variables'] => {
    const ours = reads.filter(({ file }) => changed.has(file.path));
    if (ours.length === 0) return [];
    const given = sortedDistinct(cells.map(({ environment }) => environment ?? 'all'));
    const missing = matrix.targetsOf(service.name).filter(({ opaque, variables, sharedVariables }) => !opaque && !variables.has(name) && !sharedVariables.has(name)).map(({ environment }) => environment);
    return [{ service: service.name, name, required: ours.some(({ required, defaultForm }) => required && defaultForm === 'none'), given, missing }];
  });
}

const DEEPEST = 12;

/** Test files that import a changed file, directly or through others. A changed test is one of them. */
function affectedTests({ result, facts, changedFiles, run, pathOf }: ProofInput): Proof['tests'] {
  const importers = new Map<string, string[]>();
  for (const [from, targets] of Object.entries(result.imports)) for (const to of targets) append(importers, to, from);
  const distance = new Map<string, number>(changedFiles.filter((path) => facts.file(path) !== undefined).map((path) => [path, 0]));
  let frontier = [...distance.keys()];
  for (let depth = 1; frontier.length > 0 && depth <= DEEPEST; depth++) {
    const next: string[] = [];
    for (const path of frontier) {
      for (const importer of importers.get(path) ?? []) {
        if (distance.has(importer)) continue;
        distance.set(importer, depth);
        next.push(importer);
      }
    }
    frontier = next;
  }
  const reported = reportedFiles(run, pathOf);
  return [...distance].filter(([path]) => facts.file(path)?.role === 'test' && facts.inFile(path, 'tests').length > 0)
    .map(([path, steps]) => ({ path, distance: steps, ...(reported.get(path) ?? { outcome: 'not reported' as const, evidence: 'none' as const }) }))
    .sort((a, b) => a.distance - b.distance || compareText(a.path, b.path));
}

type Reported = Pick<Proof['tests'][number], 'outcome' | 'evidence'>;

const FAILED: ReadonlySet<string> = new Set(['failed', 'errored', 'xpassed']);

/** The worst outcome per file, and what the report that tells it is worth. */
function reportedFiles(run: TestRun | undefined, pathOf: ProofInput['pathOf']): Map<string, Reported> {
  const found = new Map<string, Reported>();
  const levels = ['none', 'partial', 'strong'] as const;
  const worst = (suites: readonly { evidence: Reported['evidence'] }[]): Reported['evidence'] => levels[Math.min(...suites.map(({ evidence }) => levels.indexOf(evidence)))] ?? 'none';
  for (const { file, status, report } of run?.results ?? []) {
    const path = file === undefined ? undefined : pathOf(file);
    if (path === undefined) continue;
    const own = run!.suites.filter(({ name }) => name === report || name === file);
    const evidence = worst(own.length > 0 ? own : run!.suites);
    const before = found.get(path);
    const outcome = FAILED.has(status) || before?.outcome === 'failed' ? 'failed' : status === 'passed' || before?.outcome === 'passed' ? 'passed' : 'skipped';
    found.set(path, { outcome, evidence: before === undefined ? evidence : worst([{ evidence }, before]) });
  }
  return found;
}

function testReasons(tests: Proof['tests'], run: TestRun | undefined, changesSource: boolean): string[] {
  if (!changesSource) return [];
  if (tests.length === 0) return ['No test imports what is changed.'];
  if (run === undefined) return [`No report was given (--reports): nothing shows that the ${plural(tests.length, 'test file')} in reach of the change ran.`];
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  const silent = tests.filter(({ outcome }) => outcome === 'not reported' || outcome === 'skipped');
  const weak = tests.filter(({ outcome, evidence }) => outcome === 'passed' && evidence !== 'strong');
  const paths = (list: Proof['tests']): string => listed(list.map(({ path }) => path), 3);
  return [
    ...(failed.length > 0 ? [`${plural(failed.length, 'test file')} in reach of the change failed: ${paths(failed)}.`] : []),
    ...(silent.length > 0 ? [`${plural(silent.length, 'test file')} in reach of the change did not run: ${paths(silent)}.`] : []),
    ...(weak.length > 0 ? [`The report on ${plural(weak.length, 'test file')} is of ${weak.some(({ evidence }) => evidence === 'none') ? 'no' : 'partial'} evidence: ${paths(weak)}.`] : []),
  ];
}
