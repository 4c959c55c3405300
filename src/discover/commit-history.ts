import { isRevision, runGit } from '../util/run-git.js';

export interface Commit {
  sha: string;
  /** Seconds since 1970, as the committer's clock had it. */
  time: number;
  subject: string;
  /** Paths that it changed, relative to the audited root, under the names that they have today. */
  paths: readonly string[];
}

export interface CommitHistory {
  /** Newest first, at most `MAX_COMMITS`. Empty without git. Read at the first call. */
  commits(): readonly Commit[];
  /** Full hash of the commit that each line of a file stems from, by line (0 is line 1); `undefined` for lines that are not committed. Empty without git. */
  authorship(path: string): readonly (string | undefined)[];
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
  const log = (renames: readonly string[]): string | undefined =>
    git(['log', `--max-count=${MAX_COMMITS}`, '--no-merges', ...renames, '--no-ext-diff', '--name-status', '-z', '--relative', '--format=%x01%H%x02%ct%x02%s', '--', '.']);
  return {
    commits() {
      // Renames are told by comparing contents, which a clone without them (`--filter=blob:none`) cannot.
      commits ??= parseLog(log(['-M', '-l200']) ?? log(['--no-renames']) ?? '');
      return commits;
    },
    authorship(path) {
      const lines: (string | undefined)[] = [];
      const blame = git(['blame', '--porcelain', '-w', '--no-progress', '--', path]) ?? '';
      for (const match of blame.matchAll(/^([0-9a-f]{40,64}) \d+ (\d+)/gm)) lines[Number(match[2]) - 1] = /^0+$/.test(match[1]!) ? undefined : match[1];
      return lines;
    },
    changedSince(revision) {
      if (!isRevision(revision)) return undefined;
      const changed = git(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--relative', revision, '--', '.']);
      return changed?.split('\0').filter((path) => path !== '');
    },
    spent: () => spent,
  };
}

/** Newest first. A file that was renamed goes by its present name throughout. */
function parseLog(log: string): Commit[] {
  const present = new Map<string, string>();
  return log.split('\x01').slice(1).map((entry) => {
    const [head = '', ...rest] = entry.split('\0');
    const [sha = '', time = '0', subject = ''] = head.split('\x02');
    const words = rest.map((word) => word.replace(/^\n/, ''));
    const paths: string[] = [];
    for (let index = 0; index + 1 < words.length; index += 2) {
      const status = words[index]!;
      const path = words[index + 1]!;
      if (!/^[RC]\d/.test(status)) {
        paths.push(present.get(path) ?? path);
        continue;
      }
      const after = words[index + 2] ?? path;
      const now = present.get(after) ?? after;
      if (status.startsWith('R')) present.set(path, now);
      // A file that was only moved was not worked on.
      if (status !== 'R100') paths.push(now);
      index++;
    }
    return { sha, time: Number(time), subject, paths: paths.length > MAX_PATHS ? [] : paths };
  });
}
