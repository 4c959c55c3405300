import type typescript from 'typescript';
import { dotted } from './dotted.js';

/** What a function is bound to. */
export interface BoundName {
  name: string;
  /** Names of the object literals around it up to the variable that holds them; they are no scopes of the walk. */
  owners: readonly string[];
  form: 'function' | 'method' | 'accessor';
  exportedAs?: 'default' | 'property';
}

/** Calls that return the function they are given, wrapped: what they are bound to names the function. Not `map` or `useMemo`. */
const WRAPPER = /^(memo|forwardRef|useCallback|observer|create|createStore|createWithEqualityFn|createSlice|persist|devtools|immer|subscribeWithSelector|combine|defineStore|createAsyncThunk|debounce|throttle|memoize|memoizeOne|once|cache|asyncHandler|catchAsync|wrap[A-Z]\w*|with[A-Z]\w*)$/;

/** The name of a function; undefined for one that nothing names, such as a callback. */
export function boundNameOf(ts: typeof typescript, node: typescript.Node): BoundName | undefined {
  if (ts.isFunctionDeclaration(node)) return { name: node.name?.text ?? 'default', owners: [], form: 'function' };
  if (ts.isConstructorDeclaration(node)) return { name: 'constructor', owners: [], form: 'method' };
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    const owners = ownersOf(ts, node);
    return owners && { name: node.name.getText(), owners, form: ts.isMethodDeclaration(node) ? 'method' : 'accessor' };
  }
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const holder = holderOf(ts, node);
  if (ts.isVariableDeclaration(holder)) return ts.isIdentifier(holder.name) ? { name: holder.name.text, owners: [], form: 'function' } : undefined;
  if (ts.isPropertyDeclaration(holder)) return { name: holder.name.getText(), owners: [], form: 'method' };
  if (ts.isPropertyAssignment(holder)) {
    const owners = ownersOf(ts, holder);
    return owners && { name: holder.name.getText(), owners, form: 'method' };
  }
  if (ts.isExportAssignment(holder)) return { name: 'default', owners: [], form: 'function', exportedAs: 'default' };
  if (ts.isBinaryExpression(holder) && holder.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isPropertyAccessExpression(holder.left)) {
    const target = dotted(ts, holder.left.expression);
    if (target === 'exports' || target === 'module.exports') return { name: holder.left.name.text, owners: [], form: 'function', exportedAs: 'property' };
  }
  return undefined;
}

/** The node that an expression ends up in, through brackets, casts and wrapping calls. */
function holderOf(ts: typeof typescript, node: typescript.Node): typescript.Node {
  let current = node.parent;
  while (ts.isParenthesizedExpression(current) || ts.isAsExpression(current) || ts.isSatisfiesExpression(current)
    || (ts.isCallExpression(current) && isWrapper(ts, current))) {
    current = current.parent;
  }
  return current;
}

function isWrapper(ts: typeof typescript, call: typescript.CallExpression): boolean {
  const callee = dotted(ts, call.expression).replace(/\(\)$/, '');
  return WRAPPER.test(callee.slice(callee.lastIndexOf('.') + 1));
}

/**
 * Names around a member of an object literal, outermost first: `['api', 'users']` in `const api = { users: { list() {} } }`. Empty in a
 * class or in an object that a function makes; undefined when nothing names the object.
 */
function ownersOf(ts: typeof typescript, member: typescript.Node): string[] | undefined {
  const owners: string[] = [];
  for (let current = member.parent; ; current = current.parent) {
    if (ts.isClassLike(current) || ts.isFunctionLike(current)) return owners;
    if (ts.isPropertyAssignment(current)) owners.unshift(current.name.getText());
    else if (ts.isVariableDeclaration(current) && ts.isIdentifier(current.name)) return [current.name.text, ...owners];
    else if (ts.isExportAssignment(current)) return ['default', ...owners];
    else if (ts.isPropertyDeclaration(current)) return [current.name.getText(), ...owners];
    else if (ts.isSourceFile(current)) return undefined;
  }
}
