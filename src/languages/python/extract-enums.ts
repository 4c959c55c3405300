import type { SyntaxNode } from '@lezer/common';
import type { EnumFact } from '../../model/facts.js';
import { callArguments } from './call-arguments.js';
import { assignmentOf, nameOf, statementsOf } from './class-parts.js';
import { lastSegment } from '../../util/dotted.js';
import type { Context, Extractor } from './context.js';
import { elementsOf, entriesOf, literalOf, stringOf, withoutParentheses } from './literals.js';

type Members = EnumFact['members'][number][];

/** Closed sets of values: Enum classes in both their forms, aliases of `Literal[...]`, classes of string constants. At module or class level. */
export const extractEnums: Extractor = (context) => {
  /** Enum classes of this file, for those that derive from them. */
  const known = new Map<string, string>();
  const add = (node: SyntaxNode, name: string, form: EnumFact['form'], members: Members): void => {
    if (members.length === 0) return;
    context.add({
      kind: 'enum', name, scope: [...context.scope], exported: context.isExported(name), span: context.spanOf(node), form, members,
    });
  };
  return {
    enter: {
      ClassDefinition: (node) => {
        if (context.functionDepth > 0) return;
        const nameNode = node.getChild('VariableName');
        if (!nameNode) return;
        const name = context.textOf(nameNode);
        const bases = callArguments(node, context.text).positional.map((base) => nameOf(base, context.text));
        const base = enumBase(bases, known);
        if (base) {
          known.set(name, base);
          add(node, name, 'enum', enumMembers(context, node, base));
        } else if (bases.every((each) => each === 'object')) add(node, name, 'constants', constantMembers(context, node));
      },
      AssignStatement: (node) => {
        if (context.functionDepth > 0) return;
        const assignment = assignmentOf(node, context.text);
        const [value] = assignment?.values ?? [];
        if (!assignment || !value) return;
        const members = literalMembers(context, value);
        if (members) add(node, assignment.name, 'union', members);
        else add(node, assignment.name, 'enum', functionalMembers(context, value));
      },
      TypeDefinition: (node) => {
        const name = node.getChild('VariableName');
        const value = node.lastChild;
        const members = context.functionDepth === 0 && value ? literalMembers(context, value) : undefined;
        if (name && members) add(node, context.textOf(name), 'union', members);
      },
    },
  };
};

const ENUM_BASES: ReadonlySet<string> = new Set(['Enum', 'IntEnum', 'StrEnum', 'Flag', 'IntFlag', 'TextChoices', 'IntegerChoices', 'Choices']);

/** The enum class that the bases derive from, by its own name; undefined when there is none. */
function enumBase(bases: readonly string[], known: ReadonlyMap<string, string>): string | undefined {
  for (const name of bases) {
    const last = lastSegment(name);
    if (ENUM_BASES.has(last)) return last === 'Enum' && bases.includes('str') ? 'StrEnum' : last;
    const inherited = known.get(name);
    if (inherited) return inherited;
    if (/[a-z]Enum$/.test(last)) return 'Enum';
  }
  return undefined;
}

function enumMembers(context: Context, node: SyntaxNode, base: string): Members {
  const members: Members = [];
  const values = new Map<string, string>();
  for (const statement of statementsOf(node)) {
    const assignment = assignmentOf(statement, context.text);
    if (!assignment || assignment.values.length === 0 || assignment.name.startsWith('_')) continue;
    const { name } = assignment;
    const [value] = assignment.values as [SyntaxNode, ...SyntaxNode[]];
    // `CARD = 'card', 'Bank card'`: choices carry a label beside the value.
    const labelled = base.endsWith('Choices') && (assignment.values.length > 1 || value.name === 'TupleExpression');
    const stated = labelled && assignment.values.length === 1 ? (elementsOf(value)[0] ?? value) : value;
    const text = isAuto(context, stated) ? autoValue(base, name, members.length)
      : !labelled && assignment.values.length > 1 ? tupleText(context, assignment.values) : valueText(context, stated, values);
    values.set(name, text);
    members.push({ name, value: text, line: context.lineAt(assignment.target.from) });
  }
  return members;
}

function isAuto(context: Context, value: SyntaxNode): boolean {
  return value.name === 'CallExpression' && lastSegment(nameOf(value, context.text)) === 'auto';
}

/** What `auto()` gives: the name in lower case in a StrEnum, powers of two in a Flag, else numbers from 1. */
function autoValue(base: string, name: string, index: number): string {
  if (base === 'StrEnum') return name.toLowerCase();
  return String(base.endsWith('Flag') ? 2 ** index : index + 1);
}

