import { expect, it } from 'vitest';
import { inferServices, serviceOf, type ServiceInput } from '../../src/discover/infer-services.js';
import { extractionOf } from '../support/config-lines.js';

/** A tree given as path to text; configuration is read as it really is, other texts are left unread unless they are Python. */
async function servicesOf(tree: Readonly<Record<string, string>>, configured?: ServiceInput['configured']) {
  const files = await Promise.all(Object.entries(tree).map(async ([path, text]) => ({
    path, facts: text === '' ? [] : (await extractionOf(path, text)).facts,
  })));
  return inferServices({ files, ...(configured && { configured }) });
}

const lines = (services: Awaited<ReturnType<typeof servicesOf>>) => services.map(({ name, kind, roots, evidence }) => `${kind} ${name} (${roots.join(', ')}): ${evidence}`);

it('finds services by what images copy and run, and libraries by what several copy', async () => {
  const services = await servicesOf({
    'docker/api.Dockerfile': 'FROM python\nCOPY requirements.txt .\nCOPY shop_api/ ./shop_api/\nCOPY shared/ ./shared/\nCMD ["uvicorn", "shop_api.main:app"]\n',
    'docker/api.small.Dockerfile': 'FROM python\nCOPY shop_api /app/shop_api\nCOPY shared /app/shared\nCMD gunicorn shop_api.main:app\n',
    'docker/migrate.Dockerfile': 'FROM python\nCOPY shop_api/db /app/shop_api/db\nCOPY shared /app/shared\nCMD alembic upgrade head\n',
    'docker/mail.Dockerfile': 'FROM python\nCOPY mail/ mail/\nCOPY shared/ shared/\nCMD python -m mail\n',
    'docker/web.Dockerfile': 'FROM node\nCOPY web/ .\nCOPY shared/ ../shared/\nCMD ["node", "server.js"]\n',
    'shop_api/main.py': '', 'shop_api/db/models.py': '', 'shared/money.py': '', 'mail/send.py': '', 'web/server.js': '', 'web/package.json': '{"name":"web"}',
    'scripts/deploy.py': '', 'tests/test_api.py': '', 'requirements.txt': '',
  });
  expect(lines(services)).toEqual([
    'service mail (mail): docker/mail.Dockerfile copies mail/, shared/ and runs python -m mail',
    'library shared (shared): copied into the images of mail, shop_api, web',
    'service shop_api (shop_api): docker/api.Dockerfile copies shared/, shop_api/ and runs uvicorn shop_api.main:app',
    'service web (web): docker/web.Dockerfile copies shared/, web/ and runs node server.js',
    'service  (): everything that no other service claims',
  ]);
  expect(services.find(({ name }) => name === 'shop_api')?.dockerfiles).toEqual(['docker/api.Dockerfile', 'docker/api.small.Dockerfile', 'docker/migrate.Dockerfile']);
  expect(['shop_api/db/models.py', 'shared/money.py', 'scripts/deploy.py', 'shop_api2/x.py'].map((path) => serviceOf(path, services).name)).toEqual(['shop_api', 'shared', '', '']);
});

it('finds apps and libraries of a workspace', async () => {
  const services = await servicesOf({
    'package.json': '{"private":true,"workspaces":["apps/*","packages/*"]}',
    'apps/web/package.json': '{"name":"@shop/web","private":true,"scripts":{"start":"next start"},"dependencies":{"@shop/ui":"*"}}', 'apps/web/index.ts': '',
    'apps/api/package.json': '{"name":"@shop/api","private":true,"main":"dist/index.js"}', 'apps/api/index.ts': '',
    'packages/ui/package.json': '{"name":"@shop/ui","main":"index.js","scripts":{"dev":"storybook dev"}}', 'packages/ui/index.ts': '',
    'packages/ui/icons/package.json': '{"main":"../icons.js"}', 'packages/ui/icons/a.ts': '',
    'examples/tiny/package.json': '{"name":"tiny","scripts":{"start":"node ."}}', 'examples/tiny/index.js': '',
    'test/kit/package.json': '{"name":"kit","scripts":{"start":"node ."}}', 'test/kit/index.js': '',
  });
  expect(lines(services)).toEqual([
    'service api (apps/api): workspace package "@shop/api"',
    'library ui (packages/ui): workspace package "@shop/ui", which @shop/web depends on',
    'service web (apps/web): workspace package "@shop/web" with the script "start"',
    'service  (): everything that no other service claims',
  ]);
});

