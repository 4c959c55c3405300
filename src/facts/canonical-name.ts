/**
 * The one spelling under which names of different conventions meet: `MAX_UPLOAD_MB`, `maxUploadMb`, `MaxUploadMB` and
 * `max-upload-mb` are all `max-upload-mb`. Runs of capitals are one word (`HTTPServer` is `http-server`), and brand names that are
 * written with a capital inside stay one word (`WebSocket`, `websocket` and `WEBSOCKET` are `websocket`).
 */
export function canonicalName(name: string): string {
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const canonical = wordsOf(name).join('-') || name.toLowerCase();
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, canonical);
  return canonical;
}

/** The words of a name in any convention, lower-cased: `getURLForUser` gives get, url, for, user. */
export function wordsOf(name: string): string[] {
  const words: string[] = [];
  for (const part of name.split(SEPARATORS)) {
    if (part === '') continue;
    // A trailing `s` after capitals belongs to them: `userIDs` is user, ids.
    for (const match of part.matchAll(WORD)) words.push(match[0].toLowerCase());
  }
  return joinBrands(words);
}

const MAX_KNOWN = 200_000;
const known = new Map<string, string>();

const SEPARATORS = /[^\p{L}\p{N}]+/u;
/** Capitals up to the one that starts the next word, with a plural `s`; a capitalised or plain word with its digits; digits. */
const WORD = /\p{Lu}{2,}s(?![\p{Ll}])\p{N}*|\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}]+\p{N}*|\p{N}+|\p{Lu}/gu;

/** Words that camel case tears in two though other conventions write them as one. First half to second halves. */
const BRANDS = new Map<string, readonly string[]>([
  ['click', ['house']], ['git', ['hub', 'lab']], ['graph', ['ql']], ['java', ['script']], ['linked', ['in']], ['my', ['sql']], ['no', ['sql']],
  ['o', ['auth', 'auth2']], ['open', ['ai']], ['pay', ['pal']], ['postgre', ['sql']], ['type', ['script']],
  ['web', ['hook', 'hooks', 'socket', 'sockets']], ['you', ['tube']],
]);

function joinBrands(words: string[]): string[] {
  for (let index = words.length - 2; index >= 0; index--) {
    if (BRANDS.get(words[index]!)?.includes(words[index + 1]!)) words.splice(index, 2, words[index]! + words[index + 1]!);
  }
  return words;
}
