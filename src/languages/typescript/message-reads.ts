import type ts from 'typescript';
import type { EventKey } from '../../model/facts.js';
import { compareText } from '../../util/compare.js';
import { isDiscriminator, isEnvelope } from '../event-words.js';
import type { Context } from './context.js';
import { propertyKey } from './message-literals.js';

const MAX_DEPTH = 200;
const MAX_KEYS = 60;

/** What code reads from a message. */
export interface MessageReads {
  /** Sorted by path, each with its first line. */
  keys: EventKey[];
  /** The message, or what an envelope of it holds, is handed on: somebody else may read more of it. */
  open: boolean;
}

/**
 * The keys that code reads from a message: `message.payload?.total` is `payload.total`. Optional: the code goes on without it, by `||`,
 * `??` or a default. `roots` are the variables that hold the message, with the key that they hold the inside of (`` for all of it).
 */
export function readsIn(context: Context, nodes: readonly ts.Node[], roots: ReadonlyMap<string, string>): MessageReads {
  const { ts } = context;
  const known = new Map(roots);
  const keys = new Map<string, EventKey>();
  let open = false;
  const put = (path: string, optional: boolean, node: ts.Node): void => {
    const segments = path.split('.');
    const last = segments.at(-1)!;
    if (keys.size >= MAX_KEYS || last === '' || isDiscriminator(last) || METHODS.has(last)) return;
    const seen = keys.get(path);
    keys.set(path, { path, optional: (seen?.optional ?? true) && optional, line: seen?.line ?? context.lineOf(node) });
  };
  const join = (prefix: string, key: string): string => (prefix === '' ? key : `${prefix}.${key}`);

  const pattern = (binding: ts.BindingName, prefix: string): void => {
    if (ts.isIdentifier(binding)) {
      if (prefix === '' || isEnvelope(prefix)) known.set(binding.text, prefix);
      return;
    }
    if (!ts.isObjectBindingPattern(binding)) return;
    for (const element of binding.elements) {
      if (element.dotDotDotToken) continue;
      const key = element.propertyName ? propertyKey(context, element.propertyName) : ts.isIdentifier(element.name) ? element.name.text : undefined;
      if (key === undefined) continue;
      const path = join(prefix, key);
      if (prefix === '' && isEnvelope(key)) pattern(element.name, key);
      else put(path, element.initializer !== undefined, element);
    }
  };

  /** Path of a chain of accesses that starts at a root; undefined when it does not. */
  const pathOf = (node: ts.Expression): string | undefined => {
    let current: ts.Expression = node;
    const segments: string[] = [];
    for (let steps = 0; steps < 8; steps++) {
      if (ts.isParenthesizedExpression(current) || ts.isNonNullExpression(current) || ts.isAsExpression(current)) current = current.expression;
      else if (ts.isPropertyAccessExpression(current)) {
        segments.unshift(current.name.text);
        current = current.expression;
      } else if (ts.isElementAccessExpression(current) && ts.isStringLiteralLike(current.argumentExpression)) {
        segments.unshift(current.argumentExpression.text);
        current = current.expression;
      } else break;
    }
    const prefix = ts.isIdentifier(current) ? known.get(current.text) : undefined;
    if (prefix === undefined) return undefined;
    const all = prefix === '' ? segments : [prefix, ...segments];
    return (isEnvelope(all[0] ?? '') ? all.slice(0, 2) : all.slice(0, 1)).join('.');
  };

  const visit = (node: ts.Node, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (ts.isVariableDeclaration(node) && node.initializer) {
      const initializer = withoutFallback(ts, node.initializer);
      const path = ts.isIdentifier(initializer) ? known.get(initializer.text) : ts.isPropertyAccessExpression(initializer) ? pathOf(initializer) : undefined;
      if (path !== undefined && (path === '' || isEnvelope(path))) {
        pattern(node.name, path);
        return;
      }
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const path = pathOf(node);
      if (path !== undefined) {
        put(path, hasFallback(ts, node), node);
        if (isEnvelope(path) && isHandedOn(ts, node)) open = true;
        return;
      }
    }
    if (ts.isIdentifier(node) && known.has(node.text) && isHandedOn(ts, node)) open = true;
    ts.forEachChild(node, (child) => visit(child, depth + 1));
  };
  for (const node of nodes) visit(node, 0);
  return { keys: sorted(keys.values()), open };
}

