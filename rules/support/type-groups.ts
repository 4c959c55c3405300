import { chooseOwner, definitionKey, serviceRelations, shapeOf, type FactIndex, type RankedDeclaration, type Shape, type Site, wordsOf } from '../../src/index.js';
import { compareShapes, differencesOf, excludes, memberKey, type ShapeComparison } from './compare-shapes.js';
import { components } from './components.js';
import { haveOtherMethods } from './method-signatures.js';
import { areMixed } from './mixed.js';
import { comparableTest } from './package-directions.js';
import {
  areLayers, areParallel, areVersions, declaredByConcept, holdsTypes, isComponentName, isInputName, isGenericName, isNear, MAX_GROUP, type Declared, type DeclaredType,
} from './type-declarations.js';
import { areOwnOfTwoParts, isRouteBesideModel, isStandIn } from './used-apart.js';

/** One declaration of a type in a group, held against the owner. */
export interface GroupMember {
  declaration: RankedDeclaration<Declared>;
  /** Absent for a closed set of values that bears the name of a type. */
  shape?: Shape;
  /** Against the owner; absent for the owner itself and for sets. */
  comparison?: ShapeComparison;
}

/** Declarations of one name, in one language, that may be held to one another. */
export interface TypeGroup {
  name: string;
  owner: GroupMember;
  ownerReason: string | undefined;
  /** The others, in order of preference. */
  copies: readonly GroupMember[];
  /**
   * `identical`: all say the same. `drift`: some mean one thing and say it differently. `copies`: some say the same, and others mean
   * something else. `collision`: no two of them mean one thing.
   */
  relation: 'identical' | 'drift' | 'copies' | 'collision';
  /** Of the pairs that decide: two that other files import both. */
  bothUsed: boolean;
  /** Of those, one in which a field contradicts the other or a required one is missing. */
  contradicts: boolean;
  /** Of those, one whose users come together in some module. */
  mixed: boolean;
  /** Two members in one place of the tree where types are kept, that other files import both. */
  near: boolean;
  generic: boolean;
  /** The pairs that decide are built alike on purpose: sibling folders, a validator beside its type. */
  parallel: boolean;
  /** What a function or use case takes. */
  input: boolean;
  /**
   * The pairs that decide are of two layers: by what their files are called, because the modules that use them have both and nothing that both
   * declare differs, or as data and a class that does something with it.
   */
  layered: boolean;
  /** The pairs that decide are each part's own: two requests, two forms, what two components show. */
  apart: boolean;
  /** Of the pairs that decide, one stands in where the import of the other fails. */
  standIn: boolean;
  /** The pairs that decide take another number of type parameters: neither can be had in the other's place. */
  otherParameters: boolean;
  /** The pairs that decide are a few methods that some code asks for, and something that has them and more. */
  port: boolean;
  /** All members stand in libraries, and in more than one: each has a public face of its own. */
  libraries: boolean;
}

/** All groups of at least two types of one name. */
export function* typeGroups(facts: FactIndex): Iterable<TypeGroup> {
  for (const declared of declaredByConcept(facts).values()) {
    if (declared.length < 2 || isComponentName(declared[0]!.name)) continue;
    for (const language of ['python', 'typescript']) {
      const candidates = candidatesOf(facts, declared.filter(({ file }) => file.language === language));
      if (candidates.types.length < 2) continue;
      for (const part of partsOf(facts, candidates)) {
        const group = groupOf(facts, part);
        if (group) yield group;
      }
    }
  }
}

interface Candidates {
  types: readonly DeclaredType[];
  shapes: ReadonlyMap<Declared, Shape>;
}

/** Types that state something anew: no extension of their namesake, and not empty. */
function candidatesOf(facts: FactIndex, declared: readonly Declared[]): Candidates {
  const shapes = new Map<Declared, Shape>();
  const keys = new Set(declared.map(({ file, name }) => definitionKey(file.path, name)));
  const types: DeclaredType[] = [];
  for (const fact of declared) {
    if (fact.kind === 'enum') continue;
    const shape = shapeOf(facts, fact);
    if (shape.fields.size === 0 || [...shape.bases].some((base) => keys.has(base))) continue;
    shapes.set(fact, shape);
    types.push(fact);
  }
  return { types, shapes };
}

