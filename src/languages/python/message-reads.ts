import type { SyntaxNode } from '@lezer/common';
import type { EventKey } from '../../model/facts.js';
import { compareText } from '../../util/compare.js';
import { lastSegment } from '../../util/dotted.js';
import { isDiscriminator, isEnvelope, isFieldName, nameWords } from '../event-words.js';
import { callArguments } from './call-arguments.js';
import type { Context } from './context.js';
import { dotted } from './dotted.js';
import { functionScopeOf, type FunctionScope } from './function-scope.js';
import { stringOf, withoutParentheses } from './literals.js';

/** What code reads from a message. */
export interface MessageReads {
  /** Sorted by path, each with its first line. */
  keys: EventKey[];
  /** The message, or what an envelope of it holds, is handed on to code elsewhere: somebody else may read more of it. */
  open: boolean;
}

/**
 * Variables that hold a message, with the key that they hold the inside of: `` for all of it, `*` where a caller may have unwrapped it. Keys
 * read from the latter are `*.total`.
 */
export type MessageRoots = ReadonlyMap<string, string>;

const MAX_DEPTH = 200;
const MAX_KEYS = 60;
const MAX_FOLLOWED = 3;

/**
 * The keys that code reads from a message by constant keys: `message["total"]`, `message.get("payload", {}).get("total")`,
 * `message.payload.total`. Functions of the file that are given the message are followed. Optional: read with a default.
 * @param fn the function around `nodes`, whose other variables may hold envelopes of the message
 */
export function readsIn(
  context: Context, nodes: readonly SyntaxNode[], fn: SyntaxNode | undefined, roots: MessageRoots, functions: ReadonlyMap<string, SyntaxNode>,
): MessageReads {
  const keys = new Map<string, EventKey>();
  const reader = { context, functions, keys, open: false, followed: new Set<number>(fn ? [fn.from] : []) };
  for (const node of nodes) visit(reader, node, { roots, scope: fn && functionScopeOf(fn, context) }, 0, 0);
  return { keys: [...keys.values()].sort((a, b) => compareText(a.path, b.path)), open: reader.open };
}

/** What a function reads of the message that it is given under a telling name. Open where none of its parameters is called so. */
export function readsOfHandler(context: Context, handler: SyntaxNode, functions: ReadonlyMap<string, SyntaxNode>): MessageReads {
  const roots = messageParameters(functionScopeOf(handler, context));
  const body = handler.getChild('Body');
  return roots.size === 0 || !body ? { keys: [], open: true } : readsIn(context, [body], handler, roots, functions);
}

/** The parameters of a function that hold a message, by their names. */
export function messageParameters({ parameters }: FunctionScope): Map<string, string> {
  const roots = new Map<string, string>();
  for (const name of parameters) {
    const word = nameWords(name).at(-1) ?? '';
    if (/^(?:message|msg|event|envelope|frame|packet)$/.test(word)) roots.set(name, '');
    else if (/^(?:payload|data|body|detail)$/.test(word)) roots.set(name, '*');
  }
  return roots;
}

interface Reader {
  context: Context;
  functions: ReadonlyMap<string, SyntaxNode>;
  keys: Map<string, EventKey>;
  open: boolean;
  followed: Set<number>;
}

interface Names {
  roots: MessageRoots;
  scope: FunctionScope | undefined;
}

function visit(reader: Reader, node: SyntaxNode, names: Names, depth: number, followed: number): void {
  if (depth > MAX_DEPTH || node.name === 'FunctionDefinition' || node.name === 'ClassDefinition') return;
  const { text } = reader.context;
  if (node.name === 'CallExpression' || node.name === 'MemberExpression') {
    const path = pathOf(node, text, names, 0);
    if (path !== undefined) {
      put(reader, path, node, text);
      if (isWhole(path) && isHandedOn(node, text)) handOn(reader, node, path, followed);
      const defaults = node.name === 'CallExpression' ? callArguments(node, text).positional[1] : undefined;
      if (defaults) visit(reader, defaults, names, depth + 1, followed);
      return;
    }
  }
  if (node.name === 'VariableName') {
    if (node.nextSibling?.name === 'AssignOp' && node.parent?.name === 'ArgList') return;
    const prefix = prefixOf(text.slice(node.from, node.to), text, names, 0);
    if (prefix !== undefined && isHandedOn(node, text)) handOn(reader, node, prefix, followed);
    return;
  }
  for (let child = node.firstChild; child; child = child.nextSibling) visit(reader, child, names, depth + 1, followed);
}

