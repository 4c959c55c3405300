import type ts from 'typescript';
import { createUsesTable } from '../uses-table.js';
import type { Context, Extractor } from './context.js';
import { bindingNames } from './module-names.js';

/** Packages that no product declares; leaving them out keeps the fact small. */
const FOREIGN = /^(?:react|react-dom|react\/.*|lucide-react|clsx|lodash|zod|node:.*|fs|path|next\/.*)$/;
const LOGGER = /^(?:logger|log|console)$/i;

/** The uses fact: which top-level name, or the loading of the module itself, uses which other. */
export const extractUses: Extractor = (context) => {
  const { ts, sourceFile } = context;
  const table = createUsesTable();
  const declared = new Set<string>();
  const functions = new Set<string>();
  for (const statement of sourceFile.statements) for (const name of namesOf(statement, context)) declared.add(name);
  const user = (): string => {
    const [outermost] = context.scope;
    return outermost !== undefined && declared.has(outermost) ? outermost : '';
  };
  const named = (node: ts.MethodDeclaration | ts.FunctionDeclaration | ts.GetAccessorDeclaration): void => {
    if (node.name && ts.isIdentifier(node.name)) functions.add(node.name.text);
  };
  return {
    enter: {
      [ts.SyntaxKind.MethodDeclaration]: named,
      [ts.SyntaxKind.FunctionDeclaration]: named,
      [ts.SyntaxKind.PropertyDeclaration]: (node: ts.PropertyDeclaration) => {
        if (ts.isIdentifier(node.name) && node.initializer && ts.isArrowFunction(node.initializer)) functions.add(node.name.text);
      },
      [ts.SyntaxKind.Identifier]: (node: ts.Identifier) => {
        const imported = context.imports.get(node.text);
        if (!imported && !declared.has(node.text)) return;
        if (LOGGER.test(node.text) || (imported && FOREIGN.test(imported.specifier)) || !isUse(ts, node)) return;
        table.use(user(), imported?.imported === '*' ? throughNamespace(ts, node) : node.text);
      },
      [ts.SyntaxKind.PropertyAccessExpression]: (node: ts.PropertyAccessExpression) => {
        const { parent } = node;
        if (ts.isPropertyAccessExpression(parent) || !ts.isIdentifier(node.name)) return;
        const isCalled = ts.isCallExpression(parent) && parent.expression === node;
        if (!isCalled) table.handOn(user(), node.name.text);
        else if (context.functionDepth === 0 || context.scope.length === 0) table.call(user(), node.name.text);
      },
    },
    end() {
      const rows = table.rows(() => true, (name) => functions.has(name));
      if (rows.length > 0) context.add({ kind: 'uses', name: '', scope: [], exported: false, span: [1, 1, 1, 1], rows });
    },
  };
};

function namesOf(statement: ts.Statement, { ts }: Context): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(ts, name));
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name) return [statement.name.text];
  return [];
}

/** Whether an identifier reads a value: not a property, a declared name, part of an import or export, or a type. */
function isUse(typescript: typeof ts, node: ts.Identifier): boolean {
  const { parent } = node;
  const { SyntaxKind } = typescript;
  switch (parent.kind) {
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.PropertyDeclaration:
    case SyntaxKind.PropertySignature:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.MethodSignature:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.Parameter:
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.ClassDeclaration:
    case SyntaxKind.EnumDeclaration:
    case SyntaxKind.EnumMember:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.JsxAttribute:
      return (parent as ts.PropertyAssignment).name !== node && !isAliasOf(typescript, node);
    case SyntaxKind.BindingElement:
      return (parent as ts.BindingElement).initializer === node;
    case SyntaxKind.ImportSpecifier:
    case SyntaxKind.ImportClause:
    case SyntaxKind.NamespaceImport:
    case SyntaxKind.ImportEqualsDeclaration:
    case SyntaxKind.ExportSpecifier:
    case SyntaxKind.ExportAssignment:
    case SyntaxKind.TypeReference:
    case SyntaxKind.TypeQuery:
    case SyntaxKind.QualifiedName:
    case SyntaxKind.TypePredicate:
    case SyntaxKind.TypeParameter:
      return false;
    case SyntaxKind.ExpressionWithTypeArguments:
      return typescript.isHeritageClause(parent.parent) && parent.parent.token === SyntaxKind.ExtendsKeyword && !typescript.isInterfaceDeclaration(parent.parent.parent);
    default:
      return true;
  }
}

/** `const Cart = ShoppingCart` at the top level is another name and no use. */
function isAliasOf(typescript: typeof ts, node: ts.Identifier): boolean {
  const { parent } = node;
  return typescript.isVariableDeclaration(parent) && parent.initializer === node && typescript.isSourceFile(parent.parent.parent.parent);
}

/** `rates.load` for `rates.load(day)` after `import * as rates`. */
function throughNamespace(typescript: typeof ts, node: ts.Identifier): string {
  const { parent } = node;
  return typescript.isPropertyAccessExpression(parent) && parent.expression === node ? `${node.text}.${parent.name.text}` : node.text;
}
