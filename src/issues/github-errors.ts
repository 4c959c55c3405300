import { printable } from '../util/printable.js';
import { redact } from '../util/redact.js';
import { UserError } from '../util/user-error.js';

/** What is needed of an error of Octokit. */
export interface RequestFailure {
  /** Absent when there was no answer. */
  status?: number;
  message: string;
  headers: Readonly<Record<string, string | number | undefined>>;
  /** Code of the system or of fetch, such as ECONNREFUSED. */
  code?: string;
}

/** Takes apart what Octokit throws. Its `status` is 500 for requests that got no answer at all. */
export function failureOf(error: unknown): RequestFailure {
  const { status, message, response, cause, name } = error as { status?: number; message?: string; name?: string; response?: { headers?: Record<string, string> }; cause?: unknown };
  const code = codeIn(cause) ?? (name === 'TimeoutError' || name === 'AbortError' || nameOf(cause) === 'TimeoutError' ? 'TIMEOUT' : undefined);
  const text = printable(redact(message ?? String(error))).slice(0, 500);
  const answered = response !== undefined && typeof status === 'number';
  return { message: text, headers: response?.headers ?? {}, ...(answered ? { status } : {}), ...(code === undefined ? {} : { code }) };
}

/** Whether nobody knows if the request was carried out. */
export function isUncertain({ status }: RequestFailure): boolean {
  return status === undefined || status >= 500 || status === 408;
}

/** What went wrong in words, with what to do about it. */
export function explainFailure(failure: RequestFailure, { doing, repository, apiUrl }: { doing: string; repository: string; apiUrl: string }): UserError {
  const { status, message, headers, code } = failure;
  const host = hostOf(apiUrl);
  const error = (kind: string, words: string, hint: string): UserError => new UserError(words, { code: kind, hint });
  if (status === undefined) {
    if (code === 'TIMEOUT') return error('github-timeout', `${host} did not answer in time (${doing}).`, 'Run it again: what was done is found and not done twice.');
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return error('network-down', `There is no way to ${host} (${code}: its name is not known).`, 'Check the network, and --api-url.');
    if (code === 'ECONNREFUSED') return error('network-down', `${host} refuses the connection (${code}).`, 'Check --api-url and any proxy.');
    if (code !== undefined && /CERT|SSL|TLS|SELF_SIGNED/.test(code)) return error('network-down', `The certificate of ${host} is not trusted (${code}).`, 'Set NODE_EXTRA_CA_CERTS to the certificate of your company.');
    return error('network-down', `The connection to ${host} broke off (${doing}; ${code ?? message}).`, 'Run it again: what was done is found and not done twice.');
  }
  if (status === 401) return error('bad-token', `${host} does not accept the token (401).`, 'Set GITHUB_TOKEN to a token that is valid and not expired.');
  if (status === 410) return error('issues-disabled', `${repository} has no issues (410): they are switched off.`, 'Switch them on in the settings of the repository, or file elsewhere with --repo.');
  if (status === 404) return error('unknown-repository', `${repository} is not there, or the token may not see it (404, ${doing}).`, 'Check --repo, and that the token has access to the repository: the scope "repo", or "Issues: read and write".');
  if ((status === 403 || status === 429) && isRateLimit(failure)) {
    const wait = Number(headers['retry-after']);
    return error('rate-limited', `${host} asks to wait${wait > 0 ? ` ${wait} s` : ''} before more requests (${status}, ${doing}).`, 'Run it again later: what was done is found and not done twice.');
  }
  if (status === 403 && /archived|read-only/i.test(message)) return error('archived-repository', `${repository} is archived and can only be read.`, 'File elsewhere with --repo.');
  if (status === 403) {
    const accepted = headers['x-accepted-oauth-scopes'] || headers['x-accepted-github-permissions'];
    return error('missing-scope', `The token may not do this (403, ${doing}): ${message}`, `It needs ${accepted ? `"${String(accepted)}"` : 'the scope "repo" (or "public_repo"), or "Issues: read and write"'}. In GitHub Actions: permissions: issues: write.`);
  }
  if (status === 422) return error('refused', `${host} refuses it as invalid (422, ${doing}): ${message}`, 'Check labels and assignees of the configuration.');
  if (status >= 500) return error('github-failed', `${host} failed (${status}, ${doing}).`, 'Run it again: what was done is found and not done twice.');
  return error('github-failed', `${host} answered ${status} (${doing}): ${message}`, 'Run it again with --dry-run to see what would be sent.');
}

/** A refusal that passes by waiting. */
export function isRateLimit({ status, message, headers }: RequestFailure): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0' || /rate limit|abuse/i.test(message));
}

function codeIn(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' && code !== 'ABORT_ERR' ? code : codeIn(cause, depth + 1);
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string } | undefined)?.name;
}

function hostOf(apiUrl: string): string {
  try {
    return new URL(apiUrl).host;
  } catch {
    return apiUrl;
  }
}
