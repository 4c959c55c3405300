// node bench/link-reroot.mjs BUILD CASES.jsonl REPORTS TREES [--only NAME]
// Ranks every case from its first report as it is, and rewritten as if the tests had run elsewhere: in a container, on a GitHub runner, on Windows, on
// GitLab, from a random folder, and (JavaScript) from `dist` with source maps. Prints hit@1, hit@5 and MRR of each.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const [build, casesFile, reportsDir, trees] = process.argv.slice(2);
const load = (path) => import(resolve(build, path));
const { openRepositoryView } = await load('src/linker/repository-view.js');
const { rankSuspects } = await load('src/linker/rank-suspects.js');
const { collectFailures } = await load('src/linker/collect-failures.js');
const { clusterFailures } = await load('src/linker/cluster-failures.js');
const { readTestResults } = await load('src/test-results/read-test-results.js');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const work = '/tmp/link-reroot';

const roots = { 'as it is': undefined, container: '/app/', 'github runner': '/home/runner/work/shop/shop/', windows: 'D:\\a\\shop\\shop\\', gitlab: '/builds/group/shop/', random: '/q7x/kk3/zz/', dist: '/srv/run/dist/' };
const results = Object.fromEntries(Object.keys(roots).map((name) => [name, []]));
for (const entry of readFileSync(casesFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))) {
  const tree = join(trees, entry.id);
  if (!existsSync(tree) || (only !== undefined && entry.name !== only)) continue;
  const report = entry.reports[0];
  const text = readFileSync(join(reportsDir, entry.id, report), 'utf8');
  const view = await openRepositoryView({ root: tree, scan: {}, cacheDir: '/tmp/cache-linker' });
  for (const [name, root] of Object.entries(roots)) {
    if (name === 'dist' && entry.lang !== 'js') continue;
    const file = join(work, name.replace(' ', '-'), entry.id, report);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, root === undefined ? text : rewritten(text, entry.root, root, view, report.endsWith('.json')));
    const used = name === 'dist' ? await withDist(tree, entry.id, view) : view;
    const run = readTestResults([file], { root: used.root });
    const { overall } = rankSuspects(clusterFailures(collectFailures(run, used)), used);
    results[name].push({ id: entry.id, rank: overall.findIndex(({ path }) => entry.fix_files.includes(path)) + 1 });
  }
}
const base = new Map(results['as it is'].map(({ id, rank }) => [id, rank]));
for (const [name, list] of Object.entries(results)) {
  const at = (k) => (list.filter(({ rank }) => rank > 0 && rank <= k).length / list.length).toFixed(3);
  const changed = list.filter(({ id, rank }) => base.get(id) !== rank).map(({ id, rank }) => `${id} ${base.get(id)} to ${rank}`);
  const same = list.filter(({ id }) => base.get(id) === 1).length / list.length;
  process.stdout.write(`${name.padEnd(14)} ${list.length} cases hit@1 ${at(1)} (as it is ${same.toFixed(3)}) hit@5 ${at(5)} MRR ${(list.reduce((sum, { rank }) => sum + (rank ? 1 / rank : 0), 0) / list.length).toFixed(3)} ${changed.join('; ')}\n`);
}

/** Every path of the repository in the report, absolute or relative, under the new root. */
function rewritten(text, from, to, view, isJson) {
  const known = new Set(view.files.map(({ path }) => path));
  const separator = to.includes('\\') ? '\\' : '/';
  const escaped = (path) => (isJson ? path.replaceAll('\\', '\\\\') : path);
  return text.replace(/(?:\/[\w@.+-]+)*\/?[\w@.+-]+(?:\/[\w@.+-]+)*\.(?:[cm]?[jt]sx?|py)\b/g, (match) => {
    const path = match.startsWith(`${from}/`) ? match.slice(from.length + 1) : match;
    if (!known.has(path)) return match;
    const inside = to.endsWith('/dist/') ? path.replace(/\.ts$/, '.js') : path;
    return escaped(`${to}${inside.replaceAll('/', separator)}`);
  }).replaceAll(`${from}/`, escaped(to));
}

/** A copy of the tree with a `dist` that holds a source map for each file, line by line, as a build without bundling writes it. */
async function withDist(tree, id, view) {
  const copy = join(work, 'trees', id);
  if (!existsSync(copy)) {
    cpSync(tree, copy, { recursive: true, filter: (path) => !path.includes('/node_modules/') });
    writeFileSync(join(copy, '.git/info/exclude'), 'dist/\n');
    for (const { path } of view.files) {
      if (!/\.[jt]s$/.test(path)) continue;
      const file = join(copy, 'dist', `${path.replace(/\.ts$/, '.js')}.map`);
      mkdirSync(dirname(file), { recursive: true });
      const lines = (view.text(path) ?? '').split('\n').length;
      writeFileSync(file, JSON.stringify({ version: 3, sources: [`${'../'.repeat(path.split('/').length)}${path}`], names: [], mappings: ['AAAA', ...Array(lines).fill('AACA')].join(';') }));
    }
  }
  return openRepositoryView({ root: copy, scan: {}, cacheDir: '/tmp/cache-linker' });
}
