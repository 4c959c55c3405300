import { chooseOwner, defineRule, serviceRelations, signature, z, type FactIndex, type FindingDraft, type IndexedClass, type IndexedFunction, type Severity, type Site } from '../src/index.js';
import { duplicateClasses } from './support/duplicate-classes.js';
import { DECLARATIVE, duplicateFunctions, isPredicate, isTypeGuard, likeness, shareWord, standInside, type DuplicateFunctions, type FunctionPart } from './support/duplicate-functions.js';
import { areAllUnused, areChosenVersions, areInPrograms, areOtherOperations, areParallelSiblings, areVariants, behaveDifferently, isLongClone } from './support/function-variants.js';
import { nameList } from './support/name-list.js';
import { areAxes } from './support/parallel-functions.js';
import { isRouteFile } from './support/route-files.js';

export default defineRule({
  meta: {
    id: 'duplicate-function',
    category: 'duplicate-function',
    title: 'One function written more than once',
    description: 'Reports functions of one service (or of a service and a library it imports) with equal bodies, under one name or two; exported functions of one name whose bodies differ; and longer bodies that are nearly equal. Functions that the same files repeat are told in one finding.',
    rationale: 'A fix reaches one copy and not the other. Two functions of one name that disagree give different answers depending on the import path.',
    remedy: 'Keep one, in the lowest module that all callers may import, and import it everywhere else.',
    severity: 'warning',
    tags: ['duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    /** Equal bodies of fewer statements are reported as info. */
    minStatements: z.int().min(3).default(5),
  }),
  *check({ facts, options }) {
    const groupOf = groupOfClass(facts);
    const groups = duplicateFunctions(facts).filter((group) => !group.nested || size(group) >= options.minStatements);
    const told = groups.filter((group) => !isToldAround(facts, group, groups, groupOf, options.minStatements));
    for (const bundle of bundles(facts, told)) yield finding(facts, bundle, groupOf, options.minStatements);
  },
});

