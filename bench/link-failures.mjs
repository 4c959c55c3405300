/**
 * Failures whose cause is known, told again as small reports: for how many does `link` have the file that was changed among the first suspects, or
 * the violation that was there? `node bench/link-failures.mjs FAILURES.json VIOLATIONS.json TREE [--scan scan.json] [--cache-dir dir] [--dist dist] [--out result.jsonl]`
 *
 * A failure becomes a JUnit file (type, message, excerpt of the traceback, file of the test where it has one). Nothing of its cause goes into the report.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags, positionals: [failuresFile, violationsFile, tree] } = parseArgs({
  allowPositionals: true,
  options: { scan: { type: 'string' }, 'cache-dir': { type: 'string' }, dist: { type: 'string', default: 'dist' }, out: { type: 'string' } },
});
const load = (path) => import(resolve(flags.dist, 'src', path));
const [{ link }, { openRepositoryView }, { readTestResults }, { findTarget }, { readScan }] = await Promise.all([
  load('link.js'), load('linker/repository-view.js'), load('test-results/read-test-results.js'), load('commands/find-target.js'), load('commands/read-scan.js'),
]);
const failures = JSON.parse(readFileSync(failuresFile, 'utf8'));
const violations = new Map(JSON.parse(readFileSync(violationsFile, 'utf8')).map((entry) => [entry.id, entry]));
const root = resolve(tree);
const target = await findTarget([], { root });
const view = await openRepositoryView({ root, config: target.config, ...(flags.scan ? { scan: readScan(flags.scan) } : {}), ...(flags['cache-dir'] ? { cacheDir: resolve(flags['cache-dir']) } : {}) });

const folder = mkdtempSync(join(tmpdir(), 'link-failures-'));
const rows = failures.map((failure) => {
  const report = join(folder, `${failure.id}.xml`);
  writeFileSync(report, junit(failure));
  const { clusters } = link(readTestResults([report], { root }), view);
  const [cluster] = clusters;
  const fixed = failure.fix_files ?? [];
  const rank = (cluster?.suspects ?? []).findIndex(({ path }) => fixed.includes(path)) + 1;
  const known = (failure.related_violation_ids ?? []).flatMap((id) => violations.get(id) ?? []);
  const explained = (cluster?.links ?? []).findIndex(({ finding }) => names(finding, fixed) || known.some((violation) => meets(finding, violation))) + 1;
  return {
    id: failure.id, kind: cluster?.kind, inTree: fixed.some((path) => view.file(path) !== undefined), rank, explained, known: known.length, verdict: cluster?.verdict,
    first: cluster?.suspects[0]?.path, link: cluster?.links[0] && `${cluster.links[0].finding.ruleId} ${cluster.links[0].finding.concept} (${cluster.links[0].confidence})`,
  };
});
rmSync(folder, { recursive: true, force: true });
if (flags.out) writeFileSync(flags.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

for (const { id, kind, rank, explained, first, link: said, verdict } of rows) {
  process.stdout.write(`${id}  ${kind}  suspect ${rank || '-'}  violation ${explained || '-'}\n    ${first ?? ''}\n    ${said ?? verdict}\n`);
}
const count = (test) => rows.filter(test).length;
process.stdout.write(`\n${rows.length} failures; first suspect right: ${count(({ rank }) => rank === 1)}; among three: ${count(({ rank }) => rank >= 1 && rank <= 3)}; first violation right: ${count(({ explained }) => explained === 1)}; `
  + `suspect among three or first violation: ${count(({ rank, explained }) => (rank >= 1 && rank <= 3) || explained === 1)}; first suspect or first violation: ${count(({ rank, explained }) => rank === 1 || explained === 1)}\n`);

/** The finding is at a file that the fix changed. */
function names({ location, related }, paths) {
  return [location, ...related.map((site) => site.location)].some(({ path }) => paths.includes(path));
}

/** The finding covers a labelled place, within three lines. */
function meets({ location, related }, { locations }) {
  return (locations ?? []).some(({ file, line }) => [location, ...related.map((site) => site.location)].some((site) => site.path === file && Math.abs(site.range.start.line - line) <= 3));
}

function junit({ test_id: id, message, traceback_excerpt: excerpt }) {
  const [, type, rest] = /^((?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Status|Failure)): (.*)$/s.exec(message) ?? [undefined, '', message];
  const [owner, name = owner] = id.split('::');
  const text = `${excerpt}\n${excerpt.includes(message) ? '' : `E   ${message}`}`;
  return `<?xml version="1.0"?>\n<testsuites><testsuite name="pytest" tests="1" failures="1" errors="0" skipped="0"><testcase classname="${xml(owner)}" name="${xml(name)}" time="0.5">`
    + `<failure message="${xml(type ? `${type}: ${rest}` : message)}">${xml(text)}</failure></testcase></testsuite></testsuites>\n`;
}

function xml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}
