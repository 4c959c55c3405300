import {
  ancestorsOf, areCallings, areEnds, chooseOwner, classShape, compareClasses, comparableGroups, conceptName, serviceRelations, wordsOf, type ClassComparison,
  type ClassShape, type FactIndex, type IndexedClass, type IndexedFunction, type Service,
} from '../../src/index.js';
import { isConvention, isTemplate, withoutCopies } from './conventional-names.js';
import { copyTest } from './duplicate-files.js';
import { createUnion, eachLink, eachPair } from './union.js';

/** Classes of one responsibility in one service and the libraries it uses. */
export interface DuplicateClasses {
  service: Service;
  /** By path and position; at least two files. */
  members: readonly IndexedClass[];
}

interface Found {
  copies: readonly DuplicateClasses[];
  namesakes: readonly DuplicateClasses[];
}

const foundByIndex = new WeakMap<FactIndex, Found>();

/**
 * Finds classes that do the work of one another: by a common concept in their names, confirmed by methods that callers of both could call,
 * or by method bodies that they share. Innocent are: protocols, data, exceptions and enums; a class and one it extends; siblings that share
 * a base; a wrapper that passes on to the other; the two ends of a connection; nested classes; test doubles.
 */
export function duplicateClasses(facts: FactIndex): readonly DuplicateClasses[] {
  return found(facts).copies;
}

/** Classes that have a name in common and no work: of each group of copies one, and what bears their name besides. */
export function namesakeClasses(facts: FactIndex): readonly DuplicateClasses[] {
  return found(facts).namesakes;
}

function found(facts: FactIndex): Found {
  let known = foundByIndex.get(facts);
  if (!known) foundByIndex.set(facts, (known = find(facts)));
  return known;
}

function find(facts: FactIndex): Found {
  const candidates = facts.of('class').filter((cls) => isCandidate(facts, cls));
  const work = createUnion<IndexedClass>();
  const names = createUnion<IndexedClass>();
  const relations = serviceRelations(facts);
  const isCopy = copyTest(facts);
  const join = (a: IndexedClass, b: IndexedClass, isOne: typeof isOneByName): void => {
    if (a.file === b.file || isCopy(a.file, b.file) || !relations.related(a.file.service.name, b.file.service.name)) return;
    if (isInnocent(facts, a, b) || standsBefore(facts, a, b) || standsBefore(facts, b, a) || areAdapters(facts, a, b) || !isOne(facts, a, b)) return;
    names.join(a, b);
    if (!ancestorsOf(facts, a).has(b) && !ancestorsOf(facts, b).has(a) && (isOne === isOneByBody || sharesWork(facts, a, b))) work.join(a, b);
  };
  for (const members of byConcept(candidates).values()) {
    const works = withoutCopies(members, (cls) => sizedBodies(facts, cls, 1));
    if ((isConvention(works.map(({ file }) => file)) && haveOneInterface(facts, works)) || isFoundByPlace(facts, works)) continue;
    eachPair(members, (a, b) => join(a, b, isOneByName));
  }
  for (const [a, b] of withAWordMore(candidates)) join(a, b, isOneByMethods);
  for (const [a, b] of sharingBodies(facts, candidates)) join(a, b, isOneByBody);
  const clusters = work.components(candidates).map((members) => withoutDerived(facts, members)).filter(({ length }) => length > 1);
  const clusterOf = new Map(clusters.flatMap((members) => members.map((cls) => [cls, members] as const)));
  const strangers = names.components(candidates)
    .map((members) => [...new Set(members.map((cls) => chosen(facts, clusterOf.get(cls) ?? [cls])))])
    .filter(({ length }) => length > 1);
  return {
    copies: clusters.flatMap((members) => comparableGroups(facts, members)),
    namesakes: strangers.flatMap((members) => comparableGroups(facts, members)),
  };
}

/** What fills a place that a framework or plug-in system asks for has some method that all of them have. */
function haveOneInterface(facts: FactIndex, classes: readonly IndexedClass[]): boolean {
  const [first, ...others] = classes.map((cls) => classShape(facts, cls).public);
  return first === undefined || [...first].some((name) => others.every((methods) => methods.has(name)));
}

