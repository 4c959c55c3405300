import { spawnSync } from 'node:child_process';
import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import ignore from 'ignore';
import picomatch from 'picomatch';
import type { Problem } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { isInside } from '../util/paths.js';
import type { FileSource } from './git-source.js';
import { PERMISSION_DENIED } from './read-file.js';

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
  /** The tree of a commit, or what is staged, in place of the one on disk. */
  source?: FileSource;
}

export interface DiscoveredFile {
  /** POSIX, relative to the root. */
  path: string;
  size: number;
}

export interface Discovery {
  /** Sorted by path. */
  files: DiscoveredFile[];
  /** Files that are there and not read, and folders that could not be opened, with the reason. Sorted by path. */
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
  const { paths: listed, closed } = options.source ? { paths: options.source.paths, closed: [] } : listByGit(options.root, problems) ?? listByWalk(options.root);
  const excluded = ignore().add(NEVER.map((glob) => `/${glob}`)).add([...(options.ignore ?? [])]);
  const isIncluded = options.include?.length ? picomatch([...options.include], { dot: true }) : undefined;
  const maxFileSize = options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
  const files: DiscoveredFile[] = [];
  const skipped: Discovery['skipped'] = [];
  for (const path of closed) {
    if (options.paths?.length && !isUnder(path, options.paths) && !options.paths.some((part) => isInside(part, path))) continue;
    if (!excluded.ignores(`${path}/file`)) skipped.push({ path, reason: PERMISSION_DENIED });
  }
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
      stat = options.source ? options.source.stat(path) : statOnDisk(join(options.root, path));
    } catch (error) {
      // git still lists a file that was deleted and not yet staged
      if (isDenied(error) && !closed.some((folder) => isInside(path, folder))) skipped.push({ path, reason: PERMISSION_DENIED });
      continue;
    }
    if (stat === undefined) continue; // a submodule, a socket
    if (stat.kind === 'link') skipped.push({ path, reason: 'symbolic link' });
    else if (stat.size > maxFileSize) skipped.push({ path, reason: `larger than ${describeSize(maxFileSize)}` });
    else files.push({ path, size: stat.size });
  }
  return { files, skipped: skipped.sort((a, b) => compareText(a.path, b.path)), problems };
}

function statOnDisk(path: string): ReturnType<FileSource['stat']> {
  const stat = lstatSync(path);
  return stat.isSymbolicLink() ? { kind: 'link', size: 0 } : stat.isFile() ? { kind: 'file', size: stat.size } : undefined;
}

/** Bytes in words: `2 MB`. */
export function describeSize(bytes: number): string {
  return bytes >= 1_000_000 ? `${Number((bytes / 1_000_000).toFixed(1))} MB` : `${Math.round(bytes / 1000)} kB`;
}

function isUnder(path: string, paths: readonly string[] | undefined): boolean {
  return !paths || paths.length === 0 || paths.some((prefix) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`));
}

/** What is in a tree, sorted, and the folders in it that could not be opened. */
interface Listing {
  paths: string[];
  closed: string[];
}

function listByGit(root: string, problems: Problem[]): Listing | undefined {
  const { status, stdout, stderr } = spawnSync('git', ['-c', 'core.quotepath=off', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root, encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) {
    if (stderr?.includes('dubious ownership')) {
      problems.push({ kind: 'git', message: 'git refuses to read this tree (dubious ownership): files are listed without it. Run `git config --global --add safe.directory <folder>` to allow it.' });
    }
    return undefined;
  }
  const paths = stdout.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  const closed = [...stderr.matchAll(/^warning: could not open directory '(.+?)\/?': Permission denied$/gm)].map((match) => match[1]!);
  // A folder that an outer repository ignores as a whole lists nothing; the user asked for it all the same.
  return paths.length === 0 ? undefined : { paths: [...new Set(paths)].sort(compareText), closed };
}

function listByWalk(root: string): Listing {
  const entries = fastGlob.sync('**/*', {
    cwd: root, dot: true, followSymbolicLinks: false, onlyFiles: false, markDirectories: true, suppressErrors: true, ignore: NEVER,
  });
  const paths = entries.filter((path) => !path.endsWith('/'));
  const rules = paths.filter((path) => path === '.gitignore' || path.endsWith('/.gitignore')).map((path) => ({
    folder: path.slice(0, -'.gitignore'.length),
    matcher: ignore().add(readTextOrEmpty(join(root, path))),
  }));
  const isKept = (path: string): boolean => !rules.some(({ folder, matcher }) => path.startsWith(folder) && path !== folder && matcher.ignores(path.slice(folder.length)));
  const closed = entries.filter((path) => path.endsWith('/') && isKept(path) && !canOpen(join(root, path)));
  return { paths: paths.filter(isKept).sort(compareText), closed: closed.map((path) => path.slice(0, -1)) };
}

function canOpen(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch (error) {
    return !isDenied(error); // gone since it was listed
  }
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function readTextOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // an unreadable .gitignore excludes nothing
  }
}
