// node bench/link-accuracy.mjs BUILD CASES.jsonl REPORTS TREES [--only NAME]
// The figures of docs/link-accuracy.md, in one process: every case from each of its reports; from the first report with titles and names masked, without
// git, and a second time (same bytes); how often a first suspect of each confidence is right; whether every reference resolves; time, and git's share.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [build, casesFile, reportsDir, trees] = process.argv.slice(2);
const load = (path) => import(resolve(build, path));
const { openRepositoryView } = await load('src/linker/repository-view.js');
const { rankSuspects } = await load('src/linker/rank-suspects.js');
const { collectFailures } = await load('src/linker/collect-failures.js');
const { clusterFailures } = await load('src/linker/cluster-failures.js');
const { WEIGHTS } = await load('src/linker/weights.js');
const { readTestResults } = await load('src/test-results/read-test-results.js');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;

const groups = new Map();
const bands = new Map();
const times = [];
let differing = 0;
let references = 0;
const unresolved = [];
const add = (group, id, rank) => groups.set(group, [...(groups.get(group) ?? []), { id, rank }]);

for (const entry of readFileSync(casesFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))) {
  const root = join(trees, entry.id);
  if (!existsSync(root) || (only !== undefined && entry.name !== only)) continue;
  const start = performance.now();
  const view = await openRepositoryView({ root, scan: {}, cacheDir: '/tmp/cache-linker', now: () => performance.now() });
  const opened = performance.now() - start;
  const ranked = (report, used = view, change = (failure) => failure, weights = WEIGHTS) => {
    const run = readTestResults([join(reportsDir, entry.id, report)], { root });
    return rankSuspects(clusterFailures(collectFailures(run, used).map(change)), used, { weights });
  };
  const rankOf = ({ overall }) => overall.findIndex(({ path }) => entry.fix_files.includes(path)) + 1;
  for (const [position, report] of entry.reports.entries()) {
    const began = performance.now();
    const result = ranked(report);
    add(`report ${report}`, entry.id, rankOf(result));
    if (position > 0) continue;
    times.push({ all: opened + performance.now() - began, git: view.history.spent() });
    add('first report', entry.id, rankOf(result));
    add(`of ${entry.name}`, entry.id, rankOf(result));
    if (JSON.stringify([...result.perCluster, result.overall]) !== JSON.stringify((({ perCluster, overall }) => [...perCluster, overall])(ranked(report)))) differing++;
    const first = result.overall[0];
    const band = first?.confidence ?? 'none';
    bands.set(band, [...(bands.get(band) ?? []), { id: entry.id, right: rankOf(result) === 1, probability: first?.probability ?? 0 }]);
    for (const suspect of [...result.perCluster.values()].flat().concat(result.overall)) {
      for (const { references: pointers } of suspect.evidence) for (const pointer of pointers) {
        references++;
        if ('code' in pointer && !(pointer.code.range.start.line >= 1 && pointer.code.range.start.line <= view.lineCount(pointer.code.path))) unresolved.push(`${entry.id} ${pointer.code.path}:${pointer.code.range.start.line}`);
      }
    }
    const masked = (failure) => ({ ...failure, test: { ...failure.test, title: '', suite: [] } });
    add('names masked', entry.id, rankOf(ranked(report, view, masked, { ...WEIGHTS, 'title-words': 0, 'name-match': 0, 'path-words': 0 })));
    const bare = { ...view, history: { commits: () => [], authorship: () => [], changedSince: () => undefined, spent: () => 0 } };
    add('without git', entry.id, rankOf(ranked(report, bare)));
  }
}

process.stdout.write('| what | cases | hit@1 | hit@5 | MRR |\n|---|---|---|---|---|\n');
for (const [group, list] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const at = (k) => (list.filter(({ rank }) => rank > 0 && rank <= k).length / list.length).toFixed(3);
  process.stdout.write(`| ${group} | ${list.length} | ${at(1)} | ${at(5)} | ${(list.reduce((sum, { rank }) => sum + (rank ? 1 / rank : 0), 0) / list.length).toFixed(3)} |\n`);
}
const all = [...bands.values()].flat().length;
process.stdout.write('\n| first suspect is called | cases | right | mean probability |\n|---|---|---|---|\n');
for (const band of ['high', 'medium', 'low', 'unknown', 'none']) {
  const list = bands.get(band) ?? [];
  if (list.length > 0) process.stdout.write(`| ${band} | ${list.length} (${Math.round((100 * list.length) / all)} %) | ${list.filter(({ right }) => right).length} | ${(list.reduce((sum, { probability }) => sum + probability, 0) / list.length).toFixed(2)} |\n`);
}
const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
process.stdout.write(`\nsecond run differs: ${differing}; references ${references}, not resolving ${unresolved.length} ${unresolved.slice(0, 5).join(', ')}\n`);
process.stdout.write(`median ${Math.round(middle(times.map(({ all: ms }) => ms)))} ms a case, git ${Math.round(middle(times.map(({ git }) => git)))} ms\n`);
for (const report of new Set([...groups.keys()].filter((group) => group.startsWith('report ')))) {
  // Against the first report of the same cases.
  const firsts = new Map(groups.get('first report').map(({ id, rank }) => [id, rank]));
  const list = groups.get(report);
  const diff = (list.filter(({ rank }) => rank === 1).length - list.filter(({ id }) => firsts.get(id) === 1).length) / list.length;
  process.stdout.write(`${report}: hit@1 ${diff >= 0 ? '+' : ''}${diff.toFixed(3)} against the first report of the same ${list.length} cases\n`);
}
