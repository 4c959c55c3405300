import type { Binding, FactKind, FactOf, ImportFact, ImportedName } from '../model/facts.js';
import type { ProjectFiles } from '../model/project-files.js';
import type { AuditedFile, Indexed } from './fact-index.js';

/**
 * Where a specifier leads. `file`: a file of the tree. `package`: a Python package folder without `__init__` (namespace package).
 * `external`: an installed or standard library. `missing`: first-party by its beginning, yet nothing is there. `unknown`: cannot be told
 * (an asset, a virtual module, an unresolvable alias).
 */
export type ModuleResolution =
  | { status: 'file'; path: string }
  | { status: 'package'; path: string }
  | { status: 'external'; name: string }
  /** `expected`: the path that would have had to be there, the likeliest first. */
  | { status: 'missing'; expected: readonly string[] }
  | { status: 'unknown' };

/** A definition: the file and binding that a name comes from after all re-exports and aliases. */
export interface Definition {
  path: string;
  name: string;
  binding: Binding;
  /** Files passed through on the way, first the one asked, last the defining one. */
  chain: readonly string[];
  /** Re-exports and aliases passed on the way, in order: where the name that was asked for stands, and so on. */
  steps: readonly DefinitionStep[];
}

export interface DefinitionStep {
  path: string;
  /** The name there, as importers of that file see it. */
  name: string;
  line: number;
}

export type NameResolution =
  | { status: 'defined'; definition: Definition }
  /** The name stands for a module. */
  | { status: 'module'; path: string }
  | { status: 'external' }
  /** The module is there and cannot have the name. */
  | { status: 'missing'; module: string }
  | { status: 'unknown' };

/** One imported name at one place, resolved. */
export interface ImportSite {
  file: AuditedFile;
  fact: Indexed<ImportFact>;
  imported: ImportedName;
  /** The file that the specifier leads to, before re-exports are followed. */
  via: string;
}

/** Imports of the tree, resolved in both languages: tsconfig paths, workspaces, barrels, `__init__`, relative dots, star imports. */
export interface ImportGraph {
  /** Where an import's specifier leads. */
  resolve(fact: Indexed<ImportFact>): ModuleResolution;
  /** Where a specifier would lead in a file: `shop.urls`, named in a text. */
  find(from: AuditedFile, specifier: string): ModuleResolution;
  /** Where one imported name leads, through re-exports and aliases. */
  resolveName(fact: Indexed<ImportFact>, imported: ImportedName): NameResolution;
  /** What `name` is as seen by importers of the file. */
  definitionOf(path: string, name: string): NameResolution;
  /** Every import, from other files, that ends at this definition, under any name and path. Re-exports count as importers only with `reExport` facts, which are left out here. */
  importersOf(path: string, name: string): readonly ImportSite[];
  /** Every import whose specifier leads to this file, or names a module that is this file. */
  importersOfModule(path: string): readonly ImportSite[];
  /** How many distinct files import the definition, tests (and mocks, fixtures, stories, scripts, backups) apart. */
  importerCount(path: string, name: string): { production: number; test: number };
  importerCountOfModule(path: string): { production: number; test: number };
  /** Names that are one thing: whether two definitions are the same after aliases. */
  sameDefinition(a: { path: string; name: string }, b: { path: string; name: string }): boolean;
  /** Files that a package.json of the tree names as what the package offers (`main`, `exports`), or the source they are built from. */
  entryPoints(): ReadonlySet<string>;
  /** Resolved edges, importer to sorted imported paths. */
  edges(): ReadonlyMap<string, readonly string[]>;
}

/** All that resolution needs; nothing is read from disk. */
export interface ImportGraphInput {
  /** Every file of the tree, sorted by path. */
  files: readonly AuditedFile[];
  /** Facts of a file by kind, in source order. */
  inFile<K extends FactKind>(path: string, kind: K): readonly Indexed<FactOf<K>>[];
  projectFiles: ProjectFiles;
  /**
   * Whether a path that is none of the files may be there all the same: skipped (too large, unreadable), or ignored by git and so perhaps
   * made by a build. Imports of such a path are `unknown` and not `missing`.
   */
  mayExist?: ((path: string) => boolean) | undefined;
}
