import {
  defineRule, firstCallArguments, freshMakersOf, functionAt, isCalledPerUser, isHandler, isInUse, keptStateOf, replacementOf, runsInBrowser, sharedObjects, userParameter, userScopeOf, z,
  type FactIndex, type FindingDraft, type FunctionFact, type Indexed, type Severity, type SharedObject, type Site, type UserEvidence,
} from '../src/index.js';
import { callersOf, isProcessWide, nameOf, plural } from './support/process-wide.js';

/** A finding that lists more reads as a list of everything. The message has the full count. */
const MAX_SITES = 12;
const MAX_EVIDENCE = 3;

export default defineRule({
  meta: {
    id: 'state-shared-by-factory',
    category: 'singleton-state-in-factory',
    title: 'One object handed to every user',
    description: 'Reports a getter or factory that hands every caller in the process the same object, where that object holds or is made for single users, sessions, runs or connections; among them factories that ignore their arguments after the first call, and configure functions that replace the object for all.',
    rationale: 'A process serves many users at once. What one of them leaves in the shared object, the next one finds there: their data, their socket, their permissions.',
    remedy: 'Make the object per user or request and pass it on, or move what belongs to a user out of it; keep only what truly is the process\'s own in the shared one.',
    severity: 'error',
    tags: ['isolation', 'state'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    /** Names of classes that are shared on purpose. */
    shared: z.array(z.string()).default([]),
  }),
  *check({ facts, options }) {
    const byClass = new Map<string, SharedObject[]>();
    for (const object of sharedObjects(facts)) {
      const { cls } = object;
      const { file } = object.holder;
      if (isProcessWide(cls.name) || options.shared.includes(cls.name) || cls.file.role !== 'production' || runsInBrowser(facts, file)) continue;
      if (object.form === 'entries' && isKeyedByUser(facts, object)) continue;
      const key = `${file.service.name}\0${cls.file.path}\0${cls.name}`;
      byClass.set(key, [...(byClass.get(key) ?? []), object]);
    }
    for (const objects of byClass.values()) {
      const finding = findingOf(facts, objects as [SharedObject, ...SharedObject[]]);
      if (finding) yield finding;
    }
  },
});

/** All shared objects of one class in one service, as one finding; undefined when nothing in it is a user's. */
function findingOf(facts: FactIndex, objects: readonly [SharedObject, ...SharedObject[]]): FindingDraft | undefined {
  const callers = distinctFiles(objects.flatMap((object) => callersOf(facts, object)));
  // The object that most files reach for stands for the class.
  const [main] = [...objects].sort((a, b) => callersOf(facts, b).length - callersOf(facts, a).length) as [SharedObject];
  const { cls } = main;
  // What a framework injects, it also constructs: what the constructor takes says nothing of users.
  const evidence = userScopeOf(facts, cls).filter(({ kind }) => main.form !== 'injected' || kind === 'overwritten' || kind === 'pooled' || kind === 'keyed');
  const harm = harmOf(facts, objects, evidence);
  if (!harm) return undefined;

  const isUsed = objects.some((object) => isInUse(facts, object));
  const serving = callers.filter(({ fact }) => facts.inFile(fact.file.path, 'function').some(isHandler)).length;
    const how = handingOut(main, callers.length);
  // What nothing but the start of the program and its health checks asks for serves no user yet.
  const severity = !isUsed ? 'info' : callers.length > 0 || main.form === 'injected' || main.form === 'application' ? harm.severity : lower(harm.severity);
  const sites = sitesOf(facts, objects, main, evidence, harm, callers);
  return {
    key: `${main.holder.file.service.name}:${cls.canonicalName}`,
    concept: cls.name,
    message: `${cls.name} is one object for all users: ${how}, and ${harm.words}.`,
    sites: sites.slice(0, MAX_SITES),
    unlisted: sites.slice(MAX_SITES),
    differences: [
      ...stepsOf(objects, callers.length, serving),
      ...evidence.filter((each) => each.kind !== 'taken' || evidence.length === 1).slice(0, MAX_EVIDENCE + 1).map(({ words }) => sentence(words)),
      ...harm.steps,
    ],
    remedy: remedyOf(main, harm, callers.length),
    rank: Math.min(1, (severity === 'error' ? 0.5 : 0.2) + Math.log2(1 + callers.length) / 12),
    severity,
  };
}

interface Harm {
  severity: Severity;
  /** What is wrong, as the end of a sentence. */
  words: string;
  /** Further evidence, a sentence each. */
  steps: readonly string[];
  /** The functions that the steps speak of. */
  functions: readonly { fn: Indexed<FunctionFact>; message: string }[];
  perUser?: Indexed<FunctionFact>;
}

