import { expect, it } from 'vitest';
import { environmentMatrix, type MatrixVariable } from '../../src/facts/environment-matrix.js';
import { indexOf } from '../support/index-of.js';

const SHOP = {
  'docker/api.Dockerfile': 'FROM python\nCOPY shop_api/ shop_api/\nCOPY shared/ shared/\nENV LOG_LEVEL=info\nCMD uvicorn shop_api.main:app\n',
  'docker/mail.Dockerfile': 'FROM python\nCOPY mailer/ mailer/\nCOPY shared/ shared/\nCMD python -m mailer.main\n',
  'shop_api/main.py': 'import os\nfrom shared.money import currency\nDATABASE_URL = os.environ["DATABASE_URL"]\nLOG_LEVEL = os.getenv("LOG_LEVEL", "debug")\n',
  'mailer/main.py': 'import os\nSMTP_HOST = os.environ["SMTP_HOST"]\n',
  'shared/money.py': 'import os\ncurrency = os.getenv("CURRENCY", "EUR")\n',
  'shop_api/tests/test_main.py': 'import os\nos.environ["DATABASE_URL"]\n',
};

const cells = (variable: MatrixVariable | undefined) => variable?.cells.map(({ environment, values }) => [
  environment, values.map(({ form, value, reference, shared, evidence, entry }) => [
    form, value ?? reference ?? '', `${entry.file.path}:${entry.span[0]}`, shared ? `shared: ${evidence}` : evidence,
  ].join(' | ')),
]);

it('joins what code reads with what compose, images and .env files give, per environment', async () => {
  const matrix = environmentMatrix(await indexOf({
    ...SHOP,
    'docker/docker-compose.yml': `services:
  dev-api:
    build: {context: .., dockerfile: docker/api.Dockerfile}
    env_file: [../config/api.env]
    environment:
      ENVIRONMENT: development
      DATABASE_URL: \${DATABASE_URL:-postgres://localhost/shop}
  postgres:
    image: postgres:15
    environment: {DATABASE_URL: none}
`,
    'config/api.env': 'LOG_LEVEL=trace\n',
    'config/staging.env': 'DATABASE_URL=postgres://staging/shop\nUNUSED=1\n',
    '.env.example': 'DATABASE_URL=postgres://user@host/shop\n',
  }));
  const variable = matrix.variable('shop_api', 'DATABASE_URL');
  expect(variable).toMatchObject({ reads: [{ required: true }], otherReads: [{ file: { path: 'shop_api/tests/test_main.py' } }], declarations: [{ file: { path: '.env.example' } }] });
  expect(cells(variable)).toEqual([
    ['development', ['reference | postgres://localhost/shop | docker/docker-compose.yml:7 | compose "dev-api"']],
    ['staging', ['value | postgres://staging/shop | config/staging.env:1 | shared: a file that no deployment names']],
  ]);
  expect(cells(matrix.variable('shop_api', 'LOG_LEVEL'))).toEqual([
    ['development', ['value | trace | config/api.env:1 | env_file of "dev-api"']],
    [undefined, ['value | info | docker/api.Dockerfile:4 | its image (docker/api.Dockerfile)']],
  ]);
  // A shared file shows where a service reads the variable or is given it, and nowhere else.
  expect(matrix.variables.map(({ service, name }) => `${service.name}.${name}`)).toEqual([
    'mailer.SMTP_HOST', 'shared.CURRENCY', 'shop_api.CURRENCY', 'shop_api.DATABASE_URL', 'shop_api.ENVIRONMENT', 'shop_api.LOG_LEVEL',
  ]);
  expect(matrix.variable('shop_api', 'CURRENCY')).toMatchObject({ reads: [], libraryReads: [{ file: { path: 'shared/money.py' } }] });
  expect(matrix.servicesUsing('shared')).toEqual(['shop_api']);
});

it('says where a service is deployed, and what it is given there', async () => {
  const matrix = environmentMatrix(await indexOf({
    ...SHOP,
    'scripts/deploy.py': `run(["gcloud", "run", "deploy"])
ServiceConfig(name="api", directory="shop_api", environment_vars={"ENVIRONMENT": "staging", "PORT": "80"})
`,
    'scripts/secrets.py': `# --set-secrets
SERVICE_SECRETS = {"api": {"database": ["DATABASE_URL"]}}
SECRET_MAPPINGS = {"DATABASE_URL": "database-url-staging", "SMTP_HOST": "smtp-host-staging"}
`,
    'k8s/prod/mail.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer}
spec: {template: {spec: {containers: [{name: mailer, image: shop/mailer, envFrom: [{configMapRef: {name: mail}}]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: mail}
data: {SMTP_HOST: smtp.shop.test}
`,
  }));
  expect(matrix.targetsOf('shop_api').map(({ environment, opaque, variables, deployments }) => [environment, opaque, [...variables].sort(), deployments.map(({ evidence }) => evidence)])).toEqual([
    // The table of ids names SMTP_HOST, and gives it to nobody.
    ['staging', false, ['DATABASE_URL', 'ENVIRONMENT', 'LOG_LEVEL', 'PORT'], ['built in shop_api']],
  ]);
  expect(cells(matrix.variable('shop_api', 'DATABASE_URL'))).toEqual([[undefined, ['secret | database-url-staging | scripts/secrets.py:2 | "api" as in scripts/deploy.py']]]);
  expect(matrix.targetsOf('mailer').map(({ environment, opaque, variables }) => [environment, opaque, [...variables]])).toEqual([['production', true, ['SMTP_HOST']]]);
  expect(cells(matrix.variable('mailer', 'SMTP_HOST'))).toEqual([['production', ['value | smtp.shop.test | k8s/prod/mail.yaml:9 | envFrom of "mailer"']]]);
});

it('takes examples, backups and code of tests for no deployment', async () => {
  const deploy = 'run(["gcloud", "run", "deploy"])\nServiceConfig(name="api", directory="shop_api", environment_vars={"ENVIRONMENT": "staging"})\n';
  const matrix = environmentMatrix(await indexOf({ ...SHOP, 'tests/test_deploy.py': deploy, 'examples/deploy.py': deploy, 'backups/deploy.py': deploy }));
  expect(matrix.targetsOf('shop_api')).toEqual([]);
});

it('gives a tree of one service all that is deployed from it', async () => {
  const matrix = environmentMatrix(await indexOf({
    'package.json': '{"name":"shop"}', 'server.ts': 'export const port = process.env.PORT ?? 3000;\n', '.env': 'PORT=80\n',
    'docker-compose.prod.yml': 'services:\n  shop:\n    build: .\n    environment: [PORT=8080]\n  db:\n    image: postgres\n',
  }));
  expect(cells(matrix.variable('', 'PORT'))).toEqual([
    ['production', ['value | 8080 | docker-compose.prod.yml:4 | compose "shop"']], [undefined, ['value | 80 | .env:1 | in its folder']],
  ]);
});
