import type { LoopService } from '../config/loop-schema.js';
import { printable } from '../util/printable.js';
import { parseJson } from '../util/parse-json.js';

/** What an address answered, before it is judged by anything but itself. */
export interface Answer {
  status?: number;
  location?: string;
  body: string;
  /** The body was longer than what is read of it. */
  cut: boolean;
  elapsedMs: number;
  /** Why there is no whole answer, in words. */
  failure?: string;
}

export interface HealthVerdict {
  verdict: 'healthy' | 'unhealthy' | 'unreachable';
  statement: string;
  warnings: string[];
}

const BODY_BYTES = 64 * 1024;

/** Asks an address once, follows nothing, and waits no longer than the deadline for the whole of the answer. */
export async function ask(url: string, deadlineSeconds: number, now: () => number): Promise<Answer> {
  const started = now();
  const elapsed = (): number => Math.max(0, Math.round(now() - started));
  const limit = AbortSignal.timeout(deadlineSeconds * 1000);
  let status: number | undefined;
  let body = '';
  let cut = false;
  try {
    const response = await fetch(url, { redirect: 'manual', signal: limit, headers: { accept: 'application/json, text/plain;q=0.9, */*;q=0.5', 'user-agent': 'ssot-audit' } });
    status = response.status;
    const location = response.headers.get('location') ?? undefined;
    if (response.body !== null) {
      const decoder = new TextDecoder();
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        body += decoder.decode(chunk, { stream: true });
        if (body.length <= BODY_BYTES) continue;
        body = body.slice(0, BODY_BYTES);
        cut = true;
        break;
      }
    }
    return { status, body, cut, elapsedMs: elapsed(), ...(location === undefined ? {} : { location }) };
  } catch (error) {
    return { body, cut, elapsedMs: elapsed(), failure: failureWords(error, limit.aborted, status, deadlineSeconds), ...(status === undefined ? {} : { status }) };
  }
}

/** Judges the answer of a health address. The status decides; a body that says otherwise is told. */
export function judgeHealth(answer: Answer, { health, expect, deadline }: LoopService): HealthVerdict {
  const { status, location, body, elapsedMs, failure } = answer;
  const warnings: string[] = [];
  if (failure !== undefined) return { verdict: 'unreachable', statement: failure, warnings };
  if (elapsedMs > deadline * 500) warnings.push(`It answered slowly: after ${seconds(elapsedMs)} of the ${deadline} s that it has.`);
  if (status! >= 300 && status! < 400) {
    const target = location === undefined ? 'without saying where to' : `to ${printable(location)}`;
    return { verdict: 'unhealthy', statement: `It redirects (${status}) ${target}, which was not followed: only declared addresses are contacted. Declare that address as \`health\` if it is the service.`, warnings };
  }
  const json = parseJson(body);
  const saysHealthy = /\b(?:healthy|ok|up|pass)\b/i.test(JSON.stringify((json as Record<string, unknown> | undefined)?.['status'] ?? ''));
  if (status! < 200 || status! > 299) {
    return { verdict: 'unhealthy', statement: `It answered ${status}${saysHealthy ? ', although its body says that it is healthy: the status decides' : ''}.`, warnings };
  }
  if (Object.keys(expect).length > 0) {
    if (json === undefined) return { verdict: 'unhealthy', statement: `It answered ${status}, and its body is not the JSON that is expected.`, warnings };
    const wrong = differences(expect, json, '');
    if (wrong.length > 0) return { verdict: 'unhealthy', statement: `It answered ${status}, but ${wrong.join('; ')}.`, warnings };
  }
  warnings.push(...warningsIn(json));
  return { verdict: 'healthy', statement: `It answered ${status} in ${seconds(elapsedMs)}.`, warnings: warnings.map((text) => `${health}: ${text}`) };
}

/** The commit that an answer names: plain text, or one of the usual keys. */
export function revisionIn(body: string): string | undefined {
  const json = parseJson(body);
  const word = typeof json === 'object' && json !== null
    ? ['revision', 'commit', 'sha', 'git_sha', 'gitSha', 'version'].map((key) => (json as Record<string, unknown>)[key]).find((value) => typeof value === 'string')
    : typeof json === 'string' ? json : body.trim();
  return typeof word === 'string' && /^[\w./+-]{1,100}$/.test(word) ? word : undefined;
}

function failureWords(error: unknown, timedOut: boolean, status: number | undefined, deadline: number): string {
  if (timedOut) return status === undefined ? `It accepted no request or gave no answer within ${deadline} s.` : `It began to answer (${status}) and did not end within ${deadline} s.`;
  const { code, message } = causeOf(error);
  switch (code) {
    case 'ECONNREFUSED': return 'Nothing listens there: the connection was refused (ECONNREFUSED).';
    case 'ENOTFOUND': case 'EAI_AGAIN': return `Its host name is not known (${code}).`;
    case 'ECONNRESET': case 'UND_ERR_SOCKET': case 'EPIPE': return `It closed the connection ${status === undefined ? 'without an answer' : `in the middle of its answer (${status})`} (${code}).`;
    case 'ETIMEDOUT': case 'UND_ERR_CONNECT_TIMEOUT': return `No connection could be made (${code}).`;
    case 'EHOSTUNREACH': case 'ENETUNREACH': return `There is no way to its host (${code}).`;
    default:
      if (/^HPE_/.test(code)) return `Its answer is not HTTP (${code}).`;
      if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return `Its certificate is not accepted (${code}).`;
      return `It could not be asked: ${printable(message)}${code === '' ? '' : ` (${code})`}.`;
  }
}

function causeOf(error: unknown): { code: string; message: string } {
  let current = error as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown[] };
  for (let depth = 0; depth < 5 && typeof current.code !== 'string'; depth++) {
    const next = current.cause ?? current.errors?.[0];
    if (typeof next !== 'object' || next === null) break;
    current = next as typeof current;
  }
  return { code: typeof current.code === 'string' ? current.code : '', message: typeof current.message === 'string' ? current.message : String(error) };
}

/** In which places a JSON value lacks what is expected of it; further keys are allowed. */
function differences(expected: unknown, actual: unknown, path: string): string[] {
  if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    return Object.entries(expected).flatMap(([key, value]) => differences(value, (actual as Record<string, unknown> | null | undefined)?.[key], path === '' ? key : `${path}.${key}`));
  }
  const [wanted, given] = [JSON.stringify(expected), JSON.stringify(actual)];
  return wanted === given ? [] : [`\`${path}\` is ${given === undefined ? 'missing' : printable(given).slice(0, 200)} and should be ${wanted}`];
}

/** Warnings that a healthy service gives are findings, not decoration. */
function warningsIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    if (/^(?:warnings?|degraded|issues|errors?)$/i.test(key) && value !== false && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) {
      return [`it is healthy and says \`${key}\`: ${printable(JSON.stringify(value)).slice(0, 300)}`];
    }
    return typeof value === 'string' && /^(?:degraded|unhealthy|disconnected|down|error|failed)$/i.test(value) ? [`it is healthy and says \`${key}\`: ${printable(value)}`] : [];
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