/**
 * The candidates of each service, joined with those of a library that the service imports where one of them is like its own: a library
 * that happens to use the name for something else brings nobody together. A very large part is cut into those that are alike. Those of a
 * part that share a telling field are one part each; one of each such part stands in another, for that they bear one name.
 */
function partsOf(facts: FactIndex, { types, shapes }: Candidates): Candidates[] {
  const comparable = comparableTest(facts);
  const alike = (a: DeclaredType, b: DeclaredType): boolean => {
    const relation = relationOf(compareShapes(shapes.get(a)!, shapes.get(b)!), a, b, isGenericName(a.name));
    return relation !== 'collision' && a.file.role !== 'generated' && b.file.role !== 'generated';
  };
  const parts = components(types, (a, b) => a.file.service === b.file.service
    || (comparable(a.file, b.file) && alike(a, b)));
  const connected = (a: DeclaredType, b: DeclaredType): boolean => comparable(a.file, b.file)
    && (alike(a, b) || sharesTelling(compareShapes(shapes.get(a)!, shapes.get(b)!)));
  return parts
    .flatMap((part) => (part.length > MAX_GROUP ? components(part, alike) : [part]))
    .flatMap((part) => {
      const clusters = components(part, connected);
      if (clusters.length === 1) return [{ types: part, shapes }];
      const namesakes = clusters.map((cluster) => chooseOwner(facts, cluster, cluster[0]!.name).owner.fact);
      return [...clusters.filter(({ length }) => length >= 2).map((types) => ({ types, shapes })), { types: namesakes, shapes }];
    });
}

/** Fields that things of any kind have. */
const COMMON_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'kind', 'name', 'key', 'value', 'data', 'label', 'title', 'description', 'metadata', 'created-at', 'updated-at', 'deleted-at']);

function sharesTelling({ identical, sharedNames }: ShapeComparison): boolean {
  return identical || sharedNames.some((name) => !COMMON_FIELDS.has(memberKey(name)));
}

