import type { SyntaxNode } from '@lezer/common';
import { dotted } from './dotted.js';

/** Dotted name of a base class, callee or subscripted name: `enum.Enum`, `Generic` of `Generic[T]`, `re.compile` of a call to it. */
export function nameOf(node: SyntaxNode, text: string): string {
  return dotted(node, text).replace(/(?:\[\]|\(\))$/, '');
}

/** Statements of a class or function body, those of one line (`a = 1; b = 2`) included; nested blocks are not entered. */
export function statementsOf(node: SyntaxNode): SyntaxNode[] {
  const statements: SyntaxNode[] = [];
  const collect = (body: SyntaxNode): void => {
    for (let part = body.firstChild; part; part = part.nextSibling) {
      if (part.name === 'StatementGroup') collect(part);
      else if (part.name !== ':' && part.name !== ';' && part.name !== 'Comment') statements.push(part);
    }
  };
  const body = node.name === 'Body' ? node : node.getChild('Body');
  if (body) collect(body);
  return statements;
}

/** `name: annotation = value`, with annotation or value absent where they are not written. */
export interface Assignment {
  name: string;
  target: SyntaxNode;
  annotation?: SyntaxNode;
  /** Several for an unparenthesised tuple: `A = 'a', 'Label'`. */
  values: SyntaxNode[];
}

/** An assignment to one plain name; undefined for any other statement, for several targets and for attributes. */
export function assignmentOf(statement: SyntaxNode, text: string): Assignment | undefined {
  if (statement.name !== 'AssignStatement') return undefined;
  const target = statement.firstChild;
  if (target?.name !== 'VariableName') return undefined;
  let annotation: SyntaxNode | undefined;
  let assigned = false;
  const values: SyntaxNode[] = [];
  for (let part = target.nextSibling; part; part = part.nextSibling) {
    if (part.name === 'TypeDef') annotation = expressionIn(part);
    else if (part.name === 'AssignOp') {
      if (assigned) return undefined;
      assigned = true;
    } else if (part.name === ',') {
      if (!assigned) return undefined;
    } else if (part.name !== 'Comment') values.push(part);
  }
  return { name: text.slice(target.from, target.to), target, ...(annotation ? { annotation } : {}), values };
}

function expressionIn(typeDef: SyntaxNode): SyntaxNode | undefined {
  for (let part = typeDef.firstChild; part; part = part.nextSibling) if (part.name !== ':' && part.name !== 'Comment') return part;
  return undefined;
}
