import { hashOf } from '../util/hash.js';
import { UserError } from '../util/user-error.js';
import type { PullRequestHost, TrackedPullRequest } from './issue-tracker.js';
import { aroundBlock, blockOf, holdsBlock, withBlock } from './marker.js';
import { titleText } from './safe-text.js';
import { MAX_BODY, sealed } from './seal.js';

export interface PullRequestInput {
  host: PullRequestHost;
  /** Branch with the changes; it must have been pushed. */
  branch: string;
  /** Branch to merge into. Absent: the default branch of the repository. */
  base?: string;
  /** For a new one; the title of one that is there belongs to people. */
  title: string;
  /** Markdown, safe as it stands. */
  text: string;
  /** Numbers of issues that the text refers to, and of those that merging is to close. */
  references: ReadonlySet<number>;
  closes: ReadonlySet<number>;
  /** Identity of the run, fit for a marker. */
  run: string;
}

export interface PublishedPullRequest {
  action: 'opened' | 'updated' | 'unchanged';
  number: number;
  url: string;
}

/** What GitHub's own counting may add, and the notice that something is missing. */
const RESERVE = 1_500;

/**
 * Opens the pull request of a branch, or brings the one that is there up to date: our block is written anew, what people wrote around it stays. It
 * is found by its branch, so running it again opens no second one.
 * @throws UserError when the host refuses it, or the text holds what must not leave the machine
 */
export async function publishPullRequest(input: PullRequestInput): Promise<PublishedPullRequest> {
  const { host, branch, text, references, closes, run } = input;
  const base = input.base ?? await host.defaultBranch();
  if (base === branch) throw new UserError(`The branch ${branch} is the base itself: there is nothing to merge.`, { code: 'bad-revision', hint: 'Commit on a branch of its own, and push it.' });
  for (let tries = 1; tries <= 2; tries++) {
    const there = pick(await host.pullRequestsOf(branch), base);
    const { before, after } = aroundBlock(there?.body ?? '');
    const visible = fitting(text, MAX_BODY - RESERVE - before.length - after.length);
    const body = withBlock(there?.body ?? '', blockOf(visible, { fingerprint: hashOf(`pull request of ${branch}`, 16), run }));
    if (there !== undefined && holdsBlock(there.body, body)) return { action: tries === 1 ? 'unchanged' : 'opened', number: there.number, url: there.url };
    const title = titleText(input.title);
    sealed({ title, body: visible }, references, closes);
    if (there !== undefined) {
      await host.updatePullRequest(there.number, body);
      return { action: 'updated', number: there.number, url: there.url };
    }
    const created = await host.createPullRequest({ title, body, head: branch, base });
    if (created !== undefined) return { action: 'opened', number: created.number, url: created.url };
  }
  throw new UserError(`The pull request of ${branch} did not arrive: the host gave no whole answer twice.`, { code: 'github-failed', hint: 'Run it again: it looks first.' });
}

/** The one against the base, else the oldest: a person may have given it another base. */
function pick(open: readonly TrackedPullRequest[], base: string): TrackedPullRequest | undefined {
  return open.find((request) => request.base === base) ?? open[0];
}

/** The text by whole lines, as far as there is room. */
function fitting(text: string, room: number): string {
  if (text.length <= room) return text;
  const cut = text.slice(0, Math.max(0, room));
  return `${cut.slice(0, Math.max(0, cut.lastIndexOf('\n')))}\n\nThe rest has no room here; it is in the worklog of the run.`;
}
