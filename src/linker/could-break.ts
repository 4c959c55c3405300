import type { Category } from '../model/result.js';
import type { OriginFinder } from './origin.js';
import type { Reach } from './reach.js';
import type { LineSpan } from './test-body.js';
import type { Candidate } from './violation-evidence.js';

interface Circumstances {
  reach: Reach;
  /** The lines of the test. */
  starts: readonly LineSpan[];
  origins: OriginFinder;
}

const MAX_PLACES = 6;
/** Violations that are one thing said several times, of which one place is the owner. */
const COPIES: ReadonlySet<Category> = new Set<Category>(['duplicate-constant', 'duplicate-function', 'duplicate-type', 'duplicate-manager', 'config-drift', 'canonical-violation']);

/**
 * Whether a violation that nothing but nearness speaks for can have turned a test red: the place that deviates has to take part. A place that the
 * test does not come by, and that came later than all that it does come by and than the test itself, changed nothing for it; and one that comes by
 * the owner alone goes where everybody should go, unless it was the owner that changed last.
 */
export function couldBreak(candidate: Candidate, { reach, starts, origins }: Circumstances): boolean {
  const { finding, statements: { places } } = candidate;
  const isReached = places.slice(0, MAX_PLACES).map(({ location }) => reach.at(location.path, location.range.start.line) !== undefined);
  if (!isReached.includes(false)) return true;
  const timesOf = (reached: boolean): number[] => isReached.flatMap((value, index) => (value === reached ? origins.changedAt(candidate, index) ?? [] : []));
  const [inside, outside] = [timesOf(true), timesOf(false)];
  if (inside.length > 0 && outside.length > 0) {
    if (Math.max(...inside) > Math.max(...outside)) return true;
    const tested = starts.flatMap((span) => origins.newestOf(span) ?? []);
    if (Math.min(...outside) > Math.max(...inside, ...tested)) return false;
  }
  const isOwnerAlone = finding.ownerReason !== undefined && isReached[0] === true && !isReached.includes(true, 1);
  return !(isOwnerAlone && COPIES.has(finding.category));
}
