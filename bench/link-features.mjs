// node bench/link-features.mjs BUILD CASES.jsonl REPORTS TREES OUT.jsonl [--kind first|all|terminal.txt] [--mask] [--reports DIR] [--only ID]
// Lays the values of every signal down for every case, for fit-link-weights.mjs: one line per case and report, with the files that were changed.
// BUILD is a compiled tree (dist). --mask hides what names and titles say: paths of test files and titles become empty.
import { appendFileSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [build, casesFile, reportsDir, trees, out] = process.argv.slice(2);
const value = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
const load = (path) => import(resolve(build, path));
const { openRepositoryView } = await load('src/linker/repository-view.js');
const { scoreClusters } = await load('src/linker/rank-suspects.js');
const { collectFailures } = await load('src/linker/collect-failures.js');
const { clusterFailures } = await load('src/linker/cluster-failures.js');
const { readTestResults } = await load('src/test-results/read-test-results.js');
const kind = value('--kind', 'first');
const only = value('--only');
const mask = process.argv.includes('--mask');

const cases = readFileSync(casesFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter(({ id }) => only === undefined || id.startsWith(only));
writeFileSync(out, '');
const times = [];
for (const entry of cases) {
  const kinds = kind === 'all' ? entry.reports : kind === 'first' ? [entry.reports[0]] : entry.reports.filter((name) => name === kind);
  const root = join(trees, entry.id);
  if (!existsSync(root) || kinds.length === 0) continue;
  const start = performance.now();
  const view = await openRepositoryView({ root, scan: {}, cacheDir: '/tmp/cache-linker', now: () => performance.now() });
  const opened = performance.now() - start;
  for (const name of kinds) {
    const began = performance.now();
    const run = readTestResults([join(reportsDir, entry.id, name)], { root });
    const failures = collectFailures(run, view).map((failure) => (mask ? masked(failure) : failure));
    const clusters = clusterFailures(failures);
    const scored = scoreClusters(clusters, view, {});
    const paths = [...(scored[0]?.scores.keys() ?? [])];
    appendFileSync(out, `${JSON.stringify({
      id: entry.id, name: entry.name, report: name, fix: entry.fix_files, paths,
      clusters: scored.map(({ cluster, contexts, values }) => ({
        size: cluster.failures.length, kind: cluster.representative.kind, title: cluster.representative.test.title, test: cluster.representative.testPath,
        body: contexts[0]?.body && [contexts[0].body.start, contexts[0].body.end, contexts[0].body.ran.length],
        values: Object.fromEntries([...values].map(([id, map]) => [id, Object.fromEntries([...map].filter(([, v]) => v > 0).map(([path, v]) => [paths.indexOf(path), Math.round(v * 1e4) / 1e4]).filter(([index]) => index >= 0))])),
      })),
    })}\n`);
    times.push({ ms: opened + performance.now() - began, git: view.history.spent() });
  }
}
times.sort((a, b) => a.ms - b.ms);
const middle = times[times.length >> 1];
process.stdout.write(`${times.length} reports, median ${Math.round(middle.ms)} ms, of it git ${Math.round(times.map(({ git }) => git).sort((a, b) => a - b)[times.length >> 1])} ms\n`);

function masked(failure) {
  return { ...failure, test: { ...failure.test, title: '', suite: [] } };
}
