import { chooseOwner, compareText, groupByRelation, type FactIndex } from '../../src/index.js';
import { compareSets } from './compare-sets.js';
import { components } from './components.js';
import { areMixed } from './mixed.js';
import type { SetGroup } from './set-groups.js';
import { areVersions, isDerivedSet, type DeclaredSet } from './type-declarations.js';

/** Groups by values: sets in several files, whatever their names, that share three or more values too telling to meet by chance. */
export function* setsOfOneVocabulary(facts: FactIndex): Iterable<SetGroup> {
  const sets = facts.of('enum').filter((fact) => fact.scope.length === 0 && fact.file.role === 'production' && !isDerivedSet(facts, fact));
  for (const cluster of clustersOf(sets)) {
    for (const related of groupByRelation(facts, cluster)) {
      let rest: DeclaredSet[] = related;
      while (rest.length >= 2) {
        const { core, members } = coreOf(rest);
        if (members.length < 2 || core.length < MIN_SHARED) break;
        rest = rest.filter((set) => !members.includes(set));
        const group = groupOf(facts, core, members);
        if (group) yield group;
      }
    }
  }
}

const MIN_SHARED = 3;
const MIN_OVERLAP = 0.5;
/** A value in more sets than this is a word of the trade and not of one concept. */
const MAX_SETS = 30;

/** Values of several words that any product may have. */
const COMMON_VALUES: ReadonlySet<string> = new Set([
  'in_progress', 'in-progress', 'inprogress', 'not_found', 'not_started', 'not_available', 'read_only', 'rate_limit', 'rate_limited', 'half_open', 'half-open', 'timed_out',
  'bad_request', 'internal_error', 'server_error', 'unknown_error', 'network_error', 'validation_error', 'timeout_error', 'access_denied', 'created_at', 'updated_at', 'circuit_breaker',
  'user_id', 'space-between', 'space-around', 'flex-start', 'flex-end', 'no-repeat', 'date-time', 'top-left', 'top-right', 'bottom-left', 'bottom-right', 'extra-large',
]);

function tellingValues(set: DeclaredSet): string[] {
  return [...new Set(set.members.map(({ value }) => value))]
    .filter((value) => value.length >= 6 && value.length <= 80 && /[A-Za-z\d][_\-.:/][A-Za-z\d]|[a-z][A-Z]/.test(value) && !/\s/.test(value) && !COMMON_VALUES.has(value.toLowerCase()));
}

/** Sets connected by shared telling values, found through an index of the values. */
function clustersOf(sets: readonly DeclaredSet[]): DeclaredSet[][] {
  const telling = new Map<DeclaredSet, string[]>();
  const byValue = new Map<string, DeclaredSet[]>();
  for (const set of sets) {
    const values = tellingValues(set);
    if (values.length < MIN_SHARED) continue;
    telling.set(set, values);
    for (const value of values) {
      const list = byValue.get(value);
      if (list) list.push(set);
      else byValue.set(value, [set]);
    }
  }
  const shared = new Map<DeclaredSet, Map<DeclaredSet, number>>();
  for (const list of byValue.values()) {
    if (list.length < 2 || list.length > MAX_SETS) continue;
    for (const [index, a] of list.entries()) {
      const counts = shared.get(a) ?? new Map<DeclaredSet, number>();
      shared.set(a, counts);
      for (const b of list.slice(index + 1)) counts.set(b, (counts.get(b) ?? 0) + 1);
    }
  }
  const connected = (a: DeclaredSet, b: DeclaredSet): boolean => {
    const count = shared.get(a)?.get(b) ?? shared.get(b)?.get(a) ?? 0;
    return a.file.path !== b.file.path && a.file.language === b.file.language && count >= MIN_SHARED && count / Math.min(telling.get(a)!.length, telling.get(b)!.length) >= MIN_OVERLAP
      && !areVersions(a.file.path, b.file.path);
  };
  const candidates = [...telling].filter(([, values]) => values.filter((value) => byValue.get(value)!.length >= 2).length >= MIN_SHARED).map(([set]) => set);
  return components(candidates, connected).filter((part) => part.length >= 2);
}

/** The values that most of the sets state, and the sets that state most of those. */
function coreOf(sets: readonly DeclaredSet[]): { core: string[]; members: DeclaredSet[] } {
  const counts = new Map<string, number>();
  for (const set of sets) for (const value of tellingValues(set)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count >= 2).sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  const most = common.filter(([, count]) => count >= sets.length * 0.6);
  const core = (most.length >= MIN_SHARED ? most : common.slice(0, MIN_SHARED)).map(([value]) => value);
  const members = sets.filter((set) => {
    const stated = core.filter((value) => set.members.some((member) => member.value === value)).length;
    return stated >= MIN_SHARED && stated >= core.length * 0.5;
  });
  return { core, members };
}

function groupOf(facts: FactIndex, core: readonly string[], members: readonly DeclaredSet[]): SetGroup | undefined {
  if (new Set(members.map(({ file }) => file.path)).size < 2) return undefined;
  const choice = chooseOwner(facts, members, members[0]!.name);
  const owner = choice.owner.fact;
  const lineOf = (set: DeclaredSet): number => set.members.find(({ value }) => core.includes(value))?.line ?? set.span[0];
  const copies = choice.ranked.slice(1).map((declaration) => ({ declaration, comparison: compareSets(owner.members, declaration.fact.members), line: lineOf(declaration.fact) }));
  const used = choice.ranked.filter(({ importers }) => importers.production > 0);
  const isSpread = used.length >= 2 && isSpreadOver(core, members);
  const isNearlyOne = used.some((a, index) => used.slice(index + 1).some((b) => compareSets(a.fact.members, b.fact.members).similarity >= MIN_SIMILARITY));
  return {
    name: owner.name,
    core,
    owner: { declaration: choice.owner, line: lineOf(owner) },
    ownerReason: choice.reason,
    copies,
    relation: copies.every(({ comparison }) => comparison.onlyFirst.length === 0 && comparison.onlySecond.length === 0) ? 'identical' : 'drift',
    bothUsed: isSpread || isNearlyOne,
    mixed: isSpread && used.some((a, index) => used.slice(index + 1).some((b) => areMixed(facts, a.fact, b.fact))),
    near: false,
    mirror: false,
    variants: false,
    generic: false,
  };
}

/** Sets under names of their own that have less in common than this are two vocabularies that meet, or a part that some code is about. */
const MIN_SIMILARITY = 0.75;
const MIN_SPREAD = 3;

/** Whether three sets or more all state the commonest of the shared values, and two of them each have something that the other lacks: lists of one thing, kept by hand. */
function isSpreadOver(core: readonly string[], sets: readonly DeclaredSet[]): boolean {
  const states = (set: DeclaredSet, value: string): boolean => set.members.some((member) => member.value === value);
  const count = (value: string): number => sets.filter((set) => states(set, value)).length;
  const commonest = [...core].sort((a, b) => count(b) - count(a) || compareText(a, b)).slice(0, MIN_SHARED);
  const holders = sets.filter((set) => commonest.every((value) => states(set, value)));
  return holders.length >= MIN_SPREAD && holders.some((a, index) => holders.slice(index + 1).some((b) => {
    const { onlyFirst, onlySecond } = compareSets(a.members, b.members);
    return onlyFirst.length > 0 && onlySecond.length > 0;
  }));
}
