import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../src/config/schema.js';
import { placesOf } from '../src/gate/known-finding.js';
import { severities, type Finding } from '../src/model/result.js';
import { scan, type ScanConfig } from '../src/scan.js';
import { temporaryTree } from './support/temporary-tree.js';

/**
 * One more copy of what is known to be there several times never makes the finding go away: a gate would take that for a repair. So every case that
 * the duplicate and conflict rules report is scanned again with one of its files copied.
 */
const fixtures = fileURLToPath(new URL('../fixtures/rules/', import.meta.url));
const folders = (path: string): string[] => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
const rules = folders(fixtures).filter((id) => /^(?:duplicate|conflicting)-/.test(id));

describe.each(rules)('a copy of a copy hides nothing from %s', (rule) => {
  it.each(folders(join(fixtures, rule)).filter((name) => name.startsWith('invalid-')))('%s', async (name) => {
    const root = temporaryTree({});
    cpSync(join(fixtures, rule, name), root, { recursive: true });
    const before = await audit(root, rule);
    for (const [way, place] of Object.entries(WAYS)) {
      for (const path of new Set(before.flatMap(copiedOf))) {
        const grown = temporaryTree({});
        cpSync(root, grown, { recursive: true });
        const copy = place(path);
        if (existsSync(join(grown, copy))) continue;
        mkdirSync(dirname(join(grown, copy)), { recursive: true });
        writeFileSync(join(grown, copy), `${readFileSync(join(root, path), 'utf8')}${REMARK[extname(path)] ?? ''}`);
        const after = await audit(grown, rule);
        for (const finding of before.filter((each) => placesOf(each).some(({ location }) => location.path === path))) {
          const still = after.filter((each) => holds(each, finding) && severities.indexOf(each.severity) <= severities.indexOf(finding.severity));
          expect(still.length, `${finding.severity} ${finding.message}\nafter ${path} was copied to ${copy} (${way}): ${after.map(({ severity, message }) => `${severity} ${message}`).join('\n') || 'nothing'}`).toBeGreaterThan(0);
        }
      }
    }
  }, 30_000);
});

/** Where a copy may stand. */
const WAYS: Readonly<Record<string, (path: string) => string>> = {
  'beside it, under another name': (path) => join(dirname(path), `${basename(path, extname(path))}_again${extname(path)}`),
  'in a folder beside its own': (path) => join(`${dirname(path)}_again`, basename(path)),
};

/** Makes the copied file another one: equal files are a matter of their own. */
const REMARK: Readonly<Record<string, string>> = { '.ts': '\n// once more\n', '.tsx': '\n// once more\n', '.py': '\n# once more\n' };

/** The first place that is no owner. */
function copiedOf(finding: Finding): string[] {
  return placesOf(finding).slice(1, 2).map(({ location }) => location.path);
}

/** The places of a finding are all in the other one. */
function holds(larger: Finding, smaller: Finding): boolean {
  const keys = new Set(placesOf(larger).map(({ location, symbol }) => `${location.path}#${symbol}`));
  return placesOf(smaller).every(({ location, symbol }) => keys.has(`${location.path}#${symbol}`));
}

async function audit(root: string, rule: string): Promise<Finding[]> {
  const configFile = join(root, 'ssot-audit.config.json');
  const config = configSchema.parse(existsSync(configFile) ? JSON.parse(readFileSync(configFile, 'utf8')) : {}) as ScanConfig;
  return (await scan({ root, config, only: [rule], cacheDir: false, threads: 1, today: '2026-01-01' })).findings;
}
