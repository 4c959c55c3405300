import { z } from 'zod';

/** The part of a JSON schema that is put in words. */
export interface SchemaNode {
  title?: string;
  description?: string;
  default?: unknown;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: SchemaNode | boolean;
  propertyNames?: SchemaNode;
  items?: SchemaNode | boolean;
  prefixItems?: SchemaNode[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  minLength?: number;
}

/** The JSON schema of what a zod schema takes in. What JSON cannot express (a function) allows anything. */
export function schemaNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

/** What a schema node allows, in words: `"error" or "warning"`, `a number from 0 to 1`. */
export function allowedBy(node: SchemaNode): string {
  if (node.title !== undefined) return node.title;
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum || node.anyOf) return oneOf(choicesOf(node));
  switch (node.type) {
    case 'string': return node.minLength ? 'text that is not empty' : 'text';
    case 'boolean': return 'true or false';
    case 'integer':
    case 'number': return `a ${node.type === 'integer' ? 'whole ' : ''}number${bounds(node)}`;
    case 'array': return `a list of ${typeof node.items === 'object' ? pluralOf(allowedBy(node.items)) : 'values'}${node.minItems ? `, at least ${node.minItems}` : ''}`;
    case 'object': return objectText(node);
    default: return 'another value';
  }
}

function objectText({ properties, additionalProperties }: SchemaNode): string {
  if (properties) return `an object with the keys ${Object.keys(properties).join(', ')}`;
  const isTyped = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
  return isTyped ? `an object, each value ${allowedBy(additionalProperties)}` : 'an object';
}

/** `a glob` is `globs` in a list; other phrases stay as they are. */
function pluralOf(phrase: string): string {
  return /^an? \w+$/.test(phrase) ? `${phrase.replace(/^an? /, '')}s` : phrase;
}

function choicesOf(node: SchemaNode): string[] {
  if (node.enum) return node.enum.map((value) => JSON.stringify(value));
  return node.anyOf && node.title === undefined ? node.anyOf.flatMap(choicesOf) : [allowedBy(node)];
}

function bounds({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? '' : ` of at most ${most}`;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
