import type typescript from 'typescript';
import type { Context } from './context.js';
import { dotted } from './dotted.js';

/** Names of the decorators of a class or member, dotted, arguments left out: `Injectable` for `@Injectable()`. */
export function decoratorNames(node: typescript.Node, { ts }: Context): string[] {
  if (!ts.canHaveDecorators(node)) return [];
  return (ts.getDecorators(node) ?? []).map((decorator) => dotted(ts, decorator.expression).replace(/\(\)$/, ''));
}
