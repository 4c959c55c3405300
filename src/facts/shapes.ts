import type { ClassFact, Field, TypeFact } from '../model/facts.js';
import type { FactIndex, Indexed } from './fact-index.js';
import { lookUp } from './look-up.js';

export type ShapedFact = Indexed<TypeFact> | Indexed<ClassFact>;

/** A type with all its fields, those of its bases included. */
export interface Shape {
  fact: ShapedFact;
  /** By name as written; a field that is declared again counts once, as the nearest declaration has it. */
  fields: ReadonlyMap<string, Field>;
  /** Definitions that it extends or is derived from (`path\0name`), at any distance. */
  bases: ReadonlySet<string>;
  /** Some base lies outside the tree or is not known: there may be more fields. */
  open: boolean;
}

const MAX_DEPTH = 8;

/** The full shape of a type or class: fields of bases that the tree declares are inherited, also through `Omit`, `Pick` and `Partial`. */
export function shapeOf(facts: FactIndex, fact: ShapedFact): Shape {
  return shapeAt(facts, fact, new Set());
}

/** `path\0name`, as in `Shape.bases`. */
export function definitionKey(path: string, name: string): string {
  return `${path}\0${name}`;
}

function shapeAt(facts: FactIndex, fact: ShapedFact, onTheWay: ReadonlySet<string>): Shape {
  const fields = new Map<string, Field>();
  const bases = new Set<string>();
  let open = false;
  const way = new Set([...onTheWay, definitionKey(fact.file.path, fact.name)]);
  for (const written of fact.bases) {
    const base = readBase(written);
    const defined = base && lookUp(facts, fact.file.path, base.name);
    if (!defined) {
      open = true;
      continue;
    }
    const key = definitionKey(defined.path, defined.name);
    bases.add(key);
    const declared = shapedFactAt(facts, defined.path, defined.name);
    if (!declared || way.has(key) || way.size > MAX_DEPTH) {
      open = true;
      continue;
    }
    const inherited = shapeAt(facts, declared, way);
    for (const [name, field] of inherited.fields) {
      if (base.keep && !base.keep(name)) continue;
      fields.set(name, base.optional === undefined ? field : { ...field, optional: base.optional });
    }
    for (const further of inherited.bases) bases.add(further);
    open ||= inherited.open;
  }
  // What a class keeps to itself is no part of its shape.
  for (const field of fact.fields) if (fact.kind === 'type' || !field.name.startsWith('_')) fields.set(field.name, field);
  return { fact, fields, bases, open };
}

/** The type or class of a name; of several in one file (overloads, fallbacks) the first, a type before a class. */
export function shapedFactAt(facts: FactIndex, path: string, name: string): ShapedFact | undefined {
  return facts.inFile(path, 'type').find((fact) => fact.name === name && fact.scope.length === 0)
    ?? facts.inFile(path, 'class').find((fact) => fact.name === name && fact.scope.length === 0);
}

interface Base {
  name: string;
  keep?: (field: string) => boolean;
  optional?: boolean;
}

/** The name in `Order`, `Page<Order>`, `Generic[T]`, `Partial<Order>`, `Omit<Order, "id" | "note">`, nested. */
function readBase(written: string): Base | undefined {
  const utility = /^(Partial|Required|Readonly|Pick|Omit)<(.*)>$/s.exec(written);
  if (!utility) {
    const name = /^[\p{L}_$][\p{L}\p{N}_$.]*/u.exec(written)?.[0];
    return name === undefined ? undefined : { name };
  }
  const [, wrapper, inside] = utility as unknown as [string, string, string];
  const comma = topLevelComma(inside);
  const inner = readBase(comma < 0 ? inside.trim() : inside.slice(0, comma).trim());
  if (!inner) return undefined;
  if (wrapper === 'Partial') return { ...inner, optional: true };
  if (wrapper === 'Required') return { ...inner, optional: false };
  if (wrapper === 'Readonly' || comma < 0) return inner;
  const named = new Set([...inside.slice(comma + 1).matchAll(/["']([^"']*)["']/g)].map((match) => match[1]!));
  const before = inner.keep;
  return { ...inner, keep: (field) => (before?.(field) ?? true) && named.has(field) === (wrapper === 'Pick') };
}

function topLevelComma(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text[index];
    if (unit === '<' || unit === '{' || unit === '(' || unit === '[') depth++;
    else if (unit === '>' || unit === '}' || unit === ')' || unit === ']') depth--;
    else if (unit === ',' && depth === 0) return index;
  }
  return -1;
}
