import type { SyntaxNode } from '@lezer/common';
import type { Context } from './context.js';
import { decoratorNames } from './decorators.js';

/** Names of one function or lambda: what is a parameter, what is local, and what its locals are made from. */
export interface FunctionScope {
  /** Parameters in order; the receiver (`self`, `cls`) of a method is left out. */
  parameters: readonly string[];
  /** First parameter of a method that is no static method: `self`, `cls`. */
  receiver?: string;
  /** Names bound in this function, parameters included, `global` and `nonlocal` names not. */
  locals: ReadonlySet<string>;
  /** Names that `global` hands to the module. */
  globals: ReadonlySet<string>;
  /** Every value that a local is bound to: assignments, `with ... as`, `for ... in`, walrus. */
  values: ReadonlyMap<string, readonly SyntaxNode[]>;
}

const MAX_HOPS = 6;
/** Statements and expressions that bind names, or have a scope of their own. */
const BINDING: ReadonlySet<string> = new Set([
  'FunctionDefinition', 'ClassDefinition', 'LambdaExpression', 'ScopeStatement', 'AssignStatement', 'UpdateStatement', 'NamedExpression',
  'ForStatement', 'WithStatement', 'ImportStatement',
]);

const scopes = new WeakMap<Context, Map<number, FunctionScope>>();

/** Scope of a `FunctionDefinition` or `LambdaExpression`; read once. */
export function functionScopeOf(fn: SyntaxNode, context: Context): FunctionScope {
  let ofFile = scopes.get(context);
  if (!ofFile) scopes.set(context, (ofFile = new Map()));
  let scope = ofFile.get(fn.from);
  if (!scope) ofFile.set(fn.from, (scope = readScope(fn, context)));
  return scope;
}

/** The innermost function or lambda around a node that is not the node itself; undefined at module or class level. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | undefined {
  for (let current = node.parent; current; current = current.parent) {
    if (current.name === 'FunctionDefinition' || current.name === 'LambdaExpression') return current;
  }
  return undefined;
}

/** The class whose body holds the function directly; undefined for a plain function. */
export function classOfMethod(fn: SyntaxNode): SyntaxNode | undefined {
  let parent = fn.parent;
  if (parent?.name === 'DecoratedStatement') parent = parent.parent;
  while (parent && (parent.name === 'Body' || parent.name === 'IfStatement' || parent.name === 'TryStatement')) parent = parent.parent;
  return parent?.name === 'ClassDefinition' ? parent : undefined;
}

/**
 * The target and value parts of an `AssignStatement`: `a = b = v` has two targets and one value, `a, b = x, y` two of each; `a, b = f()`
 * unpacks one value over two targets. No value for a bare annotation.
 */
export function assignmentOf(statement: SyntaxNode): { targets: SyntaxNode[]; values: SyntaxNode[]; unpacks: boolean; annotation?: SyntaxNode } {
  const groups: SyntaxNode[][] = [[]];
  let annotation: SyntaxNode | undefined;
  for (let part = statement.firstChild; part; part = part.nextSibling) {
    if (part.name === 'AssignOp') groups.push([]);
    else if (part.name === 'TypeDef') annotation = part;
    else if (part.name !== ',' && part.name !== '*' && part.name !== 'Comment') groups[groups.length - 1]!.push(part);
  }
  const values = groups.length > 1 ? groups.pop()! : [];
  return { targets: groups.flat(), values, unpacks: groups.some((group) => group.length > 1 && group.length !== values.length), ...(annotation && { annotation }) };
}

/** Parameters of the functions around an expression that it is made from, through local variables too. */
export function parametersIn(expression: SyntaxNode, fn: SyntaxNode, context: Context): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (node: SyntaxNode, from: SyntaxNode, hops: number): void => {
    for (const name of namesIn(node, context.text)) {
      let binder: SyntaxNode | undefined = from;
      while (binder && !functionScopeOf(binder, context).locals.has(name)) binder = enclosingFunction(binder);
      if (!binder) continue;
      const scope = functionScopeOf(binder, context);
      if (scope.parameters.includes(name)) found.add(name);
      if (hops >= MAX_HOPS || seen.has(name)) continue;
      seen.add(name);
      for (const value of scope.values.get(name) ?? []) visit(value, binder, hops + 1);
    }
  };
  visit(expression, fn, 0);
  return [...found];
}

