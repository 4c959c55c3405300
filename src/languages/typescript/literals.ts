import type ts from 'typescript';
import type { Literal } from '../../model/facts.js';

const MAX_LEAVES = 200;
const MAX_TEXT = 500;
const MAX_DEPTH = 12;

/** The expression inside parentheses, `as`, `satisfies`, `!` and `<T>`. */
export function bare(typescript: typeof ts, node: ts.Expression): ts.Expression {
  let current = node;
  while (typescript.isParenthesizedExpression(current) || typescript.isAsExpression(current) || typescript.isSatisfiesExpression(current)
    || typescript.isNonNullExpression(current) || typescript.isTypeAssertionExpression(current)) {
    current = current.expression;
  }
  return current;
}

/** The text of a string literal or of a template without substitutions; undefined for anything else. */
export function stringOf(typescript: typeof ts, node: ts.Node | undefined): string | undefined {
  return node && typescript.isStringLiteralLike(node) ? node.text : undefined;
}

/**
 * The value of a literal: strings, numbers, booleans, `null`, regular expressions (as `/source/flags`), arrays and objects of them, with
 * arithmetic on numbers and joining of strings folded. Undefined when any part is not known from the text, or when it is larger than a fact may hold.
 */
export function literalOf(typescript: typeof ts, node: ts.Expression | undefined): Literal | undefined {
  return node && read(typescript, node, { leaves: MAX_LEAVES }, 0);
}

function read(typescript: typeof ts, node: ts.Expression, budget: { leaves: number }, depth: number): Literal | undefined {
  if (depth > MAX_DEPTH || budget.leaves-- <= 0) return undefined;
  const inner = bare(typescript, node);
  if (typescript.isStringLiteralLike(inner)) return inner.text.length > MAX_TEXT ? undefined : inner.text;
  if (typescript.isNumericLiteral(inner)) return Number(inner.text);
  // `\/` is how a slash is written between slashes; other languages write it plainly.
  if (typescript.isRegularExpressionLiteral(inner)) return inner.text.length > MAX_TEXT ? undefined : inner.text.replaceAll('\\/', '/');
  if (inner.kind === typescript.SyntaxKind.TrueKeyword) return true;
  if (inner.kind === typescript.SyntaxKind.FalseKeyword) return false;
  if (inner.kind === typescript.SyntaxKind.NullKeyword) return null;
  if (typescript.isPrefixUnaryExpression(inner)) {
    const value = read(typescript, inner.operand, budget, depth + 1);
    if (typeof value !== 'number') return undefined;
    if (inner.operator === typescript.SyntaxKind.MinusToken) return -value;
    return inner.operator === typescript.SyntaxKind.PlusToken ? value : undefined;
  }
  if (typescript.isBinaryExpression(inner)) return binary(typescript, inner, budget, depth);
  if (typescript.isArrayLiteralExpression(inner)) {
    const values: Literal[] = [];
    for (const element of inner.elements) {
      const value = read(typescript, element, budget, depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }
  if (typescript.isObjectLiteralExpression(inner)) {
    const values = new Map<string, Literal>();
    for (const property of inner.properties) {
      if (!typescript.isPropertyAssignment(property) || typescript.isComputedPropertyName(property.name)) return undefined;
      const value = read(typescript, property.initializer, budget, depth + 1);
      if (value === undefined) return undefined;
      values.set(property.name.text, value);
    }
    return Object.fromEntries(values);
  }
  return undefined;
}

function binary(typescript: typeof ts, node: ts.BinaryExpression, budget: { leaves: number }, depth: number): Literal | undefined {
  const left = read(typescript, node.left, budget, depth + 1);
  const right = left === undefined ? undefined : read(typescript, node.right, budget, depth + 1);
  const operator = node.operatorToken.kind;
  if (typeof left === 'string' && typeof right === 'string') {
    return operator === typescript.SyntaxKind.PlusToken && left.length + right.length <= MAX_TEXT ? left + right : undefined;
  }
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  const result = apply(typescript, operator, left, right);
  return result !== undefined && Number.isFinite(result) ? result : undefined;
}

function apply(typescript: typeof ts, operator: ts.SyntaxKind, left: number, right: number): number | undefined {
  switch (operator) {
    case typescript.SyntaxKind.PlusToken:
      return left + right;
    case typescript.SyntaxKind.MinusToken:
      return left - right;
    case typescript.SyntaxKind.AsteriskToken:
      return left * right;
    case typescript.SyntaxKind.SlashToken:
      return left / right;
    case typescript.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case typescript.SyntaxKind.LessThanLessThanToken:
      return left << right;
    default:
      return undefined;
  }
}
