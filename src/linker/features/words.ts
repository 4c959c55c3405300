import type { FailureContext } from '../failure-context.js';
import { at, scaled, type Feature, type FeatureId } from './feature.js';

/** Which words of the failure are looked for in the files. */
const SOURCES = [
  { id: 'message-words', query: 'message', told: 'the failure' },
  { id: 'title-words', query: 'title', told: 'the name of the test' },
  { id: 'body-words', query: 'body', told: 'the body of the test' },
] as const satisfies readonly { id: FeatureId; query: keyof FailureContext['queries']; told: string }[];

/** Okapi BM25 of the words of message, title and test body. */
export const wordFeatures: readonly Feature[] = SOURCES.map(({ id, query, told }): Feature => ({
  id,
  values: ({ queries, corpus }) => corpus.fit(queries[query]),
  explain({ queries, corpus }, path) {
    const passage = corpus.bestPassage(path, queries[query]);
    if (!passage || passage.words.length === 0) return undefined;
    return { statement: `shares the words ${list(passage.words)} with ${told}, most of them near ${path}:${passage.line}`, references: [at(path, passage.line)] };
  },
}));

/** The words of title and body that set this test apart from the others of its file. */
export const tellingWords: Feature = {
  id: 'telling-words',
  values: ({ queries, corpus }) => corpus.fit(queries.telling),
  explain: () => undefined,
};

/** The words of the failure in the names that a file defines: what it is about, rather than what it mentions. */
export const outlineWords: Feature = {
  id: 'outline-words',
  values: ({ queries, definitions }) => definitions.words.fit(queries.all),
  explain: () => undefined,
};

/** The words of the failure in the file's path. */
export const pathWords: Feature = {
  id: 'path-words',
  values: ({ queries, definitions }) => definitions.paths.fit(queries.all),
  explain({ queries, definitions }, path) {
    const words = [...queries.all.keys()].filter((word) => definitions.paths.holders(word).has(path)).sort();
    return words.length === 0 ? undefined : { statement: `its path has the words ${list(words.slice(0, 4))} of the test`, references: [at(path, 1)] };
  },
};

/** Files are long and a fault is in one place: the best passage alone, for those files that the words find at all. */
const MAX_FILES = 60;

export const passage: Feature = {
  id: 'passage',
  values({ queries, corpus }) {
    const first = [...corpus.bm25(queries.all)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_FILES);
    return scaled(new Map(first.map(([path]) => [path, corpus.bestPassage(path, queries.all)?.score ?? 0])));
  },
  explain: () => undefined, // the words say it already
};

function list(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}
