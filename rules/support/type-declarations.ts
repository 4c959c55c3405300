import { canonicalName, type ClassFact, type EnumFact, type FactIndex, type FileRole, type Indexed, type TypeFact } from '../../src/index.js';

export type DeclaredType = Indexed<TypeFact> | Indexed<ClassFact>;
export type DeclaredSet = Indexed<EnumFact>;
export type Declared = DeclaredType | DeclaredSet;

/** Files whose declarations count: production code, and what stands beside it as a copy. The other roles are consumers and evidence. */
const ROLES: ReadonlySet<FileRole> = new Set(['production', 'generated', 'backup']);

/**
 * Types, closed sets and (beside a type of the same name) classes that other modules could take for one another, by the name of their
 * concept. Module level only: what is nested is named by its outer class. Of several in one file (fallbacks, a schema beside its type) the
 * first type counts.
 */
export function declaredByConcept(facts: FactIndex): ReadonlyMap<string, readonly Declared[]> {
  const known = conceptsByIndex.get(facts);
  if (known) return known;
  const concepts = new Map<string, Map<string, Declared>>();
  const add = (fact: Declared): void => {
    if (fact.scope.length > 0 || !ROLES.has(fact.file.role)) return;
    const concept = conceptOf(fact);
    const files = concepts.get(concept);
    if (!files) concepts.set(concept, new Map([[fact.file.path, fact]]));
    else if (!files.has(fact.file.path)) files.set(fact.file.path, fact);
  };
  for (const fact of facts.of('type')) if (fact.fields.length > 0 || fact.bases.length > 0) add(fact);
  for (const fact of facts.of('enum')) if (!isDerivedSet(facts, fact)) add(fact);
  for (const fact of facts.of('class')) {
    const files = concepts.get(conceptOf(fact));
    if (files && isPlainClass(fact) && [...files.values()].some(({ kind }) => kind === 'type')) add(fact);
  }
  const sorted = new Map([...concepts].map(([concept, files]) => [concept, [...files.values()]] as const));
  conceptsByIndex.set(facts, sorted);
  return sorted;
}

const conceptsByIndex = new WeakMap<FactIndex, ReadonlyMap<string, readonly Declared[]>>();

/** `OrderSchema` of zod is the order. */
function conceptOf(fact: Declared): string {
  return fact.kind !== 'class' && fact.form === 'schema' ? fact.canonicalName.replace(/-schema$/, '') : fact.canonicalName;
}

/** A class that could be a type with behaviour added: not a table of an ORM, not an interface, error or enum. */
function isPlainClass(fact: Indexed<ClassFact>): boolean {
  return (fact.form === 'class' || fact.form === 'data')
    && !fact.bases.some((base) => /(?:^|\.)(?:Base|DeclarativeBase|Document|Component|PureComponent|\w*Model|\w*Entity)$/.test(base))
    && !fact.decorators.some((decorator) => /^(?:Entity|Table|Schema|ObjectType|Component|Injectable|Module|Controller)$/.test(decorator));
}

/** A set made of another's members (`OPEN = OrderState.OPEN.value`): it follows the other and states nothing anew. */
export function isDerivedSet(facts: FactIndex, set: DeclaredSet): boolean {
  const references = set.members.filter(({ value }) => /^[A-Za-z_$][\w$]*\.[\w$.]+$/.test(value) && facts.valueOf(set.file.path, value) !== undefined);
  return references.length > 0 && references.length * 2 >= set.members.length;
}

/** A group of more members of one name is cut into those that are alike. */
export const MAX_GROUP = 12;

/** Words that name a role in a module and not a thing of the product. */
const GENERIC_WORDS: ReadonlySet<string> = new Set([
  'action', 'args', 'arguments', 'attributes', 'base', 'body', 'callback', 'category', 'code', 'column', 'command', 'config', 'configuration', 'content', 'context',
  'controller', 'credentials', 'custom', 'data', 'default', 'definition', 'dependencies', 'details', 'direction', 'element', 'entity', 'entry', 'environment', 'error', 'event', 'events', 'field', 'fields',
  'filter', 'filters', 'form', 'format', 'group', 'handle', 'handler', 'handlers', 'header', 'headers', 'info', 'input', 'inputs', 'item', 'items', 'key', 'kind', 'label', 'level',
  'location', 'map', 'mapping', 'member', 'meta', 'metadata', 'method', 'methods', 'mode', 'model', 'module', 'name', 'node', 'operation', 'operator', 'option', 'options', 'output', 'page', 'params', 'parameters', 'path', 'payload',
  'plugin', 'position', 'priority', 'properties', 'props', 'provider', 'query', 'record', 'ref', 'reference', 'request', 'resource', 'response', 'result', 'results', 'return', 'route', 'row', 'rule', 'schema',
  'scope', 'section', 'service', 'settings', 'severity', 'shape', 'size', 'sort', 'source', 'spec', 'stage', 'state', 'stats', 'status', 'step', 'store', 'strategy', 'summary', 'tab', 'table', 'target',
  'template', 'type', 'types', 'unit', 'update', 'value', 'values', 'variables', 'variant', 'view', 'widget',
]);

/** Names of more than such words that every module may have one of. */
const GENERIC_NAMES: ReadonlySet<string> = new Set(['validation-result', 'validation-error', 'execution-options', 'processing-result', 'check-result', 'test-result']);

