import type ts from 'typescript';
import type { Binding } from '../../model/facts.js';
import { saysGenerated } from '../generated-marker.js';
import type { Context, Extractor } from './context.js';
import { commonJsExports } from './commonjs-exports.js';
import { bindingNames } from './module-names.js';

/** The module fact: top-level bindings with the names under which other modules see them, ES modules and CommonJS alike. */
export const extractModule: Extractor = (context) => ({
  end() {
    const { ts, sourceFile } = context;
    const table = new Map<string, Binding>();
    const add = (binding: Omit<Binding, 'exportedAs'>, exportedAs?: readonly string[]): void => {
      const exported = exportedAs ?? context.exports.get(binding.name) ?? [];
      const known = table.get(binding.name);
      if (!known) table.set(binding.name, { ...binding, exportedAs: exported });
      else {
        // Declaration merging and overloads: the value says more than the type of the same name.
        const kept = known.declares === 'type' && binding.declares !== 'type' ? binding : known;
        table.set(binding.name, { ...kept, exportedAs: [...new Set([...known.exportedAs, ...exported])] });
      }
    };

    for (const statement of sourceFile.statements) bindStatement(statement, context, add);
    const hasModuleSyntax = sourceFile.statements.some((statement) => isModuleSyntax(ts, statement));
    const commonJs = /\bexports\b/.test(sourceFile.text) ? commonJsExports(context) : undefined;
    for (const { exported, local, ...rest } of commonJs?.exports ?? []) {
      const known = local === undefined ? undefined : table.get(local);
      if (known) table.set(known.name, { ...known, exportedAs: [...new Set([...known.exportedAs, exported])] });
      else add({ name: exported, ...rest }, [exported]);
    }
    context.add({
      kind: 'module', name: '', scope: [], exported: false, span: [1, 1, ...endOf(sourceFile)],
      bindings: [...table.values()],
      // What the parser could not place may have been an export; a plain script shares its names with the whole program.
      dynamic: hasSyntaxErrors(sourceFile) || (commonJs?.dynamic ?? false) || sourceFile.statements.some((statement) => ts.isExportAssignment(statement) && statement.isExportEquals === true)
        || (!hasModuleSyntax && !commonJs?.exports.length && sourceFile.statements.length > 0),
      generated: saysGenerated(sourceFile.text.slice(0, sourceFile.statements[0]?.getStart(sourceFile) ?? sourceFile.text.length)),
      script: sourceFile.text.startsWith('#!'),
    });
  },
});

type Add = (binding: Omit<Binding, 'exportedAs'>, exportedAs?: readonly string[]) => void;

function bindStatement(statement: ts.Statement, context: Context, add: Add): void {
  const { ts } = context;
  if (ts.isVariableStatement(statement)) {
    for (const declaration of statement.declarationList.declarations) bindVariable(declaration, context, add);
  } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const name = statement.name?.text ?? 'default';
    const declares = ts.isClassDeclaration(statement) ? 'class' : 'function';
    add({ name, declares, line: context.lineOf(statement.name ?? statement) }, statement.name ? undefined : ['default']);
  } else if (ts.isInterfaceDeclaration(statement)) {
    add({ name: statement.name.text, declares: 'type', line: context.lineOf(statement.name) });
  } else if (ts.isTypeAliasDeclaration(statement)) {
    const target = ts.isTypeReferenceNode(statement.type) && !statement.type.typeArguments && !statement.typeParameters ? statement.type.typeName.getText(context.sourceFile) : undefined;
    const line = context.lineOf(statement.name);
    add(target === undefined ? { name: statement.name.text, declares: 'type', line } : { name: statement.name.text, declares: 'alias', aliasOf: target, type: true, line });
  } else if (ts.isEnumDeclaration(statement)) {
    add({ name: statement.name.text, declares: 'enum', line: context.lineOf(statement.name) });
  } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name) && (statement.flags & ts.NodeFlags.GlobalAugmentation) === 0) {
    add({ name: statement.name.text, declares: 'type', line: context.lineOf(statement.name) });
  } else if (ts.isImportDeclaration(statement)) {
    bindImport(statement, context, add);
  } else if (ts.isImportEqualsDeclaration(statement)) {
    const line = context.lineOf(statement.name);
    if (ts.isExternalModuleReference(statement.moduleReference)) add({ name: statement.name.text, declares: 'import', line });
    else add({ name: statement.name.text, declares: 'alias', aliasOf: statement.moduleReference.getText(context.sourceFile), line });
  } else if (ts.isExportAssignment(statement) && !ts.isIdentifier(statement.expression)) {
    add({ name: 'default', ...describe(statement.expression, context, 'variable'), line: context.lineOf(statement) }, ['default']);
  }
}

