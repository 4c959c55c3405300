import type typescript from 'typescript';
import type { StateUse, StoredValue } from '../../model/facts.js';
import type { Context } from './context.js';
import { dotted } from './dotted.js';
import { binderOf, enclosingFunction, functionScopeOf, parametersIn } from './function-scope.js';
import { lastSegment } from '../../util/dotted.js';

/** Classes whose objects hold entries, by name. */
const COLLECTIONS: ReadonlySet<string> = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'LRUCache', 'LRU', 'QuickLRU', 'NodeCache', 'TTLCache', 'Queue']);
const ADDING: ReadonlySet<string> = new Set(['push', 'unshift', 'add', 'splice', 'fill', 'enqueue', 'append']);
const REMOVING: ReadonlySet<string> = new Set(['delete', 'clear', 'pop', 'shift', 'remove', 'dequeue']);
const READING: ReadonlySet<string> = new Set(['get', 'has', 'at']);
const MAX_CLIMB = 30;
const MAX_TEXT = 200;

/** The expression that decides what a value is: parentheses, casts and `await` removed; `a ?? b` and `a || b` are `b`, `c ? a : b` is `a`. */
export function coreOf(ts: typeof typescript, expression: typescript.Expression): typescript.Expression {
  let current = expression;
  for (let depth = 0; depth < MAX_CLIMB; depth++) {
    const parts = unwrapped(ts, current);
    const next = parts.filter((part) => !isNothing(ts, part)).at(ts.isConditionalExpression(current) ? 0 : -1);
    if (!next) return current;
    current = next;
  }
  return current;
}

/** The expressions that a wrapping expression may give; none when it wraps nothing. */
export function unwrapped(ts: typeof typescript, expression: typescript.Expression): typescript.Expression[] {
  if (ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression) || ts.isNonNullExpression(expression)
    || ts.isTypeAssertionExpression(expression) || ts.isAwaitExpression(expression)) return [expression.expression];
  if (ts.isConditionalExpression(expression)) return [expression.whenTrue, expression.whenFalse];
  if (!ts.isBinaryExpression(expression)) return [];
  switch (expression.operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
      return [expression.left, expression.right];
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return [expression.right];
    default:
      return [];
  }
}

export function isNothing(ts: typeof typescript, expression: typescript.Expression): boolean {
  return expression.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(expression) && expression.text === 'undefined')
    || (ts.isVoidExpression(expression));
}

/** `Map`, `Set`, `Array`, `Object`... when the expression makes a collection; a frozen one has none. */
export function collectionType(ts: typeof typescript, expression: typescript.Expression): string | undefined {
  if (ts.isArrayLiteralExpression(expression)) return 'Array';
  if (ts.isObjectLiteralExpression(expression)) return 'Object';
  if (ts.isCallExpression(expression)) return dotted(ts, expression.expression) === 'Object.create' ? 'Object' : undefined;
  if (!ts.isNewExpression(expression)) return undefined;
  const name = lastSegment(dotted(ts, expression.expression));
  return COLLECTIONS.has(name) ? name : undefined;
}

export function flatText(node: typescript.Node): string {
  return node.getText().replace(/\s+/g, ' ').slice(0, MAX_TEXT);
}

/** Where a use stands: the path of the function around it, and what registered that function. */
export interface UseSite {
  by: string;
  handler?: string;
}

/** What one occurrence of a binding does. `reference` denotes the binding as a whole: `pool`, `this.pool`, `Pool.shared`. */
export function useOf(reference: typescript.Expression, site: UseSite, context: Context): StateUse {
  const { ts } = context;
  const base = { ...site, span: context.spanOf(reference) };
  const stored = (expression: typescript.Expression | undefined): { value?: StoredValue } => (expression ? { value: storedValue(expression, context) } : {});
  const keyed = (key: typescript.Expression | undefined): { key?: string; keyFrom?: string[] } =>
    key ? { key: flatText(key), keyFrom: parametersIn(key, context) } : {};
  const empty = (): { ifEmpty?: boolean } => (isGuarded(reference, context) ? { ifEmpty: true } : {});

  let current: typescript.Expression = reference;
  let key: typescript.Expression | undefined;
  for (let climbs = 0; climbs < MAX_CLIMB; climbs++) {
    const parent = current.parent as typescript.Node;
    if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
      current = parent;
      continue;
    }
    if (ts.isElementAccessExpression(parent) && parent.expression === current) {
      key ??= parent.argumentExpression;
      current = parent;
      continue;
    }
    if (ts.isPropertyAccessExpression(parent) && parent.expression === current) {
      const call = ts.isCallExpression(parent.parent) && parent.parent.expression === parent ? parent.parent : undefined;
      if (!call) {
        current = parent;
        continue;
      }
      const method = parent.name.text;
      const [first] = call.arguments;
      if (method === 'set' && call.arguments.length >= 2) return { ...base, how: 'keyed', ...keyed(key ?? first), ...stored(call.arguments[1]), ...empty() };
      if (ADDING.has(method)) return { ...base, how: key ? 'keyed' : 'mutate', ...keyed(key), ...stored(call.arguments.at(-1)), ...empty() };
      if (REMOVING.has(method)) return { ...base, how: 'remove', ...keyed(key ?? first) };
      if (READING.has(method)) {
        key ??= first;
        current = call;
        continue;
      }
      return { ...base, how: 'read', ...keyed(key) };
    }
    if (ts.isDeleteExpression(parent)) return { ...base, how: 'remove', ...keyed(key) };
    if ((ts.isPostfixUnaryExpression(parent) || ts.isPrefixUnaryExpression(parent)) && isStep(parent, context)) {
      return { ...base, how: key ? 'keyed' : 'mutate', ...keyed(key) };
    }
    if (ts.isBinaryExpression(parent) && parent.left === current && isAssignment(parent, context)) {
      const operator = parent.operatorToken.kind;
      const conditional = operator === ts.SyntaxKind.QuestionQuestionEqualsToken || operator === ts.SyntaxKind.BarBarEqualsToken
        || refersTo(unwrapped(ts, parent.right)[0], reference);
      const guard = conditional ? { ifEmpty: true } : empty();
      const plain = conditional || operator === ts.SyntaxKind.EqualsToken;
      const how = current !== reference ? (key ? 'keyed' : 'mutate') : plain ? 'assign' : 'mutate';
      // A setter expression can be returned too: `return (pool ??= new Pool())`; the write is what counts.
      return { ...base, how, ...keyed(key), ...stored(parent.right), ...guard };
    }
    if (ts.isCallExpression(parent) && parent.arguments[0] === current && dotted(ts, parent.expression) === 'Object.assign') {
      return { ...base, how: key ? 'keyed' : 'mutate', ...keyed(key), ...stored(parent.arguments.at(-1)) };
    }
    break;
  }
  return { ...base, how: isReturned(current, context) ? 'return' : 'read', ...keyed(key) };
}

