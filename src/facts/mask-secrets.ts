import { findSecrets } from '../util/redact.js';
import { namesSecret } from './shown-value.js';

/** Kinds that are judged by the words around them or by chance: in a finding the name decides, and a host or an address is what it is about. */
const BY_CONTEXT: ReadonlySet<string> = new Set(['email', 'random-text', 'secret-value', 'authorization', 'cookie']);
/** An address, or a long word with a digit: most texts have neither, and `findSecrets` takes fifty looks at each. */
const MAY_HOLD_ONE = /:\/\/|PRIVATE KEY|SharedAccessKey=|AccountKey=|(?<![\w-])(?=[\w-]{0,100}\d)[\w-]{14}/;
/** With what follows a value that is masked already: a look ahead alone would go on with the quotation mark that ends it. */
const QUOTED = /"((?:[^"\\\n]|\\.){1,2000})"( \(\d+ characters\))?/g;

/**
 * A text about a name, without secrets: tokens, keys and passwords in addresses are replaced; of values in quotes that belong to a name such as
 * `SMTP_PASSWORD` the first letters and the length are left, so that two can still be told apart.
 */
export function maskSecrets(text: string, name = ''): string {
  const plain = MAY_HOLD_ONE.test(text) ? withoutTokens(text) : text;
  return namesSecret(name) ? plain.replace(QUOTED, (whole, value: string, isMasked?: string) => (isMasked !== undefined || value.includes('[redacted:') || value === name ? whole : maskedValue(value))) : plain;
}

/** `"su…" (10 characters)`. */
export function maskedValue(value: string): string {
  return `"${value.length < 8 ? '' : value.slice(0, 2)}…" (${value.length} characters)`;
}

function withoutTokens(text: string): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of findSecrets(text)) {
    if (BY_CONTEXT.has(kind)) continue;
    result += `${text.slice(from, start)}[redacted:${kind}]`;
    from = end;
  }
  return result + text.slice(from);
}
