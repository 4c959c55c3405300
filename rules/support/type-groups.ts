import { chooseOwner, definitionKey, serviceRelations, shapeOf, type FactIndex, type RankedDeclaration, type Shape, type Site } from '../../src/index.js';
import { compareShapes, differencesOf, type ShapeComparison } from './compare-shapes.js';
import { components } from './components.js';
import {
  areParallel, areVersions, declaredByConcept, isComponentName, isGenericName, isNear, type Declared, type DeclaredSet, type DeclaredType,
} from './type-declarations.js';

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
  /** Two members in one place of the tree. */
  near: boolean;
  generic: boolean;
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
  sets: readonly DeclaredSet[];
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
  return { types, sets: declared.filter((fact): fact is DeclaredSet => fact.kind === 'enum'), shapes };
}

/**
 * The candidates of each service, joined with those of a library that the service imports where one of them is like its own: a library
 * that happens to use the name for something else brings nobody together. A very large part is cut into those that are alike.
 */
function partsOf(facts: FactIndex, { types, sets, shapes }: Candidates): Candidates[] {
  const relations = serviceRelations(facts);
  const alike = (a: DeclaredType, b: DeclaredType): boolean => {
    const relation = relationOf(compareShapes(shapes.get(a)!, shapes.get(b)!), a, b, isGenericName(a.name));
    return relation !== 'collision' && a.file.role !== 'generated' && b.file.role !== 'generated';
  };
  const parts = components(types, (a, b) => a.file.service === b.file.service
    || (relations.related(a.file.service.name, b.file.service.name) && alike(a, b)));
  return parts
    .flatMap((part) => (part.length > MAX_MEMBERS ? components(part, alike) : [part]))
    .map((part) => ({ types: part, sets: sets.filter(({ file }) => part.some((type) => type.file.service === file.service)), shapes }));
}

const MAX_MEMBERS = 12;

function groupOf(facts: FactIndex, { types, sets, shapes }: Candidates): TypeGroup | undefined {
  if (types.length < 2 || !types.some(({ exported }) => exported)) return undefined;
  const { name } = types[0]!;
  const generic = isGenericName(name);
  const choice = chooseOwner(facts, types, name);
  const pairs = pairsOf(choice.ranked, shapes, generic);
  if (pairs.length === 0) return undefined;
  const drifting = pairs.filter(({ relation }) => relation === 'drift');
  const same = pairs.filter(({ relation }) => relation === 'identical');
  const near = pairs.some(({ a, b }) => isNear(a.fact.file.path, b.fact.file.path));
  const relation = drifting.length > 0 ? 'drift' : same.length === 0 ? 'collision' : same.length === pairs.length && sets.length === 0 ? 'identical' : 'copies';
  if (relation === 'collision' && !isTellingCollision(pairs, name, generic, near)) return undefined;
  const deciding = drifting.length > 0 ? drifting : same.length > 0 ? same : pairs;
  const used = deciding.filter(({ a, b }) => a.importers.production > 0 && b.importers.production > 0);
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
      ...(sets.length > 0 ? chooseOwner(facts, sets, name).ranked.map((declaration) => ({ declaration })) : []),
    ],
    relation,
    bothUsed: used.length > 0,
    contradicts: used.some(({ comparison }) => contradicts(comparison)),
    near,
    generic,
  };
}

interface Pair {
  a: RankedDeclaration<DeclaredType>;
  b: RankedDeclaration<DeclaredType>;
  relation: 'identical' | 'drift' | 'collision';
  comparison: ShapeComparison;
}

/** Every two members that may be held to one another. What a tool wrote twice is the tool's business, unless it stands in one folder. */
function pairsOf(ranked: readonly RankedDeclaration<DeclaredType>[], shapes: ReadonlyMap<Declared, Shape>, generic: boolean): Pair[] {
  const pairs: Pair[] = [];
  for (const [index, a] of ranked.entries()) {
    for (const b of ranked.slice(index + 1)) {
      if (areVersions(a.fact.file.path, b.fact.file.path)) continue;
      if (a.fact.file.role !== 'production' && b.fact.file.role !== 'production' && !isNear(a.fact.file.path, b.fact.file.path)) continue;
      const comparison = compareShapes(shapes.get(a.fact)!, shapes.get(b.fact)!);
      pairs.push({ a, b, relation: relationOf(comparison, a.fact, b.fact, generic), comparison });
    }
  }
  return pairs;
}

function relationOf(comparison: ShapeComparison, a: DeclaredType, b: DeclaredType, generic: boolean): Pair['relation'] {
  if (comparison.identical) return 'identical';
  // Two modules that each have their own `Options`, or are built alike, agree in a field or two without meaning one thing.
  const strict = (generic || areParallel(a.file.path, b.file.path)) && !isNear(a.file.path, b.file.path);
  const alike = strict ? comparison.shared >= 3 && comparison.similarity >= 0.5 : comparison.shared >= 2 && comparison.overlap >= 0.5;
  return alike ? 'drift' : 'collision';
}

/** Two things under one name: worth a word when the name is telling. */
function isTellingCollision(pairs: readonly Pair[], name: string, generic: boolean, near: boolean): boolean {
  if (generic || pairs.every(({ a, b }) => areParallel(a.fact.file.path, b.fact.file.path))) return false;
  const words = name.match(/[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])/g) ?? [];
  return near || words.length >= 2;
}

function contradicts({ conflicts, onlyFirst, onlySecond }: ShapeComparison): boolean {
  return conflicts.some(({ kind }) => kind === 'type') || [...onlyFirst, ...onlySecond].some(({ optional }) => !optional);
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
