import type { SyntaxNode } from '@lezer/common';
import { DISCRIMINATORS, isConstantReference, isEnvelope, isEventName, isFieldName, withoutValue } from '../event-words.js';
import { shapeOfEntries, type MessageEntry, type MessageShape } from '../message-shape.js';
import { dotted } from './dotted.js';
import { stringOf, withoutParentheses } from './literals.js';

/** What an expression says an event is called: a text, a reference to a constant, or a plain variable. */
export interface EventReference {
  name: string;
  form: 'text' | 'constant' | 'variable';
  node: SyntaxNode;
}

/** Reads the name of an event from an expression; undefined when it cannot be one. */
export function eventReference(node: SyntaxNode | null | undefined, text: string): EventReference | undefined {
  const inner = withoutParentheses(node);
  if (!inner) return undefined;
  const name = stringOf(inner, text);
  if (name !== undefined) return isEventName(name) ? { name, form: 'text', node: inner } : undefined;
  if (inner.name === 'CallExpression') {
    // `str(MessageType.SAVED)`, `MessageType.SAVED.lower()`
    const match = /^(?:str)\(\)$/.exec(dotted(inner, text));
    const list = inner.getChild('ArgList');
    return match && list ? eventReference(list.firstChild?.nextSibling, text) : undefined;
  }
  const reference = withoutValue(dotted(inner, text));
  if (reference === '' || reference.length > 120) return undefined;
  if (isConstantReference(reference)) return { name: reference, form: 'constant', node: inner };
  return inner.name === 'VariableName' ? { name: reference, form: 'variable', node: inner } : undefined;
}

/** One entry of a dict display, or one keyword argument of a message's constructor. */
export interface DictEntry {
  key: string | undefined;
  keyNode: SyntaxNode;
  value: SyntaxNode;
  /** `**value` */
  spread: boolean;
}

export function dictEntries(dict: SyntaxNode, text: string): DictEntry[] {
  const entries: DictEntry[] = [];
  let spread = false;
  let key: SyntaxNode | undefined;
  for (let part = dict.firstChild; part; part = part.nextSibling) {
    switch (part.name) {
      case '{':
      case '}':
      case ',':
      case ':':
      case 'Comment':
        break;
      case '**':
        spread = true;
        break;
      default:
        if (spread) {
          entries.push({ key: undefined, keyNode: part, value: part, spread: true });
          spread = false;
        } else if (key) {
          entries.push({ key: stringOf(key, text), keyNode: key, value: part, spread: false });
          key = undefined;
        } else key = part;
    }
  }
  return entries;
}

/** The entry that names the event of a message, by the most telling key. */
export function discriminatorOf(entries: readonly DictEntry[], text: string): { key: string; entry: DictEntry; event: EventReference } | undefined {
  for (const key of DISCRIMINATORS) {
    const entry = entries.find((candidate) => candidate.key === key);
    const event = entry && eventReference(entry.value, text);
    if (entry && event) return { key, entry, event };
  }
  return undefined;
}

/** The literal that a local variable holds, where the function binds it once. */
export type LiteralOf = (variable: string) => SyntaxNode | undefined;

const MAX_DEPTH = 4;

/** Keys of a message, one level into envelopes. */
export function messageShape(entries: readonly DictEntry[], text: string, literalOf: LiteralOf): MessageShape {
  return shapeOfEntries(entriesOf(entries, text, literalOf, false, 0));
}

function messageEntries(dict: SyntaxNode, text: string, literalOf: LiteralOf, optional: boolean, depth: number): MessageEntry[] {
  return entriesOf(dictEntries(dict, text), text, literalOf, optional, depth);
}

function entriesOf(literal: readonly DictEntry[], text: string, literalOf: LiteralOf, optional: boolean, depth: number): MessageEntry[] {
  const entries: MessageEntry[] = [];
  for (const { key, value, spread } of literal) {
    if (spread) entries.push(...spreadEntries(value, text, literalOf, depth));
    else if (key === undefined || !isFieldName(key)) entries.push({ key: undefined, optional: true });
    else {
      const inner = isEnvelope(key) ? innerEntries(value, text, literalOf, depth) : undefined;
      entries.push({ key, optional, ...(inner === undefined ? {} : { inner }) });
    }
  }
  return entries;
}

/** `**{...}`, `**({...} if condition else {})`, `**variable`. */
function spreadEntries(value: SyntaxNode, text: string, literalOf: LiteralOf, depth: number): MessageEntry[] {
  const unknown: MessageEntry[] = [{ key: undefined, optional: true }];
  if (depth >= MAX_DEPTH) return unknown;
  const inner = withoutParentheses(value);
  if (inner?.name === 'DictionaryExpression') return messageEntries(inner, text, literalOf, false, depth + 1);
  if (inner?.name === 'VariableName') {
    const literal = literalOf(text.slice(inner.from, inner.to));
    return literal ? messageEntries(literal, text, literalOf, false, depth + 1) : unknown;
  }
  if (inner?.name !== 'ConditionalExpression') return unknown;
  const branches = inner.getChildren('DictionaryExpression');
  return branches.length === 2 ? branches.flatMap((branch) => messageEntries(branch, text, literalOf, true, depth + 1)) : unknown;
}

function innerEntries(value: SyntaxNode, text: string, literalOf: LiteralOf, depth: number): MessageEntry['inner'] {
  const inner = withoutParentheses(value);
  if (!inner || depth >= MAX_DEPTH) return 'unknown';
  switch (inner.name) {
    case 'DictionaryExpression':
      return messageEntries(inner, text, literalOf, false, depth + 1);
    case 'VariableName': {
      const literal = literalOf(text.slice(inner.from, inner.to));
      return literal ? messageEntries(literal, text, literalOf, false, depth + 1) : 'unknown';
    }
    case 'String':
    case 'FormatString':
    case 'ContinuedString':
    case 'Number':
    case 'Boolean':
    case 'None':
    case 'ArrayExpression':
      return undefined;
    default:
      return 'unknown';
  }
}
