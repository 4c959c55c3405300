import type { Literal } from '../model/facts.js';

/** `null`, `[]` and `{}` state nothing yet: they are where state begins. */
export function isUnfilled(value: Literal): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
