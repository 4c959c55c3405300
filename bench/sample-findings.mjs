// node bench/sample-findings.mjs RESULT.json COUNT [--severity error|warning|info] [--seed N] [--root TREE]
// Draws COUNT findings at random (seeded, so that anybody draws the same ones) from a saved scan and prints them as JSON lines for reading:
// with --root the code lines of each site are shown. Findings of severity info are left out unless asked for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const [file, count] = args;
if (!count) {
  process.stderr.write('usage: sample-findings.mjs RESULT.json COUNT [--severity S] [--seed N] [--root TREE]\n');
  process.exit(2);
}
const severity = option('--severity');
const root = option('--root');
const { findings } = JSON.parse(readFileSync(file, 'utf8'));
const pool = findings
  .filter((finding) => (severity ? finding.severity === severity : finding.severity !== 'info') && !finding.suppression)
  .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));

// mulberry32: a small seeded generator; the sample must be the same everywhere.
let state = Number(option('--seed', 1)) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
for (let index = pool.length - 1; index > 0; index--) {
  const other = Math.floor(random() * (index + 1));
  [pool[index], pool[other]] = [pool[other], pool[index]];
}
for (const finding of pool.slice(0, Number(count))) {
  const sites = [{ location: finding.location, role: 'primary', symbol: finding.symbol }, ...finding.related].slice(0, 12).map(({ location, role, symbol, message }) => ({
    at: `${location.path}:${location.range.start.line}`, role, symbol, message, ...(root ? { code: codeAt(location) } : {}),
  }));
  const { ruleId, severity: level, fingerprint, concept, message, differences, remedy, ownerReason } = finding;
  process.stdout.write(`${JSON.stringify({ ruleId, severity: level, fingerprint, concept, message, ownerReason, differences, remedy, sites, siteCount: finding.related.length + 1 })}\n`);
}

function codeAt({ path, range }) {
  try {
    return readFileSync(join(root, path), 'utf8').split('\n').slice(range.start.line - 1, range.start.line + 7).join('\n');
  } catch {
    return undefined;
  }
}
