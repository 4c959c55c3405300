import type { ClassFact, FunctionFact, StateFact, StateUse } from '../model/facts.js';
import { lastSegment } from '../util/dotted.js';
import { append } from '../util/multimap.js';
import { wordsOf } from './canonical-name.js';
import { ancestorsOf } from './class-shape.js';
import { classesIn, functionAt, functionNamed, typeNamed } from './declaration-of.js';
import type { FactIndex, Indexed, IndexedFact } from './fact-index.js';
import { reachOf } from './reach.js';
import { componentWordIn, isTenantWord, typeNamesIn, typePathsIn, userTypeIn, userWordIn, userWordInExpression, userWordsInExpression } from './user-words.js';
import { holdsFunctions, holdsHandles, isAskedForMembersOnly } from './held-values.js';

/**
 * Why something belongs to one user, session, run, request or connection and not to the process. From the strongest: `overwritten`: one
 * place that the next user's value replaces. `pooled`: data of all users together, not told apart by user. `keyed`: an entry per user.
 * `made`: its constructor takes a user. `wired`: a method sets what reaches the user, a socket's manager say, and the last caller wins.
 * `taken`: its methods take a user.
 */
export interface UserEvidence {
  kind: 'overwritten' | 'pooled' | 'keyed' | 'made' | 'wired' | 'taken';
  /** The evidence in words: `_baskets[user_id] is written in add`. */
  words: string;
  /** The fact that shows it, and the line inside it. */
  fact: IndexedFact;
  line: number;
  /** Entries are taken out again, one by one or by age. */
  evicted?: boolean;
  /** The collection bounds itself. */
  bounded?: boolean;
  /** Worth a look and no more: an entry per tenant, or no more than the ids that were seen; a place for the case that no user is known. */
  mild?: boolean;
  /** Of `overwritten`: only the first call sets it. */
  first?: boolean;
  /** Of `pooled`: whoever asks for an entry says for which user. */
  guarded?: boolean;
  /** The function that takes entries out, where there is one that nothing in production code calls. */
  idleRemover?: string;
}

/** The order of `UserEvidence.kind`. */
export const EVIDENCE_ORDER: readonly UserEvidence['kind'][] = ['overwritten', 'pooled', 'keyed', 'made', 'wired', 'taken'];

/** What a class holds and takes of single users, its known base classes included; strongest first, empty when nothing speaks of users. */
export function userScopeOf(facts: FactIndex, cls: Indexed<ClassFact>): readonly UserEvidence[] {
  let known = scopes.get(facts);
  if (!known) scopes.set(facts, (known = new Map()));
  let evidence = known.get(cls);
  if (!evidence) {
    evidence = [cls, ...ancestorsOf(facts, cls)].flatMap((each) => evidenceIn(facts, each));
    evidence.sort((a, b) => EVIDENCE_ORDER.indexOf(a.kind) - EVIDENCE_ORDER.indexOf(b.kind));
    known.set(cls, evidence);
  }
  return evidence;
}