/** From the worst: what is mixed up for sure, then what is made for one user and shared, then what is kept per user and must be kept apart. */
function harmOf(facts: FactIndex, objects: readonly SharedObject[], evidence: readonly UserEvidence[]): Harm | undefined {
  const [{ cls }] = objects as [SharedObject];
  const of = (kind: UserEvidence['kind']): UserEvidence | undefined => evidence.find((each) => each.kind === kind && !each.bounded);
  const held = of('overwritten') ?? of('pooled') ?? of('keyed');
  const made = of('made');
  const steps: string[] = [];
  const functions: { fn: Indexed<FunctionFact>; message: string }[] = [];
  let worst: string | undefined;

  const overwritten = of('overwritten');
  if (overwritten) worst = `what one user leaves in it the next one replaces: ${overwritten.words}`;

  const perUser = objects.some(({ form }) => form === 'injected') ? undefined : freshMakersOf(facts, cls).find((fn) => userParameter(facts, fn.file.path, [...fn.scope, fn.name].join('.'), fn.parameters.map(({ name }) => name)) !== undefined
    && !objects.some((object) => object.getters.includes(fn)));
  const apart = perUser && (held || made) ? `it is also made per user by ${perUser.name}: some of its callers are kept apart, some are not` : undefined;
  if (perUser && apart) {
    if (held) worst ??= apart;
    steps.push(`${perUser.name} makes one per user.`);
  }
  for (const object of objects) {
    const first = firstCallArguments(facts, object);
    const speaks = first && userParameter(facts, first.fn.file.path, [...first.fn.scope, first.fn.name].join('.'), first.arguments) !== undefined;
    if (first && (held || made || speaks)) {
      const names = first.arguments.join(', ');
      // Components of the process are the same in every call.
      if (speaks) worst ??= `it is built from the arguments of the first call (${names}): those of every later call are ignored`;
      steps.push(`${first.fn.name} takes ${names}, used on the first call only.`);
      functions.push({ fn: first.fn, message: `ignores ${names} after the first call` });
    }
    const replaced = replacementOf(facts, object);
    // What the start of the program puts in place once, and what lets its entries go, mixes nobody up.
    const isSettled = replaced && held?.kind === 'keyed' && held.evicted && !isCalledPerUser(facts, replaced.fn.name);
    if (replaced && isSettled) functions.push({ fn: replaced.fn, message: 'puts it in place when the program starts' });
    if (replaced && !isSettled && (held || made || of('wired'))) {
      worst ??= `${replaced.fn.name} replaces it for all of them at once`;
      steps.push(`${replaced.fn.name} puts a new one, made from ${replaced.arguments.join(', ')}, in its place.`);
      functions.push({ fn: replaced.fn, message: 'replaces the shared object' });
    }
  }
  if (held && !held.evicted && !held.mild && /factory/i.test(cls.name)) worst ??= `it keeps what it makes for each of them: ${held.words}`;
  if (worst !== undefined) return { severity: 'error', words: worst, steps, functions, ...(perUser && { perUser }) };

  const result = (severity: Severity, words: string): Harm => ({ severity, words, steps, functions, ...(perUser && { perUser }) });
  const pooled = evidence.find((each) => each.kind === 'pooled' && !each.bounded && !each.evicted && !each.guarded);
  if (pooled) return result('warning', `it keeps data of all of them together: ${pooled.words}`);
  const kept = evidence.find((each) => each.kind === 'keyed' && !each.bounded && !each.evicted && !each.mild);
  if (kept) return result('warning', `it keeps an entry for each of them ${lettingGo(kept)}: ${kept.words}`);
  if (apart ?? made) return result('warning', apart ?? `${made!.words}, and this one serves all`);
  const wired = of('wired');
  if (wired && of('taken')) return result('warning', wired.words);
  const keyed = of('keyed') ?? of('pooled');
  if (keyed) return result('info', `it keeps an entry for each of them: ${keyed.words}`);
  const taken = of('taken');
  const [changing] = keptStateOf(facts, cls).filter(({ name }) => !/(?:lock|metrics?|stats|counts?|history)$/i.test(name));
  return taken && changing && result('info', `it works for single users while it keeps state of its own: ${taken.words}, and ${changing.name} changes`);
}

function lettingGo({ idleRemover }: UserEvidence): string {
  return idleRemover === undefined ? 'and never lets one go' : `and lets none go, for nobody calls ${idleRemover.slice(idleRemover.lastIndexOf('.') + 1)}`;
}

