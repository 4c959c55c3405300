import type { SyntaxNode } from '@lezer/common';

/** What happens when an import at a place fails, judged by the statements around it up to the enclosing function. */
export interface ImportSurroundings {
  /** The failure is caught and not raised again. */
  guarded: boolean;
  /** In the handler of a `try` that catches import errors: runs only when another import has failed. */
  fallback: boolean;
  /** Under `if TYPE_CHECKING`: never executed. */
  typeOnly: boolean;
  /** Under `if __name__ == "__main__"`: executed only when the file is started as a script. */
  scriptOnly: boolean;
}

/** The exception classes that an import error is caught by. */
const CATCHES = new Set(['ImportError', 'ModuleNotFoundError', 'Exception', 'BaseException']);

export function surroundingsOf(node: SyntaxNode, text: string): ImportSurroundings {
  const found: ImportSurroundings = { guarded: false, fallback: false, typeOnly: false, scriptOnly: false };
  let child = node;
  for (let parent = node.parent; parent && parent.name !== 'FunctionDefinition' && parent.name !== 'LambdaExpression'; parent = parent.parent) {
    if (parent.name === 'TryStatement') {
      const part = partOf(parent, child);
      if (part === 'try' && handlesImportError(parent, text)) found.guarded = true;
      if (part === 'except' && catchesImportError(clauseBefore(child, text))) found.fallback = true;
    } else if (parent.name === 'IfStatement') {
      const condition = conditionOf(parent, child, text);
      if (/^(?:\w+\.)*TYPE_CHECKING$/.test(condition)) found.typeOnly = true;
      if (/__name__\s*==\s*['"]__main__['"]/.test(condition)) found.scriptOnly = true;
      if (/\bfind_spec\(/.test(condition)) found.guarded = true;
    } else if (parent.name === 'WithStatement') {
      const header = text.slice(parent.from, child.from);
      if (/\b(?:suppress|raises)\([^)]*\b(?:ImportError|ModuleNotFoundError|Exception)\b/.test(header)) found.guarded = true;
    }
    child = parent;
  }
  return found;
}

/** The keyword of the clause that `child`, a direct child of the statement, belongs to. */
function partOf(statement: SyntaxNode, child: SyntaxNode): string {
  let keyword = '';
  for (let part = statement.firstChild; part && part.from <= child.from; part = part.nextSibling) {
    if (part.name === 'try' || part.name === 'except' || part.name === 'else' || part.name === 'finally') keyword = part.name;
  }
  return keyword;
}

/** The first handler that catches an import error decides: it must not pass the failure on. */
function handlesImportError(statement: SyntaxNode, text: string): boolean {
  for (let part = statement.firstChild; part; part = part.nextSibling) {
    if (part.name !== 'Body' || part.prevSibling?.name === 'try' || partOf(statement, part) !== 'except') continue;
    if (catchesImportError(clauseBefore(part, text))) return !raises(part, text);
  }
  return false;
}

/** Text between `except` and the handler's body. */
function clauseBefore(body: SyntaxNode, text: string): string {
  let part = body.prevSibling;
  while (part && part.name !== 'except') part = part.prevSibling;
  return part ? text.slice(part.to, body.from) : '';
}

function catchesImportError(clause: string): boolean {
  const types = clause.replace(/\bas\s+\w+\s*$/, '').trim();
  return types === '' || (types.match(/\w+/g) ?? []).some((name) => CATCHES.has(name));
}

/** Whether a handler ends, whatever happens, by raising or leaving the process. */
function raises(body: SyntaxNode, text: string): boolean {
  const last = body.lastChild;
  if (!last) return false;
  return last.name === 'RaiseStatement' || /^(?:sys\.exit|os\._exit|exit|quit)\(/.test(text.slice(last.from, last.to));
}

/** Text of the condition of the branch that `child` is the body of; `` for an else branch. */
function conditionOf(statement: SyntaxNode, child: SyntaxNode, text: string): string {
  let condition: SyntaxNode | undefined;
  for (let part = statement.firstChild; part && part.from < child.from; part = part.nextSibling) {
    if (part.name === 'else') condition = undefined;
    else if (part.name !== 'Body' && part.name !== 'if' && part.name !== 'elif') condition = part;
  }
  return condition ? text.slice(condition.from, condition.to) : '';
}
