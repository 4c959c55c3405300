import type { SyntaxNode } from '@lezer/common';
import type { Context } from './context.js';

/**
 * A test whether a name that a module imports is there only to be imported from it: the module is a face (`__init__`, a list in
 * `__all__`, nothing of its own) and does not use the name itself.
 */
export function reExportTest(script: SyntaxNode, context: Context): (local: string) => boolean {
  const { all, path } = context;
  const isFace = /(?:^|\/)__init__\.pyi?$/.test(path) || !definesSomething(script);
  if (!isFace && !all) return () => false;
  let used: Set<string> | undefined;
  return (local) => (isFace || all!.has(local)) && !(used ??= usedNames(script, context)).has(local);
}

function definesSomething(script: SyntaxNode): boolean {
  return script.getChild('ClassDefinition') !== null || script.getChild('FunctionDefinition') !== null || script.getChild('DecoratedStatement') !== null;
}

/** Names that occur outside import statements, other than as the right side of an alias `X = Y` at module level. */
function usedNames(script: SyntaxNode, context: Context): Set<string> {
  const used = new Set<string>();
  script.cursor().iterate((ref) => {
    if (ref.name === 'ImportStatement') return false;
    if (ref.name !== 'VariableName') return undefined;
    const parent = ref.node.parent;
    const isAlias = parent?.name === 'AssignStatement' && parent.parent?.name === 'Script' && parent.lastChild?.from === ref.from;
    if (!isAlias) used.add(context.text.slice(ref.from, ref.to));
    return undefined;
  });
  return used;
}
