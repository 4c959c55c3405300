import { ENVIRONMENT_WORDS } from '../model/environments.js';
import { compareText } from '../util/compare.js';

/**
 * The environment that a path is for: `staging` for `.env.staging`, `config/staging.env`, `overlays/stage/`,
 * `docker-compose.staging.yml`, `terraform-gcp-staging/main.tf`; undefined when it names none. The words nearest to the file's
 * name count most; where one name holds two (`.env.staging.tests`), a stand-in (test, ci, local) wins, because that is what runs.
 * Source code is judged more strictly, for `live-preview.ts` and `stage.py` speak of something else.
 */
export function environmentOf(path: string): string | undefined {
  const segments = path.split('/');
  const isCode = /\.(?:[cm]?[jt]sx?|pyi?|vue|svelte|go|rs|java|rb|php|sql|md)$/.test(path);
  for (let index = segments.length - 1; index >= 0; index--) {
    const isFile = index === segments.length - 1;
    const name = isFile ? withoutExtension(segments[index]!) : segments[index]!;
    const found = environmentIn(name.toLowerCase(), isCode ? inCode(isFile, segments[index - 1] ?? '') : inConfiguration(isFile));
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

/** Words that hardly ever mean anything else, so they count as a part of any name. */
const PLAIN: ReadonlySet<string> = new Set(['development', 'staging', 'production', 'prod', 'preprod', 'preproduction']);

/** Words of everyday life: they count at the end of a configuration file's name or as a whole folder. */
const EVERYDAY: ReadonlySet<string> = new Set(['live', 'demo', 'preview', 'canary', 'sandbox', 'develop', 'localhost', 'stage']);

const ORDER = ['local', 'development', 'test', 'ci', 'qa', 'uat', 'sandbox', 'preview', 'demo', 'staging', 'canary', 'production'];

function environmentIn(name: string, counts: (word: string, index: number, words: readonly string[]) => boolean): string | undefined {
  let found: string | undefined;
  const words = name.split(/[^a-z0-9]+/).filter((word) => word !== '');
  for (const [index, word] of words.entries()) {
    const environment = ENVIRONMENT_WORDS.get(word);
    if (environment === undefined || !counts(word, index, words)) continue;
    if (STAND_INS.has(environment)) return environment;
    found ??= environment;
  }
  return found;
}

/** Which words count in the name of a configuration file or of a folder above one. */
function inConfiguration(isFile: boolean): (word: string, index: number, words: readonly string[]) => boolean {
  return (word, index, words) => {
    if (PLAIN.has(word) || words.length === 1) return true;
    if (EVERYDAY.has(word)) return isFile && index === words.length - 1;
    return isFile || word === 'dev' || word === 'stg';
  };
}

/** Which words count for source code: a folder of tests, a settings module called `local.py`, and words that are always environments. */
function inCode(isFile: boolean, folder: string): (word: string, index: number, words: readonly string[]) => boolean {
  return (word, _, words) => {
    if (PLAIN.has(word)) return true;
    if (words.length > 1 || EVERYDAY.has(word)) return false;
    return isFile ? SETTINGS_FOLDERS.has(folder) : /^(?:tests?|e2e)$/.test(word);
  };
}

const SETTINGS_FOLDERS: ReadonlySet<string> = new Set(['config', 'configs', 'configuration', 'settings', 'environments', 'envs', 'env']);

/** The name without an ending that says only what format it is. A name that begins with a dot keeps all. */
function withoutExtension(name: string): string {
  return name.replace(/(?<=.)\.(?:ya?ml|json|toml|env|tf|tfvars|sh|[cm]?[jt]sx?|pyi?|conf|ini|properties)$/i, '');
}

function orderOf(environment: string | undefined): number {
  if (environment === undefined) return ORDER.length + 1;
  const index = ORDER.indexOf(environment);
  return index < 0 ? ORDER.length : index;
}
