/**
 * Lays out mutants of our two small projects: each a git repository with a healthy commit, the commit (or two) that states a thing a second time
 * and differently, and an innocent one after it. Deterministic: same files, dates and so the same commit ids every time.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { controls } from './controls.mjs';
import { libraryMutations } from './library-mutations.mjs';
import { operators } from './operators.mjs';
import { shopMutations } from './shop-mutations.mjs';

const run = promisify(execFile);
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** All mutants and controls, with what is true of each. */
export function allCases() {
  const seeded = (project) => (mutation) => ({ ...mutation, project, kind: 'seeded', truth: truthOf(mutation) });
  return [...shopMutations.map(seeded('shop')), ...libraryMutations.map(seeded('library-desk')), ...controls]
    .map((entry) => ({ ...entry, id: `${entry.project}/${entry.id}` }));
}

/** What a right answer names: one of the rules, at one of the sites; and the files where the failure comes about. */
function truthOf({ operator, name, owner, copy, file, from, rules, concept, sites, mechanism, guard = 'not-in-ci' }) {
  const places = sites ?? (operator === 'redeclare' || operator === 'fork' ? [`${owner}#${name}`, `${copy ?? file}#${name}`] : []);
  const paths = places.map((site) => site.split('#')[0]);
  return { rules: rules ?? ['conflicting-constant'], concept: concept ?? name, sites: places, mechanism: [...new Set([...paths, ...(mechanism ?? []), ...(from ? [from] : [])])], guard };
}

/** Writes the repository of a case into `folder`. Gives the commits that brought the mutation, the one that made it differ first. */
export async function layOut(entry, folder) {
  const files = { ...await projectFiles(entry.project), ...(entry.guard === 'below-gate' ? { '.github/workflows/audit.yml': AUDIT } : {}) };
  await rm(folder, { recursive: true, force: true });
  await write(folder, files);
  const git = gitIn(folder);
  await git(['init', '--quiet', '--initial-branch=main']);
  await commit(git, `feat: ${entry.project} opens`, 0);
  const origins = [];
  if (entry.drift) {
    await write(folder, mutated(files, { ...entry, change: [], uses: [] }));
    origins.push(await commit(git, `${entry.subject} (as it is)`, 1));
  }
  await write(folder, mutated(files, entry));
  origins.unshift(await commit(git, entry.subject, 2));
  await write(folder, { 'NOTES.md': 'Opening hours: Tuesday, Friday and Saturday.\n' });
  await commit(git, 'docs: opening hours', 3);
  return { origins };
}

/** A project that is audited in CI, and lets through what is no error. */
const AUDIT = 'name: audit\non: pull_request\njobs:\n  audit:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npx ssot-audit scan .\n';

/** The healthy files of a project, path to text. */
export async function projectFiles(project) {
  const root = join(fixtures, project);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const kept = paths.filter((path) => !/(?:^|\/)(?:__pycache__|node_modules|test-results)\//.test(path)).sort();
  return Object.fromEntries(await Promise.all(kept.map(async (path) => [path, await readFile(join(root, path), 'utf8')])));
}

/** The files that a case changes. */
export function mutated(files, entry) {
  const operator = operators[entry.operator];
  if (!operator) throw new Error(`${entry.id}: there is no operator ${entry.operator}.`);
  try {
    return operator(files, entry);
  } catch (error) {
    throw new Error(`${entry.id}: ${error.message}`, { cause: error });
  }
}

async function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    if (text === null) {
      await rm(target);
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

function gitIn(folder) {
  // Nobody's own configuration may change what is committed.
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'Shop', GIT_AUTHOR_EMAIL: 'shop@shop.example', GIT_COMMITTER_NAME: 'Shop', GIT_COMMITTER_EMAIL: 'shop@shop.example' };
  return async (parameters, dates = {}) => (await run('git', parameters, { cwd: folder, env: { ...env, ...dates } })).stdout.trim();
}

async function commit(git, subject, day) {
  const date = `2026-03-0${day + 1}T10:00:00Z`;
  await git(['add', '--all']);
  await git(['commit', '--quiet', '--message', subject], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  return git(['rev-parse', 'HEAD']);
}
