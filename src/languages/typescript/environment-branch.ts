import type typescript from 'typescript';
import { branchOf, environmentOfPredicate, environmentOfScope, environmentWord, namesEnvironment } from '../env-access.js';
import { dotted } from './dotted.js';
import { bare, stringOf } from './literals.js';

type Typescript = typeof typescript;

/** What a condition says about the environment: that it is one of these, or (`negated`) none of them. */
export interface EnvironmentTest {
  environments: string[];
  negated: boolean;
}

/**
 * The environment for which a node is evaluated, by the branches around it: `if`, conditional expressions, `switch`, `&&`, an early
 * exit before it, an object keyed by environment, and (unless `byName` is false) a function or class named for one. The innermost
 * that says which one wins; one that only says which not comes after.
 */
export function environmentBranchOf(ts: Typescript, node: typescript.Node, byName = true): string | undefined {
  const excluded: string[] = [];
  for (let child: typescript.Node = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    const test = testAround(ts, child, parent, byName);
    if (test && !test.negated) return branchOf(test.environments, false);
    if (test) excluded.push(...test.environments);
  }
  return excluded.length > 0 ? branchOf(excluded, true) : undefined;
}

/** Reads a condition; undefined when it does not test the environment. */
export function environmentTest(ts: Typescript, condition: typescript.Expression, depth = 0): EnvironmentTest | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const node = bare(ts, condition);
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.ExclamationToken ? opposite(environmentTest(ts, node.operand, depth + 1)) : undefined;
  }
  if (ts.isBinaryExpression(node)) return ofOperator(ts, node, depth);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'includes') {
    const list = bare(ts, node.expression.expression);
    const subject = node.arguments[0];
    return subject && ts.isArrayLiteralExpression(list) ? compared(ts, subject, list.elements, false) : undefined;
  }
  const path = dotted(ts, node).replace(/\(\)$/, '');
  const name = path.split('.').at(-1) ?? '';
  if (name === '__DEV__') return { environments: ['development'], negated: false };
  // Vite: `import.meta.env.DEV`, `.PROD`. `dotted` gives nothing for `import.meta`.
  if (ts.isPropertyAccessExpression(node) && (name === 'DEV' || name === 'PROD' || path === '')) {
    const builtIn = /^import\.meta\.env\.(DEV|PROD)$/.exec(node.getText());
    if (builtIn) return { environments: [builtIn[1] === 'DEV' ? 'development' : 'production'], negated: false };
  }
  const environment = environmentOfPredicate(name);
  return environment === undefined ? undefined : { environments: [environment], negated: false };
}

const MAX_DEPTH = 8;

function ofOperator(ts: Typescript, node: typescript.BinaryExpression, depth: number): EnvironmentTest | undefined {
  const { left, right } = node;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return environmentTest(ts, left, depth + 1) ?? environmentTest(ts, right, depth + 1);
    case ts.SyntaxKind.BarBarToken: {
      // "staging or some flag" says nothing about where the branch runs.
      const first = environmentTest(ts, left, depth + 1);
      const second = environmentTest(ts, right, depth + 1);
      return first && second && !first.negated && !second.negated
        ? { environments: [...first.environments, ...second.environments], negated: false } : undefined;
    }
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
      return compared(ts, left, [right], false) ?? compared(ts, right, [left], false);
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      return compared(ts, left, [right], true) ?? compared(ts, right, [left], true);
    default:
      return undefined;
  }
}

function compared(
  ts: Typescript, subject: typescript.Expression, values: readonly typescript.Expression[], negated: boolean,
): EnvironmentTest | undefined {
  if (!namesEnvironment(subjectName(ts, subject))) return undefined;
  const environments = values.flatMap((value) => environmentNamed(ts, value) ?? []);
  return environments.length > 0 ? { environments, negated } : undefined;
}

/** `"production"` and `Environment.PRODUCTION` alike. */
function environmentNamed(ts: Typescript, value: typescript.Node): string | undefined {
  return environmentWord(stringOf(ts, value) ?? dotted(ts, value).split('.').at(-1) ?? '');
}

