import { execFileSync, spawn, spawnSync, type SpawnSyncOptionsWithStringEncoding } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scanResultSchema, type ScanResult } from '../src/model/result.js';

/** The built command line: `npm test` builds before it tests. */
const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

/** A rule with nothing to argue about: one constant, two values. */
const CONFIG = `
import { defineConfig, defineRule, z } from 'ssot-audit';

const twoLimits = defineRule({
  meta: {
    id: 'shop/two-limits', category: 'duplicate-constant', title: 'One limit with two values', description: 'Reports a limit that is declared twice.',
    rationale: 'Customers meet both.', remedy: 'Import it.', severity: 'error', tags: [], since: '0.1.0', status: 'stable',
  },
  options: z.object({ names: z.array(z.string()).default(['MAX_BASKET']).describe('Names of the limits.') }),
  *check({ facts, options }) {
    for (const name of options.names) {
      const sites = facts.named('constant', name).map((fact) => ({ fact, message: 'value ' + fact.value, role: 'copy' }));
      const values = new Set(sites.map(({ fact }) => fact.value));
      if (values.size > 1) yield { key: name, concept: name, message: name + ' has ' + values.size + ' values.', sites, ownerReason: 'it comes first', differences: sites.map(({ fact }) => fact.file.path + ': ' + fact.value) };
    }
  },
});

export default defineConfig({ plugins: [twoLimits] });
`;
const ONLY = ['--only', 'shop/two-limits'];

let shop: string;

beforeAll(() => {
  expect(existsSync(CLI), `${CLI} is missing: npm run build`).toBe(true);
  shop = realpathSync(mkdtempSync(join(tmpdir(), 'shop-')));
});
beforeEach(() => {
  for (const name of readdirSync(shop)) rmSync(join(shop, name), { recursive: true, force: true });
  write('ssot-audit.config.mjs', CONFIG);
  write('web/src/basket.ts', 'export const MAX_BASKET = 50;\n');
  write('api/basket.py', 'MAX_BASKET = 40\n');
  execFileSync('git', ['init', '-q'], { cwd: shop });
});
afterAll(() => rmSync(shop, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(shop, path)), { recursive: true });
  writeFileSync(join(shop, path), text);
}

function run(args: readonly string[], options: Partial<SpawnSyncOptionsWithStringEncoding> = {}): { code: number | null; out: string; err: string } {
  const env = { ...process.env, XDG_CACHE_HOME: join(shop, '.git/cache'), NO_COLOR: '', FORCE_COLOR: undefined, COLUMNS: '100' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: shop, encoding: 'utf8', env, ...options });
  return { code: status, out: stdout, err: stderr };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(shop, path), 'utf8'));
}

