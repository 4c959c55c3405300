// npm run bench [-- TREE]: what a scan costs, in CPU seconds (user + system, children included) and peak memory, beside a floor that only
// parses, and beside jscpd, knip and dependency-cruiser on the same tree. Everything is measured in one run and given as a ratio to
// the floor, because machines differ and are shared. Default tree: this repository. Needs Linux (/proc).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const tree = resolve(process.argv[2] ?? home);
const work = mkdtempSync(join(tmpdir(), 'ssot-audit-bench-'));
const bin = (name) => join(home, 'node_modules/.bin', name);
const cli = join(home, 'dist/src/cli.js');
const LIMIT_SECONDS = Number(process.env.BENCH_LIMIT_SECONDS ?? 300);

const steps = [
  ['parse only (floor)', process.execPath, [join(home, 'bench/parse-floor.mjs'), tree]],
  ['ssot-audit, cold', process.execPath, [cli, tree, '--cache-dir', join(work, 'cache'), '--format', 'json', '-o', join(work, 'cold.json'), '--report-only']],
  ['ssot-audit, warm', process.execPath, [cli, tree, '--cache-dir', join(work, 'cache'), '--format', 'json', '-o', join(work, 'warm.json'), '--report-only']],
  ['ssot-audit, one thread', process.execPath, [cli, tree, '--no-cache', '--threads', '1', '--format', 'json', '-o', join(work, 'one.json'), '--report-only']],
  ['jscpd', bin('jscpd'), [tree, '--silent', '--reporters', 'json', '--output', work, '--exit-code', '0']],
  ...(existsSync(join(tree, 'package.json')) ? [['knip', bin('knip'), ['--directory', tree, '--no-exit-code', '--no-progress']]] : []),
  ['dependency-cruiser', bin('depcruise'), ['--no-config', '--output-type', 'json', '.']],
];

try {
  const rows = [];
  for (const step of steps) rows.push(await measure(...step));
  const floor = rows[0].cpu;
  process.stdout.write(`tree: ${tree}\n\n`);
  process.stdout.write(table([['step', 'CPU s', 'x floor', 'wall s', 'peak MB', ''], ...rows.map((row) => [
    row.name, row.cpu.toFixed(2), (row.cpu / floor).toFixed(2), row.wall.toFixed(2), row.peak.toFixed(0), row.note,
  ])]));
  const cold = rows.find(({ name }) => name === 'ssot-audit, one thread');
  if (cold) process.stdout.write(`\nparsing is ${(100 * floor / cold.cpu).toFixed(0)} % of a cold scan with one thread\n`);
  if (readFileSync(join(work, 'cold.json'), 'utf8') !== readFileSync(join(work, 'warm.json'), 'utf8')) throw new Error('cold and warm results differ');
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function measure(name, command, args) {
  const cpuBefore = cpuOfChildren();
  const started = process.hrtime.bigint();
  const child = spawn(command, args, { cwd: tree, stdio: 'ignore' });
  let peak = 0;
  const sampler = setInterval(() => { peak = Math.max(peak, residentOf(child.pid)); }, 20);
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_SECONDS * 1000);
  const [code, signal] = await once(child, 'close');
  clearInterval(sampler);
  clearTimeout(limit);
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  const note = signal ? `stopped after ${LIMIT_SECONDS} s` : code > 1 ? `exit ${code}` : '';
  return { name, cpu: cpuOfChildren() - cpuBefore, wall, peak: peak / 1024, note };
}

/** CPU seconds, user and system, of all children that have ended: proc(5), /proc/[pid]/stat, fields 16 and 17, in ticks of 10 ms. */
function cpuOfChildren() {
  const fields = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The high-water mark of a process's resident memory in kB (VmHWM), with that of its children; 0 once it is gone. */
function residentOf(pid) {
  try {
    const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return own + children.reduce((sum, child) => sum + residentOf(child), 0);
  } catch {
    return 0;
  }
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd()}\n`).join('');
}
