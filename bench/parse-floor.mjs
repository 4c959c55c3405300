// The floor: lists the same files, reads them, and builds and walks the same syntax trees with the same parsers, in one thread, and does nothing else.
import { join } from 'node:path';
import { parser as pythonParser } from '@lezer/python';
import { createRequire } from 'node:module';
import { discoverFiles } from '../dist/src/discover/discover-files.js';
import { readSource } from '../dist/src/discover/read-file.js';
import { languageFor } from '../dist/src/languages/registry.js';

const ts = createRequire(import.meta.url)('typescript');
const root = process.argv[2];
let nodes = 0;
const count = (node) => {
  nodes++;
  ts.forEachChild(node, count);
};
for (const { path } of discoverFiles({ root }).files) {
  const language = languageFor(path);
  if (!language) continue;
  const source = readSource(join(root, path), path);
  if (source.status === 'skipped') continue;
  if (language.id === 'python') pythonParser.parse(source.text).iterate({ enter: () => { nodes++; } });
  else if (language.id === 'typescript') count(ts.createSourceFile(path, source.text, ts.ScriptTarget.Latest, true));
}
process.stdout.write(`${nodes} nodes\n`);
