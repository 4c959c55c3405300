import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { EnvReadFact, Literal } from '../model/facts.js';
import type { Service } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { wordsOf } from './canonical-name.js';
import { canonicalEnvironment } from './environment-of.js';
import type { FactIndex, Indexed } from './fact-index.js';

/** Library files that the production code of a service imports, also through other files. */
export function libraryFilesReached(facts: FactIndex, service: Service): Set<string> {
  const edges = facts.imports.edges();
  const seen = new Set<string>();
  const queue = facts.files.filter((file) => file.service === service && file.role === 'production').map((file) => file.path);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const target of edges.get(path) ?? []) {
      if (seen.has(target) || facts.file(target)?.service.kind !== 'library') continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}

/** Where a read applies: in all environments, in these only, or in all but these. */
export interface AppliesIn {
  environments: readonly string[];
  /** `environments` are those in which it does not apply. */
  except: boolean;
}

/**
 * The environments in which a read's value and default hold, by the branches around it, the name that receives it (`devRedirectUri`)
 * and the file it stands in. A read of the environment's own name (`ENVIRONMENT`) holds wherever it stands, for it is what decides.
 */
export function appliesIn(read: Indexed<EnvReadFact>): AppliesIn {
  const branch = read.environmentBranch ?? (isEnvironmentName(read.name) ? undefined : (environmentIn(read) ?? read.file.environment));
  if (branch === undefined) return { environments: [], except: true };
  const except = branch.startsWith('!');
  const environments = branch.replace(/^!/, '').split('|').map((name) => canonicalEnvironment(name) ?? name);
  return { environments, except };
}

/** `production` for a value that goes to `prod_redirect_uri`; what the variable itself is called for says nothing, for each read says it. */
function environmentIn({ feeds, name }: EnvReadFact): string | undefined {
  if (feeds === undefined) return undefined;
  const own = new Set(wordsOf(name).map((word) => ENVIRONMENT_WORDS.get(word)));
  const found = new Set(wordsOf(feeds).map((word) => ENVIRONMENT_WORDS.get(word)).filter((word) => word !== undefined && !own.has(word)));
  return found.size === 1 ? [...found][0] : undefined;
}

/** Whether a read is made in some environments only. */
export function isBranched(read: Indexed<EnvReadFact>): boolean {
  const { environments } = appliesIn(read);
  return environments.length > 0;
}

/** Environments out of `candidates` in which both reads hold. */
export function sharedEnvironments(a: Indexed<EnvReadFact>, b: Indexed<EnvReadFact>, candidates: readonly string[]): string[] {
  const holds = ({ environments, except }: AppliesIn, name: string): boolean => environments.includes(name) !== except;
  const [first, second] = [appliesIn(a), appliesIn(b)];
  const named = [...new Set([...candidates, ...first.environments, ...second.environments])].sort(compareText);
  return named.filter((name) => holds(first, name) && holds(second, name));
}

/** `ENVIRONMENT`, `NODE_ENV`, `APP_ENV`, `DEPLOYMENT_STAGE`. */
export function isEnvironmentName(name: string): boolean {
  return /(?:^|_)(?:ENV|ENVIRONMENT|STAGE)$/.test(name);
}

/** A variable that holds a credential: its value must not appear in a report, and an empty default is a decision. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (SECRET_ENDS.has(last)) return true;
  return last === 'key' && words.some((word) => KEY_KINDS.has(word));
}

const SECRET_ENDS: ReadonlySet<string> = new Set(['secret', 'secrets', 'password', 'passwd', 'pwd', 'token', 'credentials', 'passphrase', 'salt']);
const KEY_KINDS: ReadonlySet<string> = new Set(['secret', 'api', 'private', 'encryption', 'fernet', 'jwt', 'signing', 'access', 'hmac', 'session', 'bypass', 'master']);

/** A default in the form in which defaults are compared, and in which they are shown. */
export interface ComparableDefault {
  value: string;
  /** `none`: absent, `None` or empty, so that nothing is there. `placeholder`: says that nothing is there (`unknown`). */
  kind: 'value' | 'none' | 'placeholder';
}

/**
 * Brings the default of a read into a form in which equal meanings are equal texts: `"8080"` and 8080, `True` and `"true"` (and `"1"`
 * when `isFlag`), a trailing slash, quotes, the case of letters. Undefined when the default is an expression or there is none.
 */
export function comparableDefault(read: EnvReadFact, isFlag: boolean): ComparableDefault | undefined {
  if (read.defaultForm !== 'literal' || read.default === undefined) return undefined;
  return comparableValue(JSON.parse(read.default) as Literal, isFlag);
}

/** As `comparableDefault`, for a value. */
export function comparableValue(literal: Literal, isFlag: boolean): ComparableDefault {
  if (literal === null) return isFlag ? { value: 'false', kind: 'value' } : { value: '', kind: 'none' };
  if (typeof literal === 'object') return { value: JSON.stringify(literal), kind: Object.keys(literal).length === 0 ? 'none' : 'value' };
  const text = String(literal).trim().replace(/^(['"])(.*)\1$/, '$2').toLowerCase();
  // A flag that is empty is off.
  if (text === '') return isFlag ? { value: 'false', kind: 'value' } : { value: '', kind: 'none' };
  if (PLACEHOLDERS.has(text)) return { value: text, kind: 'placeholder' };
  if (isFlag && TRUE.has(text)) return { value: 'true', kind: 'value' };
  if (isFlag && FALSE.has(text)) return { value: 'false', kind: 'value' };
  if (/^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(text)) return { value: String(Number(text.replaceAll('_', ''))), kind: 'value' };
  return { value: text.replace(/\/+$/, ''), kind: 'value' };
}

/** Whether the variable is a flag: some read makes a boolean of it, or some default is one. */
export function isFlag(reads: readonly EnvReadFact[]): boolean {
  return reads.some((read) => read.parsedAs === 'bool' || /^(?:true|false|"(?:true|false)")$/i.test(read.default ?? ''));
}

const TRUE: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on', 't', 'y', 'enabled']);
const FALSE: ReadonlySet<string> = new Set(['false', '0', 'no', 'off', 'f', 'n', 'disabled']);
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'unknown', 'not_set', 'not set', 'not-set', 'notset', 'unset', 'n/a', 'na', 'none', 'null', 'undefined', 'missing', '<not set>', 'not configured', '?', '-',
]);
