import {
  ancestorsOf, areCallings, areEnds, classShape, compareClasses, comparableGroups, conceptName, serviceRelations, type ClassComparison,
  type FactIndex, type IndexedClass, type Service,
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

const groupsByIndex = new WeakMap<FactIndex, readonly DuplicateClasses[]>();

/**
 * Finds classes that do the work of one another: by a common concept in their names, confirmed by their shape, or by method bodies that
 * they share. Innocent are: protocols, data, exceptions and enums; a class and one it extends, unless they have one name; siblings that
 * share a base; a wrapper that passes on to the other; the two ends of a connection; nested classes; test doubles.
 */
export function duplicateClasses(facts: FactIndex): readonly DuplicateClasses[] {
  let groups = groupsByIndex.get(facts);
  if (!groups) groupsByIndex.set(facts, (groups = find(facts)));
  return groups;
}

function find(facts: FactIndex): DuplicateClasses[] {
  const candidates = facts.of('class').filter((cls) => isCandidate(facts, cls));
  const union = createUnion<IndexedClass>();
  const relations = serviceRelations(facts);
  const isCopy = copyTest(facts);
  const join = (a: IndexedClass, b: IndexedClass, isOne: typeof isOneByName): void => {
    if (a.file === b.file || isCopy(a.file, b.file) || !relations.related(a.file.service.name, b.file.service.name)) return;
    if (!isInnocent(facts, a, b) && isOne(facts, a, b)) union.join(a, b);
  };
  for (const members of byConcept(candidates).values()) {
    if (isConvention(withoutCopies(members, (cls) => sizedBodies(facts, cls, 1)).map(({ file }) => file))) continue;
    eachPair(members, (a, b) => join(a, b, isOneByName));
  }
  for (const [a, b] of sharingBodies(facts, candidates)) join(a, b, isOneByBody);
  return union.components(candidates).flatMap((members) => comparableGroups(facts, members));
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
    const concept = conceptName(cls.name);
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
