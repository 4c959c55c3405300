// node bench/link-pseudo-cases.mjs BUILD TREE NAME OUT.jsonl [--max 40]
// Cases without a run, to check weights on other layouts: every commit of TREE's history that added a test to one test file and changed one to three
// source files is taken for a fix of a failure of that test. There is no message and no stack; history from that commit on is hidden. The tree is
// that of HEAD, so the text already holds the fix: good for comparing weights, no measure of accuracy.
import { execFileSync } from 'node:child_process';
import { writeFileSync, appendFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [build, tree, name, out] = process.argv.slice(2);
const max = Number(process.argv.includes('--max') ? process.argv[process.argv.indexOf('--max') + 1] : 40);
const load = (path) => import(resolve(build, path));
const { openRepositoryView } = await load('src/linker/repository-view.js');
const { scoreClusters } = await load('src/linker/rank-suspects.js');
const { collectFailures } = await load('src/linker/collect-failures.js');
const { clusterFailures } = await load('src/linker/cluster-failures.js');
const { isCandidate } = await load('src/linker/corpus.js');

const view = await openRepositoryView({ root: tree, scan: {}, cacheDir: '/tmp/cache-linker' });
const commits = view.history.commits();
writeFileSync(out, '');
let count = 0;
for (const [position, commit] of commits.entries()) {
  if (count >= max) break;
  const tests = commit.paths.filter((path) => view.file(path)?.role === 'test');
  const sources = commit.paths.filter((path) => view.file(path) && isCandidate(view.file(path)));
  if (tests.length !== 1 || sources.length < 1 || sources.length > 3 || !/fix|bug|correct|handle|wrong|crash|error|prevent/i.test(commit.subject)) continue;
  let diff;
  try { diff = execFileSync('git', ['show', '--format=', '-U0', commit.sha, '--', tests[0]], { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }); } catch { continue; }
  const title = /^\+\s*(?:(?:it|test)(?:\.\w+)*\(\s*(['"`])(.+?)\1|(?:async )?def (test_\w+))/m.exec(diff);
  const text = title && (title[2] ?? title[3]);
  if (!text || !(view.text(tests[0]) ?? '').includes(text)) continue;
  count++;
  const later = new Set(commits.slice(0, position + 1).map(({ sha }) => sha));
  const history = { ...view.history, commits: () => commits.slice(position + 1), authorship: (path) => view.history.authorship(path).map((sha) => (later.has(sha) ? undefined : sha)) };
  const cut = { ...view, history };
  const run = { sources: [], stated: [], results: [{ id: text, title: text, suite: [], file: tests[0], status: 'failed', flaky: false, kind: 'test', attempts: [{ status: 'failed', errors: [{ message: '', frames: [], causes: [], raw: '' }] }] }] };
  const scored = scoreClusters(clusterFailures(collectFailures(run, cut)), cut, {});
  const paths = [...scored[0].scores.keys()];
  const places = new Map(paths.map((path, index) => [path, index]));
  appendFileSync(out, `${JSON.stringify({
    id: `${name}-${commit.sha.slice(0, 8)}`, name, report: 'none', fix: sources, paths,
    clusters: scored.map(({ cluster, contexts, values }) => ({ size: 1, test: cluster.representative.testPath, body: contexts[0].body && [contexts[0].body.start, contexts[0].body.end],
      values: Object.fromEntries([...values].map(([id, map]) => [id, Object.fromEntries([...map].filter(([, v]) => v > 0).map(([path, v]) => [places.get(path), Math.round(v * 1e4) / 1e4]).filter(([index]) => index !== undefined))])) })),
  })}\n`);
}
process.stdout.write(`${count} cases of ${commits.length} commits\n`);
