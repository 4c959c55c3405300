/**
 * Writes what `link` prints of a worklog into docs/worked-example.md, whole, at a width of 100, with the commit of this tree that printed it.
 * `node bench/worked-example.mjs WORKLOG TREE --scan scan.json [--dist dist] [--cache-dir dir]`; WORKLOG lies beside TREE, as on the page. Read the page's own
 * words under it afterwards: they tell what was printed before.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags, positionals: [worklog, tree] } = parseArgs({
  allowPositionals: true, options: { scan: { type: 'string' }, dist: { type: 'string', default: 'dist' }, 'cache-dir': { type: 'string' } },
});
const house = fileURLToPath(new URL('../', import.meta.url));
const page = fileURLToPath(new URL('../docs/worked-example.md', import.meta.url));
const root = resolve(tree);
if (dirname(resolve(worklog)) !== dirname(root)) throw new Error(`${worklog} has to lie beside ${tree}, as on the page.`);
const parameters = ['link', relative(root, resolve(worklog)), '--root', '.', ...(flags.scan ? ['--scan', resolve(flags.scan)] : []), ...(flags['cache-dir'] ? ['--cache-dir', resolve(flags['cache-dir'])] : [])];
const printed = execFileSync(process.execPath, [resolve(flags.dist, 'src/cli.js'), ...parameters], { cwd: root, encoding: 'utf8', env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' }, maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
// A host of a third party is nobody's business.
const masked = printed.replace(/@[\w.-]+(\.clickhouse\.cloud)/g, '@<host>$1');
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: house, encoding: 'utf8' }).trim();
const text = readFileSync(page, 'utf8').replace(/(## What it prints\n\n)[^]*?(```text\n)[^]*?(```\n)/, (_all, heading, open, close) => `${heading}Whole, at a width of 100, as printed at commit ${commit} (\`bench/worked-example.mjs\`). One host name of a third party is masked.\n\n${open}${masked.trimEnd()}\n${close}`);
writeFileSync(page, text);