/** Pairs of which one name is the other with a word in front: `TaskManager`, `SecureTaskManager`. */
function* withAWordMore(classes: readonly IndexedClass[]): Iterable<[IndexedClass, IndexedClass]> {
  const concepts = byConcept(classes);
  for (const [concept, longer] of concepts) {
    const [, ...rest] = concept.split('-');
    if (rest.length < 2) continue;
    for (const a of concepts.get(rest.join('-')) ?? []) for (const b of longer) yield [a, b];
  }
}

/** Callers can do the same with both: most of what either offers, three telling methods at least. */
function isOneByMethods(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  const common = sharedDeeds(classShape(facts, a), classShape(facts, b)).filter((name) => !name.startsWith('_') && !EVERYDAY_METHOD.test(name));
  return common.length >= 3 && compareClasses(facts, a, b).methodOverlap >= 0.5;
}

/** One name in each of several files of a folder, that nothing imports: a framework looks there for it (`commands/<name>.py`). */
function isFoundByPlace(facts: FactIndex, classes: readonly IndexedClass[]): boolean {
  const found = new Map<string, number>();
  for (const { name, file } of classes) {
    if (facts.imports.importersOf(file.path, name).some((site) => site.file.role === 'production')) return false;
    const place = `${name} ${file.path.slice(0, file.path.lastIndexOf('/'))}`;
    found.set(place, (found.get(place) ?? 0) + 1);
  }
  return [...found.values()].some((count) => count >= FILES_OF_A_FOLDER);
}

const FILES_OF_A_FOLDER = 3;

function chosen(facts: FactIndex, members: readonly IndexedClass[]): IndexedClass {
  return members.length === 1 ? members[0]! : chooseOwner(facts, members, members[0]!.name).owner.fact;
}

/** A class that extends another of the group, or holds one and passes on to it, got in through a third: it is no copy. */
function withoutDerived(facts: FactIndex, members: readonly IndexedClass[]): readonly IndexedClass[] {
  return members.filter((cls) => !members.some((other) => other !== cls && isDerived(facts, cls, other) && !isDerived(facts, other, cls)));
}

function isDerived(facts: FactIndex, cls: IndexedClass, other: IndexedClass): boolean {
  return ancestorsOf(facts, cls).has(other) || standsBefore(facts, cls, other);
}

/** Holds the other class, or one of their name that holds it, and passes on to it. */
function standsBefore(facts: FactIndex, cls: IndexedClass, other: IndexedClass): boolean {
  const concepts = new Set([cls, other].map(({ name }) => conceptOf(name)));
  const found = new Set(heldBy(facts, cls));
  for (const each of found) {
    if (each !== other && concepts.has(conceptOf(each.name))) for (const core of heldBy(facts, each)) found.add(core);
  }
  return found.has(other);
}

/** Two ways to one core: classes of one interface that hold the same class of their name, each to pass on to it what its own callers ask. */
function areAdapters(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  const above = ancestorsOf(facts, b);
  if (![...ancestorsOf(facts, a)].some((base) => above.has(base))) return false;
  const held = heldBy(facts, b);
  return [...heldBy(facts, a)].some((core) => held.has(core) && conceptOf(core.name) === conceptOf(a.name));
}

const heldByClass = new WeakMap<IndexedClass, ReadonlySet<IndexedClass>>();

const THROUGH_FIELD = /^(?:self|this)\.#?\w+\.(\w+)$/;

