import type { SyntaxNode } from '@lezer/common';
import type { DeprecationFact } from '../../model/facts.js';
import { readDeprecation, replacementIn, subjectOf } from '../deprecation-text.js';
import type { Context, Extractor, Handlers } from './context.js';

/** Deprecation notices in doc strings and comments, `@deprecated`, and `warnings.warn(..., DeprecationWarning)`. */
export const extractDeprecations: Extractor = (context): Handlers => {
  if (!/deprecat/i.test(context.text)) return {};
  const seen = new Set<string>();
  /** A notice at the head of the file: about the file, or about one thing that it has. */
  const addModule = (notice: { marker: string; replacement?: string }, at: { from: number; to: number }): void => {
    const subject = subjectOf(notice.marker);
    const definition = subject === undefined ? null : new RegExp(`(?:^|\\n)(?:(class|def)\\s+|(?:from\\s.*)?import\\b.*|\\s*)\\b${subject}\\b\\s*(?:[(:=,)]|as\\b|$)`, 'm').exec(context.text);
    if (!definition) add('module', '', [], notice, at);
    else add(definition[1] === 'class' ? 'class' : definition[1] === 'def' ? 'function' : 'variable', subject!, [], notice, at);
  };
  const add = (target: DeprecationFact['target'], name: string, scope: readonly string[], notice: { marker: string; replacement?: string }, at: { from: number; to: number }): void => {
    const key = `${target} ${scope.join('.')}.${name}`;
    if (seen.has(key)) return;
    seen.add(key);
    const { marker, replacement } = notice;
    context.add({ kind: 'deprecation', name, scope: [...scope], exported: context.isExported(name), span: context.spanOf(at), target, marker, ...(replacement ? { replacement } : {}) });
  };
  const define = (target: 'class' | 'function') => (node: SyntaxNode): void => {
    const nameNode = node.getChild('VariableName');
    const notice = nameNode && (docNotice(node.getChild('Body'), context) ?? decoratorNotice(node, context) ?? commentNotice(node, context));
    if (nameNode && notice) add(target, context.textOf(nameNode), context.scope, notice, { from: node.from, to: nameNode.to });
  };
  return {
    enter: {
      Script: (node) => {
        const notice = docNotice(node, context) ?? headerNotice(node, context);
        if (notice) addModule(notice, notice);
      },
      ClassDefinition: define('class'),
      FunctionDefinition: define('function'),
      AssignStatement: (node) => {
        const target = node.firstChild;
        if (context.functionDepth > 0 || context.scope.length > 0 || target?.name !== 'VariableName') return;
        const notice = commentNotice(node, context);
        if (notice) add('variable', context.textOf(target), [], notice, node);
      },
      CallExpression: (node) => {
        const warning = warningNotice(node, context);
        if (!warning) return;
        const { scope } = context;
        const place = placeOf(node);
        if (place === 'module') addModule(warning, node);
        if (place !== 'function') return;
        const name = scope[scope.length - 1] ?? '';
        // A helper that warns for others is not deprecated itself.
        if (/warn|deprecat/i.test(name)) return;
        if (/^__(?:init|new|post_init|init_subclass)__$/.test(name)) add('class', scope[scope.length - 2] ?? '', scope.slice(0, -2), warning, enclosing(node, 'ClassDefinition') ?? node);
        else add('function', name, scope.slice(0, -1), warning, enclosing(node, 'FunctionDefinition') ?? node);
      },
    },
  };
};

interface Notice {
  marker: string;
  replacement?: string;
  from: number;
  to: number;
}

