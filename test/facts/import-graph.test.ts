import { describe, expect, it } from 'vitest';
import { openHistory } from '../../src/discover/git-history.js';
import { readProjectFiles } from '../../src/discover/read-project-files.js';
import { createFactIndex } from '../../src/facts/create-fact-index.js';
import type { FactIndex } from '../../src/facts/fact-index.js';
import { languageFor } from '../../src/languages/registry.js';
import type { Service } from '../../src/model/result.js';
import { scan } from '../../src/scan.js';
import { temporaryTree } from '../support/temporary-tree.js';

const service: Service = { name: 'shop', roots: [''], kind: 'service', evidence: 'the test' };

/** The fact index of a tree of real files. Files below `tests/` have the role of tests. */
async function indexOf(texts: Readonly<Record<string, string>>): Promise<FactIndex> {
  const root = temporaryTree(texts);
  const files = await Promise.all(Object.entries(texts).map(async ([path, text]) => {
    const language = languageFor(path);
    await language?.load();
    const extraction = language?.extract({ path, text }) ?? { facts: [], parseErrors: [], suppressionComments: [], lineCount: 0 };
    const role = path.startsWith('tests/') ? 'test' as const : 'production' as const;
    return { file: { path, language: language?.id ?? '', role, service, lineCount: extraction.lineCount, hash: '' }, extraction };
  }));
  const { isIgnored } = openHistory(root);
  return createFactIndex({ files, services: [service], projectFiles: readProjectFiles(root, Object.keys(texts)), mayExist: isIgnored });
}

/** Where each import of a file leads: specifier to status and path. */
function resolved({ imports, inFile }: FactIndex, path: string): Record<string, string> {
  return Object.fromEntries(inFile(path, 'import').map((fact) => {
    const resolution = imports.resolve(fact);
    return [`${'.'.repeat(fact.level)}${fact.name}`, 'path' in resolution ? resolution.path : resolution.status];
  }));
}

function defined({ imports }: FactIndex, path: string, name: string): string {
  const result = imports.definitionOf(path, name);
  return result.status === 'defined' ? `${result.definition.path}#${result.definition.name}` : result.status === 'module' ? result.path : result.status;
}

describe('modules of Python', () => {
  it('finds packages before modules, submodules, stubs and namespace packages', async () => {
    const facts = await indexOf({
      'shop/__init__.py': '', 'shop/errors.py': '', 'shop/errors/__init__.py': '', 'shop/fast.pyi': '', 'plugins/gifts/wrap.py': '',
      'shop/main.py': 'import shop.errors\nimport shop.fast\nimport plugins.gifts\nimport plugins.gifts.wrap\nimport shop.gone\nfrom . import errors\nfrom ..outside import x\nimport logging\nimport requests\n',
    });
    expect(resolved(facts, 'shop/main.py')).toEqual({
      'shop.errors': 'shop/errors/__init__.py', 'shop.fast': 'shop/fast.pyi', 'plugins.gifts': 'plugins/gifts', 'plugins.gifts.wrap': 'plugins/gifts/wrap.py',
      'shop.gone': 'missing', '.': 'shop/__init__.py', '..outside': 'missing', logging: 'external', requests: 'external',
    });
  });

  it('starts from folders that the project names, or that imports resolve from', async () => {
    const facts = await indexOf({
      'api/pyproject.toml': '[tool.setuptools.packages.find]\nwhere = ["src"]\n',
      'api/src/orders/model.py': '', 'api/src/orders/main.py': 'import orders.model\nimport orders.gone\n',
      'worker/jobs/mail.py': '', 'worker/jobs/run.py': 'import jobs.mail\n',
    });
    expect(resolved(facts, 'api/src/orders/main.py')).toEqual({ 'orders.model': 'api/src/orders/model.py', 'orders.gone': 'missing' });
    expect(resolved(facts, 'worker/jobs/run.py')).toEqual({ 'jobs.mail': 'worker/jobs/mail.py' });
  });

  it('leaves a folder without __init__ to the installed library of its name', async () => {
    const facts = await indexOf({ 'requirements.txt': 'docker==7.0\n', 'docker/build.py': '', 'main.py': 'import docker.errors\nfrom docker import build\n' });
    expect(resolved(facts, 'main.py')['docker.errors']).toBe('external');
  });

  it('does not miss what git ignores', async () => {
    const facts = await indexOf({ '.gitignore': '*.log\nshop/_version.py\n', 'shop/__init__.py': 'import shop._version\nimport shop.absent\n' });
    expect(resolved(facts, 'shop/__init__.py')).toEqual({ 'shop._version': 'unknown', 'shop.absent': 'missing' });
  });
});

describe('names of Python', () => {
  it('follows re-exports, stars and aliases to the definition', async () => {
    const facts = await indexOf({
      'shop/__init__.py': 'from .face import *\nfrom . import cart\n',
      'shop/face.py': 'from shop.cart import Cart as Basket, _hidden\n__all__ = ["Basket"]\n',
      'shop/cart.py': 'class Cart:\n    pass\n_hidden = 1\nTrolley = Cart\nONE = Cart.LIMIT\n',
    });
    expect(defined(facts, 'shop/__init__.py', 'Basket')).toBe('shop/cart.py#Cart');
    expect(defined(facts, 'shop/cart.py', 'Trolley')).toBe('shop/cart.py#Cart');
    expect(defined(facts, 'shop/cart.py', 'ONE')).toBe('shop/cart.py#ONE');
    expect(defined(facts, 'shop/__init__.py', 'cart')).toBe('shop/cart.py');
    expect(defined(facts, 'shop/__init__.py', '_hidden')).toBe('missing');
  });

  it('ends on cycles of stars and imports', async () => {
    const facts = await indexOf({ 'a.py': 'from b import *\nfrom b import x\n', 'b.py': 'from a import *\nfrom a import x\nclass Cart:\n    pass\n' });
    expect(defined(facts, 'a.py', 'Cart')).toBe('b.py#Cart');
    expect(defined(facts, 'a.py', 'x')).toBe('unknown');
  });

  it('does not blame an importer for a name whose own import fails', async () => {
    const facts = await indexOf({ 'shop/__init__.py': 'from shop.gone import Cart\n', 'shop/main.py': 'from shop import Cart\n' });
    expect(defined(facts, 'shop/__init__.py', 'Cart')).toBe('unknown');
  });
});

