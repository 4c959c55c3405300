/**
 * What the merge gate would have said of real commits: each is audited against its parent with `--base`, caches warm. A row per commit goes to
 * bench/gate-study.jsonl. docs/gate-study.md is the reading of it.
 *
 *   node bench/gate-study.mjs <clone> <newest commit> [number=20] [--cli dist/src/cli.js] [--cache-dir dir] [--out file]
 *
 * The clone is checked out commit by commit: give one of its own. Times are wall and CPU seconds of the whole command.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const words = process.argv.slice(2);
const flag = (name) => {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words.splice(at, 2)[1];
};
const cli = flag('--cli') ?? 'dist/src/cli.js';
const scratch = mkdtempSync(join(tmpdir(), 'gate-study-'));
const cacheDir = flag('--cache-dir') ?? join(scratch, 'cache');
const out = flag('--out') ?? 'bench/gate-study.jsonl';
const [clone, newest, number = '20'] = words;

const git = (...args) => execFileSync('git', args, { cwd: clone, encoding: 'utf8', maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const checkOut = (commit) => {
  spawnSync('git', ['checkout', '-qf', commit], { cwd: clone, stdio: 'ignore' }); // contents that a filtered mirror lacks stay away
  const missing = git('ls-files', '-d', '-z');
  if (missing !== '') execFileSync('git', ['update-index', '--skip-worktree', '-z', '--stdin'], { cwd: clone, input: missing, stdio: ['pipe', 'ignore', 'ignore'] });
};
const audit = (...args) => {
  const file = join(scratch, 'result.json');
  const command = [process.execPath, cli, clone, '--root', clone, '-q', '-f', 'json', '-o', file, '--cache-dir', cacheDir, ...args];
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="times %R %U %S"; time "$@"', '_', ...command], { encoding: 'utf8' });
  const [, seconds, user, system] = /times ([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  if (status !== 0 && status !== 1 && status !== 3) throw new Error(stderr);
  return { status, seconds: Number(seconds), cpuSeconds: Math.round((Number(user) + Number(system)) * 10) / 10, result: JSON.parse(readFileSync(file, 'utf8')) };
};

const commits = git('log', '--first-parent', '--format=%H', '-n', number, newest).split('\n').reverse();
for (const commit of commits) {
  checkOut(commit);
  const parent = git('rev-parse', `${commit}^`);
  const { status, seconds, cpuSeconds, result } = audit('--base', parent);
  const worse = result.findings.filter(({ change }) => change && change.kind !== 'unchanged' && change.kind !== 'moved');
  const row = {
    commit: commit.slice(0, 9),
    subject: git('log', '-1', '--format=%s', commit).slice(0, 90),
    files: git('diff', '--name-only', parent, commit).split('\n').filter((path) => path !== '').length,
    exit: status, seconds, cpuSeconds,
    counts: result.comparison.counts,
    fixed: result.comparison.resolved.filter(({ kind }) => kind === 'fixed').length,
    blocks: worse.filter(({ change }) => change.blocks).map(({ ruleId, severity, concept, change }) => ({ ruleId, severity, concept, kind: change.kind, statement: change.statement, added: change.addedSites.map(({ path, range }) => `${path}:${range.start.line}`).slice(0, 6) })),
    warns: worse.filter(({ change }) => change.level === 'warn').map(({ ruleId, severity, concept, change }) => ({ ruleId, severity, concept, kind: change.kind, statement: change.statement.slice(0, 200) })),
  };
  appendFileSync(out, `${JSON.stringify(row)}\n`);
  process.stdout.write(`${row.commit} ${row.files} files, ${seconds} s (${cpuSeconds} s of CPU), exit ${status}: ${row.blocks.length} block, ${row.warns.length} warn, ${row.fixed} fixed  ${row.subject}\n`);
}