/** Variable names in an expression; attribute names and keyword-argument names are none. */
function namesIn(expression: SyntaxNode, text: string): Set<string> {
  const names = new Set<string>();
  const cursor = expression.cursor();
  do {
    if (cursor.name !== 'VariableName') continue;
    const next = cursor.node.nextSibling;
    const keyword = cursor.node.parent?.name === 'ArgList' && next?.name === 'AssignOp';
    if (!keyword) names.add(text.slice(cursor.from, cursor.to));
  } while (cursor.next() && cursor.from < expression.to);
  return names;
}

function readScope(fn: SyntaxNode, context: Context): FunctionScope {
  const slice = context.textOf;
  const all: string[] = [];
  const list = fn.getChild('ParamList');
  if (list) {
    let expectName = true;
    for (let part = list.firstChild; part; part = part.nextSibling) {
      if (part.name === ',' || part.name === '(' || part.name === '*' || part.name === '**') expectName = true;
      else if (part.name === 'VariableName' && expectName) {
        all.push(slice(part));
        expectName = false;
      } else if (part.name === 'AssignOp') expectName = false;
    }
  }
  const isMethod = fn.name === 'FunctionDefinition' && classOfMethod(fn) !== undefined
    && !decoratorNames(fn, context).includes('staticmethod');
  const receiver = isMethod ? all[0] : undefined;
  const globals = new Set<string>();
  const outer = new Set<string>();
  const values = new Map<string, SyntaxNode[]>();
  const bound = new Set(all);
  const bind = (target: SyntaxNode, value: SyntaxNode | undefined, depth = 0): void => {
    if (target.name === 'VariableName') {
      const name = slice(target);
      bound.add(name);
      if (!value) return;
      const known = values.get(name);
      if (known) known.push(value);
      else values.set(name, [value]);
    } else if (target.name === 'TupleExpression' || target.name === 'ArrayExpression' || target.name === 'ParenthesizedExpression') {
      if (depth < 20) for (let part = target.firstChild; part; part = part.nextSibling) bind(part, value, depth + 1);
    }
  };
  const body = fn.getChild('Body');
  if (body) {
    body.cursor().iterate((ref) => {
      if (!BINDING.has(ref.name)) return true;
      const node = ref.node;
      switch (ref.name) {
        case 'FunctionDefinition':
        case 'ClassDefinition': {
          const name = node.getChild('VariableName');
          if (name) bound.add(slice(name));
          return false;
        }
        case 'LambdaExpression':
          return false;
        case 'ScopeStatement': {
          const into = node.firstChild?.name === 'global' ? globals : outer;
          for (const name of node.getChildren('VariableName')) into.add(slice(name));
          return false;
        }
        case 'AssignStatement': {
          const { targets, values: sources } = assignmentOf(node);
          if (targets.length === sources.length) targets.forEach((target, index) => bind(target, sources[index]));
          else for (const target of targets) for (const source of sources.length > 0 ? sources : [undefined]) bind(target, source);
          return true;
        }
        case 'UpdateStatement':
        case 'NamedExpression': {
          const target = node.firstChild;
          if (target) bind(target, node.lastChild ?? undefined);
          return true;
        }
        case 'ForStatement': {
          const targets: SyntaxNode[] = [];
          let part = node.firstChild;
          for (; part && part.name !== 'in'; part = part.nextSibling) targets.push(part);
          for (const target of targets) bind(target, part?.nextSibling ?? undefined);
          return true;
        }
        case 'WithStatement': {
          let source: SyntaxNode | undefined;
          let afterAs = false;
          for (let part = node.firstChild; part && part.name !== 'Body'; part = part.nextSibling) {
            if (part.name === 'as') afterAs = true;
            else if (afterAs) {
              bind(part, source);
              afterAs = false;
            } else if (part.name !== ',' && part.name !== 'with') source = part;
          }
          return true;
        }
        case 'ImportStatement': {
          for (const name of node.getChildren('VariableName')) bound.add(slice(name));
          return false;
        }
        default:
          return true;
      }
    });
  }
  for (const name of [...globals, ...outer]) bound.delete(name);
  return {
    parameters: receiver === undefined ? all : all.slice(1),
    ...(receiver !== undefined && { receiver }),
    locals: bound,
    globals,
    values,
  };
}