describe('modules and names of TypeScript', () => {
  it('probes extensions, the source of a compiled extension, index files and aliases of the nearest tsconfig', async () => {
    const facts = await indexOf({
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" /* comment */, }',
      'tsconfig.base.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'src/cart/index.ts': '', 'src/tax.ts': '', 'src/types.d.ts': '',
      'src/main.ts': `import './cart'; import './tax.js'; import './types'; import '@/tax'; import '@/gone'; import './gone'; import './logo.png'; import '~/x'; import 'node:fs'; import 'react'; import './cart?raw';`,
    });
    expect(resolved(facts, 'src/main.ts')).toEqual({
      './cart': 'src/cart/index.ts', './tax.js': 'src/tax.ts', './types': 'src/types.d.ts', '@/tax': 'src/tax.ts', '@/gone': 'missing', './gone': 'missing',
      './logo.png': 'unknown', '~/x': 'unknown', 'node:fs': 'external', react: 'external', './cart?raw': 'unknown',
    });
  });

  it('finds the source of workspace packages, and guesses nothing beyond what they export', async () => {
    const facts = await indexOf({
      'packages/prices/package.json': '{ "name": "@shop/prices", "exports": { ".": { "import": "./dist/esm/index.mjs" }, "./vat/*": "./dist/vat/*.js" } }',
      'packages/prices/src/index.ts': 'export const net = 1;', 'packages/prices/src/vat/de.ts': '', 'packages/prices/src/inner.ts': '',
      'web/main.ts': `import '@shop/prices'; import '@shop/prices/vat/de'; import '@shop/prices/inner';`,
    });
    expect(resolved(facts, 'web/main.ts')).toEqual({ '@shop/prices': 'packages/prices/src/index.ts', '@shop/prices/vat/de': 'packages/prices/src/vat/de.ts', '@shop/prices/inner': 'unknown' });
    expect([...facts.imports.entryPoints()]).toEqual(['packages/prices/src/index.ts']);
  });

  it('follows barrels, renames and default exports', async () => {
    const facts = await indexOf({
      'src/index.ts': `export * from './cart'; export { default as Page } from './page'; export * as all from './cart';`,
      'src/cart.ts': `class Cart {} export { Cart as Basket };`,
      'src/page.ts': `const Page = () => null; export default Page;`,
    });
    expect(defined(facts, 'src/index.ts', 'Basket')).toBe('src/cart.ts#Cart');
    expect(defined(facts, 'src/index.ts', 'Page')).toBe('src/page.ts#Page');
    expect(defined(facts, 'src/index.ts', 'all')).toBe('src/cart.ts');
    expect(defined(facts, 'src/index.ts', 'Cart')).toBe('missing');
  });
});

describe('importers', () => {
  it('are counted by definition, whatever the path and name; tests apart, re-exports not at all', async () => {
    const facts = await indexOf({
      'shop/__init__.py': 'from shop.cart import Cart\n', 'shop/cart.py': 'class Cart:\n    pass\n', 'shop/legacy.py': 'from shop.cart import Cart\nBasket = Cart\n',
      'shop/a.py': 'from shop import Cart\nCart()\n', 'shop/b.py': 'from shop.legacy import Basket\nBasket()\n', 'tests/test_cart.py': 'from shop.cart import Cart\nCart()\n',
    });
    expect(facts.imports.importersOf('shop/cart.py', 'Cart').map(({ file, via }) => `${file.path} via ${via}`)).toEqual([
      'shop/a.py via shop/__init__.py', 'shop/b.py via shop/legacy.py', 'tests/test_cart.py via shop/cart.py',
    ]);
    expect(facts.imports.importerCount('shop/legacy.py', 'Basket')).toEqual({ production: 2, test: 1 });
    expect(facts.imports.sameDefinition({ path: 'shop/legacy.py', name: 'Basket' }, { path: 'shop/__init__.py', name: 'Cart' })).toBe(true);
    expect(facts.imports.importerCountOfModule('shop/cart.py')).toEqual({ production: 0, test: 1 });
    expect(facts.imports.edges().get('shop/b.py')).toEqual(['shop/legacy.py']);
  });
});

describe('an audit of one folder', () => {
  it('does not miss what lies outside it', async () => {
    const root = temporaryTree({ 'web/cart.ts': `import { vat } from '../shared/vat';\nimport { net } from './gone';\nnet(vat);\n`, 'shared/vat.ts': 'export const vat = 1;\n' });
    const { findings } = await scan({ root, paths: ['web'], only: ['unresolved-import'], cacheDir: false, threads: 1 });
    expect(findings.map(({ concept }) => concept)).toEqual(['web/gone']);
  });
});
