import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryTree } from './support/temporary-tree.js';

// The built package: worker threads load JavaScript files.
const api = '../dist/src/api.js';
let scan: typeof import('../src/scan.js').scan;
beforeAll(async () => {
  ({ scan } = await import(api) as typeof import('../src/api.js'));
});

const shop = fileURLToPath(new URL('../fixtures/shop/', import.meta.url));

/** The shop, and enough text beside it that worker threads are worth starting. */
function largeTree(): string {
  const files: Record<string, string> = {};
  for (let index = 0; index < 40; index++) {
    const lines = Array.from({ length: 1500 }, (_, line) => `PRICE_${line} = ${line + index}\n`);
    files[`bulk/prices_${index}.py`] = lines.join('');
  }
  const root = temporaryTree(files);
  cpSync(shop, join(root, 'shop'), { recursive: true });
  return root;
}

describe('same input, same bytes', () => {
  it('for one and for two workers, and for a cold and a warm cache', async () => {
    const root = largeTree();
    const cacheDir = temporaryTree({});
    const one = JSON.stringify(await scan({ root, cacheDir: false, threads: 1 }));
    const two = JSON.stringify(await scan({ root, cacheDir: false, threads: 2 }));
    const cold = JSON.stringify(await scan({ root, cacheDir, threads: 2 }));
    const warm = JSON.stringify(await scan({ root, cacheDir, threads: 2 }));
    expect(JSON.parse(one).findings.length).toBeGreaterThan(5);
    expect(two).toBe(one);
    expect(cold).toBe(one);
    expect(warm).toBe(one);
  });
});
