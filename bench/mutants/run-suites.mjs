/** Runs the real suites of a laid-out project and says which tests failed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const house = fileURLToPath(new URL('../../', import.meta.url));
const PYTHON_TESTS = { shop: 'worker/tests', 'library-desk': 'desk/tests' };

/**
 * Vitest, which reports in `format` (`json` or `junit`), and unittest, which reports in JUnit; `suites` may name one of them alone. Reports go into
 * `reports`. `failed` holds the titles of failed tests, and the paths of files that did not load.
 */
export async function runSuites(project, folder, reports, format, suites = ['vitest', 'unittest']) {
  await mkdir(reports, { recursive: true });
  const paths = [];
  if (suites.includes('vitest')) {
    const report = join(reports, format === 'json' ? 'vitest.json' : 'vitest.xml');
    // One worker: two mutants at a time fill a small machine.
    const frugal = ['--pool=threads', '--maxWorkers=1', '--no-isolate'];
    await start(process.execPath, [join(house, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, `--reporter=${format}`, `--outputFile=${report}`, ...frugal], folder);
    paths.push(report);
  }
  if (suites.includes('unittest')) {
    const report = join(reports, 'unittest.xml');
    await start('python3', ['-B', join(house, 'fixtures/shop/tools/unittest_junit.py'), PYTHON_TESTS[project], '.', report], folder);
    paths.push(report);
  }
  const written = paths.filter((path) => existsSync(path));
  const failed = (await Promise.all(written.map(failuresOf))).flat();
  return { paths: written, failed, complete: written.length === paths.length };
}

/** The suite that a test belongs to, by its title. */
export function suiteOf(title) {
  return title.startsWith('test_') ? 'unittest' : 'vitest';
}

/** The exit code only; what a suite says it says in its report. */
function start(command, parameters, cwd) {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(command, parameters, { cwd, env, timeout: 60_000, maxBuffer: 1 << 26 }, (error) => resolve(error?.code ?? 0));
  });
}

async function failuresOf(path) {
  const text = await readFile(path, 'utf8');
  if (path.endsWith('.json')) {
    return JSON.parse(text).testResults.flatMap(({ name, status, assertionResults }) => {
      const titles = assertionResults.filter((result) => result.status === 'failed').map(({ title }) => title);
      return status === 'failed' && titles.length === 0 ? [name] : titles;
    });
  }
  return [...text.matchAll(/<testcase\b([^>]*?)>\s*<(?:failure|error)\b/g)].map(([, attributes]) => unescape(/\bname="([^"]*)"/.exec(attributes)[1]));
}

function unescape(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
