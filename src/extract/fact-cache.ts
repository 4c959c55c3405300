import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Extractions on disk, by key (content hash, language, dialect and extractor version). One file: `SSOT1\n`, the blobs, the index as
 * JSON, and in the last 16 bytes the index's offset as decimal text. Blobs are read one by one when asked for, so memory stays small.
 */
export interface FactCache {
  /** The stored JSON text of an extraction. */
  get(key: string): string | undefined;
  put(key: string, json: string): void;
  /** Writes what is new, to a temporary file that then replaces the old one; does nothing when nothing is new. Returns why it could not. */
  save(): string | undefined;
}

const MAGIC = 'SSOT1\n';
const TRAILER = 16;
/** An entry that this many saves in a row did not use is dropped: long enough to switch between branches. */
const MAX_AGE = 8;

interface Entry {
  offset: number;
  length: number;
  age: number;
}

export function openFactCache(path: string): FactCache {
  const old = openPack(path);
  const used = new Set<string>();
  const added = new Map<string, Buffer>();
  return {
    get(key) {
      const entry = old?.index.get(key);
      if (!old || !entry) return undefined;
      const bytes = Buffer.allocUnsafe(entry.length);
      if (readSync(old.fd, bytes, 0, entry.length, entry.offset) !== entry.length) return undefined;
      used.add(key);
      return bytes.toString('utf8');
    },
    put(key, json) {
      added.set(key, Buffer.from(json, 'utf8'));
    },
    save() {
      try {
        if (added.size > 0) write(path, old, used, added);
        return undefined;
      } catch (error) {
        return `The cache could not be written: ${(error as Error).message}`;
      } finally {
        if (old) closeSync(old.fd);
      }
    },
  };
}

interface Pack {
  fd: number;
  index: Map<string, Entry>;
}

/** Opens a pack; a missing, foreign or damaged file is as good as none. */
function openPack(path: string): Pack | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const { size } = fstatSync(fd);
    const head = Buffer.alloc(MAGIC.length);
    readSync(fd, head, 0, head.length, 0);
    const trailer = Buffer.alloc(TRAILER);
    readSync(fd, trailer, 0, TRAILER, size - TRAILER);
    const indexOffset = Number(trailer.toString('latin1'));
    if (head.toString('latin1') !== MAGIC || !Number.isSafeInteger(indexOffset) || indexOffset >= size) throw new Error('not a cache');
    const indexBytes = Buffer.alloc(size - TRAILER - indexOffset);
    readSync(fd, indexBytes, 0, indexBytes.length, indexOffset);
    const rows = JSON.parse(indexBytes.toString('utf8')) as [string, number, number, number][];
    return { fd, index: new Map(rows.map(([key, offset, length, age]) => [key, { offset, length, age }])) };
  } catch {
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }
}

function write(path: string, old: Pack | undefined, used: ReadonlySet<string>, added: ReadonlyMap<string, Buffer>): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const fd = openSync(temporary, 'w');
  try {
    const rows: [string, number, number, number][] = [];
    let offset = writeAll(fd, Buffer.from(MAGIC, 'latin1'));
    const append = (key: string, bytes: Buffer, age: number): void => {
      rows.push([key, offset, bytes.length, age]);
      offset += writeAll(fd, bytes);
    };
    for (const [key, entry] of old?.index ?? []) {
      const age = used.has(key) ? 0 : entry.age + 1;
      if (age > MAX_AGE || added.has(key)) continue;
      const bytes = Buffer.allocUnsafe(entry.length);
      readSync(old!.fd, bytes, 0, entry.length, entry.offset);
      append(key, bytes, age);
    }
    for (const [key, bytes] of added) append(key, bytes, 0);
    const indexOffset = offset;
    writeAll(fd, Buffer.from(JSON.stringify(rows), 'utf8'));
    writeAll(fd, Buffer.from(String(indexOffset).padStart(TRAILER), 'latin1'));
    closeSync(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAll(fd: number, bytes: Buffer): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
  return bytes.length;
}
