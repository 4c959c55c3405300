import { ENVIRONMENT_WORDS } from '../model/environments.js';
import { compareText } from '../util/compare.js';

/**
 * The environment that a path is for: `staging` for `.env.staging`, `config/staging.env`, `overlays/stage/`,
 * `docker-compose.staging.yml`, `terraform-gcp-staging/main.tf`; undefined when it names none. The words nearest to the file's
 * name count most; where one name holds two (`.env.staging.tests`), a stand-in (test, ci, local) wins, because that is what runs.
 */
export function environmentOf(path: string): string | undefined {
  const segments = path.split('/');
  for (let index = segments.length - 1; index >= 0; index--) {
    const found = environmentIn(segments[index]!, index === segments.length - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The environment of an entry: what the file itself says (`ENVIRONMENT=staging` beside it), put together with the environment of
 * the file. A file that is for test, ci or local stays so: a test copy of the staging settings is not staging.
 */
export function environmentOfEntry(ofFile: string | undefined, stated: string | undefined): string | undefined {
  if (ofFile !== undefined && STAND_INS.has(ofFile)) return ofFile;
  return (stated === undefined ? undefined : canonicalEnvironment(stated)) ?? ofFile;
}

/** `prod` and `Production` are `production`, `dev` is `development`; a word that names no known environment is itself in lower case. */
export function canonicalEnvironment(name: string): string | undefined {
  const word = name.trim().toLowerCase();
  if (!/^[a-z][a-z0-9_-]{0,30}$/.test(word)) return undefined;
  return ENVIRONMENT_WORDS.get(word) ?? word;
}

/** Environments in the order in which a change travels: local first, production last; others after them by name. */
export function compareEnvironments(a: string | undefined, b: string | undefined): number {
  return orderOf(a) - orderOf(b) || compareText(a ?? '', b ?? '');
}

const STAND_INS: ReadonlySet<string> = new Set(['test', 'ci', 'local']);

/** Words that name an environment only as a whole file name part of a configuration file, for folders are called so for other reasons. */
const FILE_ONLY: ReadonlySet<string> = new Set(['live', 'demo', 'preview', 'canary', 'sandbox', 'develop', 'localhost', 'tests', 'testing', 'test', 'e2e', 'ci', 'local', 'qa']);

const ORDER = ['local', 'development', 'test', 'ci', 'qa', 'uat', 'sandbox', 'preview', 'demo', 'staging', 'canary', 'production'];

function environmentIn(segment: string, isFile: boolean): string | undefined {
  let found: string | undefined;
  for (const word of segment.toLowerCase().split(/[^a-z0-9]+/)) {
    if (!isFile && FILE_ONLY.has(word) && segment.toLowerCase() !== word) continue;
    const environment = ENVIRONMENT_WORDS.get(word);
    if (environment === undefined) continue;
    if (STAND_INS.has(environment)) return environment;
    found ??= environment;
  }
  return found;
}

function orderOf(environment: string | undefined): number {
  if (environment === undefined) return ORDER.length + 1;
  const index = ORDER.indexOf(environment);
  return index < 0 ? ORDER.length : index;
}
