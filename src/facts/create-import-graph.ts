import type { ImportFact, ImportedName } from '../model/facts.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import type { AuditedFile, Indexed } from './fact-index.js';
import type { ImportGraph, ImportGraphInput, ImportSite, ModuleResolution, NameResolution } from './import-graph.js';
import { createNameResolver } from './resolve-names.js';
import { createPythonResolver } from './resolve-python.js';
import { createTypeScriptResolver } from './resolve-typescript.js';
import { createSourceTree } from './source-tree.js';
import { append } from '../util/multimap.js';

/** Resolves all imports of a tree and answers who imports what. Pure; the reverse index is built when it is first asked. */
export function createImportGraph(input: ImportGraphInput): ImportGraph {
  const tree = createSourceTree(input.files.map(({ path }) => path), input.mayExist ?? (() => false));
  const facts = input.files.flatMap(({ path }) => input.inFile(path, 'import'));
  const python = createPythonResolver(tree, input.projectFiles, pythonImports(facts));
  const typescript = createTypeScriptResolver(tree, input.projectFiles);

  const resolve = (fact: Indexed<ImportFact>): ModuleResolution =>
    (fact.file.language === 'python' ? python.resolve(fact.file.path, fact) : typescript.resolve(fact.file.path, fact.name));
  const names = createNameResolver(input, resolve, python);
  const resolveName = (fact: Indexed<ImportFact>, imported: ImportedName): NameResolution => names.imported(fact, imported, resolve(fact));

  let reverse: ReverseIndex | undefined;
  const importers = (): ReverseIndex => (reverse ??= indexImporters(facts, resolve, resolveName));
  /** The definition that a name of a file ends at: as importers see it, else as it is bound there. */
  const keyOf = (path: string, name: string): string => {
    const seen = names.exported(path, name);
    if (seen.status === 'defined') return definitionKey(seen.definition);
    const local = names.local(path, name);
    return local.status === 'defined' ? definitionKey(local.definition) : definitionKey({ path, name });
  };

  return {
    resolve,
    find: (from, specifier) => (from.language === 'python' ? python.resolve(from.path, { name: specifier, level: 0 }) : typescript.resolve(from.path, specifier)),
    resolveName,
    definitionOf: (path, name) => names.exported(path, name),
    importersOf: (path, name) => importers().byDefinition.get(keyOf(path, name)) ?? [],
    importersOfModule: (path) => importers().byModule.get(path) ?? [],
    importerCount: (path, name) => countFiles(importers().byDefinition.get(keyOf(path, name)) ?? []),
    importerCountOfModule: (path) => countFiles((importers().byModule.get(path) ?? []).filter(({ fact }) => !fact.reExport)),
    sameDefinition: (a, b) => keyOf(a.path, a.name) === keyOf(b.path, b.name),
    entryPoints: () => typescript.entryPoints(),
    edges: () => importers().edges,
  };
}

function* pythonImports(facts: readonly Indexed<ImportFact>[]): Iterable<{ from: string; specifier: ImportFact }> {
  for (const fact of facts) if (fact.file.language === 'python') yield { from: fact.file.path, specifier: fact };
}

interface ReverseIndex {
  byDefinition: ReadonlyMap<string, readonly ImportSite[]>;
  byModule: ReadonlyMap<string, readonly ImportSite[]>;
  edges: ReadonlyMap<string, readonly string[]>;
}

/** One pass over all imports. Mocks name modules and do not import them; re-exports hand a definition on and do not use it. */
function indexImporters(facts: readonly Indexed<ImportFact>[], resolve: (fact: Indexed<ImportFact>) => ModuleResolution, resolveName: ImportGraph['resolveName']): ReverseIndex {
  const byDefinition = new Map<string, ImportSite[]>();
  const byModule = new Map<string, ImportSite[]>();
  const edges = new Map<string, Set<string>>();
  for (const fact of facts) {
    if (fact.form === 'mock') continue;
    const module = resolve(fact);
    const via = module.status === 'file' ? module.path : undefined;
    const from = fact.file.path;
    const connect = (to: string): void => {
      if (to === from) return;
      const targets = edges.get(from);
      if (targets) targets.add(to);
      else edges.set(from, new Set([to]));
    };
    if (via !== undefined) {
      connect(via);
      const imported = fact.names[0] ?? { imported: '', local: '', typeOnly: fact.typeOnly, line: fact.span[0] };
      if (via !== from) append(byModule, via, { file: fact.file, fact, imported, via });
    }
    if (module.status !== 'file' && module.status !== 'package') continue;
    for (const imported of fact.names) {
      const result = resolveName(fact, imported);
      if (result.status === 'module' && result.path !== via && result.path !== from) {
        connect(result.path);
        append(byModule, result.path, { file: fact.file, fact, imported, via: via ?? module.path });
      } else if (result.status === 'defined' && result.definition.path !== from && !fact.reExport) {
        append(byDefinition, definitionKey(result.definition), { file: fact.file, fact, imported, via: via ?? module.path });
      }
    }
  }
  return {
    byDefinition,
    byModule,
    edges: new Map([...edges].sort(([a], [b]) => compareText(a, b)).map(([from, targets]) => [from, sortedDistinct(targets)])),
  };
}

/** Distinct files; whatever is no production code counts as test. */
function countFiles(sites: readonly ImportSite[]): { production: number; test: number } {
  const files = new Map<string, AuditedFile>(sites.map(({ file }) => [file.path, file]));
  let production = 0;
  for (const file of files.values()) if (file.role === 'production') production++;
  return { production, test: files.size - production };
}

function definitionKey({ path, name }: { path: string; name: string }): string {
  return `${path}\0${name}`;
}
