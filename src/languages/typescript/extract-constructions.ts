import type ts from 'typescript';
import { resourceOf, typescriptResources } from '../resource-constructors.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';

const callees: ReadonlySet<string> = new Set(typescriptResources.map((row) => row.callee));

/** A `construction` fact per expression that opens a resource: `new WebSocket(url)`, `createClient(options)`, `axios.create()`. */
export const extractConstructions: Extractor = (context) => {
  const { ts } = context;
  const visit = (node: ts.NewExpression | ts.CallExpression): void => {
    const name = dotted(ts, node.expression);
    const resource = name && resolve(name, ts.isNewExpression(node), context);
    if (!resource) return;
    context.add({
      kind: 'construction', name, scope: [...context.scope], exported: false, span: context.spanOf(node), resource,
      arguments: node.arguments?.length ?? 0,
    });
  };
  return { enter: { [ts.SyntaxKind.NewExpression]: visit, [ts.SyntaxKind.CallExpression]: visit } };
};

/** Globals of the window or worker: `window.WebSocket` is `WebSocket`. */
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['window', 'globalThis', 'self', 'global']);

function resolve(name: string, constructed: boolean, context: Context): string | undefined {
  let path = name.split('.');
  const origin = context.imports.get(path[0]!);
  if (!origin) {
    if (!constructed) return undefined;
    if (GLOBAL_OBJECTS.has(path[0]!) && path.length === 2) path = path.slice(1);
    return callees.has(path[0]!) ? resourceOf(typescriptResources, undefined, path) : undefined;
  }
  if (origin.specifier.startsWith('.')) return undefined;
  // A namespace or default import stands for the module: `axios.create`, `mysql.createPool`; called itself it is the default export.
  if (origin.imported === '*' || (origin.imported === 'default' && path.length > 1)) {
    return resourceOf(typescriptResources, origin.specifier, path.slice(1));
  }
  return path.length === 1 ? resourceOf(typescriptResources, origin.specifier, [origin.imported]) : undefined;
}
