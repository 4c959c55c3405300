/**
 * Are findings there before a fix and gone after it? Real commits that say of themselves that they consolidate, remove a singleton or mend a
 * configuration are audited against their parent with `--base`, newest first. A row per commit goes to bench/fix-sensitivity.jsonl.
 *
 *   node bench/fix-sensitivity.mjs <clone> <newest commit> [number=15] [--cli dist/src/cli.js] [--cache-dir dir] [--out file]
 *
 * Taken are commits by subject (FIX), that change at most 40 files, at least one of them production code, and whose contents the clone has. The clone
 * is checked out commit by commit: give one of its own.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const FIX = /\b(?:consolidat|deduplicat|unif(?:y|ie)|eliminat|remov|replac|migrat|fix|resolv)\w*\b.*\b(?:duplicate|singleton|shared state|global state|SSOT|canonical|config\w*|env\w*|import path|default|isolation)/i;
const NOT_CODE = /(?:^|\/)(?:tests?|e2e|__tests__|fixtures?|docs?|reports?|scripts?)\/|(?:^|\/)test_|\.(?:md|json|lock|txt|xml)$|\.test\.|_test\.py$/;
const MOST_FILES = 40;

const { values: { cli, 'cache-dir': cacheDir, out }, positionals: [clone, newest, number = '15'] } = parseArgs({
  allowPositionals: true, options: { cli: { type: 'string', default: 'dist/src/cli.js' }, 'cache-dir': { type: 'string', default: join(tmpdir(), 'fix-sensitivity-cache') }, out: { type: 'string', default: 'bench/fix-sensitivity.jsonl' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'fix-sensitivity-'));
const git = (...words) => execFileSync('git', words, { cwd: clone, encoding: 'utf8', maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } }).trim();
const candidates = git('log', '--no-merges', '--format=%H%x00%s', '-n', '2000', newest).split('\n').map((line) => line.split('\0')).filter(([, subject]) => FIX.test(subject) && !/^docs|^test/i.test(subject));

let taken = 0;
for (const [commit, subject] of candidates) {
  if (taken >= Number(number)) break;
  const parent = git('rev-parse', `${commit}^`);
  const files = git('diff', '--name-only', '--no-renames', parent, commit).split('\n').filter((path) => path !== '');
  if (files.length > MOST_FILES || !files.some((path) => /\.(?:py|tsx?|jsx?|ya?ml|env\S*)$/.test(path) && !NOT_CODE.test(path))) continue;
  if (!hasContents(parent, commit)) continue;
  checkOut(commit);
  const file = join(scratch, 'result.json');
  const { status, stderr } = spawnSync(process.execPath, [cli, clone, '--root', clone, '-q', '-f', 'json', '-o', file, '--cache-dir', cacheDir, '--base', parent], { encoding: 'utf8' });
  if (status !== 0 && status !== 1 && status !== 3) throw new Error(stderr);
  taken++;
  const { comparison, findings } = JSON.parse(readFileSync(file, 'utf8'));
  const touched = new Set(files);
  const fixed = comparison.resolved.filter(({ sites }) => sites.some((site) => touched.has(site.split('#')[0])));
  const worse = findings.filter(({ change }) => change && (change.kind === 'new' || change.kind === 'grown') && change.level !== 'note');
  const row = { commit: commit.slice(0, 9), subject: subject.slice(0, 100), files: files.length, fixed: fixed.map(({ kind, ruleId, severity, concept }) => `${kind} ${severity} ${ruleId} ${concept}`), worse: worse.map(({ ruleId, severity, concept }) => `${severity} ${ruleId} ${concept}`) };
  appendFileSync(out, `${JSON.stringify(row)}\n`);
  process.stdout.write(`${row.commit} ${files.length} files: ${row.fixed.length} fixed or smaller, ${row.worse.length} worse  ${row.subject}\n`);
}

/** Whether a filtered mirror has what the commit changed, on both sides. */
function hasContents(parent, commit) {
  const blobs = git('diff-tree', '-r', '--no-renames', '--no-commit-id', parent, commit).split('\n').flatMap((line) => line.split(' ').slice(2, 4)).filter((id) => !/^0+$/.test(id));
  const answers = spawnSync('git', ['cat-file', '--batch-check'], { cwd: clone, input: blobs.join('\n'), encoding: 'utf8', env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } });
  return answers.status === 0 && !/ missing$/m.test(answers.stdout);
}

function checkOut(commit) {
  spawnSync('git', ['checkout', '-qf', commit], { cwd: clone, stdio: 'ignore' }); // contents that a filtered mirror lacks stay away
  const missing = git('ls-files', '-d', '-z');
  if (missing !== '') execFileSync('git', ['update-index', '--skip-worktree', '-z', '--stdin'], { cwd: clone, input: missing, stdio: ['pipe', 'ignore', 'ignore'] });
}
