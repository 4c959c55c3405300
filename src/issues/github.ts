import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { UserError } from '../util/user-error.js';
import { explainFailure, failureOf, isRateLimit, isUncertain, type RequestFailure } from './github-errors.js';
import type { IssueComment, IssueTracker, PullRequestHost, TrackedIssue, TrackedPullRequest } from './issue-tracker.js';

export interface GitHubOptions {
  /** `https://api.github.com`, or that of an Enterprise server. */
  apiUrl: string;
  owner: string;
  name: string;
  token: string;
  /** Label by which our issues are listed. */
  label: string;
  /** Milliseconds after which a request counts as lost. Default: 30,000. */
  timeout?: number;
  /** Longest wait, in seconds, that GitHub may ask for. Default: 120. */
  maxWait?: number;
  /** Milliseconds before a read or a change is tried again, times the number of tries. Default: 500. */
  pause?: number;
  userAgent: string;
}

const PER_PAGE = 100;
/** 100,000 issues of ours are a mistake of ours. */
const MAX_PAGES = 1_000;
const MAX_TRIES = 3;

const issueSchema = z.object({
  number: z.int(), title: z.string(), body: z.string().nullish(), state: z.enum(['open', 'closed']), state_reason: z.string().nullish(), html_url: z.string(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])), pull_request: z.unknown().optional(),
});
const commentSchema = z.object({ id: z.int(), body: z.string().nullish() });
const repositorySchema = z.object({ full_name: z.string(), has_issues: z.boolean().optional(), archived: z.boolean().optional(), default_branch: z.string().optional() });
const pullRequestSchema = z.object({ number: z.int(), title: z.string(), body: z.string().nullish(), html_url: z.string(), base: z.object({ ref: z.string() }) });

/** GitHub through Octokit. Reads and changes are tried again; what creates something is sent once. */
export function createGitHubTracker(options: GitHubOptions): IssueTracker & PullRequestHost {
  const { label, maxWait = 120, timeout = 30_000, pause = 500 } = options;
  const octokit = octokitFor(options, maxWait, timeout);
  let { owner, name } = options;
  const say = (failure: RequestFailure, doing: string): UserError => explainFailure(failure, { doing, repository: `${owner}/${name}`, apiUrl: options.apiUrl });

  /** Sends; waits and sends again when GitHub refused for being asked too often, for then nothing was done. */
  async function send<T>(schema: z.ZodType<T>, request: () => Promise<{ data: unknown }>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const parsed = schema.safeParse((await request()).data);
        if (parsed.success) return parsed.data;
        // An answer that breaks off comes with a good status and half of its text.
        throw Object.assign(new Error('the answer is not whole'), { code: 'BROKEN_ANSWER' });
      } catch (error) {
        const failure = failureOf(error);
        const wait = Number(failure.headers['retry-after'] ?? 0);
        if (!isRateLimit(failure) || attempt >= MAX_TRIES || wait > maxWait || wait <= 0) throw error;
        await sleep(wait * 1_000);
      }
    }
  }

  /** For requests that do no harm when they are sent twice. */
  async function repeat<T>(schema: z.ZodType<T>, doing: string, request: () => Promise<{ data: unknown }>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(schema, request);
      } catch (error) {
        const failure = failureOf(error);
        if (!isUncertain(failure) || isHopeless(failure) || attempt >= MAX_TRIES) throw say(failure, doing);
        await sleep(attempt * pause);
      }
    }
  }

  async function pages<T>(schema: z.ZodType<T>, doing: string, request: (page: number) => Promise<{ data: unknown }>): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const items = await repeat(z.array(schema), doing, () => request(page));
      all.push(...items);
      if (items.length < PER_PAGE) break;
    }
    return all;
  }

  async function lookUpRepository(): Promise<z.infer<typeof repositorySchema>> {
    const repository = await repeat(repositorySchema, 'looking up the repository', () => octokit.repos.get({ owner, repo: name }));
    if (repository.archived) throw say({ status: 403, message: 'archived', headers: {} }, 'looking up the repository');
    // A repository that was renamed answers under its new name; what is sent to the old one would be redirected and lost.
    const [currentOwner, currentName] = repository.full_name.split('/');
    if (currentOwner && currentName) [owner, name] = [currentOwner, currentName];
    return repository;
  }

  return {
    async open() {
      const { has_issues: hasIssues } = await lookUpRepository();
      if (hasIssues === false) throw say({ status: 410, message: '', headers: {} }, 'looking up the repository');
    },
    async list() {
      const found = await pages(issueSchema, 'listing the issues', (page) => octokit.issues.listForRepo({ owner, repo: name, labels: label, state: 'all', sort: 'created', direction: 'asc', per_page: PER_PAGE, page }));
      const byNumber = new Map(found.filter((issue) => issue.pull_request === undefined || issue.pull_request === null).map((issue) => [issue.number, toIssue(issue)]));
      return [...byNumber.values()].sort((a, b) => a.number - b.number);
    },
    async newest() {
      const found = await repeat(z.array(issueSchema), 'listing the newest issues', () => octokit.issues.listForRepo({ owner, repo: name, labels: label, state: 'all', sort: 'created', direction: 'desc', per_page: PER_PAGE }));
      return found.map(toIssue);
    },
    async get(number) {
      try {
        return toIssue(await repeat(issueSchema, 'looking up an issue', () => octokit.issues.get({ owner, repo: name, issue_number: number })));
      } catch (error) {
        if (error instanceof UserError && (error.code === 'unknown-repository' || error.code === 'issues-disabled')) return undefined; // deleted (410) or moved
        throw error;
      }
    },
    async create({ title, body, labels, assignees }) {
      const request = (people: readonly string[]) => octokit.issues.create({ owner, repo: name, title, body, labels: [...labels], ...(people.length > 0 ? { assignees: [...people] } : {}) });
      try {
        return toIssue(await send(issueSchema, () => request(assignees)));
      } catch (error) {
        const failure = failureOf(error);
        if (isHopeless(failure)) throw say(failure, 'creating an issue');
        if (isUncertain(failure)) return undefined;
        // Refused, so nothing was created: a code owner who may not be assigned is no reason to say nothing.
        if (failure.status === 422 && assignees.length > 0) return this.create({ title, body, labels, assignees: [] });
        throw say(failure, 'creating an issue');
      }
    },
    async update(number, { title, body, labels, state, stateReason }) {
      const patch = (reason: typeof stateReason) => ({
        owner, repo: name, issue_number: number, ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }), ...(labels === undefined ? {} : { labels: [...labels] }),
        ...(state === undefined ? {} : { state }), ...(reason === undefined ? {} : { state_reason: reason as 'completed' | 'not_planned' | 'reopened' }),
      });
      const doing = `updating #${number}`;
      try {
        await repeat(issueSchema, doing, () => octokit.issues.update(patch(stateReason)));
      } catch (error) {
        // Older Enterprise servers do not know the reason `duplicate`.
        if (!(error instanceof UserError && error.code === 'refused' && stateReason === 'duplicate')) throw error;
        await repeat(issueSchema, doing, () => octokit.issues.update(patch('not_planned')));
      }
    },
    async comments(number) {
      const found = await pages(commentSchema, `reading the comments of #${number}`, (page) => octokit.issues.listComments({ owner, repo: name, issue_number: number, per_page: PER_PAGE, page }));
      return found.map(({ id, body }): IssueComment => ({ id, body: body ?? '' }));
    },
    async comment(number, body) {
      try {
        await send(commentSchema, () => octokit.issues.createComment({ owner, repo: name, issue_number: number, body }));
        return true;
      } catch (error) {
        const failure = failureOf(error);
        if (isUncertain(failure) && !isHopeless(failure)) return false;
        throw say(failure, `commenting on #${number}`);
      }
    },
    async updateComment(id, body) {
      await repeat(commentSchema, 'updating a comment', () => octokit.issues.updateComment({ owner, repo: name, comment_id: id, body }));
    },
    async defaultBranch() {
      return (await lookUpRepository()).default_branch ?? 'main';
    },
    async pullRequestsOf(branch) {
      const found = await repeat(z.array(pullRequestSchema), 'looking for the pull request', () => octokit.pulls.list({ owner, repo: name, state: 'open', head: `${owner}:${branch}`, per_page: PER_PAGE }));
      return found.map(toPullRequest).sort((a, b) => a.number - b.number);
    },
    async createPullRequest({ title, body, head, base }) {
      try {
        return toPullRequest(await send(pullRequestSchema, () => octokit.pulls.create({ owner, repo: name, title, body, head, base })));
      } catch (error) {
        const failure = failureOf(error);
        if (isUncertain(failure) && !isHopeless(failure)) return undefined;
        const said = say(failure, 'opening the pull request');
        throw failure.status !== 422 ? said : new UserError(said.message, { code: said.code, cause: error, hint: `Push the branch first (git push -u origin ${head}), with commits that ${base} does not have.` });
      }
    },
    async updatePullRequest(number, body) {
      await repeat(pullRequestSchema, `updating #${number}`, () => octokit.pulls.update({ owner, repo: name, pull_number: number, body }));
    },
  };
}

