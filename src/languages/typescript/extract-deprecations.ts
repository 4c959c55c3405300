import type ts from 'typescript';
import type { DeprecationFact } from '../../model/facts.js';
import { readDeprecation, replacementIn } from '../deprecation-text.js';
import type { Context, Extractor, Handlers } from './context.js';

/** `@deprecated` in doc comments, and comments of the form `// DEPRECATED: use x` above a declaration or at the top of the file. */
export const extractDeprecations: Extractor = (context): Handlers => {
  const { ts, sourceFile } = context;
  if (!/deprecated/i.test(sourceFile.text)) return {};
  const add = (target: DeprecationFact['target'], name: string, exported: boolean, notice: Notice, node: ts.Node): void => {
    const replacement = replacementIn(notice.text);
    const marker = notice.text.replace(/\s+/g, ' ').trim().slice(0, 160);
    context.add({ kind: 'deprecation', name, scope: [...context.scope], exported, span: context.spanOf(node), target, marker, ...(replacement ? { replacement } : {}) });
  };
  const declared = (target: DeprecationFact['target']) => (node: ts.Node & { name?: ts.Node }): void => {
    const notice = noticeAt(node, context);
    if (!notice) return;
    const name = node.name ? node.name.getText(sourceFile) : 'default';
    add(target, name, context.scope.length === 0 && context.exports.has(name), notice, node.name ?? node);
  };
  return {
    enter: {
      [ts.SyntaxKind.SourceFile]: () => {
        const notice = headerNotice(context);
        if (notice) context.add(moduleFact(notice, context));
      },
      [ts.SyntaxKind.VariableStatement]: (node: ts.VariableStatement) => {
        const notice = noticeAt(node, context);
        for (const declaration of notice ? node.declarationList.declarations : []) {
          if (!ts.isIdentifier(declaration.name)) continue;
          const isFunction = declaration.initializer && (ts.isArrowFunction(declaration.initializer) || ts.isFunctionExpression(declaration.initializer));
          add(isFunction ? 'function' : 'variable', declaration.name.text, context.scope.length === 0 && context.exports.has(declaration.name.text), notice!, declaration.name);
        }
      },
      [ts.SyntaxKind.ClassDeclaration]: declared('class'),
      [ts.SyntaxKind.FunctionDeclaration]: declared('function'),
      [ts.SyntaxKind.MethodDeclaration]: declared('function'),
      [ts.SyntaxKind.InterfaceDeclaration]: declared('type'),
      [ts.SyntaxKind.TypeAliasDeclaration]: declared('type'),
      [ts.SyntaxKind.EnumDeclaration]: declared('type'),
      [ts.SyntaxKind.PropertyDeclaration]: declared('field'),
      [ts.SyntaxKind.PropertySignature]: declared('field'),
    },
  };
};

interface Notice {
  text: string;
  start: number;
  end: number;
}

/** The notice in the comments right before a declaration; a blank line in between parts a line comment from it. */
function noticeAt(node: ts.Node, context: Context): Notice | undefined {
  const { ts, sourceFile } = context;
  const { text } = sourceFile;
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  let below = node.getStart(sourceFile);
  for (const range of [...ranges].reverse()) {
    const comment = text.slice(range.pos, range.end);
    const isDoc = comment.startsWith('/**');
    if (!isDoc && (text.slice(range.end, below).match(/\n/g)?.length ?? 0) > 1) return undefined;
    const notice = noticeIn(comment, range.pos);
    if (notice) return notice;
    if (isDoc) return undefined;
    below = range.pos;
  }
  return undefined;
}

function noticeIn(comment: string, start: number): Notice | undefined {
  const content = comment.replace(/^\/\*+|\*+\/$|^\/\/+/g, '').replace(/^[ \t]*\*[ \t]?/gm, '');
  const tag = /(?:^|\n)[ \t]*@deprecated\b([\s\S]*?)(?=\n[ \t]*@|$)/.exec(content);
  if (tag) return { text: `@deprecated ${tag[1]!.trim()}`, start, end: start + comment.length };
  const prose = readDeprecation(content);
  return prose && { text: content.split('\n').slice(prose.line, prose.line + 3).join(' '), start, end: start + comment.length };
}

/** A notice at the top of the file about the file: set apart from the first statement, or before an import. */
function headerNotice(context: Context): Notice | undefined {
  const { ts, sourceFile } = context;
  const { text, statements } = sourceFile;
  const first = statements[0];
  const start = first?.getStart(sourceFile) ?? text.length;
  const isImport = !first || ts.isImportDeclaration(first) || (ts.isExportDeclaration(first) && first.moduleSpecifier !== undefined);
  for (const range of ts.getLeadingCommentRanges(text, text.startsWith('#!') ? text.indexOf('\n') + 1 : 0) ?? []) {
    const between = text.slice(range.end, start);
    const apart = isImport || /\/\*|\/\//.test(between) || /\n[ \t]*\r?\n/.test(between);
    const notice = apart ? noticeIn(text.slice(range.pos, range.end), range.pos) : undefined;
    if (notice) return notice;
  }
  return undefined;
}

function moduleFact(notice: Notice, context: Context): DeprecationFact {
  const { sourceFile } = context;
  const from = sourceFile.getLineAndCharacterOfPosition(notice.start);
  const to = sourceFile.getLineAndCharacterOfPosition(notice.end);
  const replacement = replacementIn(notice.text);
  return {
    kind: 'deprecation', name: '', scope: [], exported: false, target: 'module', marker: notice.text.replace(/\s+/g, ' ').trim().slice(0, 160),
    span: [from.line + 1, from.character + 1, to.line + 1, to.character + 1], ...(replacement ? { replacement } : {}),
  };
}
