// npm run new-rule <id>: a rule file, its place in rules/index.ts, and one invalid and one valid case to start from.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const id = process.argv[2];
if (!/^[a-z][a-z0-9-]+$/.test(id ?? '')) {
  process.stderr.write('usage: npm run new-rule <kebab-case-id>   (named for the smell: conflicting-default, not no-conflicting-defaults)\n');
  process.exit(2);
}
const file = `rules/${id}.ts`;
if (existsSync(file)) {
  process.stderr.write(`${file} is there already.\n`);
  process.exit(2);
}
const name = id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(file, `import { defineRule, z } from '../src/index.js';

/** Says in a sentence what it reports. */
export default defineRule({
  meta: {
    id: '${id}',
    category: 'duplicate-constant',
    title: '',
    description: '',
    rationale: '',
    remedy: '',
    severity: 'warning',
    tags: [],
    since: '${version}',
    status: 'preview',
  },
  options: z.strictObject({}),
  *check({ facts }) {
    void facts;
  },
});
`);
const index = readFileSync('rules/index.ts', 'utf8');
const importLine = `import ${name} from './${id}.js';`;
const imports = [...index.matchAll(/^import \w+ from '\.\/.+';$/gm)].map(([line]) => line);
const sorted = [...imports, importLine].sort((a, b) => (a.split('./')[1] < b.split('./')[1] ? -1 : 1));
const list = /\[([\s\S]*?)\];\s*$/.exec(index);
const names = [...list[1].matchAll(/\w+/g)].map(([word]) => word);
const entries = [...names, name].sort();
writeFileSync('rules/index.ts', `${index.replace(imports.join('\n'), sorted.join('\n')).replace(list[0], `[\n  ${entries.join(',\n  ')},\n];\n`)}`);
for (const kind of ['invalid', 'valid']) {
  mkdirSync(`fixtures/rules/${id}/${kind}-tell-the-story`, { recursive: true });
  writeFileSync(`fixtures/rules/${id}/${kind}-tell-the-story/shop.ts`, 'export const MAX_ORDERS = 5;\n');
}
process.stdout.write(`Wrote ${file}, rules/index.ts and fixtures/rules/${id}/. Write the two cases first; then:\n  npx vitest run test/rules.test.ts -t ${id} -u\n  npm run generate\n`);
