import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../src/config/schema.js';
import { treeBefore } from '../src/gate/removed-modules.js';
import { indexTree, scan, type ScanConfig } from '../src/scan.js';
import { builtInRules } from '../rules/index.js';
import { renderFindings } from './support/render-findings.js';

const fixtures = fileURLToPath(new URL('../fixtures/rules/', import.meta.url));
const folders = (path: string): string[] => (existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort() : []);

describe.each(builtInRules.map((rule) => [rule.meta.id, rule] as const))('%s', (id, rule) => {
  const cases = folders(join(fixtures, id));
  const judgesOthers = rule.meta.category === 'meta'; // rules about suppressions see what the other rules made of them

  it('has at least one case that it reports and one innocent neighbour', () => {
    expect(cases.filter((name) => name.startsWith('invalid-'))).not.toHaveLength(0);
    expect(cases.filter((name) => name.startsWith('valid-'))).not.toHaveLength(0);
    expect(cases.filter((name) => !/^(in)?valid-/.test(name))).toEqual([]);
  });

  it.each(cases)('%s', async (name) => {
    const folder = join(fixtures, id, name);
    // A rule that compares two trees has both in its cases.
    const root = rule.needsBase ? join(folder, 'after') : folder;
    const configFile = join(root, 'ssot-audit.config.json');
    const config = configSchema.parse(existsSync(configFile) ? JSON.parse(readFileSync(configFile, 'utf8')) : {}) as ScanConfig;
    const options = { root, config, ...(judgesOthers ? {} : { only: [rule.meta.id] }), cacheDir: false as const, threads: 1, today: '2026-01-01' };
    const tree = await indexTree(options);
    const result = await tree.check(rule.needsBase ? treeBefore(await scan({ ...options, root: join(folder, 'before') }), tree.facts, new Map()) : undefined);
    const findings = result.findings.filter(({ ruleId }) => ruleId === id);
    // A file with conflict markers is one that does not parse.
    expect(result.problems.filter(({ kind }) => kind === 'rule-crash' || (kind === 'parse-error' && id !== 'conflict-markers'))).toEqual([]);
    const reported = findings.filter(({ severity }) => severity !== 'info');
    if (name.startsWith('valid-')) expect(reported).toEqual([]);
    else expect(findings).not.toHaveLength(0);
    await expect(renderFindings(root, findings)).toMatchFileSnapshot(join(folder, 'findings.snap'));
  });
});

it('every folder of cases belongs to a rule', () => {
  const ids = builtInRules.map(({ meta }) => meta.id);
  expect(folders(fixtures).filter((name) => !ids.includes(name))).toEqual([]);
});

it('every rule file is in the list of rules, which is sorted by id', () => {
  const files = readdirSync(fileURLToPath(new URL('../rules/', import.meta.url))).filter((name) => name.endsWith('.ts') && name !== 'index.ts').map((name) => name.slice(0, -'.ts'.length)).sort();
  expect(builtInRules.map(({ meta }) => meta.id)).toEqual(files);
});
