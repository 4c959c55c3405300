import type { SyntaxNode } from '@lezer/common';
import type { Extraction, Fact, ParseError } from '../../model/facts.js';
import type { SourceText } from '../language.js';
import { suppressionIn } from '../suppression-comments.js';
import type { Context, Extractor } from './context.js';
import { extractors } from './extractors.js';
import { collectAll, collectImports } from './module-names.js';
import { lineAt, parse, spanAt } from './parse.js';

const MAX_ERRORS = 20;

/** Extracts all facts of a Python file in one walk. */
export function extract(file: SourceText): Extraction {
  const { text } = file;
  const { tree, lineStarts } = parse(text);
  const facts: Fact[] = [];
  const parseErrors: ParseError[] = [];
  const suppressionComments: Extraction['suppressionComments'] = [];
  const scope: string[] = [];
  let functionDepth = 0;
  const all = collectAll(tree.topNode, text);

  const context: Context = {
    text,
    path: file.path,
    scope,
    get functionDepth() {
      return functionDepth;
    },
    imports: collectImports(tree, text),
    all,
    textOf: (node) => text.slice(node.from, node.to),
    spanOf: (node) => spanAt(lineStarts, node.from, node.to),
    lineAt: (offset) => lineAt(lineStarts, offset),
    isExported: (name) => scope.length === 0 && (all ? all.has(name) : !name.startsWith('_')),
    add: (fact) => facts.push(fact),
  };
  const { enter, leave, end } = combine(extractors, context);

  tree.iterate({
    enter: (ref) => {
      if (ref.type.isError) {
        // @lezer/python 1.1 marks every bare `yield` with an empty error node; nothing is lost there.
        if (isBareYield(ref.node)) return;
        if (parseErrors.length < MAX_ERRORS) parseErrors.push({ message: errorMessage(ref.node, text), span: spanAt(lineStarts, ref.from, ref.to) });
        for (const handler of enter.get('⚠') ?? []) handler(ref.node);
        return;
      }
      const name = ref.type.name;
      if (name === 'Comment') {
        const comment = suppressionIn(text.slice(ref.from, ref.to), spanAt(lineStarts, ref.from, ref.to));
        if (comment) suppressionComments.push(comment);
      }
      const handlers = enter.get(name);
      if (handlers) {
        const node = ref.node;
        for (const handler of handlers) handler(node);
      }
      if (name === 'ClassDefinition' || name === 'FunctionDefinition') {
        scope.push(definedName(ref.node, text));
        if (name === 'FunctionDefinition') functionDepth++;
      }
    },
    leave: (ref) => {
      const name = ref.type.name;
      if (name === 'ClassDefinition' || name === 'FunctionDefinition') {
        scope.pop();
        if (name === 'FunctionDefinition') functionDepth--;
      }
      const handlers = leave.get(name);
      if (handlers) {
        const node = ref.node;
        for (const handler of handlers) handler(node);
      }
    },
  });
  for (const handler of end) handler();

  return { facts, parseErrors, suppressionComments, lineCount: lineStarts.length };
}

type Table = Map<string, ((node: SyntaxNode) => void)[]>;

function combine(all: readonly Extractor[], context: Context): { enter: Table; leave: Table; end: (() => void)[] } {
  const enter: Table = new Map();
  const leave: Table = new Map();
  const end: (() => void)[] = [];
  const register = (table: Table, handlers: Readonly<Record<string, (node: SyntaxNode) => void>> | undefined): void => {
    for (const [name, handler] of Object.entries(handlers ?? {})) {
      const list = table.get(name);
      if (list) list.push(handler);
      else table.set(name, [handler]);
    }
  };
  for (const extractor of all) {
    const handlers = extractor(context);
    register(enter, handlers.enter);
    register(leave, handlers.leave);
    if (handlers.end) end.push(handlers.end);
  }
  return { enter, leave, end };
}

/** Name of a class or function definition; `` when the source breaks off before it. */
function definedName(node: SyntaxNode, text: string): string {
  const name = node.getChild('VariableName');
  return name ? text.slice(name.from, name.to) : '';
}

function isBareYield(error: SyntaxNode): boolean {
  return error.from === error.to && (error.parent?.name === 'YieldStatement' || error.parent?.name === 'YieldExpression');
}

function errorMessage(error: SyntaxNode, text: string): string {
  const near = text.slice(error.from, Math.min(error.to, error.from + 40)).split('\n', 1)[0]!.trim();
  return near ? `Syntax error near "${near}".` : 'Syntax error: something is missing here.';
}
