import { expect, it } from 'vitest';
import { languageFor } from '../../../src/languages/registry.js';
import { coveredText, entryLines, extractionOf, problemsIn } from '../../support/config-lines.js';

it('reads assignments with quotes, comments, exports and values over lines', async () => {
  expect(await entryLines('.env', `
# Settings of the shop
PORT=8080 # the web server
export CURRENCY = EUR
SECRET='a $literal # text'
GREETING="Hello\\n\\"you\\""
CERTIFICATE="-----BEGIN-----
abc
-----END-----"
COLOUR=#fff
ANCHOR=page#top
EMPTY=
`)).toEqual([
    '3 sets PORT=8080', '4 sets CURRENCY=EUR', '5 sets SECRET=a $literal # text', '6 sets GREETING=Hello\n"you"',
    '7 sets CERTIFICATE=-----BEGIN-----\nabc\n-----END-----', '10 sets COLOUR=', '11 sets ANCHOR=page#top', '12 sets EMPTY=',
  ]);
});

it('tells apart what a reference sets, passes on and reads', async () => {
  expect(await entryLines('.env', `
HOST=\${HOST:-localhost}
API_URL=http://\${HOST}:$PORT/\${API_PATH:-v1}
DATABASE_URL=\${POSTGRES_URL}
TOKEN=\${TOKEN:?must be set}
PRICE=5\\$
`)).toEqual([
    '2 passes HOST <-HOST |localhost',
    '3 sets API_URL', '3 reads HOST', '3 reads PORT', '3 reads API_PATH |v1',
    '4 sets DATABASE_URL <-POSTGRES_URL', '4 reads POSTGRES_URL',
    '5 passes TOKEN <-TOKEN required',
    '6 sets PRICE=5$',
  ]);
});

it('keeps a commented assignment as a declaration, and prose as prose', async () => {
  expect(await entryLines('.env.example', '# SMTP_HOST=mail.shop.test\n#SMTP_PORT=25\n# rate = price * 2\n# See X=1 in the manual\n')).toEqual([
    '1 sets SMTP_HOST=mail.shop.test commented', '2 sets SMTP_PORT=25 commented',
  ]);
});

it('says which environment the file names', async () => {
  expect(await entryLines('config/a.env', 'APP_ENV=stage\nPORT=1\n')).toEqual(['1 sets APP_ENV=stage /staging', '2 sets PORT=1 /staging']);
  // Staging sets it, too, so it tells nothing.
  expect(await entryLines('config/b.env', 'NODE_ENV=production\n')).toEqual(['1 sets NODE_ENV=production']);
});

it('points at the assignment and at each reference', async () => {
  expect(await coveredText('.env', 'A=1\nexport  API_URL="http://${HOST}/v1" # note\n', 'API_URL')).toEqual(['API_URL="http://${HOST}/v1"']);
  expect(await coveredText('.env', 'A=1\nexport  API_URL="http://${HOST}/v1" # note\n', 'HOST')).toEqual(['${HOST}']);
});

it('reports lines that are no assignment and quotes that never end, and reads the rest', async () => {
  const text = 'PORT=1\nthis is prose\nNAME="never closed\nHOST=h\n';
  expect(await problemsIn('.env', text)).toEqual(['2: This line is no assignment: "this is prose".', '3: The quote that opens the value of NAME is never closed.']);
  expect(await entryLines('.env', text)).toEqual(['1 sets PORT=1', '3 sets NAME=never closed', '4 sets HOST=h']);
});

it('reads suppressions, and leaves other files of that name alone', async () => {
  const { suppressionComments } = await extractionOf('.env', '# ssot-ignore-next-line conflicting-value -- on purpose\nPORT=1\n');
  expect(suppressionComments).toEqual([{ scope: 'next-line', text: 'ssot-ignore-next-line conflicting-value -- on purpose', span: [1, 1, 1, 56] }]);
  expect(['.env', '.env.staging', 'staging.env', '.env.local.example', 'env.example'].map((path) => languageFor(path)?.id)).toEqual(Array(5).fill('dotenv'));
  expect(['.env.d.ts', 'src/env.ts', 'environment', '.env.json'].map((path) => languageFor(path)?.id)).toEqual(['typescript', 'typescript', undefined, 'json']);
});
