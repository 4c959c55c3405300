import type { SyntaxNode } from '@lezer/common';
import type { StateUse, StoredValue } from '../../model/facts.js';
import { callArguments } from './call-arguments.js';
import type { Context } from './context.js';
import { dotted } from './dotted.js';
import { assignmentOf, enclosingFunction, functionScopeOf, parametersIn } from './function-scope.js';
import { coreOf, flatText, pathAround } from './state-names.js';
import { lastSegment } from '../../util/dotted.js';

const ADDING: ReadonlySet<string> = new Set(['append', 'add', 'insert', 'extend', 'update', 'setdefault', 'put', 'put_nowait', 'appendleft', 'push']);
const REMOVING: ReadonlySet<string> = new Set(['pop', 'popitem', 'popleft', 'remove', 'discard', 'clear', 'expire']);
/** Of these, the ones that take out what they are given. */
const ENTRY_REMOVING: ReadonlySet<string> = new Set(['pop', 'remove', 'discard']);
/** Callees that make a collection, by their last segment. */
const COLLECTIONS: ReadonlySet<string> = new Set([
  'dict', 'list', 'set', 'defaultdict', 'OrderedDict', 'deque', 'Counter', 'ChainMap', 'bytearray', 'WeakValueDictionary', 'WeakKeyDictionary',
  'WeakSet', 'Queue', 'LifoQueue', 'PriorityQueue', 'SimpleQueue', 'LRUCache', 'TTLCache', 'LFUCache',
]);
const LITERAL_COLLECTIONS: Readonly<Record<string, string>> = {
  ArrayExpression: 'list', ArrayComprehensionExpression: 'list', DictionaryExpression: 'dict', DictionaryComprehensionExpression: 'dict',
  SetExpression: 'set', SetComprehensionExpression: 'set',
};
const MAX_CLIMB = 30;

/** `dict`, `list`, `deque`... when the expression makes a collection. */
export function collectionType(expression: SyntaxNode, text: string): string | undefined {
  const literal = LITERAL_COLLECTIONS[expression.name];
  if (literal) return literal;
  if (expression.name !== 'CallExpression') return undefined;
  const last = lastSegment(calleeOf(expression, text));
  return COLLECTIONS.has(last) ? last : undefined;
}

/**
 * What one occurrence of a binding does. `reference` is the variable or attribute access that denotes the binding as a whole: `_pool`,
 * `cls._pool`, `self._pool`.
 */
export function useOf(reference: SyntaxNode, context: Context): StateUse {
  const { text } = context;
  const fn = enclosingFunction(reference);
  const base = { by: pathAround(reference, text), span: context.spanOf(reference) };
  if (reference.parent?.name === 'ScopeStatement') return { ...base, how: 'claim' };
  const stored = (expression: SyntaxNode | null | undefined): { value?: StoredValue } =>
    expression ? { value: storedValue(expression, fn, context) } : {};
  const keyed = (key: SyntaxNode | undefined): { key?: string; keyFrom?: string[] } =>
    key ? { key: flatText(key, text), keyFrom: fn ? parametersIn(key, fn, context) : [] } : {};
  const empty = (): { ifEmpty?: boolean } => (isGuarded(reference, fn, text) ? { ifEmpty: true } : {});

  // Climb from the binding to what is done with it: `_pool[key].items.append(x)` is a write under `key`.
  let current = reference;
  let key: SyntaxNode | undefined;
  let deep = false;
  for (let climbs = 0; climbs < MAX_CLIMB; climbs++) {
    const parent = current.parent;
    if (!parent) break;
    if (parent.name === 'MemberExpression' && isFirst(parent, current)) {
      const subscript = parent.getChild('[');
      if (subscript) {
        key ??= subscript.nextSibling ?? undefined;
      } else {
        const method = parent.lastChild ? text.slice(parent.lastChild.from, parent.lastChild.to) : '';
        const call = parent.parent?.name === 'CallExpression' && isFirst(parent.parent, parent) ? parent.parent : undefined;
        if (call) {
          const args = callArguments(call, text).positional;
          if (method === 'setdefault') {
            const outer = chainedValue(call, text);
            return { ...base, how: 'keyed', ...keyed(key ?? args[0]), ...stored(outer ?? args[1]), ifEmpty: true };
          }
          if (method === 'get' || method === '__getitem__') {
            key ??= args[0];
            current = call;
            deep = true;
            continue;
          }
          // On the collection itself or an entry of it; deeper inside it may be a method of anything.
          if (ADDING.has(method)) return { ...base, how: key ? 'keyed' : 'mutate', ...keyed(key), ...stored(lastArgument(call, text)), ...empty() };
          if (REMOVING.has(method)) return { ...base, how: 'remove', ...keyed(key ?? args[0]) };
          return { ...base, how: 'read', ...keyed(key) };
        }
        // `task.add_done_callback(tasks.discard)`: what takes an entry out is handed on.
        if (current === reference && ENTRY_REMOVING.has(method) && parent.parent?.name === 'ArgList') {
          return { ...base, how: 'remove', ...keyed(receiverOf(parent.parent)) };
        }
        deep = true;
      }
      current = parent;
      continue;
    }
    if (parent.name === 'BinaryExpression' && parent.getChild('in') && parent.lastChild?.from === current.from && current === reference) {
      // `user_id in seen`: a look at one entry.
      return { ...base, how: 'read', ...keyed(parent.firstChild ?? undefined) };
    }
    if (parent.name === 'AssignStatement' || parent.name === 'UpdateStatement') {
      const targets = parent.name === 'AssignStatement' ? assignmentOf(parent) : { targets: [parent.firstChild!], values: [parent.lastChild!], unpacks: false };
      const index = targets.targets.findIndex((target) => target.from === current.from && target.to === current.to);
      if (index >= 0) {
        const value = targets.unpacks ? undefined : targets.values.length === targets.targets.length ? targets.values[index] : targets.values[0];
        if (current === reference) {
          const how = parent.name === 'UpdateStatement' ? 'mutate' : 'assign';
          return { ...base, how, ...stored(value), ...empty() };
        }
        return { ...base, how: key ? 'keyed' : 'mutate', ...keyed(key), ...stored(value), ...empty() };
      }
      break;
    }
    if (parent.name === 'DeleteStatement') return { ...base, how: 'remove', ...keyed(key) };
    break;
  }
  const through = key && fn && writeThrough(current, fn, context);
  if (through) return { ...base, how: 'keyed', ...keyed(key), ...stored(through.value) };
  return { ...base, how: isReturned(current) && !(deep && !key) ? 'return' : 'read', ...keyed(key) };
}