describe('a scan', () => {
  it('prints what to act on, and fails', () => {
    const { code, out } = run(ONLY);
    expect(code).toBe(1);
    expect(out).toContain('MAX_BASKET has 2 values.');
    expect(out).toMatch(/owner +│ api\/basket\.py:1/);
    expect(out).toMatch(/copies +│ web\/src\/basket\.ts:1 +value 50/);
    expect(out).toMatch(/│ python +│ +1 │ +1 │/);
    expect(out).toContain('failed: 1 finding at or above error');
  });

  it('passes when the gate is lower, or nothing is found', () => {
    expect(run([...ONLY, '--fail-on', 'none']).code).toBe(0);
    expect(run([...ONLY, '--report-only']).code).toBe(0);
    write('api/basket.py', 'MAX_BASKET = 50\n');
    expect(run(ONLY)).toMatchObject({ code: 0, out: expect.stringContaining('passed: no finding at or above error') as string });
  });

  it('is the same with and without the word scan, and for one or two threads', () => {
    const { out } = run([...ONLY, '--format', 'json', '--threads', '1']);
    expect(run(['scan', ...ONLY, '--format', 'json', '--threads', '2', '--no-cache']).out).toBe(out);
  });

  it('takes severities and options from the configuration', () => {
    write('ssot-audit.config.mjs', CONFIG.replace('plugins:', "rules: { 'shop/two-limits': ['warning', { names: ['MAX_BASKET'] }] }, failOn: 'warning', plugins:"));
    expect(run(ONLY)).toMatchObject({ code: 1, out: expect.stringMatching(/│ warning +│ MAX_BASKET/) as string });
    expect(run([...ONLY, '--fail-on', 'error']).code).toBe(0);
  });

  it('names the configuration that has a rule or an option that there is not, and a file that means no format', () => {
    const withRules = (rules: string): void => write('ssot-audit.config.mjs', CONFIG.replace('plugins:', `rules: ${rules}, plugins:`));
    withRules("{ 'duplicate-typ': 'off' }");
    expect(run(ONLY)).toMatchObject({ code: 2, err: expect.stringMatching(/ssot-audit\.config\.mjs: rules: there is no rule "duplicate-typ"\.\n {2}Did you mean "duplicate-type"/) as string });
    withRules("{ 'shop/two-limits': ['error', { name: [] }] }");
    expect(run(ONLY)).toMatchObject({ code: 2, err: expect.stringMatching(/ssot-audit\.config\.mjs: Unknown key "name" in rules\["shop\/two-limits"\]\[1\]/) as string });
    expect(run([...ONLY, '-o', 'report.csv'])).toMatchObject({ code: 2, err: expect.stringContaining('no format is written to files that end in ".csv"') as string });
    expect(existsSync(join(shop, 'report.csv'))).toBe(false);
  });

  it('keeps stdout for the result, stderr for people', () => {
    write('web/package.json', '{"name":"web"}');
    const { out, err } = run([...ONLY, '--format', 'json']);
    const result = scanResultSchema.parse(JSON.parse(out));
    expect(result.findings.map(({ concept, related }) => [concept, related.length])).toEqual([['MAX_BASKET', 1]]);
    expect(err).not.toContain('reading'); // progress is for terminals
    expect(run([...ONLY, '--quiet']).err).toBe('');
  });

  it('restricts itself to paths, relative to the configuration wherever one stands', () => {
    const { out } = run([...ONLY, '--format', 'json'], { cwd: join(shop, 'web') });
    expect((JSON.parse(out) as ScanResult).files.map(({ path }) => path)).toEqual(['web/src/basket.ts']);
    const both = JSON.parse(run([...ONLY, '--format', 'json', 'api/basket.py', 'web']).out) as ScanResult;
    expect(both.files.map(({ path }) => path)).toEqual(['api/basket.py', 'web/src/basket.ts']);
  });

  it('audits a folder on its own with --root', () => {
    const { out } = run(['--format', 'json', '--root', 'web', '-q']);
    expect((JSON.parse(out) as ScanResult).files.map(({ path }) => path)).toEqual(['src/basket.ts']);
  });

  it('says which services it inferred', () => {
    write('package.json', '{"name":"shop","private":true,"workspaces":["web"]}');
    write('web/package.json', '{"name":"web","scripts":{"start":"node ."}}');
    write('web/Dockerfile', 'FROM node:20\nCOPY . /app\nCMD ["node", "/app"]\n');
    const { out, err } = run([...ONLY, '--format', 'json']);
    const services = (JSON.parse(out) as ScanResult).services.filter(({ name }) => name !== '');
    for (const { name, evidence } of services) expect(err).toContain(`${name}: ${evidence}`);
    expect(err.includes('inferred')).toBe(services.length > 0);
  });
});

