import type { PackageFile, ProjectFiles } from '../model/project-files.js';
import { baseNameOf, folderOf, foldersUp, isInside, joinPath } from '../util/paths.js';
import type { ModuleResolution } from './import-graph.js';
import type { SourceTree } from './source-tree.js';
import { createPathMappings, type PathMapping } from './tsconfig-paths.js';

export interface TypeScriptResolver {
  resolve(from: string, specifier: string): ModuleResolution;
  /** Files that packages offer by `main` and the literal keys of `exports`. */
  entryPoints(): ReadonlySet<string>;
}

/** Extensions in the order in which bundlers and the compiler try them. */
const EXTENSIONS = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.vue', '.svelte'];
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|json)$/;
/** What a compiled extension is written as in the source. */
const SOURCES: Readonly<Record<string, readonly string[]>> = { '.js': ['.ts', '.tsx', '.d.ts'], '.jsx': ['.tsx', '.d.ts'], '.mjs': ['.mts', '.d.mts'], '.cjs': ['.cts', '.d.cts'] };
/** Folders that builds write to. */
const BUILT = new Set(['dist', 'build', 'out', 'output', 'lib', 'es', 'esm', 'cjs', 'generated', '__generated__', '.next', '.nuxt', '.svelte-kit', '.velite', '.contentlayer', '.source', '.prisma', 'coverage', 'typechain', 'typechain-types']);

/** Resolves specifiers of TypeScript and JavaScript files over the paths of a tree; nothing installed is looked into. */
export function createTypeScriptResolver(tree: SourceTree, project: ProjectFiles): TypeScriptResolver {
  const mappingsOf = createPathMappings(project);
  const packages = createPackages(tree, project);
  const cache = new Map<string, ModuleResolution>();
  let entries: ReadonlySet<string> | undefined;

  const resolveNow = (folder: string, specifier: string): ModuleResolution => {
    if (/[?!]|^(?:https?|data|virtual|file):|^\//.test(specifier)) return { status: 'unknown' };
    if (/^(?:node|bun|deno|npm|jsr|cloudflare|astro):/.test(specifier)) return { status: 'external', name: specifier };
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) return relative(tree, folder, specifier, mappingsOf(folder));
    if (specifier.startsWith('#')) return packages.internal(folder, specifier) ?? { status: 'unknown' };
    const [nearest, ...outer] = mappingsOf(folder);
    const mapped = nearest && throughMapping(tree, specifier, nearest);
    if (mapped?.status === 'file') return mapped;
    const inWorkspace = packages.resolve(folder, specifier);
    if (inWorkspace) return inWorkspace;
    for (const mapping of outer) {
      const found = throughMapping(tree, specifier, mapping);
      if (found?.status === 'file') return found;
    }
    if (mapped && !packages.isDependency(folder, specifier)) return mapped;
    // `@/x` and `~/x` are no package names: an alias of a bundler that no tsconfig knows.
    if (/^(?:@\/|~|\$|src\/)/.test(specifier)) return { status: 'unknown' };
    return { status: 'external', name: packageName(specifier) };
  };
  return {
    resolve(from, specifier) {
      const folder = folderOf(from);
      const key = `${folder}\0${specifier}`;
      let result = cache.get(key);
      if (!result) cache.set(key, (result = resolveNow(folder, specifier)));
      return result;
    },
    entryPoints: () => (entries ??= new Set(packages.entries())),
  };
}

function relative(tree: SourceTree, folder: string, specifier: string, mappings: readonly PathMapping[]): ModuleResolution {
  const base = joinPath(folder, specifier);
  if (base === undefined) return { status: 'unknown' };
  const found = probe(tree, base);
  if (found !== undefined) return { status: 'file', path: found };
  for (const rootDirs of mappings.flatMap((mapping) => mapping.rootDirs)) {
    const home = rootDirs.find((rootDir) => base.startsWith(`${rootDir}/`));
    for (const rootDir of home === undefined ? [] : rootDirs) {
      const elsewhere = probe(tree, rootDir + base.slice(home!.length));
      if (elsewhere !== undefined) return { status: 'file', path: elsewhere };
    }
  }
  return absent(tree, [base]);
}

