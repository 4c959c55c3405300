import type ts from 'typescript';

/** Local name to the specifier and name it was imported from (`*` for a namespace, `default` for a default import). */
export function collectImports(typescript: typeof ts, sourceFile: ts.SourceFile): Map<string, { specifier: string; imported: string }> {
  const imports = new Map<string, { specifier: string; imported: string }>();
  for (const statement of sourceFile.statements) {
    if (!typescript.isImportDeclaration(statement) || !typescript.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const clause = statement.importClause;
    if (clause?.name) imports.set(clause.name.text, { specifier, imported: 'default' });
    const bindings = clause?.namedBindings;
    if (bindings && typescript.isNamespaceImport(bindings)) imports.set(bindings.name.text, { specifier, imported: '*' });
    if (bindings && typescript.isNamedImports(bindings)) {
      for (const element of bindings.elements) {
        imports.set(element.name.text, { specifier, imported: (element.propertyName ?? element.name).text });
      }
    }
  }
  return imports;
}

/** Local name to the names it is exported under, from modifiers and from `export { a as b }` without a specifier. */
export function collectExports(typescript: typeof ts, sourceFile: ts.SourceFile): Map<string, readonly string[]> {
  const exports = new Map<string, string[]>();
  const add = (local: string, name: string): void => {
    const names = exports.get(local);
    if (names) names.push(name);
    else exports.set(local, [name]);
  };
  for (const statement of sourceFile.statements) {
    if (typescript.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause
      && typescript.isNamedExports(statement.exportClause)) {
      for (const element of statement.exportClause.elements) add((element.propertyName ?? element.name).text, element.name.text);
    } else if (typescript.isExportAssignment(statement) && typescript.isIdentifier(statement.expression)) {
      add(statement.expression.text, 'default');
    } else if (typescript.canHaveModifiers(statement)) {
      const modifiers = typescript.getModifiers(statement) ?? [];
      if (!modifiers.some((modifier) => modifier.kind === typescript.SyntaxKind.ExportKeyword)) continue;
      const isDefault = modifiers.some((modifier) => modifier.kind === typescript.SyntaxKind.DefaultKeyword);
      for (const name of declaredNames(typescript, statement)) add(name, isDefault ? 'default' : name);
    }
  }
  return exports;
}

function declaredNames(typescript: typeof ts, statement: ts.Statement): string[] {
  if (typescript.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) => bindingNames(typescript, declaration.name));
  }
  const name = (statement as { name?: ts.Node }).name;
  return name && typescript.isIdentifier(name) ? [name.text] : [];
}

/** All names that a binding pattern introduces. */
export function bindingNames(typescript: typeof ts, name: ts.BindingName): string[] {
  if (typescript.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (typescript.isBindingElement(element) ? bindingNames(typescript, element.name) : []));
}
