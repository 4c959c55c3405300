import type typescript from 'typescript';
import type { ClassFact, Field } from '../../model/facts.js';
import { sortedDistinct } from '../../util/compare.js';
import type { Context, Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';
import { typeText } from './type-text.js';

/** A `class` fact per class declaration and per class expression that is bound to a name. */
export const extractClasses: Extractor = (context) => {
  const { ts } = context;
  const visit = (node: typescript.ClassLikeDeclaration): void => {
    const name = nameOf(node, context);
    if (name === undefined) return;
    const bases = (node.heritageClauses ?? []).flatMap((clause) => clause.types).map((type) => dotted(ts, type).replace(/\(\)/g, '')).filter(Boolean);
    const fields = fieldsOf(node, context);
    const doc = docOf(node, context);
    const lifetime = lifetimeOf(node, context);
    const fact: ClassFact = {
      kind: 'class',
      name,
      scope: [...context.scope],
      exported: context.scope.length === 0 && (context.exports.has(name) || name === 'default'),
      span: context.spanOf(node),
      form: formOf(node, fields, context),
      bases,
      decorators: decoratorNames(node, context),
      ...(lifetime && { lifetime }),
      fields,
      collaborators: collaboratorsOf(node, context),
      ...(doc && { doc }),
    };
    context.add(fact);
  };
  return { enter: { [ts.SyntaxKind.ClassDeclaration]: visit, [ts.SyntaxKind.ClassExpression]: visit } };
};

/** What `scope: Scope.REQUEST` or `scope: 'transient'` in a decorator's arguments says. */
function lifetimeOf(node: typescript.ClassLikeDeclaration, { ts }: Context): ClassFact['lifetime'] {
  if (!ts.canHaveDecorators(node)) return undefined;
  for (const { expression } of ts.getDecorators(node) ?? []) {
    if (!ts.isCallExpression(expression)) continue;
    const scope = /\bscope:\s*(?:\w+\.)?['"]?(request|transient)\b/i.exec(expression.arguments.map((argument) => argument.getText()).join());
    if (scope) return scope[1]!.toLowerCase() === 'request' ? 'request' : 'transient';
  }
  return undefined;
}

function nameOf(node: typescript.ClassLikeDeclaration, { ts }: Context): string | undefined {
  if (ts.isClassDeclaration(node)) return node.name?.text ?? 'default';
  return ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name) ? node.parent.name.text : undefined;
}

/** Properties, and parameters of the constructor that declare one. A property that holds a function is a method. */
function fieldsOf(node: typescript.ClassLikeDeclaration, context: Context): Field[] {
  const { ts } = context;
  const fields: Field[] = [];
  const add = (declaration: typescript.PropertyDeclaration | typescript.ParameterDeclaration): void => {
    fields.push({
      name: declaration.name.getText(),
      ...(declaration.type && { type: typeText(context, declaration.type) }),
      optional: declaration.questionToken !== undefined || declaration.initializer !== undefined,
      line: context.lineOf(declaration),
    });
  };
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member)) {
      if (!member.initializer || !(ts.isArrowFunction(member.initializer) || ts.isFunctionExpression(member.initializer))) add(member);
    } else if (ts.isConstructorDeclaration(member)) {
      for (const parameter of member.parameters) if (ts.isParameterPropertyDeclaration(parameter, member)) add(parameter);
      for (const statement of member.body?.statements ?? []) {
        const field = assignedField(statement, context);
        if (field && !fields.some((known) => known.name === field.name)) fields.push(field);
      }
    }
  }
  return fields;
}

/** `this.x = ...` in a constructor: the only way in which JavaScript declares a field. */
function assignedField(statement: typescript.Statement, context: Context): Field | undefined {
  const { ts } = context;
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)
    || left.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  return { name: left.name.text, optional: false, line: context.lineOf(statement) };
}

function formOf(node: typescript.ClassLikeDeclaration, fields: readonly Field[], { ts }: Context): ClassFact['form'] {
  const extended = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (extended && /(?:Error|Exception)$/.test(dotted(ts, extended))) return 'exception';
  const methods = node.members.filter((member) => ts.isMethodDeclaration(member) || ts.isAccessor(member)
    || (ts.isPropertyDeclaration(member) && member.initializer !== undefined && ts.isArrowFunction(member.initializer)));
  const isAbstract = ts.getModifiers(node as typescript.ClassDeclaration)?.some((modifier) => modifier.kind === ts.SyntaxKind.AbstractKeyword) ?? false;
  if (isAbstract) {
    return methods.length > 0 && methods.every((method) => ts.isMethodDeclaration(method) && !method.body) ? 'protocol' : 'abstract';
  }
  return methods.length === 0 && fields.length > 0 ? 'data' : 'class';
}

/** Imported names that stand anywhere in the class, types included. */
function collaboratorsOf(node: typescript.Node, context: Context): string[] {
  const { ts } = context;
  const names = new Set<string>();
  const pending: typescript.Node[] = [node];
  for (let current = pending.pop(); current; current = pending.pop()) {
    if (ts.isIdentifier(current) && context.imports.has(current.text)
      && !(ts.isPropertyAccessExpression(current.parent) && current.parent.name === current)) names.add(current.text);
    ts.forEachChild(current, (child) => void pending.push(child));
  }
  return sortedDistinct(names);
}

/** First line of the doc comment. */
function docOf(node: typescript.Node, { ts }: Context): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).find((part) => ts.isJSDoc(part))?.comment;
  const text = comment === undefined ? undefined : ts.getTextOfJSDocComment(comment);
  return text?.split('\n').map((line) => line.trim()).find((line) => line !== '');
}