function sorted(keys: Iterable<EventKey>): EventKey[] {
  return [...keys].sort((a, b) => compareText(a.path, b.path));
}

/** Whether a value goes on whole: as an argument, into an object or array, by a return or into another place. A log entry reads nothing. */
function isHandedOn(typescript: typeof ts, node: ts.Expression): boolean {
  let current: ts.Node = node;
  while (typescript.isParenthesizedExpression(current.parent) || typescript.isAsExpression(current.parent) || typescript.isNonNullExpression(current.parent)) current = current.parent;
  const { parent } = current;
  if (typescript.isCallExpression(parent)) return parent.expression !== current && !/^(?:console|logger|log)\b/.test(parent.expression.getText());
  return typescript.isSpreadAssignment(parent) || typescript.isSpreadElement(parent) || typescript.isShorthandPropertyAssignment(parent) || typescript.isArrayLiteralExpression(parent)
    || typescript.isReturnStatement(parent) || (typescript.isPropertyAssignment(parent) && parent.initializer === current)
    || (typescript.isBinaryExpression(parent) && parent.operatorToken.kind === typescript.SyntaxKind.EqualsToken && parent.right === current)
    || (typescript.isArrowFunction(parent) && parent.body === current);
}

/** Roots and body of a function that is given a message as its first parameter. */
export function readsOfHandler(context: Context, handler: ts.FunctionLikeDeclaration): MessageReads {
  const { ts } = context;
  const [first] = handler.parameters;
  if (!first || !handler.body) return { keys: [], open: false };
  if (ts.isIdentifier(first.name)) return readsIn(context, [handler.body], new Map([[first.name.text, '']]));
  if (!ts.isObjectBindingPattern(first.name)) return { keys: [], open: true };
  const keys: EventKey[] = [];
  const inner = new Map<string, string>();
  for (const element of first.name.elements) {
    const key = element.propertyName ? propertyKey(context, element.propertyName) : ts.isIdentifier(element.name) ? element.name.text : undefined;
    if (key === undefined || element.dotDotDotToken || isDiscriminator(key)) continue;
    keys.push({ path: key, optional: element.initializer !== undefined, line: context.lineOf(element) });
    if (isEnvelope(key) && ts.isIdentifier(element.name)) inner.set(element.name.text, key);
  }
  const inside = readsIn(context, [handler.body], inner);
  return { keys: sorted([...keys, ...inside.keys]), open: inside.open };
}

/** Methods and properties of values, not keys of a message. */
const METHODS = new Set(['length', 'map', 'filter', 'forEach', 'toString', 'push', 'find', 'includes', 'preventDefault', 'stopPropagation', 'target', 'currentTarget']);

function hasFallback(typescript: typeof ts, node: ts.Expression): boolean {
  let current: ts.Node = node;
  while (typescript.isParenthesizedExpression(current.parent) || typescript.isAsExpression(current.parent) || typescript.isNonNullExpression(current.parent)) current = current.parent;
  const { parent } = current;
  if (!typescript.isBinaryExpression(parent)) return false;
  const operator = parent.operatorToken.kind;
  return operator === typescript.SyntaxKind.BarBarToken || operator === typescript.SyntaxKind.QuestionQuestionToken;
}

function withoutFallback(typescript: typeof ts, node: ts.Expression): ts.Expression {
  let current = node;
  for (let steps = 0; steps < 8; steps++) {
    if (typescript.isParenthesizedExpression(current) || typescript.isAsExpression(current) || typescript.isNonNullExpression(current)) current = current.expression;
    else if (typescript.isBinaryExpression(current) && (current.operatorToken.kind === typescript.SyntaxKind.BarBarToken
      || current.operatorToken.kind === typescript.SyntaxKind.QuestionQuestionToken)) current = current.left;
    else break;
  }
  return current;
}
