import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { complianceRecordSchema, type ComplianceRecord } from '../../src/model/compliance.js';
import { runCli } from '../support/shop-cli.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

const SHOP = {
  'checkout.ts': "export const timeout = process.env.SHOP_TIMEOUT ?? '30';\n",
  'refund.ts': "export const timeout = process.env.SHOP_TIMEOUT ?? '60';\n",
};

const records = (root: string): ComplianceRecord[] => readFileSync(join(root, 'history.jsonl'), 'utf8').trimEnd().split('\n').map((line) => complianceRecordSchema.parse(JSON.parse(line)));

it('adds a line per run with the commit and its date, and compares only lines of one rule set', () => {
  const root = temporaryTree(SHOP);
  git(root, 'init', '-q');
  git(root, 'add', '.');
  git(root, 'commit', '-q', '-m', 'a shop');
  const args = ['--history', 'history.jsonl', '--fail-on', 'none'];
  expect(runCli(root, args).err).toContain('history: begins with 0 of 1 concept (0.0 %); 1 violated');
  writeFileSync(join(root, 'refund.ts'), "import { timeout } from './checkout.js';\nexport const wait = timeout;\n");
  expect(runCli(root, args).err).toMatch(/history: 0 of 1 concept \(0\.0 %\); 1 violated at [0-9a-f]{9} \(2026-01-01\), now 1 of 1 concept \(100\.0 %\); 0 violated/);
  // What is shown, and what fails, does not touch the figure; another rule set is not compared.
  writeFileSync(join(root, 'ssot-audit.config.json'), '{"rules":{"conflicting-default":"off"}}');
  expect(runCli(root, [...args, '--max', '1', '--now', '2027-01-31']).err).toMatch(/not compared with [0-9a-f]{9} \(2026-01-01\), which other rules made/);
  writeFileSync(join(root, 'ssot-audit.config.json'), '{"rules":{"conflicting-default":"off"},"ignore":["refund.ts"]}');
  expect(runCli(root, args).err).toContain('for the configuration chose its files and services otherwise');
  const [first, second, third, fourth] = records(root);
  expect(first).toMatchObject({ time: '2026-01-01T00:00:00Z', commit: git(root, 'rev-parse', 'HEAD').trim(), dirty: false, comparable: false, total: { concepts: 1, oneOwner: 0, violated: 1 } });
  expect(second).toMatchObject({ dirty: true, comparable: true, share: 1 });
  expect(third).toMatchObject({ time: '2027-01-31T00:00:00Z', comparable: false, rules: { off: ['conflicting-default'] } });
  expect(third!.rulesetHash).not.toBe(first!.rulesetHash);
  expect(fourth).toMatchObject({ rulesetHash: third!.rulesetHash, comparable: false });
});

it('adds nothing for a part of the audit, without a time, or to a file that is no history', () => {
  const root = temporaryTree({ ...SHOP, 'notes.md': '# Notes\n' });
  const refused = (message: string, ...args: string[]): void => {
    expect(runCli(root, ['--fail-on', 'none', ...args])).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) as string });
  };
  refused('not with --only or --skip', '--history', 'history.jsonl', '--only', 'conflicting-*');
  refused('not of refund.ts alone', '--history', 'history.jsonl', 'refund.ts');
  refused('Give the time: --now', '--history', 'history.jsonl');
  refused('"yesterday" is not a time', '--history', 'history.jsonl', '--now', 'yesterday');
  refused('line 1 of notes.md cannot be continued: it is not JSON', '--history', 'notes.md', '--now', '2027-01-31');
  expect(existsSync(join(root, 'history.jsonl'))).toBe(false);
  expect(readFileSync(join(root, 'notes.md'), 'utf8')).toBe('# Notes\n');
});
