import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createAsker, Interrupted } from '../../src/commands/ask.js';
import type { ScanResult } from '../../src/model/result.js';
import { CLI, runCli } from '../support/shop-cli.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

const CART = `export class CartManager {
  private items: string[] = [];
  add(item: string) { this.items.push(item); }
  remove(item: string) { this.items = this.items.filter((other) => other !== item); }
  total() { return this.items.length; }
  list() { return this.items; }
  clear() { this.items = []; }
}
`;
/** Two services, an environment by file name and one by folder, and a manager with one clear owner. */
const SHOP = {
  'api/Dockerfile': 'FROM node\nCOPY . .\nCMD ["node", "index.js"]\n',
  'api/cart.ts': CART,
  'api/old-cart.ts': CART.replace('CartManager', 'EnhancedCartManager').replace('clear()', 'empty()'),
  'api/index.ts': "import { CartManager } from './cart.js';\nimport { checkout } from './checkout.js';\nimport { refund } from './refund.js';\nexport const cart = [new CartManager(), checkout(), refund(), process.env.DATABASE_URL];\n",
  'api/refund.ts': "import { EnhancedCartManager } from './old-cart.js';\nexport const refund = () => new EnhancedCartManager();\n",
  'api/checkout.ts': "import { CartManager } from './cart.js';\nexport const checkout = () => new CartManager();\n",
  'api/.env.staging': 'DATABASE_URL=postgres://db/shop\n',
  'mail/Dockerfile': 'FROM python\nCOPY . .\nCMD python main.py\n',
  'mail/main.py': 'import os\nHOST = os.environ["SMTP_HOST"]\n',
  'deploy/production/api.env': 'DATABASE_URL=postgres://live/shop\n',
  'deploy/production/mail.env': 'SMTP_HOST=mail\n',
};

function shop(files: Readonly<Record<string, string>> = SHOP): string {
  const root = temporaryTree(files);
  git(root, 'init', '-q');
  return root;
}

async function configOf(root: string): Promise<Record<string, unknown>> {
  return ((await import(join(root, 'ssot-audit.config.mjs'))) as { default: Record<string, unknown> }).default;
}

it('writes what it saw as a valid configuration that changes nothing, and a workflow', async () => {
  const root = shop();
  const result = (): ScanResult => JSON.parse(runCli(root, ['--format', 'json', '-q', '--fail-on', 'none']).out) as ScanResult;
  const before = result();
  const { code, out } = runCli(root, ['init', '--yes']);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Wrote ssot-audit.config.mjs and .github/workflows/ssot-audit.yml with 2 services, as inferred, and 1 owner proposed in comments.') as string });
  expect(await configOf(root)).toEqual({
    services: [{ name: 'api', roots: ['api'], kind: 'service' }, { name: 'mail', roots: ['mail'], kind: 'service' }],
    environments: [{ name: 'staging', sources: ['api/.env.staging'] }, { name: 'production', sources: ['deploy/production/**'] }],
  });
  expect(readFileSync(join(root, 'ssot-audit.config.mjs'), 'utf8')).toContain("//   { concept: 'CartManager', owner: 'api/cart.ts', aliases: ['EnhancedCartManager'] },");
  const withoutConfig = ({ services, findings }: ScanResult): unknown => [services.map((service) => ({ ...service, evidence: '' })), findings];
  expect(withoutConfig(result())).toEqual(withoutConfig(before));
  const workflow = parse(readFileSync(join(root, '.github/workflows/ssot-audit.yml'), 'utf8')) as { jobs: { 'ssot-audit': { steps: { run?: string; with?: object }[] } } };
  expect(workflow.jobs['ssot-audit'].steps[0]!.with).toEqual({ 'fetch-depth': 0 });
  expect(workflow.jobs['ssot-audit'].steps[2]!.run).toMatch(/^npx --yes ssot-audit@\d+\.\d+ --base "\$BASE" --report$/);
});

it('writes nothing where it cannot ask, or is told not to, but shows what it would write', () => {
  const root = shop();
  const piped = runCli(root, ['init']);
  expect(piped).toMatchObject({ code: 0, err: expect.stringContaining('To write it as it stands: ssot-audit init --yes') as string });
  expect(piped.out).toContain("{ name: 'api', roots: ['api'], kind: 'service' }, // api/Dockerfile copies api/");
  expect(piped.out).toContain('# .github/workflows/ssot-audit.yml');
  expect(existsSync(join(root, 'ssot-audit.config.mjs')) || existsSync(join(root, '.github'))).toBe(false);
});

it('replaces nothing unless told to', () => {
  const root = shop();
  mkdirSync(join(root, '.github/workflows'), { recursive: true });
  writeFileSync(join(root, '.github/workflows/ssot-audit.yml'), 'name: ours\n');
  expect(runCli(root, ['init', '--yes'])).toMatchObject({ code: 0, out: expect.stringContaining('.github/workflows/ssot-audit.yml is as it was.') as string });
  writeFileSync(join(root, 'ssot-audit.config.mjs'), 'export default {};\n');
  expect(runCli(root, ['init', '--yes'])).toMatchObject({ code: 2, err: expect.stringContaining('There is a configuration already') as string });
  expect(readFileSync(join(root, 'ssot-audit.config.mjs'), 'utf8')).toBe('export default {};\n');
  expect(runCli(root, ['init', '--yes', '--force']).code).toBe(0);
  expect(readFileSync(join(root, 'ssot-audit.config.mjs'), 'utf8')).toContain("name: 'mail'");
  expect(readFileSync(join(root, '.github/workflows/ssot-audit.yml'), 'utf8')).toContain('name: ssot-audit');

  const other = shop({ 'package.json': '{"name":"shop","ssotAudit":{}}' });
  expect(runCli(other, ['init', '--yes', '--force'])).toMatchObject({ code: 2, err: expect.stringContaining('beside it would never be read') as string });
});

