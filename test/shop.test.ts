import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInRules } from '../rules/index.js';
import { loadConfig } from '../src/config/load-config.js';
import type { ScanResult } from '../src/model/result.js';
import { scan } from '../src/scan.js';

const root = fileURLToPath(new URL('../fixtures/shop', import.meta.url));
let result: ScanResult;
beforeAll(async () => {
  const { config } = await loadConfig({ from: root });
  result = await scan({ root, config, cacheDir: false, threads: 1 });
});

describe('the shop', () => {
  it.each(builtInRules.map(({ meta }) => meta.id))('has a violation of %s', (id) => {
    expect(result.findings.filter(({ ruleId, severity }) => ruleId === id && severity !== 'info')).not.toHaveLength(0);
  });

  it('has innocent neighbours that no error or warning names', () => {
    const named = new Set(result.findings.filter(({ severity }) => severity !== 'info').flatMap(({ location, related }) => [location.path, ...related.map((site) => site.location.path)]));
    const innocent = [
      'api/.env.production', 'api/src/storage/receipt-store.ts', 'api/src/storage/memory-receipt-store.ts', 'api/src/storage/file-receipt-store.ts',
      'api/src/logging/logger.ts', 'shop_shared/redis_client.py', 'web/src/live/invoice-events.ts', 'web/test/order-events.test.ts', 'worker/tests/test_payments.py',
    ];
    expect(innocent.filter((path) => named.has(path))).toEqual([]);
  });

  it('is understood as its services and libraries', () => {
    expect(result.services.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['api service', 'contracts library', 'shop_shared library', 'web service', 'worker service', ' service']);
  });
});
