// node bench/consolidations.mjs LABELS.jsonl BARE.git [--prepare SCRIPT] [--sample N] [--seed N] [--minutes N] [--work DIR] [--cli CLI.js] [--misses]
// Were the definitions that maintainers later merged into one reported at the commit before? Lays out each parent commit once (a seeded
// sample of them with --sample), scans it, and runs jscpd over the same folder, with its defaults and with a third of its smallest clone.
// A label counts as found when one finding, or one pair of clones, covers at least two of its places: same file, and the place between
// three lines above the beginning and the end. Findings of more than 4 sites per place plus 8 are left out as too broad.
// --minutes: begins no further parent after that time; the order of parents is seeded, so the ones done are a sample.
// --prepare: a script that is called with BARE, COMMIT and OUT and lays the tree out; `git archive` without it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const [labelsFile, bare] = args;
if (!bare) {
  process.stderr.write('usage: consolidations.mjs LABELS.jsonl BARE.git [--prepare SCRIPT] [--sample N] [--seed N] [--minutes N] [--work DIR] [--cli CLI.js] [--misses]\n');
  process.exit(2);
}
const work = option('--work', '/tmp/consolidations');
const cli = option('--cli', fileURLToPath(new URL('../dist/src/cli.js', import.meta.url)));
const jscpd = fileURLToPath(new URL('../node_modules/.bin/jscpd', import.meta.url));
/** What speaks of one thing that is declared more than once. */
const RULES = ['backup-copy', 'conflicting-constant', 'diverging-enum', 'diverging-type', 'duplicate-constant', 'duplicate-enum', 'duplicate-file', 'duplicate-function', 'duplicate-manager', 'duplicate-type'];
const CLONES = [['jscpd, defaults', []], ['jscpd --min-tokens 15 --min-lines 3', ['--min-tokens', '15', '--min-lines', '3']]];

const labels = readFileSync(labelsFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const parents = sampled([...new Set(labels.map(({ parent }) => parent))].sort());
const tools = new Map();
const begun = Date.now();
const done = [];
for (const [position, parent] of parents.entries()) {
  if (Date.now() - begun > Number(option('--minutes', Infinity)) * 60_000) break;
  done.push(parent);
  process.stderr.write(`${position + 1} of ${parents.length} ${parent.slice(0, 10)}\n`);
  const tree = join(work, 'tree');
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  layOut(parent, tree);
  const wanted = labels.filter((label) => label.parent === parent);
  const findings = scanned(tree);
  judge('ssot-audit, any severity', wanted, findings.map(({ sites }) => sites), findings.length);
  const serious = findings.filter(({ severity }) => severity !== 'info');
  judge('ssot-audit, errors and warnings', wanted, serious.map(({ sites }) => sites), serious.length);
  for (const [name, settings] of CLONES) {
    const pairs = clones(tree, settings);
    judge(name, wanted, pairs, pairs.length);
  }
}
process.stdout.write(`${done.length} of ${new Set(labels.map(({ parent }) => parent)).size} parents, ${labels.filter(({ parent }) => done.includes(parent)).length} definitions merged later\n\n| tool | found | recall | findings per parent |\n|---|---|---|---|\n`);
for (const [name, { found, wanted, reported }] of tools) process.stdout.write(`| ${name} | ${found.length} of ${wanted.length} | ${(found.length / wanted.length).toFixed(3)} | ${Math.round(reported / done.length)} |\n`);
if (args.includes('--misses')) {
  for (const [name, { found, wanted }] of tools) {
    process.stdout.write(`\n${name} misses:\n`);
    for (const label of wanted.filter((each) => !found.includes(each))) process.stdout.write(`- ${label.kind} ${label.name}: ${label.sites.slice(0, 4).map(({ file, line }) => `${file}:${line}`).join(', ')}\n`);
  }
}

function sampled(list) {
  const count = Number(option('--sample', list.length));
  // mulberry32, as in sample-findings.mjs
  let state = Number(option('--seed', 1)) >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return list.map((item) => [random(), item]).sort(([a], [b]) => a - b).slice(0, count).map(([, item]) => item);
}

function layOut(commit, tree) {
  const prepare = option('--prepare');
  if (prepare) execFileSync(process.execPath, [prepare, bare, commit, tree], { stdio: ['ignore', 'ignore', 'ignore'], maxBuffer: 1 << 28 });
  else execFileSync('tar', ['-x', '-C', tree], { input: execFileSync('git', ['--git-dir', bare, 'archive', commit], { maxBuffer: 1 << 30 }) });
}

function scanned(tree) {
  const out = join(work, 'scan.json');
  execFileSync(process.execPath, [cli, 'scan', tree, '--format', 'json', '-o', out, '--report-only', '--cache-dir', join(work, 'cache'), ...RULES.flatMap((rule) => ['--only', rule])],
    { stdio: ['ignore', 'ignore', 'ignore'] });
  return JSON.parse(readFileSync(out, 'utf8')).findings.map(({ severity, location, related }) => ({
    severity,
    sites: [location, ...related.map((site) => site.location)].map(({ path, range }) => ({ file: path, start: range.start.line, end: range.end.line })),
  }));
}

function clones(tree, settings) {
  const out = join(work, 'jscpd');
  rmSync(out, { recursive: true, force: true });
  execFileSync(jscpd, [tree, '--reporters', 'json', '--output', out, '--silent', '--exit-code', '0', '--max-size', '2mb', '--max-lines', '20000', ...settings], { stdio: 'ignore' });
  const report = join(out, 'jscpd-report.json');
  if (!existsSync(report)) return [];
  const place = ({ name, start, end }) => ({ file: relative(tree, name.startsWith('/') ? name : join(tree, name)), start, end });
  return JSON.parse(readFileSync(report, 'utf8')).duplicates.map(({ firstFile, secondFile }) => [place(firstFile), place(secondFile)]);
}

function judge(name, wanted, groups, reported) {
  const tool = tools.get(name) ?? { found: [], wanted: [], reported: 0 };
  tools.set(name, tool);
  tool.wanted.push(...wanted);
  tool.reported += reported;
  for (const label of wanted) {
    const covers = (sites) => sites.length <= 4 * label.sites.length + 8
      && label.sites.filter(({ file, line }) => sites.some((site) => site.file === file && site.start - 3 <= line && line <= site.end)).length >= 2;
    if (groups.some(covers)) tool.found.push(label);
  }
}
