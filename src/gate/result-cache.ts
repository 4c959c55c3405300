import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { scanResultSchema, SCHEMA_VERSION, type ScanResult } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { writeFileWhole } from '../util/write-file.js';

/** Results of commits that were audited: a base is the same for every run until it moves. */
export interface ResultCache {
  get(key: string): ScanResult | undefined;
  put(key: string, result: ScanResult): void;
}

/** Results that are kept; the oldest go. */
const MOST = 6;

/** @param folder absent: nothing is kept. A cache that cannot be read or written costs time and nothing else. */
export function openResultCache(folder: string | undefined): ResultCache {
  const fileOf = (key: string): string => join(folder!, `result-${key}.json`);
  return {
    get(key) {
      if (folder === undefined) return undefined;
      try {
        const result = JSON.parse(readFileSync(fileOf(key), 'utf8')) as ScanResult;
        // Ours by its name; the whole schema would cost as much as the comparison itself.
        return result.schemaVersion === SCHEMA_VERSION && scanResultSchema.shape.rulesetHash.safeParse(result.rulesetHash).success && Array.isArray(result.findings) ? result : undefined;
      } catch {
        return undefined; // none, or damaged
      }
    },
    put(key, result) {
      if (folder === undefined) return;
      try {
        writeFileWhole(fileOf(key), JSON.stringify(result));
        removeOldest(folder);
      } catch {
        // the next run audits the commit again
      }
    },
  };
}

function removeOldest(folder: string): void {
  const kept = readdirSync(folder).filter((name) => /^result-\w+\.json$/.test(name)).map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }));
  kept.sort((a, b) => b.time - a.time || compareText(a.name, b.name));
  for (const { name } of kept.slice(MOST)) rmSync(join(folder, name), { force: true });
}
