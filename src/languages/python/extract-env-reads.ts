import type { SyntaxNode } from '@lezer/common';
import type { EnvReadFact, Literal } from '../../model/facts.js';
import { accessOf, holdsEnvironment, isSettingName, namesEnvironment, type EnvAccess } from '../env-access.js';
import { callArguments } from './call-arguments.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { useOf } from './env-read-use.js';
import { environmentBranchOf, environmentTest } from './environment-branch.js';
import { elementsOf, literalOf, stringOf, withoutParentheses } from './literals.js';

/**
 * Reads of environment variables: `os.environ["X"]`, `os.getenv("X", d)`, `"X" in os.environ`, and accessors by their names
 * (`get_env().get("X", d)`, `require_env("X")`). Names and defaults that are constants of the same file are resolved.
 */
export const extractEnvReads: Extractor = (context) => {
  const { text } = context;
  const pending: Read[] = [];
  /** Last name of a module- or class-level constant to its value. */
  const constants = new Map<string, SyntaxNode>();
  /** Names bound to the process environment itself: `env = os.environ`. */
  const aliases = new Set<string>();
  /** Names bound to a reader that raises when there is neither value nor default: `env = environ.Env()`. */
  const raising = new Set<string>();

  return {
    enter: {
      AssignStatement: (node) => {
        const target = node.firstChild;
        const value = node.lastChild;
        if (target?.name !== 'VariableName' || !value || value.from === target.from) return;
        if (context.functionDepth === 0) constants.set(context.textOf(target), value);
        if (value.name === 'MemberExpression' || value.name === 'VariableName') {
          if (isEnviron(dotted(value, text), context, aliases)) aliases.add(context.textOf(target));
        }
        if (value.name === 'CallExpression' && isRaisingReader(dotted(value, text), context)) raising.add(context.textOf(target));
      },
      CallExpression: (node) => {
        const callee = node.firstChild;
        if (!callee || (callee.name !== 'MemberExpression' && callee.name !== 'VariableName')) return;
        const method = callee.name === 'VariableName' ? callee : callee.lastChild;
        if (!method || method.name === ']' || !MAYBE_READ.test(context.textOf(method))) return;
        const read = readOfCall(node, dotted(callee, text), context, aliases, raising);
        if (read) pending.push({ ...read, node, scope: [...context.scope] });
      },
      MemberExpression: (node) => {
        if (node.lastChild?.name !== ']' || isWritten(node)) return;
        const holder = dotted(node.firstChild!, text);
        const direct = isEnviron(holder, context, aliases);
        if (!direct && !(holdsEnvironment(holder.split('.').at(-1)!) && !holder.endsWith('[]'))) return;
        const name = elementsOf(node)[1];
        if (name) {
          pending.push({
            node, name, direct, accessor: holder, scope: [...context.scope], required: direct && !isGuarded(node, text), default: undefined,
          });
        }
      },
      BinaryExpression: (node) => {
        const container = node.lastChild;
        if (container?.prevSibling?.name !== 'in' || (container.name !== 'MemberExpression' && container.name !== 'VariableName')) return;
        const holder = dotted(container, text);
        if (!isEnviron(holder, context, aliases)) return;
        pending.push({
          node, name: node.firstChild!, direct: true, accessor: `in ${holder}`, scope: [...context.scope], required: false, default: undefined,
        });
      },
    },
    end: () => {
      for (const read of pending) for (const fact of factsOf(read, constants, context)) context.add(fact);
    },
  };
};

/** Last names of callees that can be a read; asked before anything is taken apart, for most calls are none. */
const MAYBE_READ = /env|^get|^require|^has$|^exists$|^(?:str|int|bool|float|json|list|url)$|^config$/i;

interface Read {
  node: SyntaxNode;
  name: SyntaxNode;
  direct: boolean;
  accessor: string;
  scope: readonly string[];
  required: boolean;
  default: SyntaxNode | undefined;
  parsedAs?: NonNullable<EnvReadFact['parsedAs']>;
}

