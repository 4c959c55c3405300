import {
  defineRule, shapeOf, z, type FactIndex, type FindingDraft, type ImportFact, type Indexed, type IndexedFact, type Severity,
} from '../src/index.js';
import { compareSets, setDifferences } from './support/compare-sets.js';
import { compareShapes, differencesOf } from './support/compare-shapes.js';

export default defineRule({
  meta: {
    id: 'name-shadows-import',
    category: 'duplicate-type',
    title: 'Imported name defined anew in the same file',
    description: 'Reports a class, type, enum or function that is imported at the top of a file and then defined again in it.',
    rationale: 'The import does nothing: whoever imports the name from this file gets the second definition and takes it for the first. Values of the '
      + 'two do not compare equal, and a test of the one says nothing of the other.',
    remedy: 'Delete the second definition and hand the imported one on, or give the second a name of its own and drop the import.',
    severity: 'error',
    tags: ['types', 'imports', 'drift'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const file of facts.files) {
      if (file.role !== 'production' || file.language !== 'python') continue;
      const defined = definitionsIn(facts, file.path);
      for (const statement of facts.inFile(file.path, 'import')) {
        if (!isPlainImport(statement)) continue;
        for (const { local, imported, line } of statement.names) {
          const again = defined.get(local);
          if (!again || again.span[0] < line || imported === '*') continue;
          const origin = lookUpImported(facts, statement, local);
          if (origin && !extendsOrigin(again, local)) yield draftOf(facts, origin, again, statement);
        }
      }
    }
  },
});

type Definition = Extract<IndexedFact, { kind: 'class' | 'type' | 'enum' | 'function' }>;

/** Import that is carried out whenever the file is loaded. */
function isPlainImport(fact: Indexed<ImportFact>): boolean {
  return fact.scope.length === 0 && fact.form === 'static' && !fact.guarded && !fact.lazy && !fact.typeOnly;
}

/** Module-level definitions by name; of the several facts of one class that which says most. */
function definitionsIn(facts: FactIndex, path: string): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  for (const kind of ['enum', 'type', 'class', 'function'] as const) {
    for (const fact of facts.inFile(path, kind) as readonly Definition[]) {
      if (fact.scope.length === 0 && !found.has(fact.name)) found.set(fact.name, fact);
    }
  }
  return found;
}

/** What the import brings, where the tree defines it. */
function lookUpImported(facts: FactIndex, statement: Indexed<ImportFact>, local: string): Definition | undefined {
  const imported = statement.names.find((name) => name.local === local)!;
  const target = facts.imports.resolveName(statement, imported);
  if (target.status !== 'defined' || target.definition.path === statement.file.path) return undefined;
  return definitionsIn(facts, target.definition.path).get(target.definition.name);
}

/** `class Order(Order)` adds to what it imported. */
function extendsOrigin(again: Definition, local: string): boolean {
  return 'bases' in again && again.bases.some((base) => base === local || base.startsWith(`${local}[`));
}

function draftOf(facts: FactIndex, origin: Definition, again: Definition, statement: Indexed<ImportFact>): FindingDraft {
  const importers = (fact: Definition): { production: number; test: number } => facts.imports.importerCount(fact.file.path, fact.name);
  const differences = differencesBetween(facts, origin, again);
  const reach = importers(again);
  return {
    key: `${again.canonicalName}:${again.file.service.name}:${origin.file.service.name}`,
    concept: again.name,
    message: `${again.name} is imported from ${origin.file.path} and then defined anew${differences.length > 0 ? ', not in the same way' : ' in the same way'}.`,
    sites: [
      { fact: origin, message: 'what the import brings', role: 'owner', importers: importers(origin) },
      { fact: again, message: 'the definition that replaces it', role: 'copy', importers: reach },
      { fact: statement, message: 'the import that does nothing', role: 'importer', symbol: again.name },
    ],
    ownerReason: 'the file itself imports it from there',
    differences,
    rank: (differences.length > 0 ? 0.6 : 0.4) + Math.min(0.3, reach.production / 20),
    severity: severityOf(again, reach.production, differences.length > 0),
  };
}

function severityOf(again: Definition, importers: number, differs: boolean): Severity {
  if (again.kind === 'function' && again.delegatesTo !== undefined) return 'info';
  // Who takes the one for the other is who imports the name from here.
  return differs && importers > 0 ? 'error' : 'warning';
}

function differencesBetween(facts: FactIndex, origin: Definition, again: Definition): string[] {
  const place = `${again.file.path}:${again.span[0]}`;
  if (origin.kind === 'enum' && again.kind === 'enum') {
    const said = setDifferences(compareSets(origin.members, again.members));
    return said.length > 0 ? [`${place}: ${said.join('; ')}`] : [];
  }
  if (origin.kind === 'function' || again.kind === 'function') {
    if (origin.kind !== again.kind) return [`${place} is a ${again.kind}, the import a ${origin.kind}`];
    return origin.kind === 'function' && again.kind === 'function' && origin.bodyHash !== again.bodyHash ? [`${place} has another body`] : [];
  }
  if (origin.kind === 'enum' || again.kind === 'enum') return [`${place} is ${again.kind === 'enum' ? 'an enum' : 'a class'}, the import ${origin.kind === 'enum' ? 'an enum' : 'a class'}`];
  const said = differencesOf(compareShapes(shapeOf(facts, origin), shapeOf(facts, again)));
  return said.length > 0 ? [`${place}: ${said.join('; ')}`] : [];
}
