import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from './user-error.js';

/** Files that are being written; an interrupted run leaves none behind. */
const unfinished = new Set<string>();
process.on('exit', () => { for (const file of unfinished) rmSync(file, { force: true }); });

/**
 * Writes a file whole or not at all: under a temporary name beside it, then renamed.
 * @throws UserError when the disk is full, the folder is not writable ...
 */
export function writeFileWhole(file: string, text: string): void {
  try {
    if (isSpecial(file)) return writeAll(file, text); // a device or pipe (/dev/stdout) cannot be replaced by a file
    makeFolder(dirname(file));
    const temporary = join(dirname(file), `.ssot-audit-${process.pid}-${unfinished.size}.tmp`);
    unfinished.add(temporary);
    try {
      writeAll(temporary, text);
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
      unfinished.delete(temporary);
    }
  } catch (cause) {
    throw new UserError(`${file} was not written: ${reasonOf(cause)}.`, { code: 'output-failed', cause, hint: 'Nothing is left of it; an earlier file of that name is as it was.' });
  }
}

/** One level at a time: Node's own recursive mkdir never returns below /proc. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function isSpecial(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

function writeAll(file: string, text: string): void {
  const descriptor = openSync(file, 'w');
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let offset = 0; offset < bytes.length;) offset += writeSync(descriptor, bytes, offset);
    if (!isSpecial(file)) fsyncSync(descriptor); // a full disk may show only here
  } finally {
    closeSync(descriptor);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device', EACCES: 'permission denied', EPERM: 'permission denied', EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder', ENOTDIR: 'a part of the path is a file', EDQUOT: 'the disk quota is used up', EMFILE: 'too many files are open',
};

/** Why the system refused to write, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
