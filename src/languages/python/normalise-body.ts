import type { SyntaxNode, TreeCursor } from '@lezer/common';
import { hash32, hashRange } from '../../util/hash.js';
import { createBodyHasher, type BodyDigest } from '../body-hash.js';
import { dotted } from './dotted.js';

export interface NormalBody extends BodyDigest {
  /** Distinct callees as written, in order of first use. */
  calls: Set<string>;
}

/** What the walk over a body meets on its way and somebody else keeps. */
export interface BodyEvents {
  /** A name that is not bound in the body, or a name inside a type: the hash of its text (`hash32`). */
  freeName(hash: number): void;
  /** `self.x = ...` or `self.x: T = ...`: the target. */
  selfTarget(target: SyntaxNode): void;
}

/** What a node type means to the walk. */
const enum Role { Structure, Leaf, Word, Variable, Property, Literal, FormatString, Comment, Type, Args, Scope, Comprehension, Params, Import }

const STATEMENTS = new Set([
  'ExpressionStatement', 'AssignStatement', 'UpdateStatement', 'ReturnStatement', 'IfStatement', 'ForStatement', 'WhileStatement',
  'WithStatement', 'TryStatement', 'RaiseStatement', 'PassStatement', 'BreakStatement', 'ContinueStatement', 'DeleteStatement',
  'AssertStatement', 'ScopeStatement', 'ImportStatement', 'YieldStatement', 'MatchStatement', 'PrintStatement', 'FunctionDefinition',
  'ClassDefinition', 'TypeDefinition',
]);
/** Nodes in which names to the left are bound, and the token that ends the left side. */
const BINDERS: Readonly<Record<string, string>> = { AssignStatement: 'AssignOp', ForStatement: 'in', NamedExpression: 'AssignOp' };
/** What may stand between a binder and the name it binds. */
const TRANSPARENT = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression', '*']);
const WORDS = new Set([
  'ArithOp', 'CompareOp', 'BitOp', 'UpdateOp', 'and', 'or', 'not', 'in', 'is', 'if', 'elif', 'else', 'for', 'while', 'with', 'try',
  'except', 'finally', 'return', 'raise', 'yield', 'await', 'async', 'lambda', 'del', 'assert', 'break', 'continue', 'match', 'case',
]);
const OPERATORS = new Set(['ArithOp', 'CompareOp', 'BitOp', 'UpdateOp']);

const roles: number[] = [];
const names: number[] = [];
const flags: number[] = [];
const enum Flag { Statement = 1, Binder = 2, Transparent = 4, Operator = 8, BindsAfterAs = 16 }

const hasher = createBodyHasher();
const CLOSE = hash32('close');
const SELF = hash32('self');
const CLS = hash32('cls');

/**
 * Puts the body of a function in normal form in one walk: comments, doc strings, bare strings and types dropped; parameters and
 * locals renamed by order of first use (`self` and `cls` stay); quotes of strings dropped. Nested functions are part of the body.
 */
export function normaliseBody(definition: SyntaxNode, text: string, events: BodyEvents): NormalBody {
  const calls = new Set<string>();
  hasher.reset();
  const parameters = definition.getChild('ParamList');
  if (parameters) bindParameters(parameters, text);
  const body = definition.getChild('Body');
  if (body) walk(body.cursor(), text, events, calls);
  return { ...hasher.digest(), calls };
}

