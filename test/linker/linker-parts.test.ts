import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/linker/classify-kind.js';
import { clusterFailures, type Failure } from '../../src/linker/cluster-failures.js';
import { createPathMapper } from '../../src/linker/map-paths.js';
import { maskMessage, signatureOf } from '../../src/linker/signature.js';
import { parseErrorText } from '../../src/test-results/error-text.js';

describe('paths of reports', () => {
  const files = ['api/src/cart.ts', 'web/src/cart.ts', 'web/src/index.ts', 'api/src/index.ts', 'worker/payments.py', 'web/test/cart.spec.ts'];

  it.each([
    ['web/test/cart.spec.ts', 'as it is'],
    ['/home/runner/work/shop/shop/worker/payments.py', 'below a checkout of GitHub'],
    ['/builds/shop/shop/worker/payments.py', 'below a checkout of GitLab'],
    ['D:\\a\\shop\\shop\\worker\\payments.py', 'below a checkout on Windows'],
    ['/srv/x/worker/payments.py', 'by its ending'],
  ])('%s maps %s', (reported) => {
    expect(createPathMapper(files, [reported]).map(reported)?.paths).toEqual([reported.endsWith('spec.ts') ? 'web/test/cart.spec.ts' : 'worker/payments.py']);
  });

  it('keeps every file that an ambiguous path may mean, and maps no installed package', () => {
    const mapper = createPathMapper(files, []);
    expect(mapper.map('/other/src/cart.ts')?.paths).toEqual(['api/src/cart.ts', 'web/src/cart.ts']);
    expect(mapper.map('/x/node_modules/cart/src/cart.ts')).toBeUndefined();
    expect(mapper.map('node:internal/timers')).toBeUndefined();
  });
});

describe('identity of a failure', () => {
  const failure = (text: string, title = 'ships'): Failure => {
    const error = parseErrorText(text);
    const { kind } = classifyFailure({ kind: 'test' }, error);
    const signature = signatureOf({ kind, error, sourceFrames: [], testFile: 'web/test/cart.spec.ts', titlePath: ['cart', title] });
    return { test: {} as never, report: 'r.xml', error, kind, signature, span: '', testPath: 'web/test/cart.spec.ts', testLine: undefined, sourceFrames: [] };
  };

  it('does not change with times, ids, ports and numbers, and keeps host names', () => {
    const masked = maskMessage('2026-01-01T10:00:00Z order 550e8400-e29b-41d4-a716-446655440000 to orders.shop.example at 10.0.0.7:5432 took 31 ms (attempt 3)');
    expect(masked).toBe('<time> order <uuid> to orders.shop.example at <ip> took <duration> (attempt <n>)');
  });

  it('is one for one test however the numbers differ, and another for another message', () => {
    const [a, b, c] = [failure('Error: 3 of 9 orders lost'), failure('Error: 4 of 7 orders lost'), failure('Error: the cart is empty')];
    expect(a.signature.fingerprint).toBe(b.signature.fingerprint);
    expect(c.signature.fingerprint).not.toBe(a.signature.fingerprint);
    expect(a.signature.fingerprint).toMatch(/^fp1:[0-9a-f]{16}$/);
  });

  it('joins what says the same in several tests', () => {
    const clusters = clusterFailures([failure('Error: connect ECONNREFUSED 127.0.0.1:5432', 'pays'), failure('Error: connect ECONNREFUSED 127.0.0.1:5433', 'ships'), failure('Error: the cart is empty', 'adds')]);
    expect(clusters.map(({ id, failures }) => `${id} ${failures.length}`)).toEqual(['c1 2', 'c2 1']);
  });

  it.each([
    ['Error: getaddrinfo ENOTFOUND orders.shop.example', 'unknown-host'],
    ['Error: connect ECONNREFUSED 127.0.0.1:1', 'connection'],
    ["ModuleNotFoundError: No module named 'worker.legacy_tax'", 'missing-module'],
    ["TypeError: cart.total is not a function", 'missing-name'],
    ["KeyError: 'PAYMENT_API_KEY'", 'environment'],
    ['Error: missing required field tool_name', 'contract'],
    ['AssertionError: expected 25 to be 20', 'assertion'],
    ['AssertionError: KeyError not raised', 'assertion'],
  ])('%s is of kind %s', (text, kind) => {
    expect(classifyFailure({ kind: 'test' }, parseErrorText(text)).kind).toBe(kind);
  });
});
