/** An issue as the tracker has it. */
export interface TrackedIssue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  /** `completed`, `not_planned`, `duplicate`, `reopened`. */
  stateReason?: string;
  labels: readonly string[];
  /** Address for people. */
  url: string;
}

export interface NewIssue {
  title: string;
  body: string;
  labels: readonly string[];
  assignees: readonly string[];
}

export interface IssuePatch {
  title?: string;
  body?: string;
  labels?: readonly string[];
  state?: 'open' | 'closed';
  stateReason?: 'completed' | 'not_planned' | 'duplicate' | 'reopened';
}

export interface IssueComment {
  id: number;
  body: string;
}

/** Where issues live. Every method says in words what went wrong (UserError). */
export interface IssueTracker {
  /** Looks the repository up: it must be there, writable and have issues. */
  open(): Promise<void>;
  /** All issues with our label, open and closed, by number. */
  list(): Promise<TrackedIssue[]>;
  /** Those that were created last, at most a hundred: what another process did a moment ago. */
  newest(): Promise<TrackedIssue[]>;
  /** One issue by number; undefined when it is gone. */
  get(number: number): Promise<TrackedIssue | undefined>;
  /**
   * Sends once. Undefined when nobody knows whether it was created (no whole answer, or a fault of the server): the caller has to look, and may
   * then try again.
   */
  create(issue: NewIssue): Promise<TrackedIssue | undefined>;
  update(number: number, patch: IssuePatch): Promise<void>;
  comments(number: number): Promise<IssueComment[]>;
  /** Sends once; false when nobody knows whether it arrived. */
  comment(number: number, body: string): Promise<boolean>;
  updateComment(id: number, body: string): Promise<void>;
}

/** A pull request as its host has it. */
export interface TrackedPullRequest {
  number: number;
  title: string;
  body: string;
  /** Branch that it is to be merged into. */
  base: string;
  /** Address for people. */
  url: string;
}

/** Where pull requests live. Every method says in words what went wrong (UserError). */
export interface PullRequestHost {
  /** Looks the repository up, and returns its default branch. */
  defaultBranch(): Promise<string>;
  /** Open pull requests of a branch of the repository, by number. */
  pullRequestsOf(branch: string): Promise<TrackedPullRequest[]>;
  /** Sends once. Undefined when nobody knows whether it was created: the caller has to look. */
  createPullRequest(request: { title: string; body: string; head: string; base: string }): Promise<TrackedPullRequest | undefined>;
  updatePullRequest(number: number, body: string): Promise<void>;
}
