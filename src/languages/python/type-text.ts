import type { SyntaxNode } from '@lezer/common';
import { stringOf } from './literals.js';

/** Longer types are cut: they are shown to people and compared, and two types equal up to here are equal in practice. */
const MAX_TEXT = 400;

/**
 * An annotation (the type, or the `TypeDef` node with its `:` or `->`) on one line: comments gone, white space folded, the strings of a
 * `Literal` in double quotes, forward references (`"Order"`, `List["Order"]`) without quotes.
 */
export function typeText(annotation: SyntaxNode, text: string): string {
  const node = annotation.name === 'TypeDef' ? typeIn(annotation) : annotation;
  const forward = node.name === 'String' ? stringOf(node, text) : undefined;
  if (forward !== undefined) return forward.replace(/\s+/g, ' ').trim();
  const source = text.slice(node.from, node.to);
  if (PLAIN.test(source)) return source;
  let folded = '';
  const cursor = node.cursor();
  const end = node.to;
  do {
    if (cursor.from >= end) break;
    if (cursor.name === 'Comment') continue;
    if (cursor.name === 'String') {
      const value = stringOf(cursor.node, text) ?? '';
      folded += spaceBetween(folded, '"') + (isLiteral(cursor.node, text) ? JSON.stringify(value) : value);
    } else if (!cursor.node.firstChild && cursor.to > cursor.from) {
      const piece = text.slice(cursor.from, cursor.to);
      if (piece === ']' || piece === ')') folded = folded.replace(/,$/, '');
      folded += spaceBetween(folded, piece) + piece;
    }
  } while (cursor.next() && folded.length <= MAX_TEXT);
  return folded.length > MAX_TEXT ? `${folded.slice(0, MAX_TEXT)}…` : folded;
}

function isLiteral(string: SyntaxNode, text: string): boolean {
  const callee = string.parent?.name === 'MemberExpression' ? string.parent.firstChild : undefined;
  return callee ? /(?:^|\.)Literal$/.test(text.slice(callee.from, callee.to)) : true;
}

function typeIn(typeDef: SyntaxNode): SyntaxNode {
  let node = typeDef.lastChild ?? typeDef;
  while (node.name === 'Comment' && node.prevSibling) node = node.prevSibling;
  return node;
}

const PLAIN = /^[\w.]+(?:\[[\w.]+(?:, [\w.]+)*\])?$/;

function spaceBetween(folded: string, piece: string): string {
  if (folded === '') return '';
  const last = folded.at(-1)!;
  if (piece === '|' || last === '|' || last === ',') return ' ';
  return /[\w"]/.test(last) && /[\w"]/.test(piece[0]!) ? ' ' : '';
}
