import { expect, it } from 'vitest';
import { canonicalEnvironment, compareEnvironments, environmentOf, environmentOfEntry } from '../../src/facts/environment-of.js';

it.each([
  ['.env.staging', 'staging'], ['config/staging.env', 'staging'], ['deploy/overlays/prod/api.yaml', 'production'], ['docker-compose.stg.yml', 'staging'],
  ['terraform-gcp-staging/main.tf', 'staging'], ['config/.env.development.template', 'development'], ['.env.test', 'test'], ['.env.production.local', 'local'],
  ['.env.staging.tests', 'test'], ['.github/workflows/ci.yml', 'ci'], ['.github/workflows/deploy-prod.yml', 'production'], ['values-demo.yaml', 'demo'], ['uat/api.yaml', 'uat'],
  ['shop/staging_validator.py', 'staging'], ['config/settings/local.py', 'local'], ['src/environments/prod.ts', 'production'], ['tests/test_cart.py', 'test'],
  ['.env', undefined], ['docker-compose.yml', undefined], ['src/live-preview.ts', undefined], ['packages/live-preview/index.ts', undefined], ['shop/stage.py', undefined],
  ['src/auth/local/login.ts', undefined], ['src/commands/dev/index.ts', undefined], ['components/demo/Chart.tsx', undefined], ['src/product/list.ts', undefined],
  ['locales/de.json', undefined], ['contest.yml', undefined],
])('%s is for %s', (path, environment) => expect(environmentOf(path)).toBe(environment));

it('believes what a file says of itself, unless it is for tests', () => {
  expect(environmentOfEntry(undefined, 'prod')).toBe('production');
  expect(environmentOfEntry('development', 'staging')).toBe('staging');
  expect(environmentOfEntry('test', 'staging')).toBe('test');
  expect(environmentOfEntry('staging', undefined)).toBe('staging');
});

it('knows environments by their usual names, keeps others, and orders them as a change travels', () => {
  expect(['Prod', 'stg', 'eu-west', 'A long sentence.'].map(canonicalEnvironment)).toEqual(['production', 'staging', 'eu-west', undefined]);
  expect(['production', undefined, 'test', 'eu-west', 'local', 'staging'].sort(compareEnvironments)).toEqual(['local', 'test', 'staging', 'production', 'eu-west', undefined]);
});
