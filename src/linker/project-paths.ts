import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { ProjectFiles } from '../model/project-files.js';
import { folderOf, joinPath } from '../util/paths.js';
import type { ProjectPaths } from './map-paths.js';

const MAX_MAP_BYTES = 64 * 1024 * 1024;

/** What manifests, compiler settings and source maps below `root` say about paths of built files. Source maps are read from disk, for git mostly ignores what a build writes. */
export function projectPaths(root: string, projectFiles: ProjectFiles, files: readonly { path: string }[]): ProjectPaths {
  const packages = new Map<string, string>();
  for (const [path, { name }] of projectFiles.packages) if (name !== undefined && !packages.has(name)) packages.set(name, folderOf(path));
  const known = new Set(files.map(({ path }) => path));
  const maps = new Map<string, LoadedMap | undefined>();
  const mapOf = (built: string): LoadedMap | undefined => {
    if (!maps.has(built)) maps.set(built, loadMap(root, built));
    return maps.get(built);
  };
  return {
    packages,
    outputs: outputsOf(projectFiles),
    sourceOf(path, line, column) {
      // The machine that ran the tests had the repository elsewhere: the longest ending that is on disk here.
      const segments = path.split('/').filter((segment) => segment !== '');
      for (let from = 0; from < segments.length; from++) {
        const map = mapOf(segments.slice(from).join('/'));
        if (!map) continue;
        const found = placeIn(map, line, column);
        if (found !== undefined && known.has(found.path)) return found;
      }
      return undefined;
    },
  };
}

interface LoadedMap {
  folder: string;
  map: TraceMap;
}

function loadMap(root: string, built: string): LoadedMap | undefined {
  const file = join(root, built);
  const text = readText(`${file}.map`) ?? inlineMap(existsSync(file) ? readText(file) : undefined);
  if (text === undefined) return undefined;
  try {
    return { folder: folderOf(built), map: new TraceMap(text) };
  } catch {
    return undefined; // no source map, whatever its name says
  }
}

function inlineMap(code: string | undefined): string | undefined {
  const encoded = code === undefined ? undefined : /\/\/[#@] sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(code)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

function placeIn({ folder, map }: LoadedMap, line: number | undefined, column: number | undefined): { path: string; line?: number } | undefined {
  const at = line === undefined ? undefined : originalPositionFor(map, { line, column: Math.max(0, (column ?? 1) - 1) });
  // Without a position only a map of one source is sure.
  const source = at?.source ?? (map.sources.length === 1 ? map.sources[0] : undefined);
  if (source === undefined || source === null) return undefined;
  const path = joinPath(folder, source.replace(/^webpack:\/\/[^/]*\//, './'));
  return path === undefined ? undefined : { path, ...(at?.line == null ? {} : { line: at.line }) };
}

/** `outDir` and `rootDir` of every tsconfig, and the usual pair where none says otherwise. */
function outputsOf({ tsconfigs, packages }: ProjectFiles): { from: string; to: string }[] {
  const outputs = new Map<string, { from: string; to: string }>();
  const add = (folder: string, from: string, to: string): void => {
    const [built, source] = [joinPath(folder, from), joinPath(folder, to)];
    if (built !== undefined && built !== '' && source !== undefined && built !== source) outputs.set(`${built}\0${source}`, { from: built, to: source });
  };
  for (const [path, { outDir, rootDir }] of tsconfigs) {
    if (outDir === undefined) continue;
    for (const source of rootDir === undefined ? ['src', '.'] : [rootDir]) add(folderOf(path), outDir, source);
  }
  for (const path of ['package.json', ...packages.keys()]) for (const from of ['dist', 'build', 'out']) add(folderOf(path), from, 'src');
  return [...outputs.values()];
}

function readText(path: string): string | undefined {
  try {
    return statSync(path).size > MAX_MAP_BYTES ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined; // not there
  }
}