/** What a state fact holds of single users: the evidence of its writes and of its declared type. */
export function userEvidenceOf(facts: FactIndex, state: Indexed<StateFact>): UserEvidence[] {
  if (isMeasure(state.name) || holdsLocks(state)) return [];
  const holdsComponents = COMPONENTS.test(state.name);
  const evidence = new Map<UserEvidence['kind'], UserEvidence>();
  const evicted = isEvicted(facts, state);
  const idleRemover = evicted ? undefined : removersOf(state)[0]?.by;
  const guarded = isAskedWithUser(facts, state);
  const add = (kind: UserEvidence['kind'], words: string, line: number, { mild = false, first = false } = {}): void => {
    // Of several writes the one that matters most.
    if (evidence.has(kind) && (mild || evidence.get(kind)!.mild !== true)) return;
    evidence.set(kind, { kind, words, fact: state, line, ...(kind !== 'overwritten' && { evicted }), ...(idleRemover !== undefined && { idleRemover }), ...(kind === 'pooled' && guarded && { guarded }), ...(state.bounded && { bounded: true }), ...(mild && { mild }), ...(first && { first }) });
  };
  const holdsNoData = holdsHandles(facts, state);
  const membersOnly = isAskedForMembersOnly(state);
  const name = state.name;
  for (const use of state.uses) {
    if (isConstructor(use.by) || use.by === '' || use.value?.form === 'literal' || use.value?.form === 'none') continue;
    if (use.by !== '()' && !reachOf(facts).isReached(state.file, use.by.split('.'))) continue; // nobody fills it
    const writer = writerOf(use);
    const where = `in ${writer}`;
    const line = use.span[0];
    if (use.how === 'keyed') {
      const key = keyWord(facts, state, use);
      if (key !== undefined) {
        add('keyed', `${name}[${use.key}] is written ${where}, ${key}`, state.span[0], { mild: isPerTenant(use) || isStandIn(facts, state, use) || holdsNumbers(state) });
        continue;
      }
      const value = holdsComponents || holdsNoData ? undefined : valueWord(facts, state, use);
      if (value !== undefined) add('pooled', `${name}[${use.key}] is written ${where} from ${value}, under a key that does not name the user`, state.span[0]);
    } else if (use.how === 'mutate' || use.how === 'assign') {
      // A handler that is made from a request is that request's; one that is handed in serves all.
      const value = holdsComponents && !(use.how === 'assign' && use.value?.form === 'call') ? undefined : valueWord(facts, state, use);
      if (value === undefined) {
        const wired = use.how === 'assign' && state.holder === 'instance' && !use.ifEmpty && !isSetOnce(facts, state, use) ? wiredThrough(facts, state, use) : undefined;
        if (wired !== undefined) add('wired', `${name} is set by ${writer} from ${wired}: the last caller's is used for all`, line);
        continue;
      }
      const firstOnly = use.how === 'assign' && use.ifEmpty === true && isFirstUsers(facts, state, use);
      if (firstOnly) add('overwritten', `${name} is set from ${value} ${where} on the first call, and every later one gets that`, line, { first: true });
      if (state.initial === 'collection') {
        const member = use.how === 'mutate' && membersOnly ? userWordInExpression(use.value!.text ?? '') : undefined;
        if (member !== undefined) add('keyed', `${name} gets ${use.value!.text} in ${writer}, a mark per ${member}`, state.span[0], { mild: true });
        if (membersOnly) continue;
        else if (use.how === 'mutate' && !holdsNoData) add('pooled', `${name} collects what ${writer} makes from ${value}, of all users together`, state.span[0]);
      } else if (use.how === 'assign' && !use.ifEmpty) {
        const apart = keptApartBeside(facts, state, use);
        add('overwritten', `${name} is set from ${value} ${where}${apart === undefined ? '' : `, where no user is known; else it is kept in ${apart}`}`, line, { mild: apart !== undefined });
      }
    }
  }
  if (state.initial === 'collection' && state.annotation !== undefined && !evidence.has('keyed') && !evidence.has('pooled') && !holdsNoData && !membersOnly && !holdsFunctions(state.annotation)) {
    const type = userTypeIn(state.annotation) ?? carriedIn(facts, state.file.path, state.annotation);
    if (type) add('pooled', `${name} holds ${type.type} objects, one ${type.word}'s each`, state.span[0]);
  }
  return [...evidence.values()];
}

/** What a person calls the function that writes: its name, or what it is registered with. */
function writerOf({ by, handler }: StateUse): string {
  if (by === '()') return handler === undefined ? 'a function without a name' : `the handler of ${handler}`;
  return by.slice(by.lastIndexOf('.') + 1);
}

