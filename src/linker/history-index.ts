import type { AuditedFile } from '../facts/fact-index.js';
import type { Commit } from '../discover/commit-history.js';
import type { RepositoryView } from './repository-view.js';
import { createWordIndex, type WordIndex } from './word-index.js';
import { searchTerms } from './words.js';

/** What the commits say about the files that can be suspects. Without git all of it is empty. */
export interface HistoryIndex {
  /** Share of the commits of a file in which each candidate changed too; commits that touch many files count less. */
  changedWith(path: string): ReadonlyMap<string, { share: number; times: number; last: Commit }>;
  /** Words of the subjects of each candidate's commits. */
  subjects: WordIndex;
  /** How often each candidate changed of late, from 0 to 1; a commit twice as old counts half. */
  churn: ReadonlyMap<string, number>;
  /** Candidates that changed in the commits which wrote the lines of a file, by what each line weighs. */
  writtenWith(path: string, weightOf: (line: number) => number): ReadonlyMap<string, { weight: number; best: Commit }>;
  /** Newest commit of a candidate whose subject has one of these words. */
  commitWith(path: string, words: ReadonlySet<string>): Commit | undefined;
}

/** Commits back at which a change counts half. */
const HALF_LIFE = 150;
/** So few commits of a file are no habit. */
const DAMPING = 2;

export function createHistoryIndex(view: RepositoryView, candidates: readonly AuditedFile[], asked: ReadonlySet<string>): HistoryIndex {
  const commits = view.history.commits();
  const isCandidate = new Set(candidates.map(({ path }) => path));
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const authorship = new Map<string, readonly (string | undefined)[]>();
  const byFile = new Map<string, Commit[]>();
  const raw = new Map<string, number>();
  for (const [age, commit] of commits.entries()) {
    const own = commit.paths.filter((path) => isCandidate.has(path));
    for (const path of commit.paths) byFile.set(path, [...(byFile.get(path) ?? []), commit]);
    // One change of forty files is not forty changes.
    for (const path of own) raw.set(path, (raw.get(path) ?? 0) + 0.5 ** (age / HALF_LIFE) / Math.max(1, Math.log2(own.length + 1)));
  }
  const most = Math.max(...raw.values(), 1e-9);
  return {
    churn: new Map([...raw].map(([path, value]) => [path, Math.log1p(value) / Math.log1p(most)])),
    subjects: createWordIndex(candidates.map(({ path }) => [path, (byFile.get(path) ?? []).flatMap(({ subject }) => searchTerms(subject))] as const), asked),
    changedWith(path) {
      const shares = new Map<string, { share: number; times: number; last: Commit }>();
      let total = DAMPING;
      for (const commit of byFile.get(path) ?? []) {
        const others = commit.paths.filter((other) => isCandidate.has(other));
        if (others.length === 0) continue; // a change of the test alone says nothing about where its failures are mended
        total++;
        const weight = 1 / Math.log2(others.length + 1);
        for (const other of others) {
          const before = shares.get(other);
          shares.set(other, { share: (before?.share ?? 0) + weight, times: (before?.times ?? 0) + 1, last: before?.last ?? commit });
        }
      }
      return new Map([...shares].map(([other, entry]) => [other, { ...entry, share: entry.share / total }]));
    },
    writtenWith(path, weightOf) {
      let authors = authorship.get(path);
      if (!authors) authorship.set(path, (authors = view.history.authorship(path)));
      const perCommit = new Map<Commit, number>();
      for (const [index, sha] of authors.entries()) {
        const commit = sha === undefined ? undefined : bySha.get(sha);
        const weight = commit === undefined ? 0 : weightOf(index + 1);
        if (weight > 0) perCommit.set(commit!, (perCommit.get(commit!) ?? 0) + weight);
      }
      const found = new Map<string, { weight: number; best: Commit; most: number }>();
      for (const [commit, sum] of perCommit) {
        const own = commit.paths.filter((other) => isCandidate.has(other));
        // A commit that wrote twenty lines nearby is one commit.
        const weight = Math.sqrt(sum) / Math.max(1, Math.log2(own.length + 1));
        for (const other of own) {
          const before = found.get(other);
          found.set(other, before === undefined || weight > before.most ? { weight: (before?.weight ?? 0) + weight, best: commit, most: weight } : { ...before, weight: before.weight + weight });
        }
      }
      return found;
    },
    commitWith: (path, words) => (byFile.get(path) ?? []).find(({ subject }) => searchTerms(subject).some((word) => words.has(word))),
  };
}
