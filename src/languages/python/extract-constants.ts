import type { SyntaxNode } from '@lezer/common';
import type { ConstantFact, Literal } from '../../model/facts.js';
import { callArguments } from './call-arguments.js';
import { assignmentOf, nameOf } from './class-parts.js';
import { lastSegment } from '../../util/dotted.js';
import type { Context, Extractor } from './context.js';
import { isUnfilled } from '../literal-values.js';
import { elementsOf, literalOf, stringOf } from './literals.js';

/**
 * Named literals at module level, and at class level those that are meant as constants (UPPER_CASE, `Final`, `ClassVar`). A name that is
 * assigned twice, added to or written through `global` is not a constant. Members of enums and fields of models are none either.
 */
export const extractConstants: Extractor = (context) => {
  const constants = new Map<string, ConstantFact>();
  /** Names with more than one assignment, or one that is not literal. */
  const variables = new Set<string>();
  const keyOf = (name: string): string => [...context.scope, name].join('.');
  const assign = (name: string, node: SyntaxNode, value: Literal | undefined): void => {
    const key = keyOf(name);
    if (constants.delete(key) || variables.has(key) || value === undefined || isUnfilled(value)) {
      variables.add(key);
      return;
    }
    constants.set(key, {
      kind: 'constant', name, scope: [...context.scope], exported: context.isExported(name), span: context.spanOf(node), value,
    });
  };
  return {
    enter: {
      AssignStatement: (node) => {
        if (context.functionDepth > 0) return;
        const assignment = assignmentOf(node, context.text);
        if (!assignment) {
          for (const name of targetsOf(context, node)) assign(name, node, undefined);
          return;
        }
        const { name, annotation, values } = assignment;
        if (values.length === 0 || /^__.*__$/.test(name)) return;
        const holder = classAround(node);
        if (holder) {
          const meant = /^_*[A-Z][A-Z0-9_]*$/.test(name) || (annotation && /^(?:typing\.|t\.)?(?:Final|ClassVar)\b/.test(context.textOf(annotation)));
          if (!meant || isEnum(holder, context.text)) return;
        }
        assign(name, node, values.length === 1 ? valueOf(context, values[0]!) : listOf(context, values, valueOf));
      },
      UpdateStatement: (node) => {
        const target = node.firstChild;
        if (context.functionDepth === 0 && target?.name === 'VariableName') assign(context.textOf(target), node, undefined);
      },
      ScopeStatement: (node) => {
        if (node.firstChild?.name !== 'global') return;
        for (const name of node.getChildren('VariableName')) {
          variables.add(context.textOf(name));
          constants.delete(context.textOf(name));
        }
      },
    },
    end: () => {
      for (const constant of constants.values()) context.add(constant);
    },
  };
};

/** Plain names on the left of `a = b = 1` and `a, b = 1, 2`. */
function targetsOf(context: Context, statement: SyntaxNode): string[] {
  const names: string[] = [];
  let pending: string[] = [];
  for (let part = statement.firstChild; part; part = part.nextSibling) {
    if (part.name === 'VariableName') pending.push(context.textOf(part));
    else if (part.name === 'AssignOp') {
      names.push(...pending);
      pending = [];
    }
  }
  return names;
}

/** The class whose body holds the statement, also inside `if` and `try`. */
function classAround(statement: SyntaxNode): SyntaxNode | undefined {
  for (let node = statement.parent; node; node = node.parent) if (node.name === 'ClassDefinition') return node;
  return undefined;
}

function isEnum(node: SyntaxNode, text: string): boolean {
  return callArguments(node, text).positional.some((base) => /(?:Enum|Flag|Choices)$/.test(nameOf(base, text)));
}

/** The literal, also inside `frozenset(...)`, `tuple(...)` and the like; `re.compile('x', re.I)` as `/x/i`. */
function valueOf(context: Context, node: SyntaxNode): Literal | undefined {
  const { text } = context;
  if (node.name !== 'CallExpression') return literalOf(node, text) ?? patternsOf(context, node);
  const { positional, keywords, unpacks } = callArguments(node, text);
  const [first, second] = positional;
  if (!first || unpacks || keywords.size > 0) return undefined;
  const callee = lastSegment(nameOf(node, text));
  if (callee === 'compile') return pattern(context, first, second);
  return WRAPPERS.has(callee) && !second ? literalOf(first, text) : undefined;
}

const WRAPPERS: ReadonlySet<string> = new Set(['frozenset', 'set', 'tuple', 'list', 'dict', 'MappingProxyType', 'frozendict']);

/** A list of `re.compile(...)`. */
function patternsOf(context: Context, node: SyntaxNode): Literal | undefined {
  if (node.name !== 'ArrayExpression' && node.name !== 'TupleExpression') return undefined;
  const elements = elementsOf(node);
  return elements.length <= 200 && elements.every(({ name }) => name === 'CallExpression') ? listOf(context, elements, valueOf) : undefined;
}

function pattern(context: Context, source: SyntaxNode, flags: SyntaxNode | undefined): Literal | undefined {
  const text = stringOf(source, context.text);
  if (text === undefined || text.length > 500) return undefined;
  const names = flags ? (context.textOf(flags).match(/[A-Z]+/g) ?? []) : [];
  return `/${text}/${[...new Set(names.map((name) => name[0]!.toLowerCase()))].sort().join('')}`;
}

function listOf(context: Context, nodes: readonly SyntaxNode[], read: (context: Context, node: SyntaxNode) => Literal | undefined): Literal | undefined {
  const values: Literal[] = [];
  for (const node of nodes) {
    const value = read(context, node);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
