import { canonicalName, typeName, typesAgree, type Field, type Shape } from '../../src/index.js';

/** How two types stand to each other. */
export interface ShapeComparison {
  /** Field names of both, in whatever convention they are written. */
  shared: number;
  /** The shared fields' names, as the first writes them. */
  sharedNames: readonly string[];
  /** Shared fields, as a share of the smaller type. */
  overlap: number;
  /** Shared fields, as a share of all. */
  similarity: number;
  /** Shared fields whose types exclude each other. */
  excluded: number;
  /** Nothing differs: names, types and what is optional. */
  identical: boolean;
  /** Shared fields that are not written alike. */
  conflicts: readonly FieldConflict[];
  /** Fields of the one that has fewer; of the first where both have as many. */
  smaller: readonly Field[];
  /** Fields that only the first, only the second has. */
  onlyFirst: readonly Field[];
  onlySecond: readonly Field[];
}

export interface FieldConflict {
  name: string;
  kind: 'type' | 'optional' | 'spelling';
  first: Field;
  second: Field;
}

export function compareShapes(a: Shape, b: Shape): ShapeComparison {
  const second = new Map([...b.fields.values()].map((field) => [memberKey(field.name), field]));
  const conflicts: FieldConflict[] = [];
  const onlyFirst: Field[] = [];
  const matched = new Set<string>();
  const sharedNames: string[] = [];
  for (const field of a.fields.values()) {
    const key = memberKey(field.name);
    const other = b.fields.get(field.name) ?? second.get(key);
    if (!other) {
      onlyFirst.push(field);
      continue;
    }
    matched.add(other.name);
    sharedNames.push(field.name);
    const kind = conflictOf(field, other);
    if (kind) conflicts.push({ name: field.name, kind, first: field, second: other });
  }
  const onlySecond = [...b.fields.values()].filter((field) => !matched.has(field.name));
  const shared = matched.size;
  const smaller = Math.min(a.fields.size, b.fields.size);
  const all = shared + onlyFirst.length + onlySecond.length;
  return {
    shared,
    sharedNames,
    overlap: smaller === 0 ? 0 : Math.min(1, shared / smaller),
    similarity: all === 0 ? 0 : shared / all,
    excluded: conflicts.filter(excludes).length,
    identical: all > 0 && conflicts.length === 0 && onlyFirst.length === 0 && onlySecond.length === 0,
    smaller: [...(a.fields.size <= b.fields.size ? a : b).fields.values()],
    conflicts, onlyFirst, onlySecond,
  };
}

/** One spelling for all conventions; a sign before the name (`$gte`) makes another key of it. */
export function memberKey(name: string): string {
  return `${/^[^\p{L}\p{N}_]+/u.exec(name)?.[0] ?? ''}${canonicalName(name)}`;
}

/**
 * What differs, from the first's point of view (`here` is the second): fields that are missing or more, types, what is optional. A few
 * of each; the rest is counted.
 */
export function differencesOf({ conflicts, onlyFirst, onlySecond }: ShapeComparison): string[] {
  const said: string[] = [];
  for (const { name, kind, first, second } of conflicts.slice(0, MAX_NAMED)) {
    if (kind === 'type') said.push(`${name} is ${shown(second)}, not ${shown(first)}`);
    else if (kind === 'spelling') said.push(`${name} is called ${second.name}`);
    else said.push(`${name} is ${second.optional ? 'optional' : 'required'}`);
  }
  if (conflicts.length > MAX_NAMED) said.push(`${conflicts.length - MAX_NAMED} more fields differ`);
  if (onlyFirst.length > 0) said.push(`lacks ${listed(onlyFirst)}`);
  if (onlySecond.length > 0) said.push(`adds ${listed(onlySecond)}`);
  return said;
}

const MAX_NAMED = 6;

function conflictOf(a: Field, b: Field): FieldConflict['kind'] | undefined {
  const first = typeName(a.type);
  const second = typeName(b.type);
  if (first.text !== second.text && first.text !== 'any' && second.text !== 'any') return 'type';
  if (a.optional !== b.optional || first.nullable !== second.nullable) return a.optional === b.optional ? 'type' : 'optional';
  return a.name === b.name ? undefined : 'spelling';
}

/**
 * Whether two types of a field exclude each other: text and number, a list and one item, two named things. The same thing with other type
 * arguments, one of several alternatives, and what is null in one of them, does not.
 */
export function excludes({ kind, first, second }: FieldConflict): boolean {
  if (kind !== 'type') return false;
  const a = typeName(first.type).text;
  const b = typeName(second.type).text;
  // An object stated in place may be what the name stands for.
  if (isInPlace(a) !== isInPlace(b) && a.endsWith('[]') === b.endsWith('[]') && !/^(?:string|number|boolean)/.test(isInPlace(a) ? b : a)) return false;
  return headOf(a) !== headOf(b) && !typesAgree(first.type, second.type);
}

function isInPlace(text: string): boolean {
  return headOf(text).startsWith('{}');
}

/** `page[]` of `page<order>[]`; any object stated in place is one thing, for its members are compared elsewhere or not at all. */
function headOf(text: string): string {
  if (/^\(?\{.*\}\)?(?:\[\])?$/.test(text)) return text.endsWith('[]') ? '{}[]' : '{}';
  return text.replace(/^([\w-]+)<.*>((?:\[\])*)$/, '$1$2');
}

function shown(field: Field): string {
  const type = field.type ?? 'untyped';
  return type.length > 60 ? `${type.slice(0, 57)}...` : type;
}

function listed(fields: readonly Field[]): string {
  const names = fields.slice(0, MAX_NAMED).map(({ name, optional }) => (optional ? `${name}?` : name));
  return fields.length > MAX_NAMED ? `${names.join(', ')} and ${fields.length - MAX_NAMED} more` : names.join(', ');
}
