import type { FactIndex, IndexedFact } from '../facts/fact-index.js';
import type { Field } from '../model/facts.js';
import { compareText } from '../util/compare.js';
import { hashOf } from '../util/hash.js';

/**
 * Hash of what a declaration says, wherever it stands: no path, no line, no name of its own. So a copy that moved is known again, whichever copy is
 * taken for the owner. 8 hex digits; undefined for what declares nothing.
 */
export function siteContent(facts: FactIndex, fact: IndexedFact): string | undefined {
  const content = contentOf(facts, fact);
  return content === undefined ? undefined : hashOf(JSON.stringify(content), 8);
}

function contentOf(facts: FactIndex, fact: IndexedFact): unknown {
  switch (fact.kind) {
    case 'constant':
      return fact.value;
    case 'enum':
      return fact.members.map(({ name, value }) => `${name}=${value}`).sort(compareText);
    case 'type':
      return [fact.bases, fieldsOf(fact.fields)];
    case 'function':
      return [fact.parameters, fact.bodyHash];
    case 'class':
      return [fact.bases, fieldsOf(fact.fields), facts.methodsOf(fact).map(({ name, parameters, bodyHash }) => JSON.stringify([name, parameters, bodyHash])).sort(compareText)];
    default:
      return undefined;
  }
}

function fieldsOf(fields: readonly Field[]): string[] {
  return fields.map(({ name, type = '', optional }) => `${name}${optional ? '?' : ''}: ${type}`).sort(compareText);
}
