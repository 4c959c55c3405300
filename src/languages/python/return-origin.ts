import type { SyntaxNode } from '@lezer/common';
import type { FunctionFact } from '../../model/facts.js';
import type { Context } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';
import { classOfMethod, enclosingFunction, functionScopeOf } from './function-scope.js';
import { coreOf, moduleBodyOf, unwrapped } from './state-names.js';
import { calleeOf, collectionType } from './state-uses.js';
import { lastSegment } from '../../util/dotted.js';

type Origin = NonNullable<FunctionFact['returns']>;

/** Decorators after which every call with equal arguments gives the same object. */
const MEMO = /(^|\.)(lru_cache|cache|cached|memoize|memoise|memoized|singleton|once|alru_cache)$/i;
const LOOK_UPS: ReadonlySet<string> = new Set(['get', 'setdefault', 'pop', '__getitem__']);
const MAX_DEPTH = 8;

/** What callers of a function get: see `FunctionFact.returns`. Undefined when it cannot be told. */
export function returnOriginOf(definition: SyntaxNode, context: Context): FunctionFact['returns'] {
  const returned = returnedExpressions(definition);
  const memo = decoratorNames(definition, context).find((decorator) => MEMO.test(decorator));
  if (memo !== undefined) return returned.length > 0 ? { origin: 'shared', via: memo } : undefined;
  const origins = returned.flatMap((expression) => originsOf(expression, definition, context, 0));
  return origins.find((origin) => origin.origin === 'shared')
    ?? origins.find((origin) => origin.origin === 'passed')
    ?? origins.find((origin) => origin.origin === 'fresh');
}

/** Expressions after `return` and `yield` in the function itself, functions inside it left out. */
function returnedExpressions(definition: SyntaxNode): SyntaxNode[] {
  const expressions: SyntaxNode[] = [];
  const body = definition.getChild('Body');
  body?.cursor().iterate((ref) => {
    if (ref.name === 'FunctionDefinition' || ref.name === 'ClassDefinition' || ref.name === 'LambdaExpression') return false;
    if (ref.name === 'ReturnStatement' || ref.name === 'YieldStatement') {
      const expression = ref.node.firstChild?.nextSibling;
      if (expression && !expression.type.isError) expressions.push(expression);
    }
    // Statements hold returns; nothing else does.
    return ref.name === 'Body' || ref.name.endsWith('Statement') || ref.name === 'StatementGroup' || ref.name === 'MatchBody' || ref.name === 'MatchClause';
  });
  return expressions;
}

function originsOf(expression: SyntaxNode, fn: SyntaxNode, context: Context, depth: number): Origin[] {
  if (depth > MAX_DEPTH) return [];
  const { text } = context;
  if (collectionType(expression, text)) return [{ origin: 'fresh', via: collectionType(expression, text)! }];
  switch (expression.name) {
    case 'VariableName':
      return originsOfName(expression, fn, context, depth);
    case 'MemberExpression':
      return originsOfMember(expression, fn, context, depth);
    case 'CallExpression':
      return originsOfCall(expression, fn, context, depth);
    default:
      return unwrapped(expression).flatMap((part) => originsOf(part, fn, context, depth + 1));
  }
}

function originsOfName(node: SyntaxNode, fn: SyntaxNode, context: Context, depth: number): Origin[] {
  const name = context.textOf(node);
  const scope = functionScopeOf(fn, context);
  if (!scope.globals.has(name) && scope.locals.has(name)) {
    const fallback = mutableDefault(fn, name, context);
    if (fallback) return [{ origin: 'shared', via: name }];
    return (scope.values.get(name) ?? []).flatMap((value) => originsOf(value, fn, context, depth + 1));
  }
  for (let outer = enclosingFunction(fn); outer; outer = enclosingFunction(outer)) {
    const around = functionScopeOf(outer, context);
    if (!around.locals.has(name)) continue;
    // A closure hands out what its maker was given, or made: the same object each time.
    return around.parameters.includes(name) ? [] : [{ origin: 'shared', via: name }];
  }
  return isModuleState(name, fn, context) ? [{ origin: 'shared', via: name }] : [];
}

