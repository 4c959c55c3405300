// node bench/accuracy.mjs [--reading N] [--since SCAN_FOLDER]: the verdicts of a reading, bench/accuracy/reading-N/<repository>.jsonl (two readers; without N the
// last reading), as Markdown tables, per repository and severity, per severity and per rule, with Wilson 95 % intervals. docs/accuracy.md holds its output.
// A finding is right when both readers say so; `unsure` counts as not right. --since, a folder of present scans (<repository>.json): what became of the findings.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({ options: { reading: { type: 'string' }, since: { type: 'string' } } });
const readings = new URL('./accuracy/', import.meta.url);
const last = readdirSync(readings).filter((name) => name.startsWith('reading-')).map((name) => Number(name.slice('reading-'.length))).sort((a, b) => a - b).at(-1);
const folder = new URL(`reading-${flags.reading ?? last}/`, readings);
const rows = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) =>
  readFileSync(new URL(name, folder), 'utf8').split('\n').filter(Boolean).map((line) => ({ repository: name.replace('.jsonl', ''), ...JSON.parse(line) })));
const isRight = ({ readers }) => readers.every(({ verdict }) => verdict === 'right');

const tables = [['repository, severity', ({ repository, severity }) => `${repository}, ${severity}`], ['severity', ({ severity }) => severity], ['rule', ({ ruleId }) => ruleId]];
for (const [title, keyOf] of tables) {
  process.stdout.write(`| ${title} | read | reader A: right | reader B: right | both: right | both, 95 % interval |\n|---|---:|---:|---:|---:|---|\n`);
  for (const key of [...new Set(rows.map(keyOf))].sort()) print(key, rows.filter((row) => keyOf(row) === key));
  process.stdout.write('\n');
}
const agreed = rows.filter(({ readers: [a, b] }) => a.verdict === b.verdict).length;
process.stdout.write(`Same verdict in ${agreed} of ${rows.length} (${percent(agreed / rows.length)}), Cohen's kappa ${kappa().toFixed(2)}.\n`);
if (flags.since !== undefined) printChanges(flags.since);

function print(name, list) {
  const by = (index) => list.filter(({ readers }) => readers[index].verdict === 'right').length;
  const both = list.filter(isRight).length;
  const [low, high] = wilson(both, list.length);
  const share = (count) => `${count} (${percent(count / list.length)})`;
  process.stdout.write(`| ${name} | ${list.length} | ${share(by(0))} | ${share(by(1))} | ${share(both)} | ${percent(low)} to ${percent(high)} |\n`);
}

function printChanges(scans) {
  process.stdout.write('\n| as read | read | gone since | lowered to info | from error to warning | as before |\n|---|---:|---:|---:|---:|---:|\n');
  const now = new Map();
  for (const name of new Set(rows.map(({ repository }) => repository))) {
    const file = join(scans, `${name}.json`);
    if (existsSync(file)) for (const { fingerprint, severity } of JSON.parse(readFileSync(file, 'utf8')).findings) now.set(`${name} ${fingerprint}`, severity);
  }
  const groups = [['error, right', 'error', true], ['error, not right', 'error', false], ['warning, right', 'warning', true], ['warning, not right', 'warning', false]];
  for (const [title, severity, right] of groups) {
    const list = rows.filter((row) => row.severity === severity && isRight(row) === right);
    const after = list.map(({ repository, fingerprint }) => now.get(`${repository} ${fingerprint}`));
    const count = (accept) => after.filter(accept).length;
    process.stdout.write(`| ${title} | ${list.length} | ${count((level) => level === undefined)} | ${count((level) => level === 'info')} | ${severity === 'error' ? count((level) => level === 'warning') : ''} | ${count((level) => level === severity)} |\n`);
  }
  printStanding(now);
}

/** By rule, what is still an error or a warning. */
function printStanding(now) {
  const standing = rows.filter(({ repository, fingerprint }) => ['error', 'warning'].includes(now.get(`${repository} ${fingerprint}`)));
  process.stdout.write('\n| rule, findings that still stand | read | reader A: right | reader B: right | both: right | both, 95 % interval |\n|---|---:|---:|---:|---:|---|\n');
  for (const key of [...new Set(standing.map(({ ruleId }) => ruleId))].sort()) print(key, standing.filter(({ ruleId }) => ruleId === key));
}

/** Cohen (1960): agreement beyond what two readers with these habits would reach by chance. */
function kappa() {
  const chance = ['right', 'wrong', 'unsure'].reduce((sum, verdict) => sum + [0, 1].reduce((product, index) => product * (rows.filter(({ readers }) => readers[index].verdict === verdict).length / rows.length), 1), 0);
  return (agreed / rows.length - chance) / (1 - chance);
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
