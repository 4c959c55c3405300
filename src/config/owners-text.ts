import type { OwnerSuggestion } from '../model/canon.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { quote } from './quote.js';

const MOST_OTHERS = 4;

/** Entries of `owners` with the reason for each in a comment above it, one text per line, not indented. */
export function ownersLines(suggestions: readonly OwnerSuggestion[]): string[] {
  return suggestions.flatMap(({ concept, owner, aliases, reason, others }) => [
    `// ${printable(reason)}; also in ${others.slice(0, MOST_OTHERS).map(({ path, line, importers }) => `${printable(path)}:${line}${importers ? ` (${plural(importers.production, 'importer')})` : ''}`).join(', ')}${others.length > MOST_OTHERS ? ` and ${others.length - MOST_OTHERS} more` : ''}`,
    `{ concept: ${quote(concept)}, owner: ${quote(owner)}${aliases.length > 0 ? `, aliases: [${aliases.map(quote).join(', ')}]` : ''} },`,
  ]);
}
