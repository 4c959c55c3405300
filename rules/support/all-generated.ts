import type { AuditedFile } from '../../src/index.js';

/** Whether a tool wrote all places of a group: what it writes twice is mended in what it writes from. */
export function areAllGenerated({ owner, copies }: { owner: Place; copies: readonly Place[] }): boolean {
  return [owner, ...copies].every(({ declaration }) => declaration.fact.file.role === 'generated');
}

interface Place {
  declaration: { fact: { file: AuditedFile } };
}

/** The remedy for such a group. */
export const GENERATED_REMEDY = 'Leave the files as they are: let the tool write it once, or take one of the sources away that it is written from.';
