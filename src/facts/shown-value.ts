import type { ShownValue } from '../model/env-matrix.js';
import { cutText } from '../util/cut-text.js';
import { redact } from '../util/redact.js';
import { wordsOf } from './canonical-name.js';
import { isSecretName } from './env-reads.js';

const LONGEST = 120;

/** What may be shown of a variable's value: nothing of a credential, an address without its password, at most 120 characters of the rest. */
export function shownValue(name: string, value: string): ShownValue {
  if (value === '') return { text: '', hidden: false };
  if (namesSecret(name)) return { hidden: true };
  // A user without a password is no secret, and with the host behind it looks like an address of a person.
  const [, user, host] = /^([a-z][a-z0-9+.-]*:\/\/[\w.-]+)(@[^\s@]+)$/i.exec(value) ?? [];
  const text = user === undefined || host === undefined ? redact(value) : redact(user) + redact(host);
  if (text === value) return { text: cutText(text, LONGEST), hidden: false };
  const rest = text.replace(/\[redacted:[a-z-]+\]/g, '***');
  return rest === '***' ? { hidden: true } : { text: cutText(rest, LONGEST), hidden: true };
}

/** Wider than the rules, which only ask whether an empty default is a decision: every `..._KEY` counts, for a report must not carry one on. */
export function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  return isSecretName(name) || words.at(-1) === 'key' || words.at(-1) === 'pass' || words.some((word) => ALWAYS.has(word));
}

const ALWAYS: ReadonlySet<string> = new Set(['secret', 'password', 'passwd', 'passphrase', 'credential', 'credentials', 'cookie', 'bearer', 'signature']);
