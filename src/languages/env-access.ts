import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { EnvReadFact } from '../model/facts.js';

/** How a call reads a setting, judged by what it is called. */
export interface EnvAccess {
  /** The call itself fails when the variable is absent: `requireEnv`, `getOrThrow`. */
  required: boolean;
  parsedAs?: NonNullable<EnvReadFact['parsedAs']>;
}

/**
 * Whether a callee reads an environment variable that its first argument names, by the words it is made of: `env.get`,
 * `get_env().get`, `self._env.get_int`, `getEnv`, `require_env`, `env`, `configService.get`. `segments` is the dotted callee without
 * its parentheses. Writers (`env.set`, `setenv`) and questions about the accessor itself (`env.get_variable_source`) are not reads.
 */
export function accessOf(segments: readonly string[]): EnvAccess | undefined {
  const method = wordsIn(segments.at(-1) ?? '');
  const holder = wordsIn(segments.at(-2) ?? '');
  const first = method[0];
  if (first === undefined || method.some((word) => NOT_A_READ.has(word))) return undefined;
  const reads =
    (names(holder, ENVIRONMENT) && READERS.has(first))
    || (SETTINGS.has(holder.at(-1) ?? '') || isConfigService(holder) ? GETTERS.has(first) && method.length <= 3 : false)
    || (isEnvFunction(method) && (ENVIRONMENT.has(first) || READERS.has(first)));
  if (!reads) return undefined;
  const parsedAs = method.map((word) => PARSERS.get(word)).find((kind) => kind !== undefined);
  return { required: method.some((word) => DEMANDS.has(word)), ...(parsedAs && { parsedAs }) };
}

/** Whether an object is the environment by its name: `env`, `processEnv`, `env_vars`, `environ`. */
export function holdsEnvironment(name: string): boolean {
  return names(wordsIn(name), ENVIRONMENT);
}

/** Whether properties of an object are variables by its name: `env`, `processEnv`, `window._env_`; not an enum such as `Environment`. */
export function isEnvironmentObject(name: string): boolean {
  const words = wordsIn(name);
  return PROPERTY_HOLDERS.has(words.at(-1) ?? '') && (!/^[A-Z]/.test(name) || name === name.toUpperCase());
}

/** `REDIS_HOST`: the form in which environment variables are written, with at least three letters. */
export function isSettingName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name) && name.replace(/[^A-Z]/g, '').length >= 3;
}

/** A keyword argument that names an environment variable: `env_var="X"`, `envvar="X"`. */
export function namesVariable(keyword: string): boolean {
  return VARIABLE_KEYWORDS.has(wordsIn(keyword).join(''));
}

/** A list that by its name holds variables which must be set: `CRITICAL_VARIABLES`, `requiredEnvVars`, `REQUIRED_SECRETS`. */
export function listsRequiredVariables(name: string): boolean {
  const words = wordsIn(name);
  return words.some((word) => OBLIGATION.has(word)) && words.some((word) => VARIABLES.has(word)) && !words.some((word) => NOT_REQUIRED.has(word));
}

/** Whether an expression is the name of the environment that the program runs in: `environment`, `self.env`, `NODE_ENV`. Takes its last name. */
export function namesEnvironment(name: string): boolean {
  const words = wordsIn(name);
  return words.some((word) => word === 'environment' || word === 'env' || word === 'stage') && !words.some((word) => word === 'var' || word === 'vars');
}

/** The environment a word stands for: `production` for `prod`; undefined for any other word. */
export function environmentWord(word: string): string | undefined {
  return ENVIRONMENT_WORDS.get(word.toLowerCase());
}

/** `production` for `isProduction`, `is_prod`, `IS_PRODUCTION`: a predicate about the environment. */
export function environmentOfPredicate(name: string): string | undefined {
  const words = wordsIn(name);
  if (words[0] !== 'is' && words[0] !== 'in') return undefined;
  const rest = words.slice(1).filter((word) => !FILLERS.has(word));
  return rest.length === 1 ? environmentWord(rest[0]!) : undefined;
}

/** The environment that a function or class is for, by its name: `DevClickHouseConfig`, `load_production_config`. Test is too common a word. */
export function environmentOfScope(name: string): string | undefined {
  const words = wordsIn(name);
  if (words[0] === 'is') return undefined;
  const found = words.filter((word) => SCOPE_ENVIRONMENTS.has(word));
  return found.length === 1 ? environmentWord(found[0]!) : undefined;
}

/**
 * What a comparison with texts says about a flag: nothing when some text is not one of the usual words for yes and no, else the words
 * that it takes for true (none when it asks for false, or for anything but).
 */
