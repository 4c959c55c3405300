import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findTarget } from '../../src/commands/find-target.js';
import { link } from '../../src/link.js';
import { openRepositoryView, type RepositoryView } from '../../src/linker/repository-view.js';
import type { LinkResult } from '../../src/model/link-result.js';
import type { TestRun } from '../../src/model/test-run.js';
import { readTestResults } from '../../src/test-results/read-test-results.js';
import { runGit } from '../../src/util/run-git.js';
import { sentencesOf, unresolvedIn, type Sentence } from '../support/link-sentences.js';

interface Mutant {
  id: string;
  project: string;
  kind: string;
}

interface Bench {
  allCases(): Mutant[];
  layOut(mutant: Mutant, folder: string): Promise<{ origins: string[] }>;
}

const { allCases, layOut } = await import(new URL('../../bench/mutants/make-mutants.mjs', import.meta.url).href) as Bench;
const kept = readFileSync('bench/mutants/kept-reports.jsonl', 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as { id: string; reports: { name: string; text: string }[] });

const workplace = mkdtempSync(join(tmpdir(), 'references-'));
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

/** One root for all states of a repository, so that what was read of one serves the next. */
async function viewOf(root: string): Promise<RepositoryView> {
  const { config } = await findTarget([], { root });
  return openRepositoryView({ root, config, cacheDir: join(workplace, 'cache'), threads: 1, today: '2026-01-01' });
}

/** All that a result says, and what of it leads nowhere. */
function examined(name: string, result: LinkResult, run: TestRun, view: RepositoryView): { sentences: Sentence[]; unresolved: string[] } {
  const commits = new Set(runGit(view.root, ['rev-list', 'HEAD'])?.split('\n'));
  const knowsCommit = (sha: string): boolean => commits.has(sha) || runGit(view.root, ['cat-file', '-e', `${sha}^{commit}`]) !== undefined;
  return { sentences: sentencesOf(result), unresolved: unresolvedIn(result, { run, view, knowsCommit }).map((problem) => `${name}: ${problem}`) };
}

const SHARED = resolve('../shared/benchmark');
const MIRROR = resolve('../.mirror');

interface Case {
  id: string;
  repo: string;
  base_commit: string;
  fix_commit: string;
  test_files_overlaid: string[];
  reports: string[];
}

const casesFile = join(SHARED, 'link/cases.dev.jsonl');
const cases = existsSync(casesFile) ? readFileSync(casesFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Case) : [];
const bareOf = ({ repo }: Case): string => join(MIRROR, repo.replace('/', '+'), 'repo');
const absent = [...new Set([
  ...[casesFile, join(SHARED, 'tools/prepare-tree.mjs'), join(SHARED, 'formats')].filter((path) => !existsSync(path)), ...cases.map(bareOf).filter((path) => !existsSync(path)),
].map((path) => path.slice(resolve('..').length + 1)))];
const without = absent.length === 0 ? '' : ` (skipped, for these are not there: ${absent.join(', ')})`;

describe('every sentence of link has evidence that resolves, or is marked as a hypothesis', () => {
  it('over a fixed third of the seeded violations and controls', async () => {
    const mutants = allCases().filter((_, index) => index % 3 === 0);
    expect(kept.map(({ id }) => id)).toEqual(mutants.map(({ id }) => id));
    const unresolved: string[] = [];
    let count = 0;
    for (const [index, mutant] of mutants.entries()) {
      const root = join(workplace, mutant.project);
      await layOut(mutant, root);
      const folder = join(workplace, 'reports', mutant.id);
      mkdirSync(folder, { recursive: true });
      const paths = kept[index]!.reports.map(({ name, text }) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      });
      const [view, run] = [await viewOf(root), readTestResults(paths, { root })];
      const result = link(run, view);
      expect(result.clusters.length, mutant.id).toBeGreaterThan(0);
      const said = examined(mutant.id, result, run, view);
      unresolved.push(...said.unresolved);
      count += said.sentences.length;
      if (index > 0) continue;
      // The check itself: a line, a record and a commit that are not there, and a sentence without its evidence, are seen.
      for (const spoil of [aLineTooFar, anotherRecord, anotherCommit, aSentenceAlone]) {
        const spoilt = structuredClone(result);
        expect(spoil(spoilt), spoil.name).toBe(true);
        expect(examined(mutant.id, spoilt, run, view).unresolved.length, spoil.name).toBe(1);
      }
    }
    expect(unresolved).toEqual([]);
    expect(count).toBeGreaterThan(mutants.length * 10);
  }, 900_000);

  it.skipIf(absent.length > 0)(`over the benchmark's ${cases.length} fixed bugs and its reports in all formats${without}`, async () => {
    const unresolved: string[] = [];
    let count = 0;
    for (const entry of cases) {
      const root = join(workplace, entry.repo.replace('/', '+'));
      execFileSync(process.execPath, [join(SHARED, 'tools/prepare-tree.mjs'), bareOf(entry), entry.base_commit, root, '--overlay', entry.fix_commit, ...entry.test_files_overlaid], { stdio: ['ignore', 'ignore', 'ignore'] });
      const view = await viewOf(root);
      for (const report of entry.reports) {
        const run = readTestResults([join(SHARED, 'link/reports', entry.id, report)], { root });
        const said = examined(`${entry.id} ${report}`, link(run, view), run, view);
        unresolved.push(...said.unresolved);
        count += said.sentences.length;
      }
      if (entry !== cases.at(-1)) continue;
      // The formats tell one story of a project that is not kept: no file of it is here, so only records and what was guessed can be cited.
      for (const name of readdirSync(join(SHARED, 'formats')).sort()) {
        const run = readTestResults([join(SHARED, 'formats', name)], { root });
        unresolved.push(...examined(name, link(run, view), run, view).unresolved);
      }
    }
    expect(unresolved).toEqual([]);
    expect(count).toBeGreaterThan(cases.length * 10);
  }, 900_000);
});

type Spoil = (result: LinkResult) => boolean;

const aLineTooFar: Spoil = ({ clusters }) => {
  const reference = clusters.flatMap(({ links }) => links.flatMap(({ evidence }) => evidence.flatMap(({ references }) => references))).find((candidate) => 'code' in candidate);
  if (reference && 'code' in reference) reference.code.range.start.line = reference.code.range.end.line = 1_000_000;
  return reference !== undefined;
};

const anotherRecord: Spoil = ({ clusters }) => {
  const reference = clusters[0]!.whys[0]!.evidence[0]!.references.find((candidate) => 'report' in candidate);
  if (reference && 'report' in reference) reference.report.record = 'a test that never was';
  return reference !== undefined;
};

const anotherCommit: Spoil = ({ clusters }) => {
  const reference = clusters.flatMap(({ whys }) => whys.flatMap(({ evidence }) => evidence.flatMap(({ references }) => references))).find((candidate) => 'commit' in candidate);
  if (reference && 'commit' in reference) reference.commit.sha = '0123456789'.repeat(4);
  return reference !== undefined;
};

const aSentenceAlone: Spoil = ({ clusters }) => {
  const why = clusters.flatMap(({ whys }) => whys).find(({ status, level }) => status === 'evidenced' && level === 'condition');
  if (why) why.evidence = [];
  return why !== undefined;
};
