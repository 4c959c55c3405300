import type { SyntaxNode } from '@lezer/common';
import type { FunctionFact, Parameter } from '../../model/facts.js';
import { sortedDistinct } from '../../util/compare.js';
import { classFrames, type ClassFrames } from './class-frames.js';
import type { Context, Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';
import { normaliseBody } from './normalise-body.js';
import { returnOriginOf } from './return-origin.js';
import { typeText } from './type-text.js';

/** A `function` fact per `def`, at any depth. */
export const extractFunctions: Extractor = (context) => {
  const frames = classFrames(context);
  return {
    enter: {
      FunctionDefinition: (node) => {
        const named = node.getChild('VariableName');
        if (!named) return;
        const name = context.textOf(named);
        const frame = frames.directlyAround(node);
        const decorators = decoratorNames(node, context);
        const isStatic = decorators.includes('staticmethod');
        const body = normaliseBody(node, context.text, { freeName: frames.use, selfTarget: (target) => frame?.addSelfField(target) });
        const statements = topStatements(node, context);
        const returned = node.getChild('TypeDef');
        const delegatesTo = delegationOf(statements, context);
        const returns = returnOriginOf(node, context);
        const fact: FunctionFact = {
          kind: 'function',
          name,
          scope: [...context.scope],
          exported: context.isExported(name),
          span: context.spanOf(node),
          parameters: parametersOf(node, context, frame !== undefined && !isStatic, frames),
          ...(returned && { returnType: typeText(returned, context.text) }),
          form: frame === undefined ? 'function' : decorators.some(isAccessor) ? 'accessor' : 'method',
          async: node.firstChild?.name === 'async',
          static: isStatic || decorators.includes('classmethod'),
          decorators,
          statementCount: body.statementCount,
          bodyHash: body.bodyHash,
          shapeHash: body.shapeHash,
          sketch: body.sketch,
          calls: sortedDistinct(body.calls),
          ...(delegatesTo && { delegatesTo }),
          stub: decorators.some((decorator) => /(^|\.)overload$/.test(decorator)) || isStub(statements, context),
          ...(returns && { returns }),
        };
        if (returned) frames.useNamesIn(returned);
        frame?.methods.push(fact);
        context.add(fact);
      },
    },
  };
};

function isAccessor(decorator: string): boolean {
  return /(^|\.)(property|cached_property|setter|getter|deleter)$/.test(decorator);
}

/** Parameters without the receiver. `*` and `/` alone are separators. */
function parametersOf(node: SyntaxNode, context: Context, hasReceiver: boolean, frames: ClassFrames): Parameter[] {
  const parameters: { name: string; type?: string; optional: boolean }[] = [];
  let current: { name: string; type?: string; optional: boolean } | undefined;
  let rest = false;
  for (let part = node.getChild('ParamList')?.firstChild; part; part = part.nextSibling) {
    switch (part.name) {
      case ',':
        current = undefined;
        rest = false;
        break;
      case '*':
      case '**':
        rest = true;
        break;
      case 'VariableName':
        if (current) break;
        current = { name: context.textOf(part), optional: rest };
        parameters.push(current);
        break;
      case 'TypeDef':
        if (current) current.type = typeText(part, context.text);
        frames.useNamesIn(part);
        break;
      case 'AssignOp':
        if (current) current.optional = true;
        break;
      default:
        break;
    }
  }
  return hasReceiver ? parameters.slice(1) : parameters;
}

/** Statements of the body itself that do something: doc strings, imports, log lines and warnings left out. */
function topStatements(node: SyntaxNode, context: Context): SyntaxNode[] {
  const statements: SyntaxNode[] = [];
  for (let part = node.getChild('Body')?.firstChild; part && statements.length < 2; part = part.nextSibling) {
    if (part.name === ':' || part.name === 'Comment' || part.name === 'ImportStatement') continue;
    const expression = part.name === 'ExpressionStatement' ? part.firstChild : undefined;
    if (expression?.name === 'String' || expression?.name === 'ContinuedString') continue;
    if (expression?.name === 'CallExpression' && isLogging(expression, context)) continue;
    statements.push(part);
  }
  return statements;
}

function isLogging(call: SyntaxNode, context: Context): boolean {
  const callee = call.firstChild;
  return callee?.name === 'MemberExpression' && /^((self|cls)\.)?_?(logger|log|logging|warnings)\.\w+$/.test(context.textOf(callee));
}

function isStub(statements: readonly SyntaxNode[], context: Context): boolean {
  if (statements.length === 0) return true;
  const [only] = statements;
  if (statements.length > 1 || !only) return false;
  if (only.name === 'PassStatement') return true;
  const value = only.firstChild;
  if (only.name === 'ExpressionStatement') return value?.name === 'Ellipsis';
  return only.name === 'RaiseStatement' && /^raise\s+NotImplemented(Error)?\b/.test(context.textOf(only));
}

/** The callee when the only statement passes on to one call with plain arguments. */
function delegationOf(statements: readonly SyntaxNode[], context: Context): string | undefined {
  const [only] = statements;
  if (statements.length !== 1 || (only!.name !== 'ReturnStatement' && only!.name !== 'ExpressionStatement')) return undefined;
  let expression = only!.name === 'ReturnStatement' ? only!.firstChild?.nextSibling : only!.firstChild;
  if (expression?.name === 'AwaitExpression') expression = expression.lastChild;
  if (expression?.name !== 'CallExpression' || expression.nextSibling) return undefined;
  for (let part = expression.getChild('ArgList')?.firstChild; part; part = part.nextSibling) {
    if (!PLAIN_ARGUMENTS.has(part.name)) return undefined;
  }
  const callee = dotted(expression.firstChild!, context.text);
  return callee === '' ? undefined : callee;
}

const PLAIN_ARGUMENTS: ReadonlySet<string> = new Set([
  '(', ')', ',', '*', '**', 'AssignOp', 'VariableName', 'MemberExpression', 'String', 'Number', 'Boolean', 'None', 'Comment',
]);
