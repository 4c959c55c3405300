import type { AuditedFile } from '../../src/index.js';

/**
 * Whether one name at these files is a place that a framework or plug-in system asks to be filled, and no repetition: it stands in a crowd
 * of files, or at the same place of at least three sibling folders (`plugins/<name>/handler.ts`).
 */
export function isConvention(files: readonly AuditedFile[], crowd = 30): boolean {
  if (files.length > crowd) return true;
  const places = new Map<string, number>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (let index = 0; index < parts.length - 1; index++) {
      const place = [...parts.slice(0, index), '*', ...parts.slice(index + 1)].join('/');
      places.set(place, (places.get(place) ?? 0) + 1);
    }
  }
  return [...places.values()].some((count) => count >= 3);
}

/** Files that are written into other projects: what repeats there is what those projects start from. */
export function isTemplate({ path }: AuditedFile): boolean {
  return /(?:^|\/)(?:templates?|boilerplates?|scaffolds?|skeletons?)\//.test(path);
}
