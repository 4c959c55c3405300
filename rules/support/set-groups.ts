import { chooseOwner, serviceRelations, type FactIndex, type RankedDeclaration, type Site } from '../../src/index.js';
import { compareSets, setDifferences, sharesStatesOnly, type SetComparison } from './compare-sets.js';
import { components } from './components.js';
import { areMixed } from './mixed.js';
import { comparableTest } from './package-directions.js';
import { areParallel, areVersions, declaredByConcept, isGenericName, isNear, MAX_GROUP, type Declared, type DeclaredSet, type DeclaredType } from './type-declarations.js';

/** A declaration of a set in a group, held against the owner. */
export interface SetMember {
  declaration: RankedDeclaration<Declared>;
  /** Against the owner; absent for the owner itself, and for an object type of the same name. */
  comparison?: SetComparison;
  /** The line of the first member that the group shares, where the members are what the group is about. */
  line?: number;
}

/** Closed sets of values that mean one thing, by their name or by the values they share. */
export interface SetGroup {
  name: string;
  /** Values that all members state; empty for a group by name. */
  core: readonly string[];
  owner: SetMember;
  ownerReason: string | undefined;
  copies: readonly SetMember[];
  /**
   * `identical`: all say the same. `drift`: some mean one thing and say it differently. `copies`: some say the same, and others mean
   * something else. `collision`: no two of them mean one thing.
   */
  relation: 'identical' | 'drift' | 'copies' | 'collision';
  /** Of the pairs that decide: two that other files import both; of a group by values, two that are nearly one, or three kept by hand. */
  bothUsed: boolean;
  /** Of those, two whose users come together in some module. */
  mixed: boolean;
  near: boolean;
  /** The pairs that decide are an enum and a union in a package below it, which cannot import the enum. */
  mirror: boolean;
  /** One holds what the variants have, each of which has its own part of it: a type of column of any database, and those of each. */
  variants: boolean;
  generic: boolean;
}

/** Groups by name: sets that bear one name in a service or a library it imports, in one language. */
export function* setsOfOneName(facts: FactIndex): Iterable<SetGroup> {
  for (const declared of declaredByConcept(facts).values()) {
    if (declared.length < 2) continue;
    for (const language of ['python', 'typescript']) {
      const own = declared.filter(({ file }) => file.language === language);
      const sets = own.filter((fact): fact is DeclaredSet => fact.kind === 'enum');
      const types = own.filter((fact): fact is DeclaredType => fact.kind === 'type' && fact.exported);
      // With two types of the name, the types are what differs and the set stands beside them.
      if (sets.length === 0 || sets.length + types.length < 2) continue;
      for (const { sets: part, whole } of partsOf(facts, sets)) {
        const group = groupOfName(facts, part, whole && types.length === 1 ? types.filter(({ file }) => part.some((set) => set.file.service === file.service)) : []);
        if (group) yield group;
      }
    }
  }
}

interface Part {
  sets: readonly DeclaredSet[];
  /** Not a part of those that bear the name, for the others share no value with it. */
  whole: boolean;
}

/** Those that have a telling value in common; where some have none, those are parts, and one of each stands in a further one, for the common name. */
function partsOf(facts: FactIndex, sets: readonly DeclaredSet[]): Part[] {
  const comparable = comparableTest(facts);
  const alike = (a: DeclaredSet, b: DeclaredSet): boolean => relationOf(compareSets(a.members, b.members), a, b) !== 'collision';
  const connected = (a: DeclaredSet, b: DeclaredSet): boolean => {
    const compared = compareSets(a.members, b.members);
    return comparable(a.file, b.file) && (compared.contradictions.length > 0 || !sharesStatesOnly(compared));
  };
  return components(sets, (a, b) => a.file.service === b.file.service || (comparable(a.file, b.file) && alike(a, b)))
    .flatMap((part) => (part.length > MAX_GROUP ? components(part, alike) : [part]))
    .flatMap((part) => {
      const clusters = components(part, connected);
      if (clusters.length === 1) return [{ sets: part, whole: true }];
      const namesakes = clusters.map((cluster) => chooseOwner(facts, cluster, cluster[0]!.name).owner.fact);
      return [...clusters.filter(({ length }) => length >= 2).map((cluster) => ({ sets: cluster, whole: false })), { sets: namesakes, whole: true }];
    });
}

