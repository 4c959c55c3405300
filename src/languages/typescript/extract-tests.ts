import type ts from 'typescript';
import type { TestsFact } from '../../model/facts.js';
import type { Extractor } from './context.js';
import { dotted } from './dotted.js';

const CASES: ReadonlySet<string> = new Set(['it', 'test', 'specify', 'fit', 'xit', 'xtest', 'xspecify']);
const SUITES: ReadonlySet<string> = new Set(['describe', 'suite', 'context', 'fdescribe', 'xdescribe', 'xcontext']);
/** Behind these a call opens a group or sets something up: `test.describe`, `test.beforeEach`, `test.use`. */
const NO_CASE = /^(?:describe|suite|step|before\w*|after\w*|use|extend|setTimeout|info|slow|configure)$/;
const SKIPS = /^(?:skip|todo|fixme|skipIf|runIf)$/;
const MOCKS = /^(?:(?:vi|jest)\.(?:mock|doMock|unstable_mockModule|stubGlobal|mocked)|nock|sinon\.(?:stub|fake|mock)|cy\.(?:intercept|stub)|(?:\w+\.)?route\.fulfill|fetchMock(?:\.\w+)?|setupServer|td\.replace|mock\.(?:module|method))$/;
const MAX_MOCKS = 5;

/** The tests fact of a file that holds test cases: `it('...', () => ...)`, `test.each(...)('...', ...)`, `test.skip('...')`. */
export const extractTests: Extractor = (context) => {
  const { ts } = context;
  const mocks: TestsFact['mocks'][number][] = [];
  let count = 0;
  let skipped = 0;
  let assertions = 0;
  let skippedSuites = 0;
  let first: TestsFact['span'] | undefined;

  const visit = (node: ts.CallExpression): void => {
    const words = dotted(ts, calleeOf(ts, node)).replaceAll('()', '').split('.');
    const root = words[0]!;
    // `expect(a).toBe(b)` is two calls, and one assertion.
    if (root === 'assert' || (root === 'expect' && words.length === 1)) assertions++;
    else if (MOCKS.test(words.join('.')) && mocks.length < MAX_MOCKS) mocks.push({ name: words.join('.'), line: context.lineOf(node) });
    if (opensSkipped(node)) skippedSuites++;
    if (!CASES.has(root) || words.slice(1).some((word) => NO_CASE.test(word)) || !isTitled(ts, node)) return;
    count++;
    first ??= context.spanOf(node);
    if (skippedSuites > 0 || root.startsWith('x') || words.slice(1).some((word) => SKIPS.test(word))) skipped++;
  };
  const opensSkipped = (node: ts.CallExpression): boolean => {
    const words = dotted(ts, calleeOf(ts, node)).replaceAll('()', '').split('.');
    const isSuite = SUITES.has(words[0]!) || (CASES.has(words[0]!) && words.includes('describe'));
    return isSuite && isTitled(ts, node) && (words[0]!.startsWith('x') || words.some((word) => SKIPS.test(word)));
  };
  return {
    enter: { [ts.SyntaxKind.CallExpression]: visit },
    leave: {
      [ts.SyntaxKind.CallExpression]: (node: ts.CallExpression) => {
        if (skippedSuites > 0 && opensSkipped(node)) skippedSuites--;
      },
    },
    end() {
      if (first !== undefined) context.add({ kind: 'tests', name: '', scope: [], exported: false, span: first, count, skipped, assertions, mocks });
    },
  };
};

/** The callee; of `test.each(rows)('...')` and ``test.each`...`('...')`` that of the inner call. */
function calleeOf(typescript: typeof ts, node: ts.CallExpression): ts.Expression {
  const { expression } = node;
  if (typescript.isCallExpression(expression)) return expression.expression;
  return typescript.isTaggedTemplateExpression(expression) ? expression.tag : expression;
}

/** A case has a title and, unless it is only planned, something to run; `test(pattern)` of a regular expression has neither. */
function isTitled(typescript: typeof ts, { arguments: [title, ...rest] }: ts.CallExpression): boolean {
  if (title === undefined) return false;
  if (typescript.isStringLiteralLike(title) || typescript.isTemplateExpression(title)) return true;
  return rest.some((part) => typescript.isArrowFunction(part) || typescript.isFunctionExpression(part));
}
