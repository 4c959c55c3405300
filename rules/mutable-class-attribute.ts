import {
  ancestorsOf, defineRule, functionAt, holdsHandles, runsInBrowser, sharedObjects, userEvidenceOf, userScopeOf, z,
  type ClassFact, type FactIndex, type FindingDraft, type Indexed, type Severity, type Site, type StateFact,
} from '../src/index.js';
import { isProcessWide, nameOf, writersOf } from './support/process-wide.js';

const MAX_SITES = 12;
/** Bases that give each object a copy of its own, or rows and constants instead of attributes. */
const COPYING_BASES = /^(?:BaseModel|BaseSettings|Model|Base|DeclarativeBase|SQLModel|Document|TypedDict|NamedTuple|Enum|IntEnum|StrEnum|Flag|Schema|TestCase|SimpleTestCase|IsolatedAsyncioTestCase|Protocol|Structure)$/;

export default defineRule({
  meta: {
    id: 'mutable-class-attribute',
    category: 'singleton-state-in-factory',
    title: 'Container that all objects of a class share',
    description: 'Reports collections in a class body that methods change as if each object had one of its own, class-level attributes that hold data of single users, and mutable default values of parameters that a function changes, keeps or returns.',
    rationale: 'A container in a class body, like a default value, is made once. Every object and every call adds to the same one, so one user\'s data turns up in another\'s object.',
    remedy: 'Make the container in the constructor (or by a default factory), and let a default be None.',
    severity: 'warning',
    tags: ['isolation', 'state'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    const alone = new Set(sharedObjects(facts).filter(({ form }) => form !== 'entries').map(({ cls }) => cls));
    for (const state of facts.of('state')) {
      if (state.file.role !== 'production' || state.frozen || state.bounded || runsInBrowser(facts, state.file)) continue;
      const finding = state.holder === 'class' ? attributeFinding(facts, state, alone) : state.holder === 'default' ? defaultFinding(facts, state) : undefined;
      if (finding) yield finding;
    }
  },
});

function attributeFinding(facts: FactIndex, state: Indexed<StateFact>, alone: ReadonlySet<Indexed<ClassFact>>): FindingDraft | undefined {
  const path = state.scope.join('.');
  const cls = facts.inFile(state.file.path, 'class').find((each) => [...each.scope, each.name].join('.') === path);
  if (!cls || isProcessWide(cls.name) || isCopiedPerObject(facts, cls)) return undefined;
  const name = nameOf(state);
  const evidence = userEvidenceOf(facts, state).find(({ kind }) => kind === 'overwritten' || kind === 'pooled' || kind === 'keyed');
  const asOwn = state.initial === 'collection' && !alone.has(cls) && !holdsHandles(facts, state) && state.uses.some((use) => use.throughObject === true && (use.how === 'mutate' || use.how === 'keyed'));
  const made = userScopeOf(facts, cls).find(({ kind }) => kind === 'made');

  let severity: Severity;
  let message: string;
  if (asOwn && (made || (evidence && evidence.kind !== 'keyed'))) {
    severity = 'error';
    message = `${name} is one ${state.type ?? 'container'} for all objects of ${cls.name}, and methods fill it as if it were the object's own${made ? `; ${made.words}` : `: ${evidence!.words}`}`;
  } else if (evidence?.kind === 'overwritten') {
    severity = 'error';
    message = `${name} is one place for all users: ${evidence.words}${evidence.first ? '' : ', and the next call overwrites it'}`;
  } else if (evidence?.kind === 'pooled' && !evidence.evicted) {
    severity = 'warning';
    message = `${name} mixes users: ${evidence.words}`;
  } else if (evidence?.kind === 'keyed' && !evidence.evicted) {
    severity = evidence.mild ? 'info' : 'warning';
    message = `${name} ${evidence.mild ? 'lets no entry go' : 'keeps an entry per user and lets none go'}: ${evidence.words}; check eviction`;
  } else if (asOwn && !evidence) {
    severity = isKeptApart(state) ? 'info' : 'warning';
    message = `${name} is one ${state.type ?? 'container'} for all objects of ${cls.name}, and methods fill it as if it were the object's own`;
  } else return undefined;

  const sites: Site[] = [
    { fact: state, message: 'made once, for the class', role: 'owner', symbol: name },
    ...writersOf(facts, state),
    ...(made ? [{ fact: made.fact, message: made.words, role: 'declaration' as const, line: made.line }] : []),
  ];
  return {
    key: `${state.file.service.name}:${name}`,
    concept: name,
    message: `${message}.`,
    sites: sites.slice(0, MAX_SITES),
    differences: [],
    remedy: asOwn ? `Make ${state.name} in the constructor of ${cls.name}.` : `Keep it outside the class, in a store with an expiry, or pass it on.`,
    rank: severity === 'error' ? 0.6 : 0.3,
    severity,
  };
}

/** Whether every entry goes in under a key and comes out by it: objects that share the container do not meet in it. */
function isKeptApart({ uses }: StateFact): boolean {
  return uses.every(({ how }) => how !== 'mutate' && how !== 'assign') && uses.some(({ how, key }) => how === 'remove' && key !== undefined);
}

/** Whether a framework copies the attribute for each object, or makes something else of it: pydantic, dataclasses, ORMs, enums. */
function isCopiedPerObject(facts: FactIndex, cls: Indexed<ClassFact>): boolean {
  if (cls.form === 'enum' || cls.form === 'data' || cls.form === 'protocol' || cls.form === 'exception') return true;
  return [cls, ...ancestorsOf(facts, cls)].some((each) => each.bases.some((base) => COPYING_BASES.test(base.slice(base.lastIndexOf('.') + 1))));
}

function defaultFinding(facts: FactIndex, state: Indexed<StateFact>): FindingDraft | undefined {
  const changed = state.uses.filter((use) => use.how === 'mutate' || use.how === 'keyed' || use.how === 'remove' || use.how === 'keep' || (use.how === 'return' && use.key === undefined));
  if (changed.length === 0) return undefined;
  const by = state.scope.join('.');
  const fn = functionAt(facts, state.file.path, by);
  const evidence = userEvidenceOf(facts, state).find(({ kind }) => kind === 'pooled' || kind === 'keyed');
  // Kept by the object, and nothing in its class changes it.
  const isOnlyKept = changed.every((use) => use.how === 'keep' && use.changed !== true);
  const does = [...new Set(changed.map((use) => (use.how === 'keep' ? 'keeps' : use.how === 'return' ? 'returns' : 'changes')))].join(' and ');
  return {
    key: `${state.file.service.name}:${by}:${state.name}`,
    concept: `${by}(${state.name})`,
    message: `${by} ${does} ${state.name}, whose default is one ${state.type ?? 'container'} for all calls${evidence ? `: ${evidence.words}` : ''}.`,
    sites: [
      { fact: state, message: 'made once, when the function is defined', role: 'owner' },
      ...changed.slice(0, 4).flatMap((use) => (fn ? [{ fact: fn, message: use.how === 'keep' ? 'keeps it' : use.how === 'return' ? 'returns it' : 'changes it', role: 'writer' as const, line: use.span[0] }] : [])),
    ],
    remedy: `Let ${state.name} be None by default and make a new one inside ${fn?.name ?? by}.`,
    rank: evidence ? 0.6 : 0.3,
    severity: isOnlyKept ? 'info' : evidence ? 'error' : 'warning',
  };
}
