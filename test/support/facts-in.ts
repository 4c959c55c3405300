import type { FactKind, FactOf } from '../../src/model/facts.js';
import { languageFor } from '../../src/languages/registry.js';

/** Facts of one kind in a text, as the language of the path reads it. */
export async function factsIn<K extends FactKind>(kind: K, path: string, text: string): Promise<FactOf<K>[]> {
  const language = languageFor(path);
  if (!language) throw new Error(`no language reads ${path}`);
  await language.load();
  return language.extract({ path, text }).facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}
