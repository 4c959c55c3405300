import type ts from 'typescript';
import type { Binding } from '../../model/facts.js';
import type { Context } from './context.js';

export interface CommonJsExport {
  exported: string;
  /** The local binding that is exported, when it is a plain name. */
  local?: string;
  declares: Binding['declares'];
  line: number;
}

/**
 * What a CommonJS file exports: `module.exports = { a, b: c }`, `exports.x = ...`, `module.exports.x = ...`, at any depth of statements.
 * `dynamic` when names can be there that are not seen: spreads, `module.exports = call()`, `Object.assign(exports, ...)`.
 */
export function commonJsExports(context: Context): { exports: CommonJsExport[]; dynamic: boolean } {
  const { ts, sourceFile } = context;
  const exports: CommonJsExport[] = [];
  let dynamic = false;
  const add = (exported: string, value: ts.Expression | undefined, node: ts.Node): void => {
    const local = value && ts.isIdentifier(value) ? value.text : undefined;
    const declares = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? 'function' : value && ts.isClassExpression(value) ? 'class' : 'variable';
    exports.push({ exported, ...(local === undefined ? {} : { local }), declares, line: context.lineOf(node) });
  };

  const assign = (node: ts.BinaryExpression): void => {
    const { left, right } = node;
    if (isExportsObject(ts, left)) {
      if (ts.isObjectLiteralExpression(right)) {
        for (const property of right.properties) {
          if (ts.isShorthandPropertyAssignment(property)) add(property.name.text, property.name, property);
          else if (ts.isPropertyAssignment(property) && !ts.isComputedPropertyName(property.name)) add(property.name.text, property.initializer, property);
          else if (ts.isMethodDeclaration(property) && !ts.isComputedPropertyName(property.name)) exports.push({ exported: property.name.text, declares: 'function', line: context.lineOf(property) });
          else dynamic = true;
        }
        exports.push({ exported: 'default', declares: 'variable', line: context.lineOf(node) });
      } else {
        add('default', right, node);
        // Members of what is exported whole cannot be listed: a class with statics, a function with properties, another module.
        dynamic = true;
      }
    } else if (ts.isPropertyAccessExpression(left) && isExportsObject(ts, left.expression)) {
      add(left.name.text, right, node);
    } else if (ts.isElementAccessExpression(left) && isExportsObject(ts, left.expression)) {
      if (ts.isStringLiteralLike(left.argumentExpression)) add(left.argumentExpression.text, right, node);
      else dynamic = true;
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      assign(node);
      visit(node.right);
    } else if (ts.isCallExpression(node)) {
      if (node.arguments.some((argument) => isExportsObject(ts, argument))) dynamic = true; // Object.assign, defineProperty, __exportStar
      for (const argument of node.arguments) visit(argument);
    } else if (ts.isStatement(node) || ts.isExpressionStatement(node) || ts.isSourceFile(node) || ts.isBinaryExpression(node)) {
      ts.forEachChild(node, visit);
    }
  };
  visit(sourceFile);
  return { exports, dynamic };
}

/** `exports` or `module.exports`. */
function isExportsObject(typescript: typeof ts, node: ts.Node): boolean {
  if (typescript.isIdentifier(node)) return node.text === 'exports';
  return typescript.isPropertyAccessExpression(node) && node.name.text === 'exports' && typescript.isIdentifier(node.expression) && node.expression.text === 'module';
}
