import type typescript from 'typescript';

const MAX_DEPTH = 40;

/**
 * A callee, base class or decorator as dotted text: `this.pool.get`, `getEnv().get`, `rows[].id`; arguments, subscripts, `?` and `!` are
 * left out. `` for what has no name.
 */
export function dotted(ts: typeof typescript, node: typescript.Node, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
    case ts.SyntaxKind.PrivateIdentifier:
      return (node as typescript.Identifier).text;
    case ts.SyntaxKind.ThisKeyword:
      return 'this';
    case ts.SyntaxKind.SuperKeyword:
      return 'super';
    case ts.SyntaxKind.ImportKeyword:
      return 'import';
    case ts.SyntaxKind.PropertyAccessExpression: {
      const access = node as typescript.PropertyAccessExpression;
      const object = dotted(ts, access.expression, depth + 1);
      return object && `${object}.${access.name.text}`;
    }
    case ts.SyntaxKind.ElementAccessExpression: {
      const object = dotted(ts, (node as typescript.ElementAccessExpression).expression, depth + 1);
      return object && `${object}[]`;
    }
    case ts.SyntaxKind.CallExpression: {
      const callee = dotted(ts, (node as typescript.CallExpression).expression, depth + 1);
      return callee && `${callee}()`;
    }
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.AwaitExpression:
    case ts.SyntaxKind.ExpressionWithTypeArguments:
      return dotted(ts, (node as typescript.ParenthesizedExpression).expression, depth + 1);
    default:
      return '';
  }
}
