import type { SyntaxNode } from '@lezer/common';
import { branchOf, environmentOfPredicate, environmentOfScope, environmentWord, namesEnvironment } from '../env-access.js';
import { dotted } from './dotted.js';
import { elementsOf, stringOf, withoutParentheses } from './literals.js';

/** What a condition says about the environment: that it is one of these, or (`negated`) none of them. */
export interface EnvironmentTest {
  environments: string[];
  negated: boolean;
}

/**
 * The environment for which a node is evaluated, by the branches around it: `if`, `elif`, `else`, conditional expressions, `match`,
 * an early exit before it, a dict keyed by environment, and (unless `byName` is false) a function or class named for one. The
 * innermost that says which one wins; one that only says which not comes after.
 */
export function environmentBranchOf(node: SyntaxNode, text: string, byName = true): string | undefined {
  const excluded: string[] = [];
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    const test = byName || !DEFINITIONS.has(parent.name) ? testAround(child, parent, text) : undefined;
    if (test && !test.negated) return branchOf(test.environments, false);
    if (test) excluded.push(...test.environments);
  }
  return excluded.length > 0 ? branchOf(excluded, true) : undefined;
}

/** Reads a condition; undefined when it does not test the environment. */
export function environmentTest(condition: SyntaxNode | undefined, text: string, depth = 0): EnvironmentTest | undefined {
  const node = withoutParentheses(condition);
  if (!node || depth > MAX_DEPTH) return undefined;
  if (node.name === 'UnaryExpression' && node.firstChild?.name === 'not') {
    const inner = environmentTest(node.lastChild ?? undefined, text, depth + 1);
    return inner && { environments: inner.environments, negated: !inner.negated };
  }
  if (node.name === 'CallExpression' || node.name === 'MemberExpression' || node.name === 'VariableName') {
    const environment = environmentOfPredicate(lastName(dotted(node, text)));
    return environment === undefined ? undefined : { environments: [environment], negated: false };
  }
  if (node.name !== 'BinaryExpression') return undefined;
  const parts = elementsOf(node);
  const operator = parts.slice(1, -1).map((part) => text.slice(part.from, part.to)).join(' ');
  const left = parts[0];
  const right = parts.at(-1);
  if (operator === 'and') return environmentTest(left, text, depth + 1) ?? environmentTest(right, text, depth + 1);
  if (operator === 'or') {
    const either = [environmentTest(left, text, depth + 1), environmentTest(right, text, depth + 1)];
    // "staging or some flag" says nothing about where the branch runs.
    return either.every((test) => test !== undefined && !test.negated) ? { environments: either.flatMap((test) => test!.environments), negated: false } : undefined;
  }
  const negated = operator === '!=' || operator === 'not in' || operator === 'is not';
  if (!negated && operator !== '==' && operator !== 'in' && operator !== 'is') return undefined;
  return compared(left, right, negated, text) ?? compared(right, left, negated, text);
}

const MAX_DEPTH = 8;
const DEFINITIONS: ReadonlySet<string> = new Set(['FunctionDefinition', 'ClassDefinition']);

function compared(subject: SyntaxNode | undefined, values: SyntaxNode | undefined, negated: boolean, text: string): EnvironmentTest | undefined {
  if (!subject || !values || !namesEnvironment(subjectName(subject, text))) return undefined;
  const list = withoutParentheses(values);
  if (!list) return undefined;
  const items = LISTS.has(list.name) ? elementsOf(list) : [list];
  const environments = items.flatMap((item) => {
    // `Environment.PRODUCTION` and `"production"` alike.
    const word = environmentWord(stringOf(item, text) ?? lastName(dotted(item, text)));
    return word === undefined ? [] : [word];
  });
  return environments.length > 0 ? { environments, negated } : undefined;
}

const LISTS: ReadonlySet<string> = new Set(['ArrayExpression', 'TupleExpression', 'SetExpression']);

