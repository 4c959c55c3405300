import { compareText } from '../util/compare.js';
import { canonicalName, wordsOf } from './canonical-name.js';

/** A type in words that no language owns: `Optional[List[str]]` and `Array<string> | null` are both `string[]`, nullable. */
export interface TypeName {
  /** `string`, `number`, `order-line[]`, `map<number>`, `"open" | "paid"`, `{ city: string }`; `any` where nothing is known. */
  text: string;
  /** May be null, None or undefined. */
  nullable: boolean;
}

/** The type behind a written one, of TypeScript, Python or zod; `any` for none. */
export function typeName(written: string | undefined): TypeName {
  if (written === undefined || written === '') return { text: 'any', nullable: false };
  const cached = known.get(written);
  if (cached) return cached;
  const parts = flatten(parseUnion(tokensOf(written)));
  const nullable = parts.some((part) => part === 'null');
  const name = { text: joined(parts.filter((part) => part !== 'null')), nullable };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(written, name);
  return name;
}

/**
 * Whether two types can describe the same value on the wire, where a date is text, a set is a list, and a language may say less than the
 * other (`any`, `dict`, `str` for one of three words). Null-ness is not looked at.
 */
export function typesAgree(a: string | undefined, b: string | undefined): boolean {
  return agree(typeName(a).text, typeName(b).text, 0);
}

/** What a name in a written type stands for, itself written as a type (`"open" | "paid"`, `Record<string, any>`); undefined when that is not known. */
export type NameReader = (name: string) => string | undefined;

/** A written type with the meaning of the names in it, as the file sees them in which it is written. */
export interface ReadType {
  written: string | undefined;
  read: NameReader;
}

/**
 * Whether two types of two languages can describe a common value on the wire, judged by what their names stand for and never by how they are
 * called: words agree with words that have one in common, an object with any object. A name that nobody can read agrees with everything.
 */
export function typesMeet(a: ReadType, b: ReadType): boolean {
  return meet(joined(flatten(alternativesRead(a)).filter(isValue)), joined(flatten(alternativesRead(b)).filter(isValue)), 0);
}

function alternativesRead({ written, read }: ReadType): string[] {
  return written === undefined || written === '' ? ['any'] : parseUnion({ ...tokensOf(written), read });
}

function isValue(part: string): boolean {
  return part !== 'null';
}

function meet(a: string, b: string, depth: number): boolean {
  if (a === b || [a, b].some((text) => text === 'any' || text === 'null' || text === 'function' || text.includes(' & ')) || depth > MAX_DEPTH) return true;
  const [first, second] = [alternativesOf(a), alternativesOf(b)];
  if (first.length > 1 || second.length > 1) return first.some((one) => second.some((other) => meet(one, other, depth + 1)));
  if (isList(a) && isList(b)) return a.startsWith('[') || b.startsWith('[') || meet(elementOf(a), elementOf(b), depth + 1);
  if (isList(a) || isList(b)) return false;
  if (a.startsWith('map<') && b.startsWith('map<')) return meet(a.slice(4, -1), b.slice(4, -1), depth + 1);
  if (a.startsWith('{') && b.startsWith('{')) return true;
  return vague(a, b) || vague(b, a) || [a, b].sort().join() === 'bytes,string';
}

/** A list, or a tuple. */
function isList(text: string): boolean {
  return text.endsWith('[]') || text.startsWith('[');
}

const MAX_KNOWN = 50_000;
const MAX_DEPTH = 30;
const known = new Map<string, TypeName>();

function agree(a: string, b: string, depth: number): boolean {
  if (a === b || a === 'any' || b === 'any' || depth > MAX_DEPTH) return true;
  const [first, second] = [alternativesOf(a), alternativesOf(b)];
  // One alternative that both know is enough; a set of words is compared as a whole.
  if ((first.length > 1 || second.length > 1) && ![...first, ...second].every(isWord)) return first.some((one) => second.some((other) => agree(one, other, depth + 1)));
  if (a.endsWith('[]') && b.endsWith('[]')) return agree(elementOf(a), elementOf(b), depth + 1);
  if (a.startsWith('map<') && b.startsWith('map<')) return agree(a.slice(4, -1), b.slice(4, -1), depth + 1);
  return vague(a, b) || vague(b, a);
}