function octokitFor({ apiUrl, token, userAgent }: GitHubOptions, maxWait: number, timeout: number): Octokit {
  const mayWait = (seconds: number, _options: unknown, _octokit: unknown, retries: number): boolean => seconds <= maxWait && retries < MAX_TRIES - 1;
  const silent = (): void => undefined;
  return new (Octokit.plugin(throttling))({
    auth: token, baseUrl: apiUrl, userAgent, log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(timeout) }) },
    throttle: { onRateLimit: mayWait, onSecondaryRateLimit: mayWait, fallbackSecondaryRateRetryAfter: 60, ...(isLoopback(apiUrl) ? unpaced() : {}) },
  });
}

/** The pauses between writes (one second, three for what notifies people) are GitHub's rule; a server on this machine has none. */
function unpaced(): object {
  const at = { key: () => ({ schedule: async (_options: unknown, job: (...words: unknown[]) => unknown, ...words: unknown[]) => job(...words) }) };
  return { write: at, notifications: at };
}

/** Whether an address is one of this machine. */
export function isLoopback(apiUrl: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(apiUrl).hostname);
}

/** No connection at all: asking again at once helps nobody. */
function isHopeless({ code }: RequestFailure): boolean {
  return code === 'ENOTFOUND' || code === 'ECONNREFUSED' || (code !== undefined && /CERT|SELF_SIGNED/.test(code));
}

function toIssue({ number, title, body, state, state_reason: reason, labels, html_url: url }: z.infer<typeof issueSchema>): TrackedIssue {
  return {
    number, title, body: body ?? '', state, url, ...(reason ? { stateReason: reason } : {}),
    labels: labels.flatMap((label) => (typeof label === 'string' ? [label] : label.name ? [label.name] : [])),
  };
}

function toPullRequest({ number, title, body, html_url: url, base }: z.infer<typeof pullRequestSchema>): TrackedPullRequest {
  return { number, title, body: body ?? '', base: base.ref, url };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
