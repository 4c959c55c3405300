/** How often each word stands in what is asked about. */
export type Query = ReadonlyMap<string, number>;

/** Which documents hold which words. */
export interface WordIndex {
  /** Okapi BM25 of a query per document; those that share no word with it are left out. */
  bm25(query: Query): Map<string, number>;
  /** As `bm25`, from 0 to 1: the best document has 1 when it holds most of what was asked, and less when even it holds little. */
  fit(query: Query): Map<string, number>;
  /** Inverse document frequency. */
  idf(word: string): number;
  /** How rare a word is: 0 for one that stands in all documents, 1 for one that stands in a single one or in none. */
  rarity(word: string): number;
  /** The documents that hold a word, with how often. */
  holders(word: string): ReadonlyMap<string, number>;
}

/** Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with constants in their usual range. */
export const K1 = 1.2;
const B = 0.6;

/** Share of what was asked that makes a full match: nobody names everything in one place. */
const ENOUGH = 0.4;

const NOWHERE: ReadonlyMap<string, number> = new Map();

/**
 * @param documents path and words of each
 * @param asked every word that will be asked about: only these are counted, so that a large tree costs one pass and little memory
 */
export function createWordIndex(documents: Iterable<readonly [path: string, words: readonly string[]]>, asked: ReadonlySet<string>): WordIndex {
  const postings = new Map<string, Map<string, number>>();
  const lengths = new Map<string, number>();
  let total = 0;
  for (const [path, words] of documents) {
    lengths.set(path, words.length);
    total += words.length;
    for (const word of words) {
      if (!asked.has(word)) continue;
      let posting = postings.get(word);
      if (!posting) postings.set(word, (posting = new Map()));
      posting.set(path, (posting.get(path) ?? 0) + 1);
    }
  }
  const count = Math.max(lengths.size, 1);
  const average = total / count || 1;
  const idf = (word: string): number => {
    const found = postings.get(word)?.size ?? 0;
    return Math.log(1 + (count - found + 0.5) / (found + 0.5));
  };
  const bm25 = (query: Query): Map<string, number> => {
    const scores = new Map<string, number>();
    for (const [word, weight] of query) {
      const posting = postings.get(word);
      if (!posting) continue;
      const rarity = idf(word);
      for (const [path, frequency] of posting) {
        const norm = K1 * (1 - B + (B * lengths.get(path)!) / average);
        scores.set(path, (scores.get(path) ?? 0) + weight * rarity * ((frequency * (K1 + 1)) / (frequency + norm)));
      }
    }
    return scores;
  };
  return {
    bm25,
    fit(query) {
      const scores = bm25(query);
      let most = 0;
      for (const score of scores.values()) most = Math.max(most, score);
      let asked = 0;
      for (const [word, weight] of query) asked += weight * idf(word);
      if (most <= 0) return new Map();
      const strength = Math.min(1, most / (ENOUGH * asked));
      return new Map([...scores].map(([path, score]) => [path, (score / most) * strength]));
    },
    idf,
    holders: (word) => postings.get(word) ?? NOWHERE,
    rarity(word) {
      const found = postings.get(word)?.size ?? 0;
      return found === 0 ? 1 : Math.log(count / found) / Math.log(Math.max(count, 2));
    },
  };
}
