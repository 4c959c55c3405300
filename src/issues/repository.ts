import { UserError } from '../util/user-error.js';

/** Where issues and pull requests go. */
export interface Repository {
  /** `owner/name`; `OWNER/NAME` while it is not known. */
  name: string;
  apiUrl: string;
  /** Address for people. */
  server: string;
}

export interface RepositoryHints {
  /** As given on the command line. */
  repo?: string | undefined;
  apiUrl?: string | undefined;
  /** As in the configuration. */
  configured?: string | undefined;
  /** Of the CI: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where git's remote `origin` points to; asked only when nothing else says it. */
  origin(): { host: string; owner: string; name: string } | undefined;
}

const UNKNOWN = 'OWNER/NAME';

/**
 * Finds the repository: what was asked for, else the configuration, else the CI, else git.
 * @throws UserError when what was given is no repository or no address
 */
export function repositoryOf({ repo, apiUrl, configured, env, origin }: RepositoryHints): Repository {
  const { GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL } = env;
  const remote = repo === undefined && configured === undefined && !GITHUB_REPOSITORY ? origin() : undefined;
  const name = repo ?? configured ?? (GITHUB_REPOSITORY || (remote ? `${remote.owner}/${remote.name}` : UNKNOWN));
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) throw new UserError(`--repo: "${name}" is not of the form owner/name.`, { code: 'invalid-repository' });
  const host = remote && remote.host !== 'github.com' ? remote.host : undefined;
  const address = (apiUrl ?? (GITHUB_API_URL || (host ? `https://${host}/api/v3` : 'https://api.github.com'))).replace(/\/+$/, '');
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new UserError(`--api-url: "${address}" is no address.`, { code: 'invalid-api-url', hint: 'Such as https://github.company.com/api/v3' });
  const server = apiUrl === undefined && GITHUB_SERVER_URL ? GITHUB_SERVER_URL.replace(/\/+$/, '') : parsed.hostname === 'api.github.com' ? 'https://github.com' : parsed.origin;
  return { name, apiUrl: address, server };
}

export function isKnown({ name }: Repository): boolean {
  return name !== UNKNOWN;
}

/** Name of a repository in the ledger: two servers may have one of the same name. */
export function ledgerKey({ apiUrl, name }: Repository): string {
  return `${new URL(apiUrl).host}/${name}`;
}

/** Address of the files at a commit, with a slash at its end; undefined where there is none to give. */
export function filesAddress(repository: Repository, commit: string | undefined): string | undefined {
  return commit !== undefined && isKnown(repository) ? `${repository.server}/${repository.name}/blob/${commit}/` : undefined;
}

/** The token of the environment; an empty variable is none. */
export function tokenOf({ GITHUB_TOKEN, GH_TOKEN }: Readonly<Record<string, string | undefined>>): string | undefined {
  return GITHUB_TOKEN || GH_TOKEN || undefined;
}

/** What to say when something is to be sent, and the repository or the token is missing. */
export function missingForFiling(repository: Repository, flag = '--create'): UserError {
  if (!isKnown(repository)) return new UserError('It is not known which repository to file in.', { code: 'no-repository', hint: 'Give --repo owner/name, or set issues.repository in the configuration.' });
  return new UserError('GITHUB_TOKEN is not set.', { code: 'no-token', hint: `Set it to a token that may write issues${flag === '--pr' ? ' and pull requests' : ''}. Without ${flag} nothing is sent.` });
}
