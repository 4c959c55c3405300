import { readFileSync } from 'node:fs';
import { hashOf } from '../util/hash.js';

export type ReadResult =
  | { status: 'text'; text: string; hash: string; /** Offset of the first byte that is not UTF-8; the text has replacement characters from there. */ invalidAt?: number }
  | { status: 'skipped'; reason: string };

/** Why a file or folder is skipped that is not ours to open. */
export const PERMISSION_DENIED = 'unreadable: permission denied';

/** Reads a source file: UTF-8 (a byte order mark is dropped) or UTF-16 with its mark. Binary and minified files are skipped. */
export function readSource(absolutePath: string, path: string, read: (path: string) => Buffer = () => readFileSync(absolutePath)): ReadResult {
  let bytes: Buffer;
  try {
    bytes = read(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return { status: 'skipped', reason: code === 'EACCES' || code === 'EPERM' ? PERMISSION_DENIED : `unreadable: ${code}` };
  }
  const hash = hashOf(bytes);
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return { status: 'text', text: bytes.toString('utf16le').slice(1), hash };
  if (bytes.subarray(0, 8000).includes(0)) return { status: 'skipped', reason: 'binary' };
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (isMinified(path, text)) return { status: 'skipped', reason: 'minified' };
  if (text.includes('\ufffd')) {
    const invalidAt = firstInvalidByte(bytes);
    if (invalidAt !== undefined) return { status: 'text', text, hash, invalidAt };
  }
  return { status: 'text', text, hash };
}

/** Bundles say little about what people wrote, and a line of a megabyte slows every parser. */
function isMinified(path: string, text: string): boolean {
  if (!/\.[cm]?jsx?$/.test(path) || text.length < 10_000) return false;
  if (/\.min\.[cm]?js$/.test(path)) return true;
  let lines = 1;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) lines++;
  return text.length / lines > 400;
}

function firstInvalidByte(bytes: Buffer): number | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    decoder.decode(bytes);
    return undefined; // the source really holds U+FFFD
  } catch {
    let low = 0;
    let high = bytes.length;
    while (low < high) { // the longest prefix that decodes as a stream
      const middle = (low + high + 1) >> 1;
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
        low = middle;
      } catch {
        high = middle - 1;
      }
    }
    return low;
  }
}
