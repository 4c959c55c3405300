import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linkCommand, type LinkFlags } from '../../src/commands/link.js';
import { linkResultSchema } from '../../src/model/link-result.js';
import { scanResult } from '../support/link-results.js';
import { temporaryTree } from '../support/temporary-tree.js';

const FILES = {
  'package.json': '{ "name": "shop" }',
  'src/cart.ts': 'export const total = () => 1;\n',
  'notes/todo.txt': 'Order more tea.\n',
  'reports/junit.xml': '<testsuites><testsuite name="cart" tests="1" failures="1"><testcase classname="test/cart.test.ts" name="adds up"><failure message="expected 1 to be 2">AssertionError: expected 1 to be 2</failure></testcase></testsuite></testsuites>',
};

async function run(reports: readonly string[], flags: LinkFlags = {}): Promise<unknown> {
  const root = temporaryTree(FILES);
  const output = join(root, 'link.json');
  await linkCommand(reports.map((path) => join(root, path)), { root, output, quiet: true, cache: false, threads: 1, ...flags });
  return JSON.parse(readFileSync(output, 'utf8'));
}

describe('ssot-audit link', () => {
  it('reads all reports of a folder and writes a result that can be read back', async () => {
    const result = linkResultSchema.parse(await run(['reports']));
    expect(result.sources.map(({ format }) => format)).toEqual(['junit']);
    expect(result.clusters.map(({ verdict }) => verdict)).toEqual(['No static violation explains this failure.']);
  });

  it('says what is wrong with what it was given', async () => {
    await expect(run(['notes'])).rejects.toMatchObject({ code: 'no-report' });
    await expect(run(['nowhere.xml'])).rejects.toMatchObject({ code: 'report-not-found' });
    await expect(run(['reports'], { since: '--all' })).rejects.toMatchObject({ code: 'unknown-commit' });
    await expect(run(['reports'], { coverage: ['nowhere.info'] })).rejects.toMatchObject({ code: 'coverage-unreadable' });
  });

  it('refuses a saved scan of another tree', async () => {
    const saved = join(temporaryTree({}), 'scan.json');
    writeFileSync(saved, JSON.stringify(scanResult([], { files: [{ path: 'lib/other.py', language: 'python', role: 'production', service: '', lines: 4 }] })));
    await expect(run(['reports'], { scan: saved })).rejects.toMatchObject({ code: 'scan-of-other-tree' });
  });
});