function groupOfName(facts: FactIndex, sets: readonly DeclaredSet[], types: readonly DeclaredType[]): SetGroup | undefined {
  if (sets.length + types.length < 2 || ![...sets, ...types].some(({ exported, file }) => exported && file.role !== 'backup')) return undefined;
  const { name } = sets[0]!;
  const generic = isGenericName(name);
  const alike = pairsOf(facts, chooseOwner(facts, sets, name).ranked).filter(({ relation }) => relation !== 'collision');
  // Where some mean one thing, a namesake that shares too little with all of them is another concept and not their copy.
  const meant = alike.length === 0 ? sets : sets.filter((set) => alike.some(({ a, b }) => a.fact === set || b.fact === set));
  const choice = chooseOwner(facts, meant, name);
  const beside = types.length > 0 && alike.length === 0 ? chooseOwner(facts, types, name).ranked : [];
  const pairs = pairsOf(facts, choice.ranked);
  if (meant.length + beside.length < 2) return undefined;
  const drifting = pairs.filter(({ relation }) => relation === 'drift');
  const same = pairs.filter(({ relation }) => relation === 'identical');
  const all: readonly RankedDeclaration<Declared>[] = [...choice.ranked, ...beside];
  const near = all.some((a, index) => all.slice(index + 1).some((b) => isNear(a.fact.file.path, b.fact.file.path)));
  const relation = drifting.length > 0 ? 'drift' : same.length === 0 ? 'collision' : same.length === pairs.length && types.length === 0 ? 'identical' : 'copies';
  if (relation === 'collision' && (generic || (!near && !/[a-z\d][A-Z]/.test(name)))) return undefined;
  const deciding: readonly { a: RankedDeclaration<Declared>; b: RankedDeclaration<Declared> }[] = drifting.length > 0 ? drifting : same.length > 0 ? same
    : [...pairs, ...beside.flatMap((b) => choice.ranked.map((a) => ({ a, b })))];
  if (deciding.length === 0) return undefined;
  return {
    name: choice.owner.fact.name,
    core: [],
    owner: { declaration: choice.owner },
    ownerReason: choice.reason,
    copies: [
      ...choice.ranked.slice(1).map((declaration) => ({ declaration, comparison: compareSets(choice.owner.fact.members, declaration.fact.members) })),
      ...beside.map((declaration) => ({ declaration })),
    ],
    relation,
    bothUsed: deciding.some(areUsed),
    mixed: deciding.some((pair) => areUsed(pair) && areMixed(facts, pair.a.fact, pair.b.fact)),
    near,
    mirror: deciding.every(({ a, b }) => isMirror(facts, a.fact, b.fact) || isMirror(facts, b.fact, a.fact)),
    variants: beside.length === 0 && areVariants(meant),
    generic,
  };
}

/** A union of literals in a package that the enum's package imports: the package of types has no code, and cannot import the enum. */
function isMirror(facts: FactIndex, enumeration: Declared, union: Declared): boolean {
  return enumeration.kind === 'enum' && union.kind === 'enum' && enumeration.form !== 'union' && union.form === 'union'
    && serviceRelations(facts).dependsOn(enumeration.file.service.name, union.file.service.name);
}

/** All are parts of one that states what they have together and no more, and two of them have less than half in common. Sets that drift apart have most in common. */
function areVariants(sets: readonly DeclaredSet[]): boolean {
  const values = sets.map(({ members }) => new Set(members.map(({ value }) => value)));
  const largest = Math.max(...values.map(({ size }) => size));
  const parts = values.filter(({ size }) => size < largest);
  const whole = values.find(({ size }) => size === largest)!;
  if (parts.length < 2 || values.some((set) => [...set].some((value) => !whole.has(value)))) return false;
  if ([...whole].some((value) => !parts.some((part) => part.has(value)))) return false;
  return parts.some((a, index) => parts.slice(index + 1).some((b) => [...a].filter((value) => b.has(value)).length * 2 < new Set([...a, ...b]).size));
}

