import type typescript from 'typescript';
import type { EnvReadFact } from '../../model/facts.js';
import { flagTexts, wordsIn } from '../env-access.js';
import { dotted } from './dotted.js';
import { bare, stringOf } from './literals.js';

type Typescript = typeof typescript;

/** What happens to a value that was read. */
export interface ReadUse {
  /** `d` in `read ?? d`, `read || d`, `read ? read : d`. */
  fallback?: typescript.Expression;
  /** The variable, property or attribute that receives it. */
  feeds?: string;
  parsedAs?: NonNullable<EnvReadFact['parsedAs']>;
  /** The texts that count as true in the comparison; see the fact. */
  truths?: readonly string[];
  /** Another value is taken when this one is empty, or this one is taken when another is. */
  hasAlternative: boolean;
  /** The code refuses to go on without a value: `if (!x) throw`, `invariant(x)`. */
  demanded: boolean;
  /** `process.env.X!` */
  asserted?: boolean;
}

/** Follows the value of an expression outwards: through `??`, conversions and comparisons to the name that receives it. */
export function useOf(ts: Typescript, read: typescript.Expression): ReadUse {
  const use: ReadUse = { hasAlternative: false, demanded: isConditionDemanding(ts, read) };
  let child: typescript.Node = read;
  for (let parent = read.parent, steps = 0; parent && steps < MAX_STEPS; child = parent, parent = parent.parent, steps++) {
    if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isAwaitExpression(parent)
      || ts.isTypeAssertionExpression(parent)) continue;
    if (ts.isNonNullExpression(parent)) {
      if (child === read) use.asserted = true;
      continue;
    }
    if (ts.isBinaryExpression(parent)) {
      if (parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
        if (child === parent.right) feed(ts, use, dotted(ts, parent.left).split('.').at(-1) ?? '', parent.parent);
        return use;
      }
      if (!throughOperator(ts, use, child, parent)) return use;
      continue;
    }
    if (ts.isConditionalExpression(parent)) {
      if (child === parent.condition) return use;
      if (child === parent.whenTrue && !use.fallback && parent.condition.getText().includes(read.getText())) use.fallback = parent.whenFalse;
      use.hasAlternative = true;
      continue;
    }
    if (ts.isPrefixUnaryExpression(parent)) {
      if (parent.operator !== ts.SyntaxKind.PlusToken) return use;
      use.parsedAs ??= 'int';
      continue;
    }
    if (ts.isPropertyAccessExpression(parent) && child === parent.expression) {
      if (parent.name.text === 'split') use.parsedAs ??= 'list';
      continue;
    }
    if (ts.isCallExpression(parent)) {
      if (child === parent.expression) continue;
      const conversion = conversionOf(dotted(ts, parent.expression).split('.').at(-1) ?? '');
      if (conversion === undefined || child !== parent.arguments[0]) return use;
      if (conversion !== '') use.parsedAs ??= conversion;
      continue;
    }
    if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
      if (child === parent.initializer) feed(ts, use, parent.name.getText(), ts.isVariableDeclaration(parent) ? parent.parent.parent : undefined);
      return use;
    }
    if (ts.isPropertyAssignment(parent)) {
      if (child === parent.initializer && !ts.isComputedPropertyName(parent.name)) feed(ts, use, parent.name.text, undefined);
      return use;
    }
    if (ts.isJsxExpression(parent)) continue;
    if (ts.isJsxAttribute(parent)) feed(ts, use, parent.name.getText(), undefined);
    return use;
  }
  return use;
}

const MAX_STEPS = 24;

const CONVERSIONS: ReadonlyMap<string, NonNullable<EnvReadFact['parsedAs']> | ''> = new Map([
  ['Number', 'int'], ['parseInt', 'int'], ['parseFloat', 'float'], ['parse', 'json'], ['String', ''], ['BigInt', 'int'],
]);

/** The type that a call makes of its argument; `` when it stays a text; undefined when the call is none of that kind. */
function conversionOf(name: string): NonNullable<EnvReadFact['parsedAs']> | '' | undefined {
  const known = CONVERSIONS.get(name);
  if (known !== undefined) return known;
  const words = wordsIn(name);
  if (words[0] !== 'to' && words[0] !== 'parse' && words[0] !== 'as' && words[0] !== 'is') return undefined;
  if (words.includes('bool') || words.includes('boolean') || words.includes('truthy')) return 'bool';
  if (words.includes('number') || words.includes('int') || words.includes('integer')) return 'int';
  return undefined;
}

/** Whether the value goes on through the operator, noting the fallback and the type that the operator shows. */
function throughOperator(ts: Typescript, use: ReadUse, child: typescript.Node, parent: typescript.BinaryExpression): boolean {
  const isLeft = child === parent.left;
  switch (parent.operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.BarBarToken:
      use.hasAlternative = true;
      if (isLeft && use.parsedAs !== 'bool') use.fallback ??= parent.right;
      return true;
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return !isLeft;
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken: {
      const isEqual = parent.operatorToken.getText().startsWith('=');
      const flag = use.parsedAs === undefined ? flagTexts([stringOf(ts, isLeft ? parent.right : parent.left)], isEqual) : undefined;
      if (flag) use.parsedAs = 'bool';
      if (flag && flag.truths.length > 0) use.truths = flag.truths;
      return use.parsedAs === 'bool';
    }
    default:
      return false;
  }
}

function feed(ts: Typescript, use: ReadUse, name: string, statement: typescript.Node | undefined): void {
  if (/^[\w$-]+$/.test(name)) use.feeds = name;
  if (statement && ts.isStatement(statement)) use.demanded ||= isDemandedAfter(ts, statement, name);
}

/** The statements right after throw when the receiver is empty. */
function isDemandedAfter(ts: Typescript, statement: typescript.Statement, name: string): boolean {
  const block = statement.parent;
  if (!ts.isBlock(block) && !ts.isSourceFile(block)) return false;
  const index = block.statements.indexOf(statement);
  return block.statements.slice(index + 1, index + 4).some((next) => {
    if (!ts.isIfStatement(next) || !stops(ts, next.thenStatement)) return false;
    const condition = next.expression.getText();
    return condition === `!${name}` || condition === `${name} === undefined` || condition === `${name} == null`;
  });
}

/** `if (!read) throw`, `invariant(read, ...)`, `assert(read)`. */
function isConditionDemanding(ts: Typescript, read: typescript.Expression): boolean {
  const parent = read.parent;
  if (ts.isCallExpression(parent) && parent.arguments[0] === read) {
    return /^(?:invariant|assert|nullthrows|ok|assertDefined|ensure|required)$/.test(dotted(ts, parent.expression).split('.').at(-1) ?? '');
  }
  if (!ts.isPrefixUnaryExpression(parent) || parent.operator !== ts.SyntaxKind.ExclamationToken) return false;
  const test = parent.parent;
  return ts.isIfStatement(test) && bare(ts, test.expression) === parent && stops(ts, test.thenStatement);
}

function stops(ts: Typescript, statement: typescript.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  if (!last) return false;
  return ts.isThrowStatement(last) || (ts.isExpressionStatement(last) && /^process\.exit\(/.test(last.getText()));
}
