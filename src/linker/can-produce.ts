import type { Category } from '../model/result.js';
import type { FailureCluster } from './cluster-failures.js';
import type { Reach, Reached } from './reach.js';
import type { RepositoryView } from './repository-view.js';
import type { Place } from './site-statements.js';
import { symptomOf, type Symptom } from './symptom.js';
import type { LineSpan } from './test-body.js';
import type { Candidate } from './violation-evidence.js';

export interface Question {
  cluster: FailureCluster;
  reach: Reach;
  view: RepositoryView;
}

/** Whether what differs in a violation can have made a failure look as it does, when its place is the nearest that the test comes by. */
export type CanProduce = (candidate: Candidate, near: { place: Place; at: Reached }) => boolean;

/**
 * A violation that a test comes by explains its failure only when what differs between its places can produce the symptom. Values put nothing into
 * another order; a field that is not sent turns no number into another; what a function wrote and both sides show alike is not at fault; a field that
 * nobody compared neither; and an expectation in words that no code says is wrong by itself.
 */
export function canProduce(question: Question): CanProduce {
  const symptom = symptomOf(question.cluster.representative.error);
  if (!symptom) return () => true;
  const unsaid = symptom.awaited.slice(0, MAX_WORDS).filter((word) => !isSaid(word, question));
  return (candidate, { place, at }) => {
    const { finding: { category }, statements: { places } } = candidate;
    if (unsaid.some((word) => !places.some(({ location }) => says(linesOf(spanOf(location), question.view), word)))) return false;
    if (symptom.isOrder && VALUES.has(category)) return candidate.statements.divergent.some(({ aspect, text }) => aspect === 'value' && symptom.sides[0].includes(text));
    if (symptom.isNumbers && FIELDS.has(category)) return candidate.statements.divergent.some(({ aspect, text }) => aspect === 'value' && /^-?\d/.test(text));
    if (WRITERS.has(category) && wroteAlike(symptom, place, at, question.view)) return false;
    return !(VALUES.has(category) && fillsOnlyOthers(candidate, { at, symptom }, question));
  };
}

const MAX_WORDS = 8;
/** What differs is a value. */
const VALUES: ReadonlySet<Category> = new Set<Category>(['duplicate-constant', 'config-drift']);
/** What differs is which fields there are. */
const FIELDS: ReadonlySet<Category> = new Set<Category>(['event-contract-drift', 'missing-event-consumer', 'duplicate-type']);
/** What differs is what code computes. */
const WRITERS: ReadonlySet<Category> = new Set<Category>(['duplicate-function', 'canonical-violation']);

/** Whether code that the test comes by, or the test other than where it expects it, has a word. */
function isSaid(word: string, { reach, view, cluster: { representative: { testPath, testLine } } }: Question): boolean {
  // Code that could not be followed may say anything.
  if (reach.files.size <= 1) return true;
  return reach.all.some((node) => says(linesOf(node, view).map((text, index) => (node.path === testPath ? withoutExpectation(text, node.start + index === testLine, word) : text)), word));
}

/** A line of a test without what it expects: behind `toBe(`; of an assertion that does not show which side that is, all where it has the word once. */
function withoutExpectation(line: string, isFailing: boolean, word: string): string {
  const matcher = /\.(?:not\.|resolves\.|rejects\.)*to[A-Z]\w*\(/.exec(line);
  if (matcher) return line.slice(0, matcher.index);
  return (isFailing || /\bassert\w*\b/.test(line)) && line.split(word).length <= 2 ? '' : line;
}

function says(lines: readonly string[], word: string): boolean {
  return lines.some((line) => line.replaceAll('${', '{').toLowerCase().includes(word.toLowerCase()));
}

function spanOf({ path, range }: Place['location']): LineSpan {
  return { path, start: range.start.line, end: range.end.line };
}

/** Whether what a function gives is framed by words of its caller, and stands between them alike on both sides. */
function wroteAlike({ sides }: Symptom, { symbol }: Place, { from, usedAt }: Reached, view: RepositoryView): boolean {
  const name = symbol?.split('.').at(-1);
  const line = from === undefined ? undefined : view.text(from.path)?.split('\n')[usedAt - 1]?.replace(/\\[nrt]/g, ' ');
  if (name === undefined || line === undefined) return false;
  // The word of the caller that stands before what the function gives: `Total ${formatMoney(total)}`.
  const frame = new RegExp(`([\\p{L}\\p{N}]{3,})[\\s:;,.=-]*\\$?\\{\\s*${name}\\(`, 'u').exec(line)?.[1];
  if (frame === undefined) return false;
  const [a, b] = sides.map((side) => side.split(/\n|\\n/).filter((part) => part.includes(frame)).map((part) => part.slice(part.indexOf(frame) + frame.length).replace(/^[\s:;,.=-]+|['"`]+$/g, '')));
  return a!.length === 1 && b!.length === 1 && a![0] === b![0];
}

/** Whether a value only fills fields of what its user gives back, and the failing comparison is about others. */
function fillsOnlyOthers({ finding }: Candidate, { at, symptom }: { at: Reached; symptom: Symptom }, { cluster, view }: Question): boolean {
  const { from } = at;
  const name = at.symbol.split('.').at(-1)!;
  if (!from || from.distance === 0 || name === '') return false;
  const uses = linesOf(from, view).filter((line) => new RegExp(`\\b${name}\\b`).test(line));
  const fields = uses.map((line) => new RegExp(`["']?([A-Za-z_]\\w*)["']?\\s*:\\s*${name}\\b`).exec(line)?.[1]);
  if (fields.length === 0 || fields.some((field) => field === undefined)) return false;
  const { testPath, testLine, error } = cluster.representative;
  const compared = testPath === undefined || testLine === undefined ? '' : view.text(testPath)?.split('\n')[testLine - 1] ?? '';
  if (compared === '') return false;
  return !fields.some((field) => [compared, error.message, ...symptom.sides].some((text) => new RegExp(`\\b${field!}\\b`).test(text) || text.includes(finding.concept)));
}

function linesOf({ path, start, end }: LineSpan, view: RepositoryView): string[] {
  return view.text(path)?.split('\n').slice(start - 1, end) ?? [];
}