/** Classes of other modules of which it makes an object and calls public methods through a field. */
function heldBy(facts: FactIndex, holder: IndexedClass): ReadonlySet<IndexedClass> {
  const known = heldByClass.get(holder);
  if (known) return known;
  const calls = [...classShape(facts, holder).methods.values()].flatMap((method) => method.calls);
  const made = new Set(calls.map((call) => call.replace(/^new /, '')));
  const passedOn = new Set(calls.flatMap((call) => THROUGH_FIELD.exec(call)?.[1] ?? []));
  const held = new Set<IndexedClass>();
  for (const fact of facts.inFile(holder.file.path, 'import')) {
    for (const imported of fact.names) {
      if (!made.has(imported.local)) continue;
      const result = facts.imports.resolveName(fact, imported);
      if (result.status !== 'defined') continue;
      for (const cls of facts.inFile(result.definition.path, 'class')) {
        if (cls.name === result.definition.name && cls.scope.length === 0 && cls !== holder && [...classShape(facts, cls).public].some((name) => passedOn.has(name))) held.add(cls);
      }
    }
  }
  heldByClass.set(holder, held);
  return held;
}

/** Methods of any long-lived object: two that can both be started have nothing in common. */
const EVERYDAY_METHOD = /^(?:(?:start|stop|pause|resume|open|close|connect|disconnect|init|initialize|setup|shutdown|cleanup|clean_up|clear|reset|run|execute|process|handle|get|set|put|add|remove|size|enable|disable)(?:_?(?:all|monitoring|async))?|(?:get_?)?(?:stats|status|metrics|info|health)|is_?(?:enabled|running|active|connected|healthy|initialized|ready|available))$/i;

/**
 * Callers of the one could call the other: two telling methods that take the same things, or one that is half of a small class; or most
 * methods of both; or a good part of the bodies is the same but for literals. Private methods count: nobody meets their names by chance.
 */
function sharesWork(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  const [first, second] = [classShape(facts, a), classShape(facts, b)];
  const common = sharedDeeds(first, second);
  const telling = common.filter((name) => !EVERYDAY_METHOD.test(name)).length;
  const sizes = [first.public.size, second.public.size];
  if (telling >= 2 || (telling === 1 && Math.min(...sizes) <= 2 && common.some((name) => first.public.has(name)))) return true;
  if (common.length >= 2 && common.length >= 0.75 * Math.max(...sizes)) return true;
  const equal = [...first.methods].filter(([name, method]) => !method.stub && method.statementCount > 1 && second.methods.get(name)?.shapeHash === method.shapeHash).length;
  return equal >= 2 && equal >= 0.3 * Math.min(first.methods.size, second.methods.size);
}

/** Methods of the first that the second has too, under the same name or with another verb for the same: `emit_order_paid`, `notify_order_paid`. */
function sharedDeeds(first: ClassShape, second: ClassShape): string[] {
  const own = conceptName(first.cls.name).split('-');
  const objects = new Map([...second.methods].flatMap(([name, method]) => {
    const object = objectOf(name, own);
    return object === undefined || !second.public.has(name) ? [] : [[object, method] as const];
  }));
  return [...first.methods].filter(([name, method]) => {
    const other = second.methods.get(name) ?? (first.public.has(name) ? objects.get(objectOf(name, own) ?? '') : undefined);
    const isCalled = first.public.has(name) || (/^_?[a-z\d]+(?:_[a-z\d]|[A-Z])/.test(name) && !name.startsWith('__'));
    return other !== undefined && isCalled && takesTheSame(method, other) && passesOn(method) === passesOn(other);
  }).map(([name]) => name);
}

/** Calls a method of its own name of something that the object holds: of two classes the one that does so is a layer above. */
function passesOn({ name, calls }: IndexedFunction): boolean {
  return wordsOf(name).length > 1 && calls.some((call) => call.endsWith(`.${name}`) && call.split('.').length > 2 && !call.startsWith('super'));
}

/** What follows the verb, where that is two words at least that the name of the class does not say already. */
function objectOf(name: string, own: readonly string[]): string | undefined {
  const [, ...object] = conceptName(name).split('-');
  return object.filter((word) => !own.includes(word)).length >= 2 ? object.join('-') : undefined;
}

/** Half of the parameters of the one that takes fewer; what takes anything, or nothing, fits. */
function takesTheSame({ parameters: a }: IndexedFunction, { parameters: b }: IndexedFunction): boolean {
  const names = new Set(a.map(({ name }) => name));
  const shared = b.filter(({ name }) => names.has(name)).length;
  return shared >= 0.5 * Math.min(a.length, b.length) || [a, b].some((list) => list.some(({ name }) => name === 'args' || name === 'kwargs'));
}

