import type { SyntaxNode } from '@lezer/common';
import type { Literal } from '../../model/facts.js';

const MAX_LEAVES = 200;
const MAX_TEXT = 500;
const MAX_DEPTH = 12;

/** The text of a string literal (also implicitly concatenated, also an f-string without replacements); undefined for anything else. */
export function stringOf(node: SyntaxNode | null | undefined, text: string): string | undefined {
  const inner = withoutParentheses(node);
  if (!inner) return undefined;
  if (inner.name === 'String') return unquote(text.slice(inner.from, inner.to));
  if (inner.name === 'FormatString') return inner.getChild('FormatReplacement') ? undefined : unquote(text.slice(inner.from, inner.to));
  if (inner.name !== 'ContinuedString') return undefined;
  let joined = '';
  for (let part = inner.firstChild; part; part = part.nextSibling) {
    const piece = stringOf(part, text);
    if (piece === undefined) return undefined;
    joined += piece;
  }
  return joined;
}

/**
 * The value of a literal: strings, numbers, booleans, `None`, lists, tuples, sets and dicts of them, with arithmetic on numbers folded.
 * Undefined when any part is not known from the text, or when it is larger than a fact may hold.
 */
export function literalOf(node: SyntaxNode | null | undefined, text: string): Literal | undefined {
  return read(node, text, { leaves: MAX_LEAVES }, 0);
}

/** The expression inside any number of parentheses. */
export function withoutParentheses(node: SyntaxNode | null | undefined): SyntaxNode | undefined {
  let current = node ?? undefined;
  while (current?.name === 'ParenthesizedExpression') current = elementsOf(current)[0];
  return current;
}

/** The expressions of a list, tuple, set or parenthesis, without brackets, commas and comments. A `*` of an unpacking stays in the list. */
export function elementsOf(node: SyntaxNode): SyntaxNode[] {
  const elements: SyntaxNode[] = [];
  for (let part = node.firstChild; part; part = part.nextSibling) {
    if (!PUNCTUATION.has(part.name)) elements.push(part);
  }
  return elements;
}

/** Key and value expressions of a dict display in order. Undefined when it unpacks another mapping (`**defaults`). */
export function entriesOf(dict: SyntaxNode): { key: SyntaxNode; value: SyntaxNode }[] | undefined {
  const parts = elementsOf(dict);
  if (parts.length % 2 === 1 || parts.some((part) => part.name === '**' || part.name === '*')) return undefined;
  return parts.flatMap((key, index) => (index % 2 === 0 ? [{ key, value: parts[index + 1]! }] : []));
}

const PUNCTUATION = new Set(['[', ']', '(', ')', '{', '}', ',', ':', 'Comment']);

function read(node: SyntaxNode | null | undefined, text: string, budget: { leaves: number }, depth: number): Literal | undefined {
  const inner = withoutParentheses(node);
  if (!inner || depth > MAX_DEPTH || budget.leaves-- <= 0) return undefined;
  switch (inner.name) {
    case 'String':
    case 'FormatString':
    case 'ContinuedString': {
      const value = stringOf(inner, text);
      return value === undefined || value.length > MAX_TEXT ? undefined : value;
    }
    case 'Number':
      return numberOf(text.slice(inner.from, inner.to));
    case 'Boolean':
      return text.slice(inner.from, inner.to) === 'True';
    case 'None':
      return null;
    case 'UnaryExpression':
    case 'BinaryExpression':
      return arithmetic(inner, text, budget, depth);
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression': {
      const values: Literal[] = [];
      for (const element of elementsOf(inner)) {
        const value = read(element, text, budget, depth + 1);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    }
    case 'DictionaryExpression': {
      const entries = entriesOf(inner);
      if (!entries) return undefined;
      const values = new Map<string, Literal>();
      for (const entry of entries) {
        const key = read(entry.key, text, budget, depth + 1);
        const value = read(entry.value, text, budget, depth + 1);
        if (value === undefined || (typeof key !== 'string' && typeof key !== 'number')) return undefined;
        values.set(String(key), value);
      }
      return Object.fromEntries(values);
    }
    default:
      return undefined;
  }
}

function arithmetic(node: SyntaxNode, text: string, budget: { leaves: number }, depth: number): number | undefined {
  const parts = elementsOf(node);
  const numberAt = (index: number): number | undefined => {
    const value = read(parts[index], text, budget, depth + 1);
    return typeof value === 'number' ? value : undefined;
  };
  if (node.name === 'UnaryExpression') {
    const value = numberAt(1);
    const sign = parts[0]?.name === 'ArithOp' ? text.slice(parts[0].from, parts[0].to) : '';
    return value === undefined || (sign !== '-' && sign !== '+') ? undefined : sign === '-' ? -value : value;
  }
  if (parts.length !== 3 || (parts[1]?.name !== 'ArithOp' && parts[1]?.name !== 'BitOp')) return undefined;
  const left = numberAt(0);
  const right = numberAt(2);
  if (left === undefined || right === undefined) return undefined;
  const result = apply(text.slice(parts[1].from, parts[1].to), left, right);
  return result !== undefined && Number.isFinite(result) ? result : undefined;
}

function apply(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '**':
      return left ** right;
    case '<<':
      return left * 2 ** right;
    default:
      return undefined;
  }
}

function numberOf(source: string): number | undefined {
  const value = Number(source.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function unquote(source: string): string | undefined {
  const match = /^([A-Za-z]*)('''|"""|'|")([\s\S]*)\2$/.exec(source);
  if (!match) return undefined;
  const prefix = match[1]!.toLowerCase();
  if (prefix.includes('b')) return undefined;
  return prefix.includes('r') ? match[3]! : unescape(match[3]!);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '\n': '', 0: '\0', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unescape(body: string): string {
  if (!body.includes('\\')) return body;
  return body.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (whole, hex: string | undefined, unit: string | undefined, char: string | undefined) => {
    const code = hex ?? unit;
    return code === undefined ? (ESCAPES[char!] ?? whole) : String.fromCharCode(Number.parseInt(code, 16));
  });
}
