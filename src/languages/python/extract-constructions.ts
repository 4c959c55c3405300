import type { SyntaxNode } from '@lezer/common';
import { pythonResources, resourceOf } from '../resource-constructors.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';

/** A `construction` fact per call that opens a resource: `create_engine(url)`, `redis.asyncio.from_url(url)`. */
export const extractConstructions: Extractor = (context) => {
  const known = new Set(pythonResources.flatMap((row) => row.modules));
  // Most files import none of these modules; then no call needs a look.
  const relevant = [...context.imports.values()].some(({ specifier, imported, level }) => level === 0 && (
    known.has(specifier.split('.', 1)[0]!) || known.has(imported)));
  if (!relevant) return {};
  return {
    enter: {
      CallExpression: (node) => {
        const callee = node.firstChild;
        if (!callee) return;
        const name = dotted(callee, context.text);
        const resource = name && resolve(name, context);
        if (!resource) return;
        context.add({
          kind: 'construction', name, scope: [...context.scope], exported: false, span: context.spanOf(node), resource, arguments: countArguments(node),
        });
      },
    },
  };
};

function resolve(name: string, context: Context): string | undefined {
  const [local, ...rest] = name.split('.');
  const origin = context.imports.get(local!);
  if (!origin || origin.level > 0) return undefined;
  if (origin.imported === '') {
    // `import redis.asyncio` binds `redis`; `import redis.asyncio as redis` binds the submodule. Both are within the package.
    return resourceOf(pythonResources, origin.specifier, rest);
  }
  return resourceOf(pythonResources, origin.specifier, [origin.imported, ...rest])
    // `from redis import asyncio`: the imported name is itself a module.
    ?? (rest.length > 0 ? resourceOf(pythonResources, `${origin.specifier}.${origin.imported}`, rest) : undefined);
}

function countArguments(call: SyntaxNode): number {
  const list = call.getChild('ArgList');
  if (!list) return 0;
  let count = 0;
  let filled = false;
  for (let part = list.firstChild; part; part = part.nextSibling) {
    if (part.name === ',') filled = false;
    else if (part.name !== '(' && part.name !== ')' && part.name !== 'Comment' && !filled) {
      filled = true;
      count++;
    }
  }
  return count;
}