function walk(cursor: TreeCursor, text: string, events: BodyEvents, calls: Set<string>): void {
  /** Per open node: whether a name directly in it is being bound, its type and where it starts. */
  const binding: boolean[] = [];
  const starts: number[] = [];
  const types: number[] = [];
  let depth = 0;
  let nextFor = -1;

  cursor.iterate(
    (ref) => {
      const { type, from, to } = ref;
      const role = roles[type.id] ?? classify(type.id, type.name);
      const flag = flags[type.id]!;
      const name = names[type.id]!;
      if ((flag & Flag.Statement) !== 0) {
        if (type.name === 'ExpressionStatement' && isBareString(text, from, to)) return false;
        hasher.statement();
      }
      const parent = depth - 1;
      switch (role) {
        case Role.Comment:
          return false;
        case Role.Type:
          eachVariable(ref.node, text, events);
          return false;
        case Role.Variable: {
          const hash = hashRange(text, from, to);
          if (hash === SELF || hash === CLS) hasher.name(hash);
          else if (types[parent] === ARGS && text.charCodeAt(skipSpace(text, to)) === 61 && text.charCodeAt(skipSpace(text, to) + 1) !== 61) {
            hasher.name(hash); // keyword argument
          } else {
            if (binding[parent]) hasher.bind(hash);
            if (!hasher.variable(hash)) events.freeName(hash);
          }
          return false;
        }
        case Role.Property:
          hasher.name(hashRange(text, from, to));
          return false;
        case Role.Literal:
          hasher.literal(hashString(text, from, to));
          return false;
        case Role.Word: {
          hasher.word((flag & Flag.Operator) !== 0 ? hashRange(text, from, to) : name);
          if (parent >= 0) {
            if (type.name === BINDER_END[types[parent]!]) binding[parent] = false;
            else if (type.name === 'except') binding[parent] = false; // ends the `as e` of the clause before
          }
          return false;
        }
        case Role.Leaf:
          hasher.token(name);
          if (parent >= 0) {
            if (type.name === BINDER_END[types[parent]!]) binding[parent] = false;
            else if (type.name === 'as') binding[parent] = (flags[types[parent]!]! & Flag.BindsAfterAs) !== 0;
            else if (type.name === ',' && (flags[types[parent]!]! & Flag.BindsAfterAs) !== 0) binding[parent] = false;
          }
          return false;
        case Role.Args:
          if (parent >= 0 && types[parent] === CALL && calls.size < MAX_CALLS) addCall(calls, text, starts[parent]!, from, ref);
          // `sum(x for x in xs)`: the generator's parts stand in the argument list itself. Positions only grow, so each `for` is looked up once.
          if (nextFor < from) nextFor = endOr(text.indexOf(' for ', from), text);
          if (nextFor < to) bindComprehension(ref.node, text);
          break;
        case Role.Scope:
          for (let child = ref.node.firstChild; child; child = child.nextSibling) {
            if (child.name === 'VariableName') hasher.unbind(hashRange(text, child.from, child.to));
          }
          break;
        case Role.Comprehension:
          bindComprehension(ref.node, text);
          break;
        case Role.Params:
          bindParameters(ref.node, text);
          break;
        case Role.Import:
          hasher.token(hashRange(text, from, to));
          return false;
        case Role.FormatString:
          hashFormat(ref.node, text);
          break;
        default:
          break;
      }
      const isTarget = parent >= 0 && binding[parent]! && type.name === 'MemberExpression';
      if (isTarget && text.startsWith('self.', from)) events.selfTarget(ref.node);
      hasher.token(name);
      binding[depth] = (flag & Flag.Binder) !== 0 || ((flag & Flag.Transparent) !== 0 && parent >= 0 && binding[parent]!);
      starts[depth] = from;
      types[depth] = type.id;
      depth++;
      return true;
    },
    // Called for the nodes that were opened only: `false` from above skips it.
    () => {
      hasher.token(CLOSE);
      depth--;
    },
  );
}

const MAX_CALLS = 60;
let CALL = -1;
let ARGS = -1;
const BINDER_END: (string | undefined)[] = [];

/** Works out once per node type what it means; node types are few and their ids small. */
function classify(id: number, name: string): Role {
  names[id] = hash32(name);
  flags[id] = (STATEMENTS.has(name) ? Flag.Statement : 0) | (BINDERS[name] !== undefined ? Flag.Binder : 0)
    | (TRANSPARENT.has(name) ? Flag.Transparent : 0) | (OPERATORS.has(name) ? Flag.Operator : 0)
    | (name === 'WithStatement' || name === 'TryStatement' ? Flag.BindsAfterAs : 0);
  BINDER_END[id] = BINDERS[name];
  if (name === 'CallExpression') CALL = id;
  if (name === 'ArgList') ARGS = id;
  return (roles[id] = roleOf(name));
}

