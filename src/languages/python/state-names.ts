import type { SyntaxNode } from '@lezer/common';
import type { Context } from './context.js';
import { assignmentOf } from './function-scope.js';
import { typeText } from './type-text.js';

/** One binding outside a function: `_pool: Optional[Pool] = None` in a module or class body. */
export interface BoundName {
  name: string;
  /** The `AssignStatement`. */
  statement: SyntaxNode;
  /** Text of the annotation without its colon. */
  annotation?: string;
  value?: SyntaxNode;
}

export interface ClassBody {
  definition: SyntaxNode;
  /** Dotted name within the file: `Outer.Inner`. */
  path: string;
  bindings: readonly BoundName[];
}

/** What a module binds when it loads, outside functions. */
export interface ModuleBody {
  bindings: readonly BoundName[];
  classes: readonly ClassBody[];
  /** Names of module-level functions and classes. */
  definitions: ReadonlySet<string>;
}

const MAX_NESTING = 20;
const bodies = new WeakMap<Context, ModuleBody>();

/** The body of the module that `node` stands in; read once. */
export function moduleBodyOf(node: SyntaxNode, context: Context): ModuleBody {
  let body = bodies.get(context);
  if (!body) {
    let top = node;
    while (top.parent) top = top.parent;
    bodies.set(context, (body = readModule(top, context.text)));
  }
  return body;
}

/** Dotted name of the function or class around a node, within the file; `` at module level. */
export function pathAround(node: SyntaxNode, text: string): string {
  const names: string[] = [];
  for (let current = node.parent; current; current = current.parent) {
    if (current.name !== 'FunctionDefinition' && current.name !== 'ClassDefinition') continue;
    const name = current.getChild('VariableName');
    if (name) names.push(text.slice(name.from, name.to));
  }
  return names.reverse().join('.');
}

/** Source text on one line, cut to 200 characters. */
export function flatText(node: SyntaxNode, text: string): string {
  return text.slice(node.from, node.to).replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** Text of a `TypeDef`; a forward reference loses its quotes. */
export function annotationText(typeDef: SyntaxNode, text: string): string {
  return typeText(typeDef, text).replace(/^(['"])(.*)\1$/, '$2');
}

/**
 * The expression that decides what a value is: parentheses and `await` removed, `A() if x else None` is `A()`, `x or A()` is `A()`.
 */
export function coreOf(expression: SyntaxNode): SyntaxNode {
  let current = expression;
  for (let depth = 0; depth < MAX_NESTING; depth++) {
    const parts = unwrapped(current);
    const next = parts.filter((part) => part.name !== 'None').at(current.name === 'ConditionalExpression' ? 0 : -1);
    if (!next) return current;
    current = next;
  }
  return current;
}

/** The expressions that a wrapping expression may give: both sides of `or`, both branches of a condition; none when it wraps nothing. */
export function unwrapped(expression: SyntaxNode): SyntaxNode[] {
  const first = expression.firstChild;
  const last = expression.lastChild;
  if (!first || !last) return [];
  switch (expression.name) {
    case 'ParenthesizedExpression':
      return first.nextSibling && !first.nextSibling.type.isError ? [first.nextSibling] : [];
    case 'AwaitExpression':
    case 'NamedExpression':
      return [last];
    case 'ConditionalExpression':
      return [first, last];
    case 'BinaryExpression':
      return expression.getChild('or') ? [first, last] : expression.getChild('and') ? [last] : [];
    default:
      return [];
  }
}

function readModule(top: SyntaxNode, text: string): ModuleBody {
  const bindings: BoundName[] = [];
  const classes: ClassBody[] = [];
  const definitions = new Set<string>();
  const nameOf = (definition: SyntaxNode): string => {
    const name = definition.getChild('VariableName');
    return name ? text.slice(name.from, name.to) : '';
  };
  const readBody = (body: SyntaxNode, path: string, into: BoundName[], depth: number): void => {
    if (depth > MAX_NESTING) return;
    for (let statement = body.firstChild; statement; statement = statement.nextSibling) {
      switch (statement.name) {
        case 'AssignStatement':
          into.push(...boundNames(statement, text));
          break;
        case 'StatementGroup':
        case 'IfStatement':
          // What a module does when it is started as a script, no importer of it sees.
          if (path === '' && isMainBlock(statement, text)) break;
          readBody(statement, path, into, depth + 1);
          break;
        case 'TryStatement':
        case 'WithStatement':
        case 'ForStatement':
          readBody(statement, path, into, depth + 1);
          break;
        case 'Body':
          readBody(statement, path, into, depth + 1);
          break;
        case 'FunctionDefinition':
          if (path === '') definitions.add(nameOf(statement));
          break;
        case 'DecoratedStatement':
          readBody(statement, path, into, depth + 1);
          break;
        case 'ClassDefinition': {
          const name = nameOf(statement);
          if (path === '') definitions.add(name);
          const inside: BoundName[] = [];
          const classPath = path === '' ? name : `${path}.${name}`;
          classes.push({ definition: statement, path: classPath, bindings: inside });
          const classBody = statement.getChild('Body');
          if (classBody) readBody(classBody, classPath, inside, depth + 1);
          break;
        }
        default:
          break;
      }
    }
  };
  readBody(top, '', bindings, 0);
  return { bindings, classes, definitions };
}

function isMainBlock(statement: SyntaxNode, text: string): boolean {
  const body = statement.getChild('Body');
  return body !== null && /__name__\s*==\s*['"]__main__['"]/.test(text.slice(statement.from, body.from));
}

function boundNames(statement: SyntaxNode, text: string): BoundName[] {
  const { targets, values, unpacks, annotation } = assignmentOf(statement);
  const names: BoundName[] = [];
  targets.forEach((target, index) => {
    if (target.name !== 'VariableName') return;
    const value = unpacks ? undefined : values.length === targets.length ? values[index] : values[0];
    names.push({
      name: text.slice(target.from, target.to),
      statement,
      ...(annotation && { annotation: annotationText(annotation, text) }),
      ...(value && { value }),
    });
  });
  return names;
}
