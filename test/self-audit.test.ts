import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.js';
import { scan } from '../src/scan.js';

it('our own repository passes its own audit, warnings included', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
  const { config } = await loadConfig({ from: root });
  const { findings, problems, coverage } = await scan({ root, config, cacheDir: false, threads: 1 });
  const live = findings.filter(({ severity, suppression }) => severity !== 'info' && !suppression);
  expect(live.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  expect(problems).toEqual([]);
  // An audit of nothing would pass too.
  expect(coverage.languages['typescript']!.parsed).toBeGreaterThan(100);
});
