import type ts from 'typescript';
import type { Extraction, Fact } from '../../model/facts.js';
import type { SourceText } from '../language.js';
import { commentSuppressions } from './comment-suppressions.js';
import type { Context, Extractor } from './context.js';
import { extractors } from './extractors.js';
import { collectExports, collectImports } from './module-names.js';
import { loadCompiler, parse, spanAt } from './parse.js';

/** Extracts all facts of a TypeScript or JavaScript file in one walk. */
export function extract(file: SourceText): Extraction {
  const ts = loadCompiler();
  const { sourceFile, errors } = parse(file.path, file.text);
  const facts: Fact[] = [];
  const scope: string[] = [];
  let functionDepth = 0;

  const context: Context = {
    ts,
    sourceFile,
    path: file.path,
    scope,
    get functionDepth() {
      return functionDepth;
    },
    imports: collectImports(ts, sourceFile),
    exports: collectExports(ts, sourceFile),
    spanOf: (node) => spanAt(sourceFile, node.getStart(sourceFile), node.getEnd()),
    lineOf: (node) => sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1,
    add: (fact) => facts.push(fact),
  };
  const { enter, leave, end } = combine(extractors, context);

  const visit = (node: ts.Node): void => {
    const kind = node.kind;
    const onEnter = enter[kind];
    if (onEnter) for (const handler of onEnter) handler(node as never);
    const name = scopeName(ts, node);
    const isFunction = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
    if (name !== undefined) scope.push(name);
    if (isFunction) functionDepth++;
    ts.forEachChild(node, visit);
    if (isFunction) functionDepth--;
    if (name !== undefined) scope.pop();
    const onLeave = leave[kind];
    if (onLeave) for (const handler of onLeave) handler(node as never);
  };
  visit(sourceFile);
  for (const handler of end) handler();

  return {
    facts,
    parseErrors: errors,
    suppressionComments: commentSuppressions(ts, sourceFile),
    lineCount: sourceFile.getLineStarts().length,
  };
}

type Table = ((node: never) => void)[][];

function combine(all: readonly Extractor[], context: Context): { enter: Table; leave: Table; end: (() => void)[] } {
  const enter: Table = [];
  const leave: Table = [];
  const end: (() => void)[] = [];
  for (const extractor of all) {
    const handlers = extractor(context);
    for (const [kind, handler] of Object.entries(handlers.enter ?? {})) (enter[Number(kind)] ??= []).push(handler);
    for (const [kind, handler] of Object.entries(handlers.leave ?? {})) (leave[Number(kind)] ??= []).push(handler);
    if (handlers.end) end.push(handlers.end);
  }
  return { enter, leave, end };
}

/**
 * The name that a node adds to the scope of its descendants: of a class, function, method, namespace, or of the variable or property that
 * an anonymous function or class is bound to.
 */
function scopeName(typescript: typeof ts, node: ts.Node): string | undefined {
  if (
    typescript.isClassDeclaration(node) || typescript.isFunctionDeclaration(node) || typescript.isMethodDeclaration(node)
    || typescript.isModuleDeclaration(node) || typescript.isGetAccessorDeclaration(node) || typescript.isSetAccessorDeclaration(node)
  ) {
    return node.name?.getText() ?? 'default';
  }
  if (typescript.isConstructorDeclaration(node)) return 'constructor';
  if (typescript.isArrowFunction(node) || typescript.isFunctionExpression(node) || typescript.isClassExpression(node)) {
    return boundName(typescript, node);
  }
  return undefined;
}

/** `x` in `const x = () => ...`, `x: () => ...`, `x = () => ...` (class property), also through wrappers such as `useCallback(() => ...)`. */
function boundName(typescript: typeof ts, node: ts.Node): string | undefined {
  let current = node.parent;
  while (typescript.isParenthesizedExpression(current) || typescript.isCallExpression(current) || typescript.isAsExpression(current)
    || typescript.isSatisfiesExpression(current)) {
    current = current.parent;
  }
  if (typescript.isVariableDeclaration(current) && typescript.isIdentifier(current.name)) return current.name.text;
  if (typescript.isPropertyAssignment(current) || typescript.isPropertyDeclaration(current)) return current.name.getText();
  return undefined;
}