describe('a configuration in TypeScript', () => {
  it('works with what it imports and with ssot-audit not installed, and leaves nothing in the tree', () => {
    rmSync(join(shop, 'ssot-audit.config.mjs'));
    write('audit/two-limits.ts', `${CONFIG.replace(/export default[^]*/, '').replace('const twoLimits', 'export enum Zone { Shop = "shop" }\nexport const twoLimits')}`);
    write('ssot-audit.config.ts', "import { defineConfig, type ConfigInput } from 'ssot-audit';\nimport { twoLimits, Zone } from './audit/two-limits.js';\nconst level: ConfigInput['failOn'] = 'warning';\nexport default defineConfig({ failOn: level, plugins: [twoLimits], services: [{ name: Zone.Shop, roots: ['./'] }] });");
    const { code, out, err } = run([...ONLY, '--format', 'json', '-q']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect((JSON.parse(out) as ScanResult).services.map(({ name }) => name)).toContain('shop');
    expect(readdirSync(shop).sort()).toEqual(['.git', 'api', 'audit', 'ssot-audit.config.ts', 'web']);
  });
});

describe('files', () => {
  it('--report writes Markdown, JSON and SARIF that agree, and does not audit them the next time', () => {
    const first = run([...ONLY, '--report']);
    expect(first.code).toBe(1);
    expect(first.out).toContain('MAX_BASKET has 2 values.');
    expect(readdirSync(join(shop, 'ssot-report')).sort()).toEqual(['ssot-audit.json', 'ssot-audit.md', 'ssot-audit.sarif']);
    const result = scanResultSchema.parse(readJson('ssot-report/ssot-audit.json'));
    const sarif = readJson('ssot-report/ssot-audit.sarif') as { runs: { results: { partialFingerprints: object }[] }[] };
    expect(sarif.runs[0]!.results.map(({ partialFingerprints }) => partialFingerprints)).toEqual(result.findings.map(({ fingerprint }) => ({ 'ssotIdentity/v1': fingerprint })));
    expect(readFileSync(join(shop, 'ssot-report/ssot-audit.md'), 'utf8')).toContain('[`api/basket.py:1`](../api/basket.py#L1)');
    const before = readFileSync(join(shop, 'ssot-report/ssot-audit.json'), 'utf8');
    run([...ONLY, '--report=ssot-report']);
    expect(readFileSync(join(shop, 'ssot-report/ssot-audit.json'), 'utf8')).toBe(before);
  });

  it('-o chooses the format by its name and leaves stdout empty', () => {
    expect(run([...ONLY, '-o', 'out/audit.sarif'])).toMatchObject({ code: 1, out: '' });
    expect(readJson('out/audit.sarif')).toMatchObject({ version: '2.1.0' });
    run([...ONLY, '-o', 'audit.json']);
    expect(scanResultSchema.safeParse(readJson('audit.json')).success).toBe(true);
  });

  it('in SARIF, paths are relative to the repository', () => {
    write('products/till/ssot-audit.config.json', '{}');
    write('products/till/till.ts', 'export const A = 1;\n');
    run(['--root', 'products/till', '-o', 'till.sarif']);
    expect(readJson('till.sarif')).toMatchObject({ runs: [{ automationDetails: { id: 'ssot-audit/products/till/' } }] });
  });

  it.skipIf(!existsSync('/dev/full'))('says so when the disk is full, on stdout and in a file', () => {
    const { code, err } = run([...ONLY, '-o', '/dev/full']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no space left on the device') as string });
    const piped = spawnSync('sh', ['-c', `"${process.execPath}" "${CLI}" --only shop/two-limits > /dev/full`], { cwd: shop, encoding: 'utf8' });
    expect(piped.status).toBe(2);
    expect(piped.stderr).toContain('not written to stdout: no space left on the device');
  });

  it('leaves no half-written file behind', () => {
    mkdirSync(join(shop, 'out/audit.json'), { recursive: true });
    expect(run([...ONLY, '-o', 'out/audit.json'])).toMatchObject({ code: 2, err: expect.stringContaining('it is a folder') as string });
    expect(readdirSync(join(shop, 'out'))).toEqual(['audit.json']);
    write('note.txt', '');
    expect(run([...ONLY, '-o', 'note.txt/audit.json'])).toMatchObject({ code: 2, err: expect.stringContaining('was not written') as string });
  });

  it('keeps the exit code when the reader goes away, and says that the output is cut', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `LIMIT_${index}`);
    write('web/src/limits.ts', names.map((name, index) => `export const ${name} = ${index};`).join('\n'));
    write('api/limits.py', names.map((name) => `${name} = -1`).join('\n'));
    write('ssot-audit.config.mjs', CONFIG.replace("['MAX_BASKET']", JSON.stringify(names)));
    const { stdout, stderr } = spawnSync('sh', ['-c', `("${process.execPath}" "${CLI}" --only shop/two-limits --all; echo "rc $?" >&2) | head -1`], { cwd: shop, encoding: 'utf8' });
    expect(stdout).toMatch(/^┌─+┬─+┐\n$/);
    expect(stderr).toContain('closed it before the end');
    expect(stderr).toContain('rc 1');
  });
});

