import {
  ancestorsOf, areCallings, areEnds, comparableGroups, compareText, serviceRelations, signature, similarFunctions, sketchSimilarity, wordsOf, type FactIndex,
  type IndexedClass, type IndexedFunction, type Service,
} from '../../src/index.js';
import { isConvention, isTemplate, withoutCopies } from './conventional-names.js';
import { copyTest } from './duplicate-files.js';
import { duplicateManagers, isManagerFunction } from './duplicate-hooks.js';
import { freeNamesTest } from './free-names.js';
import { mirrorTest } from './mirrored-folders.js';
import { haveOwnEffects } from './own-effects.js';
import { areAdapters } from './parallel-functions.js';
import { standsAmongRoutes } from './route-files.js';
import { createUnion, eachPair } from './union.js';

/** Functions that are one in one of three ways. */
export type FunctionPart = Pick<DuplicateFunctions, 'kind' | 'members' | 'similarity'>;

/** Functions that are one: equal bodies, one exported name with differing bodies, or nearly equal bodies. */
export interface DuplicateFunctions {
  kind: 'copy' | 'namesake' | 'similar';
  service: Service;
  /** By path and position; at least two files. */
  members: readonly IndexedFunction[];
  /** Lowest similarity of a member to the first: 1 for copies. */
  similarity: number;
  /** What it was put together from, where copies, namesakes and similar functions share a member: the same function, told once. */
  parts: readonly FunctionPart[];
  /** Methods of classes that share a base: what they repeat could move up. */
  siblings: boolean;
  /** Inner functions: what a larger function is made of. */
  nested: boolean;
  /** Copies by their text, of which no two mean the same: the names that they use stand for different things in each file. */
  boundApart?: true;
}

/** Finds duplicate functions of production code. Kinds do not overlap: a copy is no namesake, a namesake no similar function. */
export function duplicateFunctions(facts: FactIndex): DuplicateFunctions[] {
  const functions = facts.of('function').filter(isCandidate);
  const found = withoutParts([...copies(facts, functions), ...namesakes(facts, functions)]);
  found.push(...similar(facts, functions));
  // At the same place of folders that are built alike, and in adapters side by side, stand variants on purpose; equal bodies are copies even there.
  const isMirrored = mirrorTest(facts);
  const areVariants = ({ kind, members }: Found): boolean => kind !== 'copy'
    && (members.every(({ name }) => DECLARATIVE.test(name)) || members.slice(1).every(({ file }) => isMirrored(members[0]!.file.path, file.path)) || areAdapters(facts, members));
  return together(found.filter((group) => !areVariants(group)).flatMap(withoutOwnParts)).map((group) => ({
    ...group,
    siblings: areSiblings(facts, group.members),
    nested: group.members.every((fn) => isNested(facts, fn)),
  }));
}

/** A function is like the one inside of it that it returns; that is no second place. */
function withoutOwnParts(group: Found): Found[] {
  const members = group.members.filter((fn) => !group.members.some((around) => around !== fn && around.file === fn.file && surrounds(around, fn)));
  return new Set(members.map(({ file }) => file)).size < 2 ? [] : [{ ...group, members }];
}

/** Groups that have a function in common are one: two files have it word for word, and a third has changed it. */
function together(found: readonly Found[]): Whole[] {
  // What is told with its namesakes is not told once more for its text.
  const apart = found.filter((group) => group.boundApart && !found.some((other) => !other.boundApart && group.members.every((fn) => other.members.includes(fn))))
    .map((group): Whole => ({ ...group, parts: [group] }));
  const groups = found.filter(({ boundApart }) => !boundApart);
  const union = createUnion<Found>();
  const groupOf = new Map<string, Found>();
  for (const group of groups) {
    for (const fn of group.members) {
      const key = `${group.service.name}\0${idOf(fn)}`;
      const other = groupOf.get(key);
      if (other) union.join(other, group);
      else groupOf.set(key, group);
    }
  }
  const joined = union.components(groups);
  const single = new Set(groups);
  for (const part of joined.flat()) single.delete(part);
  return [...apart, ...[...single].map((group): Whole => ({ ...group, parts: [group] })), ...joined.map((parts): Whole => {
    const [first] = parts;
    const members = [...new Set(parts.flatMap((part) => part.members))].sort((a, b) => compareText(a.file.path, b.file.path) || a.span[0] - b.span[0] || a.span[1] - b.span[1]);
    const kind = parts.some((part) => part.kind === 'similar') && new Set(members.map(({ name }) => name)).size > 1 ? 'similar' : parts.some((part) => part.kind !== 'copy') ? 'namesake' : 'copy';
    return { kind, service: first!.service, members, similarity: Math.min(...parts.map(({ similarity }) => similarity)), parts };
  })];
}

