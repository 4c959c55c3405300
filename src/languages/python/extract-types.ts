import type { SyntaxNode } from '@lezer/common';
import type { Field, TypeFact } from '../../model/facts.js';
import { callArguments, type CallArguments } from './call-arguments.js';
import { assignmentOf, nameOf, statementsOf } from './class-parts.js';
import { lastSegment } from '../../util/dotted.js';
import type { Context, Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { elementsOf, entriesOf, stringOf } from './literals.js';
import { typeText } from './type-text.js';

/**
 * Shapes of data: dataclasses, pydantic models, TypedDict and NamedTuple in both their forms, and classes of nothing but annotated
 * fields. At module or class level.
 */
export const extractTypes: Extractor = (context) => {
  /** Classes of this file that are shapes, for those that derive from them. */
  const known = new Map<string, Kind>();
  return {
    enter: {
      ClassDefinition: (node) => {
        if (context.functionDepth > 0) return;
        const nameNode = node.getChild('VariableName');
        if (!nameNode) return;
        const name = context.textOf(nameNode);
        const head = callArguments(node, context.text);
        const kind = kindOf(context, node, head, known);
        if (!kind) return;
        known.set(name, kind);
        context.add({
          kind: 'type', name, scope: [...context.scope], exported: context.isExported(name), span: context.spanOf(node), form: FORMS[kind],
          bases: head.positional.map((base) => typeText(base, context.text)).filter((base) => !MARKERS.has(lastSegment(base.replace(/\[.*$/, '')))),
          fields: fieldsOf(context, node, kind, head),
        });
      },
      AssignStatement: (node) => {
        if (context.functionDepth > 0) return;
        const assignment = assignmentOf(node, context.text);
        const [call] = assignment?.values ?? [];
        if (!assignment || call?.name !== 'CallExpression') return;
        const functional = functionalFields(context, call);
        if (!functional) return;
        const { name } = assignment;
        context.add({
          kind: 'type', name, scope: [...context.scope], exported: context.isExported(name), span: context.spanOf(node), form: functional.form, bases: [],
          fields: functional.fields,
        });
      },
    },
  };
};

type Kind = 'dataclass' | 'model' | 'typed-dict' | 'named-tuple' | 'plain';

const FORMS: Readonly<Record<Kind, TypeFact['form']>> = {
  dataclass: 'dataclass', model: 'model', 'typed-dict': 'typed-dict', 'named-tuple': 'dataclass', plain: 'dataclass',
};
const DATACLASS_DECORATORS: ReadonlySet<string> = new Set(['dataclass', 'attrs', 'define', 'frozen', 'mutable', 'attr.s', 'attr.define', 'attr.frozen', 'attr.dataclass']);
const MODEL_BASES: ReadonlySet<string> = new Set(['BaseModel', 'RootModel', 'GenericModel', 'SQLModel', 'BaseSettings', 'Struct']);
/** Bases that say what kind of class it is and add no fields. */
const MARKERS: ReadonlySet<string> = new Set([...MODEL_BASES, 'TypedDict', 'NamedTuple', 'Generic', 'object', 'ABC']);
/** Bases that make a class something other than a shape of data. */
const OTHER_BASES = /(?:^|\.)(?:Protocol|ABC|Enum|IntEnum|StrEnum|Flag|IntFlag|TextChoices|IntegerChoices|type|DeclarativeBase)$|(?:Exception|Error|Warning|Enum|TestCase)$/;

function kindOf(context: Context, node: SyntaxNode, head: CallArguments, known: ReadonlyMap<string, Kind>): Kind | undefined {
  const bases = head.positional.map((base) => nameOf(base, context.text));
  if (decoratorNames(node, context).some((decorator) => DATACLASS_DECORATORS.has(decorator) || DATACLASS_DECORATORS.has(lastSegment(decorator)))) return 'dataclass';
  for (const name of bases) {
    const last = lastSegment(name);
    if (last === 'TypedDict') return 'typed-dict';
    if (last === 'NamedTuple') return 'named-tuple';
    if (MODEL_BASES.has(last)) return 'model';
    const inherited = known.get(name);
    if (inherited && inherited !== 'plain' && inherited !== 'dataclass') return inherited;
  }
  if (bases.some((name) => OTHER_BASES.test(name))) return undefined;
  if (isMapped(context, node)) return undefined;
  // `models.Model` and `db.Model` are tables of an ORM; `OrderModel`, `BaseSchema` are shapes by convention.
  if (bases.some((name) => /\w(?:Model|Schema)$/.test(lastSegment(name))) && hasFields(context, node)) return 'model';
  return isPlainShape(context, node) ? 'plain' : undefined;
}

/** A table of an ORM: its columns belong to the database. */
function isMapped(context: Context, node: SyntaxNode): boolean {
  return statementsOf(node).some((statement) => {
    const assignment = assignmentOf(statement, context.text);
    if (!assignment) return false;
    if (assignment.name === '__tablename__' || assignment.name === '__table__') return true;
    const annotation = assignment.annotation && context.textOf(assignment.annotation);
    return annotation !== undefined && /^(?:orm\.)?(?:Mapped|DynamicMapped|WriteOnlyMapped)\[/.test(annotation);
  });
}

function hasFields(context: Context, node: SyntaxNode): boolean {
  return statementsOf(node).some((statement) => assignmentOf(statement, context.text)?.annotation !== undefined);
}

/** Nothing but annotated fields, at least two, and a doc comment. */
function isPlainShape(context: Context, node: SyntaxNode): boolean {
  let fields = 0;
  for (const statement of statementsOf(node)) {
    if (statement.name === 'ExpressionStatement' || statement.name === 'PassStatement') continue;
    if (assignmentOf(statement, context.text)?.annotation === undefined) return false;
    fields++;
  }
  return fields >= 2;
}

function fieldsOf(context: Context, node: SyntaxNode, kind: Kind, head: CallArguments): Field[] {
  const { text } = context;
  const total = head.keywords.get('total');
  const partial = kind === 'typed-dict' && total !== undefined && context.textOf(total) === 'False';
  const fields = new Map<string, Field>();
  for (const statement of statementsOf(node)) {
    const assignment = assignmentOf(statement, text);
    if (!assignment?.annotation || assignment.name.startsWith('_') || assignment.name === 'model_config') continue;
    const written = typeText(assignment.annotation, text);
    if (/^(?:typing\.|t\.|dataclasses\.)?(?:ClassVar|InitVar)\b/.test(written)) continue;
    const { type, optional } = unwrapped(written, partial);
    const [value] = assignment.values;
    const alias = aliasOf(context, value);
    fields.set(assignment.name, {
      name: assignment.name, type, optional: optional || hasDefault(context, value), line: context.lineAt(assignment.target.from), ...(alias === undefined ? {} : { alias }),
    });
  }
  return [...fields.values()];
}

/** `NotRequired[int]` is an optional `int`, `Required[int]` a required one. */
function unwrapped(written: string, partial: boolean): { type: string; optional: boolean } {
  const match = /^(?:typing\.|t\.|typing_extensions\.)?(NotRequired|Required|ReadOnly)\[(.*)\]$/s.exec(written);
  if (!match) return { type: written, optional: partial };
  const inner = unwrapped(match[2]!, partial);
  return match[1] === 'ReadOnly' ? inner : { type: inner.type, optional: match[1] === 'NotRequired' };
}

/** Whether an assigned value makes the field optional: `Field(...)` and `Field(gt=0)` do not, `Field(default=0)` and `None` do. */
function hasDefault(context: Context, value: SyntaxNode | undefined): boolean {
  if (!value || value.name === 'Ellipsis') return false;
  if (value.name !== 'CallExpression' || !FIELD_CALLS.has(lastSegment(nameOf(value, context.text)))) return true;
  const { positional, keywords } = callArguments(value, context.text);
  if (positional[0]) return positional[0].name !== 'Ellipsis';
  const stated = keywords.get('default') ?? keywords.get('default_factory') ?? keywords.get('factory');
  if (stated) return stated.name !== 'Ellipsis';
  const init = keywords.get('init');
  return init !== undefined && context.textOf(init) === 'False';
}

/** `task_id` of `Field(alias="task_id")`. */
function aliasOf(context: Context, value: SyntaxNode | undefined): string | undefined {
  if (value?.name !== 'CallExpression' || !FIELD_CALLS.has(lastSegment(nameOf(value, context.text)))) return undefined;
  const { keywords } = callArguments(value, context.text);
  const alias = keywords.get('serialization_alias') ?? keywords.get('alias');
  return alias && stringOf(alias, context.text);
}

const FIELD_CALLS: ReadonlySet<string> = new Set(['Field', 'field', 'ib', 'attrib', 'Query', 'Body', 'Form', 'Header', 'Path']);

/** Fields of `TypedDict('Order', {...})`, `NamedTuple('Order', [...])` and `namedtuple('Order', '...')`. */
function functionalFields(context: Context, call: SyntaxNode): { form: TypeFact['form']; fields: Field[] } | undefined {
  const { text } = context;
  const callee = lastSegment(nameOf(call, text));
  if (callee !== 'TypedDict' && callee !== 'NamedTuple' && callee !== 'namedtuple') return undefined;
  const { positional, keywords } = callArguments(call, text);
  const shape = positional[1];
  if (!shape) return undefined;
  const field = (name: SyntaxNode, annotation: SyntaxNode | undefined, partial: boolean): Field[] => {
    const spelled = stringOf(name, text);
    if (spelled === undefined) return [];
    const { type, optional } = annotation ? unwrapped(typeText(annotation, text), partial) : { type: undefined, optional: partial };
    return [{ name: spelled, ...(type === undefined ? {} : { type }), optional, line: context.lineAt(name.from) }];
  };
  if (callee === 'TypedDict') {
    const total = keywords.get('total');
    const partial = total !== undefined && context.textOf(total) === 'False';
    const entries = shape.name === 'DictionaryExpression' ? entriesOf(shape) : undefined;
    return entries && { form: 'typed-dict', fields: entries.flatMap(({ key, value }) => field(key, value, partial)) };
  }
  if (shape.name === 'ArrayExpression' || shape.name === 'TupleExpression') {
    const fields = elementsOf(shape).flatMap((element) => {
      if (element.name !== 'TupleExpression') return field(element, undefined, false);
      const [name, annotation] = elementsOf(element);
      return name ? field(name, annotation, false) : [];
    });
    return { form: 'dataclass', fields };
  }
  const names = stringOf(shape, text);
  const line = context.lineAt(shape.from);
  return names === undefined ? undefined : { form: 'dataclass', fields: names.split(/[\s,]+/).filter(Boolean).map((name) => ({ name, optional: false, line })) };
}
