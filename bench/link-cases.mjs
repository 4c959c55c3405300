// node bench/link-cases.mjs BUILD BARE OUT --name NAME --repo OWNER/NAME --work DIR --source REGEX --tests REGEX --run COMMAND [--green COMMAND] [--reports junit.xml]
//                           [--files REGEX] [--max 6] [--tries 40] [--since 2023-01-01] [--subject REGEX] [--seconds 120]
// Makes cases for link-accuracy.mjs out of a repository's own history: a commit that says it mends something and changed one to three source files
// and a test. DIR gets the parent's files with the commit's tests on top, COMMAND runs them there ({tests} is the list of changed test files); then the
// commit's sources are added and COMMAND runs again. A case counts when tests fail the first time, and all of these pass the second time. It leaves
//   OUT/trees/ID      the parent as a git repository whose history ends there, with the commit's tests, not committed
//   OUT/reports/ID/   the report files that the first run wrote, and what it printed (terminal.txt)
//   OUT/cases.jsonl   a line per case: fix_files are the sources that the commit changed
//   OUT/tried.jsonl   what became of every commit that was tried
// BARE is a clone with history. COMMAND runs the repository's code: give it a machine (or a network namespace) without a way out. DIR keeps the ignored folders
// that it already has (dependencies: node_modules, a virtual environment).
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const [build, bareArg, out] = process.argv.slice(2);
const value = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
const { readTestResults } = await import(resolve(build, 'src/test-results/read-test-results.js'));
const bare = resolve(bareArg);
const name = value('--name');
const work = resolve(value('--work'));
const isSource = new RegExp(value('--source'));
const isTest = new RegExp(value('--tests'));
const isRun = new RegExp(value('--files', value('--tests')));
const subject = new RegExp(value('--subject', '\\b(?:fix\\w*|bugs?|bugfix|correct\\w*|handle\\w*|wrong\\w*|crash\\w*|errors?|prevent\\w*|regress\\w*|broken|incorrect\\w*|respect\\w*|avoid\\w*|properly)\\b'), 'i');
const reports = value('--reports', 'junit.xml').split(',');
const seconds = Number(value('--seconds', 120));
const KEPT = new Set(['node_modules', '.git', '.venv']);
const git = (args, cwd = bare) => execFileSync('git', args, { cwd, maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] });
const pathsOf = (sha) => git(['diff-tree', '-r', '--name-status', '--no-renames', '--no-commit-id', sha]).toString().split('\n').filter(Boolean).map((line) => line.split('\t'));

const done = new Set((existsSync(join(out, 'tried.jsonl')) ? readFileSync(join(out, 'tried.jsonl'), 'utf8') : '').split('\n').filter(Boolean).map((line) => JSON.parse(line)).map((entry) => `${entry.name} ${entry.sha}`));
let made = 0;
let tried = 0;
const log = git(['log', '--no-merges', `--since=${value('--since', '2023-01-01')}`, '--format=%H%x09%P%x09%cs%x09%s', 'HEAD']).toString().split('\n').filter(Boolean);
for (const [sha, parent, date, title] of log.map((line) => line.split('\t'))) {
  if (made >= Number(value('--max', 6)) || tried >= Number(value('--tries', 40))) break;
  if (done.has(`${name} ${sha}`) || !subject.test(title) || /^(?:chore|ci|docs|build|refactor|style|feat)\b/i.test(title) || parent.includes(' ')) continue;
  const changed = pathsOf(sha);
  const sources = changed.filter(([, path]) => isSource.test(path) && !isTest.test(path));
  const tests = changed.filter(([status, path]) => isTest.test(path) && status !== 'D').map(([, path]) => path);
  const toRun = tests.filter((path) => isRun.test(path));
  if (sources.length < 1 || sources.length > 3 || sources.some(([status]) => status !== 'M') || toRun.length < 1 || toRun.length > 4) continue;
  tried++;
  let outcome;
  try { outcome = tryCommit({ sha, parent, date, title, fix: sources.map(([, path]) => path), tests, toRun }); } catch (error) { outcome = `could not: ${String(error.message).split('\n')[0]}`; }
  if (outcome === 'case') made++;
  appendFileSync(join(out, 'tried.jsonl'), `${JSON.stringify({ name, sha, title, outcome })}\n`);
  process.stdout.write(`${name} ${sha.slice(0, 8)} ${outcome} | ${title}\n`);
}
process.stdout.write(`${name}: ${made} cases of ${tried} tried\n`);

function tryCommit({ sha, parent, date, fix, tests, toRun, title }) {
  layOut(work, parent);
  overlay(work, sha, tests);
  const red = run(toRun);
  if (red.failures === 0) return red.results === 0 ? `no results: ${red.printed.trim().split('\n').at(-1)?.slice(0, 200)}` : 'passes before';
  const id = `${name}-${sha.slice(0, 8)}`;
  const kept = reports.filter((report) => existsSync(join(work, report))).map((report) => [report, readFileSync(join(work, report))]);
  overlay(work, sha, fix);
  const green = run(toRun);
  if (green.failures > 0 || green.results === 0) return `still fails: ${green.failures} of ${green.results}, before ${red.failures} of ${red.results}`;
  const folder = join(out, 'reports', id);
  mkdirSync(folder, { recursive: true });
  for (const [report, bytes] of kept) writeFileSync(join(folder, report), bytes);
  writeFileSync(join(folder, 'terminal.txt'), red.printed);
  const tree = join(out, 'trees', id);
  layOut(tree, parent);
  overlay(tree, sha, tests);
  appendFileSync(join(out, 'cases.jsonl'), `${JSON.stringify({
    id, repo: value('--repo'), base_commit: parent, fix_commit: sha, date, subject: title, test_files_overlaid: tests, fix_files: fix, name, root: work,
    reports: [...kept.map(([report]) => report), 'terminal.txt'], failing_test_files: toRun,
  })}\n`);
  return 'case';
}

/** A folder with the files of a commit, as a repository that knows nothing later. */
function layOut(folder, sha) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) if (!KEPT.has(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
  if (!existsSync(join(folder, '.git'))) {
    git(['init', '-q', '-b', 'main', '.'], folder);
    writeFileSync(join(folder, '.git/objects/info/alternates'), `${join(bare, 'objects')}\n`);
  }
  git(['update-ref', 'refs/heads/main', sha], folder);
  git(['read-tree', 'HEAD'], folder);
  git(['checkout-index', '-a', '-f'], folder);
}

function overlay(folder, sha, paths) {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), git(['show', `${sha}:${path}`]));
  }
}

function run(tests) {
  for (const report of reports) rmSync(join(work, report), { force: true });
  const command = value('--run').replaceAll('{tests}', tests.map((path) => `'${path}'`).join(' '));
  const ran = spawnSync('timeout', ['-k', '5', String(seconds), 'bash', '-c', command], { cwd: work, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0' } });
  const printed = ran.stdout + ran.stderr;
  const report = reports.map((file) => join(work, file)).find(existsSync);
  if (report === undefined) return { results: 0, failures: 0, printed };
  let results = [];
  try { ({ results } = readTestResults([report], { root: work })); } catch { /* nothing was written */ }
  return { results: results.length, failures: results.filter(({ status }) => status === 'failed').length, printed };
}