function groupOf(facts: FactIndex, { types: all, shapes }: Candidates): TypeGroup | undefined {
  const { name } = all[0]!;
  const generic = isGenericName(name);
  const named = all.filter((type) => type.exported || isLocalCopy(type, all, shapes, generic));
  const alike = pairsOf(facts, chooseOwner(facts, named.length > 0 ? named : all, name).ranked, shapes, generic).filter((pair) => pair.relation !== 'collision');
  // Where some mean one thing, a namesake that shares too little with all of them is another concept and not their copy.
  const types = alike.length === 0 ? named : named.filter((type) => alike.some(({ a, b }) => a.fact === type || b.fact === type));
  if (types.length < 2 || !types.some(({ exported }) => exported)) return undefined;
  const choice = chooseOwner(facts, types, name);
  const pairs = pairsOf(facts, choice.ranked, shapes, generic);
  if (pairs.length === 0) return undefined;
  const drifting = pairs.filter(({ relation }) => relation === 'drift');
  const same = pairs.filter(({ relation }) => relation === 'identical');
  const nearby = pairs.filter(({ a, b }) => isNear(a.fact.file.path, b.fact.file.path) && holdsTypes(a.fact.file.path) && holdsTypes(b.fact.file.path));
  const relation = drifting.length > 0 ? 'drift' : same.length === 0 ? 'collision' : same.length === pairs.length ? 'identical' : 'copies';
  if (relation === 'collision' && !isTellingCollision(pairs, name, generic, nearby.length > 0)) return undefined;
  const deciding = drifting.length > 0 ? drifting : same.length > 0 ? same : pairs;
  const used = deciding.filter(areBothUsed);
  const ownerShape = shapes.get(choice.owner.fact)!;
  return {
    name: choice.owner.fact.name,
    owner: { declaration: choice.owner, shape: ownerShape },
    ownerReason: choice.reason,
    copies: [
      ...choice.ranked.slice(1).map((declaration) => {
        const shape = shapes.get(declaration.fact)!;
        return { declaration, shape, comparison: compareShapes(ownerShape, shape) };
      }),
    ],
    relation,
    bothUsed: used.length > 0,
    contradicts: used.some(({ comparison }) => contradicts(comparison)),
    mixed: used.some((pair) => contradicts(pair.comparison) && areMixed(facts, pair.a.fact, pair.b.fact)),
    near: nearby.some(areBothUsed),
    generic,
    parallel: deciding.every(({ a, b }) => areParallel(a.fact.file.path, b.fact.file.path) || (a.fact.form === 'schema') !== (b.fact.form === 'schema')),
    apart: deciding.every(({ a, b, comparison }) => areOwnOfTwoParts(facts, a.fact, b.fact, comparison)),
    standIn: deciding.every(({ a, b }) => isStandIn(facts, a.fact) || isStandIn(facts, b.fact)),
    otherParameters: deciding.every(takeOtherParameters),
    port: deciding.every(isPort),
    input: isInputName(name) || (relation !== 'identical' && /Command$/.test(name)),
    layered: deciding.every((pair) => areLayers(pair.a.fact.file.path, pair.b.fact.file.path) || areUsedSideBySide(facts, pair) || isDataAndDoer(facts, pair) || isRowBesideSchema(pair)
      || isRouteBesideModel(facts, pair.a.fact, pair.b.fact, pair.comparison) || (takeOtherParameters(pair) && pair.comparison.onlyFirst.length + pair.comparison.onlySecond.length > 0)),
    libraries: types.every(({ file }) => file.service.kind === 'library') && new Set(types.map(({ file }) => file.service.name)).size > 1,
  };
}

/**
 * Whether a type that a file keeps to itself repeats one that others can import. A few of its fields, as a function may ask for, are a view
 * that the compiler holds to the type; and a name that says nothing may be used anew in every file.
 */
function isLocalCopy(type: DeclaredType, all: readonly DeclaredType[], shapes: ReadonlyMap<Declared, Shape>, generic: boolean): boolean {
  const shape = shapes.get(type)!;
  const comparisons = all.filter(({ exported }) => exported).map((other) => ({ other, comparison: compareShapes(shapes.get(other)!, shape) }));
  const isView = comparisons.some(({ comparison }) => comparison.onlySecond.length === 0 && !comparison.identical
    && (shape.fields.size <= 3 || comparison.conflicts.every(({ kind }) => kind === 'optional' && comparison.onlyFirst.length > 0)));
  if (isView) return false;
  return !generic || comparisons.some(({ other, comparison }) => relationOf(comparison, other, type, generic) !== 'collision');
}

interface Pair {
  a: RankedDeclaration<DeclaredType>;
  b: RankedDeclaration<DeclaredType>;
  relation: 'identical' | 'drift' | 'collision';
  comparison: ShapeComparison;
}

function areBothUsed({ a, b }: Pair): boolean {
  return a.importers.production > 0 && b.importers.production > 0;
}

/**
 * A type of a package for its callers, and the one of a package above it for the inside: some module of production code imports both, so that it
 * knows them apart, and they differ only by what is added or left out: a stored form makes itself
 * a good part of what it requires (a token, a salt). One id that the inside requires and callers cannot give is drift all the same.
 */
function areUsedSideBySide(facts: FactIndex, { a: { fact: a }, b: { fact: b }, comparison }: Pair): boolean {
  const { dependsOn } = serviceRelations(facts);
  const isInner = (type: DeclaredType, other: DeclaredType): boolean => dependsOn(type.file.service.name, other.file.service.name);
  if (isInner(a, b) === isInner(b, a) || comparison.conflicts.some((conflict) => conflict.kind !== 'type' || excludes(conflict))) return false;
  const made = (isInner(a, b) ? comparison.onlyFirst : comparison.onlySecond).filter(({ optional }) => !optional).length;
  if (made === 1 || (made > 1 && made * 2 < comparison.shared)) return false;
  return !comparison.identical && (isUsedBeside(facts, a, b) || isUsedBeside(facts, b, a));
}

