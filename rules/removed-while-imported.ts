import { defineRule, fateOf, moduleTail, removalSentence, z, type FactIndex, type FindingDraft, type ImportFact, type Indexed, type TreeBefore } from '../src/index.js';

/** Importers shown as sites. */
const MOST_SITES = 24;

export default defineRule({
  meta: {
    id: 'removed-while-imported',
    category: 'unresolved-import',
    title: 'Module deleted while it is still imported',
    description: 'Reports, in a run that compares with a base commit, modules that the change deletes or renames and that are still imported, where `unresolved-import` cannot know it: their whole package went, so the name reads like an installed one.',
    rationale: 'The importers fail when they are loaded, and nothing in their own files has changed.',
    remedy: 'Let the importers import what took its place, or keep the module until they do.',
    severity: 'error',
    tags: ['imports', 'gate'],
    since: '0.2.0',
    status: 'preview',
  },
  options: z.object({}),
  needsBase: true,
  *check({ facts, before }) {
    if (before === undefined) return;
    for (const [path, importers] of before.gone) {
      const left = importers.flatMap((importer) => leftBehind(facts, path, importer));
      if (left.length > 0) yield findingFor(path, left, before);
    }
  },
});

/** Imports of a file that name the module and now read like those of an installed package. */
function leftBehind(facts: FactIndex, path: string, importer: string): Indexed<ImportFact>[] {
  return facts.inFile(importer, 'import').filter((fact) => {
    // A single word may be an installed package that the module stood in front of.
    if (fact.form === 'mock' || fact.typeOnly || fact.fallback || moduleTail(fact.name) !== moduleTail(path) || !/[./]/.test(fact.name)) return false;
    const { status } = facts.imports.resolve(fact);
    return status === 'external' || status === 'unknown';
  });
}

function findingFor(path: string, imports: readonly Indexed<ImportFact>[], before: TreeBefore): FindingDraft {
  const production = imports.filter(({ file }) => file.role === 'production');
  const sites = (production.length > 0 ? production : imports).map((fact) => ({ fact, message: 'imports it', role: 'importer' as const, symbol: fact.name }));
  return {
    key: path,
    concept: path,
    message: removalSentence(fateOf(path, before), sites.map(({ fact: { file, span } }) => ({ path: file.path, line: span[0] }))),
    sites: sites.slice(0, MOST_SITES),
    unlisted: sites.slice(MOST_SITES),
    severity: production.length === 0 ? 'info' : production.every(({ guarded }) => guarded) ? 'warning' : 'error',
    rank: 0.9,
  };
}
