#!/usr/bin/env node
// node bench/startup.mjs [--runs 40] [--cli dist/src/cli.js] [--max 1.5]
// Start-up cost of `ssot-audit --help` against an empty `node -e 0`: median wall time of alternating runs, so that other load
// weighs on both alike. Exit code 1 above --max.
import { spawnSync } from 'node:child_process';

const option = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
const runs = Number(option('--runs', '40'));
const cli = option('--cli', 'dist/src/cli.js');
const max = Number(option('--max', '1.5'));

const empty = [];
const help = [];
for (let run = 0; run < runs; run++) {
  empty.push(timeOf(['-e', '0']));
  help.push(timeOf([cli, '--help']));
}
const ratio = median(help) / median(empty);
console.log(`node -e 0: ${median(empty).toFixed(1)} ms, --help: ${median(help).toFixed(1)} ms; ratio ${ratio.toFixed(2)} (median of ${runs} runs, at most ${max})`);
process.exitCode = ratio <= max ? 0 : 1;

function timeOf(args) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed with ${status}`);
  return performance.now() - start;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