function readOfCall(
  call: SyntaxNode, callee: string, context: Context, aliases: ReadonlySet<string>, raising: ReadonlySet<string>,
): Omit<Read, 'node' | 'scope'> | undefined {
  if (callee === '') return undefined;
  const path = callee.split('.');
  const method = path.at(-1)!;
  const direct = isGetenv(callee, context) || (method === 'get' && isEnviron(path.slice(0, -1).join('.'), context, aliases));
  const raises = raising.has(path[0]!) || (callee === 'config' && context.imports.get('config')?.specifier === 'decouple');
  const access: EnvAccess | undefined = direct || (raises && path.length === 1)
    ? { required: false } : accessOf(path.map((segment) => segment.replace(/\(\)$/, '')));
  if (!access) return undefined;
  const args = callArguments(call, context.text);
  const name = args.positional[0] ?? args.keywords.get('key') ?? args.keywords.get('name');
  if (!name) return undefined;
  const keyword = [...args.keywords].find(([key]) => DEFAULTS.has(key))?.[1];
  // The second argument of `require_env("X", "why")` is a message, and that of `env("X", int)` a type.
  const fallback = keyword ?? (access.required || raises ? undefined : args.positional[1]);
  const cast = args.keywords.get('cast') ?? args.keywords.get('type') ?? args.keywords.get('parser');
  const parsedAs = access.parsedAs ?? (cast ? CASTS.get(context.textOf(cast)) : undefined);
  return { name, direct, accessor: callee, required: access.required || (raises && !fallback), default: fallback, ...(parsedAs && { parsedAs }) };
}

/** django-environ's and environs' `Env()`: `env("X", default=d)` and `env.int("X")` raise without value and default. */
function isRaisingReader(callee: string, context: Context): boolean {
  const [module, name] = callee.replace(/\(\)$/, '').split('.');
  const origin = context.imports.get(module!)?.specifier;
  return (origin === 'environ' || origin === 'environs') && (name ?? module) === 'Env';
}

const DEFAULTS: ReadonlySet<string> = new Set(['default', 'default_value', 'fallback']);
const CASTS: ReadonlyMap<string, NonNullable<EnvReadFact['parsedAs']>> = new Map([['int', 'int'], ['float', 'float'], ['bool', 'bool'], ['list', 'list'], ['dict', 'json']]);

function isGetenv(callee: string, context: Context): boolean {
  if (callee === 'getenv') return context.imports.get('getenv')?.specifier === 'os';
  const [module, name, more] = callee.split('.');
  return name === 'getenv' && more === undefined && isOs(module!, context);
}

function isEnviron(path: string, context: Context, aliases: ReadonlySet<string>): boolean {
  if (aliases.has(path)) return true;
  if (path === 'environ') return context.imports.get('environ')?.specifier === 'os';
  const [module, name, more] = path.split('.');
  return name === 'environ' && more === undefined && isOs(module!, context);
}

function isOs(name: string, context: Context): boolean {
  const origin = context.imports.get(name);
  return origin ? origin.specifier === 'os' : name === 'os';
}

/** The subscript is the target of an assignment or of `del`. */
function isWritten(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent?.name === 'DeleteStatement' || parent?.name === 'UpdateStatement') return true;
  if (parent?.name !== 'AssignStatement') return false;
  for (let next = node.nextSibling; next; next = next.nextSibling) if (next.name === 'AssignOp') return true;
  return false;
}

