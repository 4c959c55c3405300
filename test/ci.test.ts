import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scanResultSchema } from '../src/model/result.js';
import { git, temporaryTree } from './support/temporary-tree.js';

const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

interface Step { id?: string; if?: string; uses?: string; with?: Record<string, string>; shell?: string; env?: Record<string, string>; run?: string }
interface Action { inputs: Record<string, { description: string; default: string }>; outputs: Record<string, { description: string; value: string }>; runs: { using: string; steps: Step[] } }
interface Hook { id: string; entry: string; args?: string[]; language: string; pass_filenames: boolean; stages: string[] }

const read = (path: string): string => readFileSync(path, 'utf8');
const action = parse(read('action.yml')) as Action;
const hooks = parse(read('.pre-commit-hooks.yaml')) as Hook[];
const help = spawnSync(process.execPath, [CLI, '--help'], { encoding: 'utf8' }).stdout;

/** A shop with one limit; the working copy is on a branch that main knows nothing of. */
let shop: string;
let bin: string;
beforeEach(() => {
  shop = temporaryTree({
    'api/limits.py': 'import os\n\nCART_LIMIT = os.environ.get("CART_LIMIT", "50")\n', 'api/vouchers.py': 'import os\n\nLIMIT = os.environ.get("VOUCHERS", "3")\n',
    '.gitignore': 'ssot-report/\n.runner/\n', '.github/CODEOWNERS': '/api/ @shop/api\n',
  });
  git(shop, 'init', '-q', '-b', 'main');
  git(shop, 'add', '.');
  git(shop, 'commit', '-q', '-m', 'the shop');
  git(shop, 'checkout', '-q', '-b', 'checkout-limit');
  mkdirSync(join(shop, '.runner'));
  bin = join(shop, '.runner');
  // `npx` fetches a published package; here it starts this one, with the arguments that it was given.
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n[ "$1" = --yes ] || exit 99\necho "$2" > "${bin}/package"\nshift 2\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
});

function addSecondDefault(): void {
  writeFileSync(join(shop, 'api/checkout.py'), 'import os\n\nLIMIT = os.environ.get("CART_LIMIT", "40")\n');
  git(shop, 'add', '.');
}

interface Run { code: number; out: string; err: string; outputs: Record<string, string>; summary: string }

/** Runs the steps of the action that have a script, each as the runner does: by bash, with its own files for outputs and summary. */
function runAction(inputs: Record<string, string>): Run {
  const run: Run = { code: 0, out: '', err: '', outputs: {}, summary: '' };
  for (const [index, step] of action.runs.steps.entries()) {
    if (step.run === undefined || (run.code !== 0 && step.if !== 'always()')) continue;
    const file = (name: string): string => join(bin, `${name}-${index}`);
    for (const name of ['output', 'summary']) writeFileSync(file(name), '');
    writeFileSync(file('script'), step.run);
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluate(value, inputs, run.outputs)]));
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script')], {
      cwd: shop, encoding: 'utf8',
      env: { ...process.env, ...env, PATH: `${bin}:${process.env['PATH']}`, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: shop, GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary'), XDG_CACHE_HOME: join(bin, 'cache'), COLUMNS: '100' },
    });
    if (step.id === 'audit') Object.assign(run.outputs, Object.fromEntries(read(file('output')).trim().split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string])));
    run.code = status ?? -1;
    run.out += stdout;
    run.err += stderr;
    run.summary += read(file('summary'));
  }
  return run;
}

function evaluate(text: string, inputs: Record<string, string>, outputs: Record<string, string>): string {
  return text.replace(/\$\{\{ (inputs|steps\.audit\.outputs)\.([\w-]+) \}\}/g, (_, scope: string, name: string) => (scope === 'inputs' ? inputs[name] ?? action.inputs[name]!.default : outputs[name] ?? ''));
}

