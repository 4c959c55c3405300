import { chooseOwner, defineRule, folderPrefixOf, reachOf, z, type FactIndex, type FindingDraft, type Literal, type RankedDeclaration, type Severity } from '../src/index.js';
import { constantGroups, shownValue, valueKey, type Constant, type ConstantGroup } from './support/constant-groups.js';
import { areMixed } from './support/mixed.js';
import { areParallel } from './support/type-declarations.js';

export default defineRule({
  meta: {
    id: 'conflicting-constant',
    category: 'duplicate-constant',
    title: 'One constant, different values',
    description: 'Reports constants of one name that have different values in production files of one service, or in a service and a library it imports.',
    rationale: 'Which value holds depends on which file is imported. A limit that is raised in one place is still enforced in the other.',
    remedy: 'Keep the value in one place and import it; give what is really another quantity a name that says so.',
    severity: 'error',
    tags: ['constants', 'drift'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    ignore: z.array(z.string()).default([]).describe('Names of constants that may differ from file to file.'),
  }),
  *check({ facts, options }) {
    for (const group of constantGroups(facts)) {
      if (!options.ignore.includes(group.name) && !differsByDesign(group.constants)) {
        const draft = draftOf(facts, group);
        if (draft) yield draft;
      }
    }
  },
});

/** One value, or each file its own: four values of which most stand in one file only, or sibling folders built alike. */
function differsByDesign(constants: readonly Constant[]): boolean {
  const values = new Set(constants.map(({ value }) => valueKey(value))).size;
  if (values < 2 || (values >= 4 && values >= constants.length * 0.6)) return true;
  return constants.every((a) => constants.every((b) => a === b || areParallel(a.file.path, b.file.path)));
}

function draftOf(facts: FactIndex, { name, constants, specific, telling }: ConstantGroup): FindingDraft | undefined {
  const choice = chooseOwner(facts, constants, name);
  const owner = choice.owner.fact;
  const others = choice.ranked.slice(1);
  const conflicting = others.filter(({ fact }) => conflicts(owner.value, fact.value) && !overrides(facts, owner, fact) && !overrides(facts, fact, owner));
  if (conflicting.length === 0) return undefined;
  const ranked = [choice.owner, ...others.filter(({ fact }) => conflicting.some((other) => other.fact === fact) || valueKey(fact.value) === valueKey(owner.value))];
  const severity = areOtherPlaces(facts, owner, conflicting.map(({ fact }) => fact)) ? 'info'
    : telling || meet(facts, ranked) ? severityOf(facts, ranked, specific) : alone(severityOf(facts, ranked, specific), owner);
  return {
    key: `${owner.canonicalName}:${owner.scope.join('.')}:${owner.file.service.name}`,
    concept: name,
    message: messageOf(name, owner, conflicting.map(({ fact }) => fact)),
    sites: ranked.map(({ fact, importers }, index) => ({ fact, message: shownValue(fact.value), role: index === 0 ? 'owner' as const : 'copy' as const, importers })),
    ...(choice.reason === undefined ? {} : { ownerReason: choice.reason }),
    differences: conflicting.map(({ fact }) => `${fact.file.path}:${fact.span[0]}: ${differenceOf(owner.value, fact.value)}${unitHint(owner, fact)}`),
    rank: (severity === 'error' ? 0.6 : 0.35) + Math.min(0.3, ranked.reduce((sum, { importers }) => sum + importers.production, 0) / 50),
    severity,
  };
}

function messageOf(name: string, owner: Constant, conflicting: readonly Constant[]): string {
  const [first] = conflicting as readonly [Constant];
  const more = conflicting.length > 1 ? `, and differs in ${conflicting.length - 1} more` : '';
  if (typeof owner.value === 'object') return `${name} is not the same in ${owner.file.path} and ${first.file.path}${more}.`;
  return `${name} is ${shownValue(owner.value)} in ${owner.file.path} and ${shownValue(first.value)} in ${first.file.path}${more}.`;
}

/**
 * Whether two values can be meant for one quantity: texts that are no prose, numbers, switches, lists and maps that have most in
 * common. A number and a list, or two lists of different things, share a name only.
 */