describe('what cannot be done as asked', () => {
  it.each([
    ['a path that is not there', ['wbe'], 'There is no file or folder "wbe"'],
    ['a mistyped command', ['rulse'], 'Did you mean the command "ssot-audit rules"?'],
    ['an unknown flag', ['--formt', 'json'], 'Did you mean --format?'],
    ['an unknown format', ['--format', 'xml'], 'Allowed choices are table, json, sarif, markdown'],
    ['an unknown rule', ['--only', 'shop/two-limit'], 'Did you mean "shop/two-limits"?'],
    ['an unknown rule to skip', ['--skip', 'nothing/*'], 'there is no rule "nothing/*"'],
    ['no threads', ['--threads', '0'], 'whole number above 0'],
    ['a missing configuration', ['--config', 'audit.json'], 'There is no configuration file'],
    ['a path outside', ['..', 'api'], 'outside of the audited root'],
  ])('%s', (_, args, message) => {
    const { code, out, err } = run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at '); // no stack for what the user can put right
  });

  it('is an object on stdout for programs', () => {
    expect(JSON.parse(run(['--format', 'json', '--only', 'nothing']).out)).toEqual({
      error: true, code: 'unknown-rule', message: '--only: there is no rule "nothing".', hint: 'All rules: ssot-audit rules',
    });
    expect(JSON.parse(run(['--format=json', '--nonsense']).out)).toMatchObject({ error: true, code: 'usage' });
  });

  it('is a mistake in the configuration: unknown rules and options, owners and services that are not there', () => {
    const withKey = (text: string): string => run([], (write('ssot-audit.config.mjs', CONFIG.replace('plugins:', `${text}, plugins:`)), {})).err;
    expect(withKey("rules: { 'shop/to-limits': 'off' }")).toMatch(/ssot-audit\.config\.mjs: rules: there is no rule "shop\/to-limits"\.\n {2}Did you mean "shop\/two-limits"\?/);
    expect(withKey("rules: { 'shop/two-limits': ['error', { name: [] }] }")).toContain('ssot-audit.config.mjs: Unknown key "name" in rules["shop/two-limits"][1]. Did you mean "names"?');
    expect(withKey("owners: [{ concept: 'MAX_BASKET', owner: 'shared/limits.ts' }]")).toContain('owners[0].owner is "shared/limits.ts", and there is no such file or folder');
    expect(withKey("services: [{ name: 'web', roots: ['wbe'] }]")).toContain('services[0].roots[0] is "wbe"');
    mkdirSync(join(shop, 'docs'));
    expect(withKey("services: [{ name: 'docs', roots: ['docs'] }]")).toContain('no file was found under its root "docs"');
  });

  it('is an audit of nothing', () => {
    rmSync(join(shop, 'web'), { recursive: true });
    rmSync(join(shop, 'api'), { recursive: true });
    rmSync(join(shop, 'ssot-audit.config.mjs'));
    expect(run([])).toMatchObject({ code: 2, err: expect.stringContaining('There is nothing to audit') as string });
    write('logo.txt', 'shop');
    expect(run([])).toMatchObject({ code: 2, err: expect.stringContaining('skipped: 1 not source code or configuration') as string });
  });

  it('is not a broken file: the rest is audited, and code 3 says when it was too much', () => {
    for (let index = 0; index < 20; index++) write(`web/src/page-${index}.ts`, `export const PAGE = ${index};\n`);
    write('web/src/broken.ts', 'export const = ;\n');
    const { code, err, out } = run([...ONLY, '--fail-on', 'none']);
    expect(code).toBe(0);
    expect(err).toContain('parsed in part: web/src/broken.ts:1');
    expect(out).toContain('MAX_BASKET has 2 values.');
    for (let index = 0; index < 20; index++) write(`web/src/page-${index}.ts`, 'export const = ;\n');
    expect(run([...ONLY, '--fail-on', 'none'])).toMatchObject({ code: 3, err: expect.stringContaining('the audit is incomplete') as string });
    expect(run(ONLY).code).toBe(1);
  });

  it('is not a rule that fails: it is said, and the code is 3', () => {
    write('ssot-audit.config.mjs', CONFIG.replace('for (const name', "throw new Error('the till is stuck');\n    for (const name"));
    expect(run(ONLY)).toMatchObject({ code: 3, err: expect.stringContaining('rule failed: Rule shop/two-limits failed: Error: the till is stuck') as string });
  });

  it.skipIf(process.getuid?.() === 0)('is not an unreadable file', () => {
    chmodSync(join(shop, 'api/basket.py'), 0);
    expect(run(ONLY).err).toContain('unreadable: permission denied');
  });

  it('is not a loop of links', () => {
    symlinkSync('..', join(shop, 'web/up'));
    expect(run(ONLY).code).toBe(1);
  });
});

