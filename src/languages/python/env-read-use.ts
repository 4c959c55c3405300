import type { SyntaxNode } from '@lezer/common';
import type { EnvReadFact } from '../../model/facts.js';
import { flagTexts } from '../env-access.js';
import { dotted } from './dotted.js';
import { elementsOf, stringOf, withoutParentheses } from './literals.js';

/** What happens to a value that was read. */
export interface ReadUse {
  /** `d` in `read or d`. */
  fallback?: SyntaxNode;
  /** The variable, attribute, keyword or dict key that receives it. */
  feeds?: string;
  parsedAs?: NonNullable<EnvReadFact['parsedAs']>;
  /** The texts that count as true in the comparison; see the fact. */
  truths?: readonly string[];
  /** Another value is taken when this one is empty, or this one is taken when another is. */
  hasAlternative: boolean;
  /** The code refuses to go on without a value: `if not x: raise`, `assert x`. */
  demanded: boolean;
}

/** Follows the value of an expression outwards: through `or`, conversions and comparisons to the name that receives it. */
export function useOf(read: SyntaxNode, text: string): ReadUse {
  const use: ReadUse = { hasAlternative: false, demanded: isConditionDemanding(read, text) };
  let child = read;
  for (let parent = read.parent, steps = 0; parent && steps < MAX_STEPS; child = parent, parent = parent.parent, steps++) {
    switch (parent.name) {
      case 'ParenthesizedExpression':
      case 'AwaitExpression':
        continue;
      case 'BinaryExpression':
        if (!throughOperator(use, child, parent, text)) return use;
        continue;
      case 'ConditionalExpression':
        // The value passes through both outcomes; as the condition it is only looked at.
        if (same(child, elementsOf(parent)[2])) return use;
        continue;
      case 'MemberExpression':
        // `read.lower()`, `read.split(",")`: what the method makes of it goes on.
        if (!same(child, parent.firstChild)) return use;
        if (/\.(?:r?split|splitlines)$/.test(text.slice(child.to, parent.to).replace(/\s/g, ''))) use.parsedAs ??= 'list';
        continue;
      case 'CallExpression':
        if (same(child, parent.firstChild)) continue;
        return use;
      case 'ArgList': {
        const receiver = keywordOf(child, text);
        const call = parent.parent;
        const callee = call?.name === 'CallExpression' && call.firstChild ? dotted(call.firstChild, text) : '';
        const conversion = CONVERSIONS.get(callee.split('.').at(-1) ?? '');
        if (receiver === undefined && call && conversion !== undefined) {
          if (conversion !== '') use.parsedAs ??= conversion;
          child = call;
          parent = call;
          continue;
        }
        if (receiver !== undefined) use.feeds = receiver;
        return use;
      }
      case 'AssignStatement':
      case 'NamedExpression': {
        const target = parent.firstChild;
        if (!target || same(child, target)) return use;
        const name = receiverName(target, text);
        if (name !== '') use.feeds = name;
        use.demanded ||= isDemanded(parent, text.slice(target.from, target.to), text);
        return use;
      }
      case 'ParamList':
      case 'DictionaryExpression': {
        const receiver = parent.name === 'ParamList' ? keywordOf(child, text) : keyOf(child, text);
        if (receiver !== undefined) use.feeds = receiver;
        return use;
      }
      default:
        return use;
    }
  }
  return use;
}

const MAX_STEPS = 24;

/** Calls that hand their argument on in another type; `` keeps it a text. `bool(x)` is not among them: it asks whether there is a value. */
const CONVERSIONS: ReadonlyMap<string, NonNullable<EnvReadFact['parsedAs']> | ''> = new Map([
  ['int', 'int'], ['float', 'float'], ['strtobool', 'bool'], ['str_to_bool', 'bool'], ['parse_bool', 'bool'], ['loads', 'json'],
  ['Decimal', 'float'], ['str', ''], ['Path', ''], ['SecretStr', ''], ['cast', ''], ['timedelta', ''], ['list', 'list'],
]);

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', 'in', 'not in', 'is', 'is not']);