/** The name that is compared: `NODE_ENV` in `process.env.NODE_ENV`, `environment` in `config.environment.toLowerCase()`. */
function subjectName(ts: Typescript, subject: typescript.Expression): string {
  const node = bare(ts, subject);
  const quoted = /['"`]([A-Z][A-Z0-9_]+)['"`]/.exec(node.getText().slice(0, 200));
  if (quoted) return quoted[1]!;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return dotted(ts, node).replace(/(?:\.(?:toLowerCase|toUpperCase|trim)\(\))+$/, '').replace(/\(\)$/, '').split('.').at(-1) ?? '';
}

/** What `parent` says about the environment for its part `child`. */
function testAround(ts: Typescript, child: typescript.Node, parent: typescript.Node, byName: boolean): EnvironmentTest | undefined {
  if (ts.isIfStatement(parent)) {
    if (child === parent.thenStatement) return environmentTest(ts, parent.expression);
    return child === parent.elseStatement ? opposite(environmentTest(ts, parent.expression)) : undefined;
  }
  if (ts.isConditionalExpression(parent)) {
    if (child === parent.whenTrue) return environmentTest(ts, parent.condition);
    return child === parent.whenFalse ? opposite(environmentTest(ts, parent.condition)) : undefined;
  }
  if (ts.isBinaryExpression(parent)) {
    const guards = parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken && child === parent.right;
    return guards ? environmentTest(ts, parent.left) : undefined;
  }
  if (ts.isCaseOrDefaultClause(parent)) return child !== (parent as { expression?: unknown }).expression ? ofClause(ts, parent) : undefined;
  if (ts.isBlock(parent) || ts.isSourceFile(parent)) return ts.isStatement(child) ? earlierExit(ts, child, parent.statements) : undefined;
  if (ts.isPropertyAssignment(parent) && child === parent.initializer && !ts.isComputedPropertyName(parent.name)) {
    const environment = environmentWord(parent.name.text);
    // `{ test: process.env.X }` is a field; an object keyed by environment has objects or functions as values.
    return environment !== undefined && (ts.isObjectLiteralExpression(child) || ts.isArrowFunction(child)) ? { environments: [environment], negated: false } : undefined;
  }
  if (byName && (ts.isFunctionLike(parent) || ts.isClassLike(parent))) {
    const name = parent.name?.getText() ?? (ts.isVariableDeclaration(parent.parent) ? parent.parent.name.getText() : '');
    const environment = environmentOfScope(name);
    return environment === undefined ? undefined : { environments: [environment], negated: false };
  }
  return undefined;
}

/** For a clause of `switch (environment)`: its labels with those that fall through to it; with `default` among them, all that no other clause names. */
function ofClause(ts: Typescript, clause: typescript.CaseOrDefaultClause): EnvironmentTest | undefined {
  const block = clause.parent;
  if (!namesEnvironment(subjectName(ts, block.parent.expression))) return undefined;
  const index = block.clauses.indexOf(clause);
  let start = index;
  while (start > 0 && block.clauses[start - 1]!.statements.length === 0) start--;
  const own = block.clauses.slice(start, index + 1);
  const named = (clauses: readonly typescript.CaseOrDefaultClause[]): string[] =>
    clauses.flatMap((each) => (ts.isCaseClause(each) ? (environmentNamed(ts, each.expression) ?? []) : []));
  const environments = own.some((each) => ts.isDefaultClause(each)) ? undefined : named(own);
  if (environments) return environments.length > 0 ? { environments, negated: false } : undefined;
  const others = named(block.clauses.filter((each) => !own.includes(each)));
  return others.length > 0 ? { environments: others, negated: true } : undefined;
}

/** `if (env === 'production') return ...` before a statement: from there on it is another one. */
function earlierExit(ts: Typescript, statement: typescript.Statement, statements: readonly typescript.Statement[]): EnvironmentTest | undefined {
  const index = statements.indexOf(statement);
  for (let before = index - 1; before >= 0 && before > index - 30; before--) {
    const earlier = statements[before]!;
    if (!ts.isIfStatement(earlier) || earlier.elseStatement || !exits(ts, earlier.thenStatement)) continue;
    const test = environmentTest(ts, earlier.expression);
    if (test) return opposite(test);
  }
  return undefined;
}

function exits(ts: Typescript, statement: typescript.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last) || ts.isContinueStatement(last));
}

function opposite(test: EnvironmentTest | undefined): EnvironmentTest | undefined {
  return test && { environments: test.environments, negated: !test.negated };
}