type Whole = Found & Pick<DuplicateFunctions, 'parts'>;

/** Whether each function of a group stands inside of one of the other group. */
export function standInside(inner: DuplicateFunctions, outer: DuplicateFunctions): boolean {
  return inner.members.every((fn) => outer.members.some((around) => around !== fn && around.file === fn.file && surrounds(around, fn)));
}

function idOf({ file, span }: IndexedFunction): string {
  return `${file.path}:${span[0]}:${span[1]}`;
}

/** What says how one table, form or page looks and does nothing: it differs from the next in its words only. */
export const DECLARATIVE = /(?:Columns|ColumnDefs|ClassNames?|Styles|PageMeta|Breadcrumbs?)$/;
/** Names that a language, framework or tool calls: each file has its own. */
const CONVENTIONAL = /^(?:__\w+__|constructor|main|default|up|down|run|setup|setUp|teardown|tearDown|handler|handle|loader|action|register|upgrade|downgrade|middleware|render|toString|toJSON|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|clientLoader|clientAction|generateMetadata|generateViewport|generateStaticParams|shouldRevalidate|HydrateFallback|getServerSideProps|getStaticProps|getStaticPaths|setupNodeEvents|componentDid\w+|componentWill\w+)$/;
/** Names that a router looks for in the files of routes; elsewhere they may mean anything. */
const ROUTE_EXPORT = /^(?:meta|links|headers|handle|middleware|ErrorBoundary|Loading|beforeLoad|validateSearch|head|load|entries|prerender)$/;
/** What a route says to its router in so few statements is said by each. */
const ROUTE_STATEMENTS = 5;
/** Decorators that hand a function to a framework. */
const REGISTERED = /(?:^|\.)(?:get|post|put|patch|delete|head|options|route|api_route|websocket|command|task|shared_task|on_event|exception_handler|middleware|fixture|callback|group|listener|event|tool|resolver|Query|Mutation|Get|Post|Put|Patch|Delete)$/;

function isCandidate(fn: IndexedFunction): boolean {
  return fn.file.role === 'production' && !isTemplate(fn.file) && !fn.stub && !CONVENTIONAL.test(fn.name)
    && !(fn.exported && fn.statementCount <= ROUTE_STATEMENTS && ROUTE_EXPORT.test(fn.name) && standsAmongRoutes(fn.file));
}

type Found = Omit<DuplicateFunctions, 'siblings' | 'nested' | 'parts'>;

/** Equal bodies are told with their namesakes, where these do the same work in nearly the same way. */
function withoutParts(found: readonly Found[]): Found[] {
  const namesakes = found.filter(({ kind, similarity }) => kind === 'namesake' && similarity >= ONE_WORK);
  return found.filter(({ kind, members }) => kind !== 'copy' || !namesakes.some((group) => members.every((fn) => group.members.includes(fn))));
}

/** Equal bodies in at least two files that are more than a line or two; smaller ones where one telling name stands for them. */
function* copies(facts: FactIndex, functions: readonly IndexedFunction[]): Iterable<Found> {
  const managers = new Map(duplicateManagers(facts).flatMap((group) => group.members.map(({ fact }) => [fact as unknown, group] as const)));
  for (const equal of groupBy(functions.filter(({ delegatesTo }) => delegatesTo === undefined), ({ bodyHash }) => bodyHash)) {
    const told = managers.get(equal[0]);
    if (told && equal.every((fn) => managers.get(fn) === told)) continue;
    const members = equal.some(isWorthCopying) ? equal : namedAlike(equal);
    if (members.length < 2) continue;
    for (const group of comparableGroups(facts, withoutEnds(facts, members))) {
      const same = meaningTheSame(facts, group.members);
      yield { kind: 'copy', ...group, similarity: 1, ...(same.length > 1 ? { members: same } : { boundApart: true }) };
    }
  }
}

