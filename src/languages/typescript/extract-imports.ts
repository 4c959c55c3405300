import type ts from 'typescript';
import type { ImportFact, ImportedName } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { isFallback, isGuarded } from './import-guards.js';

/**
 * Static imports and re-exports, `import x = require()`, `require()`, `import()`, `import('x').T` in types, and module mocks. A whole module
 * is `` after `require` and `*` after `import * as ns`; `export * from` has `*` for both names. In TypeScript a name that no expression uses
 * is type-only without saying so: the compiler leaves it out.
 */
export const extractImports: Extractor = (context) => {
  const { ts } = context;
  const isTypeScript = /\.[cm]?tsx?$/.test(context.path);
  const usedAsValue = new Set<string>();
  const statics: { node: ts.ImportDeclaration; names: ImportedName[]; typeOnly: boolean }[] = [];
  const named = (imported: string, local: string, typeOnly: boolean, node: ts.Node): ImportedName => ({ imported, local, typeOnly, line: context.lineOf(node) });
  const add = (node: ts.Node, specifier: ts.Node | undefined, form: ImportFact['form'], names: readonly ImportedName[], more: { reExport?: boolean; typeOnly?: boolean } = {}): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || specifier.text === '') return;
    const executes = form !== 'mock' && !more.typeOnly;
    context.add({
      kind: 'import', name: specifier.text, scope: [...context.scope], exported: false, span: context.spanOf(node), level: 0, names, form,
      reExport: more.reExport ?? false,
      guarded: executes && isGuarded(ts, node),
      ...(executes && isFallback(ts, node) ? { fallback: true as const } : {}),
      lazy: context.functionDepth > 0,
      typeOnly: more.typeOnly ?? false,
    });
  };

  return {
    enter: {
      [ts.SyntaxKind.ImportDeclaration]: (node: ts.ImportDeclaration) => {
        const clause = node.importClause;
        const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
        const names: ImportedName[] = [];
        if (clause?.name) names.push(named('default', clause.name.text, typeOnly, clause.name));
        const bindings = clause?.namedBindings;
        if (bindings && ts.isNamespaceImport(bindings)) names.push(named('*', bindings.name.text, typeOnly, bindings));
        if (bindings && ts.isNamedImports(bindings)) {
          for (const element of bindings.elements) {
            names.push(named((element.propertyName ?? element.name).text, element.name.text, typeOnly || element.isTypeOnly, element));
          }
        }
        statics.push({ node, names, typeOnly });
      },
      [ts.SyntaxKind.Identifier]: (node: ts.Identifier) => {
        if (context.imports.has(node.text) && !isTypeUse(ts, node)) usedAsValue.add(node.text);
      },
      [ts.SyntaxKind.ExportDeclaration]: (node: ts.ExportDeclaration) => {
        const clause = node.exportClause;
        const names: ImportedName[] = !clause ? [named('*', '*', node.isTypeOnly, node)]
          : ts.isNamespaceExport(clause) ? [named('*', clause.name.text, node.isTypeOnly, clause)]
            : clause.elements.map((element) => named((element.propertyName ?? element.name).text, element.name.text, node.isTypeOnly || element.isTypeOnly, element));
        add(node, node.moduleSpecifier, 'static', names, { reExport: true, typeOnly: node.isTypeOnly });
      },
      [ts.SyntaxKind.ImportEqualsDeclaration]: (node: ts.ImportEqualsDeclaration) => {
        if (!ts.isExternalModuleReference(node.moduleReference)) return;
        add(node, node.moduleReference.expression, 'require', [named('', node.name.text, node.isTypeOnly, node)], { typeOnly: node.isTypeOnly });
      },
      [ts.SyntaxKind.ImportType]: (node: ts.ImportTypeNode) => {
        const argument = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
        const name = node.qualifier?.getText(context.sourceFile).split('.', 1)[0];
        add(node, argument, 'static', name ? [named(name, '', true, node)] : [], { typeOnly: true });
      },
      [ts.SyntaxKind.CallExpression]: (node: ts.CallExpression) => {
        const [first] = node.arguments;
        if (!first || !ts.isStringLiteralLike(first)) return;
        if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return add(node, first, 'dynamic', dynamicNames(node, context));
        if (ts.isIdentifier(node.expression)) {
          if (node.expression.text === 'require' && node.arguments.length === 1) add(node, first, 'require', requiredNames(node, context));
          return undefined;
        }
        if (!ts.isPropertyAccessExpression(node.expression) || !ts.isIdentifier(node.expression.expression)) return undefined;
        const [object, method] = [node.expression.expression.text, node.expression.name.text];
        if (object !== 'jest' && object !== 'vi' && object !== 'vitest') return undefined;
        if (/^(?:mock|doMock|unmock|setMock|requireActual|requireMock|importActual|importMock)$/.test(method)) add(node, first, 'mock', []);
        return undefined;
      },
    },
    end() {
      for (const { node, names, typeOnly } of statics) {
        const elided = names.map((name) => ({ ...name, typeOnly: name.typeOnly || (isTypeScript && !usedAsValue.has(name.local)) }));
        add(node, node.moduleSpecifier, 'static', elided, { typeOnly: typeOnly || (names.length > 0 && elided.every((name) => name.typeOnly)) });
      }
    },
  };
};

