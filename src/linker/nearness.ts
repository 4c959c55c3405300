import { sortedDistinct } from '../util/compare.js';
import type { FailureCluster } from './cluster-failures.js';
import { canProduce } from './can-produce.js';
import { fitOf } from './explaining.js';
import type { Reach, Reached } from './reach.js';
import { lineOf, round } from './references.js';
import type { RepositoryView } from './repository-view.js';
import type { Place } from './site-statements.js';
import { outlives, pathText, type Candidate, type Signal } from './violation-evidence.js';

export interface Surroundings {
  cluster: FailureCluster;
  reach: Reach;
  view: RepositoryView;
  /** That a file is the one to change. */
  probabilityOf(path: string): number;
}

/** What each step from the test takes. */
const PER_STEP = 0.92;
/** The weight of there being no violation behind a failure: most failures are plain faults. */
const NONE = 0.5;
/** What is left of a violation that stands in a larger declaration which the test uses, and that nobody names. */
const UNNAMED = 0.25;
/** Of a function of at most so many lines all is taken to run. */
const SHORT = 40;
/** What is left of one that is used on another line than the one that the failure quotes. */
const BESIDES = 0.35;

/**
 * How likely it is that a violation is the cause because the failing test comes by it: fit of kind and category, distance, and what the ranking
 * thinks of its files, shared among all violations that the test comes by as well, and the chance that it is none of them. So a test that reaches
 * everything points at nothing.
 */
export function nearness(candidates: readonly Candidate[], surroundings: Surroundings): Map<Candidate, Signal> {
  const { cluster, view, probabilityOf } = surroundings;
  const most = Math.max(0.01, ...sortedDistinct(candidates.flatMap(({ statements }) => statements.places.map(({ location }) => location.path))).map(probabilityOf));
  const produces = canProduce(surroundings);
  const weighed = candidates.flatMap((candidate) => {
    const { finding, statements } = candidate;
    const fit = fitOf(cluster.representative.kind, finding) * (finding.severity === 'info' && finding.differences.length === 0 ? 0.5 : 1);
    const best = fit === 0 ? undefined : nearestPlace(candidate, surroundings);
    if (!best || !produces(candidate, best)) return [];
    const paths = sortedDistinct(statements.places.map(({ location }) => location.path));
    const mass = Math.max(...paths.map(probabilityOf)) / most;
    const changed = view.changed === undefined ? 1 : paths.some((path) => view.changed!.has(path)) ? 1.1 : 0.6;
    return [{ candidate, ...best, weight: Math.min(0.98, fit * best.nearness * (0.75 + 0.25 * Math.min(1, mass)) * changed) }];
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight ** 2, NONE ** 2);
  return new Map(weighed.map(({ candidate, place, at, weight }) => {
    const { path, range } = place.location;
    return [candidate, {
      kind: 'reached', family: 'reach', hard: false, strength: round(weight ** 2 / total),
      statement: `The test reaches ${place.symbol ?? candidate.finding.concept} (${path}:${range.start.line}) in ${at.distance} ${at.distance === 1 ? 'step' : 'steps'}: ${pathText(at)}.`,
      references: [{ code: place.location }, ...(at.from ? [lineOf(at.from.path, at.usedAt)] : [])],
    } satisfies Signal];
  }));
}

interface NearPlace {
  place: Place;
  at: Reached;
  nearness: number;
}

function nearestPlace({ finding, statements }: Candidate, { reach, cluster, view }: Surroundings): NearPlace | undefined {
  const reached = statements.places.flatMap((place, index): NearPlace[] => {
    const { start, end } = place.location.range;
    const at = reach.at(place.location.path, start.line);
    if (!at || (finding.category === 'singleton-state-in-factory' && !outlives(place, view.facts))) return [];
    const isFunction = at.end - at.start <= SHORT && view.facts.inFile(at.path, 'function').some(({ span }) => span[0] === at.start);
    const isInside = !isFunction && (at.start < start.line || at.end > Math.max(start.line, end.line) + 1);
    const named = !isInside || isNamed([place.symbol?.split('.').at(-1) ?? '', finding.concept], statements.places, { reach, cluster, view });
    // The declared owner alone is where everybody should go; only its copies do harm.
    const isOwner = index === 0 && finding.ownerReason !== undefined && finding.category === 'canonical-violation';
    return [{ place, at, nearness: PER_STEP ** (at.distance - 1) * (named ? 1 : UNNAMED) * (isOwner ? UNNAMED : 1) * (isBesides(at, cluster, view) ? BESIDES : 1) }];
  });
  return reached.sort((a, b) => b.nearness - a.nearness)[0];
}

/**
 * Whether the failure quotes a text that stands on another line of the declaration through which the place is reached: then that line decided, and
 * not the one that uses the place.
 */
function isBesides({ from, usedAt }: Reached, { representative: { error } }: FailureCluster, view: RepositoryView): boolean {
  if (!from || from.distance === 0) return false;
  const quoted = [...`${error.message}\n${error.expected ?? ''}\n${error.received ?? ''}`.matchAll(/'([^'\n]{6,120})'|"([^"\n]{6,120})"/g)].map((match) => match[1] ?? match[2]!).filter((text) => /\s/.test(text));
  if (quoted.length === 0) return false;
  const lines = view.text(from.path)?.split('\n').slice(from.start - 1, from.end) ?? [];
  const hits = lines.flatMap((line, index) => (quoted.some((text) => line.includes(text)) ? [from.start + index] : []));
  return hits.length > 0 && !hits.includes(usedAt);
}

/** Whether the test, its failure, or what lies between names one of these, other than at the places themselves. */
function isNamed(names: readonly string[], places: readonly Place[], { reach, cluster, view }: Pick<Surroundings, 'reach' | 'cluster' | 'view'>): boolean {
  const wanted = names.filter((name) => name.length > 2);
  const { error, test } = cluster.representative;
  if (wanted.some((name) => `${error.message} ${error.raw} ${test.title}`.includes(name))) return true;
  return reach.all.some((node) => {
    if (places.some(({ location }) => location.path === node.path && node.start <= location.range.start.line && location.range.start.line <= node.end)) return false;
    const text = view.text(node.path)?.split('\n').slice(node.start - 1, node.end).join('\n') ?? '';
    return wanted.some((name) => text.includes(name));
  });
}
