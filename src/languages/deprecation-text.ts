/** Lines of a doc comment that are searched: what stands further down is about parts, examples or history. */
const LINES = 12;

/** Marks that people put before the word: warning signs, list and heading signs, `WARNING:`, `NOTE:`. */
const LEAD = String.raw`^(?:[^\w\n]|WARNING|Warning|NOTE|Note|CRITICAL|U\+[0-9A-F]+)*`;
const OPENING = new RegExp(`${LEAD}(?:DEPRECATED\\b|DEPRECATION (?:NOTICE|WARNING)\\b|Deprecated(?=[:.,!]|\\s*$|\\s+(?:since|in favou?r|and|wrapper|alias|compatibility|stub|function|method|class|module)\\b))`);
const IN_TITLE = /(?:[-–—:(\[]\s*DEPRECATED\b|\bDEPRECATED\s*(?:[.:)\]!]|$|-|Compatibility))/;
const SENTENCE = /\b[Tt]his (?:module|file|package|class|function|method|wrapper|implementation|component|hook|type) (?:is|has been|was) (?:now )?\W{0,2}(?:deprecated|DEPRECATED)\b/;

export interface DeprecationText {
  /** The line that says so, trimmed. */
  marker: string;
  /** Its index among the lines of the text. */
  line: number;
  replacement?: string;
}

/**
 * Finds where a doc comment says of the very thing it documents that it is deprecated. Text that merely speaks of deprecated things
 * ("rejects deprecated models") says nothing.
 */
export function readDeprecation(text: string): DeprecationText | undefined {
  const lines = text.split('\n', LINES * 2);
  let seen = 0;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || !/\w/.test(line)) continue;
    const isTitle = seen === 0;
    if (++seen > LINES) break;
    if (/\.\. deprecated::/.test(line) || OPENING.test(line) || SENTENCE.test(line) || (isTitle && IN_TITLE.test(line))) {
      const replacement = replacementIn(lines.slice(index, index + 6).join('\n'));
      return { marker: line.slice(0, 160), line: index, ...(replacement ? { replacement } : {}) };
    }
  }
  return undefined;
}

/**
 * The one name that a notice is about, where it stands at the head of a file and is about a part: `Importing Cart from 'x' is deprecated`,
 * `Cart is deprecated`. Undefined when it is about the file, or says nothing of the kind.
 */
export function subjectOf(notice: string): string | undefined {
  return /(?<![.\w/])([A-Z][a-z]\w*|[a-z]+_\w+)(?:\(\))?(?: (?:class|function))?(?: from ['"]?[\w./]+['"]?)? (?:is|has been) (?:now )?deprecated\b/.exec(notice)?.[1];
}

const WORDS = new Set(['the', 'this', 'that', 'these', 'a', 'an', 'it', 'one', 'new', 'instead', 'of', 'case', 'only', 'is', 'for', 'and', 'or', 'by', 'with', 'from', 'to', 'our']);

/** What a deprecation notice tells to use: dotted where it says `from a.b import C` or writes a path. */
export function replacementIn(notice: string): string | undefined {
  const from = /\bfrom\s+([\w.]+)\s+import\s+(\w+)/.exec(notice);
  if (from) return `${from[1]}.${from[2]}`;
  const pattern = /\b(?:use|in favou?r of|replaced (?:by|with)|moved to|superseded by|migrate to|delegates to|prefer|imports? (?:it |them )?from|see)\b:?\s+(?:the\s+)?(?:\{@link\s+)?(?:[`'"]([./@\w$-]+)[`'"]|([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*))/gi;
  for (const match of notice.matchAll(pattern)) {
    const name = match[1] ?? match[2]!;
    // A plain lower-case word is prose, one of capitals an abbreviation.
    if (match[1] !== undefined || (!WORDS.has(name.toLowerCase()) && !/^[A-Z]+$/.test(name) && (/[._$A-Z]/.test(name) || match[0].includes('{@link')))) return name;
  }
  return undefined;
}
