import { append, type AuditedFile } from '../../src/index.js';

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

/**
 * Items without the copies of earlier ones: those of which an earlier one has at least half of the bodies. A place that a framework asks to be filled is
 * filled by works of its own, so copies make no convention, and one more of them hides none that were told.
 */
export function withoutCopies<T>(items: readonly T[], bodiesOf: (item: T) => readonly string[]): T[] {
  const holders = new Map<string, number[]>();
  return items.filter((item, position) => {
    const bodies = new Set(bodiesOf(item));
    const shared = new Map<number, number>();
    for (const body of bodies) for (const holder of holders.get(body) ?? []) shared.set(holder, (shared.get(holder) ?? 0) + 1);
    const isCopy = [...shared.values()].some((count) => count >= bodies.size / 2);
    if (!isCopy) for (const body of bodies) append(holders, body, position);
    return !isCopy;
  });
}

/** Files that are written into other projects: what repeats there is what those projects start from. */
export function isTemplate({ path }: AuditedFile): boolean {
  return /(?:^|\/)(?:templates?|boilerplates?|scaffolds?|skeletons?)\//.test(path);
}
