import { isRevision, runGit } from '../util/run-git.js';
import { UserError } from '../util/user-error.js';

/** The commit that a change is compared with. */
export interface BaseCommit {
  /** The ref as given. */
  name: string;
  /** Full hash. */
  commit: string;
}

const FETCH = 'In GitHub Actions give actions/checkout `fetch-depth: 0`; elsewhere run `git fetch --unshallow`.';

/**
 * The commit to compare with. `merge-base`: where the history of HEAD left that of the ref, so that what others did on the ref since then is
 * not laid at this change's door. `exact`: the ref itself.
 * @throws UserError when git does not have it; a shallow clone is the usual reason, and the message says what to fetch
 */
export function resolveBase(root: string, ref: string, how: 'merge-base' | 'exact'): BaseCommit {
  if (runGit(root, ['rev-parse', '--git-dir']) === undefined) {
    throw new UserError(`${root} is not in a git repository (or git is not installed): there is nothing to compare with.`, { code: 'no-repository', hint: 'Compare with a baseline file instead: ssot-audit baseline' });
  }
  const isShallow = runGit(root, ['rev-parse', '--is-shallow-repository'])?.trim() === 'true';
  const commit = isRevision(ref) ? runGit(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])?.trim() : undefined;
  if (commit === undefined) {
    throw new UserError(isShallow ? `The clone is shallow and does not hold ${ref}.` : `git knows no commit "${ref}".`, { code: 'base-not-found', hint: isShallow ? FETCH : fetchHint(ref) });
  }
  if (how === 'exact') return { name: ref, commit };
  const base = runGit(root, ['merge-base', 'HEAD', commit])?.trim();
  if (base !== undefined && base !== '') return { name: ref, commit: base };
  if (isShallow) throw new UserError(`The clone is shallow: it does not reach back to where HEAD left ${ref}.`, { code: 'base-not-found', hint: FETCH });
  throw new UserError(`HEAD and ${ref} have no commit in common.`, { code: 'base-not-found', hint: `To compare with the tree of ${ref} all the same: --baseline-from-ref ${ref}` });
}

function fetchHint(ref: string): string {
  const [, remote, branch] = /^(origin|upstream)\/(.+)$/.exec(ref) ?? [];
  return branch === undefined ? 'Check the name; a branch of a remote is written origin/<branch> and must have been fetched (in GitHub Actions: `fetch-depth: 0`).' : `Fetch it first: git fetch ${remote} ${branch} (in GitHub Actions: \`fetch-depth: 0\`).`;
}

/** Files that git sees renamed between a commit and the tree on disk (or what is staged), old path to new. Empty when it cannot tell. */
export function renamesSince(root: string, commit: string, staged: boolean): Map<string, string> {
  const text = runGit(root, ['diff-index', '-M', '--name-status', '-z', '--relative', '--diff-filter=R', '--no-ext-diff', ...(staged ? ['--cached'] : []), commit, '--', '.'], { timeout: 60_000 });
  const parts = (text ?? '').split('\0');
  const renames = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) renames.set(parts[at + 1]!, parts[at + 2]!);
  return renames;
}

/** Identity of the tree below `root` at a commit; undefined when git cannot tell. */
export function treeOf(root: string, commit: string): string | undefined {
  const prefix = runGit(root, ['rev-parse', '--show-prefix'])?.trim();
  return prefix === undefined ? undefined : runGit(root, ['rev-parse', '--verify', '--quiet', `${commit}:${prefix}`])?.trim();
}

/** Whether the files on disk are those of HEAD, with none added. */
export function isCleanTree(root: string): boolean {
  return runGit(root, ['status', '--porcelain', '-z', '--no-renames', '--', '.'], { timeout: 60_000 }) === '';
}
