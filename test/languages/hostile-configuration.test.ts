import { describe, expect, it } from 'vitest';
import { extractionOf } from '../support/config-lines.js';

const repeat = (text: string, count: number): string => text.repeat(count);

describe('hostile configuration', () => {
  it.each([
    ['deep.json', repeat('{"a":', 20_000)], ['deep.yaml', repeat('[', 20_000)], ['nested.yaml', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['deep.toml', `a = ${repeat('[', 20_000)}`], ['deep.tf', `a = ${repeat('[', 50_000)}`], ['blocks.tf', repeat('a {', 50_000)], ['calls.tf', `a = ${repeat('f(', 50_000)}`],
    ['templates.tf', `a = "${repeat('${', 20_000)}`], ['open.sh', `echo "${repeat('$(', 20_000)}`], ['lines.env', repeat('no assignment\n', 5_000)],
    ['Dockerfile', repeat('"""\n', 2_000)], ['Procfile', repeat('nothing\n', 2_000)],
    ['merge.yaml', `a0: &a0 {B: 1}\n${Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1}\n  <<: [*a${level}, *a${level}]\n  k${level}: {<<: *a${level}}`).join('\n')}`],
  ])('says in words what is wrong with %s, at most twenty times', async (path, text) => {
    const { parseErrors } = await extractionOf(path, text);
    expect(parseErrors.length).toBeGreaterThan(0);
    expect(parseErrors.length).toBeLessThanOrEqual(21);
    for (const { message } of parseErrors) expect(message).toMatch(/^.{5,300}\.$/s);
  });

  it('takes the branches of a template for no mistake, and a key that stands twice for one', async () => {
    const twice = ['kind: Deployment', 'spec:', '  replicas: 1', '  replicas: 2', ''];
    const branches = ['kind: Deployment', 'spec:', '{{- if .Values.busy }}', '  replicas: 2', '{{- else }}', '  replicas: 1', '{{- end }}', ''];
    expect((await extractionOf('charts/shop/templates/orders.yaml', branches.join('\n'))).parseErrors).toEqual([]);
    expect((await extractionOf('k8s/orders.yaml', twice.join('\n'))).parseErrors).toHaveLength(1);
  });

  it.each([
    ['spaces.env', `A=${repeat(' ', 200_000)}x`], ['references.env', `A=${repeat('${A:-', 20_000)}`], ['templates.yaml', `${repeat('{{a}}', 20_000)} x`],
    ['expressions.yml', `jobs:\n  a:\n    steps:\n      - run: "${repeat('${{ ', 20_000)}"`], ['pairs.sh', `gcloud run deploy api --set-env-vars ${repeat('A=1,', 20_000)}`],
    ['comments.yaml', `a: 1 ${repeat('# ', 100_000)}ssot-ignore`], ['lines.Dockerfile', `RUN a ${repeat('\\\n', 5_000)}`],
  ])('reads %s in time that grows with its length', async (path, text) => {
    const start = performance.now();
    await extractionOf(path, text);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
