import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSecrets, redact } from '../../src/util/redact.js';
import { SECRETS } from '../support/secrets.js';

describe('redact', () => {
  test.each(Object.entries(SECRETS))('takes out: %s', (_name, { text, secret }) => {
    const redacted = redact(`before ${text} after`);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[redacted:');
    expect(redacted.startsWith('before ')).toBe(true);
    expect(findSecrets(redacted)).toEqual([]);
  });

  test.each([
    'ModuleNotFoundError: No module named \'shop.core.unified_websocket_manager\'',
    'KeyError: \'JWT_SECRET_KEY\'',
    'missing secret: JWT_SECRET_KEY',
    'expected token_count: 12, received max_tokens: 4096',
    'SyntaxError: Unexpected token: }',
    'password: must be at least 8 characters',
    'interface Login { user: string; password: string; token?: string }',
    'at OrderService.place (/app/src/orders/OrderServiceFactoryV2.integration.test.ts:41:17)',
    'deleted in 7e350927e350927e350927e350927e350927e3509, 2 importers remain',
    'connect ECONNREFUSED 10.0.0.7:5432 (db.shop.example)',
    'redis://cache:6379/0', 'git@github.com:shop/web.git', 'vitest@4.1.12 and @octokit/rest@21.1.1 and logo@2x.png',
    'packages/contracts/src/OrderStatusChangedEventSchemaV2/index.generated.ts',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'fp1:9f86d081884c7d65',
    'API_KEY = process.env.SHOP_API_KEY', 'password=${DB_PASSWORD}', 'the secret of `web` and `worker` differs',
    '[E2E-DEPLOY-120-119-PriceTest2]',
  ])('leaves evidence alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('keeps the host of an address, which is evidence', () => {
    expect(redact('postgres://shop:hunter2@db.shop.example:5432/orders')).toBe('postgres://[redacted:url-credentials]@db.shop.example:5432/orders');
  });

  test('any mix of text and secrets comes out without them, and redacting again changes nothing', () => {
    const secret = fc.constantFrom(...Object.values(SECRETS));
    const noise = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ' ', '\n', '=', ':', '"', '\'', '@', '/', '.', '-', '_', '[', ']', 'token', 'password', '://', 'é', '\u200b') , maxLength: 40 });
    fc.assert(fc.property(fc.array(fc.tuple(noise, secret), { maxLength: 4 }), noise, (parts, end) => {
      const text = parts.map(([before, { text: inner }]) => `${before} ${inner} `).join('\n') + end;
      const redacted = redact(text);
      for (const [, { secret: value }] of parts) expect(redacted).not.toContain(value);
      expect(findSecrets(redacted)).toEqual([]);
      expect(redact(redacted)).toBe(redacted);
    }), { numRuns: 400 });
  });

  test('200 KB of what looks like the beginning of a secret costs little time', () => {
    for (const unit of ['password', 'a@', 'eyJa.', '-----BEGIN PRIVATE KEY-----', 'token_a_', 'postgres://', 'x://y', '"secret":"', 'Aa1']) {
      const started = performance.now();
      redact(unit.repeat(Math.ceil(200_000 / unit.length)));
      expect(performance.now() - started, unit).toBeLessThan(1_500);
    }
  });
});
