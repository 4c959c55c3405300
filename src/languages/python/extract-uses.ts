import type { SyntaxNode } from '@lezer/common';
import { createUsesTable } from '../uses-table.js';
import type { Context, Extractor } from './context.js';

/** Roots of modules that no product declares; leaving them out keeps the fact small. */
const FOREIGN = new Set([
  'abc', 'asyncio', 'collections', 'contextlib', 'copy', 'dataclasses', 'datetime', 'enum', 'fastapi', 'functools', 'hashlib', 'inspect', 'itertools', 'json', 'logging', 'math',
  'os', 'pathlib', 'pydantic', 'pytest', 'random', 're', 'secrets', 'sqlalchemy', 'subprocess', 'sys', 'tempfile', 'threading', 'time', 'traceback', 'typing', 'unittest', 'uuid', 'warnings',
]);
const LOGGER = /^_?(?:logger|log)$/i;
/** Deepest place in an annotation that is looked at. */
const MAX_CLIMB = 12;

/** The uses fact: which top-level name, or the loading of the module itself, uses which other. */
export const extractUses: Extractor = (context) => {
  const table = createUsesTable();
  const declared = new Set<string>();
  const functions = new Set<string>();
  let star = false;
  const user = (): string => context.scope[0] ?? '';
  return {
    enter: {
      FunctionDefinition: (node) => {
        const name = node.getChild('VariableName');
        if (!name) return;
        functions.add(context.textOf(name));
        if (context.scope.length === 0) declared.add(context.textOf(name));
      },
      ClassDefinition: (node) => {
        const name = node.getChild('VariableName');
        if (name && context.scope.length === 0) declared.add(context.textOf(name));
      },
      ImportStatement: (node) => {
        if (node.getChild('*')) star = true;
      },
      VariableName: (node) => {
        const text = context.textOf(node);
        if (text === 'self' || text === 'cls') return;
        const place = placeOf(node);
        if (place === 'target' && context.scope.length === 0) declared.add(text);
        if (place !== 'use' || LOGGER.test(text)) return;
        const imported = context.imports.get(text);
        if (imported && imported.level === 0 && FOREIGN.has(rootOf(imported.specifier))) return;
        table.use(user(), imported && mayBeModule(text) ? throughModule(node, text, context) : text);
      },
      MemberExpression: (node) => {
        const property = node.lastChild;
        if (property?.name !== 'PropertyName' || node.parent?.name === 'MemberExpression') return;
        const isCalled = node.parent?.name === 'CallExpression' && node.parent.firstChild?.from === node.from;
        if (!isCalled) table.handOn(user(), context.textOf(property));
        else if (context.functionDepth === 0) table.call(user(), context.textOf(property));
      },
    },
    end() {
      const rows = table.rows((name) => star || declared.has(name) || context.imports.has(name), (name) => functions.has(name));
      if (rows.length > 0) context.add({ kind: 'uses', name: '', scope: [], exported: false, span: [1, 1, 1, 1], rows });
    },
  };
};

/** Whether a name is read, bound, or neither: part of an import, the name of a parameter or keyword, an annotation, an alias of a module. */
function placeOf(node: SyntaxNode): 'use' | 'target' | 'other' {
  const { parent } = node;
  switch (parent?.name) {
    case 'ImportStatement':
    case 'ScopeStatement':
    case 'FunctionDefinition':
    case 'ClassDefinition':
      return 'other';
    case 'ParamList':
      return node.prevSibling?.name === 'AssignOp' ? 'use' : 'other';
    case 'ArgList':
      return node.nextSibling?.name === 'AssignOp' ? 'other' : isAnnotation(node) ? 'other' : 'use';
    case 'AssignStatement': {
      for (let next = node.nextSibling; next; next = next.nextSibling) if (next.name === 'AssignOp') return 'target';
      const isAlias = parent.parent?.name === 'Script' && node.prevSibling?.name === 'AssignOp';
      return isAlias ? 'other' : 'use';
    }
    default:
      return isAnnotation(node) ? 'other' : 'use';
  }
}

/** `Depends(get_cart)` inside an annotation is a use, `Optional[Cart]` is none. */
function isAnnotation(node: SyntaxNode): boolean {
  let current = node.parent;
  for (let climb = 0; current && climb < MAX_CLIMB; climb++, current = current.parent) {
    if (current.name === 'TypeDef') return true;
    if (current.name === 'CallExpression' || current.name.endsWith('Statement') || current.name === 'Body') return false;
  }
  return false;
}

function mayBeModule(local: string): boolean {
  return !/[A-Z]/.test(local);
}

/** `rates.load` for `rates.load(day)`, where `rates` may be a module: the path as far as names go, four at most. */
function throughModule(node: SyntaxNode, text: string, context: Context): string {
  let path = text;
  let current: SyntaxNode = node;
  for (let steps = 0; steps < 3; steps++) {
    const { parent } = current;
    if (parent?.name !== 'MemberExpression' || parent.firstChild?.from !== current.from || parent.lastChild?.name !== 'PropertyName') break;
    path += `.${context.textOf(parent.lastChild)}`;
    current = parent;
  }
  return path;
}

function rootOf(specifier: string): string {
  return specifier.split('.', 1)[0]!;
}
