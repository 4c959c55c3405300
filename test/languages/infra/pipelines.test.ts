import { expect, it } from 'vitest';
import { coveredText, deploymentsIn, entryLines } from '../../support/config-lines.js';

const DEPLOY = `on: push
env:
  SERVICE: shop-api
  NODE_VERSION: "20"
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: staging
    env:
      API_KEY: \${{ secrets.API_KEY }}
      REGION: \${{ vars.REGION || 'eu' }}
      TAG: shop:\${{ github.sha }}
    steps:
      - name: Deploy
        run: |
          # To Cloud Run
          gcloud run deploy \${{ env.SERVICE }} \\
            --image "shop-api:\${{ github.sha }}" \\
            --set-env-vars="ENVIRONMENT=staging,TAG=\${{ github.sha }}" \\
            --set-secrets=DB_URL=db-url:latest
          docker run -e NODE_ENV=test shop-api
`;

it('reads variables of workflow, job and deploy step of a workflow', async () => {
  expect(await entryLines('deploy.yml', DEPLOY)).toEqual([
    '3 sets SERVICE=shop-api build', '4 sets NODE_VERSION=20 build',
    '10 maps-secret API_KEY <-API_KEY /staging build', '11 sets REGION <-vars.REGION |eu /staging build', '12 sets TAG /staging build',
    '19 sets ENVIRONMENT=staging @shop-api /staging', '19 sets TAG @shop-api /staging', '20 maps-secret DB_URL <-db-url @shop-api /staging',
    '21 sets NODE_ENV=test /staging build',
    '10 reads API_KEY <-secrets.API_KEY build', "11 reads REGION <-vars.REGION |eu build",
  ]);
  expect(await deploymentsIn('deploy.yml', DEPLOY)).toEqual([{ name: 'shop-api', line: 17, environment: 'staging' }]);
});

it('points into the lines of a script block', async () => {
  expect(await coveredText('deploy.yml', DEPLOY, 'ENVIRONMENT')).toEqual(['ENVIRONMENT=staging']);
  expect(await coveredText('deploy.yml', DEPLOY, 'DB_URL')).toEqual(['DB_URL=db-url:latest']);
});

it('reads the inputs of deploy actions and composite actions', async () => {
  expect(await entryLines('action.yml', `runs:
  using: composite
  steps:
    - uses: google-github-actions/deploy-cloudrun@v2
      with:
        service: shop-web
        env_vars: |
          API_URL=https://api.shop.test
          KEY=\${{ secrets.KEY }}
        secrets: |
          DB_URL=db-url:latest
`)).toEqual([
    '8 sets API_URL=https://api.shop.test @shop-web', '9 maps-secret KEY <-KEY @shop-web', '11 maps-secret DB_URL <-db-url @shop-web', '9 reads KEY <-secrets.KEY build',
  ]);
});

it('reads what Cloud Build builds and deploys', async () => {
  const text = `steps:
- name: gcr.io/kaniko-project/executor
  args:
  - --dockerfile=docker/api.Dockerfile
  - --destination=gcr.io/shop/shop-api:latest
  - --build-arg
  - STAGE=staging
- name: gcr.io/google.com/cloudsdktool/cloud-sdk
  entrypoint: gcloud
  args: [run, deploy, shop-api, --set-env-vars, 'PORT=80,LOG=info']
substitutions:
  _REGION: eu
`;
  expect(await entryLines('cloudbuild.yaml', text)).toEqual(['7 sets STAGE=staging /staging build', '10 sets PORT=80 @shop-api', '10 sets LOG=info @shop-api']);
  expect(await deploymentsIn('cloudbuild.yaml', text)).toEqual([
    { name: 'shop-api', line: 4, image: 'gcr.io/shop/shop-api:latest', dockerfile: 'docker/api.Dockerfile', context: '.' },
    { name: 'shop-api', line: 10 },
  ]);
  expect(await entryLines('cloudbuild.yaml', text, { settings: true })).toEqual(['12 substitutions._REGION=eu']);
});

it('reads variables and deploy commands of a GitLab pipeline', async () => {
  expect(await entryLines('.gitlab-ci.yml', `stages: [deploy]
variables:
  NODE_VERSION: "20"
deploy:
  stage: deploy
  environment: production
  variables: {REGION: eu}
  script:
    - gcloud run deploy api --set-env-vars PORT=80
`)).toEqual(['3 sets NODE_VERSION=20 build', '7 sets REGION=eu /production build', '9 sets PORT=80 @api /production']);
});

it('keeps what a settings file calls a secret out of its facts, and reads the environment above', async () => {
  expect(await entryLines('service.yaml', 'api:\n  environments:\n    staging:\n      secrets:\n        DB_URL: db-url-staging:latest\n        KEY: "Hunter2!"\n')).toEqual([
    '5 maps-secret DB_URL <-db-url-staging /staging', '6 maps-secret KEY /staging',
  ]);
});

it('describes no API, schema or list as settings', async () => {
  expect(await entryLines('openapi.yaml', 'openapi: 3.0.0\ninfo:\n  title: Shop\n', { settings: true })).toEqual([]);
  expect(await entryLines('schema.yaml', 'type: object\nproperties:\n  id:\n    type: string\n', { settings: true })).toEqual([]);
});
