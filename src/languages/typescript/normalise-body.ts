import type typescript from 'typescript';
import { hash32 } from '../../util/hash.js';
import { createBodyHasher, type BodyDigest } from '../body-hash.js';
import { dotted } from './dotted.js';

export interface NormalBody extends BodyDigest {
  /** Distinct callees as written, in order of first use. */
  calls: Set<string>;
  /** Holds JSX outside of nested functions that are bound to a name. */
  rendersJsx: boolean;
}

const MAX_CALLS = 60;
/** Deeper nesting is no longer told apart: hostile or generated code. */
const MAX_DEPTH = 400;
const CLOSE = hash32('close');
const TOO_DEEP = hash32('deep');
const THIS = hash32('this');

const hasher = createBodyHasher();

/**
 * Puts the body of a function in normal form in one walk: comments and types dropped; parameters and locals renamed by order of first
 * use; an arrow's bare expression taken as a `return`. Nested functions are part of the body.
 */
export function normaliseBody(ts: typeof typescript, fn: typescript.FunctionLikeDeclaration): NormalBody {
  const calls = new Set<string>();
  let rendersJsx = false;
  const { SyntaxKind } = ts;
  hasher.reset();

  const bindPattern = (name: typescript.BindingName, depth: number): void => {
    if (name.kind === SyntaxKind.Identifier) hasher.bind(hash32((name as typescript.Identifier).text));
    else if (depth < MAX_DEPTH) for (const element of (name as typescript.BindingPattern).elements) if ('name' in element) bindPattern(element.name, depth + 1);
  };

  const visit = (node: typescript.Node, depth: number): void => {
    if (depth > MAX_DEPTH) {
      hasher.token(TOO_DEEP);
      return;
    }
    const { kind } = node;
    if (isTypeOnly(ts, node)) return;
    switch (kind) {
      case SyntaxKind.Identifier:
        variableOrName(node as typescript.Identifier);
        return;
      case SyntaxKind.PrivateIdentifier:
        hasher.name(hash32((node as typescript.PrivateIdentifier).text));
        return;
      case SyntaxKind.ThisKeyword:
        hasher.name(THIS);
        return;
      case SyntaxKind.StringLiteral:
      case SyntaxKind.NoSubstitutionTemplateLiteral:
      case SyntaxKind.TemplateHead:
      case SyntaxKind.TemplateMiddle:
      case SyntaxKind.TemplateTail:
      case SyntaxKind.NumericLiteral:
      case SyntaxKind.BigIntLiteral:
      case SyntaxKind.RegularExpressionLiteral:
        hasher.literal(hash32((node as typescript.LiteralLikeNode).text));
        return;
      case SyntaxKind.TrueKeyword:
      case SyntaxKind.FalseKeyword:
      case SyntaxKind.NullKeyword:
        hasher.literal(kind);
        return;
      case SyntaxKind.JsxText: {
        const text = (node as typescript.JsxText).text.trim();
        if (text) hasher.literal(hash32(text));
        return;
      }
      // Brackets and casts that change nothing.
      case SyntaxKind.ParenthesizedExpression:
      case SyntaxKind.AsExpression:
      case SyntaxKind.SatisfiesExpression:
      case SyntaxKind.NonNullExpression:
      case SyntaxKind.TypeAssertionExpression:
        visit((node as typescript.ParenthesizedExpression).expression, depth + 1);
        return;
      case SyntaxKind.VariableDeclaration:
        bindPattern((node as typescript.VariableDeclaration).name, 0);
        break;
      case SyntaxKind.Parameter:
        bindPattern((node as typescript.ParameterDeclaration).name, 0);
        break;
      case SyntaxKind.FunctionDeclaration:
      case SyntaxKind.ClassDeclaration: {
        const { name } = node as typescript.FunctionDeclaration;
        if (name) hasher.bind(hash32(name.text));
        break;
      }
      case SyntaxKind.CallExpression:
      case SyntaxKind.NewExpression: {
        if (calls.size >= MAX_CALLS) break;
        const callee = dotted(ts, (node as typescript.CallExpression).expression);
        if (callee) calls.add(callee);
        break;
      }
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression:
        hasher.word((node as typescript.PrefixUnaryExpression).operator + 4096);
        break;
      case SyntaxKind.JsxElement:
      case SyntaxKind.JsxSelfClosingElement:
      case SyntaxKind.JsxFragment:
        rendersJsx = true;
        break;
      default:
        break;
    }
    if (isCounted(ts, node)) hasher.statement();
    if (kind >= SyntaxKind.FirstToken && kind <= SyntaxKind.LastToken) {
      hasher.word(kind); // an operator token, or a modifier such as `async`
      return;
    }
    if (WORDS_OF(ts).has(kind)) hasher.word(kind);
    else hasher.token(kind);
    if (kind === SyntaxKind.ArrowFunction) {
      visitFunction(node as typescript.ArrowFunction, depth);
      return;
    }
    ts.forEachChild(node, (child) => visit(child, depth + 1));
    hasher.token(CLOSE);
  };

  const visitFunction = (node: typescript.ArrowFunction, depth: number): void => {
    for (const modifier of node.modifiers ?? []) hasher.word(modifier.kind);
    for (const parameter of node.parameters) visit(parameter, depth + 1);
    visitBody(node.body, depth + 1);
    hasher.token(CLOSE);
  };

  const visitBody = (body: typescript.ConciseBody, depth: number): void => {
    if (body.kind === SyntaxKind.Block) {
      for (const statement of (body as typescript.Block).statements) visit(statement, depth + 1);
      return;
    }
    hasher.statement();
    hasher.word(SyntaxKind.ReturnStatement);
    visit(body, depth + 1);
    hasher.token(CLOSE);
  };

  const variableOrName = (node: typescript.Identifier): void => {
    const hash = hash32(node.text);
    if (isPropertyName(ts, node)) {
      hasher.name(hash);
      return;
    }
    if (node.parent.kind === SyntaxKind.ShorthandPropertyAssignment) hasher.name(hash);
    if (node.parent.kind === SyntaxKind.BindingElement && !(node.parent as typescript.BindingElement).propertyName
      && (node.parent as typescript.BindingElement).name === node && node.parent.parent.kind === SyntaxKind.ObjectBindingPattern) {
      hasher.name(hash); // `{ total }` takes the property `total`
    }
    hasher.variable(hash);
  };

  for (const parameter of fn.parameters) bindPattern(parameter.name, 0);
  if (fn.body) visitBody(fn.body, 0);
  return { ...hasher.digest(), calls, rendersJsx };
}

