import { UserError } from '../util/user-error.js';
import { createGitHubTracker, isLoopback } from './github.js';
import type { IssueTracker, PullRequestHost } from './issue-tracker.js';
import type { Repository } from './repository.js';

export interface OpenedTracker {
  tracker: IssueTracker & PullRequestHost;
  /** Milliseconds to wait until the tracker's list shows what was just created. */
  settle: number;
}

/** @throws UserError when the token would travel unencrypted */
export function openTracker({ name, apiUrl }: Repository, { token, label, userAgent }: { token: string; label: string; userAgent: string }): OpenedTracker {
  if (new URL(apiUrl).protocol === 'http:' && !isLoopback(apiUrl)) {
    throw new UserError(`--api-url: ${apiUrl} would send the token unencrypted.`, { code: 'invalid-api-url', hint: 'Use https.' });
  }
  const [owner = '', repo = ''] = name.split('/');
  // On this machine nothing lags behind.
  return { tracker: createGitHubTracker({ apiUrl, owner, name: repo, token, label, userAgent }), settle: isLoopback(apiUrl) ? 150 : 2_000 };
}
