/**
 * Are findings there before a fix and gone after it? Real commits that mend something that a rule is about, labelled by reading their diffs before
 * anything was run (bench/fix-sensitivity.labels.jsonl: what the fix does, the rules that are about it, the concept, the places that it mends), are
 * audited together with their parent, by those rules and without tests and documents (bench/fix-sensitivity.config.json), which costs a fifth. A
 * row per commit goes to bench/fix-sensitivity.jsonl.
 *
 *   node bench/fix-sensitivity.mjs <clone> [--labels file] [--commit abbreviation ...] [--cli dist/src/cli.js] [--cache-dir dir] [--results dir] [--out file] [--table]
 *
 * There before: a finding of one of the rules that names the concept and has a site at a place that the fix mends. After: `gone` when no such finding is
 * left, `smaller` when it is left without those places, `there` when a place of them is still in it. `reason` of a label says, after the fact, why not.
 * `--table` prints the rows as Markdown.
 * The clone is checked out commit by commit: give one of its own. With `--results` every result is kept, and read instead of made where it is there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals: [clone] } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: 'string', default: 'bench/fix-sensitivity.labels.jsonl' }, commit: { type: 'string', multiple: true, default: [] }, cli: { type: 'string', default: 'dist/src/cli.js' },
    'cache-dir': { type: 'string', default: join(tmpdir(), 'fix-sensitivity-cache') }, results: { type: 'string', default: mkdtempSync(join(tmpdir(), 'fix-sensitivity-')) },
    config: { type: 'string', default: resolve('bench/fix-sensitivity.config.json') }, out: { type: 'string', default: 'bench/fix-sensitivity.jsonl' }, table: { type: 'boolean', default: false },
  },
});
const git = (...words) => execFileSync('git', words, { cwd: clone, encoding: 'utf8', maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } }).trim();
const labels = readFileSync(values.labels, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line))
  .filter(({ commit }) => values.commit.length === 0 || values.commit.some((wanted) => commit.startsWith(wanted)));

// From the newest on: neighbours have most of their files in common, and the cache holds them.
const rows = labels.toReversed().map((label) => {
  const row = judge(label, audit(git('rev-parse', `${label.commit}^`), label), audit(label.commit, label));
  if (!values.table) process.stdout.write(`${row.commit} ${row.before === undefined ? 'not there before' : `${row.before.severity} ${row.before.ruleId} ${row.before.concept}: ${row.after}`}  ${row.subject}\n`);
  return row;
});
if (values.commit.length === 0) writeFileSync(values.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
if (values.table) process.stdout.write(tableOf(rows));
process.stdout.write(totalsOf(rows));

/** What the rules of a label say of a commit. */
function audit(commit, label) {
  const file = join(values.results, `${label.commit}-${commit.slice(0, 12)}.json`);
  if (!existsSync(file)) {
    checkOut(commit);
    const command = [values.cli, clone, '--root', clone, '-q', '-f', 'json', '-o', file, '--cache-dir', values['cache-dir'], '--no-baseline', '--report-only', '-c', values.config];
    const { status, stderr } = spawnSync(process.execPath, [...command, ...label.rules.flatMap((rule) => ['--only', rule])], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
  return JSON.parse(readFileSync(file, 'utf8')).findings;
}

function checkOut(commit) {
  spawnSync('git', ['checkout', '-qf', commit], { cwd: clone, stdio: 'ignore' }); // contents that a filtered mirror lacks stay away
  const missing = git('ls-files', '-d', '-z');
  if (missing !== '') execFileSync('git', ['update-index', '--skip-worktree', '-z', '--stdin'], { cwd: clone, input: missing, stdio: ['pipe', 'ignore', 'ignore'] });
}

function judge({ commit, subject, rules, concepts, paths }, parent, child) {
  const named = (finding) => concepts.findIndex((concept) => wordsOf(finding).includes(concept));
  const covering = (findings) => findings.filter((finding) => finding.suppression === undefined && named(finding) >= 0);
  const mended = (finding) => paths.filter((path) => placesOf(finding).includes(path)).length;
  // The first concept is what the fix is about; of the findings that name it, the one with most of the places.
  const [before] = covering(parent).filter((finding) => mended(finding) > 0)
    .sort((a, b) => named(a) - named(b) || mended(b) - mended(a) || rules.indexOf(a.ruleId) - rules.indexOf(b.ruleId));
  const left = covering(child).filter((finding) => finding.ruleId === before?.ruleId && named(finding) === named(before));
  const after = left.some((finding) => mended(finding) > 0) ? 'there' : child.some(({ ruleId, concept }) => ruleId === before?.ruleId && concept === before.concept) ? 'smaller' : 'gone';
  return {
    commit: commit.slice(0, 9), subject, rule: rules[0], concept: concepts[0],
    ...(before === undefined ? {} : { before: { ruleId: before.ruleId, severity: before.severity, concept: before.concept }, after }),
  };
}

function placesOf({ location, related, unlisted = [] }) {
  return [location.path, ...related.map((site) => site.location.path), ...unlisted.map(({ path }) => path)];
}

function wordsOf({ concept, key, message, symbol, related }) {
  return [concept, key, message, symbol, ...related.map((site) => site.symbol)].join(' ');
}

function tableOf(all) {
  const cells = all.map(({ commit, rule, concept, before, after }) => `| ${[commit, before?.ruleId ?? `(${rule})`, concept, before?.severity ?? '-', after ?? '-'].join(' | ')} |`);
  return ['| commit | rule | concept | before | after |', '|---|---|---|---|---|', ...cells, ''].join('\n');
}

function totalsOf(all) {
  const there = all.filter(({ before }) => before !== undefined);
  const mended = there.filter(({ after }) => after !== 'there');
  const bySeverity = ['error', 'warning', 'info'].map((severity) => `${mended.filter(({ before }) => before.severity === severity).length} ${severity}`).join(', ');
  return `${all.length} commits: ${there.length} found before, ${mended.length} of them gone or smaller after (${bySeverity}), ${there.length - mended.length} still there\n`;
}
