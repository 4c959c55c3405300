import { expect, it } from 'vitest';
import { languageFor } from '../../../src/languages/registry.js';
import { entryLines, extractionOf, problemsIn } from '../../support/config-lines.js';

it('reads a package with its workspaces, dependencies and the versions it demands', async () => {
  const { facts } = await extractionOf('web/package.json', `{
  "name": "@shop/web", "private": true,
  "workspaces": { "packages": ["apps/*"] },
  "scripts": { "start": "next start" },
  "engines": { "node": ">=20" },
  "packageManager": "pnpm@9.1.0",
  "dependencies": { "react": "18", "@shop/ui": "workspace:*" },
  "devDependencies": { "vitest": "4" }
}`);
  expect(facts).toMatchObject([
    {
      kind: 'package', name: '@shop/web', ecosystem: 'npm', private: true, workspaces: ['apps/*'], dependencies: ['@shop/ui', 'react', 'vitest'],
      scripts: [{ name: 'start', command: 'next start' }], importable: false,
    },
    { kind: 'config-entry', keyPath: ['engines', 'node'], value: '>=20', span: [5, 16, 5, 30] },
    { kind: 'config-entry', keyPath: ['packageManager', 'pnpm'], value: '9.1.0' },
  ]);
});

it('reads settings and groups of environment variables, with comments allowed', async () => {
  const text = `{
  // of the shop
  "upload": { "maxMb": 25, "types": ["png", "jpg"] },
  "functions": { "checkout": { "environment": { "STAGE": "prod", "PORT": 80 } } },
}`;
  expect(await entryLines('config.json', text, { settings: true })).toEqual(['3 upload.maxMb=25', '3 upload.types=["png","jpg"]']);
  expect(await entryLines('config.json', text)).toEqual(['4 sets STAGE=prod @checkout /production', '4 sets PORT=80 @checkout /production']);
});

it('reads the containers of a task definition', async () => {
  expect(await entryLines('task.json', `{ "containerDefinitions": [{ "name": "api",
  "environment": [{ "name": "PORT", "value": "80" }],
  "secrets": [{ "name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu:1:parameter/db" }] }] }`)).toEqual([
    '2 sets PORT=80 @api', '3 maps-secret DB_PASSWORD <-arn:aws:ssm:eu:1:parameter/db @api',
  ]);
});

it('takes records, translations and lock files for data', async () => {
  const records = JSON.stringify([{ id: 1 }, { id: 2 }]);
  const texts = JSON.stringify(Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`cart.text${index}`, 'Hello'])));
  expect((await extractionOf('orders.json', records)).facts).toEqual([]);
  expect((await extractionOf('de.json', texts)).facts).toEqual([]);
  expect(['package-lock.json', 'a/npm-shrinkwrap.json', 'pnpm-lock.yaml'].map((path) => languageFor(path))).toEqual([undefined, undefined, undefined]);
});

it('reports what is no JSON, in words and once, and reads what it can', async () => {
  expect(await problemsIn('a.json', '{"port": 1,, "host": "h"}')).toEqual(['1: Not valid JSON: property name expected near ", "host": "h"}".']);
  expect(await entryLines('a.json', '{"port": 1,, "host": "h"}', { settings: true })).toEqual(['1 port=1', '1 host=h']);
  expect((await problemsIn('b.json', 'usage: shop [options]\n'.repeat(50))).length).toBeLessThanOrEqual(5);
  expect(await problemsIn('c.json', '['.repeat(100_000))).toEqual(['1: The values are nested too deeply to be read.']);
});

it('reads TOML settings, tables and lists of tables', async () => {
  expect(await entryLines('fly.toml', `app = "shop"
[env]
  PORT = "8080"
[build.args]
retries = 3
[[services]]
name = "web"
internal_port = 80
`, { settings: true })).toEqual(['1 app=shop', '5 build.args.retries=3', '7 services.web.name=web', '8 services.web.internal_port=80']);
  expect(await entryLines('fly.toml', '[env]\n  PORT = "8080"\n')).toEqual(['2 sets PORT=8080']);
});

it('reads the package and Python version of a pyproject', async () => {
  const { facts } = await extractionOf('pyproject.toml', `[project]
name = "shop-worker"
requires-python = ">=3.11"
dependencies = ["redis>=5", "pydantic[email]"]
[project.scripts]
worker = "shop.worker:main"
[tool.ruff]
line-length = 120
`);
  expect(facts).toMatchObject([
    { kind: 'package', name: 'shop-worker', ecosystem: 'python', dependencies: ['pydantic', 'redis'], scripts: [{ name: 'worker', command: 'shop.worker:main' }] },
    { keyPath: ['tool', 'ruff', 'line-length'], value: '120' },
    { keyPath: ['engines', 'python'], value: '>=3.11', span: [3, 1, 3, 27] },
  ]);
});

it('reads on behind a line of TOML that is broken', async () => {
  const text = 'port =\nhost = "h"\n[limits\nmax = 3\n';
  expect(await problemsIn('a.toml', text)).toHaveLength(2);
  expect(await entryLines('a.toml', text, { settings: true })).toEqual(['2 host=h', '4 max=3']);
});

it('reads files that hold the version of a tool', async () => {
  expect(await entryLines('.nvmrc', 'v20.19.0\n', { settings: true })).toEqual(['1 engines.node=20.19.0']);
  expect(await entryLines('.tool-versions', 'nodejs 20.19.0\npython 3.11.4\n', { settings: true })).toEqual(['1 engines.node=20.19.0', '2 engines.python=3.11.4']);
});