/** How far behind the place where a local gets an entry its changes are looked for, in characters. */
const NEAR = 4000;

/** What is added to an entry through the local that stands for it: `line` for `lines = _baskets[user_id]`, then `lines.append(line)`. */
function writeThrough(entry: SyntaxNode, fn: SyntaxNode, context: Context): { value: SyntaxNode | undefined } | undefined {
  const { text } = context;
  const statement = entry.parent;
  if (statement?.name !== 'AssignStatement') return undefined;
  const { targets, values } = assignmentOf(statement);
  const [target] = targets;
  if (targets.length !== 1 || target!.name !== 'VariableName' || values[0]?.from !== entry.from || values[0].to !== entry.to) return undefined;
  const name = context.textOf(target!);
  if (functionScopeOf(fn, context).values.get(name)?.length !== 1) return undefined;
  const after = text.slice(statement.to, Math.min(fn.to, statement.to + NEAR));
  const [write] = [...after.matchAll(new RegExp(`(?<![.\\w])${escape(name)}(?:\\[[^\\]\\n]*\\]\\s*=(?!=)|\\.(?:${[...ADDING].join('|')})\\()`, 'g'))];
  if (!write) return undefined;
  let call: SyntaxNode | null = fn.resolveInner(statement.to + write.index + write[0].length, -1);
  while (call && call.name !== 'CallExpression' && call.from > statement.to + write.index) call = call.parent;
  return { value: write[0].endsWith('(') && call?.name === 'CallExpression' ? lastArgument(call, text) : undefined };
}

/** What an expression stores, seen from the function it stands in. */
export function storedValue(expression: SyntaxNode, fn: SyntaxNode | undefined, context: Context): StoredValue {
  const { text } = context;
  const core = coreOf(expression);
  const from = fn ? parametersIn(expression, fn, context) : [];
  if (core.name === 'None') return { form: 'none', from };
  const collection = collectionType(core, text);
  if (collection) return { form: 'collection', text: collection, from };
  switch (core.name) {
    case 'CallExpression':
      return { form: 'call', text: calleeOf(core, text), arguments: argumentCount(core, text), from };
    case 'VariableName':
    case 'MemberExpression': {
      const made = fn && core.name === 'VariableName' ? callThatMade(core, fn, context) : undefined;
      return { form: 'name', text: flatText(core, text), ...(made !== undefined && { madeBy: made }), from };
    }
    case 'String':
    case 'Number':
    case 'Boolean':
      return { form: 'literal', from };
    default:
      return { form: 'other', from };
  }
}

/** The callee behind a local variable that is bound once, to the result of a call. */
function callThatMade(name: SyntaxNode, fn: SyntaxNode, context: Context): string | undefined {
  const values = (functionScopeOf(fn, context).values.get(context.textOf(name)) ?? []).map(coreOf).filter((value) => value.name !== 'None');
  const [only] = values;
  return values.length === 1 && only!.name === 'CallExpression' ? calleeOf(only!, context.text) || undefined : undefined;
}

/** The callee of a call, dotted: `redis.from_url`, `super().__new__`; `` when it has no name. */
export function calleeOf(call: SyntaxNode, text: string): string {
  return call.firstChild ? dotted(call.firstChild, text) : '';
}

