import type { ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import type { TextLines } from '../../util/text-lines.js';

export interface HclBody {
  attributes: readonly HclAttribute[];
  blocks: readonly HclBlock[];
}

export interface HclAttribute {
  name: string;
  value: HclValue;
  span: Span;
}

/** `resource "google_cloud_run_service" "api" { ... }`: type `resource`, two labels. */
export interface HclBlock {
  type: string;
  labels: readonly string[];
  body: HclBody;
  span: Span;
}

/**
 * A value as far as it can be known without evaluating. `text`: a string, number, boolean or heredoc; `references` when templates are inside,
 * and then `text` holds them as written. `reference`: `var.region`, `google_sql.main.id`. `other`: an operator, condition or loop.
 */
export type HclValue =
  | { type: 'text'; text: string; references: readonly string[]; isString: boolean; span: Span }
  | { type: 'null'; span: Span }
  | { type: 'reference'; text: string; span: Span }
  | { type: 'list'; items: readonly HclValue[]; span: Span }
  | { type: 'object'; entries: readonly { key: string; keySpan: Span; value: HclValue }[]; span: Span }
  | { type: 'call'; name: string; args: readonly HclValue[]; span: Span }
  | { type: 'other'; text: string; references: readonly string[]; span: Span };

const MAX_DEPTH = 60;
const MAX_ERRORS = 20;

/**
 * Reads HCL (Terraform) with positions. Tolerant: what cannot be read is skipped to the end of its line and reported, and the rest goes on.
 * Expressions beyond literals, lists, objects, references and calls are kept as text. Syntax: HashiCorp's HCL native syntax specification.
 */
export function parseHcl(text: string, lines: TextLines): { body: HclBody; parseErrors: ParseError[] } {
  const parseErrors: ParseError[] = [];
  let index = 0;

  const fail = (message: string, from: number, to = from + 1): void => {
    if (parseErrors.length < MAX_ERRORS) parseErrors.push({ message, span: lines.spanOf(Math.min(from, text.length), Math.min(to, text.length)) });
  };

  const skipSpace = (newlines: boolean): void => {
    for (;;) {
      const unit = text[index];
      if (unit === ' ' || unit === '\t' || unit === '\r' || (newlines && unit === '\n')) index++;
      else if (unit === '#' || (unit === '/' && text[index + 1] === '/')) index = lineEnd(index);
      else if (unit === '/' && text[index + 1] === '*') {
        const close = text.indexOf('*/', index + 2);
        if (close < 0) fail('This comment is never closed.', index, index + 2);
        index = close < 0 ? text.length : close + 2;
      } else return;
    }
  };

  const lineEnd = (from: number): number => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end;
  };

  const identifier = (): string | undefined => {
    const match = IDENTIFIER.exec(text.slice(index, index + 200));
    if (!match) return undefined;
    index += match[0].length;
    return match[0];
  };

  const body = (closed: boolean, openedAt: number, depth: number): HclBody => {
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    for (;;) {
      skipSpace(true);
      if (index >= text.length) {
        if (closed) fail('This block is never closed.', openedAt);
        break;
      }
      if (text[index] === '}') {
        if (closed) break;
        fail('This brace closes nothing.', index);
        index++;
        continue;
      }
      const from = index;
      const name = text[index] === '"' ? quotedLabel() : identifier();
      if (name === undefined) {
        fail(`"${text.slice(index, index + 20).split('\n', 1)[0]!.trim()}" is neither an attribute nor a block.`, index, lineEnd(index));
        index = Math.max(lineEnd(index), index + 1);
        continue;
      }
      skipSpace(false);
      if (text[index] === '=' && text[index + 1] !== '=') {
        index++;
        const value = expression(depth + 1);
        attributes.push({ name, value, span: lines.spanOf(from, index) });
        endOfItem();
        continue;
      }
      const labels: string[] = [];
      while (text[index] === '"' || IDENTIFIER.test(text.slice(index, index + 1))) {
        const label = text[index] === '"' ? quotedLabel() : identifier();
        if (label === undefined) break;
        labels.push(label);
        skipSpace(false);
      }
      if (text[index] !== '{' || depth > MAX_DEPTH) {
        fail(depth > MAX_DEPTH ? 'The blocks are nested too deeply to be read.' : `"${name}" has neither a value nor a block.`, from, lineEnd(from));
        index = lineEnd(index);
        continue;
      }
      const opened = index++;
      const inner = body(true, opened, depth + 1);
      if (text[index] === '}') index++;
      blocks.push({ type: name, labels, body: inner, span: lines.spanOf(from, index) });
    }
    return { attributes, blocks };
  };

  /** After a value the line must end; what else stands there belongs to an expression that was not understood. */
  const endOfItem = (): void => {
    skipSpace(false);
    if (index < text.length && text[index] !== '\n' && text[index] !== '}' && text[index] !== ',') {
      fail(`"${text.slice(index, index + 20).split('\n', 1)[0]!.trim()}" does not belong here.`, index, lineEnd(index));
      index = lineEnd(index);
    } else if (text[index] === ',') index++;
  };

  const quotedLabel = (): string | undefined => {
    const end = lineEnd(index);
    const close = text.indexOf('"', index + 1);
    if (close < 0 || close > end) {
      fail('This quote is never closed.', index);
      index = end;
      return undefined;
    }
    const label = text.slice(index + 1, close);
    index = close + 1;
    return label;
  };

  const expression = (depth: number): HclValue => {
    skipSpace(false);
    const from = index;
    const first = depth > MAX_DEPTH ? undefined : primary(depth);
    skipSpace(false);
    if (first && !continues()) return first;
    // An operator, condition, index or loop: keep its text up to where the value must end.
    skipRest();
    const raw = text.slice(from, index).trim();
    const references = [...new Set([...raw.matchAll(REFERENCE)].map((match) => match[0]))];
    return { type: 'other', text: raw, references, span: lines.spanOf(from, index) };
  };

  /** Whether an operator, a condition or an index follows what was read. A `/` may open a comment, a `=` belong to the next entry. */
  const continues = (): boolean => /^(?:[?+\-*%<>!&|.[]|==|\/(?![/*]))/.test(text.slice(index, index + 2));

  /** Moves to the end of an expression: a line's end, a comma or a closing bracket outside of all brackets opened since. */
  const skipRest = (): void => {
    let depth = 0;
    while (index < text.length) {
      const unit = text[index]!;
      if (unit === '"') {
        string();
        continue;
      }
      if (unit === '<' && /^<<-?[A-Za-z_]/.test(text.slice(index, index + 4))) {
        heredoc();
        continue;
      }
      if (unit === '#' || (unit === '/' && (text[index + 1] === '/' || text[index + 1] === '*'))) {
        skipSpace(false);
        continue;
      }
      if (unit === '{' || unit === '[' || unit === '(') depth++;
      else if (unit === '}' || unit === ']' || unit === ')') {
        if (depth === 0) return;
        depth--;
      } else if (depth === 0 && unit === ',') return;
      else if (depth === 0 && unit === '\n') {
        // A condition may go on in the next line: `a ?` or a line that starts with `:` or an operator.
        if (!/[?:&|+]\s*$/.test(text.slice(Math.max(index - 40, 0), index)) && !/^\s*(?:[?:]|&&|\|\|)/.test(text.slice(index, index + 200))) return;
      }
      index++;
    }
  };

  const primary = (depth: number): HclValue | undefined => {
    const from = index;
    const unit = text[index];
    if (unit === '"') return string();
    if (unit === '<' && text[index + 1] === '<') return heredoc();
    if (unit === '[') return list(depth);
    if (unit === '{') return object(depth);
    const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(index, index + 60))?.[0];
    if (number) {
      index += number.length;
      return { type: 'text', text: number, references: [], isString: false, span: lines.spanOf(from, index) };
    }
    const path = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_*0-9][\w-]*|\[(?:\d+|\*|"[^"\n]*")\])*/.exec(text.slice(index, index + 400))?.[0];
    if (!path) return undefined;
    index += path.length;
    if (text[index] === '(') return call(path, from, depth);
    const span = lines.spanOf(from, index);
    if (path === 'true' || path === 'false') return { type: 'text', text: path, references: [], isString: false, span };
    if (path === 'null') return { type: 'null', span };
    return { type: 'reference', text: path, span };
  };

  const string = (): HclValue => {
    const from = index++;
    const references: string[] = [];
    let value = '';
    while (index < text.length) {
      const unit = text[index]!;
      if (unit === '"') {
        index++;
        return { type: 'text', text: value, references, isString: true, span: lines.spanOf(from, index) };
      }
      if (unit === '\n') break;
      if (unit === '\\') {
        const next = text[index + 1] ?? '';
        value += next === 'n' ? '\n' : next === 't' ? '\t' : next;
        index += 2;
      } else if ((unit === '$' || unit === '%') && text[index + 1] === unit && text[index + 2] === '{') {
        value += `${unit}{`; // `$${` is the text `${`
        index += 3;
      } else if ((unit === '$' || unit === '%') && text[index + 1] === '{') {
        const end = templateEnd(index + 2);
        const inner = text.slice(index + 2, end);
        references.push(...[...inner.matchAll(REFERENCE)].map((match) => match[0]));
        if (references.length === 0) references.push(inner.trim());
        value += text.slice(index, end + 1);
        index = end + 1;
      } else {
        value += unit;
        index++;
      }
    }
    fail('This quote is never closed.', from);
    return { type: 'text', text: value, references, isString: true, span: lines.spanOf(from, index) };
  };

  /** Offset of the brace that closes a template; strings inside may hold braces and templates of their own. */
  const templateEnd = (from: number): number => {
    let depth = 1;
    for (let at = from; at < text.length && text[at] !== '\n'; at++) {
      const unit = text[at];
      if (unit === '"') {
        for (at++; at < text.length && text[at] !== '"' && text[at] !== '\n'; at++) if (text[at] === '\\') at++;
      } else if (unit === '{') depth++;
      else if (unit === '}' && --depth === 0) return at;
    }
    return Math.min(lineEnd(from), text.length);
  };

  const heredoc = (): HclValue | undefined => {
    const from = index;
    const match = /^<<(-?)([A-Za-z_]\w*)[^\n]*\n/.exec(text.slice(index, index + 200));
    if (!match) {
      index += 2;
      return undefined;
    }
    index += match[0].length;
    const start = index;
    while (index < text.length) {
      const end = lineEnd(index);
      if (text.slice(index, end).trim() === match[2]) {
        const value = text.slice(start, index);
        index = end;
        return { type: 'text', text: value, references: [...value.matchAll(/\$\{([^}\n]{0,500})\}/g)].map((reference) => reference[1]!), isString: true, span: lines.spanOf(from, index) };
      }
      index = end + 1;
    }
    index = text.length;
    fail(`This heredoc is never closed by ${match[2]}.`, from, from + match[0].length - 1);
    return { type: 'text', text: text.slice(start), references: [], isString: true, span: lines.spanOf(from, index) };
  };

  const list = (depth: number): HclValue => {
    const from = index++;
    const items: HclValue[] = [];
    skipSpace(true);
    if (/^for\b/.test(text.slice(index, index + 4))) return loop(from, ']');
    while (index < text.length && text[index] !== ']') {
      const before = index;
      items.push(expression(depth + 1));
      skipSpace(true);
      if (text[index] === ',') index++;
      skipSpace(true);
      if (index === before) {
        fail('This list cannot be read here.', index);
        break;
      }
    }
    close(']', from);
    return { type: 'list', items, span: lines.spanOf(from, index) };
  };

  const object = (depth: number): HclValue => {
    const from = index++;
    const entries: { key: string; keySpan: Span; value: HclValue }[] = [];
    skipSpace(true);
    if (/^for\b/.test(text.slice(index, index + 4))) return loop(from, '}');
    while (index < text.length && text[index] !== '}') {
      const keyFrom = index;
      const key = text[index] === '(' ? parenthesis() : text[index] === '"' ? quotedLabel() : identifier() ?? /^\d+/.exec(text.slice(index, index + 30))?.[0];
      if (key !== undefined && index === keyFrom) index += key.length;
      const keySpan = lines.spanOf(keyFrom, index);
      skipSpace(false);
      if (key === undefined || (text[index] !== '=' && text[index] !== ':')) {
        fail('This object cannot be read here.', keyFrom, lineEnd(keyFrom));
        index = Math.max(lineEnd(index), keyFrom + 1);
        skipSpace(true);
        // A line with `{` at its end or a block's start is past the object: its brace was never closed.
        if (/^(?:resource|variable|output|module|data|locals|provider|terraform)\b[^=\n]*\{/.test(text.slice(index, index + 200))) break;
        continue;
      }
      index++;
      entries.push({ key, keySpan, value: expression(depth + 1) });
      skipSpace(true);
      if (text[index] === ',') index++;
      skipSpace(true);
    }
    close('}', from);
    return { type: 'object', entries, span: lines.spanOf(from, index) };
  };

  const parenthesis = (): string => {
    const from = index;
    let depth = 0;
    while (index < text.length && text[index] !== '\n') {
      if (text[index] === '(') depth++;
      else if (text[index] === ')' && --depth === 0) {
        index++;
        break;
      }
      index++;
    }
    return text.slice(from, index);
  };

  const call = (name: string, from: number, depth: number): HclValue => {
    const opened = index++;
    const args: HclValue[] = [];
    skipSpace(true);
    while (index < text.length && text[index] !== ')') {
      const before = index;
      args.push(expression(depth + 1));
      skipSpace(true);
      if (text.startsWith('...', index)) index += 3;
      skipSpace(true);
      if (text[index] === ',') index++;
      skipSpace(true);
      if (index === before) break;
    }
    close(')', opened);
    return { type: 'call', name, args, span: lines.spanOf(from, index) };
  };

  const loop = (from: number, bracket: string): HclValue => {
    skipToBracket(bracket);
    close(bracket, from);
    const raw = text.slice(from, index);
    return { type: 'other', text: raw, references: [...raw.matchAll(REFERENCE)].map((match) => match[0]), span: lines.spanOf(from, index) };
  };

  const skipToBracket = (bracket: string): void => {
    let depth = 0;
    while (index < text.length) {
      const unit = text[index]!;
      if (unit === '"') {
        string();
        continue;
      }
      if (depth === 0 && unit === bracket) return;
      if (unit === '{' || unit === '[' || unit === '(') depth++;
      else if (unit === '}' || unit === ']' || unit === ')') depth--;
      index++;
    }
  };

  const close = (bracket: string, openedAt: number): void => {
    skipSpace(true);
    if (text[index] === bracket) index++;
    else fail(`This bracket is never closed by "${bracket}".`, openedAt);
  };

  return { body: body(false, 0, 0), parseErrors };
}

const IDENTIFIER = /^[A-Za-z_][\w-]*/;
const REFERENCE = /\b(?:var|local|module|data|each|env|[a-z]+_[\w]+)\.[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*/g;
