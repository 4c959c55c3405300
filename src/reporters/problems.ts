import type { Problem, ScanResult } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { thousands } from '../util/plural.js';
import { printable } from '../util/printable.js';

/** Gravest first: what makes a result incomplete before what only wants tidying. */
const ORDER: readonly Problem['kind'][] = ['rule-crash', 'configuration', 'git', 'skipped-file', 'parse-error'];
const NAMES: Readonly<Record<Problem['kind'], string>> = {
  'rule-crash': 'rule failed', configuration: 'configuration', git: 'git', 'skipped-file': 'skipped', 'parse-error': 'parsed in part',
};

/** The problems of a run, a line each, at most `perKind` of a kind; the rest of a kind is counted. */
export function describeProblems({ problems }: Pick<ScanResult, 'problems'>, perKind: number): string[] {
  return ORDER.flatMap((kind) => {
    const ofKind = kind === 'parse-error' ? firstPerFile(problems.filter((problem) => problem.kind === kind)) : problems.filter((problem) => problem.kind === kind);
    const lines = ofKind.slice(0, perKind).map(({ message, location }) => `${NAMES[kind]}: ${location ? `${printable(location.path)}:${location.range.start.line} ` : ''}${printable(message)}`);
    const left = ofKind.length - lines.length;
    return left > 0 ? [...lines, `${NAMES[kind]}: ${thousands(left)} more (the JSON report has all of them)`] : lines;
  });
}

/** One broken line often makes a dozen errors; the first tells where to look. */
function firstPerFile(problems: readonly Problem[]): Problem[] {
  const byPath = new Map<string, Problem>();
  for (const problem of problems) {
    const path = problem.location?.path ?? '';
    if (!byPath.has(path)) byPath.set(path, problem);
  }
  return [...byPath].sort(([a], [b]) => compareText(a, b)).map(([, problem]) => problem);
}