/** The name's own import, or a place where only its type counts: a type reference, `typeof` in a type, `implements`. */
function isTypeUse(typescript: typeof ts, node: ts.Identifier): boolean {
  let parent = node.parent;
  while (typescript.isQualifiedName(parent) || typescript.isPropertyAccessExpression(parent)) parent = parent.parent;
  if (typescript.isImportSpecifier(parent) || typescript.isImportClause(parent) || typescript.isNamespaceImport(parent)) return true;
  if (typescript.isTypeReferenceNode(parent) || typescript.isTypeQueryNode(parent) || typescript.isImportTypeNode(parent)) return true;
  if (!typescript.isExpressionWithTypeArguments(parent) || !typescript.isHeritageClause(parent.parent)) return false;
  return parent.parent.token === typescript.SyntaxKind.ImplementsKeyword || typescript.isInterfaceDeclaration(parent.parent.parent);
}

/** Names taken from `require('x')`: the pattern or property it is read with; the module itself when it is kept whole. */
function requiredNames(call: ts.CallExpression, context: Context): ImportedName[] {
  const { ts } = context;
  const { parent } = call;
  const line = context.lineOf(call);
  if (ts.isPropertyAccessExpression(parent) && parent.expression === call) {
    const declaration = parent.parent;
    const local = ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) ? declaration.name.text : '';
    return [{ imported: parent.name.text, local, typeOnly: false, line }];
  }
  if (ts.isVariableDeclaration(parent)) return patternNames(parent.name, '', context);
  return [{ imported: '', local: '', typeOnly: false, line }];
}

/**
 * Names taken from `import('x')`: through `await` and a pattern or property, or in `.then((m) => m.Name)`. None when it cannot be seen.
 */
function dynamicNames(call: ts.CallExpression, context: Context): ImportedName[] {
  const { ts } = context;
  const line = context.lineOf(call);
  let outer: ts.Node = call.parent;
  if (ts.isAwaitExpression(outer)) {
    while (ts.isParenthesizedExpression(outer.parent) || ts.isAwaitExpression(outer.parent)) outer = outer.parent;
    const { parent } = outer;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === outer) return [{ imported: parent.name.text, local: '', typeOnly: false, line }];
    if (ts.isVariableDeclaration(parent)) return patternNames(parent.name, '*', context);
    return [];
  }
  if (!ts.isPropertyAccessExpression(outer) || outer.name.text !== 'then' || !ts.isCallExpression(outer.parent)) return [];
  const callback = outer.parent.arguments[0];
  const parameter = callback && ts.isArrowFunction(callback) ? callback.parameters[0]?.name : undefined;
  if (!callback || !parameter) return [];
  if (!ts.isIdentifier(parameter)) return patternNames(parameter, '*', context);
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === parameter.text) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit((callback as ts.ArrowFunction).body);
  return [...names].map((imported) => ({ imported, local: '', typeOnly: false, line }));
}

/** Names that an object pattern takes; `whole` when the module is bound to one identifier. A nested pattern takes its outer name. */
function patternNames(name: ts.BindingName, whole: '' | '*', context: Context): ImportedName[] {
  const { ts } = context;
  if (ts.isIdentifier(name)) return [{ imported: whole, local: name.text, typeOnly: false, line: context.lineOf(name) }];
  if (!ts.isObjectBindingPattern(name)) return [];
  return name.elements.flatMap((element): ImportedName[] => {
    if (element.dotDotDotToken || (element.propertyName && !ts.isIdentifier(element.propertyName))) return [];
    const local = ts.isIdentifier(element.name) ? element.name.text : '';
    const imported = element.propertyName ? (element.propertyName as ts.Identifier).text : local;
    return imported === '' ? [] : [{ imported, local, typeOnly: false, line: context.lineOf(element) }];
  });
}
