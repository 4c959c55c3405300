import {
  adHocMakersOf, chooseOwner, comparableGroups, compareClasses, conceptName, defineRule, isInUse, keptStateOf, runsInBrowser, sharedObjects, userScopeOf, z,
  type FactIndex, type FindingDraft, type Indexed, type Severity, type SharedObject, type Site, type StateFact, type UserEvidence,
} from '../src/index.js';
import { callersOf, nameOf, plural } from './support/process-wide.js';

const MAX_SITES = 12;
/** Two classes of one name that share less than this of their public methods are two things. */
const MIN_OVERLAP = 0.3;
/** What may be there twice without harm: what each counts or says comes together elsewhere. */
const SPLITTABLE = /metric|telemetr|trac(?:er|ing)|logg(?:er|ing)|console/i;

type Kept = SharedObject & { state: Indexed<StateFact> };

export default defineRule({
  meta: {
    id: 'multiple-singletons',
    category: 'singleton-state-in-factory',
    title: 'Several singletons of one responsibility',
    description: 'Reports process-wide objects that exist more than once in a service though each is meant to be the only one: a class instantiated at module level in several places, two classes of one name with a shared instance each, a class that is a singleton by itself and by a module variable as well.',
    rationale: 'Whoever asks one of them does not see what was told to the other: sessions, subscriptions, blacklists and caches are split by the import path that happened to be used.',
    remedy: 'Keep the one with most importers, have all callers get it from there, and delete the others.',
    severity: 'warning',
    tags: ['isolation', 'state', 'duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    const candidates = sharedObjects(facts).filter((object): object is Kept => object.state !== undefined && object.form !== 'entries' && object.form !== 'application'
      && object.cls.file.role === 'production' && !SPLITTABLE.test(object.cls.name) && !runsInBrowser(facts, object.state.file));
    const byConcept = new Map<string, Kept[]>();
    for (const object of candidates) {
      const concept = conceptName(object.cls.name);
      byConcept.set(concept, [...(byConcept.get(concept) ?? []), object]);
    }
    for (const [concept, objects] of byConcept) {
      const byState = new Map(objects.map((object) => [object.state, object]));
      for (const { service, members } of comparableGroups(facts, [...byState.keys()])) {
        for (const rivals of rivalsAmong(facts, members.map((state) => byState.get(state)!))) {
          const finding = severalFinding(facts, `${service.name}:${concept}`, service.name, rivals);
          if (finding) yield finding;
        }
      }
      for (const pair of doubles(objects)) {
        const finding = doubleFinding(facts, concept, pair);
        if (finding) yield finding;
      }
    }
  },
});

/** Objects that do the same work and are not one and the same: split by what their classes share. */
function rivalsAmong(facts: FactIndex, objects: readonly Kept[]): Kept[][] {
  const groups: Kept[][] = [];
  for (const object of distinct(objects)) {
    const group = groups.find(([first]) => first!.cls === object.cls || doSameWork(facts, first!.cls, object.cls));
    if (group) group.push(object);
    else groups.push([object]);
  }
  return groups.filter((group) => new Set(group.map(({ state }) => state.file.path)).size > 1);
}

/** Classes of one name that share a good part of their methods, or classes of one concept that share most that tells them apart. */
function doSameWork(facts: FactIndex, a: SharedObject['cls'], b: SharedObject['cls']): boolean {
  const { equal, different, onlyA, onlyB, methodOverlap } = compareClasses(facts, a, b);
  const shared = equal.length + different.length;
  return methodOverlap >= MIN_OVERLAP || (a.name === b.name && shared * 4 >= shared + Math.min(onlyA.length, onlyB.length) && shared > 0);
}

/** Without those that a class hands out by itself under another name, and those that arguments make an object of their own. */
function distinct(objects: readonly Kept[]): Kept[] {
  const alone = objects.filter(({ form, getters }) => form === 'class' && getters.some(({ name }) => name === '__new__')).map(({ cls }) => cls);
  return objects.filter((object) => {
    if (object.form === 'module' && alone.includes(object.cls)) return false;
    const sameClass = objects.some((other) => other !== object && other.cls === object.cls);
    return !sameClass || !isConfigured(object);
  });
}