/** Whether the value goes on through the operator, noting the fallback and the type that the operator shows. */
function throughOperator(use: ReadUse, child: SyntaxNode, parent: SyntaxNode, text: string): boolean {
  const parts = elementsOf(parent);
  const operator = parts.slice(1, -1).map((part) => text.slice(part.from, part.to)).join(' ');
  const isLeft = same(child, parts[0]);
  if (operator === 'or') {
    use.hasAlternative = true;
    if (isLeft && use.parsedAs === undefined && !use.fallback) use.fallback = parts.at(-1)!;
    return true;
  }
  if (operator === 'and') return !isLeft;
  if (!COMPARISONS.has(operator) || !isLeft) return false;
  const other = withoutParentheses(parts.at(-1));
  // `int(read) == 1` is a flag that is on for 1.
  if (use.parsedAs === 'int' && operator === '==' && other?.name === 'Number' && /^[01]$/.test(text.slice(other.from, other.to))) {
    use.parsedAs = 'bool';
    if (text.slice(other.from, other.to) === '1') use.truths = ['1'];
    return true;
  }
  const values = other && (other.name === 'ArrayExpression' || other.name === 'TupleExpression' || other.name === 'SetExpression') ? elementsOf(other) : [other];
  const flag = use.parsedAs === undefined ? flagTexts(values.map((value) => stringOf(value, text)), operator === '==' || operator === 'in') : undefined;
  if (flag) use.parsedAs = 'bool';
  if (flag && flag.truths.length > 0) use.truths = flag.truths;
  return use.parsedAs === 'bool';
}

/** `name` in `name=<node>` of a call or parameter list. */
function keywordOf(node: SyntaxNode, text: string): string | undefined {
  const assign = node.prevSibling;
  const name = assign?.name === 'AssignOp' ? assign.prevSibling : null;
  if (!name) return undefined;
  const variable = name.name === 'TypeDef' ? name.prevSibling : name;
  return variable ? text.slice(variable.from, variable.to) : undefined;
}

function keyOf(value: SyntaxNode, text: string): string | undefined {
  const key = value.prevSibling?.name === ':' ? value.prevSibling.prevSibling : null;
  return key ? stringOf(key, text) : undefined;
}

/** `host` for `host`, `self.host` and `settings["host"]`. */
function receiverName(target: SyntaxNode, text: string): string {
  const key = target.name === 'MemberExpression' && target.lastChild?.name === ']' ? stringOf(target.getChild('String'), text) : undefined;
  return key ?? dotted(target, text).split('.').at(-1)!.replace('[]', '');
}

/** The statements right after an assignment stop the program when the target is empty. */
function isDemanded(assignment: SyntaxNode, target: string, text: string): boolean {
  const statement = assignment.name === 'NamedExpression' ? undefined : assignment;
  let steps = 0;
  for (let next = statement?.nextSibling ?? null; next && steps < 3; next = next.nextSibling, steps++) {
    const condition = next.firstChild?.nextSibling;
    if (!condition) continue;
    const said = text.slice(condition.from, condition.to);
    if (next.name === 'AssertStatement' && (said === target || said.startsWith(`${target} is not None`))) return true;
    if (next.name === 'IfStatement' && (said === `not ${target}` || said === `${target} is None`) && raisesIn(next.getChild('Body'), text)) return true;
  }
  return false;
}

/** `if not read: raise`, `if read is None: raise`, `assert read`. */
function isConditionDemanding(read: SyntaxNode, text: string): boolean {
  let condition = read;
  while (condition.parent?.name === 'ParenthesizedExpression') condition = condition.parent;
  if (condition.parent?.name === 'AssertStatement') return same(condition, condition.parent.firstChild?.nextSibling);
  const test = condition.parent;
  if (test?.parent?.name !== 'IfStatement' || !same(test, test.parent.firstChild?.nextSibling)) return false;
  const negates = test.name === 'UnaryExpression'
    ? test.firstChild?.name === 'not'
    : test.name === 'BinaryExpression' && same(condition, test.firstChild) && /\bis\s+None$/.test(text.slice(test.from, test.to));
  return negates && raisesIn(test.parent.getChild('Body'), text);
}

function raisesIn(body: SyntaxNode | null | undefined, text: string): boolean {
  for (let statement = body?.firstChild ?? null; statement; statement = statement.nextSibling) {
    if (statement.name === 'RaiseStatement') return true;
    if (statement.name === 'ExpressionStatement' && /^(?:sys\.exit|exit|quit|os\._exit)\(/.test(text.slice(statement.from, statement.to))) return true;
  }
  return false;
}

function same(a: SyntaxNode, b: SyntaxNode | null | undefined): boolean {
  return b !== null && b !== undefined && a.from === b.from && a.to === b.to;
}
