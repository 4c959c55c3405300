import type { ProjectFiles, TsConfigFile } from '../model/project-files.js';
import { compareText } from '../util/compare.js';
import { baseNameOf, folderOf, foldersUp, joinPath } from '../util/paths.js';

/** What the tsconfig files of one folder say about specifiers that are not relative. All paths are from the audited root. */
export interface PathMapping {
  /** Most specific pattern first. */
  patterns: readonly { prefix: string; suffix: string; exact: boolean; targets: readonly string[] }[];
  baseUrls: readonly string[];
  rootDirs: readonly (readonly string[])[];
}

/** Longest chain of `extends` and `references` that is followed; cycles end at the first repetition. */
const MAX_CHAIN = 20;

/**
 * The mappings that hold for files of a folder, those of the nearest tsconfig first. One folder can have several (tsconfig.json with references
 * to tsconfig.app.json, or one for tests); which of them includes a file is not asked, their mappings are joined.
 */
export function createPathMappings(project: ProjectFiles): (folder: string) => readonly PathMapping[] {
  const byFolder = new Map<string, string[]>();
  for (const path of [...project.tsconfigs.keys()].sort(compareConfigs)) {
    const folder = folderOf(path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path]);
  }
  const packageFolders = new Map([...project.packages].flatMap(([path, { name }]) => (name === undefined ? [] : [[name, folderOf(path)] as const])));
  const mappings = new Map<string, PathMapping>();
  const cache = new Map<string, readonly PathMapping[]>();
  return (folder) => {
    let result = cache.get(folder);
    if (!result) {
      const folders = foldersUp(folder).filter((up) => byFolder.has(up));
      result = folders.map((up) => {
        let mapping = mappings.get(up);
        if (!mapping) mappings.set(up, (mapping = join(byFolder.get(up)!.map((path) => effective(path, project, packageFolders)))));
        return mapping;
      });
      cache.set(folder, result);
    }
    return result;
  };
}

/** tsconfig.json before its siblings, then by name. */
function compareConfigs(a: string, b: string): number {
  const isMain = (path: string): number => (/^(?:ts|js)config\.json$/.test(baseNameOf(path)) ? 0 : 1);
  return isMain(a) - isMain(b) || compareText(a, b);
}

interface Effective {
  paths?: { base: string; patterns: ReadonlyMap<string, readonly string[]> };
  baseUrl?: string;
  rootDirs: readonly string[];
}

/** Applies `extends`: what a file sets replaces what it inherits; paths stand relative to `baseUrl`, or to the file that sets them. */
function effective(path: string, project: ProjectFiles, packageFolders: ReadonlyMap<string, string>): Effective {
  const top = folderOf(path);
  const read = (current: string, seen: readonly string[]): Effective => {
    const file = project.tsconfigs.get(current);
    if (!file || seen.includes(current) || seen.length > MAX_CHAIN) return { rootDirs: [] };
    let result: Effective = { rootDirs: [] };
    for (const base of file.extends) {
      const target = extendedPath(folderOf(current), base, project, packageFolders);
      if (target !== undefined) result = { ...result, ...read(target, [...seen, current]) };
    }
    return override(result, file, folderOf(current), top);
  };
  return read(path, []);
}

function override(inherited: Effective, file: TsConfigFile, folder: string, top: string): Effective {
  const result: Effective = { ...inherited };
  const place = (relative: string): string | undefined => joinPath(relative.startsWith('${configDir}') ? top : folder, relative.replace('${configDir}', '.'));
  if (file.baseUrl !== undefined) {
    const baseUrl = place(file.baseUrl);
    if (baseUrl !== undefined) result.baseUrl = baseUrl;
  }
  if (file.paths) result.paths = { base: result.baseUrl ?? folder, patterns: file.paths };
  if (file.rootDirs.length > 0) result.rootDirs = file.rootDirs.flatMap((rootDir) => place(rootDir) ?? []);
  return result;
}

function extendedPath(folder: string, base: string, project: ProjectFiles, packageFolders: ReadonlyMap<string, string>): string | undefined {
  const candidates = (path: string | undefined): string | undefined =>
    (path === undefined ? [] : [path, `${path}.json`, `${path}/tsconfig.json`]).find((candidate) => project.tsconfigs.has(candidate));
  if (base.startsWith('.')) return candidates(joinPath(folder, base));
  const parts = base.split('/');
  const name = parts.slice(0, base.startsWith('@') ? 2 : 1).join('/');
  const packageFolder = packageFolders.get(name);
  return packageFolder === undefined ? undefined : candidates(joinPath(packageFolder, base.slice(name.length + 1)));
}

function join(configs: readonly Effective[]): PathMapping {
  const patterns = new Map<string, { prefix: string; suffix: string; exact: boolean; targets: string[] }>();
  for (const { paths } of configs) {
    for (const [pattern, targets] of paths?.patterns ?? []) {
      const star = pattern.indexOf('*');
      let entry = patterns.get(pattern);
      if (!entry) patterns.set(pattern, (entry = { prefix: star < 0 ? pattern : pattern.slice(0, star), suffix: star < 0 ? '' : pattern.slice(star + 1), exact: star < 0, targets: [] }));
      for (const target of targets) {
        const placed = joinPath(paths!.base, target.replace('${configDir}', '.'));
        if (placed !== undefined && !entry.targets.includes(placed)) entry.targets.push(placed);
      }
    }
  }
  return {
    patterns: [...patterns.values()].sort((a, b) => Number(b.exact) - Number(a.exact) || b.prefix.length - a.prefix.length || compareText(a.prefix, b.prefix)),
    baseUrls: [...new Set(configs.flatMap(({ baseUrl }) => baseUrl ?? []))],
    rootDirs: configs.map(({ rootDirs }) => rootDirs).filter((rootDirs) => rootDirs.length > 1),
  };
}