function isConfigured({ state, makers }: Kept): boolean {
  return (state.arguments ?? 0) > 0 || makers.some((maker) => (maker.value?.arguments ?? 0) > 0 || (maker.value?.from.length ?? 0) > 0);
}

function severalFinding(facts: FactIndex, key: string, service: string, objects: readonly Kept[]): FindingDraft | undefined {
  const classes = [...new Set(objects.map(({ cls }) => cls))];
  const kept = classes.flatMap((cls) => keptStateOf(facts, cls));
  const held = classes.flatMap((cls) => heldBy(facts, cls));
  if (kept.length === 0) return undefined;
  const used = objects.filter((object) => isInUse(facts, object));
  const byState = new Map(objects.map((object) => [object.state, object]));
  const ordered = chooseOwner(facts, objects.map(({ state }) => state), classes[0]!.name).ranked.map(({ fact }) => byState.get(fact)!)
    .sort((a, b) => callersOf(facts, b).length - callersOf(facts, a).length);
  const [owner] = ordered as [Kept];
  const serious: Severity = held.length > 0 ? 'error' : 'warning';
  const freely = classes.some((cls) => isMadeFreely(facts, cls, objects));
  const severity = used.length > 1 && !freely ? serious : serious === 'error' ? 'warning' : 'info';
  const name = owner.cls.name;
  const what = held[0] ? `${held[0].words}; each keeps its own` : `${kept[0]!.name} is its own in each`;
  const importers = ordered.map((object) => callersOf(facts, object).length);
  return {
    key,
    concept: name,
    message: `${name} is meant to be the only one and exists ${times(objects.length)} ${service === '' ? '' : `in ${service} `}(${places(ordered)}): ${what}.`,
    ...shownSites(sitesOf(facts, ordered)),
    ...(importers[0]! > (importers[1] ?? 0) && { ownerReason: `most importing files (${importers[0]}, next ${importers[1]})` }),
    differences: [...classDifferences(facts, classes), ...used.length < 2 ? [used.length === 0 ? 'None of them is in use.' : `Only ${nameOf(used[0]!.state)} in ${used[0]!.state.file.path} is in use.`] : [],
      ...freely ? ['Other functions make one of their own for each call.'] : []],
    remedy: `Keep ${nameOf(owner.state)} in ${owner.state.file.path}, get it from there everywhere, and delete the others.`,
    rank: Math.min(1, (held.length > 0 ? 0.4 : 0.2) + 0.1 * used.length + Math.log2(1 + importers.reduce((sum, count) => sum + count, 0)) / 16),
    severity,
  };
}

/** A class that keeps its one object itself, beside a module variable that keeps it too. */
function doubles(objects: readonly Kept[]): [Kept, Kept][] {
  return objects.filter(({ form }) => form === 'class').flatMap((own) => {
    const other = objects.find(({ form, cls }) => form === 'module' && cls === own.cls);
    return other ? [[own, other] as [Kept, Kept]] : [];
  });
}

function doubleFinding(facts: FactIndex, concept: string, [own, other]: [Kept, Kept]): FindingDraft | undefined {
  const kept = keptStateOf(facts, own.cls);
  const [held] = heldBy(facts, own.cls);
  if (kept.length === 0 && !held) return undefined;
  const reset = other.state.uses.find((use) => use.how === 'assign' && use.value?.form === 'none' && use.by !== '');
  const name = own.cls.name;
  return {
    key: `${own.state.file.service.name}:${concept}:kept-twice`,
    concept: name,
    message: `${name} is a singleton twice over: by ${nameOf(own.state)} and by ${nameOf(other.state)}${held ? `, and ${held.words}` : ''}.`,
    ...shownSites(sitesOf(facts, [own, other])),
    differences: reset ? [`${reset.by} empties ${nameOf(other.state)} only: ${nameOf(own.state)} goes on handing out the old object.`] : [],
    remedy: held
      ? `Drop both, make ${name} once where the application starts, and pass it on; failing that, keep one of ${nameOf(own.state)} and ${nameOf(other.state)}.`
      : `Keep one of ${nameOf(own.state)} and ${nameOf(other.state)}.`,
    rank: held ? 0.5 : 0.2,
    severity: (held || reset) && !isMadeFreely(facts, own.cls, [own, other]) ? 'warning' : 'info',
  };
}

