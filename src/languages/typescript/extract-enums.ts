import type ts from 'typescript';
import type { EnumFact } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { bare, literalOf } from './literals.js';
import { readSchema } from './schemas.js';

type Members = EnumFact['members'][number][];

/**
 * Closed sets of values: `enum`, unions of literals, `z.enum`, frozen (`as const`, `Object.freeze`) objects and arrays of strings, classes
 * of static string constants. At module or namespace level.
 */
export const extractEnums: Extractor = (context) => {
  const { ts } = context;
  const add = (node: ts.Node, name: string, form: EnumFact['form'], members: Members | undefined, scope: readonly string[] = context.scope): void => {
    if (!members || members.length === 0) return;
    const exported = scope.length === 0 && context.exports.has(name);
    context.add({ kind: 'enum', name, scope: [...scope], exported, span: context.spanOf(node), form, members });
  };

  const addSchemas = (node: ts.Node, name: string, expression: ts.Expression, scope: readonly string[], depth: number): void => {
    const schema = depth < MAX_NESTING ? readSchema(context, expression) : undefined;
    if (schema?.values) add(node, name, 'schema', schema.values, scope);
    for (const field of schema?.object?.fields ?? []) addSchemas(field.node, field.name, field.value, [...scope, name], depth + 1);
  };

  return {
    enter: {
      [ts.SyntaxKind.EnumDeclaration]: (node: ts.EnumDeclaration) => {
        if (context.functionDepth === 0) add(node, node.name.text, 'enum', enumMembers(context, node));
      },
      [ts.SyntaxKind.TypeAliasDeclaration]: (node: ts.TypeAliasDeclaration) => {
        if (context.functionDepth === 0) add(node, node.name.text, 'union', unionMembers(context, node.type));
      },
      [ts.SyntaxKind.ClassDeclaration]: (node: ts.ClassDeclaration) => {
        if (context.functionDepth === 0 && node.name) add(node, node.name.text, 'constants', staticMembers(context, node));
      },
      [ts.SyntaxKind.VariableDeclaration]: (node: ts.VariableDeclaration) => {
        if (context.functionDepth > 0 || !node.initializer || !ts.isIdentifier(node.name)) return;
        const frozen = frozenMembers(context, node.initializer);
        if (frozen) add(node, node.name.text, 'constants', frozen);
        else addSchemas(node, node.name.text, node.initializer, [...context.scope], 0);
      },
    },
  };
};

const MAX_NESTING = 8;

function enumMembers(context: Context, node: ts.EnumDeclaration): Members {
  const { ts } = context;
  const members: Members = [];
  const known = new Map<string, string>();
  /** The value that the next member without an initialiser gets; undefined after a member that is not a number. */
  let next: number | undefined = 0;
  for (const member of node.members) {
    if (ts.isComputedPropertyName(member.name) || ts.isPrivateIdentifier(member.name)) continue;
    const name = member.name.text;
    let value: string;
    if (member.initializer) {
      const initializer = bare(ts, member.initializer);
      const literal = literalOf(ts, initializer);
      if (typeof literal === 'string' || typeof literal === 'number') value = String(literal);
      else value = known.get(initializer.getText(context.sourceFile).replace(`${node.name.text}.`, '')) ?? initializer.getText(context.sourceFile);
      next = typeof literal === 'number' ? literal + 1 : undefined;
    } else {
      value = next === undefined ? name : String(next);
      if (next !== undefined) next++;
    }
    known.set(name, value);
    members.push({ name, value, line: context.lineOf(member) });
  }
  return members;
}

/** `'open' | 'paid'`, also with `null` or `undefined` beside; undefined for a union that is open or holds anything else. */
function unionMembers(context: Context, type: ts.TypeNode): Members | undefined {
  const { ts } = context;
  const parts = ts.isUnionTypeNode(type) ? type.types : undefined;
  if (!parts) return undefined;
  const members: Members = [];
  for (const part of parts) {
    if (part.kind === ts.SyntaxKind.UndefinedKeyword) continue;
    if (!ts.isLiteralTypeNode(part)) return undefined;
    const { literal } = part;
    if (literal.kind === ts.SyntaxKind.NullKeyword) continue;
    const value = ts.isStringLiteralLike(literal) || ts.isNumericLiteral(literal) ? literal.text : undefined;
    if (value === undefined) return undefined;
    members.push({ name: value, value, line: context.lineOf(part) });
  }
  return members;
}

/** Members of `{ OPEN: 'open' } as const`, `Object.freeze({ OPEN: 'open' })` and `['open', 'paid'] as const`, at least two of them. */
function frozenMembers(context: Context, initializer: ts.Expression): Members | undefined {
  const { ts } = context;
  const expression = frozenValue(context, initializer);
  if (!expression) return undefined;
  const members: Members = [];
  if (ts.isArrayLiteralExpression(expression)) {
    for (const element of expression.elements) {
      if (!ts.isStringLiteralLike(element)) return undefined;
      members.push({ name: element.text, value: element.text, line: context.lineOf(element) });
    }
  } else if (ts.isObjectLiteralExpression(expression)) {
    for (const property of expression.properties) {
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name) || ts.isPrivateIdentifier(property.name)) return undefined;
      const value = bare(ts, property.initializer);
      if (!ts.isStringLiteralLike(value)) return undefined;
      members.push({ name: property.name.text, value: value.text, line: context.lineOf(property) });
    }
  }
  return members.length >= 2 ? members : undefined;
}

/** What is frozen by `as const` or `Object.freeze(...)`; undefined when it is not frozen. */
function frozenValue(context: Context, node: ts.Expression): ts.Expression | undefined {
  const { ts } = context;
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) return frozenValue(context, node.expression);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
    return ts.isConstTypeReference(node.type) ? bare(ts, node.expression) : frozenValue(context, node.expression);
  }
  if (ts.isCallExpression(node) && node.arguments.length === 1 && node.expression.getText(context.sourceFile) === 'Object.freeze') {
    return bare(ts, node.arguments[0]!);
  }
  return undefined;
}

/** A class of nothing but `static` string constants. */
function staticMembers(context: Context, node: ts.ClassDeclaration): Members | undefined {
  const { ts } = context;
  const members: Members = [];
  for (const member of node.members) {
    if (ts.isSemicolonClassElement(member) || (ts.isConstructorDeclaration(member) && !member.body?.statements.length)) continue;
    if (!ts.isPropertyDeclaration(member) || !member.initializer || ts.isComputedPropertyName(member.name) || ts.isPrivateIdentifier(member.name)) return undefined;
    const value = literalOf(ts, member.initializer);
    if (!member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) || typeof value !== 'string') return undefined;
    members.push({ name: member.name.text, value, line: context.lineOf(member) });
  }
  return members.length >= 2 ? members : undefined;
}