export function flagTexts(texts: readonly (string | undefined)[], isEqual: boolean): { truths: readonly string[] } | undefined {
  const words = texts.map((text) => (text ?? '?').toLowerCase());
  if (words.length === 0 || !words.every((word) => TRUE.has(word) || FALSE.has(word))) return undefined;
  return { truths: isEqual && words.every((word) => TRUE.has(word)) ? [...new Set(words)].sort() : [] };
}

/** One spelling for a tested set of environments: sorted, joined by `|`, `!` before it when the test is that it is none of them. */
export function branchOf(environments: readonly string[], negated: boolean): string {
  return `${negated ? '!' : ''}${[...new Set(environments)].sort().join('|')}`;
}

/** The words of a name in lower case: `getEnvVar`, `get_env_var` and `GET_ENV_VAR` are get, env, var. */
export function wordsIn(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
}

const ENVIRONMENT: ReadonlySet<string> = new Set(['env', 'envs', 'environ', 'environment', 'getenv', 'envvar', 'envvars']);
const TRUE: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on', 't', 'y', 'enabled']);
const FALSE: ReadonlySet<string> = new Set(['false', '0', 'no', 'off', 'f', 'n', 'disabled']);
const PROPERTY_HOLDERS: ReadonlySet<string> = new Set(['env', 'environ', 'environment', 'envvars']);
const SETTINGS: ReadonlySet<string> = new Set(['config', 'configuration', 'settings', 'conf', 'cfg']);
const GETTERS: ReadonlySet<string> = new Set(['get', 'require', 'required', 'getenv']);
const READERS: ReadonlySet<string> = new Set([
  'get', 'getenv', 'getter', 'read', 'fetch', 'load', 'lookup', 'resolve', 'require', 'required', 'must', 'need', 'ensure', 'expect', 'optional',
  'opt', 'str', 'string', 'int', 'integer', 'number', 'float', 'bool', 'boolean', 'flag', 'json', 'list', 'url', 'has', 'exists', 'contains',
  'value', 'secret', 'parse',
]);
/** `environment.get` is a holder; `getEnvironment("X")` gets an environment, so a function must say `env` or `environment variable`. */
const ENV_FUNCTION: ReadonlySet<string> = new Set(['env', 'getenv', 'environ', 'envvar', 'envs']);
const NOT_A_READ: ReadonlySet<string> = new Set([
  'set', 'setenv', 'setdefault', 'del', 'delenv', 'delete', 'unset', 'put', 'add', 'update', 'write', 'remove', 'restore', 'clear', 'reset', 'stub', 'mock',
  'patch', 'protect', 'protected', 'source', 'sources', 'all', 'prefix', 'debug', 'info', 'subset', 'history', 'keys', 'items', 'file', 'files', 'path',
  'name', 'names', 'mask', 'is', 'log', 'print', 'validate', 'validated', 'copy',
]);
const DEMANDS: ReadonlySet<string> = new Set(['require', 'required', 'must', 'ensure', 'mandatory', 'throw', 'expect', 'need', 'strict']);
const PARSERS: ReadonlyMap<string, NonNullable<EnvReadFact['parsedAs']>> = new Map([
  ['int', 'int'], ['integer', 'int'], ['number', 'int'], ['float', 'float'], ['bool', 'bool'], ['boolean', 'bool'], ['flag', 'bool'],
  ['json', 'json'], ['list', 'list'], ['array', 'list'], ['csv', 'list'],
]);
const OBLIGATION: ReadonlySet<string> = new Set(['required', 'critical', 'mandatory', 'essential', 'needed']);
const VARIABLES: ReadonlySet<string> = new Set(['var', 'vars', 'variable', 'variables', 'env', 'envs', 'environment', 'secret', 'secrets', 'config', 'configs', 'setting', 'settings']);
const VARIABLE_KEYWORDS: ReadonlySet<string> = new Set(['envvar', 'envname', 'envkey', 'envvarname', 'envvariable', 'environmentvariable', 'environmentvar']);
const NOT_REQUIRED: ReadonlySet<string> = new Set(['missing', 'not', 'non', 'optional', 'unset', 'found', 'issues', 'errors', 'failures']);
const SCOPE_ENVIRONMENTS: ReadonlySet<string> = new Set(['dev', 'development', 'staging', 'prod', 'production', 'testing']);
const FILLERS: ReadonlySet<string> = new Set(['env', 'environment', 'mode', 'running', 'in']);

function names(words: readonly string[], set: ReadonlySet<string>): boolean {
  return words.some((word) => set.has(word));
}

function isEnvFunction(method: readonly string[]): boolean {
  return names(method, ENV_FUNCTION) || (method.includes('environment') && (method.includes('variable') || method.includes('var') || method.includes('value')));
}

/** NestJS: `this.configService.get('REDIS_HOST')`. */
function isConfigService(holder: readonly string[]): boolean {
  return holder.at(-1) === 'service' && SETTINGS.has(holder.at(-2) ?? '');
}
