import { spawn } from 'node:child_process';
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
  result = await scan({ root, config, cacheDir: false, threads: 1, today: '2026-01-01' });
});

describe('the shop', () => {
  // A rule that compares two trees has its cases in fixtures/rules.
  it.each(builtInRules.filter(({ needsBase }) => !needsBase).map(({ meta }) => meta.id))('has a violation of %s', (id) => {
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

  it('has a core that runs, and in which nothing is named', () => {
    const core = /^(?:e2e|api\/src\/(?:http|pricing|sessions)|web\/src\/(?:basket|pages|shop-client|tracking|vouchers)|worker\/fulfilment)\/|\.mjs$/;
    const files = result.files.filter(({ path }) => core.test(path)).map(({ path }) => path);
    expect(files.length).toBeGreaterThan(40);
    const named = result.findings.flatMap(({ location, related }) => [location.path, ...related.map((site) => site.location.path)]);
    expect(named.filter((path) => files.includes(path))).toEqual([]);
  });

  it('has servers that start with plain node', async () => {
    const api = await started('api/server.mjs', {});
    const web = await started('web/server.mjs', { SHOP_API_URL: api.address });
    try {
      expect(await (await fetch(`${api.address}/health`)).json()).toEqual({ status: 'ok' });
      expect(await (await fetch(web.address)).text()).toContain('<li>mug: 9.00 €</li>');
    } finally {
      web.stop();
      api.stop();
    }
  });

  it('is understood as its services and libraries', () => {
    expect(result.services.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['api service', 'contracts library', 'shop_shared library', 'web service', 'worker service', ' service']);
  });
});

/** A server of the shop on a free port, once it says where it listens. */
function started(script: string, environment: Record<string, string>): Promise<{ address: string; stop(): void }> {
  const child = spawn(process.execPath, [script], { cwd: root, env: { ...process.env, SHOP_API_PORT: '0', SHOP_WEB_PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
    child.stdout.on('data', (text: Buffer) => {
      const address = /listening on (\S+)/.exec(text.toString())?.[1];
      if (address !== undefined) resolve({ address, stop: () => child.kill() });
    });
  });
}