/** The notice in the doc string that a body or script starts with. */
function docNotice(body: SyntaxNode | null, context: Context): Notice | undefined {
  let first = body?.firstChild ?? null;
  while (first && (first.name === ':' || first.name === 'Comment')) first = first.nextSibling;
  const doc = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  if (doc?.name !== 'String' && doc?.name !== 'ContinuedString') return undefined;
  const text = context.textOf(doc);
  const content = text.replace(/^\w*("""|'''|"|')/, (quotes) => ' '.repeat(quotes.length)).replace(/("""|'''|"|')$/, '');
  return at(content, doc.from, content);
}

/** Finds the notice in a text that starts at an offset; `content` has the length and lines of the source. */
function at(content: string, from: number, source: string): Notice | undefined {
  const found = readDeprecation(content);
  if (!found) return undefined;
  let offset = 0;
  for (let line = 0; line < found.line; line++) offset = source.indexOf('\n', offset) + 1;
  const end = source.indexOf('\n', offset);
  return { ...found, from: from + offset, to: from + (end < 0 ? source.length : end) };
}

/** Comments before the first statement, apart from those that belong to it. */
function headerNotice(script: SyntaxNode, context: Context): Notice | undefined {
  const { text } = context;
  let end = 0;
  for (let node = script.firstChild; node; node = node.nextSibling) {
    if (node.name === 'Comment') end = node.to;
    else if (node.name !== 'ExpressionStatement' || node.firstChild?.name !== 'String') {
      if (/^(?:Class|Function)Definition$|^DecoratedStatement$|^AssignStatement$/.test(node.name)) return undefined;
      break;
    }
  }
  const header = text.slice(0, end).replace(/^#!?/gm, ' ');
  return /("""|''')/.test(header) ? undefined : at(header, 0, header);
}

/** Comment lines right above a declaration. */
function commentNotice(node: SyntaxNode, context: Context): Notice | undefined {
  const outer = node.parent?.name === 'DecoratedStatement' ? node.parent : node;
  // By lines and not by nodes: behind an indented block the parser puts the comment into that block.
  const lines: string[] = [];
  for (let end = context.text.lastIndexOf('\n', outer.from); end > 0;) {
    const start = context.text.lastIndexOf('\n', end - 1) + 1;
    const line = /^[ \t]*#+(.*)$/.exec(context.text.slice(start, end).trimEnd());
    if (!line) break;
    lines.unshift(line[1]!);
    end = start - 1;
  }
  const found = lines.length > 0 ? readDeprecation(lines.join('\n')) : undefined;
  return found && { ...found, from: node.from, to: node.to };
}

function decoratorNotice(node: SyntaxNode, context: Context): Notice | undefined {
  if (node.parent?.name !== 'DecoratedStatement') return undefined;
  for (const decorator of node.parent.getChildren('Decorator')) {
    const text = context.textOf(decorator);
    if (!/^@(?:[\w.]+\.)?deprecated\b/.test(text)) continue;
    const replacement = replacementIn(text);
    return { marker: text.replace(/\s+/g, ' ').trim().slice(0, 160), ...(replacement ? { replacement } : {}), from: decorator.from, to: decorator.to };
  }
  return undefined;
}

function warningNotice(node: SyntaxNode, context: Context): { marker: string; replacement?: string } | undefined {
  const callee = node.firstChild;
  if (!callee || !/^(?:warnings\.)?warn$/.test(context.textOf(callee))) return undefined;
  const text = context.textOf(node);
  if (!/\b(?:Pending)?DeprecationWarning\b/.test(text)) return undefined;
  const replacement = replacementIn(text.replace(/["']\s*\n\s*f?["']/g, ''));
  return { marker: text.replace(/\s+/g, ' ').slice(0, 160), ...(replacement ? { replacement } : {}) };
}

/** Whose warning a call is: it must be made whenever the module loads or the function runs, not on a condition. */
function placeOf(call: SyntaxNode): 'module' | 'function' | undefined {
  if (call.parent?.name !== 'ExpressionStatement') return undefined;
  const holder = call.parent.parent;
  if (holder?.name === 'Script') return 'module';
  return holder?.name === 'Body' && holder.parent?.name === 'FunctionDefinition' ? 'function' : undefined;
}

function enclosing(node: SyntaxNode, name: string): { from: number; to: number } | undefined {
  let current = node.parent;
  while (current && current.name !== name) current = current.parent;
  const nameNode = current?.getChild('VariableName');
  return current && nameNode ? { from: current.from, to: nameNode.to } : undefined;
}
