import { z } from 'zod';
import { compareText } from '../util/compare.js';
import { nearest } from '../util/nearest.js';

type Path = readonly PropertyKey[];
/** The part of a JSON schema that the explanation reads. */
interface Node {
  title?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  propertyNames?: Node;
  items?: Node | boolean;
  prefixItems?: Node[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  minLength?: number;
}

/**
 * What is wrong with a value, a sentence per place: the path of keys, what was given and what is allowed; for an unknown key the nearest
 * right one. `prefix` is the path at which the value itself stands.
 */
export function explainIssues(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[], prefix = ''): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  return issues.flatMap((issue) => flatten(issue, [])).flatMap(({ issue, path }) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key, prefix));
    const node = nodeAt(root, path);
    const place = pathText(prefix, path);
    if (valueAt(value, path) === undefined) return `${place} is missing; it must be ${allowed(node)}.`;
    const reason = issue.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : `allowed is ${allowed(node)}`;
    return `${place} is ${given(valueAt(value, path))}; ${reason}.`;
  });
}

/** Of a union's branches, the one that got furthest says best what is wrong; when none got inside, the union as a whole does. */
function flatten(issue: z.core.$ZodIssue, base: Path): { issue: z.core.$ZodIssue; path: Path }[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const inside = issue.errors.filter((errors) => errors.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'));
  return inside.length === 1 ? inside[0]!.flatMap((error) => flatten(error, path)) : [{ issue, path }];
}

function unknownKey(root: Node, path: Path, key: string, prefix: string): string {
  const node = nodeAt(root, path);
  const known = Object.keys(node.properties ?? {}).concat((node.propertyNames?.enum ?? []).map(String)).sort(compareText);
  const suggestion = nearest(key, known);
  const hint = suggestion === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${suggestion}"?`;
  return `Unknown key "${key}"${path.length > 0 || prefix !== '' ? ` in ${pathText(prefix, path)}` : ''}. ${hint}`;
}

function nodeAt(root: Node, path: Path): Node {
  let node: Node = root;
  for (const step of path) {
    const branches: Node[] = [node, ...(node.anyOf ?? [])];
    const next = branches.map((branch) => childOf(branch, step)).find((child) => child !== undefined);
    if (next === undefined) return {};
    node = next;
  }
  return node;
}

function childOf(node: Node, step: PropertyKey): Node | undefined {
  if (typeof step === 'number') return node.prefixItems?.[step] ?? (typeof node.items === 'object' ? node.items : undefined);
  return node.properties?.[String(step)] ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined), value);
}

/** `services[0].kind`, `rules["acme/env"]`. */
function pathText(prefix: string, path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    if (!/^[\w$]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, prefix) || 'The configuration';
}

function given(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** What a schema node allows, in words. */
function allowed(node: Node): string {
  if (node.title !== undefined) return node.title;
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum || node.anyOf) return oneOf(choicesOf(node));
  switch (node.type) {
    case 'string': return node.minLength ? 'text that is not empty' : 'text';
    case 'boolean': return 'true or false';
    case 'integer':
    case 'number': return `a ${node.type === 'integer' ? 'whole ' : ''}number${bounds(node)}`;
    case 'array': return `a list of ${typeof node.items === 'object' ? allowed(node.items) : 'values'}${node.minItems ? `, at least ${node.minItems}` : ''}`;
    case 'object': return node.properties ? `an object with the keys ${Object.keys(node.properties).join(', ')}` : 'an object';
    default: return 'another value';
  }
}

function choicesOf(node: Node): string[] {
  if (node.enum) return node.enum.map((value) => JSON.stringify(value));
  return node.anyOf && node.title === undefined ? node.anyOf.flatMap(choicesOf) : [allowed(node)];
}

function bounds({ minimum, maximum, exclusiveMinimum }: Node): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return ` from ${minimum} to ${maximum}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) return ` of at least ${minimum}`;
  return maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` of at most ${maximum}` : '';
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
