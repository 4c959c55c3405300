// node bench/test-results-memory.mjs [MEGABYTES]
// Writes a JUnit report of that size (60 by default, one case in ten failing), reads it in a process of its own and prints time, peak memory and what was read.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const megabytes = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(tmpdir(), 'ssot-audit-bench-'));
const path = join(folder, 'junit.xml');
const stack = Array.from({ length: 24 }, (_, depth) => `    at total (/srv/shop/src/cart-${depth}.js:${depth + 1}:7)`).join('\n');
const file = openSync(path, 'w');
let size = writeSync(file, '<testsuites><testsuite name="shop">\n');
let cases = 0;
let failures = 0;
while (size < megabytes * 1e6) {
  const rows = [];
  for (let row = 0; row < 200; row++, cases++) {
    const fails = cases % 10 === 0;
    if (fails) failures++;
    rows.push(`<testcase classname="cart ${cases % 97}" name="case ${cases}" time="0.0${cases % 9}1">${fails ? `<failure message="Error: ${cases} is not 6">Error: ${cases} is not 6\n${stack}</failure>` : `<system-out>${'tea '.repeat(300)}</system-out>`}</testcase>`);
  }
  size += writeSync(file, `${rows.join('\n')}\n`);
}
writeSync(file, '</testsuite></testsuites>\n');
closeSync(file);

const program = `
  import { readTestResults } from ${JSON.stringify(new URL(process.env.OUT ?? '../dist/src/test-results/read-test-results.js', import.meta.url).href)};
  const start = process.hrtime.bigint();
  const { results, sources } = readTestResults([process.argv[1]]);
  const failed = results.filter(({ status }) => status === 'failed').length;
  console.log(JSON.stringify({ tests: results.length, failed, truncated: sources[0].truncated, seconds: Number(process.hrtime.bigint() - start) / 1e9, peakMB: Math.round(process.resourceUsage().maxRSS / 1024) }));
`;
const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], { encoding: 'utf8' });
process.stdout.write(`${Math.round(size / 1e6)} MB, ${cases} cases, ${failures} failures\n${stdout}${stderr}`);
rmSync(folder, { recursive: true });
