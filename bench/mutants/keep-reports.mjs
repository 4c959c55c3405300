/**
 * Writes `kept-reports.jsonl`: what the real suites said of every third mutant and control, failures only, so that a test can link them without running
 * the suites. `node bench/mutants/keep-reports.mjs KEPT`, where KEPT is a folder of `run.mjs --keep`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allCases } from './make-mutants.mjs';

const kept = resolve(process.argv[2]);
const third = allCases().filter((_, index) => index % 3 === 0);
const lines = third.map(({ id }) => {
  const { value } = JSON.parse(readFileSync(join(kept, id, 'suites.json'), 'utf8'));
  const reports = value.paths.map((path) => ({ name: basename(path), text: fromNowhere(failuresIn(path), join(kept, id, 'tree')) }));
  return JSON.stringify({ id, reports });
});
writeFileSync(fileURLToPath(new URL('kept-reports.jsonl', import.meta.url)), `${lines.join('\n')}\n`);

/** Where the suites ran is nobody's business. */
function fromNowhere(text, tree) {
  return text.replaceAll(tree, '/srv/checkout').replaceAll(fileURLToPath(new URL('../../', import.meta.url)), '/srv/house/').replace(/\/[\w./-]+\/lib\/(python3\.\d+)/g, '/usr/lib/$1');
}

function failuresIn(path) {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.json')) return text.replace(/ *<testcase\b(?:[^>]*\/>|[^>]*[^/]>\s*<\/testcase>)\n?/g, '');
  const report = JSON.parse(text);
  const testResults = report.testResults.filter(({ status }) => status === 'failed').map((file) => ({ ...file, assertionResults: file.assertionResults.filter(({ status }) => status === 'failed') }));
  return JSON.stringify({ ...report, testResults });
}