/** The name that is compared: the variable of a read (`ENVIRONMENT` in `env.get("ENVIRONMENT").lower()`), else the last name without `.lower()`. */
function subjectName(node: SyntaxNode, text: string): string {
  const quoted = /['"]([A-Z][A-Z0-9_]+)['"]/.exec(text.slice(node.from, Math.min(node.to, node.from + 200)));
  if (quoted) return quoted[1]!;
  return lastName(dotted(node, text).replace(/(?:\.(?:lower|upper|strip|casefold)\(\)|\.value|\.name)+$/, ''));
}

function lastName(path: string): string {
  return path.replace(/\(\)$/, '').split('.').at(-1) ?? '';
}

/** What `parent` says about the environment for its part `child`. */
function testAround(child: SyntaxNode, parent: SyntaxNode, text: string): EnvironmentTest | undefined {
  switch (parent.name) {
    case 'IfStatement':
      return child.name === 'Body' ? branchTest(child, parent, text) : undefined;
    case 'ConditionalExpression': {
      const [then, , condition, , otherwise] = elementsOf(parent);
      if (same(child, then)) return environmentTest(condition, text);
      return same(child, otherwise) ? opposite(environmentTest(condition, text)) : undefined;
    }
    case 'BinaryExpression': {
      const parts = elementsOf(parent);
      return parts[1]?.name === 'and' && same(child, parts.at(-1)) ? environmentTest(parts[0], text) : undefined;
    }
    case 'MatchClause':
      return child.name === 'Body' ? matchTest(parent, text) : undefined;
    case 'Body':
    case 'Script':
      return earlierExit(child, text);
    case 'DictionaryExpression':
      return keyTest(child, text);
    case 'FunctionDefinition':
    case 'ClassDefinition': {
      const name = parent.getChild('VariableName');
      const environment = name && child.name === 'Body' ? environmentOfScope(text.slice(name.from, name.to)) : undefined;
      return environment === undefined ? undefined : { environments: [environment], negated: false };
    }
    default:
      return undefined;
  }
}

/** For one body of an `if` statement: its own test, or that none of the tests before it held. */
function branchTest(body: SyntaxNode, statement: SyntaxNode, text: string): EnvironmentTest | undefined {
  const before: EnvironmentTest[] = [];
  let condition: SyntaxNode | undefined;
  for (let part = statement.firstChild; part; part = part.nextSibling) {
    if (part.name === 'if' || part.name === 'elif') condition = part.nextSibling ?? undefined;
    else if (part.name === 'else') condition = undefined;
    else if (part.name === 'Body') {
      const test = environmentTest(condition, text);
      if (same(part, body)) return test ?? noneOf(before);
      if (test) before.push(test);
    }
  }
  return undefined;
}

function noneOf(tests: readonly EnvironmentTest[]): EnvironmentTest | undefined {
  const excluded = tests.find((test) => test.negated);
  if (excluded) return { environments: excluded.environments, negated: false };
  return tests.length > 0 ? { environments: tests.flatMap((test) => test.environments), negated: true } : undefined;
}

function opposite(test: EnvironmentTest | undefined): EnvironmentTest | undefined {
  return test && { environments: test.environments, negated: !test.negated };
}

function matchTest(clause: SyntaxNode, text: string): EnvironmentTest | undefined {
  const subject = clause.parent?.parent?.firstChild?.nextSibling;
  const pattern = clause.firstChild?.nextSibling;
  if (!subject || !pattern || !namesEnvironment(subjectName(subject, text))) return undefined;
  const environments = [...text.slice(pattern.from, pattern.to).matchAll(/['"](\w+)['"]/g)].flatMap(([, word]) => environmentWord(word!) ?? []);
  return environments.length > 0 ? { environments, negated: false } : undefined;
}

/** `if env == "production": return ...` before a statement: from there on it is another one. */
function earlierExit(statement: SyntaxNode, text: string): EnvironmentTest | undefined {
  let steps = 0;
  for (let sibling = statement.prevSibling; sibling && steps < 30; sibling = sibling.prevSibling, steps++) {
    if (sibling.name !== 'IfStatement' || sibling.getChild('else') || sibling.getChild('elif')) continue;
    const body = sibling.getChild('Body');
    if (!body || !EXITS.has(body.lastChild?.name ?? '')) continue;
    const test = environmentTest(sibling.firstChild?.nextSibling ?? undefined, text);
    if (test) return opposite(test);
  }
  return undefined;
}

const EXITS: ReadonlySet<string> = new Set(['ReturnStatement', 'RaiseStatement', 'ContinueStatement']);

/** A value under the key `"staging"` of a dict. */
function keyTest(value: SyntaxNode, text: string): EnvironmentTest | undefined {
  const colon = value.prevSibling;
  const key = colon?.name === ':' ? colon.prevSibling : null;
  const environment = key ? environmentWord(stringOf(key, text) ?? lastName(dotted(key, text))) : undefined;
  return environment === undefined ? undefined : { environments: [environment], negated: false };
}

function same(a: SyntaxNode, b: SyntaxNode | undefined): boolean {
  return b !== undefined && a.from === b.from && a.to === b.to;
}