function areUsed({ a, b }: { a: RankedDeclaration<Declared>; b: RankedDeclaration<Declared> }): boolean {
  return a.importers.production > 0 && b.importers.production > 0;
}

/** Two values in common are two words of a trade, unless they are a good part of both sets. */
const MIN_COMMON = 0.5;

interface Pair {
  a: RankedDeclaration<DeclaredSet>;
  b: RankedDeclaration<DeclaredSet>;
  relation: 'identical' | 'drift' | 'collision';
}

function pairsOf(facts: FactIndex, ranked: readonly RankedDeclaration<DeclaredSet>[]): Pair[] {
  const comparable = comparableTest(facts);
  const pairs: Pair[] = [];
  for (const [index, a] of ranked.entries()) {
    for (const b of ranked.slice(index + 1)) {
      if (!comparable(a.fact.file, b.fact.file) || areVersions(a.fact.file.path, b.fact.file.path)) continue;
      if (a.fact.file.role !== 'production' && b.fact.file.role !== 'production' && !isNear(a.fact.file.path, b.fact.file.path)) continue;
      pairs.push({ a, b, relation: relationOf(compareSets(a.fact.members, b.fact.members), a.fact, b.fact) });
    }
  }
  return pairs;
}

function relationOf(compared: SetComparison, a: DeclaredSet, b: DeclaredSet): Pair['relation'] {
  const { identical, shared, overlap, similarity, contradictions } = compared;
  if (identical) return 'identical';
  if (contradictions.length === 0 && sharesStatesOnly(compared)) return 'collision';
  const strict = (isGenericName(a.name) || areParallel(a.file.path, b.file.path)) && !isNear(a.file.path, b.file.path);
  if (shared.length >= (strict ? 3 : 2) && (strict || shared.length < 3 ? similarity : overlap) >= (strict ? 0.5 : MIN_COMMON)) return 'drift';
  // The same members with other values: `HIGH = 'high'` here and `HIGH = 2` there.
  return contradictions.length >= 2 && contradictions.length / Math.min(a.members.length, b.members.length) >= 0.5 ? 'drift' : 'collision';
}

/** The sites of a group: the owner, then the others, each with what it says. */
export function setSites({ owner, copies }: SetGroup): Site[] {
  return [owner, ...copies].map(({ declaration: { fact, importers }, comparison, line }, index) => ({
    fact,
    message: fact.kind === 'enum' ? `${FORMS[fact.form]} of ${fact.members.length}${comparison?.identical ? ', the same' : ''}` : `an object type with ${fact.fields.length} fields`,
    role: index === 0 ? 'owner' as const : 'copy' as const,
    importers,
    ...(line === undefined ? {} : { line }),
  }));
}

const FORMS = { enum: 'an enum', union: 'a union', schema: 'a schema', constants: 'constants' } as const;

/** What keeps an enum and its mirror together, where neither package can have the other's. */
export function mirrorRemedy(name: string): string {
  return `The union cannot import the enum above it: generate one ${name} from the other, or hold them to each other in a test.`;
}

/** A sentence per copy that differs from the owner. */
export function setGroupDifferences({ copies }: SetGroup): string[] {
  return copies.flatMap(({ declaration: { fact }, comparison }) => {
    const place = `${fact.file.path}:${fact.span[0]}`;
    if (!comparison) return [`${place} is an object type, not a set of values`];
    if (comparison.identical) return [];
    if (comparison.shared.length === 0 && comparison.contradictions.length === 0) return [`${place} has no value in common: ${comparison.onlySecond.slice(0, 8).join(', ')}`];
    return [`${place}: ${setDifferences(comparison).join('; ')}`];
  });
}
