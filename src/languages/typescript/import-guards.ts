import type ts from 'typescript';

/**
 * Whether a failure to load at this place is caught: inside `try` whose `catch` does not throw again, or with `.catch(...)` on the promise.
 * Looks up to the enclosing function.
 */
export function isGuarded(typescript: typeof ts, node: ts.Node): boolean {
  let child = node;
  for (let parent = node.parent; parent && !typescript.isSourceFile(parent); parent = parent.parent) {
    if (typescript.isFunctionLike(parent)) return false;
    if (typescript.isTryStatement(parent) && parent.tryBlock === child && parent.catchClause && !throws(typescript, parent.catchClause.block)) return true;
    if (typescript.isPropertyAccessExpression(parent) && parent.expression === child && parent.name.text === 'catch') return true;
    child = parent;
  }
  return false;
}

/** In the `catch` block of a `try`, which runs only when something else has failed. */
export function isFallback(typescript: typeof ts, node: ts.Node): boolean {
  for (let parent = node.parent; parent && !typescript.isFunctionLike(parent); parent = parent.parent) {
    if (typescript.isCatchClause(parent)) return true;
  }
  return false;
}

function throws(typescript: typeof ts, block: ts.Block): boolean {
  const last = block.statements[block.statements.length - 1];
  if (!last) return false;
  return typescript.isThrowStatement(last) || (typescript.isExpressionStatement(last) && /^process\.exit\(/.test(last.getText()));
}