function roleOf(name: string): Role {
  if (WORDS.has(name)) return Role.Word;
  if (name.endsWith('ComprehensionExpression')) return Role.Comprehension;
  switch (name) {
    case 'VariableName': return Role.Variable;
    case 'PropertyName': return Role.Property;
    case 'String': case 'Number': case 'Boolean': case 'None': case 'Ellipsis': return Role.Literal;
    case 'FormatString': return Role.FormatString;
    case 'Comment': return Role.Comment;
    case 'TypeDef': return Role.Type;
    case 'ArgList': return Role.Args;
    case 'ScopeStatement': return Role.Scope;
    case 'ParamList': return Role.Params;
    case 'ImportStatement': return Role.Import;
    default: return /^[A-Z]/.test(name) && name !== 'AssignOp' ? Role.Structure : Role.Leaf;
  }
}

function addCall(calls: Set<string>, text: string, from: number, to: number, args: TreeCursor | { node: SyntaxNode }): void {
  for (let index = from; index < to; index++) {
    const unit = text.charCodeAt(index);
    // A parenthesis, bracket, quote, space or line end: not a plain dotted name.
    if (unit <= 41 || unit === 91) {
      const callee = args.node.prevSibling;
      const written = callee ? dotted(callee, text) : '';
      if (written) calls.add(written);
      return;
    }
  }
  calls.add(text.slice(from, to));
}

/** Binds the names of a parameter list; defaults and types are no names of it. */
function bindParameters(list: SyntaxNode, text: string): void {
  let expected = true;
  for (let part = list.firstChild; part; part = part.nextSibling) {
    if (part.name === ',') expected = true;
    else if (part.name === 'VariableName' && expected) {
      hasher.bind(hashRange(text, part.from, part.to));
      expected = false;
    } else if (part.name === 'AssignOp') expected = false;
  }
}

/** The names of a comprehension are used before the `for` that binds them. */
function bindComprehension(node: SyntaxNode, text: string): void {
  let binds = false;
  for (let part = node.firstChild; part; part = part.nextSibling) {
    if (part.name === 'for') binds = true;
    else if (part.name === 'in') binds = false;
    else if (binds) bindTarget(part, text, 0);
  }
}

function bindTarget(node: SyntaxNode, text: string, depth: number): void {
  if (node.name === 'VariableName') hasher.bind(hashRange(text, node.from, node.to));
  else if (TRANSPARENT.has(node.name) && depth < 20) {
    for (let part = node.firstChild; part; part = part.nextSibling) bindTarget(part, text, depth + 1);
  }
}

function endOr(position: number, text: string): number {
  return position < 0 ? text.length : position;
}

/** The literal pieces between the replacements of an f-string. */
function hashFormat(node: SyntaxNode, text: string): void {
  let from = node.from;
  for (let part = node.firstChild; part; part = part.nextSibling) {
    hasher.literal(hashRange(text, from, part.from));
    from = part.to;
  }
  hasher.literal(hashRange(text, from, node.to));
}

/** Hash of a literal; `'a'` and `"a"` are the same. */
function hashString(text: string, from: number, to: number): number {
  let start = from;
  while (start < to && isLetter(text.charCodeAt(start))) start++;
  const quote = text.charCodeAt(start);
  if (quote !== 34 && quote !== 39) return hashRange(text, from, to);
  const width = to - start >= 6 && text.charCodeAt(start + 1) === quote && text.charCodeAt(start + 2) === quote ? 3 : 1;
  return hashRange(text, start + width, to - width, hashRange(text, from, start, 0x1234567));
}

function isLetter(unit: number): boolean {
  return (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

/** A string that stands alone: a doc string, or a comment in its place. */
function isBareString(text: string, from: number, to: number): boolean {
  let start = from;
  while (start < to && isLetter(text.charCodeAt(start))) start++;
  const quote = text.charCodeAt(start);
  if (start - from > 2 || (quote !== 34 && quote !== 39)) return false;
  const width = text.charCodeAt(start + 1) === quote && text.charCodeAt(start + 2) === quote ? 3 : 1;
  const closing = text.slice(start, start + width);
  return text.indexOf(closing, start + width) === to - width;
}

function skipSpace(text: string, from: number): number {
  let index = from;
  while (text.charCodeAt(index) === 32) index++;
  return index;
}

function eachVariable(node: SyntaxNode, text: string, events: BodyEvents): void {
  const cursor = node.cursor();
  do {
    if (cursor.name === 'VariableName') events.freeName(hashRange(text, cursor.from, cursor.to));
  } while (cursor.next() && cursor.from < node.to);
}
