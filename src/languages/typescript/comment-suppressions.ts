import type ts from 'typescript';
import type { SuppressionComment } from '../../model/facts.js';
import { suppressionIn } from '../suppression-comments.js';
import { spanAt } from './parse.js';

/**
 * Suppressions in line, block, JSDoc and JSX comments. The tree tells a comment from text that looks like one in a string, a template, a regular
 * expression or JSX; a scanner without it cannot.
 */
export function commentSuppressions(typescript: typeof ts, sourceFile: ts.SourceFile): SuppressionComment[] {
  const { text } = sourceFile;
  const found: SuppressionComment[] = [];
  let last = -1;
  for (const marker of text.matchAll(/ssot-ignore/g)) {
    const comment = commentAt(typescript, sourceFile, marker.index);
    if (!comment || comment.pos === last) continue;
    last = comment.pos;
    const suppression = suppressionIn(text.slice(comment.pos, comment.end), spanAt(sourceFile, comment.pos, comment.end));
    if (suppression) found.push(suppression);
  }
  return found;
}

function commentAt(typescript: typeof ts, sourceFile: ts.SourceFile, position: number): ts.TextRange | undefined {
  const { text } = sourceFile;
  let node: ts.Node = sourceFile;
  for (let child: ts.Node | undefined = node; child; node = child, child = childAt(node, sourceFile, position)) {
    if (child.kind === typescript.SyntaxKind.JSDoc) return { pos: child.pos, end: child.end };
  }
  if (position >= node.getStart(sourceFile)) return undefined;
  const comments = [...(typescript.getTrailingCommentRanges(text, node.pos) ?? []), ...(typescript.getLeadingCommentRanges(text, node.pos) ?? [])];
  return comments.find(({ pos, end }) => pos <= position && position < end);
}

/** The child whose text, with the white space and comments before it, holds the position. */
function childAt(node: ts.Node, sourceFile: ts.SourceFile, position: number): ts.Node | undefined {
  return node.getChildren(sourceFile).find(({ pos, end }) => pos <= position && position < end);
}
