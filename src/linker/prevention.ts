import type { LinkResult } from '../model/link-result.js';
import type { Finding } from '../model/result.js';
import { missingGuards } from './guards.js';
import type { ViolationLink } from './link-violations.js';
import type { RepositoryView } from './repository-view.js';
import { placesOf, type Place } from './site-statements.js';

type Prevention = LinkResult['prevention'][number];

const MAX_EDITS = 12;

/** For each violation that explains a failure: which places to edit and what to write there, and the guard that would have stopped it. */
export function preventionFor(links: readonly ViolationLink[], view: RepositoryView): Prevention[] {
  const byFingerprint = new Map(links.map((link) => [link.finding.fingerprint, link]));
  return [...byFingerprint].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fingerprint, { finding, candidate }]) => ({
    fingerprint, ruleId: finding.ruleId,
    edits: editsFor(finding).slice(0, MAX_EDITS),
    guard: guardFor(finding, missingGuards(candidate, view).map(({ kind }) => kind)),
  }));
}

function editsFor(finding: Finding): Prevention['edits'] {
  const [first, ...others] = placesOf(finding) as [Place, ...Place[]];
  const owner = `${first.location.path}:${first.location.range.start.line}`;
  const name = first.symbol ?? finding.concept;
  const edit = (place: Place, instruction: string): Prevention['edits'][number] => ({ location: place.location, instruction });
  switch (finding.category) {
    case 'unresolved-import':
    case 'import-path-fragmentation':
    case 'incomplete-migration':
      return [first, ...others].filter(({ role }) => role !== 'target' && role !== 'owner').map((place) => edit(place, finding.remedy));
    case 'config-drift':
      return [edit(first, `Keep the setting here: ${finding.remedy}`), ...others.map((place) => edit(place, `Take ${finding.concept} from ${owner}, without a value of its own (now: ${place.message || 'a value of its own'}).`))];
    case 'event-contract-drift':
    case 'missing-event-consumer':
      return [first, ...others].filter(({ role }) => role === 'producer' || role === 'contract' || role === 'consumer' || role === 'owner' || role === 'declaration')
        .map((place) => edit(place, place.role === 'producer' ? `Send what all contracts of ${finding.concept} demand (now: ${place.message || 'other fields'}).` : `State the fields of ${finding.concept} once and take them from there (now: ${place.message || 'fields of its own'}).`));
    case 'singleton-state-in-factory':
      return [edit(first, finding.remedy), ...others.filter(({ role }) => role === 'writer' || role === 'copy' || role === 'declaration').map((place) => edit(place, `Hold this per user, request or test (now: ${place.message || 'shared'}).`))];
    default:
      return others.length === 0 ? [edit(first, finding.remedy)] : others.map((place) => edit(place, `Use ${name} of ${owner} in place of this one${place.message === '' ? '' : ` (now: ${place.message})`}.`));
  }
}

function guardFor({ ruleId, severity }: Finding, gaps: readonly string[]): string {
  const steps: string[] = [];
  if (gaps.includes('suppressed')) steps.push('take the comment away that accepts the finding');
  if (gaps.includes('baselined')) steps.push('take the finding out of the baseline');
  if (gaps.includes('not-in-ci')) steps.push(`run \`ssot-audit --fail-on ${severity === 'error' ? 'error' : 'warning'}\` in CI, so that ${ruleId} stops the next one`);
  if (gaps.includes('below-gate')) steps.push(`set rules: { '${ruleId}': 'error' } in ssot-audit.config.mjs`);
  if (gaps.includes('untested-copy')) steps.push('test the copy that no test reaches, or delete it');
  if (steps.length === 0) steps.push(`keep ${ruleId} at error, so that it cannot come back`);
  const text = steps.join('; ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
