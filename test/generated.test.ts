import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.js';
import { jsonReporter } from '../src/reporters/json.js';
import { shopResult } from './reporters/shop-result.js';

const readJson = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;

describe('generated files are current: npm run generate', () => {
  it.each(generatedFiles().filter(({ path }) => existsSync(path) || !path.startsWith('rules/')))('$path', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('the published JSON schemas', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });

  it('accept what is printed', () => {
    const validate = ajv.compile(readJson('schema/scan-result.schema.json'));
    validate(JSON.parse(jsonReporter(shopResult(), {})));
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...shopResult(), findings: [{}] })).toBe(false);
  });

  it('accept what the configuration takes, and refuse what it refuses', () => {
    const validate = ajv.compile(readJson('schema/config.schema.json'));
    expect(validate({ services: [{ name: 'web', roots: ['web'] }], rules: { 'duplicate-type': ['info', { ignore: [] }] }, plugins: ['./rules.mjs'], roles: { test: ['e2e/**'] } })).toBe(true);
    for (const wrong of [{ servcies: [] }, { failOn: 'warn' }, { services: [{ name: 'web' }] }, { roles: { tests: [] } }, { plugins: [{}] }]) expect(validate(wrong)).toBe(false);
  });
});