it('works in an empty folder, and writes no workflow where there is no repository', () => {
  const root = temporaryTree({});
  expect(runCli(root, ['init', '--yes'])).toMatchObject({ code: 0, out: expect.stringContaining('Wrote ssot-audit.config.mjs with no services') as string });
  expect(readdirSync(root)).toEqual(['ssot-audit.config.mjs']);
});

/** Through a terminal of its own (`script` of util-linux), which echoes what is typed. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

it.skipIf(!hasScript)('asks at a terminal, each question with a default', async () => {
  const root = shop();
  const out = execFileSync('script', ['-qec', `"${process.execPath}" "${CLI}" init --no-cache`, '/dev/null'], { cwd: root, encoding: 'utf8', input: '\nn\ny\nwarn\n\n', env: { ...process.env, TERM: 'dumb', NO_COLOR: '1' } });
  for (const question of ['Write these 2 services into the configuration? [Y/n]', 'Write these 2 environments too? [Y/n]', 'Declare this owner?', 'Lowest severity that fails a run? (error, warning, info, none) [error]', 'which checks pull requests on GitHub? [Y/n]']) expect(out).toContain(question);
  expect(out).toContain('CartManager: api/cart.ts (2 importers; most production importers (2, next 1)), not api/old-cart.ts');
  expect(await configOf(root)).toEqual({
    services: [{ name: 'api', roots: ['api'], kind: 'service' }, { name: 'mail', roots: ['mail'], kind: 'service' }],
    owners: [{ concept: 'CartManager', owner: 'api/cart.ts', aliases: ['EnhancedCartManager'] }],
    failOn: 'warning',
  });
  expect(existsSync(join(root, '.github/workflows/ssot-audit.yml'))).toBe(true);
});

it.skipIf(!hasScript)('writes nothing when it is interrupted at a question', async () => {
  const root = shop({ 'api/Dockerfile': SHOP['api/Dockerfile'], 'api/index.js': '' });
  const child = spawn('script', ['-qec', `"${process.execPath}" "${CLI}" init --no-cache`, '/dev/null'], { cwd: root, env: { ...process.env, TERM: 'dumb' } });
  let out = '';
  child.stdout.on('data', (text: Buffer) => {
    if (!out.includes('[Y/n]') && `${out}${String(text)}`.includes('[Y/n]')) child.stdin.write('\u0003');
    out += String(text);
  });
  expect(await new Promise((done) => { child.on('exit', done); })).toBe(130);
  expect(out).toContain('Nothing was written.');
  expect(readdirSync(root).sort()).toEqual(['.git', 'api']);
});

it('takes answers from any stream: asks again, takes beginnings of a choice, and ends with the input', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const asker = createAsker(input, output, false);
  input.end('perhaps\nYES\n\nw\n');
  expect(await asker.yesNo('Sell tea?', false)).toBe(true);
  expect(await asker.yesNo('Sell coffee?', false)).toBe(false);
  expect(await asker.choice('How loud?', ['error', 'warning'], 'error')).toBe('warning');
  await expect(asker.yesNo('Sell milk?', true)).rejects.toBeInstanceOf(Interrupted);
  expect(String(output.read())).toContain('Please answer y or n.');
});

it('proposes the loop in comments: services with a port of the machine, suites by scripts, configurations and folders, each with a report', () => {
  const root = shop({
    'compose.yaml': 'services:\n  api:\n    build: api\n    ports: ["127.0.0.1:4100:3000"]\n  db:\n    image: postgres\n    ports: ["5432:5432"]\n',
    'api/Dockerfile': 'FROM node\nCOPY . .\n', 'api/package.json': '{"name":"api","scripts":{"test":"vitest","test:watch":"vitest --watch","lint":"eslint ."}}', 'api/index.ts': 'export {};\n',
    'package.json': '{"name":"shop","private":true,"workspaces":["api"],"scripts":{"test":"npm test --workspaces"}}',
    'e2e/playwright.config.ts': 'export default {};\n',
    'mail/tests/test_mail.py': 'import pytest\n\ndef test_sent():\n    assert True\n',
  });
  const { out } = runCli(root, ['init', '--dry-run']);
  const lines = out.split('\n').filter((line) => line.startsWith('  // ')).map((line) => line.slice(5));
  const text = lines.slice(lines.indexOf('loop: {')).join('\n');
  writeFileSync(join(root, 'ssot-audit.config.mjs'), `export default { ${text} };\n`);
  const { code, err } = runCli(root, ['loop', '-q', '--phase', 'selection']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(text).toContain("{ name: 'api', health: 'http://localhost:4100/health' }, // the port is that of compose.yaml, the path a guess\n  ],");
  expect(text.match(/name: .*/g)!.slice(1)).toEqual([
    "name: 'api test', command: 'npm run test -- --run --reporter=junit --outputFile=test-results/api-test.xml', cwd: 'api', reports: ['test-results/api-test.xml'], priority: 'P2' }, // script \"test\" of api/package.json",
    "name: 'e2e', command: 'npx playwright test --config e2e/playwright.config.ts --reporter=junit', reports: ['test-results/e2e.xml'], priority: 'P1', tags: ['e2e'], environment: { PLAYWRIGHT_JUNIT_OUTPUT_NAME: 'test-results/e2e.xml' } }, // e2e/playwright.config.ts",
    "name: 'mail/tests', command: 'python -m pytest mail/tests --junitxml=test-results/mail-tests.xml', reports: ['test-results/mail-tests.xml'], files: ['mail/tests/**/test_*.py'], priority: 'P2' }, // 1 test file in mail/tests",
  ]);
});
