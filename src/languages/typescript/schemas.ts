import type ts from 'typescript';
import type { EnumFact, Field } from '../../model/facts.js';
import type { Context } from './context.js';
import { bare, literalOf } from './literals.js';
import { typeText } from './type-text.js';

/** A field of `z.object({ ... })` with the expression that states its schema. */
export interface SchemaField extends Field {
  type: string;
  node: ts.Node;
  value: ts.Expression;
}

/** What a zod expression says, in the words of TypeScript's own types. */
export interface Schema {
  type: string;
  optional: boolean;
  /** The schema is of an object; `bases` are the schemas that it extends, merges or derives from. */
  object?: { bases: string[]; fields: SchemaField[] };
  /** The schema is a closed set of values. */
  values?: EnumFact['members'][number][];
}

const MAX_DEPTH = 24;

/** Reads a zod expression (`z.object({ ... }).strict()`, `Base.extend({ ... })`); undefined when it is not one. */
export function readSchema(context: Context, node: ts.Expression, depth = 0): Schema | undefined {
  const { ts } = context;
  const expression = bare(ts, node);
  if (depth > MAX_DEPTH || !ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return undefined;
  const { expression: target, name } = expression.expression;
  if (isNamespace(context, target)) return factory(context, namespaceMember(context, target), name.text, expression.arguments, depth);
  if (!importsZod(context)) return undefined;
  const inner = readSchema(context, target, depth + 1) ?? reference(context, target);
  return inner && modified(context, inner, name.text, expression.arguments, depth);
}

function isNamespace(context: Context, node: ts.Expression): boolean {
  const { ts } = context;
  if (ts.isPropertyAccessExpression(node)) return (node.name.text === 'coerce' || node.name.text === 'iso') && isNamespace(context, node.expression);
  if (!ts.isIdentifier(node)) return false;
  const origin = context.imports.get(node.text);
  return origin ? ZOD.test(origin.specifier) : node.text === 'z' && importsZod(context);
}

function namespaceMember(context: Context, node: ts.Expression): string | undefined {
  return context.ts.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

const ZOD = /(?:^|[-/@])zod(?:[-/]|$)/;

function importsZod(context: Context): boolean {
  for (const { specifier, imported } of context.imports.values()) if (ZOD.test(specifier) || imported === 'z') return true;
  return false;
}

/** Another schema by its name. */
function reference(context: Context, node: ts.Expression): Schema | undefined {
  const { ts } = context;
  const expression = bare(ts, node);
  if (ts.isIdentifier(expression)) return { type: expression.text, optional: false };
  return ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression) ? { type: expression.getText(context.sourceFile), optional: false } : undefined;
}

function factory(context: Context, member: string | undefined, name: string, args: readonly ts.Expression[], depth: number): Schema | undefined {
  const { ts } = context;
  const typeOf = (argument: ts.Expression | undefined): string => (argument ? typeOfSchema(context, argument, depth) : 'unknown');
  const plain = (type: string): Schema => ({ type, optional: false });
  const typesIn = (argument: ts.Expression | undefined): string[] => {
    const list = argument && bare(ts, argument);
    return list && ts.isArrayLiteralExpression(list) ? list.elements.map(typeOf) : ['unknown'];
  };
  const [first, second] = args;
  if (member === 'iso') return plain('string');
  if (STRINGS.has(name)) return plain('string');
  if (NUMBERS.has(name)) return plain('number');
  switch (name) {
    case 'boolean':
    case 'stringbool':
      return plain('boolean');
    case 'date':
      return plain('Date');
    case 'bigint':
    case 'null':
    case 'undefined':
    case 'void':
    case 'any':
    case 'unknown':
    case 'never':
    case 'symbol':
      return plain(name);
    case 'object':
    case 'strictObject':
    case 'looseObject': {
      const fields = first && fieldsOf(context, first, depth);
      return fields ? { type: 'object', optional: false, object: { bases: [], fields } } : plain('object');
    }
    case 'enum':
    case 'nativeEnum': {
      const values = first && valuesOf(context, first);
      return values ? { type: unionOf(values), optional: false, values } : plain(first ? first.getText(context.sourceFile) : 'string');
    }
    case 'literal': {
      const value = literalOf(ts, first);
      const list = Array.isArray(value) ? value : [value];
      return plain(value === undefined ? 'unknown' : list.map((item) => JSON.stringify(item)).join(' | '));
    }
    case 'array':
      return plain(listOf(typeOf(first)));
    case 'set':
      return plain(`Set<${typeOf(first)}>`);
    case 'map':
      return plain(`Map<${typeOf(first)}, ${typeOf(second)}>`);
    case 'record':
      return plain(second ? `Record<${typeOf(first)}, ${typeOf(second)}>` : `Record<string, ${typeOf(first)}>`);
    case 'tuple':
      return plain(`[${typesIn(first).join(', ')}]`);
    case 'union':
      return withLiteralValues(context, first, plain(typesIn(first).join(' | ')));
    case 'discriminatedUnion':
      return plain(typesIn(second).join(' | '));
    case 'intersection':
      return plain(`${typeOf(first)} & ${typeOf(second)}`);
    case 'optional':
      return { type: typeOf(first), optional: true };
    case 'nullable':
      return plain(`${typeOf(first)} | null`);
    case 'nullish':
      return { type: `${typeOf(first)} | null`, optional: true };
    case 'instanceof':
      return plain(first ? first.getText(context.sourceFile) : 'unknown');
    case 'lazy': {
      const body = first && ts.isArrowFunction(first) && !ts.isBlock(first.body) ? first.body : undefined;
      return plain(typeOf(body));
    }
    case 'preprocess':
      return plain(typeOf(second));
    case 'custom': {
      const call = first?.parent;
      const type = call && ts.isCallExpression(call) ? call.typeArguments?.[0] : undefined;
      return plain(type ? typeText(context, type) : 'unknown');
    }
    default:
      return plain('unknown');
  }
}

const STRINGS: ReadonlySet<string> = new Set([
  'string', 'email', 'url', 'httpUrl', 'uuid', 'uuidv4', 'guid', 'cuid', 'cuid2', 'ulid', 'nanoid', 'jwt', 'base64', 'base64url', 'ipv4', 'ipv6', 'cidrv4',
  'cidrv6', 'e164', 'emoji', 'hostname', 'templateLiteral',
]);
const NUMBERS: ReadonlySet<string> = new Set(['number', 'int', 'int32', 'uint32', 'float32', 'float64', 'nan']);

function modified(context: Context, inner: Schema, name: string, args: readonly ts.Expression[], depth: number): Schema | undefined {
  const [first] = args;
  switch (name) {
    case 'optional':
    case 'default':
    case 'prefault':
    case 'catch':
      return { ...inner, optional: true };
    case 'nullish':
      return { ...inner, type: `${inner.type} | null`, optional: true };
    case 'nullable':
      return { ...inner, type: `${inner.type} | null` };
    case 'unwrap':
    case 'nonoptional':
      return { ...inner, optional: false };
    case 'array':
      return { type: listOf(inner.type), optional: inner.optional };
    case 'or':
      return { type: `${inner.type} | ${first ? typeOfSchema(context, first, depth) : 'unknown'}`, optional: inner.optional };
    case 'pipe':
      return first ? (readSchema(context, first, depth + 1) ?? inner) : inner;
    case 'transform':
      return { type: 'unknown', optional: inner.optional };
    case 'extend':
    case 'safeExtend':
    case 'augment':
    case 'merge':
    case 'and': {
      const added = first && (name === 'merge' || name === 'and' ? readSchema(context, first, depth + 1)?.object : withFields(fieldsOf(context, first, depth)));
      const from = inner.object ?? { bases: [inner.type], fields: [] };
      if (added) {
        const names = new Set(added.fields.map((field) => field.name));
        return { ...inner, object: { bases: [...from.bases, ...added.bases], fields: [...from.fields.filter((field) => !names.has(field.name)), ...added.fields] } };
      }
      const other = first && reference(context, first);
      return other && (inner.object || name === 'merge') ? { ...inner, object: { bases: [...from.bases, other.type], fields: from.fields } } : { ...inner };
    }
    case 'pick':
    case 'omit': {
      const keys = first && keysOf(context, first);
      if (!keys) return { ...inner };
      if (inner.object) return { ...inner, object: { bases: inner.object.bases, fields: inner.object.fields.filter((field) => keys.includes(field.name) === (name === 'pick')) } };
      const wrapper = name === 'pick' ? 'Pick' : 'Omit';
      return { ...inner, object: { bases: [`${wrapper}<${inner.type}, ${keys.map((key) => JSON.stringify(key)).join(' | ')}>`], fields: [] } };
    }
    case 'partial':
    case 'deepPartial':
    case 'required': {
      const optional = name !== 'required';
      if (!inner.object) return { ...inner, object: { bases: [`${optional ? 'Partial' : 'Required'}<${inner.type}>`], fields: [] } };
      const keys = first && keysOf(context, first);
      const fields = inner.object.fields.map((field) => (keys && !keys.includes(field.name) ? field : { ...field, optional }));
      return { ...inner, object: { bases: inner.object.bases, fields } };
    }
    default:
      // `.min(1)`, `.refine(...)`, `.describe(...)`: the shape stays as it is.
      return inner;
  }
}

function withFields(fields: SchemaField[] | undefined): Schema['object'] {
  return fields && { bases: [], fields };
}

function fieldsOf(context: Context, node: ts.Expression, depth: number): SchemaField[] | undefined {
  const { ts } = context;
  const object = bare(ts, node);
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  const fields: SchemaField[] = [];
  for (const property of object.properties) {
    if (ts.isShorthandPropertyAssignment(property)) {
      fields.push({ name: property.name.text, type: property.name.text, optional: false, line: context.lineOf(property), node: property, value: property.name });
    } else if (ts.isPropertyAssignment(property) && !ts.isComputedPropertyName(property.name)) {
      const schema = readSchema(context, property.initializer, depth + 1) ?? reference(context, property.initializer) ?? { type: 'unknown', optional: false };
      fields.push({
        name: property.name.text, type: schema.type, optional: schema.optional, line: context.lineOf(property.name), node: property, value: property.initializer,
      });
    }
  }
  return fields;
}

function typeOfSchema(context: Context, node: ts.Expression, depth: number): string {
  return (readSchema(context, node, depth + 1) ?? reference(context, node))?.type ?? 'unknown';
}

/** Members of `z.enum(['a', 'b'])` and `z.enum({ A: 'a' })`. */
function valuesOf(context: Context, node: ts.Expression): Schema['values'] {
  const { ts } = context;
  const list = bare(ts, node);
  const values: EnumFact['members'][number][] = [];
  if (ts.isArrayLiteralExpression(list)) {
    for (const element of list.elements) {
      if (!ts.isStringLiteralLike(element)) return undefined;
      values.push({ name: element.text, value: element.text, line: context.lineOf(element) });
    }
  } else if (ts.isObjectLiteralExpression(list)) {
    for (const property of list.properties) {
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name) || !ts.isStringLiteralLike(property.initializer)) return undefined;
      values.push({ name: property.name.text, value: property.initializer.text, line: context.lineOf(property) });
    }
  }
  return values.length > 0 ? values : undefined;
}

/** `z.union([z.literal('a'), z.literal('b')])` is a closed set too. */
function withLiteralValues(context: Context, node: ts.Expression | undefined, schema: Schema): Schema {
  const { ts } = context;
  const list = node && bare(ts, node);
  if (!list || !ts.isArrayLiteralExpression(list) || list.elements.length === 0) return schema;
  const values: EnumFact['members'][number][] = [];
  for (const element of list.elements) {
    const call = bare(ts, element);
    const literal = ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'literal' ? call.arguments[0] : undefined;
    if (!literal || !ts.isStringLiteralLike(literal)) return schema;
    values.push({ name: literal.text, value: literal.text, line: context.lineOf(element) });
  }
  return { ...schema, values };
}

function keysOf(context: Context, node: ts.Expression): string[] | undefined {
  const { ts } = context;
  const object = bare(ts, node);
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.flatMap((property) => (property.name && !ts.isComputedPropertyName(property.name) ? [property.name.text] : []));
}

function unionOf(values: readonly { value: string }[]): string {
  return values.map(({ value }) => JSON.stringify(value)).join(' | ');
}

function listOf(type: string): string {
  return / [|&] /.test(type) ? `(${type})[]` : `${type}[]`;
}
