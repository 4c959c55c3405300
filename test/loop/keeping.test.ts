import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun, listRuns, pruneRuns } from '../../src/loop/run-store.js';
import type { RunRecord } from '../../src/model/loop-records.js';
import { runCli } from '../support/shop-cli.js';
import { temporaryTree } from '../support/temporary-tree.js';

const run = (id: string): RunRecord => ({ schemaVersion: 1, id, tool: { name: 'ssot-audit', version: '0' }, startedAt: '2026-11-22T10:00:00.000Z', environment: 'local', configHash: '', focus: [], deploy: false, allowUnhealthy: false });

/** Runs of four days, each with an output of so many bytes. */
function kept(bytes = 10): { root: string; ids: string[] } {
  const root = temporaryTree({});
  const ids = ['20261119T100000Z', '20261120T100000Z', '20261121T100000Z', '20261122T100000Z'];
  for (const id of ids) createRun(root, run(id)).keep('suites/orders/output.txt', 'x'.repeat(bytes));
  return { root, ids };
}

describe('runs that are kept', () => {
  it('are the newest within the number', () => {
    const { root, ids } = kept();
    expect(pruneRuns(root, { runs: 2, bytes: 1e9 }, ids[3]!)).toEqual(ids.slice(0, 2));
    expect(listRuns(root)).toEqual(ids.slice(2));
  });

  it('are the newest within the bytes', () => {
    const { root, ids } = kept(10_000);
    expect(pruneRuns(root, { runs: 20, bytes: 35_000 }, ids[3]!)).toEqual(ids.slice(0, 1));
  });

  it('hold the run under way, be it the oldest and larger than all may be', () => {
    const { root, ids } = kept(10_000);
    expect(pruneRuns(root, { runs: 1, bytes: 1 }, ids[0]!)).toEqual(ids.slice(1));
    expect(listRuns(root)).toEqual([ids[0]]);
  });
});

const REPORT = (name: string, message: string): string => `<testsuites><testsuite name="${name}"><testcase classname="shop" name="${name}" time="0.2"><failure message="${message}">${message}</failure></testcase></testsuite></testsuites>`;

describe('the history', () => {
  const LINE = { schemaVersion: 1, run: '20261121T100000Z', at: '2026-11-21T10:00:00.000Z', environment: 'local', failures: [], violations: {}, verdict: 'unknown' };
  const suite = (name: string, seconds: number): object => ({ name, evidence: 'strong', failed: 0, passed: 3, seconds });

  it('with a damaged line is read without it, and that is said; a half written line swallows no other', () => {
    const root = temporaryTree({
      'report.xml': REPORT('orders', 'no'), '.ssot-audit/history.jsonl': `${JSON.stringify({ ...LINE, suites: [suite('orders', 3)] })}\n{"schemaVersion":1,"run":"2026`,
      'ssot-audit.config.json': JSON.stringify({ loop: { suites: [{ name: 'orders', command: 'touch report.xml', reports: ['report.xml'] }] } }),
    });
    runCli(root, ['loop', '-q']);
    expect(runCli(root, ['worklog']).out).toContain('- **Problem:** 1 line of the history cannot be read and was passed over.');
    const { out, err } = runCli(root, ['trend', '--svg', 'trend.svg']);
    expect(err).toContain('1 line of the history cannot be read and is passed over.');
    expect(out).toContain('2 runs');
    expect(readFileSync(join(root, 'trend.svg'), 'utf8')).toContain('aria-label="Trend over 2 runs"');
  });

  it('tells how long suites take: what does not fit into --budget is left out, and --focus chooses', () => {
    const say = (name: string): string => `echo '${name}' >> ran.txt`;
    const root = temporaryTree({
      '.ssot-audit/history.jsonl': `${JSON.stringify({ ...LINE, suites: [suite('prices', 30), suite('orders', 40), suite('search', 10)] })}\n`,
      'ssot-audit.config.json': JSON.stringify({ loop: { suites: [['prices', 'P1'], ['orders', 'P2'], ['search', 'P3']].map(([name, priority]) => ({ name, priority, command: say(name!), tags: name === 'search' ? ['catalog'] : [] })) } }),
    });
    runCli(root, ['loop', '-q', '--budget', '45s', '--phase', 'selection', '--phase', 'execution']);
    expect(readFileSync(join(root, 'ran.txt'), 'utf8')).toBe('prices\nsearch\n');
    expect(runCli(root, ['worklog']).out).toContain('NOT SELECTED: **orders** - priority P2, as configured; its test files are not declared, so what it reaches is not known; it failed in 0 of the last 1 run; left out: it took 40 s last time, and 15 s of the budget are left');
    writeFileSync(join(root, 'ran.txt'), '');
    for (const words of ['P2', 'catalog,prices']) {
      writeFileSync(join(root, 'ran.txt'), '');
      const { err } = runCli(root, ['loop', '--focus', words, '--phase', 'selection', '--phase', 'execution']);
      expect(readFileSync(join(root, 'ran.txt'), 'utf8'), err).toBe(words === 'P2' ? 'orders\n' : 'prices\nsearch\n');
    }
  });
});

describe('a worklog of what wants to be more than text', () => {
  const NAME = '../../etc/@all <script>alert(1)</script> | # **x** ](http://evil.example) #12';
  const MESSAGE = '&#10;&#10;## PHASE 9: ALL IS WELL&#10;&#10;closes #1 @shop/everyone &lt;img src=x&gt; --&gt; GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789';

  it('shows it as text, keeps it in the folder of the run, and is the same bytes every time', () => {
    const root = temporaryTree({
      'report.xml': REPORT('a &lt;b&gt; @all #1 [x](y)', MESSAGE),
      'ssot-audit.config.json': JSON.stringify({ loop: { environment: '<b>@all</b>', suites: [{ name: NAME, command: 'touch report.xml; printf "\\033[31m@all\\n## DONE\\n"', reports: ['report.xml'], tags: ['@all'] }] }, issues: { impact: { '@all': 'See #7, @ann <b>' } } }),
    });
    expect(runCli(root, ['loop', '-q']).code).toBe(1);
    const { out } = runCli(root, ['worklog']);
    const visible = out.replace(/(`+)[^`]+\1/g, '');
    expect(visible).toContain('See #\u200b7, @\u200bann &lt;b&gt;');
    expect(visible).not.toMatch(/@(?=[\w-])|(?<!&)#\d|<[a-z/!]|-->|ghp_/i);
    expect(visible).not.toMatch(/^## (?!PHASE [0-6]: |EXECUTIVE|Session)/m);
    for (const [, target] of visible.matchAll(/(?<!\\)\]\(([^)]*)\)/g)) {
      expect(target).toMatch(/^[\w./-]+$/);
      expect(existsSync(join(root, '.ssot-audit/runs', listRuns(root)[0]!, target!)), target).toBe(true);
    }
    expect(readdirSync(join(root, '.ssot-audit')).sort()).toEqual(['.gitignore', 'history.jsonl', 'runs']);
    expect(runCli(root, ['worklog']).out).toBe(out);
    expect(readFileSync(join(root, '.ssot-audit/runs', listRuns(root)[0]!, 'worklog.md'), 'utf8')).toBe(out);
  });
});
