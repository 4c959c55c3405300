import type { z } from 'zod';
import { compareText } from './compare.js';
import { nearest } from './nearest.js';
import { allowedBy, schemaNode, type SchemaNode } from './schema-text.js';

type Path = readonly PropertyKey[];
/**
 * What is wrong with a value, a sentence per place: the path of keys, what was given and what is allowed; for an unknown key the nearest
 * right one. `prefix` is the path at which the value itself stands.
 */
export function explainIssues(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[], prefix = ''): string[] {
  const root = schemaNode(schema);
  return issues.flatMap((issue) => flatten(issue, [])).flatMap(({ issue, path }) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key, prefix));
    const node = nodeAt(root, path);
    const place = pathText(prefix, path);
    if (valueAt(value, path) === undefined) return `${place} is missing; it must be ${allowedBy(node)}.`;
    const reason = issue.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : `allowed is ${allowedBy(node)}`;
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

function unknownKey(root: SchemaNode, path: Path, key: string, prefix: string): string {
  const node = nodeAt(root, path);
  const known = Object.keys(node.properties ?? {}).concat((node.propertyNames?.enum ?? []).map(String)).sort(compareText);
  const suggestion = nearest(key, known);
  const hint = suggestion === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${suggestion}"?`;
  return `Unknown key "${key}"${path.length > 0 || prefix !== '' ? ` in ${pathText(prefix, path)}` : ''}. ${hint}`;
}

function nodeAt(root: SchemaNode, path: Path): SchemaNode {
  let node: SchemaNode = root;
  for (const step of path) {
    const branches: SchemaNode[] = [node, ...(node.anyOf ?? [])];
    const next = branches.map((branch) => childOf(branch, step)).find((child) => child !== undefined);
    if (next === undefined) return {};
    node = next;
  }
  return node;
}

function childOf(node: SchemaNode, step: PropertyKey): SchemaNode | undefined {
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