export function argumentCount(call: SyntaxNode, text: string): number {
  const { positional, keywords, unpacks } = callArguments(call, text);
  return positional.length + keywords.size + Number(unpacks);
}

/** What a call puts into a collection: its last argument. */
function lastArgument(call: SyntaxNode, text: string): SyntaxNode | undefined {
  const { positional, keywords } = callArguments(call, text);
  return [...positional, ...keywords.values()].at(-1);
}

/** What a method is called on that is handed something: `task` in `task.add_done_callback(...)`. */
function receiverOf(list: SyntaxNode): SyntaxNode | undefined {
  const callee = list.parent?.firstChild;
  return callee?.name === 'MemberExpression' ? callee.firstChild ?? undefined : undefined;
}

/** `x` in `state.setdefault(key, []).append(x)`. */
function chainedValue(call: SyntaxNode, text: string): SyntaxNode | undefined {
  const member = call.parent;
  if (member?.name !== 'MemberExpression' || !isFirst(member, call)) return undefined;
  if (member.getChild('[')) {
    const statement = member.parent;
    return statement?.name === 'AssignStatement' ? statement.lastChild ?? undefined : undefined;
  }
  const outer = member.parent;
  const method = member.lastChild ? text.slice(member.lastChild.from, member.lastChild.to) : '';
  return outer?.name === 'CallExpression' && ADDING.has(method) ? lastArgument(outer, text) : undefined;
}

function isFirst(parent: SyntaxNode, child: SyntaxNode): boolean {
  const first = parent.firstChild;
  return first !== null && first.from === child.from && first.to === child.to;
}

/** Whether the expression, or an entry of a tuple, condition or `await` around it, is what a `return` or `yield` gives. */
function isReturned(expression: SyntaxNode): boolean {
  let current: SyntaxNode | null = expression.parent;
  for (let climbs = 0; current && climbs < MAX_CLIMB; climbs++) {
    if (current.name === 'ReturnStatement' || current.name === 'YieldStatement') return true;
    if (current.name !== 'ParenthesizedExpression' && current.name !== 'AwaitExpression' && current.name !== 'ConditionalExpression'
      && current.name !== 'TupleExpression' && !(current.name === 'BinaryExpression' && current.getChild('or'))) return false;
    current = current.parent;
  }
  return false;
}

/**
 * Whether a write happens only while the binding, or its entry, is empty: inside `if x is None`, `if not x`, `if k not in x`, after
 * `if x: return x`, or in the `except KeyError` of a look-up.
 */
function isGuarded(reference: SyntaxNode, fn: SyntaxNode | undefined, text: string): boolean {
  if (!fn) return false;
  const name = text.slice(reference.from, reference.to);
  let child: SyntaxNode = reference;
  for (let node = reference.parent; node && node.from !== fn.from; child = node, node = node.parent) {
    if (node.name === 'IfStatement' && child.name === 'Body' && testsEmptiness(node, child, name, text)) return true;
    if (node.name === 'TryStatement' && child.name === 'Body') {
      const clause = clauseBefore(child, text);
      if (/^except\b.*\b(KeyError|AttributeError|LookupError)\b/.test(clause) && text.slice(node.from, child.from).includes(name)) return true;
    }
    if (node.name !== 'Body') continue;
    for (let sibling = child.prevSibling; sibling; sibling = sibling.prevSibling) {
      if (sibling.name !== 'IfStatement') continue;
      const body = sibling.getChild('Body');
      const test = body ? text.slice(sibling.from, body.from) : '';
      if (body && mentions(test, name) && !isEmptinessTest(test, name) && /\breturn\b/.test(text.slice(body.from, body.to))) return true;
    }
  }
  return false;
}

/** Whether the branch `body` of an `if` runs only when the binding is empty. */
function testsEmptiness(statement: SyntaxNode, body: SyntaxNode, name: string, text: string): boolean {
  const clause = clauseBefore(body, text);
  if (/^(?:if|elif)\b/.test(clause)) return isEmptinessTest(clause, name);
  const first = statement.getChild('Body');
  const test = first ? text.slice(statement.from, first.from) : '';
  return mentions(test, name) && !isEmptinessTest(test, name);
}

/** Text of the clause that a body belongs to, from its keyword to the body: `if _pool is None`. */
function clauseBefore(body: SyntaxNode, text: string): string {
  let start = body;
  for (let part = body.prevSibling; part && part.name !== 'Body'; part = part.prevSibling) start = part;
  return text.slice(start.from, body.from);
}

function mentions(test: string, name: string): boolean {
  return test.includes(name) || test.includes(`'${lastSegment(name)}'`) || test.includes(`"${lastSegment(name)}"`);
}

function isEmptinessTest(test: string, name: string): boolean {
  if (!mentions(test, name)) return false;
  return /\bis\s+None\b|==\s*None\b|\bnot\s+in\b|\bnot\s+hasattr\b/.test(test) || new RegExp(`\\bnot\\s+(?:\\w+\\()?${escape(name)}`).test(test);
}

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
