import type { SyntaxNode } from '@lezer/common';
import type { TestsFact } from '../../model/facts.js';
import type { Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';

const SKIPS = /(?:^|\.)(?:skip|skipif|skipIf|skipUnless|xfail)$/;
const ASSERT_METHOD = /^self\.(?:assert\w+|fail)$/;
const MOCKS = /^(?:(?:unittest\.)?(?:mock\.)?(?:patch|Mock|MagicMock|AsyncMock|create_autospec)(?:\.\w+)?|monkeypatch\.setattr|mocker\.\w+|responses\.(?:add|activate|get|post)|requests_mock\.\w+|httpx_mock\.\w+|respx\.\w+)$/;
const MAX_MOCKS = 5;

/** The tests fact of a file that holds test functions: `test_*` at top level or in a class, as pytest and unittest collect them. */
export const extractTests: Extractor = (context) => {
  const mocks: TestsFact['mocks'][number][] = [];
  let count = 0;
  let skipped = 0;
  let assertions = 0;
  let first: TestsFact['span'] | undefined;
  const skippedClasses = new Set<string>();
  const noteMock = (name: string, node: SyntaxNode): void => {
    if (MOCKS.test(name) && mocks.length < MAX_MOCKS) mocks.push({ name, line: context.lineAt(node.from) });
  };
  return {
    enter: {
      ClassDefinition: (node) => {
        const name = node.getChild('VariableName');
        if (name && decoratorNames(node, context).some((decorator) => SKIPS.test(decorator))) skippedClasses.add(context.textOf(name));
      },
      FunctionDefinition: (node) => {
        const name = node.getChild('VariableName');
        if (!name || context.functionDepth > 0 || !/^test(?:_|[A-Z]|$)/.test(context.textOf(name))) return;
        count++;
        first ??= context.spanOf(name);
        const decorators = decoratorNames(node, context);
        if (decorators.some((decorator) => SKIPS.test(decorator)) || context.scope.some((owner) => skippedClasses.has(owner))) skipped++;
        for (const decorator of decorators) noteMock(decorator, node);
      },
      AssertStatement: () => { assertions++; },
      CallExpression: (node) => {
        const callee = node.firstChild;
        if (!callee) return;
        const name = dotted(callee, context.text);
        if (ASSERT_METHOD.test(name)) assertions++;
        else noteMock(name, node);
      },
    },
    end() {
      if (first !== undefined) context.add({ kind: 'tests', name: '', scope: [], exported: false, span: first, count, skipped, assertions, mocks });
    },
  };
};
