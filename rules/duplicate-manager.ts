import {
  chooseOwner, classShape, compareClasses, conceptName, defineRule, reachOf, z, type FactIndex, type FindingDraft, type IndexedClass, type RankedDeclaration,
  type IndexedFact, type Service, type Severity, type Site,
} from '../src/index.js';
import { classDifferences, isEqualCopy } from './support/class-differences.js';
import { conceptOf, duplicateClasses, namesakeClasses, type DuplicateClasses } from './support/duplicate-classes.js';
import { duplicateManagers, type DuplicateManagers, type Manager } from './support/duplicate-hooks.js';
import { labelled, nameList } from './support/name-list.js';
import { mirrorTest } from './support/mirrored-folders.js';

export default defineRule({
  meta: {
    id: 'duplicate-manager',
    category: 'duplicate-manager',
    title: 'Two implementations of one responsibility',
    description: 'Reports classes, hooks, stores and providers of one service that do the same work under one name, under names that only tell versions apart (Unified, Enhanced, Legacy, V2), or with the same method bodies; also where a service repeats what a library it imports owns.',
    rationale: 'Callers of the one do not see what callers of the other did: state, retries and fixes live in one copy only, and which copy runs is decided by an import path.',
    remedy: 'Keep the owner, move what only the other copies can do into it, point their importers at it, and delete them.',
    severity: 'warning',
    tags: ['duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    const isMirrored = mirrorTest(facts);
    const areVariants = (paths: readonly string[]): boolean => paths.slice(1).every((path) => isMirrored(paths[0]!, path));
    for (const group of duplicateClasses(facts)) {
      const draft = isOfOneName(group) ? classFinding(facts, group) : kinFinding(facts, group);
      yield soften(draft, areVariants(group.members.map(({ file }) => file.path)));
    }
    for (const [first, second] of replacedClasses(facts)) yield replacedFinding(facts, first, second);
    for (const group of namesakeClasses(facts)) yield namesakeFinding(facts, group);
    for (const group of duplicateManagers(facts)) yield soften(managerFinding(facts, group), areVariants(group.members.map(({ fact }) => fact.file.path)));
  },
});

/** Files at the same place of folders that are built alike are variants on purpose: a hint. */
function soften(draft: FindingDraft, areVariants: boolean): FindingDraft {
  return areVariants ? { ...draft, severity: 'info' } : draft;
}

function classFinding(facts: FactIndex, { service, members }: DuplicateClasses): FindingDraft {
  const concept = commonName(members.map(({ name }) => name));
  const { owner, ranked, reason } = chooseOwner(facts, members, concept);
  const copies = ranked.slice(1).map(({ fact }) => fact);
  const differences = classDifferences(facts, owner.fact, copies);
  const used = ranked.filter(({ fact, importers, deprecated, standIn }) => importers.production > 0 && !deprecated && !standIn && reachOf(facts).isReached(fact.file, [fact.name]));
  const overlap = Math.max(...copies.map((copy) => compareClasses(facts, owner.fact, copy).methodOverlap));
  return {
    key: `${service.name}:${conceptName(concept)}`,
    concept,
    message: `${concept} has ${members.length} implementations in ${place(service)}${used.length > 1 ? `, ${used.length} of them in use` : ''}.`,
    sites: ranked.map((member, position) => classSite(facts, member, position === 0)),
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences,
    remedy: remedyFor(facts, owner.fact, copies),
    rank: rank(used.length, ranked, differences.length),
    severity: severityOf(facts, service, concept, ranked, used, overlap, differences.length),
  };
}

/** Some of the names say the same thing: they are equal up to words for versions, plural, or a word in front. */
function isOfOneName({ members }: DuplicateClasses): boolean {
  const concepts = members.map(({ name }) => conceptOf(name));
  return concepts.some((concept, index) => concepts.some((other, position) => position !== index && (other === concept || other.endsWith(`-${concept}`))));
}

/** Python classes of one name at the top level of one module, of which every importer gets the last. */
function* replacedClasses(facts: FactIndex): Iterable<[IndexedClass, IndexedClass]> {
  for (const file of facts.files) {
    if (file.role !== 'production' || file.language !== 'python') continue;
    const last = new Map<string, IndexedClass>();
    for (const cls of facts.inFile(file.path, 'class')) {
      // What is indented stands under a condition, or takes the place of an import that failed.
      if (cls.scope.length > 0 || cls.span[1] > 1) continue;
      const earlier = last.get(cls.name);
      if (earlier && classShape(facts, earlier).public.size > 0) yield [earlier, cls];
      last.set(cls.name, cls);
    }
  }
}

function replacedFinding(facts: FactIndex, first: IndexedClass, second: IndexedClass): FindingDraft {
  const importers = facts.imports.importerCount(first.file.path, first.name);
  return {
    key: `${first.file.service.name}:${first.canonicalName}:replaced`,
    concept: first.name,
    message: `${first.name} is defined twice in ${first.file.path}: the definition in line ${second.span[0]} replaces that in line ${first.span[0]} for whoever uses the name after it.`,
    sites: [
      { fact: second, message: 'is what importers get', role: 'owner', importers },
      { fact: first, message: 'is replaced when the module loads', role: 'copy' },
    ],
    differences: classDifferences(facts, second, [first]),
    remedy: 'Keep one of them, or give the other a name of its own.',
    rank: 0.6,
    severity: importers.production > 0 && !isEqualCopy(facts, second, first) ? 'error' : 'warning',
  };
}

/** Classes of different concepts with the same bodies: each is needed, and what they repeat wants one place. */
function kinFinding(facts: FactIndex, group: DuplicateClasses): FindingDraft {
  const { key, concept, sites, differences, rank: harm } = classFinding(facts, group);
  const [first, ...others] = group.members;
  const equal = Math.max(...others.map((cls) => compareClasses(facts, first!, cls).equal.length));
  const names = [...new Set(group.members.map(({ name }) => name))];
  return {
    key: `${key}:kin`,
    concept,
    sites: sites.map((site) => ({ ...site, role: 'copy' as const })),
    differences: differences ?? [],
    message: `${nameList(names, 4)} repeat ${equal} ${equal === 1 ? 'method' : 'methods'} of one another word for word.`,
    remedy: 'Move the methods that are equal into a base class or a helper that all of them use.',
    rank: Math.max(0, (harm ?? 0.35) - 0.1),
    severity: 'warning',
  };
}

/** One name for several things: nothing to merge, and still the wrong one is easily imported. */
function namesakeFinding(facts: FactIndex, group: DuplicateClasses): FindingDraft {
  const draft = classFinding(facts, group);
  return {
    concept: draft.concept,
    sites: draft.sites,
    differences: draft.differences ?? [],
    key: `${draft.key}:name`,
    message: `${draft.concept} names ${group.members.length} classes in ${place(group.service)} that are no copies of one another.`,
    remedy: 'If one of them is not used, delete it; else give each a name that says what it does.',
    rank: 0.1,
    severity: 'info',
  };
}

/** What a class is that owns a responsibility, and of which one is wanted. */
const OWNER_NOUN = /(?:Adapter|Aggregator|Analyzer|Authenticator|Breaker|Bridge|Broker|Builder|Cache|Calculator|Checker|Client|Collector|Coordinator|Detector|Dispatcher|Emitter|Engine|Executor|Exporter|Factory|Gateway|Handler|Limiter|Loader|Locator|Logger|Manager|Monitor|Notifier|Orchestrator|Pool|Processor|Provider|Queue|Registry|Repository|Router|Scheduler|Service|Store|Tracker|Validator)$/;

/**
 * Classes of one name in use side by side that disagree and each remember something are the harm: what the one knows the other does not; versions and copies are work for later. What has a name in common
 * and nothing else is a hint, unless the name is that of an owner.
 */
function severityOf(
  facts: FactIndex, service: Service, concept: string, ranked: readonly RankedDeclaration<IndexedClass>[], used: readonly RankedDeclaration<IndexedClass>[],
  overlap: number, differences: number,
): Severity {
  const names = used.filter(({ fact, importedBy }) => importedBy.has(service.name) && holdsState(facts, fact)).map(({ fact }) => fact.canonicalName);
  const sameName = new Set(names).size < names.length;
  if (sameName && overlap >= 0.15 && differences > 0) return 'error';
  const [owner, ...copies] = ranked.map(({ fact }) => fact);
  const bodies = Math.max(...copies.map((copy) => compareClasses(facts, owner!, copy).equal.filter((name) => !/^(?:__init__|constructor)$/.test(name)).length));
  return overlap >= 0.15 || bodies >= 2 || OWNER_NOUN.test(concept) ? 'warning' : 'info';
}

function holdsState(facts: FactIndex, { name, file, span }: IndexedClass): boolean {
  return facts.inFile(file.path, 'state').some((state) => (state.holder === 'instance' || state.holder === 'class') && state.scope[0] === name && !state.frozen
    && span[0] <= state.span[0] && state.span[2] <= span[2]);
}

function classSite(facts: FactIndex, { fact, importers, deprecated, standIn }: RankedDeclaration<IndexedClass>, isOwner: boolean): Site {
  const count = classShape(facts, fact).public.size;
  return {
    fact,
    message: `class with ${count} public ${count === 1 ? 'method' : 'methods'}${deprecated ? ', deprecated' : ''}${standIn ? ', stands in for a failed import' : ''}`,
    role: isOwner ? 'owner' : 'copy',
    importers,
  };
}

function remedyFor(facts: FactIndex, owner: IndexedClass, copies: readonly IndexedClass[]): string {
  const equal = copies.every((copy) => isEqualCopy(facts, owner, copy));
  const others = copies.length === 1 ? 'the other one' : 'the others';
  if (equal) return `Import ${owner.name} from ${owner.file.path} and delete ${others}: the copies are equal.`;
  return `Keep ${owner.name} in ${owner.file.path}; move over what only ${others} can do, point the importers at it, then delete ${others}.`;
}

function managerFinding(facts: FactIndex, { service, members }: DuplicateManagers): FindingDraft {
  const concept = commonName(members.map(({ name }) => name));
  const byFact = new Map(members.map((member) => [member.fact, member]));
  const { owner, ranked, reason } = chooseOwner(facts, members.map(({ fact }) => fact), concept);
  const importers = (member: Manager): Site['importers'] => facts.imports.importerCount(member.fact.file.path, member.name);
  const used = members.filter((member) => importers(member)!.production > 0 && reachOf(facts).isReached(member.fact.file, [member.name]));
  const usedHere = used.filter((member) => facts.imports.importersOf(member.fact.file.path, member.name).some(({ file }) => file.role === 'production' && file.service.name === service.name));
  const first = byFact.get(owner.fact)!;
  const differences = ranked.slice(1, 6).flatMap(({ fact }) => managerDifference(first, byFact.get(fact)!));
  const kinds = [...new Set(members.map(({ kind }) => kind))];
  return {
    key: `${service.name}:${conceptName(concept)}`,
    concept,
    message: `${concept} exists as ${members.length} ${kinds.length === 1 ? `${kinds[0]}s` : `${kinds.join('s and ')}s`} in ${place(service)}${used.length > 1 ? `, ${used.length} of them in use` : ''}.`,
    sites: [
      ...ranked.map(({ fact }, position): Site => {
        const member = byFact.get(fact)!;
        return { fact, symbol: member.name, line: member.line, message: member.kind, role: position === 0 ? 'owner' : 'copy', importers: importers(member)! };
      }),
      ...members.flatMap(({ state, name }): Site[] => (state ? [{ fact: state, message: `state of ${name}`, role: 'declaration' }] : [])),
    ],
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences,
    rank: rank(used.length, ranked, differences.length),
    // Two stores are two truths; two hooks are work for later.
    severity: usedHere.length > 1 && differences.length > 0 && new Set(usedHere.map(({ name }) => name)).size < usedHere.length && kinds.includes('store') ? 'error'
      : members.slice(1).every((member) => takeOtherThings(members[0]!, member)) ? 'info' : 'warning',
  };
}

/** Each takes parameters, and none that the other takes. */
function takeOtherThings({ fn: a }: Manager, { fn: b }: Manager): boolean {
  if (!a || !b || a.parameters.length === 0 || b.parameters.length === 0) return false;
  const names = new Set(a.parameters.flatMap(namesIn));
  return !b.parameters.some((parameter) => namesIn(parameter).some((name) => names.has(name)));
}

/** The names that a destructured parameter takes, or its own. */
function namesIn({ name }: { name: string }): string[] {
  return name.match(/[\w$]+/g) ?? [];
}

function managerDifference(owner: Manager, other: Manager): string[] {
  const parts = [...stateDifference(owner, other), ...callDifference(owner, other)];
  return parts.length === 0 ? [] : [`${other.fact.file.path}: ${parts.join('; ')}.`];
}

function stateDifference({ state: a }: Manager, { state: b }: Manager): string[] {
  if (!a || !b) return [];
  const minus = (x: typeof a, y: typeof a): string[] => x.fields.map(({ name }) => name).filter((name) => !y.fields.some((field) => field.name === name));
  return [labelled('holds only here', minus(b, a), 5), labelled('does not hold', minus(a, b), 5)].filter((part) => part !== undefined);
}

function callDifference({ fn: a }: Manager, { fn: b }: Manager): string[] {
  if (!a || !b || a.bodyHash === b.bodyHash) return [];
  const names = (list: typeof a.parameters): string => `(${list.map(({ name }) => name).join(', ')})`;
  const parts = names(a.parameters) === names(b.parameters) ? [] : [`takes ${names(b.parameters)} instead of ${names(a.parameters)}`];
  const calls = labelled('calls only here', b.calls.filter((call) => !a.calls.includes(call)), 5);
  return [...parts, `${b.statementCount} statements instead of ${a.statementCount}`, ...(calls === undefined ? [] : [calls])];
}

/** The shortest of the names: `CircuitBreaker` for it and `UnifiedCircuitBreaker`; the first of equally short ones. */
function commonName(names: readonly string[]): string {
  return names.reduce((best, name) => (name.length < best.length ? name : best));
}

function place(service: { name: string }): string {
  return service.name === '' ? 'this repository' : service.name;
}

/** From 0.35 up: copies in use, reach of the most used one, and whether they differ. */
function rank(used: number, ranked: readonly RankedDeclaration<IndexedFact>[], differences: number): number {
  const reach = ranked.reduce((sum, { importers }) => sum + importers.production, 0);
  return Math.min(1, 0.35 + (used > 1 ? 0.25 : 0) + Math.min(0.25, reach / 80) + (differences > 0 ? 0.1 : 0) + Math.min(0.05, ranked.length / 100));
}