const TEST_DOUBLE = /^(?:Mock|Fake|Stub|Dummy|Noop|NoOp|Null)(?=[A-Z])/;
/** Base classes and decorators of what is stored or sent: its duplicates are duplicate types. */
const RECORD_BASE = /(?:^|\.)(?:Base|DeclarativeBase|\w*Model|\w*Entity|\w*Schema|\w*Dto|\w*DTO|\w*Serializer)$/;
const RECORD_DECORATORS: ReadonlySet<string> = new Set(['Entity', 'ObjectType', 'InputType', 'ArgsType', 'Schema', 'Table', 'ChildEntity', 'ViewEntity']);

function isCandidate(facts: FactIndex, cls: IndexedClass): boolean {
  if (cls.file.role !== 'production' || isTemplate(cls.file) || cls.scope.length > 0 || cls.name.startsWith('_') || cls.name === 'default') return false;
  if (cls.form !== 'class' && cls.form !== 'abstract') return false;
  if (TEST_DOUBLE.test(cls.name) || cls.bases.some((base) => RECORD_BASE.test(base))) return false;
  if (cls.decorators.some((decorator) => RECORD_DECORATORS.has(decorator))) return false;
  return classShape(facts, cls).public.size > 0;
}

function byConcept(classes: readonly IndexedClass[]): Map<string, IndexedClass[]> {
  const groups = new Map<string, IndexedClass[]>();
  for (const cls of classes) {
    const concept = conceptOf(cls.name);
    const group = groups.get(concept);
    if (group) group.push(cls);
    else groups.set(concept, [cls]);
  }
  return groups;
}

/** Pairs of classes that have at least three method bodies of some size in common. */
function* sharingBodies(facts: FactIndex, classes: readonly IndexedClass[]): Iterable<[IndexedClass, IndexedClass]> {
  const byBody = new Map<string, Set<number>>();
  classes.forEach((cls, position) => {
    for (const body of sizedBodies(facts, cls)) {
      const holders = byBody.get(body);
      if (holders) holders.add(position);
      else byBody.set(body, new Set([position]));
    }
  });
  const shared = new Map<string, number>();
  for (const holders of byBody.values()) {
    eachLink([...holders], (a, b) => {
      const pair = `${a} ${b}`;
      shared.set(pair, (shared.get(pair) ?? 0) + 1);
    });
  }
  for (const [pair, count] of shared) {
    if (count < SHARED_BODIES) continue;
    const [a, b] = pair.split(' ').map(Number);
    yield [classes[a!]!, classes[b!]!];
  }
}

const SHARED_BODIES = 3;
const SHARED_STATEMENTS = 3;

/** Bodies of methods that do something. */
function sizedBodies(facts: FactIndex, cls: IndexedClass, least = SHARED_STATEMENTS): string[] {
  return [...classShape(facts, cls).methods.values()].filter((method) => !method.stub && method.statementCount >= least).map(({ bodyHash }) => bodyHash);
}

function isInnocent(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  if (areEnds(a.file.path, b.file.path) || areCallings(a.name, b.name)) return true;
  if (wraps(facts, a, b) || wraps(facts, b, a)) return true;
  if (a.canonicalName === b.canonicalName) return false;
  const [aboveA, aboveB] = [ancestorsOf(facts, a), ancestorsOf(facts, b)];
  return aboveA.has(b) || aboveB.has(a) || [...aboveA].some((base) => aboveB.has(base)) || sharedOuterBase(a, b);
}

/** Both extend one class that is not of the tree, or one whose definition is not known: siblings of a framework. */
function sharedOuterBase(a: IndexedClass, b: IndexedClass): boolean {
  return a.bases.some((base) => !UNIVERSAL_BASES.has(base) && b.bases.includes(base));
}

