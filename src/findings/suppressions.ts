import type { SuppressionComment } from '../model/facts.js';
import { locationOf } from '../model/location.js';
import type { Finding, Problem } from '../model/result.js';

export interface FileSuppressions {
  path: string;
  comments: readonly SuppressionComment[];
}

const SYNTAX = /^ssot-ignore-(?:next-line|file)\s+(?<rules>[\w./-]+(?:\s*,\s*[\w./-]+)*)(?:\s+until=(?<until>\S+))?(?:\s+--\s*(?<reason>.*))?$/;

interface Suppressor {
  path: string;
  comment: SuppressionComment;
  rules: readonly string[];
  reason: string;
  used: boolean;
}

/**
 * Marks findings that a comment in the source accepts: `ssot-ignore-next-line <rule>[, <rule>] until=YYYY-MM-DD -- reason`. The reason is
 * required. A suppression that is malformed, out of date or matches nothing is a problem of the result. Findings are marked and never dropped.
 *
 * @param ranRules ids of the rules that ran: a suppression of a rule that did not run is not called unused
 * @param today `YYYY-MM-DD`; absent: no suppression is out of date
 */
export function applySuppressions(
  findings: readonly Finding[], files: readonly FileSuppressions[], ranRules: ReadonlySet<string>, knownRules: ReadonlySet<string>, today?: string,
): { findings: Finding[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const suppressors = files.flatMap(({ path, comments }) => comments.flatMap((comment) => read(path, comment, knownRules, today, problems)));
  const byPath = new Map<string, Suppressor[]>();
  for (const suppressor of suppressors) byPath.set(suppressor.path, [...(byPath.get(suppressor.path) ?? []), suppressor]);

  const marked = findings.map((finding): Finding => {
    for (const { path, range } of [finding.location, ...finding.related.map(({ location }) => location)]) {
      for (const suppressor of byPath.get(path) ?? []) {
        if (!suppressor.rules.includes(finding.ruleId) || !covers(suppressor.comment, range.start.line)) continue;
        suppressor.used = true;
        return { ...finding, suppression: { kind: 'inSource', justification: suppressor.reason, location: locationOf(path, suppressor.comment.span) } };
      }
    }
    return finding;
  });
  for (const { path, comment, rules, used } of suppressors) {
    if (used || !rules.every((rule) => ranRules.has(rule))) continue;
    problems.push({ kind: 'unused-suppression', message: `This suppression of ${rules.join(', ')} matches no finding; remove it.`, location: locationOf(path, comment.span) });
  }
  return { findings: marked, problems };
}

function covers(comment: SuppressionComment, line: number): boolean {
  return comment.scope === 'file' || line === comment.span[2] + 1 || line === comment.span[0];
}

function read(path: string, comment: SuppressionComment, knownRules: ReadonlySet<string>, today: string | undefined, problems: Problem[]): Suppressor[] {
  const location = locationOf(path, comment.span);
  const reject = (message: string): Suppressor[] => {
    problems.push({ kind: 'invalid-suppression', message, location });
    return [];
  };
  const groups = SYNTAX.exec(comment.text)?.groups;
  if (!groups) return reject(`Not understood: "${comment.text}". Write: ssot-ignore-next-line <rule-id> -- <reason>.`);
  const rules = groups['rules']!.split(',').map((rule) => rule.trim());
  const unknown = rules.find((rule) => !knownRules.has(rule));
  if (unknown !== undefined) return reject(`There is no rule "${unknown}".`);
  const reason = groups['reason']?.trim() ?? '';
  if (reason === '') return reject(`A suppression needs a reason: add "-- <reason>" after ${rules.join(', ')}.`);
  const until = groups['until'];
  if (until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(until)) return reject(`until=${until} is not a date; write until=YYYY-MM-DD.`);
  if (until !== undefined && today !== undefined && until < today) return reject(`This suppression of ${rules.join(', ')} ended on ${until}.`);
  return [{ path, comment, rules, reason, used: false }];
}
