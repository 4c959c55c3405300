import { canonicalName, groupByRelation, type ConstantFact, type FactIndex, type Indexed, type Literal } from '../../src/index.js';

export type Constant = Indexed<ConstantFact>;

/** Constants of one name in several files that may be held to one another. */
export interface ConstantGroup {
  /** `MAX_UPLOAD_MB`, `Limits.MAX_UPLOAD_MB`. */
  name: string;
  /** By path; one per file. */
  constants: readonly Constant[];
  /** The name says what it is about, not only what kind of thing it is. */
  specific: boolean;
  /** It says so in two words or more, or the class around it does: `CHECKOUT_SESSION_TIMEOUT`, and not `SESSION_TIMEOUT`. */
  telling: boolean;
}

/**
 * Constants by name: exported at module level, or of a class by the name of the class and the constant, in production code. A name that only
 * says what kind of thing it is (`TIMEOUT`, `DEFAULT_LIMIT`) forms a group of the files that import one another, for the others each
 * have their own. One that is also a closed set of values is left to the rules on sets. `withPrivate`: also those that files keep to
 * themselves, by a telling name.
 */
export function* constantGroups(facts: FactIndex, { withPrivate = false } = {}): Iterable<ConstantGroup> {
  const byName = new Map<string, Constant[]>();
  for (const constant of facts.of('constant')) {
    const key = keyOf(constant, withPrivate);
    if (key === undefined || constant.file.role !== 'production' || isSet(facts, constant)) continue;
    const list = byName.get(key);
    if (!list) byName.set(key, [constant]);
    else if (list.at(-1)!.file !== constant.file) list.push(constant);
  }
  for (const named of byName.values()) {
    if (named.length < 2) continue;
    const specific = isSpecific(named[0]!);
    for (const related of groupByRelation(facts, named)) {
      for (const constants of specific ? [related] : connectedByImport(facts, related)) {
        if (constants.length >= 2) yield { name: qualifiedName(constants[0]!), constants, specific, telling: isTelling(constants[0]!) };
      }
    }
  }
}

export function qualifiedName({ scope, name }: Constant): string {
  return [...scope, name].join('.');
}

/** Text under which equal values meet: `"8080"` is 8080, lists of texts are sets, a trailing slash of an address is nothing. */
export function valueKey(value: Literal): string {
  if (typeof value === 'string') {
    if (/^-?\d+(?:\.\d+)?$/.test(value)) return String(Number(value));
    return JSON.stringify(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value.replace(/\/+$/, '') : value);
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Literal) => valueKey(item));
    return `[${(value.every((item: Literal) => typeof item === 'string') ? [...new Set(items)].sort() : items).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as { readonly [key: string]: Literal }).map(([key, item]) => `${JSON.stringify(key)}:${valueKey(item)}`);
    return `{${entries.sort().join(',')}}`;
  }
  return String(value);
}

/** A value as a message shows it. */
export function shownValue(value: Literal): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Undefined for what is named like a variable, or private to its file. */
function keyOf(constant: Constant, withPrivate: boolean): string | undefined {
  const { scope, name, exported, canonicalName: canonical, file } = constant;
  const upper = /^_*[A-Z][A-Z\d_]*$/.test(name);
  if (scope.length === 0) return (exported && (upper || file.language === 'typescript')) || (withPrivate && upper && isSpecific(constant)) ? canonical : undefined;
  return scope.length === 1 && upper ? `${canonicalName(scope[0]!)}.${canonical}` : undefined;
}

function isSet(facts: FactIndex, { file, name, scope }: Constant): boolean {
  return facts.inFile(file.path, 'enum').some((set) => set.name === name || (scope.length > 0 && set.name === scope.at(-1)));
}

/** Words that say what kind of constant it is. */
const KIND_WORDS: ReadonlySet<string> = new Set([
  'default', 'defaults', 'max', 'min', 'maximum', 'minimum', 'timeout', 'timeouts', 'limit', 'limits', 'size', 'sizes', 'ttl', 'retry', 'retries', 'attempts', 'delay', 'delays', 'interval', 'intervals', 'cache',
  'batch', 'page', 'count', 'seconds', 'secs', 'sec', 'ms', 'millis', 'minutes', 'hours', 'days', 'name', 'names', 'version', 'prefix', 'suffix', 'key', 'keys', 'path', 'paths', 'url', 'urls', 'uri', 'base', 'api', 'host', 'port',
  'level', 'levels', 'type', 'types', 'id', 'ids', 'config', 'configuration', 'options', 'settings', 'props', 'params', 'prompt', 'prompts', 'system', 'user', 'message', 'messages', 'description', 'title', 'text', 'template', 'templates', 'instruction',
  'instructions', 'label', 'labels', 'columns', 'column', 'fields', 'field', 'required', 'optional', 'table', 'tables', 'query', 'queries', 'values', 'value', 'items', 'item', 'list', 'map', 'mapping', 'patterns', 'pattern', 'regex', 'allowed',
  'supported', 'excluded', 'ignored', 'known', 'valid', 'all', 'file', 'files', 'dir', 'directory', 'root', 'enabled', 'disabled', 'debug', 'threshold', 'thresholds', 'weight', 'weights', 'length', 'width', 'height', 'color', 'colors', 'threads',
  'concurrency', 'pool', 'buffer', 'chunk', 'window', 'rate', 'ratio', 'factor', 'multiplier', 'env', 'environment', 'test', 'mock', 'router', 'routes', 'route', 'tags', 'tag', 'help', 'usage', 'data', 'states', 'statuses', 'status', 'entity', 'plugin', 'provider', 'module', 'schema', 'initial', 'state', 'step', 'steps', 'event', 'events', 'error', 'errors', 'code', 'codes', 'meta', 'metadata', 'variants', 'styles', 'style', 'icons', 'icon', 'menu', 'sample', 'example', 'examples', 'empty', 'tool', 'tools', 'model', 'models', 'output', 'input', 'form', 'format', 'formats', 'date', 'time', 'revalidate', 'runtime', 'dynamic', 'viewport',
]);

function isSpecific({ scope, canonicalName: canonical }: Constant): boolean {
  // In a class of the same name the class says what it is about.
  if (scope.length > 0) return true;
  const words = canonical.split('-').filter((word) => !/^\d+$/.test(word));
  return words.length >= 2 && words.some(isAboutSomething);
}

function isTelling({ scope, canonicalName: canonical }: Constant): boolean {
  return scope.length > 0 || canonical.split('-').filter(isAboutSomething).length >= 2;
}

function isAboutSomething(word: string): boolean {
  return !KIND_WORDS.has(word) && word.length > 1 && !/^\d+$/.test(word);
}

/** Parts in which each file imports, or is imported by, another of the part. */
function connectedByImport(facts: FactIndex, constants: readonly Constant[]): Constant[][] {
  const edges = facts.imports.edges();
  const parts: Constant[][] = [];
  for (const constant of constants) {
    const { path } = constant.file;
    const part = parts.find((members) => members.some(({ file }) => edges.get(path)?.includes(file.path) || edges.get(file.path)?.includes(path)));
    if (part) part.push(constant);
    else parts.push([constant]);
  }
  return parts;
}
