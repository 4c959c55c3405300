import { describe, expect, it } from 'vitest';
import { comparableValue, isFlag, isSecretName } from '../../src/facts/env-reads.js';
import { isPlatformVariable } from '../../src/facts/platform-variables.js';
import type { EnvReadFact, Literal } from '../../src/model/facts.js';

describe('defaults of environment variables', () => {
  const same = (a: Literal, b: Literal, flag = false) => {
    const [first, second] = [comparableValue(a, flag), comparableValue(b, flag)];
    return first.kind === second.kind && first.value === second.value;
  };

  it('are equal when they mean the same', () => {
    expect(same('8080', 8080)).toBe(true);
    expect(same('0.50', 0.5)).toBe(true);
    expect(same('http://shop/', 'http://shop')).toBe(true);
    expect(same('"INFO"', 'info')).toBe(true);
    expect(same('yes', true, true)).toBe(true);
    expect(same('', false, true)).toBe(true);
  });

  it('differ when they do not', () => {
    expect(same('8080', '8081')).toBe(false);
    expect(same('http://shop:8000', 'shop:8000')).toBe(false);
    expect(same('1', 'true')).toBe(false);
    expect(same('1', 'false', true)).toBe(false);
  });

  it('tell a value from nothing and from a word for nothing', () => {
    expect(comparableValue('localhost', false).kind).toBe('value');
    expect([null, '', ' ', []].map((value) => comparableValue(value, false).kind)).toEqual(['none', 'none', 'none', 'none']);
    expect(['unknown', 'not_set', 'N/A'].map((value) => comparableValue(value, false).kind)).toEqual(['placeholder', 'placeholder', 'placeholder']);
  });
});

describe('what a variable is', () => {
  it('a flag by how it is parsed or by a default', () => {
    const read = (more: Partial<EnvReadFact>): EnvReadFact => ({
      kind: 'env-read', name: 'DEMO', scope: [], exported: false, span: [1, 1, 1, 1], defaultForm: 'none', required: false, accessor: '', via: 'direct', prefix: false, ...more,
    });
    expect(isFlag([read({}), read({ parsedAs: 'bool' })])).toBe(true);
    expect(isFlag([read({ defaultForm: 'literal', default: '"False"' })])).toBe(true);
    expect(isFlag([read({ defaultForm: 'literal', default: '"1"' })])).toBe(false);
  });

  it('a credential by its last word', () => {
    expect(['SHOP_SECRET', 'DB_PASSWORD', 'JWT_SECRET_KEY', 'STRIPE_API_KEY', 'ACCESS_TOKEN'].filter((name) => !isSecretName(name))).toEqual([]);
    expect(['SORT_KEY', 'TOKEN_TTL', 'SECRET_NAME', 'PASSWORD_MIN_LENGTH'].filter(isSecretName)).toEqual([]);
  });

  it("the platform's own", () => {
    expect(['PORT', 'NODE_ENV', 'GITHUB_SHA', 'K_SERVICE', 'PYTEST_CURRENT_TEST'].filter((name) => !isPlatformVariable(name))).toEqual([]);
    expect(['SHOP_PORT', 'ENVIRONMENT', 'CIRCUIT_TIMEOUT', 'DATABASE_URL'].filter(isPlatformVariable)).toEqual([]);
  });
});
