import { readFileSync } from 'node:fs';
import type { RepositoryView } from '../../src/linker/repository-view.js';
import type { LinkResult, Reference } from '../../src/model/link-result.js';
import type { TestRun } from '../../src/model/test-run.js';

/** One thing that `link` says, with what it cites. */
export interface Sentence {
  /** Where in the result. */
  where: string;
  text: string;
  references: readonly Reference[];
  /** Marked as resting on no evidence. */
  isHypothesis: boolean;
}

/** Reasons of suspects, evidence of links and verdicts, whys, runners-up, and the edits that prevent. */
export function sentencesOf({ clusters, suspects, prevention }: LinkResult): Sentence[] {
  const cited = (where: string, evidence: readonly { statement: string; references: readonly Reference[] }[]): Sentence[] => evidence.map(({ statement, references }) => ({ where, text: statement, references, isHypothesis: false }));
  return [
    ...suspects.flatMap((suspect) => cited(`suspect ${suspect.path}`, suspect.evidence)),
    ...clusters.flatMap(({ id, ...cluster }): Sentence[] => [
      ...cluster.suspects.flatMap((suspect) => cited(`${id} suspect ${suspect.path}`, suspect.evidence)),
      ...cluster.links.flatMap(({ finding, evidence }) => cited(`${id} link ${finding.ruleId}`, evidence)),
      ...cited(`${id} verdict`, cluster.verdictEvidence),
      ...cluster.whys.flatMap((why): Sentence[] => [
        ...cited(`${id} evidence of ${why.level}`, why.evidence),
        { where: `${id} ${why.level}`, text: why.answer, references: why.evidence.flatMap(({ references }) => references), isHypothesis: why.status === 'hypothesis' && why.confirmBy !== undefined },
      ]),
      ...cluster.runnersUp.map((text): Sentence => ({ where: `${id} runner-up`, text, references: placesIn(text), isHypothesis: false })),
    ]),
    ...prevention.flatMap(({ ruleId, edits }) => edits.map(({ location, instruction }): Sentence => ({ where: `prevention of ${ruleId}`, text: instruction, references: [{ code: location }], isHypothesis: false }))),
  ];
}

interface Known {
  run: TestRun;
  view: RepositoryView;
  knowsCommit(sha: string): boolean;
}

/** What of a result cannot be followed: each reference once, and each sentence that cites nothing and is no hypothesis. */
export function unresolvedIn(result: LinkResult, known: Known): string[] {
  const problems = sentencesOf(result).flatMap(({ where, text, references, isHypothesis }) => [
    ...(references.length === 0 && !isHypothesis ? [`${where} cites nothing: ${text}`] : []),
    ...references.filter((reference) => !resolves(reference, known)).map((reference) => `does not resolve: ${JSON.stringify(reference)}`),
  ]);
  return [...new Set(problems)];
}

function resolves(reference: Reference, { run, view, knowsCommit }: Known): boolean {
  if ('code' in reference) {
    const { path, range } = reference.code;
    return view.file(path) !== undefined && range.start.line >= 1 && range.start.line <= Math.max(1, view.lineCount(path));
  }
  if ('commit' in reference) return knowsCommit(reference.commit.sha);
  const { path, record } = reference.report;
  if (!run.sources.some((source) => source.path === path)) return false;
  const line = /^line:(\d+)$/.exec(record)?.[1];
  return line === undefined ? run.results.some(({ id }) => id === record) : Number(line) <= readFileSync(path, 'utf8').split('\n').length;
}

/** `rule of concept (src/cart.ts:3), 0.5` and `src/cart.ts as the place, 0.3`. */
function placesIn(text: string): Reference[] {
  const place = /\((\S+):(\d+)\), [\d.]+$/.exec(text) ?? /^(\S+)() as the place, [\d.]+$/.exec(text);
  const line = Number(place?.[2]) || 1;
  return place ? [{ code: { path: place[1]!, range: { start: { line, column: 1 }, end: { line, column: 1 } } } }] : [];
}