it('reads the members of pnpm workspaces, and names two folders of one name by their paths', async () => {
  const services = await servicesOf({
    'pnpm-workspace.yaml': "packages:\n  - 'libs/**'\n  - 'apps/*'\n  - '!libs/old'\n",
    'apps/orders/package.json': '{"name":"orders-app","private":true,"scripts":{"start":"node ."}}', 'apps/orders/a.ts': '',
    'libs/orders/package.json': '{"name":"orders","main":"a.js"}', 'libs/orders/a.ts': '',
    'libs/old/package.json': '{}', 'libs/old/a.ts': '',
  });
  expect(lines(services)).toEqual([
    'service apps/orders (apps/orders): workspace package "orders-app" with the script "start"',
    'library libs/orders (libs/orders): workspace package "orders"',
    'service  (): everything that no other service claims',
  ]);
});

it('finds services that stand beside their Dockerfile or that deploy scripts name, and Python folders that start something', async () => {
  const services = await servicesOf({
    'docker-compose.yml': 'services:\n  api:\n    build: ./api\n  db:\n    image: postgres\n  gone:\n    build: ./docs\n',
    'api/Dockerfile': 'FROM node\nCOPY . .\nCMD npm start\n', 'api/index.js': '',
    'scripts/deploy.py': 'run(["gcloud", "run", "deploy"])\nServiceConfig(name="mail", directory="mailer", environment_vars={"PORT": "80"})\n', 'mailer/send.py': '',
    'stock_service/main.py': '', 'stock_service/app.py': '', 'common/text.py': '', 'docs/index.py': '',
    'api/x.py': 'import common.text\n', 'stock_service/y.py': 'from common import text\n',
  });
  expect(lines(services)).toEqual([
    'service api (api): api/Dockerfile copies api/ and runs npm start',
    'library common (common): imported by api, stock_service',
    'service mailer (mailer): "mail" is deployed from it (scripts/deploy.py)',
    'service stock_service (stock_service): starts with stock_service/main.py',
    'service  (): everything that no other service claims',
  ]);
});

it('takes a plain package for one service, whatever folders it has', async () => {
  expect(lines(await servicesOf({
    'package.json': '{"name":"shop","scripts":{"start":"node build/server"}}', 'Dockerfile': 'FROM node\nCOPY . .\nCMD ["node", "build/server/index.js"]\n',
    'server/index.ts': '', 'app/index.tsx': '', 'shared/money.ts': '',
  }))).toEqual(['service  (): everything that no other service claims']);
  expect(lines(await servicesOf({
    'Dockerfile': 'FROM python\nCOPY app/ app/\nCMD uvicorn app.main:app\n', 'app/main.py': '', 'lib/money.py': '',
  }))).toEqual(['service  (): everything that no other service claims']);
});

it('takes a folder with code and a Dockerfile for a service, be it the only one', async () => {
  const rest = 'service  (): everything that no other service claims';
  expect(lines(await servicesOf({ 'api/Dockerfile': 'FROM node\nCOPY . .\nCMD ["node", "index.js"]\n', 'api/index.js': '', 'README.md': '' })))
    .toEqual(['service api (api): api/Dockerfile copies api/ and runs node index.js', rest]);
  expect(lines(await servicesOf({ 'api/Dockerfile': 'FROM python\nCOPY api/ /app\nCMD uvicorn api.main:app\n', 'api/main.py': '', 'web/index.ts': '' })))
    .toEqual(['service api (api): api/Dockerfile copies api/ and runs uvicorn api.main:app', rest]);
  // The image of the whole tree, wherever its Dockerfile is kept, and a part of a package.
  expect(lines(await servicesOf({ 'docker/Dockerfile': 'FROM python\nCOPY . .\nCMD python main.py\n', 'docker/wait.py': '', 'main.py': '' }))).toEqual([rest]);
  expect(lines(await servicesOf({ 'package.json': '{"name":"shop"}', 'worker/Dockerfile': 'FROM node\nCOPY . .\n', 'worker/index.js': '', 'shop.js': '' }))).toEqual([rest]);
});

it('lets the configuration win', async () => {
  const services = await servicesOf(
    { 'apps/web/package.json': '{"name":"web","private":true,"scripts":{"start":"x"}}', 'apps/web/a.ts': '', 'apps/api/package.json': '{"name":"api","private":true,"scripts":{"start":"x"}}', 'apps/api/a.ts': '' },
    [{ name: 'storefront', roots: ['apps/web'], kind: 'service', evidence: 'declared in the configuration' }],
  );
  expect(lines(services)).toEqual([
    'service api (apps/api): package "api" with the script "start"', 'service storefront (apps/web): declared in the configuration', 'service  (): everything that no other service claims',
  ]);
});
