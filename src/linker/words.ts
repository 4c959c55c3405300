/** Words that stand in any program or test, and so point nowhere. */
const COMMON = new Set((
  'a abstract after all also an and any are args as assert assertion async at await be been before bool boolean break but by call callback can case catch class cls const constructor continue '
  + 'data debugger declare def default del delete describe do does done each elif else end enum equal error errors except exports export extends extend fail failed failing false field file finally fn for from func '
  + 'function get given global got has have if implements import in include instance instanceof int interface into is isn it its itself kwargs lambda let list log map match mock module must name namespace new nil none nonlocal '
  + 'not null number of on only or other out override package pass private property protected public raise readonly received require required result return returns run self set should shouldn so some static str strict string '
  + 'struct super switch test tests than that the their them then there these this throw throws to true try type typeof undefined unittest use used using val value values var void was were when where which while with without '
  + 'will would yield expect expected actual but-was deep toBe chai jest vitest pytest mocha node python'
).split(/\s+/));

/**
 * Words of a text for comparing texts of different kinds: identifiers whole and in their parts (`parseCookie` gives `parsecookie`, `parse`,
 * `cookie`), lower case, endings of English inflection cut. Keywords and the words of test libraries are left out.
 */
export function searchTerms(text: string): string[] {
  const words: string[] = [];
  for (const [identifier] of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    if (identifier.length > 80) continue;
    const parts = partsOf(identifier);
    for (const part of parts) add(words, part);
    if (parts.length > 1) words.push(parts.join(''));
  }
  return words;
}

/** `parseHTTPCookie_v2` gives `parse`, `http`, `cookie`, `v2`. */
export function partsOf(identifier: string): string[] {
  return identifier
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_$]+/)
    .filter((part) => part !== '');
}

function add(words: string[], part: string): void {
  if (part.length < 2 || COMMON.has(part) || /^\d+$/.test(part)) return;
  words.push(stem(part));
}

/** Plurals and the commonest endings; crude, and the same for both sides. */
export function stem(word: string): string {
  if (word.length < 5) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  if (word.length > 6 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 5 && word.endsWith('ed')) return word.slice(0, -2);
  return word;
}