/** The parameter, among the given ones, through which a function gets something of one user; undefined when none is. */
export function userParameter(facts: FactIndex, path: string, by: string, names: readonly string[], handler?: string): string | undefined {
  if (names.length === 0) return undefined;
  const fn = functionAt(facts, path, by);
  const request = fn && requestParameterOf(fn, path);
  return names.find((name) => {
    if (name === request) return true;
    if (handler !== undefined && /^(?:req|request|ctx|context|socket|ws|client|message|msg|data|payload|body)$/.test(name)) return true;
    const parameter = fn?.parameters.find((each) => each.name === name);
    if (parameter?.type !== undefined && /^(?:Optional\[)?(?:bool|int|float|boolean|number)\b/.test(parameter.type) && !/(?:^|_)ids?$|Ids?$/.test(name)) return false;
    return userWordIn(name) !== undefined || (parameter?.type !== undefined && !isComponent(name) && userTypeIn(parameter.type) !== undefined);
  });
}

/**
 * Whether code that serves a user calls something of this name: a request handler, or a function that is given something of one user. What is
 * called by none is called when the program starts. `counts`: which of such callers count; by default all.
 */
export function isCalledPerUser(facts: FactIndex, name: string, counts: (caller: Indexed<FunctionFact>) => boolean = () => true): boolean {
  let byName = servingCalls.get(facts);
  if (!byName) {
    servingCalls.set(facts, (byName = new Map()));
    for (const fn of facts.of('function')) {
      if (fn.file.role !== 'production' || isConstructor(fn.name) || !servesUser(facts, fn)) continue;
      for (const callee of fn.calls) append(byName, lastSegment(callee), fn);
    }
  }
  return byName.get(name)?.some(counts) === true;
}

function servesUser(facts: FactIndex, fn: Indexed<FunctionFact>): boolean {
  return isHandler(fn) || userParameter(facts, fn.file.path, [...fn.scope, fn.name].join('.'), fn.parameters.map(({ name }) => name)) !== undefined;
}

const servingCalls = new WeakMap<FactIndex, Map<string, Indexed<FunctionFact>[]>>();

/** Whether a function runs once per request or message: by its decorators, or by what it is given. */
export function isHandler(fn: FunctionFact & { file?: { path: string } }): boolean {
  return fn.decorators.some((decorator) => HANDLER_DECORATOR.test(decorator)) || requestParameterOf(fn, fn.file?.path ?? '') !== undefined
    || fn.parameters.some(({ type }) => type !== undefined && HANDLER_PARAMETER.test(type));
}

/** The parameter without a type that is the request by the place it has: `(req, res)`, `(ctx, next)`, and `request` first in a Python view. */
function requestParameterOf({ parameters: [first, second] }: FunctionFact, path: string): string | undefined {
  if (!first || first.type !== undefined) return undefined;
  if (path.endsWith('.py')) return first.name === 'request' ? first.name : undefined;
  const isRequest = /^_?(?:req|request)$/.test(first.name) ? /^_?(?:res|response|reply)$/ : /^(?:ctx|context)$/.test(first.name) ? /^_?next$/ : undefined;
  return second && isRequest?.test(second.name) ? first.name : undefined;
}

const HANDLER_DECORATOR = /(?:^|\.)(?:get|post|put|patch|delete|route|websocket|websocket_route|api_route|api_view|action|Get|Post|Put|Patch|Delete|All|SubscribeMessage|MessagePattern|EventPattern|Query|Mutation|ResolveField|UseGuards|event_handler|message_handler|on_message|app_task|task)$/;
const HANDLER_PARAMETER = /^(?:Optional\[)?(?:\w+\.)?(?:Request|WebSocket|HttpRequest|NextRequest|NextApiRequest|FastifyRequest|MedusaRequest|AuthenticatedMedusaRequest|IncomingMessage|APIContext|HonoRequest|PayloadRequest)\b/;

const scopes = new WeakMap<FactIndex, Map<Indexed<ClassFact>, UserEvidence[]>>();

function evidenceIn(facts: FactIndex, cls: Indexed<ClassFact>): UserEvidence[] {
  const path = [...cls.scope, cls.name].join('.');
  const evidence = facts.inFile(cls.file.path, 'state')
    .filter((state) => state.holder === 'instance' && state.scope.join('.') === path)
    .flatMap((state) => userEvidenceOf(facts, state));
  const taking: { method: Indexed<FunctionFact>; parameter: string }[] = [];
  for (const method of facts.methodsOf(cls)) {
    const parameter = userParameter(facts, method.file.path, `${path}.${method.name}`, method.parameters.map(({ name }) => name));
    if (parameter === undefined) continue;
    if (isConstructor(method.name)) evidence.push({ kind: 'made', words: `the constructor of ${cls.name} takes ${parameter}: an object is made for one`, fact: method, line: method.span[0] });
    else taking.push({ method, parameter });
  }
  const [first] = taking;
  if (first) {
    const more = taking.length > 1 ? `, and ${taking.length - 1} more ${taking.length === 2 ? 'method does' : 'methods do'} likewise` : '';
    evidence.push({ kind: 'taken', words: `${first.method.name} takes ${first.parameter}${more}`, fact: first.method, line: first.method.span[0] });
  }
  return evidence;
}

/** How the key of an entry tells users apart: `an entry per user`, `under a key made from user_id`. */
function keyWord(facts: FactIndex, state: Indexed<StateFact>, use: StateUse): string | undefined {
  if (use.key === undefined || /^(['"]).*\1$/.test(use.key)) return undefined;
  const word = userWordInExpression(use.key);
  // Threads of the operating system are numbered, those of a conversation are named.
  if (word?.startsWith('thread') && /\b(?:int|number)\b/.test(firstTypeArgument(state.annotation))) return undefined;
  if (word !== undefined) return `an entry per ${word}`;
  const parameter = userParameter(facts, state.file.path, use.by, use.keyFrom ?? [], use.handler);
  return parameter === undefined ? undefined : `under a key made from ${parameter}`;
}

/** What is made for the first user alone and kept: by a function, from a parameter that names the user. Of an object whose class is known another rule speaks. */
function isFirstUsers(facts: FactIndex, { holder, file }: Indexed<StateFact>, { by, value }: StateUse): boolean {
  if (holder === 'instance' || value?.form !== 'call' || value.text === undefined || /^(?:cls$|super\b|_*[A-Z])/.test(lastSegment(value.text))) return false;
  const maker = functionNamed(facts, file.path, value.text);
  if (maker && ((maker.returns?.origin === 'fresh' && /^_*[A-Z]/.test(lastSegment(maker.returns.via ?? ''))) || (maker.returnType !== undefined && classesIn(facts, maker.file.path, maker.returnType).length > 0))) return false;
  const parameters = functionAt(facts, file.path, by)?.parameters ?? [];
  return value.from.some((name) => parameters.some((parameter) => parameter.name === name) && userWordIn(name) !== undefined);
}

/** An entry per tenant: as many as the product has customers. */
function isPerTenant({ key = '', keyFrom = [] }: StateUse): boolean {
  const words = [...userWordsInExpression(key), ...keyFrom.flatMap((name) => userWordIn(name) ?? [])];
  return words.length > 0 && words.every(isTenantWord);
}

/** Whether the function that writes an entry also writes to a store outside of the process: the collection stands in where there is none. */
function isStandIn(facts: FactIndex, { file }: Indexed<StateFact>, { by }: StateUse): boolean {
  return functionAt(facts, file.path, by)?.calls.some((callee) => /(?:cache|redis|store|storage|kv)\.(?:set|setex|hset|hmset|put|save)$/i.test(callee)) === true;
}

/** Where the function that sets one place for all keeps the same per user or in a context variable, when it knows the user. */
function keptApartBeside(facts: FactIndex, state: Indexed<StateFact>, use: StateUse): string | undefined {
  if (state.holder !== 'module') return undefined;
  const others = facts.inFile(state.file.path, 'state').filter((other) => other !== state && other.holder === 'module');
  const apart = others.find((other) => other.uses.some((write) => write.by === use.by && write.how === 'keyed' && write.value?.text !== undefined
    && write.value.text === use.value?.text && keyWord(facts, other, write) !== undefined));
  if (apart) return apart.name;
  const calls = functionAt(facts, state.file.path, use.by)?.calls ?? [];
  return others.find((other) => /(?:^|\.)(?:ContextVar|AsyncLocalStorage)$/.test(other.type ?? '') && calls.some((callee) => callee === `${other.name}.set` || callee === `${other.name}.enterWith`))?.name;
}

function valueWord(facts: FactIndex, state: Indexed<StateFact>, use: StateUse): string | undefined {
  const { value } = use;
  if (!value) return undefined;
  const parameter = userParameter(facts, state.file.path, use.by, value.from, use.handler);
  if (parameter !== undefined) return parameter;
  if (value.form === 'name' && value.from.length > 0 && userWordInExpression(value.text!) !== undefined) return value.text;
  // A parameter whose type carries a user's identity, or a local of such a name.
  const fn = functionAt(facts, state.file.path, use.by);
  for (const name of value.from) {
    const type = fn?.parameters.find((each) => each.name === name)?.type;
    const carried = type !== undefined && !isComponent(name) ? carriedIn(facts, state.file.path, type) : undefined;
    if (carried) return carried.type;
  }
  return undefined;
}

function firstTypeArgument(annotation = ''): string {
  return /[[<]([^,\]>]*)/.exec(annotation)?.[1] ?? '';
}

/** Set by what is called to configure the object, and not while a user is served: one value from the start on. */
function isSetOnce(facts: FactIndex, state: Indexed<StateFact>, use: StateUse): boolean {
  const writer = writerOf(use);
  if (!CONFIGURES.test(writer)) return false;
  // Many classes have a method of that name: a caller means this one when it is beside it, or calls what it imports from there, or goes by the application.
  const names = new Map<string, Set<string>>();
  for (const { file, imported } of facts.imports.importersOfModule(state.file.path).flatMap(({ file, fact }) => fact.names.map((imported) => ({ file, imported })))) {
    names.set(file.path, (names.get(file.path) ?? new Set()).add(imported.local));
  }
  const means = ({ file, calls }: Indexed<FunctionFact>): boolean => file.path === state.file.path
    || calls.some((callee) => names.get(file.path)?.has(callee.split('.')[0]!) === true || (callee.includes('.state.') && lastSegment(callee) === writer));
  if (isCalledPerUser(facts, writer, means)) return false;
  const fn = functionAt(facts, state.file.path, use.by);
  return fn !== undefined && !servesUser(facts, fn);
}

const CONFIGURES = /^_?(?:configure|setup|set_up|setUp|initiali[sz]e)(?:$|_|[A-Z])/;

/** The parameter through which a component that reaches users is put in place: `websocket_manager`. */
function wiredThrough(facts: FactIndex, state: Indexed<StateFact>, use: StateUse): string | undefined {
  const fn = functionAt(facts, state.file.path, use.by);
  return use.value?.from.find((name) => {
    const type = fn?.parameters.find((each) => each.name === name)?.type;
    return componentWordIn(name) !== undefined || (type !== undefined && typeNamesIn(type).some((each) => componentWordIn(each) !== undefined));
  });
}

/** The type in a written one whose own fields name a user: `Delivery` with a field `user_id`. */
function carriedIn(facts: FactIndex, path: string, written: string): { type: string; word: string } | undefined {
  for (const qualified of typePathsIn(written)) {
    const name = lastSegment(qualified);
    if (!/^[A-Z]/.test(name) || isComponent(name)) continue;
    const fields = typeNamed(facts, path, qualified)?.fields ?? [];
    for (const field of fields) {
      const word = userWordIn(field.name);
      if (word !== undefined && /id$|websocket|socket/.test(field.name.toLowerCase())) return { type: name, word };
    }
  }
  return undefined;
}

/** A name that ends in the word for a component: `ThreadService`. Its parts may speak of users, it is none's. */
function isComponent(name: string): boolean {
  return userWordIn(`user_${name}`) === undefined;
}

/** Collections of what does the work, registered by name; per user they are the user's all the same. */
const COMPONENTS = /(?:callbacks?|handlers?|listeners|validators|hooks|plugins|factories|providers|strategies|middlewares?)$/i;

const MEASURES: ReadonlySet<string> = new Set([
  'metric', 'metrics', 'stats', 'statistics', 'count', 'counts', 'counter', 'counters', 'total', 'totals', 'timing', 'timings', 'time', 'times', 'duration', 'durations',
  'latency', 'latencies', 'config', 'settings', 'version',
]);

/** By the last word, so that `accounts` are no counts. */
function isMeasure(name: string): boolean {
  return MEASURES.has(wordsOf(name).at(-1) ?? '') || /black_?list|revoked|blocked|banned|denied|already|(?:^|_)seen/i.test(name);
}

function holdsLocks(state: StateFact): boolean {
  return /\b(?:Lock|RLock|Semaphore|BoundedSemaphore|Mutex|Condition)\b/.test(state.annotation ?? '')
    || state.uses.some((use) => /(?:^|\.)(?:Lock|RLock|Semaphore|BoundedSemaphore|Mutex|Condition)$/.test(use.value?.text ?? ''));
}

function isConstructor(by: string): boolean {
  return /(?:^|\.)(?:__init__|__post_init__|__new__|constructor)$/.test(by);
}

/**
 * Whether entries leave: taken out by key, by a function whose name says that it cleans up, or cut to a length where they are added. Emptying for
 * tests is none, nor is a way out that nobody takes.
 */
function isEvicted(facts: FactIndex, state: Indexed<StateFact>): boolean {
  const runs = (by: string): boolean => by === '' || by === '()' || reachOf(facts).isReached(state.file, by.split('.'));
  return isTrimmed(state) || removersOf(state).some(({ by }) => runs(by));
}

/** What takes entries out of a collection, not for tests. */
function removersOf({ uses }: StateFact): StateUse[] {
  return uses.filter((use) => use.how === 'remove' && !/test/i.test(use.by) && (use.key !== undefined || /clean|evict|expire|prune|purge|sweep|trim/i.test(use.by)));
}

/** Every method by which others ask for entries takes the user for whom they ask: `get_task(task_id, user_context)`. */
function isAskedWithUser(facts: FactIndex, state: Indexed<StateFact>): boolean {
  const asking = [...new Set(state.uses.filter(({ how, key }) => how === 'return' || (how === 'read' && key !== undefined)).map(({ by }) => by))]
    .flatMap((by) => functionAt(facts, state.file.path, by) ?? [])
    .filter(({ name }) => !name.startsWith('_') && !name.startsWith('#'));
  return asking.length > 0 && asking.every((fn) => userParameter(facts, state.file.path, [...fn.scope, fn.name].join('.'), fn.parameters.map(({ name }) => name)) !== undefined);
}

/** A number per user: `Dict[str, int]`. */
function holdsNumbers({ annotation = '' }: StateFact): boolean {
  return /,\s*(?:int|float|bool|number|boolean)\s*[\]>]$/.test(annotation);
}

/** `log.append(entry)`, and in the same function `log = log[-100:]`. */
function isTrimmed({ initial, uses }: StateFact): boolean {
  return initial === 'collection' && uses.some((use) => use.how === 'assign' && (use.value?.form === 'other' || use.value?.form === 'name') && !isConstructor(use.by)
    && uses.some((other) => other.how === 'mutate' && other.by === use.by));
}
