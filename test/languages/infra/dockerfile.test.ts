import { expect, it } from 'vitest';
import { languageFor } from '../../../src/languages/registry.js';
import { coveredText, deploymentsIn, entryLines, extractionOf, problemsIn } from '../../support/config-lines.js';

const API = `# syntax=docker/dockerfile:1
FROM python:3.11 AS builder
ARG STAGE=staging
ARG TOKEN
COPY requirements.txt .
FROM builder
COPY --from=builder /wheels /wheels
COPY --chown=shop:shop shared /app/shared
COPY ["shop api", "/app/api"]
ENV PORT=8000 \\
    STAGE=\${STAGE} \\
    # for the logs
    LOG_LEVEL="info"
ENV GREETING hello world
EXPOSE 8000
ENTRYPOINT ["tini", "--"]
CMD ["uvicorn", "shop.main:app", "--port", "8000"]
`;

it('reads what an image copies, sets and runs, over stages and continued lines', async () => {
  expect(await deploymentsIn('Dockerfile', API)).toEqual([
    { name: '', line: 2, image: 'python:3.11', command: 'tini -- uvicorn shop.main:app --port 8000', copies: ['requirements.txt', 'shared', 'shop api'], ports: ['8000'] },
  ]);
  expect(await entryLines('Dockerfile', API)).toEqual([
    '3 passes STAGE <-STAGE |staging build', '4 passes TOKEN <-TOKEN build',
    '10 sets PORT=8000', '11 passes STAGE <-STAGE', '13 sets LOG_LEVEL=info', '14 sets GREETING=hello world',
  ]);
  expect(await coveredText('Dockerfile', API, 'LOG_LEVEL')).toEqual(['LOG_LEVEL="info"']);
});

it('knows Dockerfiles by their names, and names an instruction that is none', async () => {
  expect(['Dockerfile', 'api.Dockerfile', 'Dockerfile.staging', 'Containerfile'].map((path) => languageFor(path)?.id)).toEqual(Array(4).fill('dockerfile'));
  expect(['Dockerfile.md', 'dockerfile_test.py', '.dockerignore'].map((path) => languageFor(path)?.id)).toEqual([undefined, 'python', undefined]);
  expect(await problemsIn('Dockerfile', 'FROM x\nCOPPY a b\n')).toEqual(['2: "COPPY" is no Dockerfile instruction.']);
  expect((await extractionOf('Dockerfile', '')).facts).toEqual([]);
});
