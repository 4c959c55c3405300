import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeMatrix } from '../../src/facts/describe-matrix.js';
import { envMatrixSchema, type EnvMatrix } from '../../src/model/env-matrix.js';
import { envMarkdown, envTable } from '../../src/reporters/env-matrix.js';
import { indexOf } from '../support/index-of.js';
import { runCli } from '../support/shop-cli.js';
import { temporaryTree } from '../support/temporary-tree.js';

const SECRET = 'k3Jq9vX2mB7pL4sT8wZ1';
const SHOP = {
  'docker/api.Dockerfile': 'FROM python\nCOPY shop_api/ shop_api/\nCOPY money/ money/\nENV LOG_LEVEL=info\nCMD uvicorn shop_api.main:app\n',
  'docker/mail.Dockerfile': 'FROM python\nCOPY mailer/ mailer/\nCOPY money/ money/\nCMD python -m mailer.main\n',
  'shop_api/main.py': `import os
from money.rates import rate
DATABASE_URL = os.environ["DATABASE_URL"]
JWT_SECRET = os.environ["JWT_SECRET"]
LOG_LEVEL = os.getenv("LOG_LEVEL", "debug")
WORKERS = os.getenv("WORKERS", "4")
PAYMENT_TOKEN = os.getenv("PAYMENT_TOKEN", "${SECRET}")
`,
  'mailer/main.py': 'import os\nSMTP_HOST = os.environ["SMTP_HOST"]\n',
  'money/rates.py': 'import os\nrate = os.environ["RATES_URL"]\n',
  'docker-compose.staging.yml': `services:
  api:
    build: {context: ., dockerfile: docker/api.Dockerfile}
    environment:
      ENVIRONMENT: staging
      DATABASE_URL: postgres://shop:${SECRET}@db:5432/shop
      JWT_SECRET: ${SECRET}
      SENTRY: https://sentry.shop.example
`,
  'docker-compose.prod.yml': `services:
  api:
    build: {context: ., dockerfile: docker/api.Dockerfile}
    environment: {ENVIRONMENT: production, JWT_SECRET: ${SECRET}, PORT: "80", SENTRY: "https://user@sentry.shop.example"}
`,
};

async function matrixOf(tree: Readonly<Record<string, string>>): Promise<EnvMatrix> {
  return { schemaVersion: 1, tool: { name: 'ssot-audit', version: '0' }, root: 'shop', ...describeMatrix(await indexOf(tree)) };
}

it('says of each variable who reads it, what each environment gives it and what is missing, with file and line', async () => {
  const table = envTable(await matrixOf(SHOP), { width: 120 });
  expect(table.split('\n\n').find((block) => block.startsWith('DATABASE_URL'))).toMatchInlineSnapshot(`
    "DATABASE_URL   required             by os.environ                       shop_api/main.py:3
                   staging              "postgres://***@db:5432/shop"       docker-compose.staging.yml:6
                   production           MISSING
    ENVIRONMENT    read                 by no code that is seen
                   staging              "staging"                           docker-compose.staging.yml:5
                   production           "production"                        docker-compose.prod.yml:4
    JWT_SECRET     required             by os.environ                       shop_api/main.py:4
                   staging              set (hidden)                        docker-compose.staging.yml:7
                   production           set (hidden)                        docker-compose.prod.yml:4
    LOG_LEVEL      default              "debug"                             shop_api/main.py:5
                   everywhere           "info"                              docker/api.Dockerfile:4
    PAYMENT_TOKEN  default              hidden                              shop_api/main.py:7
                   staging, production  not set: the default holds
    PORT           read                 by no code that is seen
                   production           "80"                                docker-compose.prod.yml:4
    RATES_URL      required             by os.environ                       money/rates.py:2
                   staging, production  not set; only a library demands it
    SENTRY         read                 by no code that is seen
                   staging              "https://sentry.shop.example"       docker-compose.staging.yml:8
                   production           "https://user@sentry.shop.example"  docker-compose.prod.yml:4
    WORKERS        default              "4"                                 shop_api/main.py:6
                   staging, production  not set: the default holds"
  `);
});

it('prints no value of a secret in any format', async () => {
  const matrix = await matrixOf(SHOP);
  expect(matrix.variables.find(({ name }) => name === 'PAYMENT_TOKEN')?.reads[0]?.default).toEqual({ hidden: true });
  for (const text of [envTable(matrix, {}), envMarkdown(matrix, {}), JSON.stringify(matrix)]) {
    expect(text).not.toContain(SECRET);
    expect(text).toContain('db:5432/shop');
  }
});

it('filters, validates as its schema says, and masks on the command line', () => {
  const root = temporaryTree(SHOP);
  const { code, out } = runCli(root, ['env', '--service', 'shop_api', '--environment', 'prod', '--missing', '--format', 'json', '-q']);
  expect(code).toBe(0);
  const matrix = envMatrixSchema.parse(JSON.parse(out));
  expect(matrix.variables.map(({ name, cells }) => [name, cells.map(({ environment, status }) => `${environment} ${status}`)])).toEqual([
    ['DATABASE_URL', ['production missing']], ['RATES_URL', ['production library']],
  ]);
  expect(runCli(root, ['env', '--variable', 'smtp_*', '-q']).out).toContain('SMTP_HOST');
  expect(runCli(root, ['env', 'mailer', '-q', '--format', 'json']).out).not.toContain('DATABASE_URL');
  runCli(root, ['env', '-o', 'env.md']);
  expect(readFileSync(join(root, 'env.md'), 'utf8')).toContain('| variable | read | everywhere | staging | production |');
  expect(runCli(root, ['env', '--service', 'shop_apo'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "shop_api"?') as string });
  expect(runCli(root, ['env', '--environment', 'moon'])).toMatchObject({ code: 2, err: expect.stringContaining('There are: staging, production') as string });
});
