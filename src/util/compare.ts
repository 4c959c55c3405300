/** Order by UTF-16 units: the same in every locale, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Distinct texts in `compareText` order. */
export function sortedDistinct(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort(compareText);
}
