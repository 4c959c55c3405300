import { expect, it } from 'vitest';
import { scanResultSchema } from '../../src/model/result.js';
import { jsonReporter } from '../../src/reporters/json.js';
import { shopResult } from './shop-result.js';

it('is the result, nothing more and nothing less, a finding a line', () => {
  const text = jsonReporter(shopResult(), {});
  expect(scanResultSchema.parse(JSON.parse(text))).toEqual(shopResult());
  expect(text.split('\n').filter((line) => line.includes('"fingerprint":'))).toHaveLength(6);
});

it('is valid for a tree without anything', () => {
  const empty = { ...shopResult(), findings: [], problems: [], files: [], imports: {}, rules: [], services: [] };
  expect(JSON.parse(jsonReporter(empty, {}))).toEqual(empty);
});