/** The largest part of functions of equal text that mean the same as its first. */
function meaningTheSame(facts: FactIndex, members: readonly IndexedFunction[]): readonly IndexedFunction[] {
  const meanTheSame = freeNamesTest(facts);
  const parts: IndexedFunction[][] = [];
  for (const member of members) {
    const part = parts.find(([first]) => meanTheSame(first!, member));
    if (part) part.push(member);
    else parts.push([member]);
  }
  return parts.reduce((most, part) => (part.length > most.length ? part : most));
}

/** At least three statements that do something, or a long expression that calls several functions. */
function isWorthCopying({ statementCount, calls, span }: IndexedFunction): boolean {
  const lines = span[2] - span[0] + 1;
  return (statementCount >= 3 && (calls.length > 0 || statementCount >= 4)) || (lines >= 8 && calls.length >= 3);
}

/**
 * Module-level functions of one name of two words or more, with a literal in the body (`isCodeFile`, `estimateCost`), or exported and made
 * of several calls. Those of the name that most have.
 */
function namedAlike(members: readonly IndexedFunction[]): readonly IndexedFunction[] {
  const telling = members.filter((fn) => fn.scope.length === 0 && (statesKnowledge(fn) || (fn.exported && fn.calls.length >= 2)) && wordsOf(fn.name).length >= 2);
  return [...groupBy(telling, ({ name }) => name)].reduce<readonly IndexedFunction[]>((most, group) => (group.length > most.length ? group : most), []);
}

/** Its body holds a literal: blanking literals changes the hash. */
function statesKnowledge({ bodyHash, shapeHash }: IndexedFunction): boolean {
  return bodyHash !== shapeHash;
}

/** One exported name in several files of a service, bodies that differ. */
function* namesakes(facts: FactIndex, functions: readonly IndexedFunction[]): Iterable<Found> {
  const relations = serviceRelations(facts);
  const isCopy = copyTest(facts);
  const candidates = functions.filter((fn) => fn.scope.length === 0 && fn.delegatesTo === undefined && !isManagerFunction(fn) && !fn.decorators.some((name) => REGISTERED.test(name)));
  for (const members of groupBy(candidates, ({ name }) => name)) {
    if (members.length < 2 || isConvention(withoutCopies(members, ({ bodyHash }) => [bodyHash]).map(({ file }) => file), 8)) continue;
    const union = createUnion<IndexedFunction>();
    eachPair(members, (a, b) => {
      if (a.file === b.file || isCopy(a.file, b.file) || a.bodyHash === b.bodyHash || !relations.related(a.file.service.name, b.file.service.name)) return;
      if (areEnds(a.file.path, b.file.path) || importsOther(facts, a, b) || importsOther(facts, b, a)) return;
      if (isOneOfSameName(a, b) && !areLocalToPlaces(facts, a, b)) union.join(a, b);
    });
    for (const component of union.components(members)) {
      for (const group of comparableGroups(facts, component)) yield { kind: 'namesake', ...group, similarity: lowest(group.members) };
    }
  }
}

function isOneOfSameName(a: IndexedFunction, b: IndexedFunction): boolean {
  if (!aritiesMeet(a, b)) return false;
  const telling = wordsOf(a.name).length >= 2;
  if (telling && a.shapeHash === b.shapeHash && statesKnowledge(a) && (a.file.service === b.file.service || a.statementCount >= 3)) return true;
  const alike = likeness(a, b);
  if (alike < ONE_WORK && giveOtherThings(a, b)) return false;
  const isOneQuestion = telling && isPredicate(a) && takeTheSame(a, b);
  if (!a.exported || !b.exported) return telling && (alike >= 0.6 || (isOneQuestion && (a.exported || b.exported) && a.file.service === b.file.service));
  if (isTypeGuard(a) && isTypeGuard(b)) return true;
  if (a.form === 'component' || b.form === 'component') return alike >= (telling ? 0.5 : NEAR);
  if (isOneQuestion) return true;
  if (!telling) return alike >= 0.6;
  return Math.min(a.statementCount, b.statementCount) >= (alike >= 0.4 ? 3 : 5) || (a.file.service === b.file.service && takeTheSameTypes(a, b));
}

