import type { Evidence, Reference } from '../model/link-result.js';
import type { Severity } from '../model/result.js';
import { enumerate } from '../util/enumerate.js';
import { lineOf } from './references.js';
import type { RepositoryView } from './repository-view.js';
import type { Candidate } from './violation-evidence.js';

/** A control that would have stopped the violation, and did not. */
export interface Gap {
  kind: 'suppressed' | 'baselined' | 'not-in-ci' | 'below-gate' | 'untested-copy' | 'skipped-test';
  statement: string;
  references: Reference[];
}

const CI_FILE = /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|Jenkinsfile|cloudbuild[\w-]*\.ya?ml)$/;
/** How far up the imports a test may be from what it tests. */
const MAX_STEPS = 4;
const MAX_TESTS = 20;

/** Controls that are missing for a violation, the most telling first. */
export function missingGuards({ finding, statements }: Candidate, view: RepositoryView, failOn: Severity | 'none' = 'error'): Gap[] {
  const gaps: Gap[] = [];
  const { suppression } = finding;
  if (suppression?.kind === 'inSource') gaps.push({ kind: 'suppressed', statement: `The finding is accepted in the source: ${suppression.justification}`, references: suppression.location ? [{ code: suppression.location }] : [{ code: finding.location }] });
  if (suppression?.kind === 'external') gaps.push({ kind: 'baselined', statement: `The finding is known to the baseline: ${suppression.justification}`, references: [{ code: finding.location }] });

  const pipelines = view.files.filter(({ path }) => CI_FILE.test(path));
  const running = pipelines.filter(({ path }) => view.text(path)?.includes('ssot-audit') === true);
  if (pipelines.length === 0) {
    gaps.push({ kind: 'not-in-ci', statement: 'No CI step runs ssot-audit: the tree has no pipeline of a CI that is known.', references: [{ code: finding.location }] });
  } else if (running.length === 0) {
    gaps.push({ kind: 'not-in-ci', statement: `No CI step runs ssot-audit: ${pipelines.length === 1 ? pipelines[0]!.path : `none of ${pipelines.length} pipelines (${enumerate(pipelines.slice(0, 3).map(({ path }) => path))}${pipelines.length > 3 ? ' ...' : ''})`} names it.`, references: pipelines.slice(0, 3).map(({ path }) => lineOf(path, 1)) });
  } else if (running.length > 0 && finding.severity !== 'error' && failOn === 'error' && suppression === undefined) {
    gaps.push({ kind: 'below-gate', statement: `CI runs ssot-audit (${running[0]!.path}), and ${finding.ruleId} is ${finding.severity === 'info' ? 'an info' : 'a warning'} here: the gate fails for errors only.`, references: [lineOf(running[0]!.path, 1)] });
  }

  const paths = [...new Set(statements.places.filter(({ location }) => view.file(location.path)?.role === 'production').map(({ location }) => location.path))].slice(0, 6);
  const tests = new Map(paths.map((path) => [path, testsReaching(path, view)]));
  const untested = paths.filter((path) => tests.get(path)!.length === 0 && /^(?:python|typescript)$/.test(view.file(path)!.language));
  if (untested.length > 0 && paths.length > 0) {
    const places = statements.places.filter(({ location }) => untested.includes(location.path));
    gaps.push({ kind: 'untested-copy', statement: `No test of the tree imports ${enumerate(untested.slice(0, 3))}, directly or through others.`, references: places.slice(0, 3).map(({ location }) => ({ code: location })) });
  }
  // Of a file that half of the tree imports some test is always switched off.
  const reaching = [...new Set([...tests.values()].flat())];
  const skipped = reaching.length > MAX_TESTS ? undefined : skippedTests(reaching, view);
  if (skipped) gaps.push(skipped);
  return gaps;
}

export function gapEvidence({ kind, statement, references }: Gap): Evidence {
  return { kind, statement, strength: 0.8, references };
}

/** Test files that import a file within a few steps; found upwards, so that the cost is that of its importers. */
function testsReaching(path: string, { facts, file }: RepositoryView): string[] {
  const importers = importersOf(facts.imports.edges());
  const seen = new Set([path]);
  let frontier = [path];
  const tests: string[] = [];
  for (let step = 0; step < MAX_STEPS && frontier.length > 0; step++) {
    const next: string[] = [];
    for (const at of frontier) {
      for (const importer of importers.get(at) ?? []) {
        if (seen.has(importer)) continue;
        seen.add(importer);
        if (file(importer)?.role === 'test') tests.push(importer);
        else next.push(importer);
      }
    }
    frontier = next;
  }
  return tests.sort();
}

const reversed = new WeakMap<ReadonlyMap<string, readonly string[]>, Map<string, string[]>>();

function importersOf(edges: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  let importers = reversed.get(edges);
  if (importers) return importers;
  reversed.set(edges, (importers = new Map()));
  for (const [from, to] of edges) {
    for (const path of to) {
      const list = importers.get(path);
      if (list) list.push(from);
      else importers.set(path, [from]);
    }
  }
  return importers;
}

/** A test of these files that is switched off. */
function skippedTests(paths: readonly string[], { text }: RepositoryView): Gap | undefined {
  for (const path of paths) {
    const lines = text(path)?.split('\n') ?? [];
    const at = lines.findIndex((line) => /^\s*(?:@pytest\.mark\.(?:skip|xfail)\b|(?:it|test|describe)\.(?:skip|todo|fails?)\(|x(?:it|describe)\(|pytest\.skip\(|@unittest\.skip)/.test(line));
    if (at >= 0) return { kind: 'skipped-test', statement: `A test that imports one of these files is switched off (${path}:${at + 1}).`, references: [lineOf(path, at + 1)] };
  }
  return undefined;
}
