import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI, runCli } from '../support/shop-cli.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

/** A suite: says on a list outside of the tree that it ran, waits a little, and writes a JUnit report. */
const SUITE = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const [name, failing] = process.argv.slice(2);
appendFileSync('.git/started', name + '\\n');
await new Promise((resolve) => setTimeout(resolve, 150));
const failure = failing ? '<failure type="AssertionError" message="expected 119 to be 120">at src/price.mjs:1:22</failure>' : '';
mkdirSync('reports', { recursive: true });
writeFileSync('reports/' + name + '.xml', '<testsuites><testsuite name="' + name + '"><testcase classname="test/price.test.mjs" name="' + name + ' adds tax" time="0.15">' + failure + '</testcase></testsuite></testsuites>');
appendFileSync('.git/finished', name + '\\n');
process.exit(failing ? 1 : 0);
`;
const CONFIG = {
  loop: {
    environment: 'staging',
    suites: [
      { name: 'prices', command: 'node suite.mjs prices failing', reports: ['reports/prices.xml'], files: ['test/*.mjs'], priority: 'P1', tags: ['checkout'] },
      { name: 'orders', command: 'node suite.mjs orders', reports: ['reports/orders.xml'], priority: 'P2' },
      { name: 'search', command: 'node suite.mjs search', reports: ['reports/search.xml'], priority: 'P3' },
    ],
  },
  issues: { impact: { checkout: 'Nobody can pay.' } },
};

function project(config: object = CONFIG): string {
  const root = temporaryTree({
    'suite.mjs': SUITE, 'src/price.mjs': 'export const total = (net) => net * 1.19;\n', 'test/price.test.mjs': "import { total } from '../src/price.mjs';\nit('prices adds tax', () => { expect(total(100)).toBe(120); });\n",
    'ssot-audit.config.json': JSON.stringify(config), '.gitignore': 'reports/\n',
  });
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'prices');
  return root;
}

const lines = (root: string, name: string): string[] => (existsSync(join(root, '.git', name)) ? readFileSync(join(root, '.git', name), 'utf8').trim().split('\n') : []);
const runs = (root: string): string[] => (existsSync(join(root, '.ssot-audit/runs')) ? readdirSync(join(root, '.ssot-audit/runs')).sort() : []);
const worklog = (root: string, id = runs(root).at(-1)!): string => readFileSync(join(root, '.ssot-audit/runs', id, 'worklog.md'), 'utf8');
/** A worklog without times, durations and the id that holds a time. */
const timeless = (text: string): string => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME').replace(/\d{8}T\d{6}Z-[0-9a-f]{7}/g, 'RUN').replace(/\d+\.\d+s/g, 'SECONDS');

describe('ssot-audit loop', () => {
  it('runs the suites by priority, tells what failed, and writes a worklog that is made from the records alone', () => {
    const root = project();
    const { code, out } = runCli(root, ['loop', '-q']);
    expect(out).toContain('execution      3 suites ran, 3 with strong evidence.');
    expect(code).toBe(1);
    expect(lines(root, 'started')).toEqual(['prices', 'orders', 'search']);
    const text = worklog(root);
    expect(text).toContain('### P1: test/price.test.mjs &gt; prices adds tax');
    expect(text).toContain('- **Impact** (configured for `checkout`): Nobody can pay.');
    expect(runCli(root, ['worklog']).out).toBe(text);
    // Every line that states something leads to a record that is there.
    const stated = text.split('\n').filter((line) => /^(?:\s*-|\d+\.) /.test(line) && !line.includes(': not run'));
    expect(stated.length).toBeGreaterThan(20);
    for (const line of stated) {
      const [, target] = /\]\((?<path>[^)]+)\)/.exec(line) ?? [];
      expect(target, line).toBeDefined();
      expect(existsSync(join(root, '.ssot-audit/runs', runs(root).at(-1)!, target!)), line).toBe(true);
    }
  });

  it('tells the next run what is new, still failing and fixed, and adds each finished run to the history once', () => {
    const root = project();
    runCli(root, ['loop', '-q']);
    runCli(root, ['loop', '-q', '--focus', 'orders']);
    expect(worklog(root)).toContain('- **No longer shown, not proven fixed:** test/price.test.mjs &gt; prices adds tax');
    const { out } = runCli(root, ['trend']);
    expect(out).toContain('2 runs');
    expect(readFileSync(join(root, '.ssot-audit/history.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('calls a failure fixed only when its very tests passed: one that was renamed away shows nothing', () => {
    const root = project({ loop: { suites: [{ name: 'prices', command: 'node suite.mjs prices $(cat failing.txt)', reports: ['reports/prices.xml'] }] } });
    const runWith = (failing: string, from = '', to = ''): string => {
      writeFileSync(join(root, 'failing.txt'), failing);
      writeFileSync(join(root, 'suite.mjs'), SUITE.replace(from, to));
      runCli(root, ['loop', '-q']);
      return worklog(root);
    };
    runWith('failing');
    expect(runWith('', 'adds tax', 'adds nothing')).toContain('- **No longer shown, not proven fixed:** test/price.test.mjs &gt; prices adds tax');
    runWith('failing');
    expect(runWith('')).toContain('- **Fixed:** test/price.test.mjs &gt; prices adds tax');
  });

  it('refuses to test an unhealthy service, and runs and contacts nothing after that', () => {
    const root = project({ loop: { ...CONFIG.loop, services: [{ name: 'api', health: 'http://127.0.0.1:1/health' }] } });
    const { code, out } = runCli(root, ['loop', '-q']);
    expect(code).toBe(1);
    expect(out).toContain('REFUSED: api is unreachable.');
    expect(lines(root, 'started')).toEqual([]);
    expect(worklog(root)).toContain('## PHASE 2: TEST EXECUTION - NOT RUN');
  });

  it('stops a suite at its time limit with all that it started, and keeps secrets out of what it keeps', () => {
    const root = project({
      loop: {
        suites: [{ name: 'hangs', timeout: 1, command: 'echo "GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789"; (sleep 30; touch .git/late) & sleep 30', reports: ['none.xml'] }],
      },
    });
    const begun = performance.now();
    const { code } = runCli(root, ['loop', '-q']);
    expect(performance.now() - begun).toBeLessThan(25_000);
    expect(code).toBe(1);
    const folder = join(root, '.ssot-audit/runs', runs(root)[0]!);
    expect(readFileSync(join(folder, 'suites/hangs/output.txt'), 'utf8')).toContain('[redacted:');
    expect(worklog(root)).toContain('It was stopped after its time limit of 1 s.');
  });

  it('says what to do when it is not configured, a phase lacks its record, or the tree has changed', () => {
    const bare = project({});
    expect(runCli(bare, ['loop']).err).toContain('has no section "loop"');
    const root = project();
    expect(runCli(root, ['loop', '--phase', 'execution']).err).toContain('needs the record of "selection"');
    expect(runCli(root, ['loop', '--phase', 'tests']).err).toContain('Phases: deployment, selection');
    git(root, 'commit', '-q', '--allow-empty', '-m', 'another');
    expect(runCli(root, ['loop', '--resume']).err).toContain('cannot go on: the commit is');
  });

  it('killed at ten random moments and resumed, has the worklog of a run that nobody disturbed, and runs nothing twice that was finished', async () => {
    const undisturbed = project();
    runCli(undisturbed, ['loop', '-q']);
    const root = project();
    for (const moment of moments(10)) await killedAfter(root, moment);
    runCli(root, ['loop', '-q', ...(runs(root).length > 0 ? ['--resume'] : [])]);
    expect(timeless(worklog(root))).toBe(timeless(worklog(undisturbed)));
    expect(runs(root)).toHaveLength(1);
    // A suite that was killed in the middle begins again; one whose record was written never does.
    expect(lines(root, 'finished').filter((name) => name === 'prices').length).toBeLessThanOrEqual(lines(root, 'started').filter((name) => name === 'prices').length);
    rmSync(join(root, '.git', 'started'));
    runCli(root, ['loop', '-q', '--resume']);
    expect(lines(root, 'started')).toEqual([]);
  });
});

/** Milliseconds at random, the same in every test run (a linear congruential generator), so that a failure can be seen again. */
function moments(count: number): number[] {
  let state = 20_261_122;
  return Array.from({ length: count }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return 150 + Math.round((state / 4_294_967_296) * 1_800);
  });
}

/** Starts the loop, or goes on with it, and kills it without warning. */
async function killedAfter(root: string, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'loop', '-q', ...(runs(root).length > 0 ? ['--resume'] : [])], { cwd: root, stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: join(root, '.git/cache') } });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  await ended;
  clearTimeout(timer);
}
