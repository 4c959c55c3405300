import type typescript from 'typescript';
import type { FunctionFact } from '../../model/facts.js';
import type { Context } from './context.js';
import { dotted } from './dotted.js';
import { binderOf, functionScopeOf } from './function-scope.js';
import { collectionType, coreOf, isNothing, unwrapped } from './state-uses.js';
import { lastSegment } from '../../util/dotted.js';

type Origin = NonNullable<FunctionFact['returns']>;

/** Calls that keep the result of the function they are given. React's `cache` keeps it for one request only. */
const MEMO: ReadonlySet<string> = new Set(['memoize', 'memoizeOne', 'memoizee', 'once', 'cache', 'singleton', 'lazy', 'pMemoize']);
const LOOK_UPS: ReadonlySet<string> = new Set(['get', 'at', 'find']);
const MAX_DEPTH = 8;

/** What callers of a function get: see `FunctionFact.returns`. Undefined when it cannot be told. */
export function returnOriginOf(node: typescript.SignatureDeclaration, context: Context): FunctionFact['returns'] {
  const returned = returnedExpressions(node, context);
  if (returned.length === 0) return undefined;
  const memo = memoAround(node, context);
  if (memo !== undefined) return { origin: 'shared', via: memo };
  const origins = returned.flatMap((expression) => originsOf(expression, node, context, 0));
  return origins.find((origin) => origin.origin === 'shared')
    ?? origins.find((origin) => origin.origin === 'passed')
    ?? origins.find((origin) => origin.origin === 'fresh');
}

/** Expressions that the function itself returns or yields; functions inside it are left out. */
function returnedExpressions(node: typescript.SignatureDeclaration, { ts }: Context): typescript.Expression[] {
  const body = 'body' in node ? (node.body as typescript.Node | undefined) : undefined;
  if (!body) return [];
  if (ts.isExpression(body)) return [body];
  const expressions: typescript.Expression[] = [];
  const pending: typescript.Node[] = [body];
  for (let current = pending.pop(); current; current = pending.pop()) {
    if (ts.isReturnStatement(current)) {
      if (current.expression) expressions.push(current.expression);
    } else if (!ts.isFunctionLike(current) && !ts.isClassLike(current) && !ts.isExpressionStatement(current) && !ts.isVariableStatement(current)) {
      ts.forEachChild(current, (child) => void pending.push(child));
    }
  }
  return expressions.reverse();
}

function memoAround(node: typescript.Node, context: Context): string | undefined {
  const { parent } = node;
  if (!context.ts.isCallExpression(parent) || parent.arguments[0] !== node) return undefined;
  const callee = dotted(context.ts, parent.expression);
  const root = context.imports.get(callee.split('.', 1)[0]!);
  return MEMO.has(lastSegment(callee)) && root?.specifier !== 'react' ? callee : undefined;
}

function originsOf(expression: typescript.Expression, fn: typescript.SignatureDeclaration, context: Context, depth: number): Origin[] {
  if (depth > MAX_DEPTH) return [];
  const { ts } = context;
  const collection = collectionType(ts, expression);
  if (collection !== undefined) return [{ origin: 'fresh', via: collection }];
  if (ts.isNewExpression(expression)) {
    const callee = dotted(ts, expression.expression);
    return callee ? [{ origin: 'fresh', via: callee }] : [];
  }
  if (ts.isIdentifier(expression)) return originsOfName(expression, fn, context, depth);
  if (ts.isPropertyAccessExpression(expression)) return originsOfStatic(expression, context);
  if (ts.isElementAccessExpression(expression)) return onlyShared(originsOf(expression.expression, fn, context, depth + 1));
  if (ts.isCallExpression(expression)) return originsOfCall(expression, fn, context, depth);
  const inside = unwrapped(ts, expression).flatMap((part) => originsOf(part, fn, context, depth + 1));
  // `return (pool = new Pool())` gives what was kept, not what was made.
  const assigned = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? onlyShared(originsOf(expression.left, fn, context, depth + 1)) : [];
  return [...assigned, ...inside];
}

