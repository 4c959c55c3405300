import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPathMapper } from '../../src/linker/map-paths.js';
import { projectPaths } from '../../src/linker/project-paths.js';
import { NO_PROJECT_FILES } from '../../src/model/project-files.js';
import { temporaryTree } from '../support/temporary-tree.js';

const files = ['packages/cart/src/total.ts', 'packages/cart/package.json', 'web/src/pages/checkout.tsx', 'web/test/checkout.test.ts', 'worker/stock.py'];

describe('paths as bundlers and browsers write them', () => {
  const mapper = createPathMapper(files, ['/srv/ci/web/test/checkout.test.ts']);

  it.each([
    'webpack://shop/./web/src/pages/checkout.tsx', 'webpack-internal:///(app-pages-browser)/./web/src/pages/checkout.tsx', 'http://localhost:5173/web/src/pages/checkout.tsx?t=1723',
    'file:///srv/ci/web/src/pages/checkout.tsx', 'file:///D:/a/shop/shop/web/src/pages/checkout.tsx', 'turbopack:///[project]/web/src/pages/checkout.tsx',
    'http://localhost:5173/@fs/srv/ci/web/src/pages/checkout.tsx', 'D:\\a\\shop\\shop\\web\\src\\pages\\checkout.tsx', '/srv/ci/Web/Src/pages/Checkout.tsx',
  ])('%s is the page', (reported) => {
    expect(mapper.map(reported)?.paths).toEqual(['web/src/pages/checkout.tsx']);
  });
});

describe('paths of packages and builds', () => {
  const packages = new Map([['@shop/cart', 'packages/cart']]);
  const outputs = [{ from: 'packages/cart/dist', to: 'packages/cart/src' }];
  const mapper = createPathMapper(files, [], { packages, outputs });

  it.each([
    ['/app/node_modules/@shop/cart/src/total.ts', 'package @shop/cart is packages/cart'],
    ['/app/node_modules/.pnpm/x@1/node_modules/@shop/cart/src/total.ts', 'package @shop/cart is packages/cart'],
    ['/app/node_modules/@shop/cart/dist/total.js', 'package @shop/cart is packages/cart, built from packages/cart/src/total.ts'],
    ['/app/packages/cart/dist/total.js', 'by the folder that the build writes'],
    ['@shop/cart/src/total.ts', 'package @shop/cart is packages/cart'],
  ])('%s is the source: %s', (reported, step) => {
    expect(mapper.map(reported)).toEqual({ paths: ['packages/cart/src/total.ts'], step });
  });

  it('an installed package of somebody else is no file of ours, though one of ours is called the same', () => {
    expect(mapper.map('/app/node_modules/@other/cart/src/total.ts')).toBeUndefined();
  });
});

describe('source maps', () => {
  it('lead from a place in a built file to the place in its source, wherever the build machine had it', () => {
    const root = temporaryTree({ 'src/total.ts': 'export const a = 1;\n\nexport function total() {}\n' });
    const file = join(root, 'dist/bundle.js.map');
    mkdirSync(dirname(file), { recursive: true });
    // Line 1 of the bundle is line 3 of the source.
    writeFileSync(file, JSON.stringify({ version: 3, sources: ['../src/total.ts', '../src/other.ts'], names: [], mappings: 'AAEA' }));
    const project = projectPaths(root, NO_PROJECT_FILES, [{ path: 'src/total.ts' }]);
    expect(createPathMapper(['src/total.ts'], [], project).map('/app/dist/bundle.js', 1, 5)).toEqual({ paths: ['src/total.ts'], step: 'by its source map', line: 3 });
  });
});