/** `os.environ["X"]` behind `if "X" in os.environ` or in a `try` that catches the KeyError does not fail. */
function isGuarded(node: SyntaxNode, text: string): boolean {
  const key = text.slice(node.getChild('String')?.from ?? node.from, node.getChild('String')?.to ?? node.to);
  for (let child = node, parent = node.parent, steps = 0; parent && steps < 40; child = parent, parent = parent.parent, steps++) {
    if (parent.name === 'TryStatement' && child.name === 'Body' && child.prevSibling?.name === 'try') {
      if (/\bexcept\s*(?::|\(?[^:]*\b(?:KeyError|Exception|LookupError)\b)/.test(text.slice(child.to, parent.to))) return true;
    }
    const condition = parent.name === 'IfStatement' && child.name === 'Body' ? child.prevSibling
      : parent.name === 'ConditionalExpression' ? elementsOf(parent)[2] : undefined;
    if (condition && condition.name !== 'else' && text.slice(condition.from, condition.to).includes(key)) return true;
  }
  return false;
}

function factsOf(read: Read, constants: ReadonlyMap<string, SyntaxNode>, context: Context): EnvReadFact[] {
  const { text } = context;
  const named = namesOf(read, constants, text).filter(({ name }) => (read.direct ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) : isSettingName(name)));
  if (named.length === 0) return [];
  const use = useOf(read.node, text);
  const parsedAs = read.parsedAs ?? use.parsedAs;
  // What reads the name of the environment does so whatever its function is called for.
  const branch = environmentBranchOf(read.node, text, !named.every(({ name }) => namesEnvironment(name)));
  const base = {
    kind: 'env-read' as const,
    scope: read.scope,
    exported: false,
    required: read.required || (use.demanded && !use.hasAlternative),
    accessor: read.accessor.slice(0, 80),
    via: read.direct ? ('direct' as const) : ('accessor' as const),
    ...(use.feeds !== undefined && { feeds: use.feeds }),
    ...(parsedAs && { parsedAs }),
    ...(use.truths && { truths: use.truths }),
    ...(read.scope.length === 0 && isInMainBlock(read.node, text) && { whenStarted: true as const }),
  };
  const defaults = defaultsOf(read.default, use.fallback, constants, text);
  return named.flatMap(({ name, prefix, at }) => defaults.map(({ environmentBranch = branch, ...value }): EnvReadFact => ({
    ...base, name, prefix, span: context.spanOf(at ?? read.node), ...value, ...(environmentBranch !== undefined && { environmentBranch }),
  })));
}

