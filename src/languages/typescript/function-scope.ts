import type typescript from 'typescript';
import type { Context } from './context.js';
import { bindingNames } from './module-names.js';

/** Names of one function: what is a parameter, what is local, and what its locals are made from. */
export interface FunctionScope {
  /** Parameters in order; a destructured one counts by the names it binds. */
  parameters: readonly string[];
  /** Names bound in this function, parameters included, functions inside it left out. Blocks are not told apart. */
  locals: ReadonlySet<string>;
  /** Every value that a local is bound to. */
  values: ReadonlyMap<string, readonly typescript.Expression[]>;
}

const scopes = new WeakMap<typescript.Node, FunctionScope>();
const MAX_HOPS = 6;

/** Scope of a function with a body; read once. */
export function functionScopeOf(ts: typeof typescript, fn: typescript.SignatureDeclaration): FunctionScope {
  let scope = scopes.get(fn);
  if (!scope) scopes.set(fn, (scope = readScope(ts, fn)));
  return scope;
}

/** The innermost function around a node that is not the node itself; undefined at module level and in class bodies. */
export function enclosingFunction(ts: typeof typescript, node: typescript.Node): typescript.SignatureDeclaration | undefined {
  for (let current = node.parent; current; current = current.parent) if (ts.isFunctionLike(current)) return current;
  return undefined;
}

/** The function around a node whose parameter or local a name is; undefined when the name is the module's or unknown. */
export function binderOf(ts: typeof typescript, node: typescript.Node, name: string): typescript.SignatureDeclaration | undefined {
  let fn = enclosingFunction(ts, node);
  while (fn && !functionScopeOf(ts, fn).locals.has(name)) fn = enclosingFunction(ts, fn);
  return fn;
}

/**
 * Parameters of the functions around an expression that it is made from, through local variables too. Callbacks without a name count with
 * the function they stand in.
 */
export function parametersIn(expression: typescript.Node, { ts }: Context): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (node: typescript.Node, hops: number): void => {
    for (const name of namesIn(ts, node)) {
      const fn = binderOf(ts, node, name);
      if (!fn) continue;
      const scope = functionScopeOf(ts, fn);
      if (scope.parameters.includes(name)) found.add(name);
      if (hops >= MAX_HOPS || seen.has(name)) continue;
      seen.add(name);
      for (const value of scope.values.get(name) ?? []) visit(value, hops + 1);
    }
  };
  visit(expression, 0);
  return [...found];
}

/** Names that an expression reads; property names, types and the inside of functions are left out. */
function namesIn(ts: typeof typescript, expression: typescript.Node): Set<string> {
  const names = new Set<string>();
  const pending: typescript.Node[] = [expression];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) pending.push(node.expression);
    else if (ts.isPropertyAssignment(node)) pending.push(node.initializer);
    else if (!ts.isFunctionLike(node) && !ts.isTypeNode(node)) ts.forEachChild(node, (child) => void pending.push(child));
  }
  return names;
}

function readScope(ts: typeof typescript, fn: typescript.SignatureDeclaration): FunctionScope {
  const parameters = fn.parameters.flatMap((parameter) => bindingNames(ts, parameter.name));
  const locals = new Set(parameters);
  const values = new Map<string, typescript.Expression[]>();
  const bind = (name: string, value: typescript.Expression | undefined): void => {
    locals.add(name);
    assign(name, value);
  };
  const assign = (name: string, value: typescript.Expression | undefined): void => {
    if (!value) return;
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  };
  const pending: typescript.Node[] = 'body' in fn && fn.body ? [fn.body as typescript.Node] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isVariableDeclaration(node)) {
      const source = node.initializer ?? iterated(ts, node);
      for (const name of bindingNames(ts, node.name)) bind(name, source);
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(node.left)) {
      assign(node.left.text, node.right);
    } else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
      if (node.name) locals.add(node.name.text);
    }
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) continue;
    ts.forEachChild(node, (child) => void pending.push(child));
  }
  // Assignments to names of an outer function or of the module bind nothing here.
  for (const name of values.keys()) if (!locals.has(name)) values.delete(name);
  return { parameters, locals, values };
}

/** `rows` in `for (const row of rows)`. */
function iterated(ts: typeof typescript, declaration: typescript.VariableDeclaration): typescript.Expression | undefined {
  const loop = declaration.parent.parent;
  return ts.isForOfStatement(loop) || ts.isForInStatement(loop) ? loop.expression : undefined;
}
