/** `1 finding`, `12 findings`, `3 entries`. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${thousands(count)} ${count === 1 ? singular : many}`;
}

/** `9,947`: the same in every locale. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
