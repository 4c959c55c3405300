import { execFileSync } from 'node:child_process';

export interface GitOptions {
  /** Milliseconds. Default: 10,000. */
  timeout?: number;
  /** Text for its standard input. */
  input?: string;
}

const OUTPUT_BYTES = 1 << 29;

/**
 * Output of a git command that only reads; undefined when there is no git or no repository, or the command fails or takes too long. No hook,
 * pager, file system monitor or prompt of the repository is run, no lock is taken, and a partial clone fetches nothing. A word that comes from
 * outside (a revision, a path) must not begin with a dash: put paths behind `--`, and check revisions with `isRevision`.
 */
export function runGit(root: string, args: readonly string[], options: GitOptions = {}): string | undefined {
  return runGitBytes(root, args, options)?.toString('utf8');
}

/** As `runGit`, for output that is no text. */
export function runGitBytes(root: string, args: readonly string[], { timeout = 10_000, input }: GitOptions = {}): Buffer | undefined {
  try {
    return execFileSync('git', ['-c', 'core.quotepath=off', '-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false', ...args], {
      cwd: root, maxBuffer: OUTPUT_BYTES, timeout, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_PAGER: 'cat', LC_ALL: 'C' },
    });
  } catch {
    return undefined; // the caller says what is lost by it
  }
}

/** Whether a word can stand where git takes a revision: it is no option and holds no control character. */
export function isRevision(word: string): boolean {
  return word !== '' && !word.startsWith('-') && !/[\u0000-\u001f\u007f]/.test(word);
}