function bindVariable(declaration: ts.VariableDeclaration, context: Context, add: Add): void {
  const { ts } = context;
  const line = context.lineOf(declaration.name);
  const initializer = declaration.initializer;
  if (ts.isIdentifier(declaration.name)) {
    const isConst = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
    const required = initializer && isRequire(ts, initializer);
    add({ name: declaration.name.text, ...(required ? { declares: 'import' as const } : describe(initializer, context, isConst ? 'constant' : 'variable')), line });
    return;
  }
  const described = describe(initializer, context, 'variable');
  const declares = initializer && isRequire(ts, initializer) ? 'import' : 'variable';
  for (const name of bindingNames(ts, declaration.name)) add({ name, declares, ...(described.init === undefined ? {} : { init: described.init }), line });
}

function bindImport(statement: ts.ImportDeclaration, context: Context, add: Add): void {
  const { ts } = context;
  const clause = statement.importClause;
  const local = (name: ts.Identifier): void => add({ name: name.text, declares: 'import', line: context.lineOf(name) });
  if (clause?.name) local(clause.name);
  const bindings = clause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) local(bindings.name);
  if (bindings && ts.isNamedImports(bindings)) for (const element of bindings.elements) local(element.name);
}

/** What an initialiser makes of a name: a function, a class, another name for something (`A`, `a.B`), or a value, with its constructor. */
function describe(initializer: ts.Expression | undefined, context: Context, value: 'constant' | 'variable'): Pick<Binding, 'declares' | 'aliasOf' | 'init'> {
  const { ts, sourceFile } = context;
  let expression = initializer;
  while (expression && (ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression) || ts.isNonNullExpression(expression) || ts.isAwaitExpression(expression))) {
    expression = expression.expression;
  }
  if (!expression) return { declares: 'variable' };
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return { declares: 'function' };
  if (ts.isClassExpression(expression)) return { declares: 'class' };
  if (ts.isIdentifier(expression) && expression.text !== 'undefined') return { declares: 'alias', aliasOf: expression.text };
  if (ts.isPropertyAccessExpression(expression)) {
    const text = expression.getText(sourceFile);
    return /^[\w$]+(?:\.[\w$]+)+$/.test(text) ? { declares: 'alias', aliasOf: text } : { declares: value };
  }
  if (ts.isCallExpression(expression) || ts.isNewExpression(expression)) {
    let called: ts.Expression = expression.expression;
    while (ts.isCallExpression(called)) called = called.expression; // `create<State>()(...)`
    const callee = called.getText(sourceFile);
    return { declares: 'variable', init: /^[\w$.]{1,80}$/.test(callee) ? callee : '<call>' };
  }
  return { declares: value };
}

/** `require('x')` or `require('x').y`. */
function isRequire(typescript: typeof ts, expression: ts.Expression): boolean {
  const call = typescript.isPropertyAccessExpression(expression) ? expression.expression : expression;
  return typescript.isCallExpression(call) && typescript.isIdentifier(call.expression) && call.expression.text === 'require'
    && call.arguments.length === 1 && typescript.isStringLiteralLike(call.arguments[0]!);
}

function isModuleSyntax(typescript: typeof ts, statement: ts.Statement): boolean {
  if (typescript.isImportDeclaration(statement) || typescript.isExportDeclaration(statement) || typescript.isExportAssignment(statement)) return true;
  if (typescript.isImportEqualsDeclaration(statement) && typescript.isExternalModuleReference(statement.moduleReference)) return true;
  return typescript.canHaveModifiers(statement)
    && (typescript.getModifiers(statement) ?? []).some((modifier) => modifier.kind === typescript.SyntaxKind.ExportKeyword);
}

function endOf(sourceFile: ts.SourceFile): readonly [number, number] {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(sourceFile.getEnd());
  return [line + 1, character + 1];
}

function hasSyntaxErrors(sourceFile: ts.SourceFile): boolean {
  return ((sourceFile as unknown as { parseDiagnostics?: readonly unknown[] }).parseDiagnostics?.length ?? 0) > 0;
}
