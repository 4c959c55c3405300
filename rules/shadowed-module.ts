import { defineRule, z, type AuditedFile, type FactIndex, type FindingDraft, type ImportFact, type Indexed, type ModuleFact, type Site } from '../src/index.js';
import { plural } from './support/process-wide.js';
import { startedModules } from './support/started-modules.js';

const MOST_IMPORTERS = 12;

export default defineRule({
  meta: {
    id: 'shadowed-module',
    category: 'incomplete-migration',
    title: 'Module hidden behind a package of the same name',
    description: 'Reports a module and a package (or a file and a folder with an index) of one name side by side: every import gets one of them, and the other is never loaded.',
    rationale: 'Changes to the hidden file have no effect, and a name that only the hidden file has cannot be imported, although an editor finds it.',
    remedy: 'Move what is still needed into the one that is loaded, and delete the other.',
    severity: 'warning',
    tags: ['imports', 'migration'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const { loaded, hidden } of pairs(facts)) yield findingFor(facts, loaded, hidden);
  },
});

interface Pair {
  loaded: AuditedFile;
  hidden: AuditedFile;
}

/** In Python the package wins over the module; in TypeScript the file wins over the folder's index, which counts as hidden when nothing imports it. */
function* pairs(facts: FactIndex): Iterable<Pair> {
  for (const file of facts.files) {
    if (file.role !== 'production') continue;
    if (file.path.endsWith('.py') && !file.path.endsWith('__init__.py')) {
      const loaded = facts.file(`${file.path.slice(0, -'.py'.length)}/__init__.py`);
      if (loaded?.role === 'production') yield { loaded, hidden: file };
    }
    const index = /^(.+)\/index\.[cm]?[jt]sx?$/.exec(file.path);
    if (!index || facts.imports.importersOfModule(file.path).length > 0 || facts.imports.entryPoints().has(file.path)) continue;
    const loaded = ['.ts', '.tsx', '.js', '.jsx'].map((extension) => facts.file(index[1]! + extension)).find((found) => found?.role === 'production');
    if (loaded && facts.imports.importersOfModule(loaded.path).length > 0) yield { loaded, hidden: file };
  }
}

function findingFor(facts: FactIndex, loaded: AuditedFile, hidden: AuditedFile): FindingDraft {
  const inLoaded = moduleOf(facts, loaded);
  const inHidden = moduleOf(facts, hidden);
  const offered = inLoaded ? namesOf(facts, inLoaded) : new Set<string>();
  const own = inHidden ? [...namesOf(facts, inHidden)].filter((name) => !offered.has(name)).sort() : [];
  const wanting = wantingImports(facts, loaded, new Set(own));
  const wanted = [...new Set(wanting.flatMap(({ names }) => names))].sort();
  const importers = facts.imports.importerCountOfModule(loaded.path);
  const name = hidden.path.endsWith('.py') ? hidden.path.slice(hidden.path.lastIndexOf('/') + 1, -'.py'.length) : loaded.path.replace(/^.*\/|\.\w+$/g, '');
  return {
    key: `${name}@${folderOf(loaded, hidden)}`,
    concept: name,
    message: `${hidden.path} is never loaded: ${loaded.path} takes every import of that name (${plural(importers.production, 'production importer')}).${
      wanted.length > 0 ? ` ${list(wanted)} ${wanted.length === 1 ? 'is' : 'are'} wanted and only in the hidden file.` : own.length > 0 ? ` ${own.length === 1 ? `${own[0]!} is` : `${own.length} names are`} only in the hidden file.` : ' It has nothing of its own.'}`,
    sites: [
      { fact: inLoaded ?? placeholder(loaded), line: 1, role: 'owner', symbol: loaded.path, message: 'is loaded', importers },
      { fact: inHidden ?? placeholder(hidden), line: 1, role: 'copy', symbol: hidden.path, message: 'is never loaded' },
      ...wanting.slice(0, MOST_IMPORTERS).map(({ fact, names }): Site => ({ fact, role: 'importer', symbol: fact.name, message: `wants ${list(names)}` })),
    ],
    ownerReason: hidden.path.endsWith('.py') ? 'a package wins over a module of its name' : 'a file wins over a folder of its name',
    differences: own.length > 0 ? [`only in the hidden file: ${own.slice(0, 8).join(', ')}${own.length > 8 ? ` and ${own.length - 8} more` : ''}`] : [],
    rank: wanted.length > 0 ? 0.85 : own.length > 0 ? 0.5 : 0.3,
    severity: wanting.some(({ fact }) => isCarriedOut(facts, fact)) ? 'error' : own.length > 0 ? 'warning' : 'info',
  };
}

/** Whether a start of the product comes by the import, and nobody catches that it fails. */
function isCarriedOut(facts: FactIndex, fact: Indexed<ImportFact>): boolean {
  return !fact.guarded && startedModules(facts).isStarted(fact.file);
}

/** Production imports of the loaded one that ask for names which only the hidden one has. */
function wantingImports(facts: FactIndex, loaded: AuditedFile, own: ReadonlySet<string>): { fact: Indexed<ImportFact>; names: string[] }[] {
  const found: { fact: Indexed<ImportFact>; names: string[] }[] = [];
  for (const { fact, file } of facts.imports.importersOfModule(loaded.path)) {
    if (file.role !== 'production' || fact.typeOnly) continue;
    const resolution = facts.imports.resolve(fact);
    if (resolution.status !== 'file' || resolution.path !== loaded.path) continue;
    const names = fact.names.filter((name) => own.has(name.imported) && facts.imports.resolveName(fact, name).status === 'missing').map(({ imported }) => imported);
    if (names.length > 0) found.push({ fact, names });
  }
  return found;
}

function moduleOf(facts: FactIndex, file: AuditedFile): Indexed<ModuleFact> | undefined {
  return facts.inFile(file.path, 'module')[0];
}

/** Names of the product that a module offers; what it imports from libraries is not its own. */
function namesOf(facts: FactIndex, { bindings, file }: Indexed<ModuleFact>): Set<string> {
  const offered = bindings.filter(({ name, declares }) => !/^_|^logger$/.test(name) && (declares !== 'import' || facts.imports.definitionOf(file.path, name).status === 'defined'));
  return new Set(offered.flatMap(({ exportedAs }) => exportedAs));
}

function placeholder(file: AuditedFile): Indexed<ModuleFact> {
  return { kind: 'module', name: '', scope: [], exported: false, span: [1, 1, 1, 1], bindings: [], dynamic: true, generated: false, script: false, file, canonicalName: '' };
}

function folderOf(loaded: AuditedFile, hidden: AuditedFile): string {
  const shorter = loaded.path.length < hidden.path.length ? loaded.path : hidden.path;
  return shorter.slice(0, Math.max(0, shorter.lastIndexOf('/')));
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
