import { expect, it } from 'vitest';
import { coveredText, deploymentsIn, entryLines, extractionOf, problemsIn } from '../../support/config-lines.js';

const SHOP = `services:
  web:
    build:
      context: ..
      dockerfile: web.Dockerfile
      args:
        - API_URL=\${API_URL:-http://localhost:8000}
    env_file: [common.env, {path: web.env}]
    environment:
      ENVIRONMENT: development
      API_URL: http://api:\${API_PORT:-8000}
      SESSION_SECRET: \${SESSION_SECRET:?needed}
      TRACKING_ID:
    command: ["node", "server.js"]
    ports: ["\${WEB_PORT:-3000}:3000"]
  cache:
    image: redis:\${REDIS_VERSION:-7}
    profiles: [test]
    environment:
      - MAX_MEMORY=64mb
      - HOST_NAME
`;

it('tells per service what runs, what it is given and what the file itself reads', async () => {
  expect(await deploymentsIn('compose.yml', SHOP)).toEqual([
    { name: 'web', line: 2, context: '..', dockerfile: 'web.Dockerfile', envFiles: ['common.env', 'web.env'], command: 'node server.js', ports: ['${WEB_PORT:-3000}:3000'], environment: 'development' },
    { name: 'cache', line: 16, image: 'redis:${REDIS_VERSION:-7}', environment: 'test' },
  ]);
  expect(await entryLines('compose.yml', SHOP)).toEqual([
    '10 sets ENVIRONMENT=development @web /development',
    '11 sets API_URL @web /development', '11 reads API_PORT |8000 @web /development',
    '12 passes SESSION_SECRET <-SESSION_SECRET @web /development required',
    '13 passes TRACKING_ID <-TRACKING_ID @web /development',
    '7 passes API_URL <-API_URL |http://localhost:8000 @web /development build',
    '15 reads WEB_PORT |3000 @web',
    '20 sets MAX_MEMORY=64mb @cache /test', '21 passes HOST_NAME <-HOST_NAME @cache /test',
    '17 reads REDIS_VERSION |7 @cache',
  ]);
});

it('points at the entry and at the reference inside it', async () => {
  expect(await coveredText('compose.yml', SHOP, 'API_PORT')).toEqual(['${API_PORT:-8000}']);
  expect(await coveredText('compose.yml', SHOP, 'ENVIRONMENT')).toEqual(['ENVIRONMENT: development']);
  expect(await coveredText('compose.yml', SHOP, 'WEB_PORT')).toEqual(['${WEB_PORT:-3000}']);
});

it('follows anchors, merge keys and extends, where own keys win', async () => {
  expect(await entryLines('compose.yml', `x-common: &common
  LOG_LEVEL: info
  PORT: 80
services:
  base:
    image: shop
    environment:
      REGION: eu
  api:
    extends: base
    environment:
      <<: *common
      PORT: 8000
`)).toEqual(['8 sets REGION=eu @base', '8 sets REGION=eu @api', '2 sets LOG_LEVEL=info @api', '13 sets PORT=8000 @api']);
});

it('knows that a service which extends another file may be given more', async () => {
  expect(await deploymentsIn('compose.yml', 'services:\n  api:\n    extends: {file: base.yml, service: api}\n    image: x\n')).toMatchObject([{ opaqueEnvironment: true }]);
});

it('takes a file with other services for plain settings', async () => {
  const text = 'services:\n  payment:\n    retries: 3\n';
  expect(await deploymentsIn('settings.yml', text)).toEqual([]);
  expect(await entryLines('settings.yml', text, { settings: true })).toEqual(['3 services.payment.retries=3']);
});

it('reads what it can of a broken file and says what is wrong', async () => {
  const text = 'services:\n  web:\n    image: shop\n    environment:\n      PORT: 80\n  web:\n    image: shop\n\tbad: 1\n';
  expect(await problemsIn('compose.yml', text)).toEqual(['6: Not valid YAML: Map keys must be unique.', '8: Not valid YAML: Tabs are not allowed as indentation.']);
  expect(await entryLines('compose.yml', text)).toEqual(['5 sets PORT=80 @web']);
});

it('bounds what aliases expand to', async () => {
  const levels = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
  const bomb = ['a0: &a0 [lol]', ...levels].join('\n');
  expect(await problemsIn('bomb.yaml', bomb)).toEqual(['1: The aliases of this file expand to more values than can be read; the rest is left out.']);
  expect((await extractionOf('loop.yaml', 'shop: &shop\n  parent: *shop\n  port: 80\n')).parseErrors).toEqual([]);
});