/** Through `paths` and `baseUrl`; undefined when they say nothing of the specifier. */
function throughMapping(tree: SourceTree, specifier: string, mapping: PathMapping): ModuleResolution | undefined {
  let claimed: string[] | undefined;
  for (const { prefix, suffix, exact, targets } of mapping.patterns) {
    const matches = exact ? specifier === prefix : specifier.startsWith(prefix) && specifier.endsWith(suffix) && specifier.length >= prefix.length + suffix.length;
    if (!matches) continue;
    const star = specifier.slice(prefix.length, specifier.length - suffix.length);
    const placed = targets.map((target) => target.replace('*', star));
    for (const target of placed) {
      const found = probe(tree, target);
      if (found !== undefined) return { status: 'file', path: found };
    }
    // A catch-all pattern claims nothing: everything installed matches it too.
    if (prefix !== '') claimed ??= placed.filter((target) => !/(?:^|\/)node_modules\//.test(target));
  }
  for (const baseUrl of mapping.baseUrls) {
    const target = joinPath(baseUrl, specifier);
    const found = target === undefined ? undefined : probe(tree, target);
    if (found !== undefined) return { status: 'file', path: found };
  }
  if (!claimed) return undefined;
  return claimed.length > 0 ? absent(tree, claimed) : { status: 'unknown' };
}

/** The file at a path whose extension, or `index`, may be left out. */
export function probe(tree: SourceTree, base: string): string | undefined {
  if (tree.has(base)) return base;
  const extension = /\.[cm]?jsx?$/.exec(base)?.[0];
  for (const source of (extension && SOURCES[extension]) ?? []) {
    const path = base.slice(0, -extension!.length) + source;
    if (tree.has(path)) return path;
  }
  for (const suffix of EXTENSIONS) if (tree.has(base + suffix)) return base + suffix;
  if (!tree.hasFolder(base)) return undefined;
  const index = base === '' ? 'index' : `${base}/index`;
  for (const suffix of EXTENSIONS) if (tree.has(index + suffix)) return index + suffix;
  return undefined;
}

/** What is not there: `missing` for code, `unknown` for assets, for what a build may write and for platform variants (`button.web.tsx`). */
function absent(tree: SourceTree, bases: readonly string[]): ModuleResolution {
  const expected: string[] = [];
  for (const base of bases) {
    const name = baseNameOf(base);
    const parent = folderOf(base);
    const dotted = /\.[A-Za-z0-9]+$/.exec(name)?.[0];
    const isAsset = dotted !== undefined && !CODE.test(name) && /^\.(?:css|s[ac]ss|less|styl|svg|png|jpe?g|gif|webp|avif|ico|md|mdx|html?|txt|ya?ml|toml|graphql|gql|wasm|node|woff2?|ttf|mp[34]|pdf|csv|sql|glsl|hbs|ejs|pug|proto|po|xml|lottie)$/i.test(dotted);
    if (isAsset || isBuilt(tree, base)) return { status: 'unknown' };
    const stem = name.replace(/\.[cm]?[jt]sx?$/, '');
    if (tree.filesIn(parent).some((file) => file.startsWith(`${stem}.`) && /\.(?:web|native|ios|android|server|client|node|browser)\.[cm]?[jt]sx?$/.test(file))) return { status: 'unknown' };
    if (CODE.test(name)) {
      expected.push(base);
      const source = /\.[cm]?jsx?$/.exec(name)?.[0];
      if (source && SOURCES[source]) expected.push(base.slice(0, -source.length) + SOURCES[source]![0]!);
    } else {
      expected.push(`${base}.ts`, `${base}.tsx`, `${base}.js`, `${base}/index.ts`, `${base}/index.js`);
    }
  }
  return expected.some((path) => tree.mayExist(path)) ? { status: 'unknown' } : { status: 'missing', expected };
}

/** Whether a path lies in a folder that a build would make, for the tree has no such folder; or is named as generated. */
function isBuilt(tree: SourceTree, path: string): boolean {
  if (/[./](?:gen|generated)(?:\.|$)/.test(path)) return true;
  const parts = path.split('/');
  return parts.some((part, position) => BUILT.has(part) && !tree.hasFolder(parts.slice(0, position + 1).join('/')));
}

interface Packages {
  /** A specifier that names a package of the tree; undefined when it names none. */
  resolve(folder: string, specifier: string): ModuleResolution | undefined;
  /** `#internal` through the `imports` map of the package around. */
  internal(folder: string, specifier: string): ModuleResolution | undefined;
  isDependency(folder: string, specifier: string): boolean;
  entries(): Iterable<string>;
}

function createPackages(tree: SourceTree, project: ProjectFiles): Packages {
  const byName = new Map<string, { folder: string; file: PackageFile }[]>();
  const byFolder = new Map<string, PackageFile>();
  for (const [path, file] of project.packages) {
    const folder = folderOf(path);
    byFolder.set(folder, file);
    if (file.name !== undefined) byName.set(file.name, [...(byName.get(file.name) ?? []), { folder, file }]);
  }
  const around = (folder: string): { folder: string; file: PackageFile }[] => foldersUp(folder).flatMap((up) => {
    const file = byFolder.get(up);
    return file ? [{ folder: up, file }] : [];
  });
  return {
    resolve(folder, specifier) {
      for (const { folder: home, file } of around(folder)) {
        for (const [alias, target] of file.aliases) {
          if (specifier !== alias && !specifier.startsWith(`${alias}/`)) continue;
          const path = probePackage(tree, home, target + specifier.slice(alias.length));
          if (path !== undefined) return { status: 'file', path };
        }
      }
      // Two workspaces of one repository can have packages of one name: the one that shares most folders with the importer is meant.
      const shared = (home: string): number => foldersUp(home).find((up) => isInside(folder, up))!.length;
      const found = byName.get(packageName(specifier))?.reduce((best, candidate) => (shared(candidate.folder) > shared(best.folder) ? candidate : best));
      return found && inPackage(tree, found.folder, found.file, specifier.slice(packageName(specifier).length));
    },
    internal(folder, specifier) {
      const home = around(folder)[0];
      if (!home) return undefined;
      for (const target of matchExports(home.file.imports, specifier)) {
        const path = probePackage(tree, home.folder, target);
        if (path !== undefined) return { status: 'file', path };
      }
      return undefined;
    },
    *entries() {
      for (const [folder, file] of byFolder) {
        for (const key of new Set(['.', ...file.exports.keys()])) {
          if (key.includes('*')) continue;
          const found = inPackage(tree, folder, file, key.slice(1), true);
          if (found.status === 'file') yield found.path;
        }
      }
    },
    isDependency: (folder, specifier) => around(folder).some(({ file }) => file.dependencies.includes(packageName(specifier))),
  };
}

/**
 * A file of a workspace package. What is published is often built from `src` and not in the tree, so a target in a build folder stands for its
 * source; what cannot be found is `unknown`, for builds put files where no rule says. `toRun`: what is run comes before what only states types, where
 * the two lead to different sources.
 */
function inPackage(tree: SourceTree, folder: string, file: PackageFile, subpath: string, toRun = false): ModuleResolution {
  const targets = [...matchExports(file.exports, `.${subpath}`)];
  if (subpath === '') targets.push(...file.entries);
  if (toRun) targets.sort((a, b) => Number(isDeclaration(a)) - Number(isDeclaration(b)));
  // Where the package says what a path is, nothing else is guessed.
  if (subpath === '') targets.push('index', 'src/index', 'src/main', 'lib/index');
  if (subpath !== '' && file.exports.size === 0) targets.push(`.${subpath}`, `./src${subpath}`);
  for (const target of targets) {
    const path = probePackage(tree, folder, target);
    if (path !== undefined && /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(path)) return { status: 'file', path };
  }
  for (const target of targets) {
    const path = joinPath(folder, target);
    if (path !== undefined && tree.has(path)) return { status: 'file', path };
  }
  return { status: 'unknown' };
}

function isDeclaration(path: string): boolean {
  return /\.d\.[cm]?ts$/.test(path);
}

/** A path inside a package, or the source that it is built from. */
function probePackage(tree: SourceTree, folder: string, target: string): string | undefined {
  const path = joinPath(folder, target);
  if (path === undefined) return undefined;
  const direct = probe(tree, path);
  if (direct !== undefined && !isDeclaration(direct)) return direct;
  const inside = folder === '' ? path : path.slice(folder.length + 1);
  const built = /^(?:dist|lib|build|out|es|esm|cjs|output)\/(.*)$/.exec(inside);
  if (built) {
    // dist/esm/client/index.d.mts is made from src/client/index.ts, or src/client.ts.
    const stem = built[1]!.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
    const plain = stem.replace(/^(?:(?:esm|cjs|es|umd|types|browser|node|module|commonjs|src)\/)+/, '');
    for (const source of [`src/${stem}`, `src/${plain}`, stem, plain]) {
      const found = joinPath(folder, source);
      const file = found === undefined ? undefined : probe(tree, found) ?? (/\/index$/.test(found) ? probe(tree, found.slice(0, -'/index'.length)) : undefined);
      if (file !== undefined) return file;
    }
  }
  return direct;
}

function* matchExports(exports: ReadonlyMap<string, readonly string[]>, key: string): Iterable<string> {
  yield* exports.get(key) ?? [];
  for (const [pattern, targets] of exports) {
    const star = pattern.indexOf('*');
    if (star < 0 || !key.startsWith(pattern.slice(0, star)) || !key.endsWith(pattern.slice(star + 1)) || key.length < pattern.length - 1) continue;
    const part = key.slice(star, key.length - (pattern.length - star - 1));
    for (const target of targets) yield target.replaceAll('*', part);
  }
}

/** `@scope/name` or `name` of a specifier. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
