import type ts from 'typescript';
import { DISCRIMINATORS, isConstantReference, isEnvelope, isEventName, isFieldName, withoutValue } from '../event-words.js';
import { shapeOfEntries, type MessageEntry, type MessageShape } from '../message-shape.js';
import type { Context } from './context.js';
import { dotted } from './dotted.js';
import { bare, stringOf } from './literals.js';

/** What an expression says an event is called: a text, a reference to a constant, or a plain variable. */
export interface EventReference {
  name: string;
  form: 'text' | 'constant' | 'variable';
  node: ts.Node;
}

/** Reads the name of an event from an expression; undefined when it cannot be one. */
export function eventReference(context: Context, node: ts.Expression | undefined): EventReference | undefined {
  if (!node) return undefined;
  const { ts } = context;
  const inner = bare(ts, node);
  const name = stringOf(ts, inner);
  if (name !== undefined) return isEventName(name) ? { name, form: 'text', node: inner } : undefined;
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return undefined;
  const reference = withoutValue(dotted(ts, inner));
  if (reference === '' || reference.length > 120) return undefined;
  if (isConstantReference(reference)) return { name: reference, form: 'constant', node: inner };
  return ts.isIdentifier(inner) ? { name: reference, form: 'variable', node: inner } : undefined;
}

/** One property of an object literal. */
export interface ObjectEntry {
  key: string | undefined;
  keyNode: ts.Node;
  value: ts.Expression;
  spread: boolean;
}

export function objectEntries(context: Context, object: ts.ObjectLiteralExpression): ObjectEntry[] {
  const { ts } = context;
  return object.properties.flatMap((property): ObjectEntry[] => {
    if (ts.isSpreadAssignment(property)) return [{ key: undefined, keyNode: property, value: property.expression, spread: true }];
    if (ts.isShorthandPropertyAssignment(property)) return [{ key: property.name.text, keyNode: property.name, value: property.name, spread: false }];
    if (!ts.isPropertyAssignment(property)) return [];
    return [{ key: propertyKey(context, property.name), keyNode: property.name, value: property.initializer, spread: false }];
  });
}

/** The text of a property's name; undefined when it is computed. */
export function propertyKey(context: Context, name: ts.PropertyName): string | undefined {
  const { ts } = context;
  if (ts.isComputedPropertyName(name)) return stringOf(ts, name.expression);
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

/** The entry that names the event of a message, by the most telling key. */
export function discriminatorOf(context: Context, entries: readonly ObjectEntry[]): { key: string; entry: ObjectEntry; event: EventReference } | undefined {
  for (const key of DISCRIMINATORS) {
    const entry = entries.find((candidate) => candidate.key === key);
    const event = entry && eventReference(context, entry.value);
    if (entry && event) return { key, entry, event };
  }
  return undefined;
}

/** The object literal that a local variable holds, where it is known. */
export type LiteralOf = (variable: string) => ts.ObjectLiteralExpression | undefined;

const MAX_DEPTH = 4;

/** Keys of a message, one level into envelopes. */
export function messageShape(context: Context, object: ts.ObjectLiteralExpression, literalOf: LiteralOf): MessageShape {
  return shapeOfEntries(messageEntries(context, object, literalOf, false, 0));
}

function messageEntries(context: Context, object: ts.ObjectLiteralExpression, literalOf: LiteralOf, optional: boolean, depth: number): MessageEntry[] {
  const entries: MessageEntry[] = [];
  for (const { key, value, spread } of objectEntries(context, object)) {
    if (spread) entries.push(...spreadEntries(context, value, literalOf, depth));
    else if (key === undefined || !isFieldName(key)) entries.push({ key: undefined, optional: true });
    else {
      const inner = isEnvelope(key) ? innerEntries(context, value, literalOf, depth) : undefined;
      entries.push({ key, optional, ...(inner === undefined ? {} : { inner }) });
    }
  }
  return entries;
}

/** `...{}`, `...(condition && { ... })`, `...(condition ? { ... } : {})`, `...variable`. */
function spreadEntries(context: Context, value: ts.Expression, literalOf: LiteralOf, depth: number): MessageEntry[] {
  const { ts } = context;
  const unknown: MessageEntry[] = [{ key: undefined, optional: true }];
  if (depth >= MAX_DEPTH) return unknown;
  const inner = bare(ts, value);
  if (ts.isObjectLiteralExpression(inner)) return messageEntries(context, inner, literalOf, false, depth + 1);
  if (ts.isIdentifier(inner)) {
    const literal = literalOf(inner.text);
    return literal ? messageEntries(context, literal, literalOf, false, depth + 1) : unknown;
  }
  const branches = ts.isConditionalExpression(inner) ? [inner.whenTrue, inner.whenFalse]
    : ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? [inner.right] : [];
  const objects = branches.map((branch) => bare(ts, branch)).filter((branch) => ts.isObjectLiteralExpression(branch));
  if (objects.length === 0 || objects.length !== branches.length) return unknown;
  return objects.flatMap((object) => messageEntries(context, object, literalOf, true, depth + 1));
}

function innerEntries(context: Context, value: ts.Expression, literalOf: LiteralOf, depth: number): MessageEntry['inner'] {
  const { ts } = context;
  const inner = bare(ts, value);
  if (depth >= MAX_DEPTH) return 'unknown';
  if (ts.isObjectLiteralExpression(inner)) return messageEntries(context, inner, literalOf, false, depth + 1);
  if (ts.isIdentifier(inner)) {
    const literal = literalOf(inner.text);
    return literal ? messageEntries(context, literal, literalOf, false, depth + 1) : 'unknown';
  }
  const isPlain = ts.isStringLiteralLike(inner) || ts.isTemplateExpression(inner) || ts.isNumericLiteral(inner) || ts.isArrayLiteralExpression(inner)
    || inner.kind === ts.SyntaxKind.TrueKeyword || inner.kind === ts.SyntaxKind.FalseKeyword || inner.kind === ts.SyntaxKind.NullKeyword;
  return isPlain ? undefined : 'unknown';
}
