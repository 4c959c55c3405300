import type typescript from 'typescript';
import type { FunctionFact, Parameter } from '../../model/facts.js';
import { sortedDistinct } from '../../util/compare.js';
import type { Context, Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';
import { boundNameOf } from './function-names.js';
import { bindingNames } from './module-names.js';
import { normaliseBody } from './normalise-body.js';
import { returnOriginOf } from './return-origin.js';
import { typeText } from './type-text.js';

/** A `function` fact per function that has a name or is bound to one: declarations, methods, accessors, arrows, hooks, components. */
export const extractFunctions: Extractor = (context) => {
  const { ts } = context;
  const visit = (node: typescript.FunctionLikeDeclaration): void => {
    const bound = boundNameOf(ts, node);
    if (!bound) return;
    const body = normaliseBody(ts, node);
    const statements = topStatements(node, context);
    const delegatesTo = delegationOf(statements, context);
    const returns = returnOriginOf(node, context);
    const scope = [...context.scope, ...bound.owners];
    const fact: FunctionFact = {
      kind: 'function',
      name: bound.name,
      scope,
      exported: scope.length === 0 && (bound.exportedAs !== undefined || context.exports.has(bound.name) || isDefaultExport(node, context)),
      span: context.spanOf(node),
      parameters: parametersOf(node, context),
      ...(node.type && { returnType: typeText(context, node.type) }),
      form: bound.form === 'function' && body.rendersJsx && /^[A-Z]/.test(bound.name) ? 'component' : bound.form,
      async: hasModifier(node, ts.SyntaxKind.AsyncKeyword, context),
      static: hasModifier(node, ts.SyntaxKind.StaticKeyword, context),
      decorators: decoratorNames(node, context),
      statementCount: body.statementCount,
      bodyHash: body.bodyHash,
      shapeHash: body.shapeHash,
      sketch: body.sketch,
      calls: sortedDistinct(body.calls),
      ...(delegatesTo && { delegatesTo }),
      stub: isStub(node, statements, context),
      ...(returns && { returns }),
    };
    context.add(fact);
  };
  const { SyntaxKind } = ts;
  return {
    enter: {
      [SyntaxKind.FunctionDeclaration]: visit,
      [SyntaxKind.FunctionExpression]: visit,
      [SyntaxKind.ArrowFunction]: visit,
      [SyntaxKind.MethodDeclaration]: visit,
      [SyntaxKind.Constructor]: visit,
      [SyntaxKind.GetAccessor]: visit,
      [SyntaxKind.SetAccessor]: visit,
    },
  };
};

function hasModifier(node: typescript.Node, kind: typescript.SyntaxKind, { ts }: Context): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}

function isDefaultExport(node: typescript.Node, context: Context): boolean {
  return hasModifier(node, context.ts.SyntaxKind.DefaultKeyword, context);
}

function parametersOf(node: typescript.FunctionLikeDeclaration, context: Context): Parameter[] {
  const { ts } = context;
  return node.parameters
    .filter((parameter) => !(ts.isIdentifier(parameter.name) && parameter.name.text === 'this'))
    .map((parameter) => ({
      name: ts.isIdentifier(parameter.name) ? parameter.name.text : `{ ${bindingNames(ts, parameter.name).join(', ')} }`,
      ...(parameter.type && { type: typeText(context, parameter.type) }),
      optional: parameter.questionToken !== undefined || parameter.initializer !== undefined || parameter.dotDotDotToken !== undefined,
    }));
}

/** What the body itself does: statements, or the expression of an arrow; log lines left out. At most two are looked at. */
function topStatements(node: typescript.FunctionLikeDeclaration, context: Context): (typescript.Statement | typescript.Expression)[] {
  const { ts } = context;
  const { body } = node;
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const statements: typescript.Statement[] = [];
  for (const statement of body.statements) {
    if (statements.length === 2) break;
    if (ts.isExpressionStatement(statement) && ts.isCallExpression(statement.expression)
      && LOGGING.test(dotted(ts, statement.expression.expression))) continue;
    statements.push(statement);
  }
  return statements;
}

const LOGGING = /^(?:this\.)?_?(?:console|logger|log|Logger)\.\w+$/;

function isStub(node: typescript.FunctionLikeDeclaration, statements: readonly typescript.Node[], { ts }: Context): boolean {
  if (!node.body || statements.length === 0) return true;
  const [only] = statements;
  return statements.length === 1 && ts.isThrowStatement(only!) && /not (?:yet )?implemented/i.test(only.getText());
}

/** The callee when the only statement passes on to one call with plain arguments. */
function delegationOf(statements: readonly typescript.Node[], { ts }: Context): string | undefined {
  let [expression] = statements;
  if (statements.length !== 1 || !expression) return undefined;
  if (ts.isReturnStatement(expression) || ts.isExpressionStatement(expression)) expression = expression.expression;
  if (expression && ts.isAwaitExpression(expression)) expression = expression.expression;
  if (!expression || !ts.isCallExpression(expression) || !expression.arguments.every((argument) => isPlain(ts, argument))) return undefined;
  return dotted(ts, expression.expression) || undefined;
}

function isPlain(ts: typeof typescript, node: typescript.Expression): boolean {
  if (ts.isSpreadElement(node) || ts.isPropertyAccessExpression(node) || ts.isAsExpression(node)) return isPlain(ts, node.expression);
  return ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword
    || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword || node.kind === ts.SyntaxKind.NullKeyword;
}