function valueText(context: Context, value: SyntaxNode, earlier: ReadonlyMap<string, string>): string {
  const literal = literalOf(value, context.text);
  if (typeof literal === 'string' || typeof literal === 'number' || typeof literal === 'boolean') return String(literal);
  if (literal !== undefined) return JSON.stringify(literal);
  const source = context.textOf(value).replace(/\s+/g, ' ');
  return earlier.get(source) ?? source.slice(0, 200);
}

function tupleText(context: Context, values: readonly SyntaxNode[]): string {
  return JSON.stringify(values.map((value) => literalOf(value, context.text) ?? context.textOf(value)));
}

/**
 * A class of string constants: `CREATED = 'created'`. Lists made of them and functions on the class may stand beside; a constructor,
 * a method on an instance or a value of another type makes it something else.
 */
function constantMembers(context: Context, node: SyntaxNode): Members {
  const members: Members = [];
  for (const statement of statementsOf(node)) {
    if (statement.name === 'ExpressionStatement' || statement.name === 'PassStatement') continue;
    if (statement.name === 'DecoratedStatement') {
      const decorators = statement.getChildren('Decorator').map((decorator) => context.textOf(decorator));
      if (statement.getChild('FunctionDefinition') && decorators.some((decorator) => /^@(?:classmethod|staticmethod)\b/.test(decorator))) continue;
      return [];
    }
    const assignment = assignmentOf(statement, context.text);
    const value = withoutParentheses(assignment?.values[0]);
    if (!assignment || !value || assignment.values.length > 1) return [];
    if (assignment.name.startsWith('__')) continue;
    if (!/^[A-Z][A-Z0-9_]*$/.test(assignment.name)) return [];
    if (COLLECTIONS.has(value.name)) continue;
    const text = stringOf(value, context.text);
    if (text === undefined) return [];
    members.push({ name: assignment.name, value: text, line: context.lineAt(assignment.target.from) });
  }
  return members.length >= 2 ? members : [];
}

const COLLECTIONS: ReadonlySet<string> = new Set(['ArrayExpression', 'TupleExpression', 'SetExpression', 'DictionaryExpression', 'CallExpression', 'BinaryExpression']);

/** Members of `Literal['a', 'b']`, also inside `Optional[...]` or beside `None`; undefined when it is not one. */
function literalMembers(context: Context, node: SyntaxNode): Members | undefined {
  const value = withoutParentheses(node);
  if (!value) return undefined;
  if (value.name === 'BinaryExpression') {
    const parts = elementsOf(value).filter((part) => part.name !== 'BitOp');
    const rest = parts.filter((part) => part.name !== 'None');
    return parts.length === 2 && rest.length === 1 ? literalMembers(context, rest[0]!) : undefined;
  }
  if (value.name !== 'MemberExpression' || !value.getChild('[')) return undefined;
  const callee = lastSegment(nameOf(value, context.text));
  const args = elementsOf(value).slice(1);
  if (callee === 'Optional' && args.length === 1) return literalMembers(context, args[0]!);
  if (callee !== 'Literal') return undefined;
  const members: Members = [];
  for (const argument of args) {
    const literal = literalOf(argument, context.text);
    if (typeof literal !== 'string' && typeof literal !== 'number') return undefined;
    members.push({ name: String(literal), value: String(literal), line: context.lineAt(argument.from) });
  }
  return members;
}

/** Members of `Enum('State', 'OPEN PAID')`, `Enum('State', ['OPEN', 'PAID'])` and `Enum('State', {'OPEN': 'open'})`. */
function functionalMembers(context: Context, value: SyntaxNode): Members {
  const { text } = context;
  if (value.name !== 'CallExpression') return [];
  const base = lastSegment(nameOf(value, text));
  if (!ENUM_BASES.has(base)) return [];
  const shape = callArguments(value, text).positional[1];
  if (!shape) return [];
  const line = context.lineAt(shape.from);
  if (shape.name === 'DictionaryExpression') {
    return (entriesOf(shape) ?? []).flatMap(({ key, value: stated }) => {
      const name = stringOf(key, text);
      return name === undefined ? [] : [{ name, value: valueText(context, stated, new Map()), line: context.lineAt(key.from) }];
    });
  }
  if (shape.name === 'ArrayExpression' || shape.name === 'TupleExpression') {
    return elementsOf(shape).flatMap((element, index) => {
      const parts = element.name === 'TupleExpression' ? elementsOf(element) : [element];
      const name = stringOf(parts[0], text);
      if (name === undefined) return [];
      return [{ name, value: parts[1] ? valueText(context, parts[1], new Map()) : autoValue(base, name, index), line: context.lineAt(element.from) }];
    });
  }
  const names = stringOf(shape, text)?.split(/[\s,]+/).filter(Boolean) ?? [];
  return names.map((name, index) => ({ name, value: autoValue(base, name, index), line }));
}