describe('action.yml', () => {
  it('uses what it declares and declares what it uses', () => {
    const text = read('action.yml');
    const used = new Set([...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name!));
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) expect(description).toMatch(/\.$/);
    expect(Object.keys(action.outputs)).toEqual(['verdict', 'new', 'total', 'summary', 'sarif-path']);
    expect(action.runs.using).toBe('composite');
  });

  it('hands inputs over as variables, never as text of a script', () => {
    for (const { run, env = {}, shell } of action.runs.steps.filter((step) => step.run !== undefined)) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
      const own = [...run!.matchAll(/\$\{?(SSOT_\w+)/g)].map(([, name]) => name!);
      expect(own.filter((name) => !(name in env))).toEqual([]);
      expect(Object.keys(env).filter((name) => !own.includes(name))).toEqual([]);
    }
  });

  it('blocks what the change adds, with annotations, summary, outputs and reports', () => {
    addSecondDefault();
    git(shop, 'commit', '-q', '-m', 'a limit for the checkout');
    const { code, out, err, outputs, summary } = runAction({ base: 'main', version: '1.2.3' });
    expect(code, err).toBe(1);
    expect(read(join(bin, 'package')).trim()).toBe('ssot-audit@1.2.3');
    expect(err.match(/^::error file=api\/checkout\.py,line=3,endLine=3,title=conflicting-default%3A CART_LIMIT::/gm)).toHaveLength(1);
    expect(err).toContain('Code owners: @shop/api');
    expect(out).toContain('CART_LIMIT');
    expect(outputs).toMatchObject({ verdict: 'blocked', new: '1', total: '1', 'exit-code': '1', 'sarif-path': 'ssot-report/ssot-audit.sarif' });
    expect(outputs['summary']).toContain('1 finding blocks');
    expect(summary).toContain('## Blocking (1)');
    const sarif = JSON.parse(read(join(shop, outputs['sarif-path']!))) as { runs: { results: { baselineState: string; properties: { owners: string[] } }[] }[] };
    expect(sarif.runs[0]!.results.map(({ baselineState, properties: { owners } }) => [baselineState, owners])).toEqual([['new', ['@shop/api']]]);
    expect(scanResultSchema.parse(JSON.parse(read(join(shop, 'ssot-report/ssot-audit.json')))).comparison!.verdict).toBe('blocked');
  });

  it('passes a change that makes nothing worse, whatever was there before', () => {
    addSecondDefault();
    git(shop, 'commit', '-q', '-m', 'a limit for the checkout');
    git(shop, 'branch', '-f', 'main');
    writeFileSync(join(shop, 'api/prices.py'), 'VAT = 19\n');
    const { code, err, outputs } = runAction({ base: 'main' });
    expect(code, err).toBe(0);
    expect(err).not.toContain('::error');
    expect(outputs).toMatchObject({ verdict: 'passed', new: '0', 'exit-code': '0' });
    expect(runAction({})).toMatchObject({ code: 1, outputs: { verdict: 'blocked', new: '1', total: '1' } });
    expect(runAction({ 'fail-on': 'none', 'report-dir': 'ssot-report/all' })).toMatchObject({ code: 0, outputs: { 'sarif-path': 'ssot-report/all/ssot-audit.sarif' } });
  });

  it('says that it could not run, and never passes then', () => {
    const hostile = '$(touch pwned); `touch pwned` "\'';
    for (const inputs of [{ base: 'no-such-branch' }, { root: 'no such folder' }, { config: hostile }, { root: hostile }, { base: '--report-only' }, { 'fail-on': 'never' }]) {
      expect(runAction(inputs)).toMatchObject({ code: 2, outputs: { verdict: 'error', 'exit-code': '2' } });
    }
    expect(existsSync(join(shop, 'pwned'))).toBe(false);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  it('audits the whole tree: no file names are passed', () => {
    for (const { entry, language, pass_filenames, args = [] } of hooks) {
      expect([entry.split(' ')[0], language, pass_filenames]).toEqual(['ssot-audit', 'node', false]);
      expectFlags([entry, ...args].join(' '));
    }
  });

  it('blocks what is staged and not what only lies there', () => {
    const hook = hooks.find(({ id }) => id === 'ssot-audit')!;
    const commit = (): number | null => spawnSync(process.execPath, [CLI, ...hook.entry.split(' ').slice(1), ...(hook.args ?? [])], { cwd: shop, encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: join(bin, 'cache') } }).status;
    writeFileSync(join(shop, 'api/checkout.py'), 'import os\n\nLIMIT = os.environ.get("CART_LIMIT", "40")\n');
    expect(commit()).toBe(0);
    git(shop, 'add', '.');
    expect(commit()).toBe(1);
    rmSync(join(shop, 'api/checkout.py'));
    expect(commit()).toBe(1);
    git(shop, 'add', '.');
    expect(commit()).toBe(0);
  });
});

describe('docs/ci.md and its examples', () => {
  const page = read('docs/ci.md');
  it.each(['docs/examples/ssot-audit.yml', 'docs/examples/gitlab-ci.yml'])('%s is linked and uses flags and inputs that there are', (path) => {
    expect(page).toContain(`(${path.slice('docs/'.length)})`);
    const text = read(path);
    parse(text);
    for (const [, line] of text.matchAll(/npx --yes (ssot-audit[^#\n]*)/g)) expectFlags(line!);
    if (path.endsWith('ssot-audit.yml')) {
      const { jobs } = parse(text) as { jobs: { audit: { steps: Step[] } } };
      const step = jobs.audit.steps.find(({ uses }) => uses?.includes('/ssot-audit@'))!;
      expect(Object.keys(step.with!).filter((name) => !(name in action.inputs))).toEqual([]);
    }
  });

  it('shows commands with flags that there are, and every input and output of the action', () => {
    for (const [, block] of page.matchAll(/```(?:sh|yaml)\n([^]*?)```/g)) for (const [, line] of block!.matchAll(/\b(ssot-audit(?: [^#\n|]*)?)/g)) expectFlags(line!);
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) expect(page).toContain(`\`${name}\``);
  });
});

function expectFlags(command: string): void {
  for (const [flag] of command.matchAll(/(?<=\s)--?[a-z][\w-]*/g)) expect(help, `${command}: ${flag}`).toMatch(new RegExp(`(^|[\\s,])${flag}\\b`, 'm'));
}