/** Whether a finding of no less severity is about the functions around these. */
function isToldAround(facts: FactIndex, group: DuplicateFunctions, groups: readonly DuplicateFunctions[], groupOf: (fn: IndexedFunction) => object | undefined, minStatements: number): boolean {
  if (group.members.every(({ scope }) => scope.length === 0)) return false;
  const weight = (each: DuplicateFunctions): number => SEVERITIES.indexOf(finding(facts, [each], groupOf, minStatements).severity!);
  const around = groups.filter((other) => other !== group && standInside(group, other));
  return around.length > 0 && around.some((other) => weight(other) >= weight(group));
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

/** Groups that stand in the same files: one piece of work for the reader. The longest function first. */
type Bundle = readonly [DuplicateFunctions, ...DuplicateFunctions[]];

/** So many functions at most go into one finding, so that each can name all its places. */
const MAX_FUNCTIONS = 7;

function bundles(facts: FactIndex, groups: readonly DuplicateFunctions[]): Bundle[] {
  const byFiles = new Map<string, DuplicateFunctions[]>();
  for (const group of groups) {
    const key = [group.kind, group.boundApart, group.siblings, group.nested, relationOf(facts, [group]), isTypeGuard(group.members[0]!), group.service.name, ...new Set(group.members.map(({ file }) => file.path))].join('\0');
    const bundle = byFiles.get(key);
    if (bundle) bundle.push(group);
    else byFiles.set(key, [group]);
  }
  return [...byFiles.values()].flatMap((bundle) => {
    const sorted = [...bundle].sort((a, b) => size(b) - size(a));
    const parts: Bundle[] = [];
    for (let from = 0; from < sorted.length; from += MAX_FUNCTIONS) parts.push(sorted.slice(from, from + MAX_FUNCTIONS) as unknown as Bundle);
    return parts;
  });
}

function size({ members }: DuplicateFunctions): number {
  return Math.max(...members.map(({ statementCount }) => statementCount));
}

function finding(facts: FactIndex, bundle: Bundle, groupOf: (fn: IndexedFunction) => object | undefined, minStatements: number): FindingDraft {
  const [main] = bundle;
  const { owner, ranked, reason } = chooseOwner(facts, main.members, main.members[0]!.name);
  const order = new Map(ranked.map(({ fact }, position) => [fact.file.path, position]));
  const listed = bundle.map(({ members }) => [...members].sort((a, b) => order.get(a.file.path)! - order.get(b.file.path)!));
  const differences = main.kind === 'copy' ? [] : listed.flatMap(differencesOf).slice(0, 8);
  const importers = new Map(bundle.flatMap(({ members }) => chooseOwner(facts, members, members[0]!.name).ranked.map((choice) => [choice.fact, choice.importers] as const)));
  const relation = relationOf(facts, bundle);
  const sameClass = bundle.every(({ members }) => members.every((fn) => groupOf(fn) !== undefined && groupOf(fn) === groupOf(members[0]!)));
  return {
    key: `${main.service.name}:${main.kind}:${bundle.slice(0, 3).map(({ members }) => [...new Set(members.map(({ canonicalName }) => canonicalName))].sort().join('=')).join('+')}`,
    concept: owner.fact.name,
    message: `${message(bundle, owner.fact)}${relation === undefined ? '' : ` ${RELATIONS[relation]}`}`,
    sites: listed.flatMap((members, position) => members.map((fn, place) => site(fn, importers.get(fn)!, position === 0 && place === 0))),
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences,
    remedy: relation === undefined ? remedy(facts, main, owner.fact, sameClass) : remedyFor(relation),
    rank: rank(bundle, ranked.reduce((sum, { importers }) => sum + importers.production, 0)),
    severity: sameClass || relation !== undefined ? 'info' : severity(facts, bundle, ranked.filter(({ importers }) => importers.production > 0).length, minStatements),
  };
}

/** What makes of a whole bundle less than one function written twice. */
type Relation = 'unused' | 'bound-apart' | 'programs' | 'frozen' | 'looks' | 'parallel' | 'operations' | 'variants';

const RELATIONS: Record<Relation, string> = {
  unused: 'Nothing that runs uses any of them: all copies are unused.',
  'bound-apart': 'The same text means something else in each: they are parallel, for the names that they use are bound to different modules.',
  programs: 'Each stands in a program that is started by itself and imported by nothing.',
  frozen: 'They stand in versions of one thing, of which a file chooses; the earlier one may be meant to stay as it was.',
  looks: 'Each says how a thing of its own looks, and at present they say the same.',
  operations: 'Each calls an operation of its own; what is alike stands around that call.',
  parallel: 'They are parallel, each with helpers of its own, and could share a helper.',
  variants: 'They stand for different versions, frameworks, databases or ends, and may be meant to differ.',
};

function relationOf(facts: FactIndex, bundle: Bundle): Relation | undefined {
  if (bundle.every(({ members }) => areAllUnused(facts, members))) return 'unused';
  if (bundle[0].boundApart) return 'bound-apart';
  if (bundle.every(({ members }) => areInPrograms(facts, members))) return 'programs';
  const isEachPair = (test: (a: IndexedFunction, b: IndexedFunction) => boolean): boolean => bundle.every(({ members: [first, ...others] }) => others.every((fn) => test(first!, fn)));
  if (isEachPair((a, b) => areChosenVersions(facts, a, b))) return 'frozen';
  if (bundle[0].members.length === 2 && isEachPair((a, b) => a.name !== b.name && DECLARATIVE.test(a.name) && DECLARATIVE.test(b.name))) return 'looks';
  const isEvery = (test: (a: IndexedFunction, b: IndexedFunction) => boolean): boolean => bundle.every(({ kind, members, similarity }) => kind !== 'copy' && !isLongClone(members, similarity)
    && members.slice(1).every((fn) => test(members[0]!, fn)));
  if (isEvery(areParallelSiblings)) return 'parallel';
  if (isEvery((a, b) => areOtherOperations(facts, a, b, likeness(a, b)))) return 'operations';
  return isEvery((a, b) => areVariants(facts, a, b)) ? 'variants' : undefined;
}

function remedyFor(relation: Relation): string {
  if (relation === 'unused') return 'Delete them all, with what only they use.';
  if (relation === 'programs') return 'Leave them if each is to work without the others; else move what they share into a module that is handed out with them.';
  return relation === 'variants' || relation === 'frozen' || relation === 'looks' ? 'Leave them if they are to differ; else move what they share into one function.' : 'If they change together, move what they share into one function and hand it what differs.';
}

/**
 * Small helpers that files keep to themselves: in few files not worth a module that all of them import. One rule stated with different numbers is
 * worth it.
 */
function areSmallAndPrivate(bundle: Bundle): boolean {
  return bundle.length < SMALL_BUNDLE && bundle.every(({ kind, members }) => members.length < PRIVATE_COPIES
    && members.every((fn) => !fn.exported && fn.scope.length === 0 && fn.statementCount <= SMALL_STATEMENTS)
    && (kind === 'copy' || members.every((fn) => fn.statementCount < 2 || fn.shapeHash !== members[0]!.shapeHash || fn === members[0])));
}

/** One expression that each file fills with words of its own and keeps to itself. */
function isOnePattern({ kind, members }: DuplicateFunctions): boolean {
  return kind === 'namesake' && members.every((fn) => !fn.exported && fn.scope.length === 0 && fn.statementCount < 2 && fn.shapeHash === members[0]!.shapeHash);
}

const SMALL_STATEMENTS = 3;
const PRIVATE_COPIES = 4;
/** So many helpers that the same files repeat are a module of their own. */
const SMALL_BUNDLE = 3;

/** Drifted copies in use are the harm; equal copies are a tidy-up; small and inner ones, and components that look alike, a hint. */
function severity(facts: FactIndex, bundle: Bundle, used: number, minStatements: number): Severity {
  const [main] = bundle;
  if (main.siblings || (main.nested && size(main) < NESTED_STATEMENTS)) return 'info';
  if (bundle.every(({ members: [first, ...others] }) => others.every((fn) => areAxes(first!, fn)))) return 'info';
  if (areSmallAndPrivate(bundle) || bundle.every(isOnePattern)) return 'info';
  if (size(main) < NESTED_STATEMENTS && main.members.every(({ file, form }) => form === 'component' && isRouteFile(facts, file))) return 'info';
  const found = main.parts.map((part) => severityOf(part, bundle, used, minStatements));
  return found.includes('error') ? 'error' : found.includes('warning') ? 'warning' : 'info';
}

function severityOf(main: FunctionPart, bundle: Bundle, used: number, minStatements: number): Severity {
  const statements = Math.max(...main.members.map(({ statementCount }) => statementCount));
  const isComponent = main.members.some(({ form }) => form === 'component');
  switch (main.kind) {
    case 'copy': {
      // A pattern of a few statements that functions of different purposes share.
      if (statements < STRANGERS_STATEMENTS && bundle.length === 1 && main.members.some((fn) => !main.members.some((other) => other !== fn && shareWord(fn, other)))) return 'info';
      const lines = Math.max(...main.members.map(({ span }) => span[2] - span[0] + 1));
      return statements >= minStatements || lines >= 12 || bundle.length >= 3 || main.members.length >= 3 ? 'warning' : 'info';
    }
    case 'namesake':
      if (isTypeGuard(main.members[0]!)) return 'warning';
      if (isPredicate(main.members[0]!) && statements < minStatements && main.similarity < 0.9) return used > 1 ? 'warning' : 'info';
      if (main.similarity >= DRIFTED && statements >= 8 && used > 1 && !isComponent && main.members.some((fn) => behaveDifferently(main.members[0]!, fn))) return 'error';
      // One name and one signature, and too short to tell whether the work is one.
      if (main.similarity < 0.4 && main.members.every((fn) => fn.exported && !isPredicate(fn)) && main.members.some((fn) => fn.statementCount < minStatements)) return 'info';
      return main.similarity >= 0.2 || main.members[0]!.sketch.length === 0 ? 'warning' : 'info';
    case 'similar':
      return statements >= 10 && (!isComponent || main.similarity >= 0.95) ? 'warning' : 'info';
  }
}

/** Equal bodies of fewer statements, under names that have no word in common, are told as a hint. */
const STRANGERS_STATEMENTS = 8;
/** Inner functions of fewer statements are told as a hint. */
const NESTED_STATEMENTS = 8;
/** So alike that two functions of one name were one: now a change is missing in one of them. */
const DRIFTED = 0.75;

function message(bundle: Bundle, owner: IndexedFunction): string {
  const [main] = bundle;
  const files = new Set(main.members.map(({ file }) => file.path)).size;
  const others = [...new Set(main.members.map(({ name }) => name))].filter((name) => name !== owner.name);
  const more = bundle.length > 1 ? ` and ${bundle.length - 1} more ${bundle.length === 2 ? 'function' : 'functions'}` : '';
  const be = bundle.length > 1 ? 'are' : 'is';
  const places = main.members.length;
  const times = places === 2 ? 'twice' : `${places} times${files < places ? ` in ${files} files` : ''}`;
  const alias = others.length === 0 ? '' : ` (also as ${others.slice(0, 3).join(', ')})`;
  switch (main.kind) {
    case 'copy':
      return `${owner.name}${alias}${more} ${be} written ${times} with equal bodies.`;
    case 'namesake':
      return `${owner.name}${more} ${be} ${main.members.every(({ exported }) => exported) ? 'exported by' : 'defined in'} ${files} modules with ${differInLittle(main) ? 'nearly equal' : 'different'} bodies.`;
    case 'similar':
      return `${owner.name}${alias}${more} ${be} written ${times} with nearly equal bodies (about ${Math.round(main.similarity * 100)} % alike).`;
  }
}

/** Hardly more than a parameter or a type sets them apart: they call the same, and no literal alone is what differs. */
function differInLittle({ members: [first, ...others], similarity }: DuplicateFunctions): boolean {
  const calls = (fn: IndexedFunction): string => [...new Set(fn.calls)].sort().join(' ');
  return similarity >= NEARLY_EQUAL && others.every((fn) => calls(fn) === calls(first!) && fn.shapeHash !== first!.shapeHash);
}

const NEARLY_EQUAL = 0.8;

function remedy(facts: FactIndex, main: DuplicateFunctions, owner: IndexedFunction, sameClass: boolean): string {
  if (sameClass) return 'The classes around them are duplicates: merge those.';
  if (main.siblings) return `Move ${owner.name} up into the base that the classes share.`;
  const below = main.members.find(({ file }) => serviceRelations(facts).isAbove(owner.file.service.name, file.service.name));
  if (below) return `Move ${owner.name} to ${below.file.service.name}, which cannot import ${owner.file.service.name}, and import it everywhere else.`;
  const where = owner.scope.length === 0 ? `${owner.name} in ${owner.file.path}` : `${[...owner.scope, owner.name].join('.')} in ${owner.file.path}, or make it a function that both import`;
  return main.kind === 'copy' ? `Keep ${where}; import it in the other files.` : `Decide which behaviour is meant, keep ${where}, and import it in the other files; rename what is meant to be different.`;
}

function site(fn: IndexedFunction, importers: { production: number; test: number }, isOwner: boolean): Site {
  return {
    fact: fn,
    message: `${fn.statementCount} ${fn.statementCount === 1 ? 'statement' : 'statements'}`,
    role: isOwner ? 'owner' : 'copy',
    importers,
  };
}

function differencesOf([owner, ...copies]: readonly IndexedFunction[]): string[] {
  return copies.flatMap((copy) => {
    if (!owner || owner.bodyHash === copy.bodyHash) return [];
    const parts: string[] = [];
    if (signature(owner) !== signature(copy)) parts.push(`takes ${signature(copy)} instead of ${signature(owner)}`);
    const only = copy.calls.filter((call) => !owner.calls.includes(call));
    const missing = owner.calls.filter((call) => !copy.calls.includes(call));
    if (only.length > 0) parts.push(`calls only here ${nameList(only, 4)}`);
    if (missing.length > 0) parts.push(`does not call ${nameList(missing, 4)}`);
    if (parts.length === 0) parts.push(owner.shapeHash === copy.shapeHash ? 'other literals' : areEqualUpToNames(owner, copy) ? 'equal up to names' : 'other statements');
    return [`${copy.name} in ${copy.file.path}: ${parts.join('; ')}.`];
  });
}

/** As many statements, made of the same. */
function areEqualUpToNames(a: IndexedFunction, b: IndexedFunction): boolean {
  return a.statementCount === b.statementCount && a.sketch.length > 0 && a.sketch === b.sketch;
}

function rank(bundle: Bundle, reach: number): number {
  const [main] = bundle;
  const bySize = Math.min(0.2, size(main) / 100) + Math.min(0.1, bundle.length / 50);
  return Math.min(1, (main.kind === 'copy' ? 0.25 : 0.4) + bySize + Math.min(0.25, reach / 60));
}

/** The group of duplicate classes that a method belongs to. */
function groupOfClass(facts: FactIndex): (fn: IndexedFunction) => object | undefined {
  const groups = new Map<IndexedClass, object>(duplicateClasses(facts).flatMap((group) => group.members.map((cls) => [cls, group] as const)));
  const byPlace = new Map([...groups].map(([cls, group]) => [`${cls.file.path}\0${cls.name}`, group]));
  return (fn) => (fn.scope.length === 1 ? byPlace.get(`${fn.file.path}\0${fn.scope[0]}`) : undefined);
}
