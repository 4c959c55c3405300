/**
 * Seeded violations, end to end: lays out each mutant, runs its real suites, lets `link` (or only `scan`) say what it thinks, and holds that to
 * what is known. `node bench/mutants/run.mjs [--cli dist/src/cli.js] [--only <text>] [--scan] [--jobs 2] [--out verdicts.jsonl] [--keep <folder>]`
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allCases, layOut } from './make-mutants.mjs';
import { runSuites } from './run-suites.mjs';
import { isSeeded, judgeControl, judgeSeeded } from './judge.mjs';
import { table } from './table.mjs';

const { values: flags } = parseArgs({
  options: {
    cli: { type: 'string', default: 'dist/src/cli.js' }, only: { type: 'string' }, scan: { type: 'boolean', default: false }, jobs: { type: 'string', default: '2' },
    out: { type: 'string' }, keep: { type: 'string' }, verbose: { type: 'boolean', default: false },
  },
});
const cli = resolve(flags.cli);
const workplace = flags.keep ? resolve(flags.keep) : mkdtempSync(join(tmpdir(), 'mutants-'));
const cases = allCases().filter(({ id, kind, operator, truth }) => flags.only === undefined || [id, kind, operator, ...(truth?.rules ?? [])].some((text) => text.includes(flags.only)));
const verdicts = new Array(cases.length);
let next = 0;
await Promise.all(Array.from({ length: Number(flags.jobs) }, async () => {
  while (next < cases.length) {
    const index = next++;
    verdicts[index] = await verdictOn(cases[index], index);
    if (flags.verbose) process.stderr.write(`${verdicts[index].id}: ${verdicts[index].outcome}${verdicts[index].said ? ` (${verdicts[index].said})` : ''}\n`);
  }
}));
if (!flags.keep) rmSync(workplace, { recursive: true, force: true });
if (flags.out) writeFileSync(flags.out, verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(''));
process.stdout.write(table(verdicts));

async function verdictOn(entry, index) {
  const folder = join(workplace, entry.id);
  await mkdir(folder, { recursive: true });
  const { origins } = await layOut(entry, join(folder, 'tree'));
  const truth = { ...entry.truth, origins, fails: entry.fails };
  const base = { id: entry.id, kind: entry.kind, operator: entry.operator, rules: entry.truth?.rules ?? [] };
  if (flags.scan) return { ...base, ...await scanned(entry, truth, folder) };
  const { paths, failed, complete } = await runSuites(entry.project, join(folder, 'tree'), join(folder, 'reports'), index % 2 === 0 ? 'json' : 'junit');
  if (!complete) return { ...base, outcome: 'dropped', said: 'a suite wrote no report' };
  if (!failed.some((title) => title.includes(entry.fails))) return { ...base, outcome: 'dropped', said: `fails elsewhere: ${failed.join('; ') || 'nowhere'}` };
  const started = performance.now();
  const linked = await cliJson(['link', ...paths, '--root', join(folder, 'tree'), '--format', 'json'], join(folder, 'link.json'));
  const result = { ...base, failed, milliseconds: Math.round(performance.now() - started) };
  if (linked.error) return { ...result, outcome: 'broken', said: linked.error };
  return { ...result, ...(entry.kind === 'seeded' ? judgeSeeded(linked.json, truth) : judgeControl(linked.json, truth)) };
}

/** Whether the rules see the seeded violation at all. */
async function scanned(entry, truth, folder) {
  const { json, error } = await cliJson(['scan', join(folder, 'tree'), '--format', 'json'], join(folder, 'scan.json'));
  if (error) return { outcome: 'broken', said: error };
  if (entry.kind !== 'seeded') return { outcome: 'control', said: `${json.findings.length} findings` };
  const found = json.findings.filter((finding) => isSeeded(finding, truth));
  return { outcome: found.length > 0 ? 'found' : 'missed', said: found.map(({ severity, ruleId }) => `${severity} ${ruleId}`).join(', ') };
}

function cliJson(parameters, output) {
  return new Promise((done) => {
    execFile(process.execPath, [cli, ...parameters, '--output', output], { timeout: 120_000, maxBuffer: 1 << 26 }, (error, _stdout, stderr) => {
      // 1 is "there are findings".
      if (error && error.code !== 1) done({ error: stderr.trim().split('\n').at(-1) || String(error) });
      else readFile(output, 'utf8').then((text) => done({ json: JSON.parse(text) }), (failure) => done({ error: String(failure) }));
    });
  });
}
