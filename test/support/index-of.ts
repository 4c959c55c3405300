import { inferServices, serviceOf } from '../../src/discover/infer-services.js';
import { roleOf } from '../../src/discover/file-role.js';
import { createFactIndex } from '../../src/facts/create-fact-index.js';
import { environmentOf } from '../../src/facts/environment-of.js';
import type { FactIndex } from '../../src/facts/fact-index.js';
import { languageFor } from '../../src/languages/registry.js';
import type { ModuleFact } from '../../src/model/facts.js';

/** The fact index of a tree given as path to text, with services, roles and environments inferred as in a scan. */
export async function indexOf(tree: Readonly<Record<string, string>>): Promise<FactIndex> {
  const extracted = await Promise.all(Object.entries(tree).map(async ([path, text]) => {
    const language = languageFor(path);
    await language?.load();
    return { path, language: language?.id ?? '', extraction: language?.extract({ path, text }) ?? { facts: [], parseErrors: [], suppressionComments: [], lineCount: 0 } };
  }));
  const services = inferServices({ files: extracted.map(({ path, extraction }) => ({ path, facts: extraction.facts })) });
  return createFactIndex({
    services,
    projectFiles: { tsconfigs: new Map(), packages: new Map(), python: new Map() },
    files: extracted.map(({ path, language, extraction }) => {
      const module = extraction.facts.find((fact): fact is ModuleFact => fact.kind === 'module');
      const environment = environmentOf(path);
      const file = {
        path, language, hash: '', lineCount: extraction.lineCount, service: serviceOf(path, services),
        role: roleOf(path, { generated: module?.generated ?? false, script: module?.script ?? false, exists: (other) => other in tree }),
        ...(environment !== undefined && { environment }),
      };
      return { file, extraction };
    }),
  });
}
