import { expect, it } from 'vitest';
import { coveredText, deploymentsIn, entryLines, problemsIn } from '../../support/config-lines.js';

it('reads what a script exports, reads from outside and deploys', async () => {
  const text = `#!/bin/sh
SERVICE="shop-api"
export NODE_ENV=\${NODE_ENV:-production} CI=1
: "\${API_KEY:?is needed}"
gcloud run deploy "$SERVICE" --region eu \\
  --set-env-vars "^;^HOSTS=a,b;NAME=$SERVICE" --set-secrets=DB_URL=db-url:latest
cat > notes.txt <<END
export NOT_MINE=1
END
echo '--set-env-vars=IN_TEXT=1' # --set-env-vars=IN_COMMENT=1
`;
  expect(await entryLines('deploy.sh', text)).toEqual([
    '3 passes NODE_ENV <-NODE_ENV |production', '3 sets CI=1',
    '4 reads API_KEY required',
    '6 sets HOSTS=a,b @shop-api', '6 sets NAME=shop-api @shop-api', '6 maps-secret DB_URL <-db-url @shop-api',
  ]);
  expect(await deploymentsIn('deploy.sh', text)).toEqual([{ name: 'shop-api', line: 5 }]);
  expect(await coveredText('deploy.sh', text, 'HOSTS')).toEqual(['HOSTS=a,b']);
});

it.each([
  ['docker run -d --name api -e PORT=80 -e TOKEN --env-file .env.api shop/api', ['1 sets PORT=80 @api', '1 passes TOKEN <-TOKEN @api']],
  ['docker build -t shop/api:1 -f api.Dockerfile --build-arg STAGE=prod .', ['1 sets STAGE=prod @api /production build']],
  ['heroku config:set PORT=80 MODE=fast -a shop', ['1 sets PORT=80 @shop', '1 sets MODE=fast @shop']],
  ['fly secrets set KEY=x --app shop', ['1 maps-secret KEY @shop']],
  ['kubectl set env deployment/api LOG=info', ['1 sets LOG=info @api']],
  ['az webapp config appsettings set --name shop --settings PORT=80 LOG=info', ['1 sets PORT=80 @shop', '1 sets LOG=info @shop']],
  ['aws lambda update-function-configuration --function-name mail --environment "Variables={PORT=80,LOG=info}"', ['1 sets PORT=80 @mail', '1 sets LOG=info @mail']],
  ['gcloud functions deploy mail --update-env-vars LIST=a,b,c', ['1 sets LIST=a,b,c @mail']],
  ['gcloud run deploy api --set-env-vars "$ALL"', []],
])('reads %s', async (command, expected) => {
  expect((await entryLines('run.sh', `${command}\n`)).filter((line) => !line.includes('reads'))).toEqual(expected);
});

it('says that variables it cannot see may be set', async () => {
  expect(await deploymentsIn('run.sh', 'gcloud run deploy api --set-env-vars "$ALL"\n')).toMatchObject([{ name: 'api', opaqueEnvironment: true }]);
  expect(await deploymentsIn('run.sh', 'docker run --name api --env-file .env.api shop/api\n')).toMatchObject([{ name: 'api', envFiles: ['.env.api'] }]);
});

it('reports a quote that is never closed', async () => {
  expect(await problemsIn('run.sh', 'export PORT=80\necho "never\n')).toEqual(['2: This double quote is never closed.']);
});

it('reads the processes of a Procfile', async () => {
  expect(await deploymentsIn('Procfile', 'web: node server.js\nworker: node worker.js\n')).toEqual([
    { name: 'web', line: 1, command: 'node server.js' }, { name: 'worker', line: 2, command: 'node worker.js' },
  ]);
});