/** `cls._x`, `Pool._x`, `_pools[key]`: of the class or module. An attribute of `self` is the object's own. */
function originsOfMember(node: SyntaxNode, fn: SyntaxNode, context: Context, depth: number): Origin[] {
  const object = node.firstChild;
  if (!object) return [];
  if (node.getChild('[')) return originsOf(object, fn, context, depth + 1).filter((origin) => origin.origin === 'shared');
  const receiver = dotted(object, context.text);
  const method = classOfMethod(fn);
  const ofClass = receiver === 'cls' || receiver === 'self.__class__' || receiver === 'type()'
    || (/^_*[A-Z]/.test(receiver) && moduleBodyOf(fn, context).definitions.has(receiver));
  if (!ofClass) return [];
  const name = context.textOf(node.lastChild!);
  const body = receiver.startsWith('_') || /^[A-Z]/.test(receiver)
    ? moduleBodyOf(fn, context).classes.find(({ path }) => lastSegment(path) === receiver)
    : moduleBodyOf(fn, context).classes.find(({ definition }) => definition.from === method?.from);
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return [];
  return body?.bindings.some((binding) => binding.name === name) ? [{ origin: 'shared', via: `${lastSegment(body.path)}.${name}` }] : [];
}

function originsOfCall(node: SyntaxNode, fn: SyntaxNode, context: Context, depth: number): Origin[] {
  const callee = calleeOf(node, context.text);
  if (callee === '') return [];
  const last = lastSegment(callee);
  const object = node.firstChild?.firstChild;
  if (node.firstChild?.name === 'MemberExpression' && object && LOOK_UPS.has(last)) {
    const shared = originsOf(object, fn, context, depth + 1).filter((origin) => origin.origin === 'shared');
    if (shared.length > 0) return shared;
  }
  const method = classOfMethod(fn);
  if (callee === 'cls' || callee === 'super().__new__' || callee === 'object.__new__') {
    const name = method?.getChild('VariableName');
    return name ? [{ origin: 'fresh', via: context.textOf(name) }] : [];
  }
  if (/^_*[A-Z]/.test(last) && !/^_*[A-Z0-9_]+$/.test(last)) return [{ origin: 'fresh', via: callee }];
  return /^[\w.]+$/.test(callee) ? [{ origin: 'passed', via: callee }] : [];
}

/** Whether the module binds the name to a value that outlives calls and can change: no function, class, import or table of constants. */
function isModuleState(name: string, fn: SyntaxNode, context: Context): boolean {
  if (context.imports.has(name)) return false;
  const { bindings, definitions } = moduleBodyOf(fn, context);
  if (definitions.has(name)) return false;
  const bound = bindings.filter((binding) => binding.name === name);
  if (!/^_*[A-Z][A-Z0-9_]*$/.test(name)) return bound.length > 0;
  return bound.some(({ value }) => value && (coreOf(value).name === 'None' || /^(?:\{\s*\}|\[\s*\]|\w+\(\s*\))$/.test(context.textOf(value))));
}

function mutableDefault(fn: SyntaxNode, name: string, context: Context): boolean {
  const scope = functionScopeOf(fn, context);
  if (!scope.parameters.includes(name) || scope.values.has(name)) return false;
  const list = fn.getChild('ParamList');
  for (let part = list?.firstChild; part; part = part.nextSibling) {
    if (part.name !== 'AssignOp' || !part.nextSibling || !collectionType(part.nextSibling, context.text)) continue;
    const target = part.prevSibling?.name === 'TypeDef' ? part.prevSibling.prevSibling : part.prevSibling;
    if (target && context.textOf(target) === name) return true;
  }
  return false;
}
