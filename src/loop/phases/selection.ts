import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { FactIndex } from '../../facts/fact-index.js';
import type { PhaseRecordOf } from '../../model/loop-records.js';
import { indexTree } from '../../scan.js';
import { plural } from '../../util/plural.js';
import { isRevision, runGit } from '../../util/run-git.js';
import { checkIndex } from '../check-index.js';
import { readHistory } from '../history.js';
import { commonOf, keepJson, type LoopContext } from '../loop-context.js';
import { selectSuites } from '../select-suites.js';
import { parseTestIndex } from '../test-index.js';

/** Phase 1: reads the test index and checks what it says, and puts the suites in order with their reasons. */
export async function selectionPhase(context: LoopContext): Promise<PhaseRecordOf<'selection'>> {
  const { root, config, loop, store } = context;
  const startedAt = context.now().toISOString();
  context.say('reading the tree');
  const tree = await indexTree({ ...context.scanOptions, root, config });
  const scan = await tree.check();
  const problems: string[] = [];
  const index = loop.testIndex === undefined ? undefined : readIndex(context, loop.testIndex, tree.facts, problems);
  const { lines, damaged } = readHistory(root);
  if (damaged > 0) problems.push(`${plural(damaged, 'line')} of the history cannot be read and ${damaged === 1 ? 'was' : 'were'} passed over.`);
  const paths = tree.facts.files.map(({ path }) => path);
  const suites = selectSuites({
    suites: loop.suites,
    filesOf: ({ files }) => {
      if (files.length === 0) return [];
      const matches = picomatch([...files], { dot: true });
      return paths.filter((path) => matches(path));
    },
    mockingOf: (path) => mocksIn(tree.facts, path),
    imports: scan.imports,
    findings: scan.findings,
    changed: changedFiles(context, problems),
    indexEntries: index?.entries ?? [],
    history: lines.filter(({ run }) => run !== store.id),
    focus: store.run.focus,
    ...(store.run.budgetSeconds === undefined ? {} : { budgetSeconds: store.run.budgetSeconds }),
  });
  const selected = suites.filter((suite) => suite.selected).length;
  const statement = suites.length === 0
    ? 'No suite is declared (`loop.suites`).'
    : `${selected} of ${plural(suites.length, 'suite')} selected${index === undefined ? '' : `; the test index makes ${plural(index.claims.length, 'false claim')}`}.`;
  return { ...commonOf(context, 'selection', startedAt, statement, 'done', problems), phase: 'selection', suites, scan: keepJson(store, 'scan.json', scan), ...(index === undefined ? {} : { index }) };
}

function readIndex({ root }: LoopContext, path: string, facts: FactIndex, problems: string[]): PhaseRecordOf<'selection'>['index'] {
  const file = join(root, path);
  if (!existsSync(file)) {
    problems.push(`There is no test index ${path}.`);
    return undefined;
  }
  const parsed = parseTestIndex(readFileSync(file, 'utf8'));
  if (parsed.rows.length === 0) problems.push(`${path} names no test file in a table, a list, CSV or JSON that is understood.`);
  const checked = checkIndex(parsed, path, {
    paths: facts.files.map((entry) => entry.path),
    testsIn: (testFile) => (facts.file(testFile)?.language === '' ? undefined : facts.inFile(testFile, 'tests')[0]?.count ?? 0),
  });
  return { path, ...checked };
}

/** The first mock of a test file: one is enough to ask what its tests are worth. */
function mocksIn(facts: FactIndex, path: string): { path: string; line: number; mock: string }[] {
  return facts.inFile(path, 'tests').flatMap(({ mocks }) => mocks.slice(0, 1).map(({ name, line }) => ({ path, line, mock: name })));
}

/** Files that differ from the base, or from the commit when there is none. */
function changedFiles({ root, store }: LoopContext, problems: string[]): ReadonlySet<string> {
  const { base } = store.run;
  if (base !== undefined && !isRevision(base)) return new Set();
  const diff = runGit(root, ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--relative', ...(base === undefined ? ['HEAD'] : ['--merge-base', base]), '--', '.']);
  if (diff === undefined && base !== undefined) problems.push(`git does not know the base ${base}: what changed since is not known.`);
  return new Set((diff ?? '').split('\0').filter((path) => path !== ''));
}
