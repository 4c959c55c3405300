import type ts from 'typescript';
import { resourceOf, typescriptResources } from '../resource-constructors.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { binderOf, functionScopeOf } from './function-scope.js';

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
      ...(STREAMS.has(resource) && routeOf(node.arguments?.[0], context)),
    });
  };
  return { enter: { [ts.SyntaxKind.NewExpression]: visit, [ts.SyntaxKind.CallExpression]: visit } };
};

/** Globals of the window or worker: `window.WebSocket` is `WebSocket`. */
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['window', 'globalThis', 'self', 'global']);

/** Resources of which one address has many, each of its own. */
const STREAMS: ReadonlySet<string> = new Set(['websocket', 'event-source']);
const MAX_HOPS = 4;

/** The path that an address is written with, in the argument itself or in the variable that it is. */
function routeOf(argument: ts.Expression | undefined, context: Context): { route?: string } {
  const [, route] = /^(?:\w+:\/\/[^/{]+)?(?:[^/]*(?:\{\}|:)\/\/)?(?:[^/]*\{\}|[^/{]*)(\/[a-z][\w-]*(?:\/[\w-]+)*\/?)/i.exec(addressOf(argument, context, 0)) ?? [];
  return route === undefined ? {} : { route };
}

/** The text of an address, `{}` for what is not written out. */
function addressOf(expression: ts.Expression | undefined, context: Context, hops: number): string {
  const { ts } = context;
  if (!expression || hops > MAX_HOPS) return '{}';
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isTemplateExpression(expression)) return expression.head.text + expression.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
  if (ts.isConditionalExpression(expression)) return addressOf(expression.whenTrue, context, hops + 1);
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return addressOf(expression.left, context, hops + 1) + addressOf(expression.right, context, hops + 1);
  }
  if (ts.isNewExpression(expression) && dotted(ts, expression.expression) === 'URL') return addressOf(expression.arguments?.[0], context, hops + 1);
  const fn = ts.isIdentifier(expression) ? binderOf(ts, expression, expression.text) : undefined;
  const values = fn ? functionScopeOf(ts, fn).values.get((expression as ts.Identifier).text) ?? [] : [];
  return values.length === 1 ? addressOf(values[0], context, hops + 1) : '{}';
}

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
