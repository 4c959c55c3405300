import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { UserError } from '../../src/util/user-error.js';

let shop: string;

beforeEach(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), 'shop-')));
  execFileSync('git', ['init', '-q'], { cwd: shop });
});
afterEach(() => rmSync(shop, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(shop, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function errorOf(config: unknown): Promise<UserError> {
  write('ssot-audit.config.json', JSON.stringify(config));
  const error = await loadConfig({ from: shop }).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('finding the configuration', () => {
  it('is all defaults where there is none', async () => {
    const { config, file } = await loadConfig({ from: shop });
    expect(file).toBeUndefined();
    expect(config).toMatchObject({ failOn: 'error', rules: {}, plugins: [], baseline: '.ssot-baseline.json' });
  });

  it('takes the nearest, from the audited folder up to the git root', async () => {
    write('ssot-audit.config.json', '{"failOn":"info"}');
    mkdirSync(join(shop, 'web/src'), { recursive: true });
    expect((await loadConfig({ from: join(shop, 'web/src') })).config.failOn).toBe('info');
    write('web/package.json', '{"name":"web","ssotAudit":{"failOn":"warning"}}');
    expect((await loadConfig({ from: join(shop, 'web/src') })).config.failOn).toBe('warning');
  });

  it('never looks above the git root', async () => {
    const inner = join(shop, 'checkout');
    mkdirSync(inner);
    execFileSync('git', ['init', '-q'], { cwd: inner });
    write('ssot-audit.config.json', '{"failOn":"info"}');
    expect((await loadConfig({ from: inner })).file).toBeUndefined();
  });

  it('says so when the file that was asked for is not there', async () => {
    await expect(loadConfig({ from: shop, file: join(shop, 'audit.json') })).rejects.toThrow(/no configuration file .*audit\.json/);
  });
});

describe('reading the configuration', () => {
  it.each([
    ['ssot-audit.config.mjs', "export default { failOn: 'warning' };"],
    ['ssot-audit.config.js', "module.exports = { failOn: 'warning' };"],
  ])('%s', async (name, text) => {
    write(name, text);
    expect((await loadConfig({ from: shop })).config.failOn).toBe('warning');
  });

  it('loads plugins by path', async () => {
    // How `ssot-audit` itself is found is tested through the command line (test/cli.test.ts): Vitest resolves imports in its own way.
    write('audit/no-price.mjs', "const options = { safeParse: (data) => ({ success: true, data }) };\nexport default [{ meta: { id: 'shop/no-price', severity: 'error' }, options, check: () => [] }];");
    write('ssot-audit.config.json', '{"plugins":["./audit/no-price.mjs"]}');
    const { config } = await loadConfig({ from: shop });
    expect(config.plugins.map(({ meta }) => meta.id)).toEqual(['shop/no-price']);
  });

  it('takes the rules that a plugin exports by name when it has no default export', async () => {
    write('audit/rules.mjs', "const options = { safeParse: (data) => ({ success: true, data }) };\nexport const LIMIT = 3;\nexport const one = { meta: { id: 'shop/one', severity: 'error' }, options, check: () => [] };\n");
    write('ssot-audit.config.json', '{"plugins":["./audit/rules.mjs"]}');
    expect((await loadConfig({ from: shop })).config.plugins.map(({ meta }) => meta.id)).toEqual(['shop/one']);
    write('audit/none.mjs', 'export const LIMIT = 3;\n');
    expect((await errorOf({ plugins: ['./audit/none.mjs'] })).message).toContain('plugins[0]: "./audit/none.mjs" exports no rule.');
  });

  it('runs no code when that is forbidden', async () => {
    write('ssot-audit.config.mjs', 'globalThis.ran = true; export default {};');
    await expect(loadConfig({ from: shop, allowCode: false })).rejects.toMatchObject({ code: 'code-config' });
    expect(globalThis).not.toHaveProperty('ran');
  });
});

describe('what is wrong with a configuration', () => {
  it('names an unknown key and the nearest right one', async () => {
    expect((await errorOf({ servcies: [] })).message).toContain('Unknown key "servcies". Did you mean "services"?');
    expect((await errorOf({ services: [{ name: 'web', roots: ['web'], type: 'library' }] })).message).toContain('Unknown key "type" in services[0]. Known keys: kind, name, roots.');
    expect((await errorOf({ roles: { tests: ['e2e/**'] } })).message).toContain('Unknown key "tests" in roles. Did you mean "test"?');
  });

  it('names the path, what was given and what is allowed', async () => {
    expect((await errorOf({ failOn: 'warn' })).message).toContain('failOn is "warn"; allowed is "error", "warning", "info" or "none".');
    expect((await errorOf({ services: [{ name: 'web', roots: 'web' }] })).message).toContain('services[0].roots is "web"; allowed is a list of paths, at least 1.');
    expect((await errorOf({ services: [{ roots: ['web'] }] })).message).toContain('services[0].name is missing; it must be a name.');
    expect((await errorOf({ rules: { 'duplicate-type': 'warn' } })).message).toContain('rules["duplicate-type"] is "warn"; allowed is "off", "error", "warning", "info" or [severity, options].');
    expect((await errorOf({ rules: { 'duplicate-type': ['error', 3] } })).message).toContain('rules["duplicate-type"][1] is 3; allowed is an object.');
    expect((await errorOf({ coverage: { maxSkipped: 20 } })).message).toContain('coverage.maxSkipped is 20; allowed is a number from 0 to 1.');
    expect((await errorOf({ plugins: [{ meta: {} }] })).message).toContain('plugins[0] is {"meta":{}}; allowed is the path of a module or a rule made with defineRule.');
  });

  it('says all of it at once', async () => {
    const { message } = await errorOf({ failOn: 3, ignored: [] });
    expect(message).toContain('failOn is 3');
    expect(message).toContain('Did you mean "ignore"?');
  });

  it.each([
    ['ssot-audit.config.json', '{\n  "failOn": }', /ssot-audit\.config\.json:2:13 is not valid JSON/],
    ['ssot-audit.config.json', '{\n  "failOn": "none",\n', /ssot-audit\.config\.json:3:1 is not valid JSON/],
    ['ssot-audit.config.mjs', 'export const failOn = "none";', /no default export/],
    ['ssot-audit.config.mjs', '\nthrow new Error("no till is open");', /ssot-audit\.config\.mjs:2 failed to load: no till is open/],
  ])('tells broken JSON, a missing export and a failing module apart: %s %s', async (name, text, message) => {
    write(name, text);
    await expect(loadConfig({ from: shop })).rejects.toThrow(message);
  });
});
