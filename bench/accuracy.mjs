// node bench/accuracy.mjs: the verdicts of bench/accuracy/*.jsonl as Markdown tables, per repository and per rule, with Wilson 95 % intervals.
// `unsure` counts as not right. docs/accuracy.md holds its output.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('./accuracy/', import.meta.url);
const rows = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) =>
  readFileSync(new URL(name, folder), 'utf8').split('\n').filter(Boolean).map((line) => ({ repository: name.replace('.jsonl', ''), ...JSON.parse(line) })));

const tables = [['repository', ({ repository }) => repository], ['severity', ({ severity }) => severity], ['rule', ({ ruleId }) => ruleId]];
for (const [title, keyOf] of tables) {
  process.stdout.write(`| ${title} | read | right | unsure | wrong | right, 95 % interval |\n|---|---|---|---|---|---|\n`);
  for (const key of [...new Set(rows.map(keyOf))].sort()) print(key, rows.filter((row) => keyOf(row) === key));
  if (title === 'repository') print('**all**', rows);
  process.stdout.write('\n');
}

function print(name, list) {
  const count = (verdict) => list.filter((row) => row.verdict === verdict).length;
  const [low, high] = wilson(count('right'), list.length);
  process.stdout.write(`| ${name} | ${list.length} | ${count('right')} (${percent(count('right') / list.length)}) | ${count('unsure')} | ${count('wrong')} | ${percent(low)} to ${percent(high)} |\n`);
}

/** Wilson score interval (Wilson 1927). */
function wilson(right, all) {
  const z = 1.96;
  const p = right / all;
  const middle = (p + (z * z) / (2 * all)) / (1 + (z * z) / all);
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((p * (1 - p)) / all + (z * z) / (4 * all * all));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
