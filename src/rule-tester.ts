import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Rule } from './engine/define-rule.js';
import type { Finding, Severity } from './model/result.js';
import { scan } from './scan.js';

/**
 * Door 3: runs one rule of your own over a small project given as `{ path: text }`, through the real scan. Returns its findings; assert on
 * them with the test framework of your choice.
 */
export async function runRule(rule: Rule, project: Readonly<Record<string, string>>, options?: unknown): Promise<Finding[]> {
  const root = mkdtempSync(join(tmpdir(), 'ssot-audit-rule-'));
  try {
    for (const [path, text] of Object.entries(project)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { id, severity } = rule.meta;
    const setting: readonly [Severity, unknown] = [severity, options ?? {}];
    const result = await scan({ root, config: { plugins: [rule], rules: { [id]: setting } }, only: [id], cacheDir: false, threads: 1 });
    const crash = result.problems.find(({ kind }) => kind === 'rule-crash');
    if (crash) throw new Error(crash.message);
    return result.findings;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
