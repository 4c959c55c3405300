import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import ignore from 'ignore';
import picomatch from 'picomatch';
import type { Problem } from '../model/result.js';
import { compareText } from '../util/compare.js';

export interface DiscoverOptions {
  /** Absolute path of the audited root. */
  root: string;
  /** Globs, relative to the root, of files to leave out besides what .gitignore names. */
  ignore?: readonly string[];
  /** Globs of the files that make up the tree; empty: all. */
  include?: readonly string[];
  /** Files or folders, POSIX and relative to the root, to which the audit is restricted; empty: the whole tree. */
  paths?: readonly string[];
  /** Bytes; larger files are skipped. */
  maxFileSize?: number;
  /** Files or folders, like `paths`, that are not part of the tree at all: reports that an earlier run wrote into it. Not even counted. */
  without?: readonly string[];
}

export interface DiscoveredFile {
  /** POSIX, relative to the root. */
  path: string;
  size: number;
}

export interface Discovery {
  /** Sorted by path. */
  files: DiscoveredFile[];
  /** Files that are there and not read, with the reason. Sorted by path. */
  skipped: { path: string; reason: string }[];
  problems: Problem[];
}

export const DEFAULT_MAX_FILE_SIZE = 2_000_000;

/** Folders that hold installed or generated code whatever .gitignore says. */
const NEVER = ['**/node_modules/**', '**/.git/**', '**/__pycache__/**', '**/.venv/**', '**/venv/**', '**/.tox/**', '**/.next/**', '**/.terraform/**', '**/site-packages/**'];

/**
 * Lists the files of a tree: those that git tracks or would track where git knows the tree, else all that no .gitignore excludes. Never
 * follows a symbolic link, so a loop of links cannot trap it.
 */
export function discoverFiles(options: DiscoverOptions): Discovery {
  const problems: Problem[] = [];
  const listed = listByGit(options.root, problems) ?? listByWalk(options.root);
  const excluded = ignore().add(NEVER.map((glob) => `/${glob}`)).add([...(options.ignore ?? [])]);
  const isIncluded = options.include?.length ? picomatch([...options.include], { dot: true }) : undefined;
  const maxFileSize = options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
  const files: DiscoveredFile[] = [];
  const skipped: Discovery['skipped'] = [];
  for (const path of listed) {
    if (!isUnder(path, options.paths) || !ignore.isPathValid(path)) continue;
    if (options.without?.length && isUnder(path, options.without)) continue;
    if (isIncluded && !isIncluded(path)) continue;
    if (excluded.ignores(path)) {
      skipped.push({ path, reason: 'excluded by configuration or by default' });
      continue;
    }
    let stat;
    try {
      stat = lstatSync(join(options.root, path));
    } catch {
      continue; // git still lists a file that was deleted and not yet staged
    }
    if (stat.isSymbolicLink()) skipped.push({ path, reason: 'symbolic link' });
    else if (!stat.isFile()) continue; // a submodule, a socket
    else if (stat.size > maxFileSize) skipped.push({ path, reason: `larger than ${describeSize(maxFileSize)}` });
    else files.push({ path, size: stat.size });
  }
  return { files, skipped, problems };
}

/** Bytes in words: `2 MB`. */
export function describeSize(bytes: number): string {
  return bytes >= 1_000_000 ? `${Number((bytes / 1_000_000).toFixed(1))} MB` : `${Math.round(bytes / 1000)} kB`;
}

function isUnder(path: string, paths: readonly string[] | undefined): boolean {
  return !paths || paths.length === 0 || paths.some((prefix) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`));
}

function listByGit(root: string, problems: Problem[]): string[] | undefined {
  try {
    const output = execFileSync('git', ['-c', 'core.quotepath=off', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const paths = output.toString('utf8').split('\0').filter((path) => path !== '' && !path.endsWith('/'));
    // A folder that an outer repository ignores as a whole lists nothing; the user asked for it all the same.
    return paths.length === 0 ? undefined : [...new Set(paths)].sort(compareText);
  } catch (error) {
    const message = String((error as { stderr?: Buffer }).stderr ?? '');
    if (message.includes('dubious ownership')) {
      problems.push({ kind: 'git', message: 'git refuses to read this tree (dubious ownership): files are listed without it. Run `git config --global --add safe.directory <folder>` to allow it.' });
    }
    return undefined;
  }
}

function listByWalk(root: string): string[] {
  const paths = fastGlob.sync('**/*', {
    cwd: root, dot: true, followSymbolicLinks: false, onlyFiles: false, markDirectories: true, suppressErrors: true, ignore: NEVER,
  }).filter((path) => !path.endsWith('/'));
  const rules = paths.filter((path) => path === '.gitignore' || path.endsWith('/.gitignore')).map((path) => ({
    folder: path.slice(0, -'.gitignore'.length),
    matcher: ignore().add(readTextOrEmpty(join(root, path))),
  }));
  return paths.filter((path) => !rules.some(({ folder, matcher }) => path.startsWith(folder) && matcher.ignores(path.slice(folder.length)))).sort(compareText);
}

function readTextOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // an unreadable .gitignore excludes nothing
  }
}