/** A name that says nothing of what it is about: `Options`, `QueryParams`, `ItemData`. */
export function isGenericName(name: string): boolean {
  const words = canonicalName(name).split('-');
  if (GENERIC_NAMES.has(words.join('-'))) return true;
  return words.every((word) => GENERIC_WORDS.has(word) || GENERIC_WORDS.has(word.replace(/s$/, '')) || word.length === 1);
}

/** What one function takes: `CountOptions`, `MigrateArgs`. Two functions may take nearly the same. */
export function isInputName(name: string): boolean {
  return /(?:Options?|Opts|Args|Arguments|Params|Parameters|Input|Variables)$/.test(name);
}

/** Properties and state of a component: named after it, local by convention. */
export function isComponentName(name: string): boolean {
  return /Props$/.test(name) || name === 'State';
}

/**
 * Whether two files belong to one place: the same folder, one folder inside the other, or sibling folders under a folder of types
 * (`types/auth` and `types/shared`).
 */
export function isNear(a: string, b: string): boolean {
  const first = foldersOf(a);
  const second = foldersOf(b);
  const shared = sharedLength(first, second);
  const rest = [first.length - shared, second.length - shared];
  if (Math.min(...rest) === 0) return Math.max(...rest) <= 1;
  return Math.max(...rest) === 1 && TYPE_FOLDERS.has(first[shared - 1] ?? '');
}

const TYPE_FOLDERS: ReadonlySet<string> = new Set(['types', 'schemas', 'models', 'interfaces', 'contracts', 'dto', 'dtos', 'entities', 'enums', 'domain']);

/** Versions of one thing side by side (`api/v1/order.ts`, `api/v2/order.ts`): they are there to differ. */
export function areVersions(a: string, b: string): boolean {
  const first = a.split('/');
  const second = b.split('/');
  return first.length === second.length
    && first.some((segment, index) => segment !== second[index])
    && first.every((segment, index) => segment === second[index] || (VERSION.test(segment) && VERSION.test(second[index]!)));
}

const VERSION = /(?:^|[-_.])v\d+(?:[-_.]|$)|^\d{4}-\d\d/;

/**
 * Parts built alike on purpose: files of one name in sibling folders (`providers/paypal/types.ts`, `providers/stripe/types.ts`), or of one
 * folder for one job each (`paypal_refund.py`, `stripe_refund.py`); what only says that types are in it (`cart_types.py`) is no job.
 */
export function areParallel(a: string, b: string): boolean {
  const first = a.split('/');
  const second = b.split('/');
  if (first.length !== second.length) return false;
  const different = first.filter((segment, index) => segment !== second[index]).length;
  if (different !== 1) return false;
  return first.at(-1) === second.at(-1) || haveOneJob(first.at(-1)!, second.at(-1)!);
}

function haveOneJob(a: string, b: string): boolean {
  const [first, second] = [a, b].map((name) => canonicalName(name.replace(/\.\w+$/, '')).split('-')) as [string[], string[]];
  const job = first.slice(1);
  return job.length > 0 && first[0] !== second[0] && job.join('-') === second.slice(1).join('-') && ![first[0]!, second[0]!, ...job].some((word) => GENERIC_FILE_WORDS.has(word));
}

/** Words in the names of files that say what kind of code is in them, or that it is for all. */
const GENERIC_FILE_WORDS: ReadonlySet<string> = new Set([
  'types', 'type', 'models', 'model', 'enums', 'enum', 'schemas', 'schema', 'interfaces', 'interface', 'constants', 'contracts', 'definitions', 'utils', 'helpers', 'common', 'shared',
  'core', 'base', 'unified', 'new', 'old', 'legacy', 'main', 'index', 'api', 'service', 'services', 'manager', 'handler', 'handlers', 'config',
]);

/** Files of two layers by what they are called (`order.entity.ts`, `order.dto.ts`, `dtos/order.ts`): what is stored, what crosses the wire, what a use case takes. */
export function areLayers(a: string, b: string): boolean {
  const [first, second] = [layerOf(a), layerOf(b)];
  return first !== undefined && second !== undefined && first !== second;
}

function layerOf(path: string): string | undefined {
  const [, named] = /\.(entity|dto|command|query)\.[cm]?tsx?$/.exec(path) ?? [];
  if (named !== undefined) return named;
  return /\.[cm]?tsx?$/.test(path) && /(?:^|\/)dtos?\//.test(path) ? 'dto' : undefined;
}

/** Whether a file is where a product keeps its types, or in Python, where a package does. */
export function holdsTypes(path: string): boolean {
  return path.endsWith('.py') || foldersOf(path).some((folder) => TYPE_FOLDERS.has(folder)) || /(?:^|[/.-])types?\.[cm]?tsx?$/.test(path);
}

function foldersOf(path: string): string[] {
  return path.split('/').slice(0, -1);
}

function sharedLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** What one name stands for on each side of a contract between TypeScript and Python. */
export interface ContractSides<T> {
  concept: string;
  typescript: readonly T[];
  python: readonly T[];
  /** The name is one that many things have. */
  generic: boolean;
}

/** Names that both languages declare, with the declarations that `isSide` takes. */
export function* contractSides<T extends Declared>(facts: FactIndex, isSide: (fact: Declared) => fact is T): Iterable<ContractSides<T>> {
  for (const [concept, declared] of declaredByConcept(facts)) {
    const sides = declared.filter(isSide);
    const typescript = sides.filter(({ file }) => file.language === 'typescript');
    const python = sides.filter(({ file }) => file.language === 'python');
    if (typescript.length > 0 && python.length > 0) yield { concept, typescript, python, generic: isGenericName(sides[0]!.name) };
  }
}
