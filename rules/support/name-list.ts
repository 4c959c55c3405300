/** Names in a sentence: `a, b, c and 4 more`. */
export function nameList(names: readonly string[], limit: number): string {
  const more = names.length > limit ? ` and ${names.length - limit} more` : '';
  return `${names.slice(0, limit).join(', ')}${more}`;
}

/** One part of what differs: `only here a(), b()`; undefined when there is nothing to tell. */
export function labelled(label: string, names: readonly string[], limit: number): string | undefined {
  return names.length === 0 ? undefined : `${label} ${nameList(names, limit)}`;
}