/** Places in the order of the story: the binding, who hands it out, who fills it, what it holds, who gets it. */
function sitesOf(
  facts: FactIndex, objects: readonly SharedObject[], main: SharedObject, evidence: readonly UserEvidence[], harm: Harm, callers: readonly Site[],
): Site[] {
  const sites: Site[] = [];
  const seen = new Set<string>();
  const add = (site: Site): void => {
    const id = `${site.fact.file.path}:${site.line ?? site.fact.span[0]}`;
    if (seen.has(id)) return;
    seen.add(id);
    sites.push(site);
  };
  for (const object of [main, ...objects.filter((each) => each !== main)].slice(0, 3)) {
    if (object.state) {
      const direct = object.state.holder === 'module' && object.getters.length === 0;
      const importers = direct ? { importers: facts.imports.importerCount(object.state.file.path, object.state.name) } : {};
      add({ fact: object.state, message: `keeps the one ${object.cls.name}`, role: 'owner', symbol: nameOf(object.state), ...importers });
    }
    if (object.form === 'injected') add({ fact: object.cls, message: `one object for all, by @${injector(object)}`, role: 'owner' });
    for (const getter of object.getters.slice(0, 2)) {
      add({ fact: getter, message: `hands ${object.state ? nameOf(object.state) : 'the same object'} to every caller`, role: 'declaration', importers: facts.imports.importerCount(getter.file.path, getter.name) });
    }
    if (!object.state) continue;
    for (const by of [...new Set(object.makers.map((maker) => maker.by))].slice(0, 2)) {
      const fn = functionAt(facts, object.state.file.path, by);
      const use = object.state.uses.find((each) => each.by === by && each.how === 'claim') ?? object.makers.find((each) => each.by === by)!;
      if (fn) add({ fact: fn, message: `${use.how === 'claim' ? 'claims and ' : ''}fills ${nameOf(object.state)}`, role: 'writer', line: use.span[0] });
    }
  }
  for (const { fn, message } of harm.functions.slice(0, 2)) add({ fact: fn, message, role: 'writer' });
  for (const each of evidence.slice(0, MAX_EVIDENCE)) add({ fact: each.fact, message: each.words, role: 'declaration', line: each.line });
  if (harm.perUser) add({ fact: harm.perUser, message: `makes one per user`, role: 'declaration' });
  for (const site of callers) add(site);
  return sites;
}

function stepsOf(objects: readonly SharedObject[], callers: number, serving: number): string[] {
  const steps = objects.map((object) => {
    if (object.form === 'injected') return `@${injector(object)} makes one ${object.cls.name} per process unless it is given a request scope.`;
    if (!object.state) return `${object.getters[0]!.name} is cached by @${object.getters[0]!.returns!.via}: its first result is everybody's.`;
    if (object.form === 'application') return `${nameOf(object.state)} is set when the application starts; every request sees it.`;
    const [getter] = object.getters;
    const kept = object.state.lazy ? 'is made on first use' : object.form === 'entries' ? 'is filled by key, and the key is no user' : 'is made once';
    return `${nameOf(object.state)} ${kept}${getter ? `; ${getter.name} returns it` : ''}.`;
  });
  if (objects.some(({ form }) => form === 'class') && objects.some(({ form }) => form === 'module')) steps.push('It is kept twice: by its class and by a module.');
  if (callers > 0) steps.push(`${plural(callers, 'production file')} ${callers === 1 ? 'gets' : 'get'} it${serving > 0 ? `, ${serving} of which ${serving === 1 ? 'serves' : 'serve'} requests` : ''}.`);
  return steps;
}

function handingOut(main: SharedObject, callers: number): string {
  const reach = callers > 0 ? ` (reached from ${plural(callers, 'file')})` : '';
  const [getter] = main.getters;
  if (main.form === 'injected') return `@${injector(main)} injects the same one everywhere${reach}`;
  if (!main.state) return `${getter!.name} gives every caller its first result${reach}`;
  if (getter) return `${getter.name} hands ${nameOf(main.state)} to every caller${reach}`;
  return `all callers share ${nameOf(main.state)}${reach}`;
}

function remedyOf(main: SharedObject, harm: Harm, count: number): string {
  const callers = count > 0 ? ` and change the ${plural(count, 'file')} that ${count === 1 ? 'gets' : 'get'} it` : '';
  if (main.form === 'injected') return `Give ${main.cls.name} a request scope, or pass on what belongs to a user instead of keeping it.`;
  const getter = main.getters[0]?.name ?? (main.state ? nameOf(main.state) : main.cls.name);
  if (harm.perUser) return `Use ${harm.perUser.name} wherever a user is known, delete ${getter}${callers}.`;
  if (harm.severity === 'info') return `Check that every entry leaves ${main.cls.name} when its user does, or make the object per user.`;
  return `Make ${main.cls.name} per user or request and pass it on: take ${getter} out${callers}; or move what belongs to a user out of ${main.cls.name}.`;
}

function injector({ cls }: SharedObject): string {
  return cls.decorators.find((decorator) => /^(?:Injectable|Controller|WebSocketGateway|Resolver|Service|singleton)$/.test(decorator)) ?? cls.decorators[0]!;
}

/** Objects of a collection that are one user's each: kept apart, and another rule's matter. */
function isKeyedByUser(facts: FactIndex, { state, makers }: SharedObject): boolean {
  return makers.some((maker) => userParameter(facts, state!.file.path, maker.by, maker.keyFrom ?? []) !== undefined);
}

function distinctFiles(sites: readonly Site[]): Site[] {
  return [...new Map(sites.map((site) => [site.fact.file.path, site])).values()];
}

function lower(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : 'info';
}

function sentence(words: string): string {
  return `${words.charAt(0)}${words.slice(1)}.`;
}