/** Under `if __name__ == "__main__":`, which an import of the module passes over. */
function isInMainBlock(node: SyntaxNode, text: string): boolean {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (parent.name === 'IfStatement' && /^if\s+__name__\s*==\s*['"]__main__['"]/.test(text.slice(parent.from, parent.from + 40))) return true;
  }
  return false;
}

interface Named {
  name: string;
  prefix: boolean;
  /** Where the name stands, when that is not the read itself. */
  at?: SyntaxNode;
}

/** The variable's name: a string, a constant of this file, the beginning of a computed name, or each string of a list that is looped over. */
function namesOf(read: Read, constants: ReadonlyMap<string, SyntaxNode>, text: string): Named[] {
  const node = withoutParentheses(read.name);
  if (!node) return [];
  const literal = stringOf(node, text);
  if (literal !== undefined) return [{ name: literal, prefix: false }];
  if (node.name === 'FormatString') {
    const start = /^[fFrR]*(?:'''|"""|'|")([A-Z][A-Z0-9_]*_)\{/.exec(text.slice(node.from, node.to));
    return start ? [{ name: start[1]!, prefix: true }] : [];
  }
  if (node.name === 'BinaryExpression') {
    const start = stringOf(node.firstChild, text);
    return start !== undefined && start.endsWith('_') ? [{ name: start, prefix: true }] : [];
  }
  if (node.name === 'VariableName') {
    const looped = loopedStrings(read.node, text.slice(node.from, node.to), text);
    if (looped) return looped;
  }
  const constant = constantOf(node, constants, text);
  const value = constant && stringOf(constant, text);
  return value === undefined ? [] : [{ name: value, prefix: false }];
}

/** `for name in ["A", "B"]: os.getenv(name)`, also as a comprehension. */
function loopedStrings(read: SyntaxNode, variable: string, text: string): Named[] | undefined {
  for (let parent = read.parent, steps = 0; parent && steps < 30; parent = parent.parent, steps++) {
    if (parent.name === 'FunctionDefinition' || parent.name === 'LambdaExpression') return undefined;
    if (parent.name !== 'ForStatement' && !parent.name.endsWith('ComprehensionExpression')) continue;
    for (let part = parent.getChild('for'); part; part = part.nextSibling) {
      if (part.name !== 'in' || !part.prevSibling || text.slice(part.prevSibling.from, part.prevSibling.to) !== variable) continue;
      const list = withoutParentheses(part.nextSibling);
      if (!list || !LISTS.has(list.name)) return undefined;
      return elementsOf(list).flatMap((item) => {
        const name = stringOf(item, text);
        return name === undefined ? [] : [{ name, prefix: false, at: item }];
      });
    }
  }
  return undefined;
}

const LISTS: ReadonlySet<string> = new Set(['ArrayExpression', 'TupleExpression', 'SetExpression']);

type Default = Pick<EnvReadFact, 'default' | 'defaultForm' | 'environmentBranch'>;

/** The defaults of a read: one, or one per outcome where the environment decides (`"db" if env == "dev" else "localhost"`). */
function defaultsOf(
  argument: SyntaxNode | undefined, fallback: SyntaxNode | undefined, constants: ReadonlyMap<string, SyntaxNode>, text: string,
): Default[] {
  const given = argument && valueOf(argument, constants, text);
  // `getenv("X", "") or "d"`: an empty default gives way.
  const node = fallback && (!argument || given === '' || given === null || given === false || given === 0) ? fallback : argument;
  if (!node) return [{ defaultForm: 'none' }];
  const inner = withoutParentheses(node);
  if (inner?.name === 'ConditionalExpression') {
    const [then, , condition, , otherwise] = elementsOf(inner);
    const test = environmentTest(condition, text);
    if (test && then && otherwise) {
      const said = test.environments.slice().sort().join('|');
      const inEnvironment = formOf(valueOf(test.negated ? otherwise : then, constants, text));
      return [{ ...inEnvironment, environmentBranch: said }, { ...formOf(valueOf(test.negated ? then : otherwise, constants, text)), environmentBranch: `!${said}` }];
    }
  }
  return [formOf(valueOf(node, constants, text))];
}

function formOf(value: Literal | undefined): Default {
  return value === undefined ? { defaultForm: 'expression' } : { defaultForm: 'literal', default: JSON.stringify(value) };
}

function valueOf(node: SyntaxNode, constants: ReadonlyMap<string, SyntaxNode>, text: string, depth = 0): Literal | undefined {
  const inner = withoutParentheses(node);
  if (!inner || depth > 4) return undefined;
  if (inner.name === 'CallExpression') {
    // `str(8000)` says 8000.
    const args = callArguments(inner, text);
    const converts = inner.firstChild?.name === 'VariableName' && CONVERTERS.has(text.slice(inner.firstChild.from, inner.firstChild.to));
    return converts && args.positional.length === 1 && args.keywords.size === 0 ? valueOf(args.positional[0]!, constants, text, depth + 1) : undefined;
  }
  const constant = constantOf(inner, constants, text);
  return constant ? valueOf(constant, constants, text, depth + 1) : literalOf(inner, text);
}

const CONVERTERS: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool']);

/** The value of a constant that this file declares: `DEFAULT_PORT`, `self.DEFAULT_PORT`, `Defaults.PORT`. */
function constantOf(node: SyntaxNode, constants: ReadonlyMap<string, SyntaxNode>, text: string): SyntaxNode | undefined {
  if (node.name !== 'VariableName' && node.name !== 'MemberExpression') return undefined;
  const last = dotted(node, text).split('.').at(-1)!;
  return /^[A-Z_][A-Z0-9_]*$/.test(last) ? constants.get(last) : undefined;
}