/** What an expression stores, seen from the functions around it. */
export function storedValue(expression: typescript.Expression, context: Context): StoredValue {
  const { ts } = context;
  const core = coreOf(ts, expression);
  const from = parametersIn(expression, context);
  if (isNothing(ts, core)) return { form: 'none', from };
  const collection = collectionType(ts, core);
  if (collection) return { form: 'collection', text: collection, from };
  if (ts.isNewExpression(core) || ts.isCallExpression(core)) {
    const callee = dotted(ts, core.expression);
    return { form: 'call', ...(callee && { text: callee }), arguments: core.arguments?.length ?? 0, from };
  }
  if (ts.isIdentifier(core) || ts.isPropertyAccessExpression(core)) {
    const made = ts.isIdentifier(core) ? callThatMade(core, context) : undefined;
    return { form: 'name', text: flatText(core), ...(made !== undefined && { madeBy: made }), from };
  }
  if (ts.isLiteralExpression(core) || core.kind === ts.SyntaxKind.TrueKeyword || core.kind === ts.SyntaxKind.FalseKeyword) return { form: 'literal', from };
  return { form: 'other', from };
}

/** The callee behind a local variable that is bound once, to the result of a call. */
function callThatMade(name: typescript.Identifier, { ts }: Context): string | undefined {
  const fn = binderOf(ts, name, name.text);
  const values = fn ? (functionScopeOf(ts, fn).values.get(name.text) ?? []).map((value) => coreOf(ts, value)).filter((value) => !isNothing(ts, value)) : [];
  const [only] = values;
  return values.length === 1 && (ts.isCallExpression(only!) || ts.isNewExpression(only!)) ? dotted(ts, only.expression) || undefined : undefined;
}

function isAssignment(expression: typescript.BinaryExpression, { ts }: Context): boolean {
  const { kind } = expression.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isStep(expression: typescript.PostfixUnaryExpression | typescript.PrefixUnaryExpression, { ts }: Context): boolean {
  return expression.operator === ts.SyntaxKind.PlusPlusToken || expression.operator === ts.SyntaxKind.MinusMinusToken;
}

function refersTo(expression: typescript.Expression | undefined, reference: typescript.Expression): boolean {
  return expression !== undefined && expression.getText() === reference.getText();
}

/** Whether the expression is what its function returns: by `return`, `yield` or as the body of an arrow. */
function isReturned(expression: typescript.Expression, { ts }: Context): boolean {
  let child: typescript.Node = expression;
  let node: typescript.Node = expression.parent;
  for (let climbs = 0; climbs < MAX_CLIMB; climbs++) {
    if (ts.isReturnStatement(node) || ts.isYieldExpression(node)) return true;
    if (ts.isArrowFunction(node)) return node.body === child;
    const passes = ts.isConditionalExpression(node) ? node.condition !== child : ts.isExpression(node) && unwrapped(ts, node).includes(child as typescript.Expression);
    if (!passes) return false;
    child = node;
    node = node.parent;
  }
  return false;
}

/** Whether a write happens only while the binding, or its entry, is empty: inside `if (!pool)`, or after `if (pool) return pool`. */
function isGuarded(reference: typescript.Expression, { ts }: Context): boolean {
  if (!enclosingFunction(ts, reference)) return false;
  const name = reference.getText();
  let child: typescript.Node = reference;
  for (let node: typescript.Node = reference.parent; !ts.isFunctionLike(node) && !ts.isSourceFile(node); child = node, node = node.parent) {
    if (ts.isIfStatement(node) && node.expression !== child && node.expression.getText().includes(name)) {
      const isEmpty = testsEmptiness(node.expression.getText(), name);
      if (isEmpty === (node.thenStatement === child)) return true;
    }
    if (!ts.isBlock(node)) continue;
    const before = node.statements.slice(0, node.statements.indexOf(child as typescript.Statement));
    const returnsEarly = before.some((statement) => ts.isIfStatement(statement) && statement.expression.getText().includes(name)
      && !testsEmptiness(statement.expression.getText(), name) && /\breturn\b/.test(statement.thenStatement.getText()));
    if (returnsEarly) return true;
  }
  return false;
}

function testsEmptiness(test: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`!\\s*\\(?\\s*${escaped}`).test(test) || /={2,3}\s*(?:null|undefined)\b|={2,3}\s*['"]undefined['"]/.test(test);
}
