import { describe, expect, it } from 'vitest';
import { checkIndex } from '../../src/loop/check-index.js';
import { parseTestIndex } from '../../src/loop/test-index.js';

const TREE: Readonly<Record<string, number>> = {
  'e2e/staging/test_checkout.py': 4, 'e2e/staging/test_orders.py': 2, 'e2e/test_orders.py': 1, 'web/cart.spec.ts': 3,
};
const check = (text: string, path = 'e2e/INDEX.md'): string[] => checkIndex(parseTestIndex(text), path, { paths: Object.keys(TREE), testsIn: (file) => TREE[file] }).claims.map(({ line, statement }) => `${line}: ${statement}`);

describe('a test index in Markdown', () => {
  const text = `# Index
**Total staging tests**: 40+ functions

| Priority | File | Tests | Business Impact |
|---|---|---|---|
| **P1 Critical** | \`staging/test_checkout.py\` | 1-4 | Customers pay |
| P2 | \`test_gone.py\` | 5 | - |

## Orders (\`e2e/staging/\`)
- \`test_orders.py\` - order flow (3 tests)
- \`notes.md\` - not a test

\`\`\`
- \`test_in_an_example.py\` (9 tests)
\`\`\`
`;

  it('is read from tables and lists, with counts, priorities and impact', () => {
    expect(parseTestIndex(text)).toEqual({
      rows: [
        { file: 'staging/test_checkout.py', line: 6, declared: 4, priority: 'P1', impact: 'Customers pay' },
        { file: 'test_gone.py', line: 7, declared: 5, priority: 'P2', impact: '-' },
        { file: 'test_orders.py', line: 10, declared: 3, folder: 'e2e/staging' },
      ],
      total: { declared: 40, atLeast: true, line: 2 },
    });
  });

  it('has its false claims named: files that are not there, counts that do not match, a total that is not reached', () => {
    expect(check(text)).toEqual([
      '2: It speaks of 40 or more tests in all; the 2 listed files that could be found hold 6.',
      '7: "test_gone.py" is listed, and there is no such file.',
      '10: "test_orders.py" is said to hold 3 tests; e2e/staging/test_orders.py has 2.',
    ]);
  });

  it('that could mean several files says so and takes none', () => {
    expect(check('- `test_orders.py` (2 tests)\n', 'INDEX.md')).toEqual(['1: "test_orders.py" is listed without its folder, and 2 files have that name: e2e/staging/test_orders.py, e2e/test_orders.py.']);
  });
});

describe('a test index in another form', () => {
  it('is CSV with a header, quoted cells and any usual separator', () => {
    expect(check('file;tests;priority\n"web/cart.spec.ts";4;P1\n')).toEqual(['2: "web/cart.spec.ts" is said to hold 4 tests; web/cart.spec.ts has 3.']);
  });

  it('is JSON, bare or under a key', () => {
    const rows = [{ file: 'web/cart.spec.ts', tests: 3 }, { file: 'web/none.spec.ts', tests: 1 }];
    expect(check(JSON.stringify({ tests: rows }, null, 1))).toEqual(['8: "web/none.spec.ts" is listed, and there is no such file.']);
    expect(check(JSON.stringify(rows))).toHaveLength(1);
    expect(check('{"broken')).toEqual([]);
  });
});
