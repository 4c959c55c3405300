import { describe, expect, it } from 'vitest';
import { factsIn } from '../support/facts-in.js';

async function testsOf(path: string, text: string): Promise<object | undefined> {
  const [fact] = await factsIn('tests', path, text);
  if (fact === undefined) return undefined;
  const { count, skipped, assertions, mocks } = fact;
  return { count, skipped, assertions, mocks };
}

describe('tests of a TypeScript file', () => {
  it('counts cases, parametrised ones once, and what is skipped by itself or by its suite', async () => {
    expect(await testsOf('cart.test.ts', `
      import { expect, test } from 'vitest';
      test('adds', () => { expect(1).toBe(1); });
      test.each([1, 2])('adds %i', (n) => { expect(n).toBe(n); });
      test.each\`n\${1}\`('adds $n', ({ n }) => {});
      test.skip('later', () => {});
      test.todo('some day');
      describe.skip('refunds', () => { it('pays back', () => {}); });
      describe('orders', () => { it('places', () => {}); beforeEach(() => {}); });
    `)).toEqual({ count: 7, skipped: 3, assertions: 2, mocks: [] });
  });

  it('is not misled by other things called test', async () => {
    expect(await testsOf('match.ts', `
      export const isSku = (text) => /^[A-Z]+$/.test(text);
      test(pattern); it.next(); test.describe('group', () => {}); test.use({ locale: 'de' });
    `)).toBeUndefined();
  });

  it('names what replaces something by a double', async () => {
    expect(await testsOf('pay.spec.ts', `
      vi.mock('../gateway');
      test('pays', async ({ page }) => { await page.route('**/pay', (route) => route.fulfill({ status: 200 })); });
    `)).toEqual({ count: 1, skipped: 0, assertions: 0, mocks: [{ name: 'vi.mock', line: 2 }, { name: 'route.fulfill', line: 3 }] });
  });
});

describe('tests of a Python file', () => {
  it('counts functions and methods as pytest and unittest collect them', async () => {
    expect(await testsOf('test_cart.py', `
import pytest, unittest
from unittest.mock import patch

def test_adds():
    assert 1 == 1

async def test_waits(client):
    def test_inner(): pass
    assert client

@pytest.mark.skip(reason="later")
def test_later(): pass

class TestOrders(unittest.TestCase):
    @patch("shop.gateway.pay")
    def test_places(self, pay):
        self.assertEqual(pay(), 1)
    def helper(self): pass

@unittest.skip("no")
class TestRefunds(unittest.TestCase):
    def test_back(self): pass
`)).toEqual({ count: 5, skipped: 2, assertions: 3, mocks: [{ name: 'patch', line: 17 }] });
  });

  it('says nothing of a file without tests', async () => {
    expect(await testsOf('cart.py', 'def testimony(): pass\nclass Tester: pass\n')).toBeUndefined();
  });
});
