import { compareClasses, classShape, signature, type FactIndex, type IndexedClass } from '../../src/index.js';
import { labelled } from './name-list.js';

const MAX_NAMES = 6;
/** More copies than this are listed as sites; what differs is told of the first ones. */
const MAX_COPIES = 5;

/** What differs between the owner and each copy, a sentence each, `path` leading. Empty when all are equal. */
export function classDifferences(facts: FactIndex, owner: IndexedClass, copies: readonly IndexedClass[]): string[] {
  return copies.slice(0, MAX_COPIES).flatMap((copy) => {
    const compared = compareClasses(facts, owner, copy);
    const shape = (cls: IndexedClass, name: string): string => signature(classShape(facts, cls).methods.get(name)!);
    const changed = compared.parameters.filter((name) => !name.startsWith('__') && name !== 'constructor');
    const parts = [
      labelled('only here', compared.onlyB.map(call), MAX_NAMES),
      labelled('missing', compared.onlyA.map(call), MAX_NAMES),
      labelled('other parameters', changed.map((name) => `${name}${shape(copy, name)} instead of ${shape(owner, name)}`), 3),
      labelled('other body', compared.different.filter((name) => !changed.includes(name)).map(call), MAX_NAMES),
      labelled('same body', compared.equal.map(call), MAX_NAMES),
      labelled('fields only here', compared.fieldsOnlyB, MAX_NAMES),
      labelled('fields missing', compared.fieldsOnlyA, MAX_NAMES),
    ].filter((part) => part !== undefined);
    const same = compared.onlyA.length + compared.onlyB.length + compared.different.length + changed.length === 0;
    if (same && compared.fieldsOnlyA.length + compared.fieldsOnlyB.length === 0) return [];
    return [`${copy.file.path}${copy.name === owner.name ? '' : ` (${copy.name})`}: ${parts.join('; ')}.`];
  });
}

/** Whether a copy differs from the owner in anything but its place. */
export function isEqualCopy(facts: FactIndex, owner: IndexedClass, copy: IndexedClass): boolean {
  const { onlyA, onlyB, different, parameters } = compareClasses(facts, owner, copy);
  return onlyA.length + onlyB.length + different.length + parameters.length === 0;
}

function call(name: string): string {
  return `${name}()`;
}
