import type { SuppressionComment } from '../model/facts.js';
import { locationOf, type Span } from '../model/location.js';
import type { Finding } from '../model/result.js';
import { cutText } from '../util/cut-text.js';
import { append } from '../util/multimap.js';
import { nearest } from '../util/nearest.js';

export interface FileSuppressions {
  path: string;
  comments: readonly SuppressionComment[];
}

/** A comment that does nothing, or not all that it says. */
export interface IdleComment {
  path: string;
  text: string;
  span: Span;
  state: 'invalid' | 'expired' | 'unused';
  /** The rules that it names in vain. */
  rules: readonly string[];
  /** All rules that it names. */
  names: readonly string[];
  statement: string;
}

export interface Suppressions {
  /** Marks the findings that a comment accepts, and drops none. */
  mark(findings: readonly Finding[]): Finding[];
  /** Comments that are wrong, ended, or have marked nothing so far, by path and position. A rule that did not run counts as matched. */
  idle(ranRules: ReadonlySet<string>): IdleComment[];
}

interface Reading {
  path: string;
  comment: SuppressionComment;
  names: readonly string[];
  reason: string;
  fault?: { state: 'invalid' | 'expired'; statement: string };
  /** Lines whose sites it covers; absent: those of the whole file. */
  lines?: readonly number[];
  matched: Set<string>;
}

const SYNTAX = /^ssot-ignore-(?:next-line|file)\s+(?<rules>[\w@./-]+(?:\s*,\s*[\w@./-]+)*)(?:\s+until=(?<until>\S+))?(?:\s+--(?:\s+(?<reason>.*))?)?$/;
const FORM = 'ssot-ignore-next-line <rule-id> until=YYYY-MM-DD -- <reason>';
/** Longer comments are not read: no reason needs more, and the text is shown. */
const MAX_LENGTH = 2000;

/**
 * Reads the suppressions of a tree: `ssot-ignore-next-line <rule>[, <rule>] until=YYYY-MM-DD -- reason`, or `ssot-ignore-file ...`. The reason is
 * required, the date is not. A finding is accepted by a comment at any of its sites.
 *
 * @param today `YYYY-MM-DD`; absent: no suppression is out of date
 */
export function createSuppressions(files: readonly FileSuppressions[], knownRules: ReadonlySet<string>, today?: string): Suppressions {
  const readings = files.flatMap(({ path, comments }) => {
    const suppressed = linesOf(comments);
    return comments.map((comment): Reading => {
      const lines = suppressed.get(comment);
      return { path, comment, matched: new Set(), ...read(comment.text, knownRules, today), ...(lines ? { lines } : {}) };
    });
  });
  const byPath = new Map<string, Reading[]>();
  for (const reading of readings) if (!reading.fault) append(byPath, reading.path, reading);
  return {
    mark: (findings) => findings.map((finding) => marked(finding, byPath)),
    idle: (ranRules) => readings.flatMap((reading) => idleOf(reading, ranRules)),
  };
}

/** All comments that cover a site are in use: nobody has to guess which of two copies carries the one that counts. */
function marked(finding: Finding, byPath: ReadonlyMap<string, readonly Reading[]>): Finding {
  let first: Reading | undefined;
  for (const { path, range } of [finding.location, ...finding.related.map(({ location }) => location)]) {
    for (const reading of byPath.get(path) ?? []) {
      if (!reading.names.includes(finding.ruleId) || (reading.lines && !reading.lines.includes(range.start.line))) continue;
      reading.matched.add(finding.ruleId);
      first ??= reading;
    }
  }
  if (!first || finding.suppression) return finding;
  return { ...finding, suppression: { kind: 'inSource', justification: first.reason, location: locationOf(first.path, first.comment.span) } };
}

function idleOf({ path, comment: { text, span }, names, fault, matched }: Reading, ranRules: ReadonlySet<string>): IdleComment[] {
  if (fault) return [{ path, text, span, names, rules: names, ...fault }];
  const rules = names.filter((name) => ranRules.has(name) && !matched.has(name));
  if (rules.length === 0) return [];
  const statement = rules.length === names.length
    ? `This suppression of ${names.join(', ')} matches no finding.`
    : `Of the rules that this suppression names, ${rules.join(', ')} ${rules.length === 1 ? 'matches' : 'match'} no finding.`;
  return [{ path, text, span, names, rules, state: 'unused', statement }];
}

/** The line of the comment and the next one that holds no further suppression, so that several stack over one line. */
function linesOf(comments: readonly SuppressionComment[]): Map<SuppressionComment, readonly number[]> {
  const endOf = new Map(comments.filter(({ scope }) => scope === 'next-line').map(({ span }) => [span[0], span[2]]));
  const covered = new Map<SuppressionComment, readonly number[]>();
  for (const comment of comments) {
    if (comment.scope === 'file') continue;
    let next = comment.span[2] + 1;
    for (let end = endOf.get(next); end !== undefined && end >= next; end = endOf.get(next)) next = end + 1;
    covered.set(comment, [comment.span[0], next]);
  }
  return covered;
}

function read(text: string, knownRules: ReadonlySet<string>, today: string | undefined): Pick<Reading, 'names' | 'reason' | 'fault'> {
  const invalid = (statement: string, names: readonly string[] = []): Pick<Reading, 'names' | 'reason' | 'fault'> => ({ names, reason: '', fault: { state: 'invalid', statement } });
  if (text.length > MAX_LENGTH) return invalid(`A suppression of ${text.length} characters is not read. Write: ${FORM}.`);
  const groups = SYNTAX.exec(text)?.groups;
  if (!groups) return invalid(`Not understood: "${cutText(text, 120)}". Write: ${FORM}.`);
  const names = [...new Set(groups['rules']!.split(',').map((rule) => rule.trim()))];
  const unknown = names.find((rule) => !knownRules.has(rule));
  if (unknown !== undefined) {
    const suggestion = nearest(unknown, knownRules);
    return invalid(`There is no rule "${cutText(unknown, 120)}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`, names);
  }
  const reason = groups['reason']?.trim() ?? '';
  if (reason === '') return invalid(`A suppression needs a reason: add "-- <reason>" after ${names.join(', ')}.`, names);
  const until = groups['until'];
  if (until !== undefined && !isDate(until)) return invalid(`until=${cutText(until, 40)} is not a date; write until=YYYY-MM-DD.`, names);
  if (until !== undefined && today !== undefined && until < today) return { names, reason, fault: { state: 'expired', statement: `This suppression of ${names.join(', ')} ended on ${until}.` } };
  return { names, reason };
}

/** A day that is in the calendar. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month! < 1 || month! > 12 || day! < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day! <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month! - 1]!;
}