/** The alternatives of a union, at the top level only. */
function alternativesOf(text: string): string[] {
  if (!text.includes(' | ')) return [text];
  const parts: string[] = [];
  let from = 0;
  let open = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]!;
    if (unit === '"') {
      index = text.indexOf('"', index + 1);
      if (index < 0) break;
    } else if ('<({['.includes(unit)) open++;
    else if ('>)}]'.includes(unit)) open--;
    else if (unit === '|' && open === 0) {
      parts.push(text.slice(from, index).trim());
      from = index + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}

function isWord(text: string): boolean {
  return text.startsWith('"');
}

/** Whether `wide` says less than `narrow` and does not contradict it. */
function vague(wide: string, narrow: string): boolean {
  if (wide === 'string') return narrow === 'datetime' || WORDS.test(narrow) || NAMED_WORDS.test(narrow);
  // A union of words here may be the named set there.
  if (WORDS.test(wide)) return NAMED_WORDS.test(narrow);
  if (wide === 'number') return narrow === 'duration' || /^-?\d[\d.]*(?: \| -?\d[\d.]*)*$/.test(narrow);
  // An open map may hold any object; a named type is one.
  if (wide.startsWith('map<')) return narrow.startsWith('{') || (/^[a-z][\w-]*$/.test(narrow) && !PRIMITIVES.has(narrow));
  return false;
}

const WORDS = /^"[^"]*"(?: \| "[^"]*")*$/;
/** Names of sets of words, by their last word. */
const NAMED_WORDS = /(?:^|-)(?:id|type|status|state|kind|level|role|roles|priority|severity|category|action|mode|format|code|reason|phase|stage|strategy|direction|currency|locale|enum)$/;
const PRIMITIVES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'datetime', 'duration', 'bytes', 'function', 'null']);

function elementOf(list: string): string {
  const element = list.slice(0, -2);
  return element.startsWith('(') && element.endsWith(')') ? element.slice(1, -1) : element;
}

// Parsing: one recursive descent over the notations of both languages. A parsed type is the list of its alternatives.

