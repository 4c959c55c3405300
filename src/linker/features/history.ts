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

/** What people wrote when they changed a file: the words of commit subjects, against those of the failure. */
export const historyWords: Feature = {
  id: 'history-words',
  values: ({ history, queries }) => scaled(history.subjects.bm25(queries.all)),
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
