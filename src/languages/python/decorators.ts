import type { SyntaxNode } from '@lezer/common';
import type { Context } from './context.js';

/** Names of the decorators of a class or function, dotted, arguments left out: `app.get` for `@app.get("/items")`. */
export function decoratorNames(definition: SyntaxNode, context: Context): string[] {
  const parent = definition.parent;
  if (parent?.name !== 'DecoratedStatement') return [];
  return parent.getChildren('Decorator').map((decorator) => {
    const end = decorator.getChild('ArgList')?.from ?? decorator.to;
    return context.text.slice(decorator.from + 1, end).trim();
  });
}