/** So many functions make an object of their own that nobody takes the class for the only one. */
function isMadeFreely(facts: FactIndex, cls: SharedObject['cls'], objects: readonly Kept[]): boolean {
  const keepers = new Set(objects.filter((object) => object.cls === cls).flatMap(({ state, makers }) => makers.map(({ by }) => `${state.file.path} ${by}`)));
  const makers = adHocMakersOf(facts, cls).filter((fn) => !keepers.has(`${fn.file.path} ${[...fn.scope, fn.name].join('.')}`));
  return makers.length >= AD_HOC && new Set(makers.map(({ file }) => file.path)).size >= AD_HOC;
}

/** From so many files on that make one for themselves, one more at module level splits nothing. */
const AD_HOC = 3;

function heldBy(facts: FactIndex, cls: SharedObject['cls']): UserEvidence[] {
  return userScopeOf(facts, cls).filter(({ kind }) => kind === 'overwritten' || kind === 'pooled' || kind === 'keyed');
}

function sitesOf(facts: FactIndex, objects: readonly Kept[]): Site[] {
  const sites: Site[] = [];
  for (const [position, object] of objects.entries()) {
    const count = callersOf(facts, object).length;
    sites.push({ fact: object.state, message: `keeps one ${object.cls.name}, reached from ${plural(count, 'file')}`, role: position === 0 ? 'owner' : 'copy', symbol: nameOf(object.state) });
    const [getter] = object.getters;
    if (getter) sites.push({ fact: getter, message: `hands ${nameOf(object.state)} out`, role: 'declaration', importers: facts.imports.importerCount(getter.file.path, getter.name) });
  }
  for (const cls of new Set(objects.map((object) => object.cls))) {
    sites.push({ fact: cls, message: 'class of the object', role: 'declaration', importers: facts.imports.importerCount(cls.file.path, cls.name) });
    const [evidence] = heldBy(facts, cls);
    if (evidence) sites.push({ fact: evidence.fact, message: evidence.words, role: 'declaration', line: evidence.line });
  }
  for (const object of objects.slice(1)) {
    const [caller] = callersOf(facts, object);
    if (caller) sites.push({ ...caller, message: `gets ${nameOf(object.state)}` });
  }
  return sites;
}

function shownSites(sites: readonly Site[]): Pick<FindingDraft, 'sites' | 'unlisted'> {
  return { sites: sites.slice(0, MAX_SITES), unlisted: sites.slice(MAX_SITES) };
}

function classDifferences(facts: FactIndex, [first, ...others]: readonly SharedObject['cls'][]): string[] {
  return others.slice(0, 3).flatMap((other) => {
    const { onlyA, onlyB } = compareClasses(facts, first!, other);
    return [[onlyA, first!], [onlyB, other]].flatMap(([names, cls]) => ((names as string[]).length === 0 ? []
      : [`Only the class in ${(cls as SharedObject['cls']).file.path} has ${(names as string[]).slice(0, 5).join(', ')}${(names as string[]).length > 5 ? ` and ${(names as string[]).length - 5} more` : ''}.`]));
  });
}

function places(objects: readonly Kept[]): string {
  const shown = objects.slice(0, 3).map(({ state }) => `${nameOf(state)} in ${state.file.path}`).join(', ');
  return objects.length > 3 ? `${shown} and ${objects.length - 3} more` : shown;
}

function times(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}
