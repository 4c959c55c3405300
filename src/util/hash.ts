import { createHash } from 'node:crypto';

/** Hex SHA-1 of text or bytes, cut to `length` digits. For identity, not for security. */
export function hashOf(data: string | Uint8Array, length = 40): string {
  return createHash('sha1').update(data).digest('hex').slice(0, length);
}

/** 32-bit FNV-1a over UTF-16 units. Fast and stable over platforms; for sketches and buckets, never for identity. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