/** Every parameter has the same name and the same stated type in both, and so has the result. */
function takeTheSameTypes(a: IndexedFunction, b: IndexedFunction): boolean {
  const said = ({ parameters, returnType }: IndexedFunction): string => [...parameters.map(({ name, type, optional }) => `${name}${optional ? '?' : ''}: ${type}`), returnType].join(', ');
  return a.parameters.length > 0 && a.parameters.every(({ type }) => type !== undefined) && said(a) === said(b);
}

/**
 * Parts of two pages, or helpers that two files keep to themselves, of one name that each do something else: another mutation, other child
 * components. Bodies that are nearly equal are one thing all the same.
 */
function areLocalToPlaces(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  if (a.file.language !== 'typescript' || likeness(a, b) >= ONE_WORK || (a.exported && b.exported && a.form !== 'component' && b.form !== 'component')) return false;
  return haveOwnEffects(facts, a, b) || (!a.exported && !b.exported && callOwn(a, b));
}

const ONE_WORK = 0.75;

/** Each calls something that the other does not call. */
function callOwn(a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [new Set(a.calls), new Set(b.calls)];
  return a.calls.some((call) => !second.has(call)) && b.calls.some((call) => !first.has(call));
}

/** A TypeScript type predicate: `(value): value is Order`. */
export function isTypeGuard({ returnType }: IndexedFunction): boolean {
  return returnType !== undefined && /^(?:asserts )?\w+ is /.test(returnType);
}

/** Answers yes or no by its name: `isTestFile`, `has_access`. */
export function isPredicate({ name }: IndexedFunction): boolean {
  return /^(?:is|has|should|can)(?:[A-Z_])/.test(name);
}

function takeTheSame(a: IndexedFunction, b: IndexedFunction): boolean {
  return a.parameters.length > 0 && signature(a) === signature(b);
}

/** Each returns something of its own, by the types that it states: `Promise<Cart>` and `Promise<Order>`. */
function giveOtherThings(a: IndexedFunction, b: IndexedFunction): boolean {
  const [first, second] = [typesIn(a.returnType), typesIn(b.returnType)];
  return [...first].some((type) => !second.has(type)) && [...second].some((type) => !first.has(type));
}

/** Names in a type, without those that a language or framework gives. */
function typesIn(type: string | undefined): ReadonlySet<string> {
  return new Set((type?.match(/[A-Za-z_$][\w$]*/g) ?? []).map((name) => name.replace(/^[IT](?=[A-Z][a-z])/, '')).filter((name) => !COMMON_TYPE.test(name)));
}

const COMMON_TYPE = /^(?:any|array|asyncgenerator|asynciterator|awaitable|bigint|bool|boolean|bytes|callable|component|coroutine|dict|element|false|float|frozenset|fragment|generator|int|is|iterable|iterator|jsx|list|literal|map|mapping|never|node|none|null|number|object|optional|partial|promise|queryset|react|reactelement|reactnode|readonly|record|self|sequence|set|str|string|symbol|true|tuple|type|typing|undefined|union|unknown|void)$/i;

/** Some number of arguments suits both. */
function aritiesMeet(a: IndexedFunction, b: IndexedFunction): boolean {
  const required = (fn: IndexedFunction): number => fn.parameters.filter(({ optional }) => !optional).length;
  return required(a) <= b.parameters.length && required(b) <= a.parameters.length;
}

function importsOther(facts: FactIndex, a: IndexedFunction, b: IndexedFunction): boolean {
  return facts.imports.importersOf(b.file.path, b.name).some(({ file }) => file === a.file);
}

