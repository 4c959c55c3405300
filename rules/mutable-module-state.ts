import {
  defineRule, runsInBrowser, userEvidenceOf, z,
  type FactIndex, type FindingDraft, type Indexed, type Severity, type Site, type StateFact, type UserEvidence,
} from '../src/index.js';
import { importerSite, isProcessWide, nameOf, plural, productionImporters, writersOf } from './support/process-wide.js';

const MAX_SITES = 12;

export default defineRule({
  meta: {
    id: 'mutable-module-state',
    category: 'singleton-state-in-factory',
    title: 'Module variable that holds data of users',
    description: 'Reports variables of a module that functions fill with what belongs to single users, sessions, runs or requests: one place that every user overwrites, a collection in which all are thrown together, or an entry per user that nothing takes out again.',
    rationale: 'A module variable lives as long as the process and is everybody\'s. What is not told apart by user is shown to the wrong one; what is told apart and never removed grows until the process dies.',
    remedy: 'Pass the value on as an argument or keep it in the request, a context variable or a store with an expiry.',
    severity: 'error',
    tags: ['isolation', 'state'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const state of facts.of('state')) {
      // What the methods of an object do is its class's matter, and another rule's.
      if (state.holder !== 'module' || state.initial === 'instance' || state.file.role !== 'production' || state.frozen || state.bounded || isProcessWide(state.name) || runsInBrowser(facts, state.file)) continue;
      const finding = findingOf(facts, state);
      if (finding) yield finding;
    }
  },
});

function findingOf(facts: FactIndex, state: Indexed<StateFact>): FindingDraft | undefined {
  const [evidence] = userEvidenceOf(facts, state).sort((a, b) => Number(a.mild === true) - Number(b.mild === true) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const severity = evidence && severityOf(state, evidence);
  if (!evidence || !severity) return undefined;
  const writers = writersOf(facts, state);
  const importers = productionImporters(facts, state.file.path, state.name);
  const sites: Site[] = [
    { fact: state, message: HELD[evidence.kind] ?? 'holds data of users', role: 'owner', symbol: nameOf(state) },
    ...writers.slice(0, 6),
    ...importers.map((site) => importerSite(site, `imports ${state.name}`)),
  ];
  return {
    key: `${state.file.service.name}:${state.canonicalName}`,
    concept: state.name,
    message: `${messageOf(state, evidence)} (${plural(new Set(writers.map(({ symbol }) => symbol)).size, 'function')} ${writers.length === 1 ? 'writes' : 'write'} it).`,
    sites: sites.slice(0, MAX_SITES),
    differences: [],
    remedy: remedyOf(state, evidence),
    rank: Math.min(1, (severity === 'error' ? 0.5 : 0.2) + Math.log2(1 + importers.length + writers.length) / 12),
    severity,
  };
}

const ORDER: readonly UserEvidence['kind'][] = ['overwritten', 'pooled', 'keyed'];
const HELD: Partial<Record<UserEvidence['kind'], string>> = {
  overwritten: 'one place for all users', pooled: 'data of all users together', keyed: 'an entry per user',
};

function severityOf(state: StateFact, evidence: UserEvidence): Severity | undefined {
  if (evidence.mild) return evidence.evicted ? undefined : 'info';
  if (evidence.kind === 'overwritten') return 'error';
  if (evidence.kind === 'pooled') return evidence.evicted ? 'info' : state.uses.some((use) => use.how === 'mutate') ? 'error' : 'warning';
  return evidence.evicted ? undefined : 'warning';
}

function messageOf(state: StateFact, evidence: UserEvidence): string {
  if (evidence.kind === 'overwritten') return `${state.name} is one place for all users: ${evidence.words}${evidence.mild || evidence.first ? '' : ', and the next call overwrites it'}`;
  if (evidence.kind === 'pooled') return `${state.name} mixes users: ${evidence.words}`;
  return `${state.name} ${evidence.mild ? 'lets no entry go' : 'keeps an entry per user and lets none go'}: ${evidence.words}; check eviction`;
}

function remedyOf(state: StateFact, evidence: UserEvidence): string {
  if (evidence.kind === 'keyed') return `Take the entry out of ${state.name} when its user goes, or use a cache with an expiry or a size limit.`;
  return `Pass the value on instead of keeping it in ${state.name}, or keep it in a context variable or in the request.`;
}
