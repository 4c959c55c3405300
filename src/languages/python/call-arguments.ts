import type { SyntaxNode } from '@lezer/common';

export interface CallArguments {
  positional: readonly SyntaxNode[];
  keywords: ReadonlyMap<string, SyntaxNode>;
  /** A `*args` or `**kwargs` is handed on: there may be more. */
  unpacks: boolean;
}

/** The arguments of a `CallExpression`, class definition or decorator. */
export function callArguments(call: SyntaxNode, text: string): CallArguments {
  const positional: SyntaxNode[] = [];
  const keywords = new Map<string, SyntaxNode>();
  let unpacks = false;
  let skip = false;
  const list = call.getChild('ArgList');
  for (let part = list?.firstChild ?? null; part; part = part.nextSibling) {
    switch (part.name) {
      case '(':
      case ')':
      case ',':
      case 'Comment':
        break;
      case '*':
      case '**':
        unpacks = true;
        skip = true;
        break;
      default:
        if (skip) skip = false;
        else if (part.name === 'VariableName' && part.nextSibling?.name === 'AssignOp') {
          const value = part.nextSibling.nextSibling;
          if (value) {
            keywords.set(text.slice(part.from, part.to), value);
            part = value;
          }
        } else positional.push(part);
    }
  }
  return { positional, keywords, unpacks };
}
