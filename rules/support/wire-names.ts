import { lookUp, shapedFactAt, type FactIndex, type NameReader } from '../../src/index.js';

/**
 * Reads the names in a type as the file sees them: the member of an enum is its value, a closed set its values, and a type or class with
 * fields some object. Aliases, type variables and what other packages declare stay unknown.
 */
export function wireNames(facts: FactIndex, path: string): NameReader {
  return (name) => {
    const value = name.includes('.') ? facts.valueOf(path, name) : undefined;
    if (value !== undefined) return literal(value);
    const defined = lookUp(facts, path, name);
    if (!defined) return undefined;
    const set = facts.inFile(defined.path, 'enum').find((fact) => fact.name === defined.name && fact.scope.length === 0);
    if (set) return set.members.map((member) => literal(facts.valueOf(defined.path, member.value) ?? member.value)).join(' | ');
    const type = shapedFactAt(facts, defined.path, defined.name);
    return type && type.fields.length > 0 ? 'Record<string, any>' : undefined;
  };
}

function literal(value: string): string {
  return /^-?\d+(?:\.\d+)?$/.test(value) ? value : JSON.stringify(value);
}
