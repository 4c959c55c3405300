import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/discover/file-role.js';
import type { FileRole } from '../../src/model/result.js';

const CASES: Readonly<Record<FileRole, readonly string[]>> = {
  production: [
    'src/cart.ts', 'shop/latest.py', 'src/contest/prize.ts', 'src/testimonials.ts', 'api/mockups/render.py', 'src/backup/schedule.ts', 'shop/fixtures.py',
    'src/database/migrations/run.ts', 'components/demo/Chart.tsx', 'app/tools/search.py', '.github/workflows/deploy.yml', 'deployment/api.Dockerfile', 'docker-compose.yml',
    'src/templates/order.ts', 'config/staging.env', 'src/generator/docs.ts', 'libs/vendor/orders.ts',
  ],
  test: [
    'tests/test_cart.py', 'src/cart.test.ts', 'src/__tests__/cart.ts', 'e2e/checkout.ts', 'shop/cart_test.py', 'conftest.py', 'cypress/login.cy.ts', 'src/a.e2e-spec.ts',
    'test_framework/base.py', 'integration-tests/orders.ts', 'jest.config.js', 'jest.setup.real.js', 'vitest.config.ts', 'packages/test-utils/src/index.ts',
  ],
  mock: ['src/__mocks__/api.ts', 'tests/mocks/server.py', 'src/api.mock.ts'],
  fixture: ['tests/fixtures/orders.json', 'src/__fixtures__/order.ts', 'src/__snapshots__/a.snap'],
  story: ['src/Button.stories.tsx', '.storybook/main.ts'],
  script: ['scripts/deploy.py', 'tools/release.ts', 'start.sh', 'setup.py', '.github/actions/notify/index.ts', 'deployment/secrets.py'],
  example: ['examples/shop/index.ts', 'docs/snippet.py', '.env.example', 'config/.env.staging.template', 'values.sample.yaml', 'prod.tfvars.example'],
  migration: ['db/migrations/0001_initial.py', 'src/migrations/20240101-orders.ts', 'shop/alembic/versions/ab12_orders.py', 'packages/database/migration/20240918110413_add_orders/migration.ts'],
  generated: ['src/generated/api.ts', 'src/__generated__/graphql.ts', 'shop/orders_pb2.py', 'src/routeTree.gen.ts', 'test-results/run.json'],
  vendored: ['node_modules/a/index.js', 'third_party/lib.py', 'public/jquery.min.js', 'vendor/lib.js'],
  backup: [
    'shop/cart.py.bak', 'shop/cart.py.backup_before_rename', 'src/cart.backup.ts', 'src/cart.ts.orig', 'backups/2024/cart.py', 'backup/cart.ts', 'src/cart.original.ts',
    'shop/cart.py.20240910', 'src/.backup/cart.ts', 'shop/cart.py~', 'docker-compose.yml.backup-17576',
  ],
};

describe('roleOf', () => {
  for (const [role, paths] of Object.entries(CASES)) it.each(paths.map((path) => [path]))(`${role}: %s`, (path) => expect(roleOf(path)).toBe(role));
});

it('takes a copy for a backup only beside what it is a copy of', () => {
  const exists = (path: string): boolean => ['shop/cart.py', 'src/orders/list.ts'].includes(path);
  expect(roleOf('shop/cart_old.py', { exists })).toBe('backup');
  expect(roleOf('shop/cart.py.BEFORE_MERGE', { exists })).toBe('backup');
  expect(roleOf('shop/cart.py.j2', { exists })).toBe('production');
  expect(roleOf('shop/price_old.py', { exists })).toBe('production');
  expect(roleOf('shop/cart_old.py')).toBe('production');
  expect(roleOf('src/backup/orders/list.ts', { exists })).toBe('backup');
  expect(roleOf('src/backup/schedule.ts', { exists })).toBe('production');
});

it('takes a starter project with a manifest for an example', () => {
  const exists = (path: string): boolean => path === 'templates/blank/package.json';
  expect(roleOf('templates/blank/src/index.ts', { exists })).toBe('example');
  expect(roleOf('templates/order/mail.ts', { exists })).toBe('production');
});

it('believes what a file says of itself, and the configuration before all', () => {
  expect(roleOf('src/api.ts', { generated: true })).toBe('generated');
  expect(roleOf('fix_orders.py', { script: true })).toBe('script');
  expect(roleOf('shop/main.py', { script: true })).toBe('production');
  expect(roleOf('tests/kit/index.ts', { overrides: [{ role: 'production', matches: (path) => path.startsWith('tests/kit/') }] })).toBe('production');
});
