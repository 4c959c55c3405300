import type { FailureContext } from '../failure-context.js';
import { searchTerms } from '../words.js';
import { scaled, type Feature } from './feature.js';

/** Candidates that changed in the same commits as the failing test's file: whoever mended such tests before, mended here. */
export const changedTogether: Feature = {
  id: 'changed-together',
  values({ failure: { testPath }, history }) {
    if (testPath === undefined) return new Map();
    return new Map([...history.changedWith(testPath)].map(([path, { share }]) => [path, Math.min(1, share)]));
  },
  explain({ failure: { testPath }, history }, path) {
    const entry = testPath === undefined ? undefined : history.changedWith(testPath).get(path);
    if (!entry) return undefined;
    return {
      statement: `changed in ${entry.times === 1 ? 'one commit' : `${entry.times} commits`} together with ${testPath}, last in ${entry.last.sha.slice(0, 8)} ("${entry.last.subject}")`,
      references: [{ commit: { sha: entry.last.sha, subject: entry.last.subject } }],
    };
  },
};

/** Lines from the failing test at which a neighbour counts a third. */
const NEIGHBOURHOOD = 40;

/**
 * Candidates that changed in the commits which wrote the tests beside the failing one, and those in its file that speak of the same things: finer
 * than whole files where one test file covers a whole product.
 */
export const writtenTogether: Feature = {
  id: 'written-together',
  values: (context) => scaled(new Map([...writtenWith(context)].map(([path, { weight }]) => [path, weight]))),
  explain(context, path) {
    const entry = writtenWith(context).get(path);
    if (!entry) return undefined;
    return {
      statement: `changed in ${entry.best.sha.slice(0, 8)} ("${entry.best.subject}"), which wrote tests of ${context.failure.testPath} that are near the failing one or like it`,
      references: [{ commit: { sha: entry.best.sha, subject: entry.best.subject } }],
    };
  },
};

const written = new WeakMap<FailureContext, ReturnType<FailureContext['history']['writtenWith']>>();

function writtenWith(context: FailureContext): ReturnType<FailureContext['history']['writtenWith']> {
  const { failure: { testPath }, body, view, history, queries } = context;
  let found = written.get(context);
  if (found) return found;
  const lines = testPath === undefined || body === undefined ? [] : (view.text(testPath) ?? '').split('\n').map((line) => (line.length > 500 ? [] : searchTerms(line)));
  const counts = new Map<string, number>();
  for (const words of lines) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const rarity = (word: string): number => Math.log(lines.length / counts.get(word)!) / Math.log(Math.max(lines.length, 2));
  found = lines.length === 0 ? new Map() : history.writtenWith(testPath!, (line) => {
    const distance = line < body!.start ? body!.start - line : Math.max(0, line - body!.end);
    const alike = (lines[line - 1] ?? []).reduce((sum, word) => sum + (queries.title.has(word) || queries.body.has(word) ? rarity(word) ** 2 : 0), 0);
    return Math.exp(-distance / NEIGHBOURHOOD) + alike;
  });
  written.set(context, found);
  return found;
}

/** What people wrote when they changed a file: the words of commit subjects, against those of the failure. */
export const historyWords: Feature = {
  id: 'history-words',
  values: ({ history, queries }) => history.subjects.fit(queries.all),
  explain({ history, queries }, path) {
    const words = [...queries.all.keys()].filter((word) => history.subjects.holders(word).has(path)).sort((a, b) => history.subjects.idf(b) - history.subjects.idf(a) || (a < b ? -1 : 1)).slice(0, 3);
    const commit = words.length === 0 ? undefined : history.commitWith(path, new Set(words.slice(0, 1)));
    if (!commit) return undefined;
    return {
      statement: `commits that changed it speak of ${words.map((word) => `"${word}"`).join(', ')}, as in ${commit.sha.slice(0, 8)} ("${commit.subject}")`,
      references: [{ commit: { sha: commit.sha, subject: commit.subject } }],
    };
  },
};

/** How much a file changes of late: breaks ties. */
export const churn: Feature = { id: 'churn', values: ({ history }) => history.churn, explain: () => undefined };
