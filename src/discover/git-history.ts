import { readFileSync } from 'node:fs';
import type { History } from '../facts/fact-index.js';
import type { Problem } from '../model/result.js';
import { runGit } from '../util/run-git.js';
import { writeFileWhole } from '../util/write-file.js';
import { createIgnoreTest } from './ignored-paths.js';

/** History of a tree with what went wrong while it was read. */
export interface OpenedHistory extends History {
  /** Whether git ignores a path: it may be there after a build. */
  isIgnored(path: string): boolean;
  /** What the history could not say: a shallow clone, a failing git. Filled by the questions asked. */
  problems(): Problem[];
}

type Deletion = { commit: string; date: string; subject: string };
/** With the time of its commit in seconds: of several deletions of a path the latest counts, in whatever order they are read. */
type Dated = Deletion & { time: number };

export interface HistoryOptions {
  /** Reads a .gitignore; absent: from the disk. */
  read?: ((path: string) => Buffer) | undefined;
  /** Where to keep what was deleted until HEAD: reading it costs more than all else that git is asked. Absent: it is not kept. */
  cacheFile?: string | undefined;
}

/** Milliseconds that reading all deletions may take; a history that is slower is done without. */
const LOG_TIMEOUT = 30_000;

/**
 * History of the tree at `root`, asked of git when a rule first needs it. Outside a git repository, or when git fails, it knows nothing.
 * Only ever reads: no hook, filter or configured command of the repository is run.
 */
export function openHistory(root: string, { read, cacheFile }: HistoryOptions = {}): OpenedHistory {
  const problems: Problem[] = [];
  let deletions: ReadonlyMap<string, Dated> | undefined;

  const readDeletions = (): ReadonlyMap<string, Dated> => {
    const shallow = runGit(root, ['rev-parse', '--is-shallow-repository'])?.trim();
    if (shallow === undefined) return new Map(); // no git, or no repository
    if (shallow === 'true') {
      problems.push({ kind: 'git', message: 'The clone is shallow: when deleted files went is not known. Fetch the whole history (in CI: `fetch-depth: 0`) to see it.' });
    }
    const head = runGit(root, ['rev-parse', 'HEAD'])?.trim();
    const kept = head === undefined || cacheFile === undefined ? undefined : keptDeletions(root, cacheFile, head);
    if (kept?.head === head && kept !== undefined) return kept.deletions;
    const log = runGit(root, ['log', '--no-renames', '--diff-filter=D', '--name-only', '-z', '--relative', '--date=short', '--format=%x01%h%x02%ad%x02%ct%x02%s', ...(kept === undefined ? [] : [`${kept.head}..HEAD`]), '--', '.'], { timeout: LOG_TIMEOUT });
    if (log === undefined) {
      problems.push({ kind: 'git', message: 'git could not list deleted files in time: findings do not say when a missing file went.' });
      return new Map();
    }
    const found = parseLog(log, kept?.deletions);
    if (head !== undefined && cacheFile !== undefined && shallow !== 'true') keepDeletions(cacheFile, head, found);
    return found;
  };

  return {
    deletionOf(path) {
      const found = (deletions ??= readDeletions()).get(path);
      return found === undefined ? undefined : { commit: found.commit, date: found.date, subject: found.subject };
    },
    isIgnored: createIgnoreTest(root, read),
    problems: () => problems,
  };
}

/** What was deleted until a commit that HEAD is or descends from. */
function keptDeletions(root: string, cacheFile: string, head: string): { head: string; deletions: Map<string, Dated> } | undefined {
  try {
    const kept = JSON.parse(readFileSync(cacheFile, 'utf8')) as { head: string; deletions: [string, Dated][] };
    if (!/^[0-9a-f]{40,64}$/.test(kept.head) || !Array.isArray(kept.deletions)) return undefined;
    if (kept.head !== head && runGit(root, ['merge-base', '--is-ancestor', kept.head, head]) === undefined) return undefined;
    return { head: kept.head, deletions: new Map(kept.deletions) };
  } catch {
    return undefined; // none, or damaged
  }
}

function keepDeletions(cacheFile: string, head: string, deletions: ReadonlyMap<string, Dated>): void {
  try {
    writeFileWhole(cacheFile, JSON.stringify({ head, deletions: [...deletions] }));
  } catch {
    // the next run asks git again
  }
}

function parseLog(log: string, known: ReadonlyMap<string, Dated> = new Map()): Map<string, Dated> {
  const deletions = new Map(known);
  for (const entry of log.split('\x01').slice(1)) {
    const [head, ...paths] = entry.split('\0');
    const [commit, date, seconds, subject] = head!.split('\x02');
    const time = Number(seconds);
    for (const path of paths) {
      const name = path.replace(/^\n/, '');
      const before = deletions.get(name);
      // Of one second the newer one counts: the log begins with the newest, and what was known is older than it.
      const isLater = before === undefined || before.time < time || (before.time === time && before === known.get(name));
      if (name !== '' && isLater) deletions.set(name, { commit: commit!, date: date!, subject: subject ?? '', time });
    }
  }
  return deletions;
}
