/**
 * The text with what the grammar of @lezer/python 1.1 does not know replaced by something of the same length that it does, so that every offset stays:
 * parenthesised and destructuring `with` items, `1.`, stars in subscripts and type parameters (PEP 646, 695), starred loop targets, decorators that are any
 * expression (PEP 614), class patterns without arguments (PEP 634), `rf"\{"`, and comments that stand left of their block. Facts quote the original text.
 * Linear in the length of the text. Source: the Python 3.14 language reference, "Lexical analysis" and "Compound statements".
 */
export function plainSyntax(text: string): string {
  const out = text.split('');
  const blank = (from: number, to: number): void => {
    for (let index = from; index < to; index++) out[index] = ' ';
  };
  for (const line of logicalLines(text, blank, out)) {
    withItems(line, text, blank, out);
    decorator(line, blank, out);
    emptyPatterns(line, blank, out);
    stars(line, blank);
  }
  return out.join('');
}

/** A character that is code, neither in a string nor in a comment, and how many brackets are open around it. */
interface Mark {
  at: number;
  character: string;
  depth: number;
}

/** One logical line: from its first character to its end, with its punctuation and the words that begin clauses. */
interface LogicalLine {
  from: number;
  to: number;
  marks: readonly Mark[];
}

const STRING = /(?:\b([bBfFrRtTuU]{1,2}))?("""|'''|"|')/y;
const NUMBER = /(?:0[xXbBoO][\w]+|[\d][\d_]*(\.(?![\w.]|_)|\.(?=[eEjJ]))?[\w]*)/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const CLAUSES = new Set(['as', 'async', 'case', 'for', 'in', 'match', 'with']);

function* logicalLines(text: string, blank: (from: number, to: number) => void, out: string[]): Generator<LogicalLine> {
  let marks: Mark[] = [];
  let depth = 0;
  let from = 0;
  let index = 0;
  while (index < text.length) {
    const character = text[index]!;
    const string = stickyAt(STRING, text, index);
    if (string) {
      index = endOfString(text, index + string[0].length, string[2]!, (string[1] ?? '').toLowerCase(), out);
      marks.push({ at: index - 1, character: '"', depth });
      continue;
    }
    if (character === '#') {
      const end = lineEnd(text, index);
      // A comment inside brackets, or left of its block, ends a block for the grammar. One that speaks to us stays where it is.
      if (!text.slice(index, end).includes('ssot-audit')) blank(index, end);
      index = end;
      continue;
    }
    const number = /\d/.test(character) ? stickyAt(NUMBER, text, index) : undefined;
    if (number) {
      if (number[1] !== undefined) out[index + number[0].indexOf('.')] = '0';
      index += number[0].length;
      marks.push({ at: index - 1, character: '0', depth });
      continue;
    }
    const word = stickyAt(WORD, text, index);
    if (word) {
      marks.push({ at: index, character: CLAUSES.has(word[0]) ? word[0] : 'w', depth });
      index += word[0].length;
      continue;
    }
    if (character === '\\') {
      index += text.startsWith('\r\n', index + 1) ? 3 : 2;
      continue;
    }
    if (character === ')' || character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (!/\s/.test(character)) marks.push({ at: index, character, depth });
    if (character === '(' || character === '[' || character === '{') depth++;
    index++;
    if (character === '\n' && depth === 0) {
      yield { from, to: index - 1, marks };
      marks = [];
      from = index;
    }
  }
  yield { from, to: text.length, marks };
}

/** The offset after a string that was opened; the backslashes of a raw f-string are taken out of the way of its braces. */
function endOfString(text: string, from: number, quote: string, prefix: string, out: string[]): number {
  const rawFormat = prefix.includes('r') && /[ft]/.test(prefix);
  let index = from;
  while (index < text.length) {
    if (text[index] === '\\') {
      if (rawFormat && text[index + 1] !== quote[0] && text[index + 1] !== '\\') out[index] = '_';
      index += 2;
    } else if (text.startsWith(quote, index)) return index + quote.length;
    else if (quote.length === 1 && text[index] === '\n') return index;
    else index++;
  }
  return text.length;
}

/** `with (a as b, c as d):` becomes `with  a as b, c as d :`; a target that is a tuple or no plain name becomes something that is one. */
function withItems({ marks, to }: LogicalLine, text: string, blank: (from: number, to: number) => void, out: string[]): void {
  const start = marks.findIndex(({ character, depth }) => depth === 0 && character === 'with');
  if (start < 0 || start > 1 || (start === 1 && marks[0]!.character !== 'async')) return;
  const colon = marks.findIndex(({ character, depth }, position) => position > start && depth === 0 && character === ':');
  if (colon < 0) return;
  let items = marks.slice(start + 1, colon);
  const first = items[0];
  const last = items.at(-1);
  if (first?.character === '(' && last?.character === ')' && items.slice(1, -1).every(({ depth }) => depth > first.depth) && items.some(({ character, depth }) => character === 'as' && depth === 1)) {
    const comma = items.at(-2);
    blank(first.at, first.at + 1);
    blank(last.at, last.at + 1);
    if (comma?.character === ',') blank(comma.at, comma.at + 1);
    items = items.slice(1, -1).map((mark) => ({ ...mark, depth: mark.depth - 1 }));
    // What is no longer inside brackets must stand on one line.
    joinLines(first.at, marks[colon]!.at, items, text, out);
  }
  for (const [position, { character, depth }] of items.entries()) {
    if (character !== 'as' || depth !== 0) continue;
    const end = items.findIndex((mark, later) => later > position && mark.depth === 0 && mark.character === ',');
    const target = items.slice(position + 1, end < 0 ? undefined : end);
    if (target.length < 2) continue;
    const until = end < 0 ? marks[colon]!.at : items[end]!.at;
    if (target[0]!.character === '(' || target[0]!.character === '[') {
      blank(target[0]!.at, target[0]!.at + 1);
      blank(target.at(-1)!.at, target.at(-1)!.at + 1);
      if (target.at(-2)!.character === ',') blank(target.at(-2)!.at, target.at(-2)!.at + 1);
      for (const { at, character: inner } of target) {
        if (inner === '*') blank(at, at + 1);
        if (inner === '.') out[at] = '_';
      }
      joinLines(target[0]!.at, until, [], text, out);
    } else for (let index = target[0]!.at; index < Math.min(until, to) && !/\s/.test(text[index]!); index++) out[index] = '_';
  }
}

/** Newlines of a stretch that no bracket encloses any more become blanks; those inside brackets of the items may stay. */
function joinLines(from: number, to: number, items: readonly Mark[], text: string, out: string[]): void {
  let depth = 0;
  let next = 0;
  for (let index = from; index < to; index++) {
    while (next < items.length && items[next]!.at <= index) depth = items[next++]!.depth;
    if ((text[index] === '\n' || text[index] === '\r') && (depth === 0 || items.length === 0)) out[index] = ' ';
  }
}

/** `@a.b(c)(d)` keeps `@a.b(c)`, `@(a or b)` becomes a name. */
function decorator({ marks, to }: LogicalLine, blank: (from: number, to: number) => void, out: string[]): void {
  if (marks[0]?.character !== '@' || marks.length < 2) return;
  let position = 1;
  while (marks[position]?.character === 'w' && marks[position + 1]?.character === '.') position += 2;
  if (marks[position]?.character !== 'w') {
    blank(marks[1]!.at, to);
    out[marks[1]!.at] = '_';
    return;
  }
  position++;
  if (marks[position]?.character === '(') position = marks.findIndex(({ character, depth }, later) => later > position && depth === 0 && character === ')') + 1;
  if (position > 0 && position < marks.length) {
    blank(marks[position]!.at, to);
    out[marks[1]!.at] = '_';
  }
}

/** `case Point():` becomes `case Point  :`, `case []:` becomes `case _ :`. */
function emptyPatterns({ marks }: LogicalLine, blank: (from: number, to: number) => void, out: string[]): void {
  if (marks[0]?.character !== 'case') return;
  for (const [position, { at, character }] of marks.entries()) {
    const closing = marks[position + 1];
    if (!closing || !['()', '[]', '{}'].includes(character + closing.character)) continue;
    blank(at, closing.at + 1);
    if (marks[position - 1]!.character !== 'w') out[at] = '_';
  }
}

/** `tuple[*Ts]`, `def f[*Ts, **P]`, `for first, *rest in`: without the star. */
function stars({ marks }: LogicalLine, blank: (from: number, to: number) => void): void {
  const open: boolean[] = [];
  let target = -1;
  for (const [position, { at, character, depth }] of marks.entries()) {
    const before = marks[position - 1];
    if (character === '[') open[depth] = before !== undefined && before.depth === depth && 'w)]"'.includes(before.character);
    else if (character === '(' || character === '{') open[depth] = false;
    else if (character === 'for') target = depth;
    else if (character === 'in' && depth === target) target = -1;
    else if (character === '*' && before) {
      const subscript = depth > 0 && open[depth - 1] === true;
      const begins = before.character === '[' || before.character === ',' || (before.character === '*' && before.at === at - 1);
      if (subscript && begins) blank(at, at + 1);
      else if (target >= 0 && depth >= target && (before.character === 'for' || before.character === ',' || before.character === '(')) blank(at, at + 1);
    }
  }
}

function stickyAt(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
