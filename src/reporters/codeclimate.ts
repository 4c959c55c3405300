import type { Category, Finding, Severity } from '../model/result.js';
import { hashOf } from '../util/hash.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { cutText, wellFormed } from '../util/cut-text.js';
import { placesOf } from './place.js';
import type { Reporter } from './reporter.js';
import { summarize } from './summary.js';

/** Severities of the Code Climate specification (github.com/codeclimate/platform, spec/analyzers/SPEC.md), as GitLab shows them. */
const SEVERITIES: Readonly<Record<Severity, 'critical' | 'major' | 'info'>> = { error: 'critical', warning: 'major', info: 'info' };
/** A merge request lists them all: more help nobody, and keep the file far below what an artifact may hold. */
const MAX_ISSUES = 10_000;
const MAX_DESCRIPTION = 1000;
const MAX_OTHERS = 20;

/**
 * Code Climate JSON for GitLab's Code Quality (docs.gitlab.com, "Code Quality report format"). Findings in force only: the format has no word for
 * accepted ones, and GitLab itself compares by fingerprint with the target branch.
 */
export const codeClimateReporter: Reporter = (result, { pathPrefix = '', max = MAX_ISSUES }) => {
  const seen = new Map<string, number>();
  const { live } = summarize(result);
  const kept = live.slice(0, Math.min(max, MAX_ISSUES));
  const issues = kept.map((finding) => issueOf(finding, pathPrefix, uniqueFingerprint(finding, seen)));
  if (kept.length < live.length) issues.push(leftOut(live.length - kept.length, issues[0]?.location));
  return issues.length === 0 ? '[]\n' : `[\n${issues.map((issue) => JSON.stringify(issue)).join(',\n')}\n]\n`;
};

interface Issue {
  type: 'issue';
  check_name: string;
  description: string;
  categories: string[];
  severity: 'critical' | 'major' | 'info';
  fingerprint: string;
  location: { path: string; lines: { begin: number; end: number } };
  other_locations?: Issue['location'][];
}

function issueOf(finding: Finding, pathPrefix: string, fingerprint: string): Issue {
  const { remarked, others } = placesOf(finding);
  const placeOf = ({ location: { path, range } }: Pick<Finding, 'location'>): Issue['location'] => ({
    path: wellFormed(`${pathPrefix}${path}`), lines: { begin: range.start.line, end: Math.max(range.start.line, range.end.line) },
  });
  const text = [finding.change?.statement ?? '', finding.message, finding.remedy].filter((part, index, parts) => part !== '' && parts.indexOf(part) === index);
  return {
    type: 'issue',
    check_name: finding.ruleId,
    description: wellFormed(cutText(printable(text.join(' ')), MAX_DESCRIPTION)),
    categories: [categoryOf(finding.category)],
    severity: SEVERITIES[finding.severity],
    fingerprint,
    location: placeOf(remarked),
    ...(others.length > 0 ? { other_locations: others.slice(0, MAX_OTHERS).map(placeOf) } : {}),
  };
}

/** GitLab shows one of several with an equal fingerprint. */
function uniqueFingerprint({ fingerprint }: Finding, seen: Map<string, number>): string {
  const count = (seen.get(fingerprint) ?? 0) + 1;
  seen.set(fingerprint, count);
  return count === 1 ? fingerprint : hashOf(`${fingerprint} ${count}`, 16);
}

function categoryOf(category: Category): string {
  if (category.startsWith('duplicate-')) return 'Duplication';
  return category === 'config-drift' || category === 'event-contract-drift' || category === 'unresolved-import' ? 'Bug Risk' : 'Clarity';
}

function leftOut(count: number, location: Issue['location'] = { path: '.', lines: { begin: 1, end: 1 } }): Issue {
  return {
    type: 'issue', check_name: 'ssot-audit', description: `${plural(count, 'finding')} of the least weight ${count === 1 ? 'is' : 'are'} not in this report; the JSON report has all of them.`, categories: ['Clarity'],
    severity: 'info', fingerprint: hashOf('ssot-audit left out', 16), location,
  };
}
