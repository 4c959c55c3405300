import type { AuditedFile } from '../facts/fact-index.js';
import type { RepositoryView } from './repository-view.js';
import { createWordIndex, K1, type Query, type WordIndex } from './word-index.js';
import { searchTerms } from './words.js';

/** The files that can be suspects, and their words. */
export interface Corpus extends WordIndex {
  /** Sorted by path. */
  candidates: readonly AuditedFile[];
  isCandidate(path: string): boolean;
  /** The passage of a file that fits a query best, and the rarest words that it shares with it. */
  bestPassage(path: string, query: Query): Passage | undefined;
}

export interface Passage {
  score: number;
  /** 1-based line in the passage with the most weight. */
  line: number;
  words: readonly string[];
}

const PASSAGE_LINES = 30;
const PASSAGE_STEP = 15;

/** Roles of files that a fix may go into, judged by what a file is for. */
const SUSPECT_ROLES = new Set(['production', 'script', 'migration', 'example']);
const CODE = /\.(?:[cm]?[jt]sx?|pyi?|pyx|vue|svelte|astro|go|java|kt|kts|scala|groovy|rb|rs|php|cs|fs|swift|dart|c|cc|cpp|h|hpp|m|ex|exs|erl|clj|lua|sql|graphql|gql|prisma|proto)$/;

/** Whether a file can be what has to change: source code that is no test, no stand-in, and was not written by a tool. */
export function isCandidate({ path, role }: AuditedFile): boolean {
  return SUSPECT_ROLES.has(role) && CODE.test(path) && !/\.d\.[cm]?ts$/.test(path) && !/(?:^|[./-])(?:eslint|prettier|babel|webpack|rollup|rolldown|vite|tsup|postcss|tailwind|commitlint|jest|vitest)\.?config\.[cm]?[jt]s$/.test(path);
}

/**
 * The words of the files that can be suspects.
 * @param asked every word that will be asked about
 */
export function createCorpus(view: RepositoryView, asked: ReadonlySet<string>): Corpus {
  const candidates = view.files.filter(isCandidate);
  const paths = new Set(candidates.map(({ path }) => path));
  // The path speaks for the whole file.
  const index = createWordIndex((function* () {
    for (const { path } of candidates) yield [path, [...searchTerms(view.text(path) ?? ''), ...searchTerms(path)]] as const;
  })(), asked);
  const { idf } = index;

  return {
    ...index,
    candidates,
    isCandidate: (path) => paths.has(path),
    bestPassage(path, query) {
      const lines = (view.text(path) ?? '').split('\n');
      const perLine = lines.map((line) => {
        const found = new Map<string, number>();
        if (line.length < 2000) for (const word of searchTerms(line)) if (query.has(word)) found.set(word, (found.get(word) ?? 0) + 1);
        return found;
      });
      let best: Passage | undefined;
      for (let start = 0; start === 0 || start + PASSAGE_STEP < lines.length; start += PASSAGE_STEP) {
        const end = Math.min(start + PASSAGE_LINES, lines.length);
        const counts = new Map<string, number>();
        let topLine = start;
        let topWeight = 0;
        for (let index = start; index < end; index++) {
          let weight = 0;
          for (const [word, times] of perLine[index]!) {
            counts.set(word, (counts.get(word) ?? 0) + times);
            weight += query.get(word)! * idf(word);
          }
          if (weight > topWeight) [topLine, topWeight] = [index, weight];
        }
        const weights = [...counts].map(([word, times]): [string, number] => [word, query.get(word)! * idf(word) * ((times * (K1 + 1)) / (times + K1))]);
        const score = weights.reduce((sum, [, weight]) => sum + weight, 0);
        if (score > (best?.score ?? 0)) {
          const words = weights.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 4).map(([word]) => word);
          best = { score, line: topLine + 1, words };
        }
      }
      return best;
    },
  };
}

/** Counts words; `weight` is added for each. */
export function addToQuery(query: Map<string, number>, text: string, weight = 1): void {
  for (const word of searchTerms(text)) query.set(word, (query.get(word) ?? 0) + weight);
}

/** A word said ten times is not ten times as telling: square roots, as in the vector space model. */
export function dampened(query: Query): Map<string, number> {
  return new Map([...query].map(([word, weight]) => [word, Math.sqrt(weight)]));
}