function conflicts(a: Literal, b: Literal): boolean {
  if (valueKey(a) === valueKey(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return overlap(a.map(valueKey), b.map(valueKey)) >= 0.5;
  if (isMap(a) && isMap(b)) return overlap(Object.keys(a), Object.keys(b)) >= 0.5;
  if (typeof a === 'string' && typeof b === 'string') return !isProse(a) && !isProse(b);
  return typeof a === typeof b && typeof a !== 'object';
}

/** What the second value has otherwise; of lists and maps only that. */
function differenceOf(a: Literal, b: Literal): string {
  if (Array.isArray(a) && Array.isArray(b)) return withoutAndWith(itemsOnlyIn(a, b), itemsOnlyIn(b, a)) || 'the same in another order';
  if (!isMap(a) || !isMap(b)) return `${shownValue(b)}, not ${shownValue(a)}`;
  const changed = Object.keys(a).filter((key) => key in b && valueKey(a[key]!) !== valueKey(b[key]!));
  const said = changed.slice(0, MAX_NAMED).map((key) => {
    const [first, second] = [a[key]!, b[key]!];
    return isMap(first) && isMap(second) ? `in ${key} ${differenceOf(first, second)}` : `${key} is ${shownValue(second)}, not ${shownValue(first)}`;
  });
  const other = withoutAndWith(Object.keys(a).filter((key) => !(key in b)), Object.keys(b).filter((key) => !(key in a)));
  return [...said, ...(changed.length > MAX_NAMED ? [`${changed.length - MAX_NAMED} more entries differ`] : []), ...(other ? [other] : [])].join('; ');
}

const MAX_NAMED = 4;

function itemsOnlyIn(list: readonly Literal[], other: readonly Literal[]): string[] {
  const known = new Set(other.map(valueKey));
  return list.filter((item) => !known.has(valueKey(item))).map(shownValue);
}

function withoutAndWith(lacking: readonly string[], added: readonly string[]): string {
  const listed = (names: readonly string[]): string => (names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', '));
  return [...(lacking.length > 0 ? [`lacks ${listed(lacking)}`] : []), ...(added.length > 0 ? [`adds ${listed(added)}`] : [])].join('; ');
}

function isMap(value: Literal): value is { readonly [key: string]: Literal } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function overlap(a: readonly string[], b: readonly string[]): number {
  const second = new Set(b);
  const shared = a.filter((item) => second.has(item)).length;
  return shared >= 2 ? shared / Math.min(a.length, b.length) : 0;
}

function isProse(text: string): boolean {
  return text.split(/\s+/).length > 4 || text.includes('\n');
}

/** A factor of 1000 or 60 between two numbers is most often a unit. */
function unitHint(a: Constant, b: Constant): string {
  if (typeof a.value !== 'number' || typeof b.value !== 'number' || a.value === 0 || b.value === 0) return '';
  const factor = Math.max(a.value / b.value, b.value / a.value);
  if (factor === 1000) return ' (a factor of 1000: milliseconds against seconds, or another unit?)';
  return factor === 60 || factor === 3600 ? ` (a factor of ${factor}: minutes or hours against seconds?)` : '';
}

function severityOf(facts: FactIndex, ranked: readonly RankedDeclaration<Constant>[], specific: boolean): Severity {
  const used = ranked.filter(({ fact, importers }) => importers.production > 0 && reachOf(facts).isReached(fact.file, [fact.scope[0] ?? fact.name])).length;
  const quantities = ranked.some(({ fact }) => fact.scope.length === 0);
  if (used >= 2 && specific && quantities && ranked.some(({ fact }) => contradict(ranked[0]!.fact.value, fact.value))) return 'error';
  return used >= 1 || !specific ? 'warning' : 'info';
}

/** `from .common import *` and then a value of its own: settings of one environment, as they are meant to be written. */
function overrides(facts: FactIndex, { file }: Constant, base: Constant): boolean {
  return facts.inFile(file.path, 'import').some((fact) => {
    const module = fact.names.some(({ local }) => local === '*') ? facts.imports.resolve(fact) : undefined;
    return module?.status === 'file' && module.path === base.file.path;
  });
}

/** Whether anything brings the constants together: one folder, an import between their files, a user of two. */
function meet(facts: FactIndex, ranked: readonly RankedDeclaration<Constant>[]): boolean {
  const edges = facts.imports.edges();
  return ranked.slice(1).some(({ fact }) => {
    const owner = ranked[0]!.fact;
    return folderPrefixOf(owner.file.path) === folderPrefixOf(fact.file.path) || Boolean(edges.get(owner.file.path)?.includes(fact.file.path)) || Boolean(edges.get(fact.file.path)?.includes(owner.file.path))
      || isMap(fact.value) || Array.isArray(fact.value) || areMixed(facts, owner, fact);
  });
}

/** Paths or addresses that end otherwise (`/images/logos`, `/images/banners`), and no module that could take the one for the other: each module says where its own are. */
function areOtherPlaces(facts: FactIndex, owner: Constant, others: readonly Constant[]): boolean {
  const end = endOfPlace(owner.value);
  return end !== undefined && others.every((other) => {
    const otherEnd = endOfPlace(other.value);
    return otherEnd !== undefined && otherEnd !== end && !shareUser(facts, owner, other);
  });
}

/** The last segment of a path or address; undefined for any other value. */
function endOfPlace(value: Literal): string | undefined {
  return typeof value === 'string' && value.includes('/') && !/\s/.test(value) ? value.split(/[?#]/)[0]!.split('/').filter((segment) => segment !== '').at(-1) : undefined;
}

function shareUser(facts: FactIndex, a: Constant, b: Constant): boolean {
  const users = ({ file, name, scope }: Constant): string[] => [file.path, ...facts.imports.importersOf(file.path, scope[0] ?? name).filter((site) => site.file.role === 'production').map((site) => site.file.path)];
  const first = new Set(users(a));
  return users(b).some((path) => first.has(path));
}

/**
 * A name of one telling word may mean another thing in another module: `SLIM_BATCH_SIZE` of each connector. How wide and high something is, or how long it
 * takes to appear, each component decides for itself.
 */
function alone(severity: Severity, { canonicalName }: Constant): Severity {
  return severity === 'error' && !canonicalName.split('-').some((word) => LAYOUT.has(word)) ? 'warning' : 'info';
}

const LAYOUT: ReadonlySet<string> = new Set(['width', 'height', 'padding', 'margin', 'gap', 'offset', 'px', 'rem', 'radius', 'spacing', 'color', 'colour', 'opacity', 'duration', 'animation', 'transition', 'zindex', 'breakpoint', 'indent', 'gutter']);

/** Whether two values cannot both be meant. Of maps only shared keys count: a key that one has more changes nothing for readers of the other. */
function contradict(a: Constant['value'], b: Constant['value']): boolean {
  if (!isMap(a) || !isMap(b)) return JSON.stringify(a) !== JSON.stringify(b);
  return Object.keys(a).some((key) => b[key] !== undefined && contradict(a[key]!, b[key]!));
}
