import type ts from 'typescript';
import type { FunctionFact } from '../../model/facts.js';
import type { Context } from './context.js';

/** What callers of a function get: see `FunctionFact.returns`. Undefined when it cannot be told. */
export function returnOriginOf(_node: ts.SignatureDeclaration, _context: Context): FunctionFact['returns'] {
  return undefined;
}