/** Estimated share of the body that two functions have in common. */
export function likeness(a: IndexedFunction, b: IndexedFunction): number {
  if (a.bodyHash === b.bodyHash) return 1;
  return a.shapeHash === b.shapeHash ? 0.95 : sketchSimilarity(a.sketch, b.sketch);
}

const NEAR = 0.8;
const NEAR_STATEMENTS = 8;

/** Longer bodies that are nearly equal, under any name. */
function* similar(facts: FactIndex, functions: readonly IndexedFunction[]): Iterable<Found> {
  const long = functions.filter(({ statementCount, delegatesTo }) => statementCount >= NEAR_STATEMENTS && delegatesTo === undefined);
  for (const { members } of similarFunctions(long, NEAR)) {
    const apart = withoutEnds(facts, members).filter((fn) => fn === members[0] || (!areCallings(fn.name, members[0]!.name) && haveOneSubject(fn, members[0]!)));
    if (new Set(apart.map(({ bodyHash }) => bodyHash)).size < 2) continue;
    for (const group of comparableGroups(facts, apart)) yield { kind: 'similar', ...group, similarity: lowest(group.members) };
  }
}

/**
 * Whether likeness is more than a pattern of statements (`if (x !== undefined) options.x = x`, once for each x): the names have a word in common, or they
 * call the same.
 */
function haveOneSubject(a: IndexedFunction, b: IndexedFunction): boolean {
  if (shareWord(a, b) || a.shapeHash === b.shapeHash) return true;
  const shared = a.calls.filter((call) => b.calls.includes(call)).length;
  return shared >= 2 && shared >= 0.5 * Math.min(a.calls.length, b.calls.length);
}

/** Singular and plural are one word. */
export function shareWord(a: IndexedFunction, b: IndexedFunction): boolean {
  const words = new Set(wordsOf(a.name).map((word) => word.replace(/s$/, '')));
  return wordsOf(b.name).some((word) => words.has(word.replace(/s$/, '')));
}

/** Leaves out what is the other end of an earlier member on purpose, or stands in an equal file, of which `duplicate-file` tells. */
function withoutEnds(facts: FactIndex, members: readonly IndexedFunction[]): IndexedFunction[] {
  const isCopy = copyTest(facts);
  const kept: IndexedFunction[] = [];
  for (const member of members) if (!kept.some(({ file }) => areEnds(file.path, member.file.path) || isCopy(file, member.file))) kept.push(member);
  return kept;
}

function lowest(members: readonly IndexedFunction[]): number {
  return Math.min(...members.slice(1).map((member) => likeness(members[0]!, member)));
}

/** The class that a method belongs to. */
function classOf(facts: FactIndex, fn: IndexedFunction): IndexedClass | undefined {
  return fn.scope.length === 0 ? undefined : facts.inFile(fn.file.path, 'class').find((cls) => cls.name === fn.scope.at(-1) && surrounds(cls, fn));
}

/** Inside of another function that has a name. */
function isNested(facts: FactIndex, fn: IndexedFunction): boolean {
  return fn.scope.length > 0 && facts.inFile(fn.file.path, 'function').some((outer) => outer !== fn && fn.scope.includes(outer.name) && surrounds(outer, fn));
}

function surrounds({ span: outer }: { span: Span }, { span: inner }: { span: Span }): boolean {
  return (outer[0] < inner[0] || (outer[0] === inner[0] && outer[1] <= inner[1])) && (inner[2] < outer[2] || (inner[2] === outer[2] && inner[3] <= outer[3]));
}

type Span = IndexedFunction['span'];

function areSiblings(facts: FactIndex, members: readonly IndexedFunction[]): boolean {
  const [first, ...others] = members.map((fn) => classOf(facts, fn));
  if (!first || others.some((cls) => !cls)) return false;
  const bases = (cls: IndexedClass): Set<unknown> => new Set<unknown>([...ancestorsOf(facts, cls), ...cls.bases.filter((base) => !/^(?:ABC|abc\.ABC|object|Generic)$/.test(base)), cls]);
  const own = bases(first);
  return others.every((cls) => [...bases(cls!)].some((base) => own.has(base)));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Iterable<T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups.values();
}
