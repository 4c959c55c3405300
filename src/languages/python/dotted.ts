import type { SyntaxNode } from '@lezer/common';

const MAX_DEPTH = 40;

/**
 * A callee, base class or decorator as dotted text: `self.pool.get`, `get_env().get`, `rows[].id`; arguments and subscripts are emptied.
 * `` for what has no name.
 */
export function dotted(node: SyntaxNode, text: string, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  const first = node.firstChild;
  switch (node.name) {
    case 'VariableName':
    case 'PropertyName':
      return text.slice(node.from, node.to);
    case 'String':
      return "''";
    case 'CallExpression': {
      const callee = first ? dotted(first, text, depth + 1) : '';
      return callee && `${callee}()`;
    }
    case 'AwaitExpression':
    case 'ParenthesizedExpression': {
      const inner = first?.nextSibling;
      return inner ? dotted(inner, text, depth + 1) : '';
    }
    case 'MemberExpression': {
      const object = first ? dotted(first, text, depth + 1) : '';
      if (!object) return '';
      const property = node.lastChild;
      return property?.name === 'PropertyName' ? `${object}.${text.slice(property.from, property.to)}` : `${object}[]`;
    }
    default:
      return '';
  }
}