function onlyShared(origins: Origin[]): Origin[] {
  return origins.filter((origin) => origin.origin === 'shared');
}

function originsOfName(node: typescript.Identifier, fn: typescript.SignatureDeclaration, context: Context, depth: number): Origin[] {
  const { ts } = context;
  const name = node.text;
  const binder = binderOf(ts, node, name);
  if (!binder) return isModuleState(name, context) ? [{ origin: 'shared', via: name }] : [];
  const scope = functionScopeOf(ts, binder);
  const values = scope.values.get(name) ?? [];
  if (binder === fn) return values.flatMap((value) => originsOf(value, fn, context, depth + 1));
  if (scope.parameters.includes(name)) return [];
  // A closure hands out what its maker made: the same object at each call.
  return values.some((value) => collectionType(ts, coreOf(ts, value)) !== undefined || ts.isNewExpression(coreOf(ts, value))) ? [{ origin: 'shared', via: name }] : [];
}

/** `Pool.instance`, or `this.instance` in a static method. */
function originsOfStatic(node: typescript.PropertyAccessExpression, { ts, sourceFile }: Context): Origin[] {
  let owner: typescript.ClassLikeDeclaration | undefined;
  if (node.expression.kind === ts.SyntaxKind.ThisKeyword) {
    let current: typescript.Node = node.parent;
    while (current && !ts.isClassElement(current) && !ts.isSourceFile(current)) current = current.parent;
    const isStatic = ts.canHaveModifiers(current) && ts.getModifiers(current)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword);
    if (isStatic && ts.isClassLike(current.parent)) owner = current.parent;
  } else if (ts.isIdentifier(node.expression)) {
    const name = node.expression.text;
    owner = sourceFile.statements.find((statement): statement is typescript.ClassDeclaration => ts.isClassDeclaration(statement) && statement.name?.text === name);
  }
  const member = owner?.members.find((part): part is typescript.PropertyDeclaration => ts.isPropertyDeclaration(part) && part.name.getText() === node.name.text
    && (ts.getModifiers(part)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false));
  if (!member || !owner?.name || (member.initializer && !canChange(member.initializer, ts))) return [];
  return [{ origin: 'shared', via: `${owner.name.text}.${node.name.text}` }];
}

function originsOfCall(node: typescript.CallExpression, fn: typescript.SignatureDeclaration, context: Context, depth: number): Origin[] {
  const { ts } = context;
  const callee = dotted(ts, node.expression);
  if (ts.isPropertyAccessExpression(node.expression) && LOOK_UPS.has(node.expression.name.text)) {
    const shared = onlyShared(originsOf(node.expression.expression, fn, context, depth + 1));
    if (shared.length > 0) return shared;
  }
  return /^[\w$.]+$/.test(callee) ? [{ origin: 'passed', via: callee }] : [];
}

const stateNames = new WeakMap<typescript.SourceFile, Set<string>>();

/** Whether the module binds the name to a value that outlives calls and can change: no import, function, class or literal. */
function isModuleState(name: string, { ts, sourceFile }: Context): boolean {
  let names = stateNames.get(sourceFile);
  if (!names) {
    stateNames.set(sourceFile, (names = new Set()));
    for (const statement of sourceFile.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name: bound, initializer } of statement.declarationList.declarations) {
        if (ts.isIdentifier(bound) && (!initializer || canChange(initializer, ts))) names.add(bound.text);
      }
    }
  }
  return names.has(name);
}

function canChange(initializer: typescript.Expression, ts: typeof typescript): boolean {
  const core = coreOf(ts, initializer);
  if (isNothing(ts, core) || ts.isNewExpression(core)) return true;
  if (ts.isArrayLiteralExpression(core)) return core.elements.length === 0;
  if (ts.isObjectLiteralExpression(core)) return core.properties.length === 0;
  return ts.isCallExpression(core) && dotted(ts, core.expression) !== 'Object.freeze';
}
