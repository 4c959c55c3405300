import { findSecrets } from '../util/redact.js';
import { UserError } from '../util/user-error.js';
import { withoutMarkers } from './marker.js';

/** Limits of GitHub, in characters. */
export const MAX_BODY = 65_536;
export const MAX_TITLE = 256;
const MAX_LABEL = 50;

export interface Payload {
  title?: string;
  body?: string;
  labels?: readonly string[];
}

/**
 * The last look at what is about to leave the machine, whatever was done before. Returns it unchanged.
 * @throws UserError when it holds a secret, something that GitHub or a bot would act on, or is over a limit: nothing is sent then
 */
export function sealed<T extends Payload>(payload: T, references: ReadonlySet<number> = new Set(), closes: ReadonlySet<number> = new Set()): T {
  const faults = faultsOf(payload, references, closes);
  if (faults.length === 0) return payload;
  throw new UserError(`Nothing was sent: the text to be filed ${faults.join(', and ')}.`, {
    code: 'unsafe-payload', hint: 'This is a fault of ssot-audit; please report it. The text itself is not shown, for it may hold a secret.',
  });
}

/** What is wrong with a payload, in words that do not repeat it. `references`: numbers of issues that we refer to on purpose; `closes`: that a merge is to close, in lines of their own. */
export function faultsOf({ title = '', body = '', labels = [] }: Payload, references: ReadonlySet<number> = new Set(), closes: ReadonlySet<number> = new Set()): string[] {
  const own = withoutMarkers(body).replace(/^- Closes #(\d+)$/gm, (line, digits: string) => (closes.has(Number(digits)) ? '' : line));
  const faults = [...new Set([title, own, ...labels].flatMap((text) => secretsOf(text)))].map((kind) => `holds a secret (${kind})`);
  faults.push(...[...new Set([...firings(title, new Set()), ...firings(own, references)])].map((what) => `holds ${what}`));
  if (title.length > MAX_TITLE) faults.push(`has a title of more than ${MAX_TITLE} characters`);
  if (body.length > MAX_BODY) faults.push(`has a body of more than ${MAX_BODY} characters`);
  if (labels.some((label) => label.length > MAX_LABEL)) faults.push(`has a label of more than ${MAX_LABEL} characters`);
  if (/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(title + body)) faults.push('holds control characters');
  return faults;
}

/** As written, and as a reader copies it: without breaks and escapes, entities resolved. */
function secretsOf(text: string): string[] {
  const told = text.replace(/(?:\\\[|&#91;)redacted:([a-z-]+)(?:\\\]|&#93;)/g, '[redacted:$1]');
  const copied = told.replaceAll('\u200b', '').replace(/\\([\\`*{}[\]|~!_#+=-])/g, '$1')
    .replace(/&#(\d{1,7});/g, (_, digits: string) => String.fromCodePoint(Math.min(Number(digits), 0x10ffff)))
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return [...findSecrets(told), ...findSecrets(copied)].map(({ kind }) => kind);
}

/** What GitHub or a bot would act on. */
function firings(text: string, references: ReadonlySet<number>): string[] {
  const found: string[] = [];
  if (/@(?=[\w-])|&(?:#64|#x40|commat);(?=[\w-])/i.test(text)) found.push('a mention');
  const allowed = text.replace(/(?<![\w/&])#(\d+)\b/g, (reference, digits: string) => (references.has(Number(digits)) ? '' : reference));
  if (/(?<!&)#(?=\d)|&(?:#35|#x23|num);(?=\d)|\bGH-(?=\d)/i.test(allowed)) found.push('a reference to an issue');
  if (/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b[\s:]{1,3}(?:[\w.-]+\/[\w.-]+)?#\d/i.test(text)) found.push('a closing keyword');
  if (/\/(?:issues|pulls?|discussions)\/(?=\d)/i.test(text)) found.push('a link to an issue');
  if (/^[ \t>]*\/[A-Za-z][\w-]*(?:\s|$)/m.test(text)) found.push('a slash command');
  if (/<!--|-->|ssot-audit:(?=\w)/i.test(text)) found.push('an HTML comment');
  return found;
}
