// node bench/fit-link-weights.mjs FEATURES.jsonl[,MORE.jsonl] [--ridge 0.02] [--fixed '{"literal":0.3}'] [--drop id,id] [--json]
// Fits the weights of src/linker/weights.ts on what link-features.mjs wrote: multinomial logit over the candidates of each case, weights not below
// zero, a ridge that keeps few cases from speaking too loud. Prints the weights fitted on all, and the figures of each repository under the weights
// fitted on the others.
import { readFileSync } from 'node:fs';

const file = process.argv[2];
const value = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
const ridge = Number(value('--ridge', 0.02));
// Signals that the cases hardly show, or contradict by chance, get a weight by judgement; the others are fitted around them.
const fixed = JSON.parse(value('--fixed', '{}'));
const dropped = new Set(value('--drop', '').split(','));
const rows = file.split(',').flatMap((name) => readFileSync(name, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))).filter(({ clusters, paths, fix }) => clusters.length > 0 && fix.some((path) => paths.includes(path)));
const ids = [...new Set(rows.flatMap(({ clusters }) => clusters.flatMap(({ values }) => Object.keys(values))))].filter((id) => !dropped.has(id)).sort();

// The candidates that some signal puts anywhere near the front, and the right ones: the others have no share worth counting.
const NEAR = 50;
function frontOf(row) {
  const sum = new Float64Array(row.paths.length);
  for (const { values } of row.clusters) for (const id of ids) for (const [index, v] of Object.entries(values[id] ?? {})) sum[index] += v;
  const order = [...sum.keys()].sort((a, b) => sum[b] - sum[a]);
  const kept = [...new Set([...order.slice(0, NEAR), ...order.filter((index) => row.fix.includes(row.paths[index]))])];
  const place = new Map(kept.map((index, position) => [String(index), position]));
  const cut = (map) => Object.fromEntries(Object.entries(map).filter(([index]) => place.has(index)).map(([index, v]) => [place.get(index), v]));
  return { ...row, paths: kept.map((index) => row.paths[index]), clusters: row.clusters.map((cluster) => ({ ...cluster, values: Object.fromEntries(Object.entries(cluster.values).map(([id, map]) => [id, cut(map)])) })) };
}

// Dense matrix per case: mean over clusters.
const cases = rows.map(frontOf).map((row) => {
  const x = ids.map(() => new Float64Array(row.paths.length));
  for (const { values } of row.clusters) ids.forEach((id, k) => { for (const [index, v] of Object.entries(values[id] ?? {})) x[k][index] += v / row.clusters.length; });
  return { ...row, x, target: row.paths.map((path) => row.fix.includes(path)) };
});

function sharesOf({ x, paths }, w) {
  const s = new Float64Array(paths.length);
  w.forEach((weight, k) => { if (weight !== 0) for (let i = 0; i < s.length; i++) s[i] += weight * x[k][i]; });
  const max = s.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < s.length; i++) sum += s[i] = Math.exp(s[i] - max);
  return s.map((v) => v / sum);
}

/** Every repository counts the same: one with many cases must not decide for all. */
export function fit(train) {
  const sizes = new Map();
  for (const { name } of train) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  let w = ids.map((id) => fixed[id] ?? 0.8);
  let rate = 0.5;
  let last = Infinity;
  for (let step = 0; step < 150; step++) {
    const gradient = w.map((weight) => 2 * ridge * weight);
    let loss = ridge * w.reduce((sum, weight) => sum + weight * weight, 0);
    for (const entry of train) {
      const importance = 1 / Math.sqrt(sizes.get(entry.name)) / [...sizes.values()].reduce((sum, n) => sum + Math.sqrt(n), 0);
      const p = sharesOf(entry, w);
      const hit = entry.target.reduce((sum, is, i) => sum + (is ? p[i] : 0), 0);
      loss -= importance * Math.log(Math.max(hit, 1e-12));
      entry.x.forEach((column, k) => {
        let all = 0;
        let right = 0;
        for (let i = 0; i < p.length; i++) { all += p[i] * column[i]; if (entry.target[i]) right += p[i] * column[i]; }
        gradient[k] -= importance * (right / Math.max(hit, 1e-12) - all);
      });
    }
    if (loss > last) rate *= 0.7;
    last = loss;
    w = w.map((weight, k) => fixed[ids[k]] ?? Math.max(0, weight - rate * gradient[k]));
  }
  return w.map((weight) => Math.round(weight * 20) / 20);
}