function takeOtherParameters({ a: { fact: a }, b: { fact: b } }: Pair): boolean {
  return a.kind === 'type' && b.kind === 'type' && a.typeParameters !== b.typeParameters;
}

/** A class that a database table is made from, and one that says what a request holds: SQLAlchemy's `Mapped[str]` beside a model of pydantic. */
function isRowBesideSchema({ a: { fact: a }, b: { fact: b } }: Pair): boolean {
  const isRow = (type: DeclaredType): boolean => type.file.language === 'python' && type.fields.some(({ name, type: text }) => name === '__tablename__' || /^(?:orm\.|sqlalchemy\.orm\.)?Mapped\[/.test(text ?? ''));
  return isRow(a) !== isRow(b);
}

/** A type that is data only, and a class that acts on such data: `StatusFilter` as it is asked for, and the one that filters. */
function isDataAndDoer(facts: FactIndex, { a: { fact: a }, b: { fact: b } }: Pair): boolean {
  const acts = (type: DeclaredType): boolean => type.kind === 'class' && facts.methodsOf(type).some(({ name }) => !/^(?:_|constructor$|(?:to|from|as|is|has|get|set|validate)(?:$|[A-Z_])|copy$|clone$|equals$)/.test(name));
  return acts(a) !== acts(b);
}

/** Whether a module that imports the first imports the second too, under another name or with the module that holds it (`Types.Order`). */
function isUsedBeside(facts: FactIndex, first: DeclaredType, second: DeclaredType): boolean {
  const users = new Set(facts.imports.importersOf(first.file.path, first.name).filter(({ file }) => file.role === 'production').map(({ file }) => file.path));
  return [...users].some((path) => facts.inFile(path, 'import').some((fact) => fact.names.some((imported) => {
    const found = facts.imports.resolveName(fact, imported);
    if (found.status === 'defined') return found.definition.path === second.file.path && found.definition.name === second.name;
    if (found.status !== 'module') return false;
    const inside = facts.imports.definitionOf(found.path, second.name);
    return inside.status === 'defined' && inside.definition.path === second.file.path;
  })));
}

/** Methods only, few, and at most half of what the other has: any logger will do that can log. */
function isPort({ comparison: { shared, onlyFirst, onlySecond, smaller } }: Pair): boolean {
  const counts = [shared + onlyFirst.length, shared + onlySecond.length];
  return smaller.length <= MAX_PORT && smaller.every(({ type }) => type?.includes('=>') ?? false) && Math.max(...counts) >= 2 * smaller.length;
}

const MAX_PORT = 6;

/** Every two members that may be held to one another. What a tool wrote twice is the tool's business, unless it stands in one folder. */
function pairsOf(facts: FactIndex, ranked: readonly RankedDeclaration<DeclaredType>[], shapes: ReadonlyMap<Declared, Shape>, generic: boolean): Pair[] {
  const comparable = comparableTest(facts);
  const pairs: Pair[] = [];
  for (const [index, a] of ranked.entries()) {
    for (const b of ranked.slice(index + 1)) {
      if (!comparable(a.fact.file, b.fact.file) || areVersions(a.fact.file.path, b.fact.file.path) || (!a.fact.exported && !b.fact.exported)) continue;
      if (a.fact.file.role !== 'production' && b.fact.file.role !== 'production' && !isNear(a.fact.file.path, b.fact.file.path)) continue;
      const comparison = compareShapes(shapes.get(a.fact)!, shapes.get(b.fact)!);
      // What takes type parameters is another thing, and so is what narrows the arguments of a method and else repeats all.
      if (isGeneric(a.fact) !== isGeneric(b.fact) || (comparison.identical && haveOtherMethods(shapes.get(a.fact)!, shapes.get(b.fact)!))) continue;
      pairs.push({ a, b, relation: relationOf(comparison, a.fact, b.fact, generic), comparison });
    }
  }
  return pairs;
}

function isGeneric(fact: DeclaredType): boolean {
  return fact.kind === 'type' && fact.typeParameters !== undefined;
}

function relationOf(comparison: ShapeComparison, a: DeclaredType, b: DeclaredType, generic: boolean): Pair['relation'] {
  if (comparison.identical) return 'identical';
  const { shared, overlap, similarity, excluded } = comparison;
  // Two things may have the same questions to answer; one thing has some answers in common.
  if (excluded > shared * (2 / 3)) return 'collision';
  // An id and a kind are no sign of one thing, where each has more to say.
  if (!sharesTelling(comparison) && similarity < 0.5) return 'collision';
  // Modules that each have their own `Options`, or are built alike, agree in a few fields without meaning one thing.
  if (generic) return shared >= 3 && similarity >= 0.6 ? 'drift' : 'collision';
  if (areParallel(a.file.path, b.file.path) && !isNear(a.file.path, b.file.path)) return shared >= 3 && similarity >= 0.5 ? 'drift' : 'collision';
  // What a file keeps to itself, or another package has, needs more than a common part to be a copy.
  if (!a.exported || !b.exported) return shared >= 3 && overlap >= 0.6 ? 'drift' : 'collision';
  if (a.file.service !== b.file.service) return shared >= 2 && (overlap >= 0.75 || similarity >= 0.5) ? 'drift' : 'collision';
  return shared >= 2 && overlap >= 0.5 ? 'drift' : 'collision';
}

/** Two things under one name: worth a word when the name is telling. */
function isTellingCollision(pairs: readonly Pair[], name: string, generic: boolean, near: boolean): boolean {
  if (generic || pairs.every(({ a, b }) => areParallel(a.fact.file.path, b.fact.file.path))) return false;
  return near || wordsOf(name.replace(/Schema$/, '')).length >= 2;
}

function contradicts({ conflicts, onlyFirst, onlySecond }: ShapeComparison): boolean {
  return conflicts.some(excludes) || [...onlyFirst, ...onlySecond].some(({ optional }) => !optional);
}

/** The sites of a group: the owner, then the others, each with what it says. */
export function sitesOf(group: TypeGroup): Site[] {
  return [group.owner, ...group.copies].map((member, index) => ({
    fact: member.declaration.fact,
    message: describe(member),
    role: index === 0 ? 'owner' : 'copy',
    importers: member.declaration.importers,
  }));
}

/** A sentence per copy that differs from the owner. */
export function groupDifferences({ copies }: TypeGroup): string[] {
  return copies.flatMap(({ declaration: { fact }, shape, comparison }) => {
    const place = `${fact.file.path}:${fact.span[0]}`;
    if (fact.kind === 'enum') return [`${place} is a set of ${fact.members.length} values: ${shortList(fact.members.map(({ value }) => value))}`];
    if (!comparison || comparison.identical) return [];
    if (comparison.shared === 0) return [`${place} has no field in common: ${shortList([...shape!.fields.keys()])}`];
    return [`${place}: ${differencesOf(comparison).join('; ')}`];
  });
}

function describe({ declaration: { fact }, shape, comparison }: GroupMember): string {
  if (fact.kind === 'enum') return `a set of ${fact.members.length} values`;
  const count = shape?.fields.size ?? 0;
  const fields = `${fact.kind === 'class' ? 'a class with ' : ''}${count} ${count === 1 ? 'field' : 'fields'}`;
  if (!comparison) return fields;
  return comparison.identical ? `${fields}, the same` : `${fields}, ${comparison.shared} shared`;
}

function shortList(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 7).join(', ')} and ${names.length - 7} more` : names.join(', ');
}