/** The name is a property, key, attribute or label and not a variable. */
function isPropertyName(ts: typeof typescript, node: typescript.Identifier): boolean {
  const { parent } = node;
  switch (parent.kind) {
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.PropertyAssignment:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.PropertyDeclaration:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
    case ts.SyntaxKind.JsxAttribute:
      return (parent as typescript.PropertyAccessExpression).name === node;
    case ts.SyntaxKind.BindingElement:
      return (parent as typescript.BindingElement).propertyName === node;
    case ts.SyntaxKind.LabeledStatement:
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      return true;
    default:
      return false;
  }
}

function isTypeOnly(ts: typeof typescript, node: typescript.Node): boolean {
  return ts.isTypeNode(node) && node.kind !== ts.SyntaxKind.ExpressionWithTypeArguments
    || node.kind === ts.SyntaxKind.InterfaceDeclaration || node.kind === ts.SyntaxKind.TypeAliasDeclaration
    || node.kind === ts.SyntaxKind.TypeParameter || node.kind === ts.SyntaxKind.EmptyStatement;
}

/** Statements; a block is what holds them. */
function isCounted(ts: typeof typescript, node: typescript.Node): boolean {
  const { kind } = node;
  return kind >= ts.SyntaxKind.FirstStatement && kind <= ts.SyntaxKind.LastStatement
    || kind === ts.SyntaxKind.FunctionDeclaration || kind === ts.SyntaxKind.ClassDeclaration;
}

let words: ReadonlySet<number> | undefined;
function WORDS_OF(ts: typeof typescript): ReadonlySet<number> {
  const { SyntaxKind } = ts;
  words ??= new Set([
    SyntaxKind.IfStatement, SyntaxKind.ForStatement, SyntaxKind.ForOfStatement, SyntaxKind.ForInStatement, SyntaxKind.WhileStatement,
    SyntaxKind.DoStatement, SyntaxKind.ReturnStatement, SyntaxKind.ThrowStatement, SyntaxKind.TryStatement, SyntaxKind.CatchClause,
    SyntaxKind.SwitchStatement, SyntaxKind.CaseClause, SyntaxKind.DefaultClause, SyntaxKind.BreakStatement, SyntaxKind.ContinueStatement,
    SyntaxKind.AwaitExpression, SyntaxKind.YieldExpression, SyntaxKind.NewExpression, SyntaxKind.TypeOfExpression, SyntaxKind.DeleteExpression,
    SyntaxKind.ConditionalExpression, SyntaxKind.SpreadElement, SyntaxKind.SpreadAssignment, SyntaxKind.ArrowFunction,
  ]);
  return words;
}
