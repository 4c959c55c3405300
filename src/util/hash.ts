import { createHash } from 'node:crypto';

/** Hex SHA-1 of text or bytes, cut to `length` digits. For identity, not for security. */
export function hashOf(data: string | Uint8Array, length = 40): string {
  return createHash('sha1').update(data).digest('hex').slice(0, length);
}

/** 32-bit FNV-1a over UTF-16 units. Fast and stable over platforms; for sketches and buckets, never for identity. */
export function hash32(text: string, seed?: number): number {
  return hashRange(text, 0, text.length, seed);
}

/** `hash32` of a part of a text, without cutting it out. */
export function hashRange(text: string, from: number, to: number, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = from; index < to; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