export function judge(list, w) {
  const ranks = list.map((entry) => {
    const p = sharesOf(entry, w);
    const order = [...p.keys()].sort((a, b) => p[b] - p[a] || (entry.paths[a] < entry.paths[b] ? -1 : 1));
    return { entry, w, order, rank: order.findIndex((i) => entry.target[i]) + 1, top: p[order[0]] };
  });
  const at = (k) => ranks.filter(({ rank }) => rank <= k).length / ranks.length;
  return { ranks, hit1: at(1), hit5: at(5), mrr: ranks.reduce((sum, { rank }) => sum + 1 / rank, 0) / ranks.length };
}

const print = (label, { hit1, hit5, mrr }, extra = '') => process.stdout.write(`${label.padEnd(22)} hit@1 ${hit1.toFixed(3)} hit@5 ${hit5.toFixed(3)} MRR ${mrr.toFixed(3)} ${extra}\n`);
const all = fit(cases);
process.stdout.write(`${JSON.stringify(Object.fromEntries(ids.map((id, k) => [id, all[k]]).filter(([, weight]) => weight > 0)))}\n`);
print('fitted on all', judge(cases, all));
const held = [];
for (const name of [...new Set(cases.map((entry) => entry.name))].sort()) {
  const w = fit(cases.filter((entry) => entry.name !== name));
  const result = judge(cases.filter((entry) => entry.name === name), w);
  held.push(...result.ranks);
  print(`without ${name}`, result, process.argv.includes('--verbose') ? JSON.stringify(Object.fromEntries(ids.map((id, k) => [id, w[k]]).filter(([, weight]) => weight > 0))) : '');
}
const at = (k) => held.filter(({ rank }) => rank <= k).length / held.length;
print('left-out together', { hit1: at(1), hit5: at(5), mrr: held.reduce((sum, { rank }) => sum + 1 / rank, 0) / held.length });
// Reliability: what share of belief the first file got when the weights had not seen its repository, and how many families of signals put it first.
const FAMILIES = { words: ['message-words', 'title-words', 'body-words', 'telling-words', 'outline-words', 'path-words', 'passage', 'literal'], names: ['name-match'], code: ['named-symbol', 'defined-name', 'callee', 'imported'], history: ['changed-together', 'written-together', 'history-words'], run: ['thrown-at', 'stack-frame', 'missing-module'] };
if (process.argv.includes('--reliability')) {
  const told = held.map(({ entry, rank, top, w, order }) => {
    const families = Object.values(FAMILIES).filter((members) => {
      const s = entry.paths.map((_, i) => members.reduce((sum, id) => sum + (w[ids.indexOf(id)] ?? 0) * (entry.x[ids.indexOf(id)]?.[i] ?? 0), 0));
      const max = Math.max(...s);
      return max > 0 && s[order[0]] >= 0.9 * max;
    }).length;
    return { id: entry.id, top, second: order.second, families, right: rank === 1 };
  }).sort((a, b) => b.top - a.top);
  for (const { id, top, families, right } of told) process.stdout.write(`  ${top.toFixed(3)} ${families} ${right ? 'right' : 'WRONG'} ${id}\n`);
}
if (process.argv.includes('--misses')) for (const { entry, rank, top } of held) if (rank > 1) process.stdout.write(`  ${entry.id} rank ${rank} top ${top.toFixed(2)}\n`);
