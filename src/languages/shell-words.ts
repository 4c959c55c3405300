/** A word of a shell command with its quotes removed. */
export interface ShellWord {
  text: string;
  from: number;
  to: number;
  /** Offset in the source of each unit of `text`; one more for its end. */
  offsets: readonly number[];
  /** All of it stood in single quotes, so `$` is only a character. */
  verbatim: boolean;
}

/** A simple command: words up to a `;`, `|`, `&&` or the end of the line. */
export interface ShellCommand {
  words: readonly ShellWord[];
  /** Text that a here-document gives it, with its offset. */
  hereDocument?: { text: string; from: number; verbatim: boolean };
}

export interface ShellProblem {
  message: string;
  from: number;
  to: number;
}

/** Fills a place of the source that a shorter text stands for, so that offsets stay; it is no part of any word. */
export const FILL = '\u2060';

/**
 * Splits a script into commands and words: quotes, escapes, comments, continued lines, here-documents. What a shell would do with the words is
 * not its business; `if`, `then` and the like are words. Never fails: an unclosed quote ends with the text and is reported.
 */
export function shellCommands(text: string, start = 0, end = text.length): { commands: ShellCommand[]; problems: ShellProblem[] } {
  const commands: ShellCommand[] = [];
  const problems: ShellProblem[] = [];
  let words: ShellWord[] = [];
  let pending: { delimiter: string; tabs: boolean; verbatim: boolean; command: number }[] = [];
  let index = start;

  const finish = (): void => {
    if (words.length > 0) commands.push({ words });
    words = [];
  };
  while (index < end) {
    const unit = text[index]!;
    if (unit === '\\' && (text[index + 1] === '\n' || (text[index + 1] === '\r' && text[index + 2] === '\n'))) {
      index += text[index + 1] === '\r' ? 3 : 2;
    } else if (unit === '\n') {
      finish();
      index++;
      for (const { delimiter, tabs, verbatim, command } of pending) {
        const body = hereDocument(text, index, end, delimiter, tabs);
        const owner = commands[command];
        if (owner) commands[command] = { ...owner, hereDocument: { text: text.slice(index, body.to), from: index, verbatim } };
        index = body.next;
      }
      pending = [];
    } else if (unit === ' ' || unit === '\t' || unit === '\r') {
      index++;
    } else if (unit === '#') {
      index = lineEnd(text, index, end);
    } else if (unit === ';' || unit === '|' || unit === '&' || unit === '(' || unit === ')') {
      finish();
      index++;
    } else if (unit === '<' && text[index + 1] === '<' && text[index + 2] !== '<') {
      const match = /^<<(-?)[ \t]*(\\?)(["']?)([\w.]+)\3/.exec(text.slice(index, index + 80));
      if (match) pending.push({ delimiter: match[4]!, tabs: match[1] === '-', verbatim: match[3] !== '' || match[2] !== '', command: commands.length });
      index += match ? match[0].length : 2;
    } else if (unit === '>' || unit === '<') {
      index++;
      words.push({ text: unit, from: index - 1, to: index, offsets: [index - 1, index], verbatim: true });
    } else {
      const word = readWord(text, index, end, problems);
      words.push(word);
      index = Math.max(word.to, index + 1);
    }
  }
  finish();
  return { commands, problems };
}

function readWord(text: string, from: number, end: number, problems: ShellProblem[]): ShellWord {
  let value = '';
  const offsets: number[] = [];
  let index = from;
  let verbatim = false;
  let bare = false;
  const put = (unit: string, at: number): void => {
    if (unit === FILL) return;
    value += unit;
    offsets.push(at);
  };
  while (index < end) {
    const unit = text[index]!;
    if (unit === "'") {
      const close = text.indexOf("'", index + 1);
      const to = close < 0 || close >= end ? end : close;
      if (to === end) problems.push({ message: 'This single quote is never closed.', from: index, to: Math.min(index + 20, end) });
      for (let at = index + 1; at < to; at++) put(text[at]!, at);
      verbatim = true;
      index = to + 1;
    } else if (unit === '"') {
      const to = closingDouble(text, index + 1, end);
      if (to >= end) problems.push({ message: 'This double quote is never closed.', from: index, to: Math.min(index + 20, end) });
      for (let at = index + 1; at < to; at++) {
        if (text[at] === '\\' && at + 1 < to && '"\\`\n'.includes(text[at + 1]!)) at++;
        if (text[at] !== '\n' || text[at - 1] !== '\\') put(text[at]!, at);
      }
      bare = true;
      index = to + 1;
    } else if (unit === '\\') {
      if (text[index + 1] === '\n') break;
      if (index + 1 < end) put(text[index + 1]!, index + 1);
      index += 2;
    } else if (unit === '$' && (text[index + 1] === '(' || text[index + 1] === '{')) {
      const to = Math.min(balanced(text, index + 1, end), end);
      for (let at = index; at < to; at++) put(text[at]!, at);
      bare = true;
      index = to;
    } else if (/[\s;|&()<>]/.test(unit)) {
      break;
    } else {
      put(unit, index);
      bare = true;
      index++;
    }
  }
  const to = Math.min(index, end);
  offsets.push(to);
  return { text: value, from, to, offsets, verbatim: verbatim && !bare };
}

function closingDouble(text: string, from: number, end: number): number {
  for (let index = from; index < end; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index;
    else if (text[index] === '$' && text[index + 1] === '(') index = balanced(text, index + 1, end) - 1;
  }
  return end;
}

/** Offset after the bracket that closes the one at `from`; the end of its line when none does. */
function balanced(text: string, from: number, end: number): number {
  const open = text[from]!;
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let index = from; index < end; index++) {
    const unit = text[index];
    if (unit === '\\') index++;
    else if (unit === open) depth++;
    else if (unit === close && --depth === 0) return index + 1;
  }
  return lineEnd(text, from, end);
}

function hereDocument(text: string, from: number, end: number, delimiter: string, tabs: boolean): { to: number; next: number } {
  let line = from;
  while (line < end) {
    const to = lineEnd(text, line, end);
    const content = text.slice(line, to).replace(/\r$/, '');
    if ((tabs ? content.replace(/^\t+/, '') : content) === delimiter) return { to: line, next: Math.min(to + 1, end) };
    line = to + 1;
  }
  return { to: end, next: end };
}

function lineEnd(text: string, from: number, end: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 || found > end ? end : found;
}
