/**
 * What project files (tsconfig, package.json, pyproject) say about how imports resolve: parsed content by path. `discover/` reads
 * them, `facts/` interprets them. Paths are POSIX and relative to the audited root; a folder is '' at the root.
 */
export interface ProjectFiles {
  /** tsconfig*.json and jsconfig*.json by path. */
  tsconfigs: ReadonlyMap<string, TsConfigFile>;
  /** package.json by path. */
  packages: ReadonlyMap<string, PackageFile>;
  /** pyproject.toml, setup.cfg, setup.py, pytest.ini, Pipfile and requirements*.txt by path. */
  python: ReadonlyMap<string, PythonProjectFile>;
}

/** The part of a tsconfig that moves imports, as written in that file; `extends` is not applied. */
export interface TsConfigFile {
  extends: readonly string[];
  baseUrl?: string;
  /** Pattern to targets in order: `@/*` to `./src/*`. */
  paths?: ReadonlyMap<string, readonly string[]>;
  rootDirs: readonly string[];
  rootDir?: string;
  outDir?: string;
  references: readonly string[];
}

export interface PackageFile {
  name?: string;
  /** `source`, `types`, `typings`, `module`, `main`, `browser`: entry candidates as written, in this order. */
  entries: readonly string[];
  /** `exports` and `imports` with conditions flattened: key (`.`, `./client`, `#lib/*`) to all targets in the order written. */
  exports: ReadonlyMap<string, readonly string[]>;
  imports: ReadonlyMap<string, readonly string[]>;
  /** Names of all kinds of dependencies. */
  dependencies: readonly string[];
  /** `_moduleAliases` and `alias`: name to folder or file. */
  aliases: ReadonlyMap<string, string>;
}

export interface PythonProjectFile {
  /** Folders, relative to the file's folder, that are put on the import path: `where`, `package-dir`, `pythonpath`, poetry's `from`. */
  sourceRoots: readonly string[];
  /** Names of required distributions, lower case, with `_` for `-` and `.`. */
  dependencies: readonly string[];
}

export const NO_PROJECT_FILES: ProjectFiles = { tsconfigs: new Map(), packages: new Map(), python: new Map() };