interface Tokens {
  list: readonly string[];
  at: number;
  depth: number;
  read?: NameReader;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|=>|->|\.\.\.|[\p{L}\p{N}_$][\p{L}\p{N}_$.]*|-\d[\d.]*|[^\s]/gu;

function tokensOf(written: string): Tokens {
  return { list: written.match(TOKEN) ?? [], at: 0, depth: 0 };
}

function peek(tokens: Tokens): string | undefined {
  return tokens.list[tokens.at];
}

function parseUnion(tokens: Tokens): string[] {
  if (++tokens.depth > MAX_DEPTH) {
    tokens.at = tokens.list.length;
    return ['any'];
  }
  if (peek(tokens) === '|') tokens.at++;
  const parts = parseIntersection(tokens);
  while (peek(tokens) === '|') {
    tokens.at++;
    parts.push(...parseIntersection(tokens));
  }
  tokens.depth--;
  return parts;
}

function parseIntersection(tokens: Tokens): string[] {
  if (peek(tokens) === '&') tokens.at++;
  const parts = parsePostfix(tokens);
  if (peek(tokens) !== '&') return parts;
  const all = [joined(flatten(parts))];
  while (peek(tokens) === '&') {
    tokens.at++;
    all.push(joined(flatten(parsePostfix(tokens))));
  }
  return [all.sort(compareText).join(' & ')];
}

function parsePostfix(tokens: Tokens): string[] {
  let parts = parsePrimary(tokens);
  // `Order['state']` is an indexed type; `Order[]` a list.
  while (peek(tokens) === '[') {
    tokens.at++;
    if (peek(tokens) === ']') {
      tokens.at++;
      parts = [listOf(parts)];
      continue;
    }
    const index = parseUnion(tokens);
    if (peek(tokens) === ']') tokens.at++;
    parts = tokens.read ? ['any'] : [`${joined(flatten(parts))}[${joined(flatten(index))}]`];
  }
  return parts;
}

function parsePrimary(tokens: Tokens): string[] {
  const token = peek(tokens);
  if (token === undefined) return ['any'];
  tokens.at++;
  if (token === '(') return parseParenthesis(tokens);
  if (token === '{') return [parseObject(tokens)];
  if (token === '[') {
    const elements = parseList(tokens, ']');
    return [`[${elements.map((element) => joined(flatten(element))).join(', ')}]`];
  }
  if (/^['"`]/.test(token)) return [JSON.stringify(token.slice(1, -1))];
  if (/^-?\d/.test(token)) return [token];
  if (token === 'readonly') return parsePostfix(tokens);
  if (token === 'keyof' || token === 'typeof' || token === 'infer' || token === 'unique' || token === 'asserts') {
    const operand = joined(parsePostfix(tokens));
    return [tokens.read ? 'any' : `${token} ${operand}`];
  }
  if (token === 'new' || token === 'abstract') return parsePrimary(tokens);
  if (!/^[\p{L}_$]/u.test(token)) return ['any'];
  const open = peek(tokens);
  if (open === '<' || (open === '[' && tokens.list[tokens.at + 1] !== ']' && !/^['"]/.test(tokens.list[tokens.at + 1] ?? '')) || (open === '[' && /(?:^|\.)Literal$/.test(token))) {
    tokens.at++;
    if (/(?:^|\.)Literal$/.test(token)) return parseList(tokens, ']').flat();
    return meant(token, parseList(tokens, open === '<' ? '>' : ']'), tokens.read);
  }
  return meant(token, [], tokens.read);
}

/** A name with its arguments: a word of the language, or what the reader knows of it. */
function meant(written: string, args: readonly (readonly string[])[], read: NameReader | undefined): string[] {
  // `Kind.Date` is a member of something, `datetime.date` a word.
  if (!read || (isWordOfLanguage(written) && !/^[A-Z]\w*\./.test(written))) return named(written, args);
  const text = read(written);
  return text === undefined ? ['any'] : parseUnion(tokensOf(text));
}

/** `(A | B)`, or the parameters of a function type. */
function parseParenthesis(tokens: Tokens): string[] {
  const start = tokens.at;
  let open = 1;
  let end = start;
  while (end < tokens.list.length && open > 0) {
    const token = tokens.list[end++]!;
    if (token === '(' || token === '{' || token === '[') open++;
    else if (token === ')' || token === '}' || token === ']') open--;
  }
  if (tokens.list[end] === '=>') {
    tokens.at = end + 1;
    parseUnion(tokens);
    return ['function'];
  }
  const parts = parseUnion(tokens);
  if (peek(tokens) === ')') tokens.at++;
  return parts;
}

/** `{ city: string; zip?: number }` with its members sorted; an index signature makes a map. */
function parseObject(tokens: Tokens): string {
  const members: string[] = [];
  let index: string | undefined;
  while (tokens.at < tokens.list.length && peek(tokens) !== '}') {
    if (peek(tokens) === ';' || peek(tokens) === ',' || peek(tokens) === 'readonly') {
      tokens.at++;
      continue;
    }
    if (peek(tokens) === '[') {
      while (tokens.at < tokens.list.length && peek(tokens) !== ']') tokens.at++;
      tokens.at += 2;
      index = joined(flatten(parseUnion(tokens)));
      continue;
    }
    const name = tokens.list[tokens.at++]!.replace(/^['"]|['"]$/g, '');
    const optional = peek(tokens) === '?';
    if (optional) tokens.at++;
    if (peek(tokens) === '(') {
      tokens.at++;
      parseParenthesisAsParameters(tokens);
      members.push(`${name}: function`);
      continue;
    }
    if (peek(tokens) !== ':') continue;
    tokens.at++;
    members.push(`${name}${optional ? '?' : ''}: ${joined(flatten(parseUnion(tokens)))}`);
  }
  tokens.at++;
  if (members.length === 0) return `map<${index ?? 'any'}>`;
  return `{ ${members.sort(compareText).join('; ')} }`;
}

function parseParenthesisAsParameters(tokens: Tokens): void {
  let open = 1;
  while (tokens.at < tokens.list.length && open > 0) {
    const token = tokens.list[tokens.at++]!;
    if (token === '(') open++;
    else if (token === ')') open--;
  }
  if (peek(tokens) === ':') {
    tokens.at++;
    parseUnion(tokens);
  }
}

function parseList(tokens: Tokens, close: string): string[][] {
  const elements: string[][] = [];
  while (tokens.at < tokens.list.length && peek(tokens) !== close) {
    const before = tokens.at;
    if (peek(tokens) === ',') {
      tokens.at++;
      continue;
    }
    if (peek(tokens) === '...') {
      tokens.at++;
      // `...` in `tuple[int, ...]` stands alone, in `[...Rest]` before a type.
      if (peek(tokens) === close || peek(tokens) === ',') {
        elements.push(['...']);
        continue;
      }
    }
    elements.push(parseUnion(tokens));
    // `[name: Type]` in a tuple, and a call in `Annotated[str, Field(gt=0)]`.
    if (peek(tokens) === ':' || peek(tokens) === '?') {
      tokens.at++;
      elements.pop();
    } else if (peek(tokens) === '(' || peek(tokens) === '=') skipValue(tokens, close);
    if (tokens.at === before) tokens.at++;
  }
  tokens.at++;
  return elements;
}

function skipValue(tokens: Tokens, close: string): void {
  let open = 0;
  while (tokens.at < tokens.list.length) {
    const token = tokens.list[tokens.at]!;
    if (open === 0 && (token === ',' || token === close)) return;
    if (token === '(' || token === '[' || token === '{') open++;
    else if (token === ')' || token === ']' || token === '}') open--;
    tokens.at++;
  }
}

// Names.

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries({
  string: 'str string text anystr uuid uuid1 uuid3 uuid4 uuid5 emailstr email httpurl anyurl anyhttpurl url secretstr constr strictstr path purepath ipvanyaddress',
  number: 'int float number integer double decimal bigint long conint confloat positiveint nonnegativeint positivefloat nonnegativefloat strictint strictfloat',
  boolean: 'bool boolean strictbool true false',
  datetime: 'datetime date awaredatetime naivedatetime pastdatetime futuredatetime isodatestring isodate time',
  duration: 'timedelta duration',
  bytes: 'bytes bytearray buffer uint8array blob memoryview',
  null: 'none null undefined void nonetype',
  any: 'any unknown object never jsonvalue json jsonobject',
  function: 'callable function coroutinefunction',
}).flatMap(([name, written]) => written.split(' ').map((each) => [each, name] as const)));

const LISTS: ReadonlySet<string> = new Set([
  'list', 'array', 'readonlyarray', 'sequence', 'mutablesequence', 'iterable', 'collection', 'set', 'frozenset', 'abstractset', 'readonlyset', 'deque', 'conlist',
]);
const MAPS: ReadonlySet<string> = new Set(['dict', 'mapping', 'mutablemapping', 'defaultdict', 'ordereddict', 'record', 'map', 'readonlymap', 'counter']);
/** Wrappers that say nothing about the value. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'annotated', 'final', 'classvar', 'required', 'notrequired', 'readonly', 'readonlydeep', 'mutable', 'mapped', 'initvar', 'nonnullable', 'skipvalidation', 'infer',
]);

function isWordOfLanguage(written: string): boolean {
  const key = written.slice(written.lastIndexOf('.') + 1).toLowerCase();
  return key === 'optional' || key === 'union' || key === 'tuple' || TRANSPARENT.has(key) || LISTS.has(key) || MAPS.has(key) || NAMES.has(key);
}

function named(written: string, args: readonly (readonly string[])[]): string[] {
  const name = written.slice(written.lastIndexOf('.') + 1);
  const key = name.toLowerCase();
  const [first, second] = args;
  if (key === 'optional' && first) return [...first, 'null'];
  if (key === 'union') return args.flat();
  if (TRANSPARENT.has(key) && first) return [...first];
  if (LISTS.has(key)) return [listOf(first ?? ['any'])];
  if (key === 'tuple') {
    if (!first || second?.[0] === '...') return [listOf(first ?? ['any'])];
    return [`[${args.map((arg) => joined(flatten(arg))).join(', ')}]`];
  }
  if (MAPS.has(key)) return [`map<${joined(flatten(second ?? ['any']))}>`];
  const primitive = NAMES.get(key);
  if (primitive !== undefined) return [primitive];
  const canonical = referenceName(name);
  return [args.length > 0 ? `${canonical}<${args.map((arg) => joined(flatten(arg))).join(', ')}>` : canonical];
}

/** `OrderSchema` and `OrderModel` in a type are the order. */
function referenceName(name: string): string {
  const words = wordsOf(name);
  if (words.length > 1 && /^(?:schema|model|dto)$/.test(words.at(-1)!)) words.pop();
  return words.join('-') || canonicalName(name);
}

function listOf(parts: readonly string[]): string {
  const element = joined(flatten(parts));
  return / [|&] /.test(element) && !element.startsWith('{') ? `(${element})[]` : `${element}[]`;
}

/** Alternatives, distinct and sorted; `any` swallows the others. */
function flatten(parts: readonly string[]): string[] {
  const distinct = [...new Set(parts)];
  if (distinct.includes('any')) return distinct.includes('null') ? ['any', 'null'] : ['any'];
  return distinct.sort(compareText);
}

function joined(parts: readonly string[]): string {
  return parts.length === 0 ? 'null' : parts.join(' | ');
}