/** Path of a chain of accesses that starts at a message; undefined when it does not. Below the first key outside of an envelope nothing is told apart. */
function pathOf(node: SyntaxNode | null | undefined, text: string, names: Names, depth: number): string | undefined {
  const inner = withoutParentheses(node);
  if (!inner || depth > 8) return undefined;
  switch (inner.name) {
    case 'VariableName':
      return prefixOf(text.slice(inner.from, inner.to), text, names, depth + 1);
    case 'BinaryExpression':
      // `message.get("payload") or {}`
      return inner.getChild('or') ? pathOf(inner.firstChild, text, names, depth + 1) : undefined;
    case 'ConditionalExpression':
      return pathOf(inner.firstChild, text, names, depth + 1);
    case 'CallExpression': {
      const callee = inner.firstChild;
      if (callee?.name !== 'MemberExpression' || !/^(?:get|pop)$/.test(lastSegment(dotted(callee, text)))) return undefined;
      return joined(pathOf(callee.firstChild, text, names, depth + 1), stringOf(callArguments(inner, text).positional[0], text));
    }
    case 'MemberExpression': {
      const last = inner.lastChild;
      if (last?.name !== 'PropertyName') return joined(pathOf(inner.firstChild, text, names, depth + 1), stringOf(inner.getChild('[')?.nextSibling, text));
      // A method of the message: `message.copy()`.
      if (inner.parent?.name === 'CallExpression' && inner.parent.firstChild?.from === inner.from && inner.parent.firstChild.to === inner.to) return undefined;
      return joined(pathOf(inner.firstChild, text, names, depth + 1), text.slice(last.from, last.to));
    }
    default:
      return undefined;
  }
}

function prefixOf(variable: string, text: string, names: Names, depth: number): string | undefined {
  const known = names.roots.get(variable);
  if (known !== undefined) return known;
  const values = names.scope?.values.get(variable);
  if (values?.length !== 1 || depth > 6 || withoutParentheses(values[0])?.name === 'VariableName') return undefined;
  const path = pathOf(values[0], text, names, depth + 1);
  return path !== undefined && isWhole(path) ? path : undefined;
}

function joined(prefix: string | undefined, key: string | undefined): string | undefined {
  if (prefix === undefined || key === undefined || !isFieldName(key) || key.includes('.')) return undefined;
  if (prefix === '') return key;
  return isWhole(prefix) ? `${prefix}.${key}` : prefix;
}

/** Stands for the message, or for all that an envelope holds. */
function isWhole(path: string): boolean {
  return path === '' || path === '*' || isEnvelope(path) || (path.startsWith('*.') && isEnvelope(path.slice(2)));
}

function put(reader: Reader, path: string, node: SyntaxNode, text: string): void {
  const last = path.slice(path.lastIndexOf('.') + 1);
  if (path === '' || last === '*' || isDiscriminator(last) || reader.keys.size >= MAX_KEYS) return;
  // `*.data.total`: the envelope is told, so what holds it is all of the message.
  const told = /^\*\.(?:data|payload|body|detail)\b/.test(path) ? path.slice(2) : path;
  const seen = reader.keys.get(told);
  const optional = node.parent?.name === 'BinaryExpression' || (node.name === 'CallExpression' && callArguments(node, text).positional.length > 1);
  reader.keys.set(told, { path: told, optional: (seen?.optional ?? true) && optional, line: seen?.line ?? reader.context.lineAt(node.from) });
}

/** Whether a value goes on whole: as an argument or as what is returned. A log entry, a question and a conversion read nothing. */
function isHandedOn(node: SyntaxNode, text: string): boolean {
  const { parent } = node;
  if (parent?.name === 'ReturnStatement' || parent?.name === 'DictionaryExpression' || parent?.name === 'ArrayExpression') return true;
  if (parent?.name === 'ArgList' && parent.parent?.name === 'CallExpression') return !/^(?:isinstance|len|str|repr|type|bool|print|hasattr|id|(?:self\.)?_?(?:logger|log|logging)\.\w+)$/.test(dotted(parent.parent.firstChild!, text));
  return false;
}

/** Follows a message into a function of the file. */
function handOn(reader: Reader, argument: SyntaxNode, prefix: string, followed: number): void {
  const { context: { text }, context } = reader;
  const call = argument.parent?.name === 'ArgList' ? argument.parent.parent : undefined;
  const callee = call?.firstChild ? dotted(call.firstChild, text) : '';
  const fn = /^(?:(?:self|cls)\.)?\w+$/.test(callee) ? reader.functions.get(lastSegment(callee)) : undefined;
  if (!call || !fn || followed >= MAX_FOLLOWED) {
    reader.open = true;
    return;
  }
  const args = callArguments(call, text);
  const position = args.positional.findIndex((node) => node.from === argument.from);
  const keyword = [...args.keywords].find(([, node]) => node.from === argument.from)?.[0];
  const scope = functionScopeOf(fn, context);
  const parameter = keyword ?? scope.parameters[position];
  const body = fn.getChild('Body');
  if (parameter === undefined || !body) {
    reader.open = true;
    return;
  }
  if (reader.followed.has(fn.from)) return;
  reader.followed.add(fn.from);
  visit(reader, body, { roots: new Map([[parameter, prefix]]), scope }, 0, followed + 1);
}
