import type ts from 'typescript';
import type { Literal } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { isUnfilled } from '../literal-values.js';
import { bare, literalOf } from './literals.js';

/** Named literals: `const` at module or namespace level, `static readonly` in classes. */
export const extractConstants: Extractor = (context) => {
  const { ts } = context;
  const add = (node: ts.Node, name: string, initializer: ts.Expression): void => {
    const value = constantValue(context, initializer);
    if (value === undefined || isUnfilled(value)) return;
    const exported = context.scope.length === 0 && context.exports.has(name);
    context.add({ kind: 'constant', name, scope: [...context.scope], exported, span: context.spanOf(node), value });
  };
  return {
    enter: {
      [ts.SyntaxKind.VariableDeclaration]: (node: ts.VariableDeclaration) => {
        if (context.functionDepth > 0 || !node.initializer || !ts.isIdentifier(node.name)) return;
        if (ts.isVariableDeclarationList(node.parent) && (node.parent.flags & ts.NodeFlags.Const) !== 0) add(node, node.name.text, node.initializer);
      },
      [ts.SyntaxKind.PropertyDeclaration]: (node: ts.PropertyDeclaration) => {
        if (context.functionDepth > 0 || !node.initializer || !ts.isIdentifier(node.name)) return;
        const kinds = new Set(node.modifiers?.map(({ kind }) => kind));
        if (kinds.has(ts.SyntaxKind.StaticKeyword) && kinds.has(ts.SyntaxKind.ReadonlyKeyword)) add(node, node.name.text, node.initializer);
      },
    },
  };
};

/** The literal, also inside `Object.freeze(...)` and `new Set([...])`. */
function constantValue(context: Context, initializer: ts.Expression): Literal | undefined {
  const { ts } = context;
  const expression = bare(ts, initializer);
  if (ts.isCallExpression(expression) && expression.arguments.length === 1 && expression.expression.getText(context.sourceFile) === 'Object.freeze') {
    return constantValue(context, expression.arguments[0]!);
  }
  if (ts.isNewExpression(expression) && ts.isIdentifier(expression.expression) && expression.expression.text === 'Set') {
    const value = literalOf(ts, expression.arguments?.[0]);
    return Array.isArray(value) ? value : undefined;
  }
  return literalOf(ts, expression);
}