const UNIVERSAL_BASES: ReadonlySet<string> = new Set(['object', 'ABC', 'abc.ABC', 'Generic', 'EventEmitter', 'Component', 'React.Component', 'PureComponent', 'React.PureComponent']);

/** Most public methods of a class do nothing but pass on to a field, a getter or the other class, and its file imports the other class. */
function wraps(facts: FactIndex, wrapper: IndexedClass, wrapped: IndexedClass): boolean {
  const imported = facts.imports.importersOf(wrapped.file.path, wrapped.name).filter(({ file }) => file === wrapper.file);
  if (imported.length === 0) return false;
  const locals = new Set(imported.map(({ imported: { local } }) => local));
  const shape = classShape(facts, wrapper);
  const delegating = [...shape.public].filter((name) => {
    const [first, second, third] = shape.methods.get(name)?.delegatesTo?.split('.') ?? [];
    return third !== undefined && second !== undefined || (first !== undefined && (locals.has(first) || first === 'super()'));
  });
  return delegating.length >= 0.6 * shape.public.size;
}

function isOneByName(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  const compared = compareClasses(facts, a, b);
  if (a.canonicalName === b.canonicalName) return isOneOfSameName(a, b, compared);
  if (isBaseOfOthers(facts, a) || isBaseOfOthers(facts, b)) return false;
  if (isOneConcept(a, b) && sharedDeeds(classShape(facts, a), classShape(facts, b)).some((name) => !name.startsWith('_') && !EVERYDAY_METHOD.test(name))) return true;
  return (compared.methodOverlap >= 0.3 && sharedPublic(facts, a, b) >= 2) || compared.equal.length >= SHARED_BODIES || compared.score >= 0.35;
}

/** One exported name is enough, unless both are tiny, one is private and unlike the other, or the name is one word that may mean anything. */
function isOneOfSameName(a: IndexedClass, b: IndexedClass, { score, methodOverlap }: ClassComparison): boolean {
  const lines = Math.max(a.span[2] - a.span[0], b.span[2] - b.span[0]) + 1;
  if (lines <= 10) return false;
  const alike = score >= 0.15 || methodOverlap >= 0.25;
  if (!a.exported || !b.exported) return alike || score >= 0.08;
  return alike || conceptName(a.name).includes('-');
}

/** The concept of a name. Of what manages many, singular and plural are one: `SecretManager`, `SecretsManager`; elsewhere an order and the orders are two things. */
export function conceptOf(name: string): string {
  const concept = conceptName(name);
  return OWNER.test(name) ? concept.split('-').map((word) => word.replace(/(?<=[^s])s$/, '')).join('-') : concept;
}

/** Versions of one name of two words at least that say who decides: `UnifiedSecretManager`, `EnhancedSecretManager`. */
function isOneConcept(a: IndexedClass, b: IndexedClass): boolean {
  return conceptName(a.name).includes('-') && OWNER.test(a.name) && OWNER.test(b.name);
}

const OWNER = /(?:Manager|Service|Registry|Provider|Store|Orchestrator|Engine)$/;

function isBaseOfOthers(facts: FactIndex, cls: IndexedClass): boolean {
  if (!/^(?:Base|Abstract|Core)|(?:Base|Core)$/.test(cls.name)) return false;
  return facts.imports.importersOf(cls.file.path, cls.name).some(({ file, imported }) =>
    facts.inFile(file.path, 'class').some(({ bases }) => bases.includes(imported.local)))
    || facts.inFile(cls.file.path, 'class').some(({ bases }) => bases.includes(cls.name));
}

function sharedPublic(facts: FactIndex, a: IndexedClass, b: IndexedClass): number {
  const other = classShape(facts, b).public;
  return [...classShape(facts, a).public].filter((name) => other.has(name)).length;
}

/** Three bodies in common, and they are a good part of the smaller class. */
function isOneByBody(facts: FactIndex, a: IndexedClass, b: IndexedClass): boolean {
  const shared = compareClasses(facts, a, b).equal.length;
  return shared >= SHARED_BODIES && shared >= 0.4 * Math.min(sizedBodies(facts, a).length, sizedBodies(facts, b).length);
}
