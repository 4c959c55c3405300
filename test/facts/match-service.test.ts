import { expect, it } from 'vitest';
import { environmentInName, isForeignImage, serviceByName } from '../../src/facts/match-service.js';
import type { Service } from '../../src/model/result.js';

const service = (name: string, kind: Service['kind'] = 'service'): Service => ({ name, roots: [name], kind, evidence: '' });
const SERVICES = [service('shop_backend'), service('auth_service'), service('apps/web'), service('shared', 'library'), service('')];

it.each([
  ['dev-backend', 'shop_backend'], ['shop-backend-staging', 'shop_backend'], ['backend', 'shop_backend'], ['auth', 'auth_service'], ['shop-auth-service', 'auth_service'],
  ['Web', 'apps/web'], ['shopBackend', 'shop_backend'], ['shop', 'shop_backend'],
  ['shop-postgres', undefined], ['shared', undefined], ['staging', undefined], ['service', undefined], ['mail', undefined],
])('%s means %s', (name, expected) => expect(serviceByName(name, SERVICES)?.name).toBe(expected));

it('means none where two are as near', () => {
  expect(serviceByName('shop', [service('shop_api'), service('shop_web')])).toBeUndefined();
});

it('reads environments in names and knows images of others', () => {
  expect(['shop-backend-staging', 'dev-auth', 'backend'].map(environmentInName)).toEqual(['staging', 'development', undefined]);
  expect(['postgres:15-alpine', 'registry.test/library/redis', 'clickhouse/clickhouse-server:24', 'shop/api:1', 'shop-redis-proxy:1'].map(isForeignImage)).toEqual([true, true, true, false, false]);
});
