/**
 * Seeded violations, end to end: lays out each mutant, runs its real suites, lets `link` (or only `scan`) say what it thinks, and holds that to
 * what is known. Of the two suites the one runs in which the failure is expected, with `--everything` both. `--suites` only asks whether the right tests fail, `--scan` only whether the rules see the violation.
 * `node bench/mutants/run.mjs [--cli dist/src/cli.js] [--only <text,text>] [--suites | --scan] [--everything] [--jobs 2] [--out verdicts.jsonl] [--keep <folder>]`; what a kept folder holds of the same mutants is not made again.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allCases, layOut, projectFiles } from './make-mutants.mjs';
import { runSuites, suiteOf } from './run-suites.mjs';
import { isSeeded, judgeControl, judgeSeeded } from './judge.mjs';
import { table } from './table.mjs';

const { values: flags } = parseArgs({
  options: {
    cli: { type: 'string', default: 'dist/src/cli.js' }, only: { type: 'string' }, scan: { type: 'boolean', default: false }, suites: { type: 'boolean', default: false }, everything: { type: 'boolean', default: false }, jobs: { type: 'string', default: '2' },
    out: { type: 'string' }, keep: { type: 'string' }, verbose: { type: 'boolean', default: false },
  },
});
const cli = resolve(flags.cli);
const workplace = flags.keep ? resolve(flags.keep) : mkdtempSync(join(tmpdir(), 'mutants-'));
const wanted = flags.only?.split(",") ?? [];
const cases = allCases().filter(({ id, kind, operator, truth }) => wanted.length === 0 || wanted.some((part) => [id, kind, operator, ...(truth?.rules ?? [])].some((text) => text.includes(part))));
const verdicts = new Array(cases.length);
let next = 0;
const healthy = {};
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
  const { origins } = await laidOut(entry, folder);
  const truth = { ...entry.truth, origins, fails: entry.fails };
  const base = { id: entry.id, kind: entry.kind, operator: entry.operator, rules: entry.truth?.rules ?? [] };
  if (flags.scan) return { ...base, ...await scanned(entry, truth, folder) };
  const { paths, failed, complete } = await suitesRun(entry, folder, index % 2 === 0 ? 'json' : 'junit', flags.everything ? undefined : [suiteOf(entry.fails)]);
  if (!complete) return { ...base, outcome: 'dropped', said: 'a suite wrote no report' };
  if (!failed.some((title) => title.includes(entry.fails))) return { ...base, outcome: 'dropped', said: `fails elsewhere: ${failed.join('; ') || 'nowhere'}` };
  if (flags.suites) return { ...base, outcome: 'fails' };
  const started = performance.now();
  const linked = await cliJson(['link', ...paths, '--root', join(folder, 'tree'), '--format', 'json'], join(folder, 'link.json'));
  const result = { ...base, failed, milliseconds: Math.round(performance.now() - started) };
  if (linked.error) return { ...result, outcome: 'broken', said: linked.error };
  return { ...result, ...(entry.kind === 'seeded' ? judgeSeeded(linked.json, truth) : judgeControl(linked.json, truth)) };
}

/** The repository of a case; the one of an earlier run where nothing about it has changed. */
function laidOut(entry, folder) {
  return remembered(join(folder, 'tree.json'), entry, () => layOut(entry, join(folder, 'tree')));
}

function suitesRun(entry, folder, format, suites) {
  return remembered(join(folder, 'suites.json'), { ...entry, format, suites }, () => runSuites(entry.project, join(folder, 'tree'), join(folder, 'reports'), format, suites));
}

/** What `make` gives, or gave for the same inputs before. */
async function remembered(file, inputs, make) {
  const hash = createHash('sha256').update(JSON.stringify([inputs, inputs.project in healthy ? healthy[inputs.project] : (healthy[inputs.project] = await projectFiles(inputs.project))])).digest('hex');
  const known = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (known?.hash === hash) return known.value;
  const value = await make();
  writeFileSync(file, JSON.stringify({ hash, value }));
  return value;
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
