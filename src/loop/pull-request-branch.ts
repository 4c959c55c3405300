import { isRevision, runGit } from '../util/run-git.js';

/** The branch that a base names, as `main` of `origin/main`; undefined when it names a commit. */
export function baseBranchOf(root: string, base: string): string | undefined {
  const name = base.replace(/^(?:refs\/heads\/|(?:refs\/remotes\/)?origin\/)/, '');
  const isBranch = isRevision(name) && ['refs/remotes/origin', 'refs/heads'].some((folder) => runGit(root, ['rev-parse', '--verify', '--quiet', `${folder}/${name}`]) !== undefined);
  return isBranch ? name : undefined;
}

/** Title of a new pull request: the subject of its only commit, else the name of the branch in words. */
export function pullRequestTitle(root: string, base: string | undefined, branch: string): string {
  const subjects = base === undefined || !isRevision(base) ? [] : (runGit(root, ['log', '--format=%s', '--no-merges', `${base}..HEAD`]) ?? '').split('\n').filter((line) => line !== '');
  const [only] = subjects;
  if (only !== undefined && subjects.length === 1) return only;
  const words = branch.replace(/[-_]+/g, ' ').trim();
  return words === '' ? branch : words[0]!.toUpperCase() + words.slice(1);
}

/** What is to be said when the branch on the server, as git last saw it, is not the commit that was tested; undefined when it is, or nobody knows. */
export function pushProblem(root: string, branch: string, commit: string | undefined): string | undefined {
  const pushed = isRevision(branch) ? runGit(root, ['rev-parse', '--verify', '--quiet', `refs/remotes/origin/${branch}`])?.trim() : undefined;
  if (pushed === undefined || commit === undefined || pushed === commit) return undefined;
  return `The pull request shows ${pushed.slice(0, 9)}, the last push of ${branch}; what was tested is ${commit.slice(0, 9)}.`;
}
