import { execFileSync } from 'node:child_process';
import type { History } from '../facts/fact-index.js';
import type { Problem } from '../model/result.js';
import { createIgnoreTest } from './ignored-paths.js';

/** History of a tree with what went wrong while it was read. */
export interface OpenedHistory extends History {
  /** Whether git ignores a path: it may be there after a build. */
  isIgnored(path: string): boolean;
  /** What the history could not say: a shallow clone, a failing git. Filled by the questions asked. */
  problems(): Problem[];
}

type Deletion = { commit: string; date: string; subject: string };

/** Milliseconds that reading all deletions may take; a history that is slower is done without. */
const LOG_TIMEOUT = 30_000;
/** Deletions are one pass over history whatever is asked, so all are read at once; output beyond this is cut off by an error. */
const LOG_BYTES = 1 << 29;

/**
 * History of the tree at `root`, asked of git when a rule first needs it. Outside a git repository, or when git fails, it knows nothing.
 * Only ever reads: no hook, filter or configured command of the repository is run.
 */
export function openHistory(root: string): OpenedHistory {
  const problems: Problem[] = [];
  let deletions: ReadonlyMap<string, Deletion> | undefined;

  const readDeletions = (): ReadonlyMap<string, Deletion> => {
    const shallow = run(root, ['rev-parse', '--is-shallow-repository'])?.trim();
    if (shallow === undefined) return new Map(); // no git, or no repository
    if (shallow === 'true') {
      problems.push({ kind: 'git', message: 'The clone is shallow: when deleted files went is not known. Fetch the whole history (in CI: `fetch-depth: 0`) to see it.' });
    }
    const log = run(root, ['log', '--no-renames', '--diff-filter=D', '--name-only', '-z', '--relative', '--date=short', '--format=%x01%h%x02%ad%x02%s', '--', '.'], LOG_TIMEOUT);
    if (log === undefined) {
      problems.push({ kind: 'git', message: 'git could not list deleted files in time: findings do not say when a missing file went.' });
      return new Map();
    }
    return parseLog(log);
  };

  return {
    deletionOf: (path) => (deletions ??= readDeletions()).get(path),
    isIgnored: createIgnoreTest(root),
    problems: () => problems,
  };
}

/** Newest first, so the first mention of a path is its last deletion. */
function parseLog(log: string): Map<string, Deletion> {
  const deletions = new Map<string, Deletion>();
  for (const entry of log.split('\x01').slice(1)) {
    const [head, ...paths] = entry.split('\0');
    const [commit, date, subject] = head!.split('\x02');
    for (const path of paths) {
      const name = path.replace(/^\n/, '');
      if (name !== '' && !deletions.has(name)) deletions.set(name, { commit: commit!, date: date!, subject: subject ?? '' });
    }
  }
  return deletions;
}

/** Output of a git command; undefined when it fails. */
function run(root: string, args: readonly string[], timeout = 10_000): string | undefined {
  try {
    return execFileSync('git', ['-c', 'core.quotepath=off', '-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false', ...args], {
      cwd: root, encoding: 'utf8', maxBuffer: LOG_BYTES, timeout, stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    });
  } catch {
    return undefined; // a failing or too slow command: the caller says what is lost by it
  }
}
