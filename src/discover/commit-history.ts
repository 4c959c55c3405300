import { isRevision, runGit } from '../util/run-git.js';

export interface Commit {
  sha: string;
  /** Seconds since 1970, as the committer's clock had it. */
  time: number;
  subject: string;
  /** Paths that it changed, relative to the audited root. */
  paths: readonly string[];
}

export interface CommitHistory {
  /** Newest first, at most `MAX_COMMITS`. Empty without git. Read at the first call. */
  commits(): readonly Commit[];
  /** Files changed since a commit, uncommitted changes included; undefined when git does not know the commit. */
  changedSince(revision: string): readonly string[] | undefined;
  /** Milliseconds that git took so far; for measuring, never part of a result. */
  spent(): number;
}

/** Older commits say little about a failure of today, and a long history costs seconds. */
const MAX_COMMITS = 3000;
/** A commit that touches more files than this (a rename of all, a formatter's run) says nothing about which belong together. */
const MAX_PATHS = 200;
const TIMEOUT = 20_000;

/**
 * What git says about the files below `root`: one pass over the history, made when first asked for. Outside a repository, or when git fails,
 * there are no commits. Only ever reads.
 * @param now reads a clock in milliseconds, for `spent`
 */
export function openCommitHistory(root: string, now: () => number = () => 0): CommitHistory {
  let commits: readonly Commit[] | undefined;
  let spent = 0;
  const git = (args: readonly string[]): string | undefined => {
    const start = now();
    const output = runGit(root, args, { timeout: TIMEOUT });
    spent += now() - start;
    return output;
  };
  return {
    commits() {
      commits ??= parseLog(git(['log', `--max-count=${MAX_COMMITS}`, '--no-merges', '--no-renames', '--no-ext-diff', '--name-only', '-z', '--relative', '--format=%x01%H%x02%ct%x02%s', '--', '.']) ?? '');
      return commits;
    },
    changedSince(revision) {
      if (!isRevision(revision)) return undefined;
      const changed = git(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--relative', revision, '--', '.']);
      return changed?.split('\0').filter((path) => path !== '');
    },
    spent: () => spent,
  };
}

function parseLog(log: string): Commit[] {
  return log.split('\x01').slice(1).map((entry) => {
    const [head = '', ...rest] = entry.split('\0');
    const [sha = '', time = '0', subject = ''] = head.split('\x02');
    const paths = rest.map((path) => path.replace(/^\n/, '')).filter((path) => path !== '');
    return { sha, time: Number(time), subject, paths: paths.length > MAX_PATHS ? [] : paths };
  });
}