it('stops with 130 when interrupted', async () => {
  write('ssot-audit.config.mjs', "process.stderr.write('ready'); await new Promise((done) => setTimeout(done, 60_000)); export default {};");
  const child = spawn(process.execPath, [CLI], { cwd: shop, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.once('data', () => child.kill('SIGINT'));
  expect(await new Promise((done) => { child.on('exit', done); })).toBe(130);
});

describe('rules', () => {
  it('lists all, those of plugins among them', () => {
    const { code, out } = run(['rules']);
    expect(code).toBe(0);
    expect(out).toMatch(/│ shop\/two-limits +│ error +│ One limit with two values/);
  });

  it('shows one in full, with its options', () => {
    const { out } = run(['rules', 'shop/two-limits']);
    for (const text of ['One limit with two values', 'Customers meet both.', 'Import it.', 'names: a list of text, default ["MAX_BASKET"]', 'Names of the limits.', 'ssot-ignore-next-line shop/two-limits']) expect(out).toContain(text);
    expect(JSON.parse(run(['rules', 'shop/two-limits', '--format', 'json']).out)).toMatchObject([{ id: 'shop/two-limits', severity: 'error' }]);
  });

  it('suggests the nearest', () => {
    expect(run(['rules', 'two-limits'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "shop/two-limits"?') as string });
  });
});

describe('explain', () => {
  it('shows the facts behind a finding, from a new scan and from a saved one', () => {
    run([...ONLY, '-o', 'scan.json']);
    const { fingerprint } = (readJson('scan.json') as ScanResult).findings[0]!;
    const { code, out } = run(['explain', fingerprint.slice(0, 6), '--scan', 'scan.json']);
    expect(code).toBe(0);
    for (const text of ['Why this owner\n  it comes first', '1. api/basket.py:1  likely owner', '1 │ MAX_BASKET = 40', 'fact: constant MAX_BASKET', 'value: 40', '2. web/src/basket.ts:1  copy', 'value: 50', '# ssot-ignore-next-line shop/two-limits -- <reason>']) {
      expect(out).toContain(text);
    }
    expect(run(['explain', fingerprint]).out).toBe(out);
  });

  it('explains a rule', () => {
    expect(run(['explain', 'shop/two-limits']).out).toContain('Customers meet both.');
  });

  it.each([
    [['explain', 'ffffffff'], 'No finding has a fingerprint that begins with ffffffff'],
    [['explain', 'shop/two-limit'], 'Did you mean "shop/two-limits"?'],
    [['explain', 'ffffffff', '--scan', 'none.json'], 'none.json cannot be read'],
    [['explain', 'ffffffff', '--scan', 'api/basket.py'], 'api/basket.py cannot be read'],
    [['explain', 'ffffffff', '--scan', 'package.json'], 'is not a scan result'],
  ])('%j', (args, message) => {
    write('package.json', '{"name":"shop"}');
    expect(run(args)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });
});

describe('start-up', () => {
  it('teaches with --help, and documents the exit codes', () => {
    const { code, out } = run(['--help']);
    expect(code).toBe(0);
    for (const text of ['Examples:', '--report', 'Exit codes:', '130  interrupted', 'explain']) expect(out).toContain(text);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints the version of the package', () => {
    expect(run(['--version']).out.trim()).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });

  it('leaves a reader of --help that closes early in peace', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${CLI}" --help | true`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('takes "help" for --help', () => {
    expect(run(['help'])).toEqual(run(['--help']));
  });

  it('loads no package but commander for --help', () => {
    const { err } = run(['--help'], { env: { ...process.env, NODE_DEBUG: 'module,esm' } });
    const packages = [...new Set([...err.matchAll(/node_modules\/((?:@[\w-]+\/)?[\w.-]+)/g)].map(([, name]) => name))];
    expect(packages).toEqual(['commander']);
  });
});
