import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../util/compare.js';
import { runGit, runGitBytes } from '../util/run-git.js';

/** A tree other than the one on disk: that of a commit, or what is staged. */
export interface FileSource {
  /** Every file in it, POSIX and relative to the root, sorted. */
  paths: readonly string[];
  /** What stands at a path; undefined for a submodule and for what is not in the tree. */
  stat(path: string): { kind: 'file' | 'link'; size: number } | undefined;
  /** @throws an error with a `code` in words when the content is not in this clone */
  read(path: string): Buffer;
  /** Content is equal to that of the file on disk. */
  isOnDisk(path: string): boolean;
}

interface Entry {
  kind: 'file' | 'link' | 'other';
  blob: string;
}

/** Blobs that are fetched from git in one go. */
const BATCH = 400;
const TIMEOUT = 120_000;

/**
 * Opens the tree of a commit, or git's index, below `root` for reading; undefined where git cannot tell. Nothing is laid out: what is the
 * same on disk is read there, the rest from git's objects, so a commit that is near costs no more than what differs.
 */
export function openGitSource(root: string, what: { commit: string } | 'staged'): FileSource | undefined {
  const entries = what === 'staged' ? stagedEntries(root) : commitEntries(root, what.commit);
  const changed = changedPaths(root, what);
  if (entries === undefined || changed === undefined) return undefined;
  const isOnDisk = (path: string): boolean => entries.has(path) && !changed.has(path) && lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  const elsewhere = [...entries.keys()].filter((path) => entries.get(path)!.kind !== 'other' && !isOnDisk(path)).sort(compareText);
  const sizes = blobSizes(root, elsewhere.map((path) => entries.get(path)!.blob));
  const blobs = new Map<string, Buffer>();

  const blobOf = (path: string): Buffer => {
    const blob = entries.get(path)?.blob;
    if (blob === undefined) throw Object.assign(new Error(`${path} is not in the tree`), { code: 'ENOENT' });
    if (!blobs.has(blob)) {
      blobs.clear(); // files are read in order, each once: only the batch at hand is kept
      const from = elsewhere.indexOf(path);
      const wanted = elsewhere.slice(from, from + BATCH).map((next) => entries.get(next)!.blob).filter((next) => next === blob || (sizes.get(next) ?? Infinity) <= MAX_PREFETCH);
      for (const [name, bytes] of readBlobs(root, wanted)) blobs.set(name, bytes);
    }
    const bytes = blobs.get(blob);
    if (bytes === undefined) throw Object.assign(new Error(`${path} is not in this clone`), { code: 'not in this clone' });
    return bytes;
  };

  return {
    paths: [...entries.keys()].sort(compareText),
    stat(path) {
      const entry = entries.get(path);
      if (entry === undefined || entry.kind === 'other') return undefined;
      if (isOnDisk(path)) {
        const stat = lstatSync(join(root, path));
        return { kind: stat.isSymbolicLink() ? 'link' : 'file', size: stat.size };
      }
      return { kind: entry.kind, size: sizes.get(entry.blob) ?? 0 };
    },
    read: (path) => (isOnDisk(path) ? readFileSync(join(root, path)) : blobOf(path)),
    isOnDisk,
  };
}

/** Larger blobs are fetched singly, if at all. */
const MAX_PREFETCH = 2_000_000;

/** `<mode> <type> <hash>\t<path>`; paths are relative to the folder in which git is started, and only those below it. */
function commitEntries(root: string, commit: string): Map<string, Entry> | undefined {
  const text = runGit(root, ['ls-tree', '-r', '-z', commit], { timeout: TIMEOUT });
  if (text === undefined) return undefined;
  return new Map(text.split('\0').filter((line) => line !== '').map((line) => {
    const [head, path] = cut(line, '\t');
    const [mode, , blob] = head.split(' ');
    return [path, entry(mode!, blob!)];
  }));
}

/** `<mode> <hash> <stage>\t<path>`; of a file in conflict our side (stage 2) counts. */
function stagedEntries(root: string): Map<string, Entry> | undefined {
  const text = runGit(root, ['ls-files', '-s', '-z'], { timeout: TIMEOUT });
  if (text === undefined) return undefined;
  const entries = new Map<string, Entry>();
  for (const line of text.split('\0')) {
    if (line === '') continue;
    const [head, path] = cut(line, '\t');
    const [mode, blob, stage] = head.split(' ');
    if (stage === '0' || stage === '2' || !entries.has(path)) entries.set(path, entry(mode!, blob!));
  }
  return entries;
}

function entry(mode: string, blob: string): Entry {
  return { kind: mode === '120000' ? 'link' : mode.startsWith('100') ? 'file' : 'other', blob };
}

/** Paths whose file on disk differs, or may: `:<modes> <hashes> <status>\0<path>\0`, a file that git has not looked at again is among them. */
function changedPaths(root: string, what: { commit: string } | 'staged'): Set<string> | undefined {
  const args = what === 'staged' ? ['diff-files'] : ['diff-index', what.commit];
  const text = runGit(root, [...args, '--raw', '-z', '--no-renames', '--no-ext-diff', '--relative', '--ignore-submodules=all', ...(what === 'staged' ? [] : ['--']), ...(what === 'staged' ? [] : ['.'])], { timeout: TIMEOUT });
  if (text === undefined) return undefined;
  return new Set(text.split('\0').filter((part) => part !== '' && !part.startsWith(':')));
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `<hash> <type> <size>`, or `<hash> missing`. */
function blobSizes(root: string, blobs: readonly string[]): Map<string, number> {
  const text = blobs.length === 0 ? '' : runGit(root, ['cat-file', '--batch-check'], { input: blobs.join('\n'), timeout: TIMEOUT }) ?? '';
  return new Map(text.split('\n').flatMap((line): [string, number][] => {
    const [blob, type, size] = line.split(' ');
    return type === 'blob' ? [[blob!, Number(size)]] : [];
  }));
}

/** `<hash> <type> <size>\n<content>\n` for each, or `<hash> missing\n`. */
function readBlobs(root: string, blobs: readonly string[]): Map<string, Buffer> {
  const output = runGitBytes(root, ['cat-file', '--batch'], { input: blobs.join('\n'), timeout: TIMEOUT }) ?? Buffer.alloc(0);
  const found = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    if (end < 0) break;
    const [blob, type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type !== 'blob') continue;
    found.set(blob!, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}
