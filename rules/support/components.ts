/** Connected components of a relation; each, and all of them, in the order given. */
export function components<T>(items: readonly T[], connected: (a: T, b: T) => boolean): T[][] {
  const parts: T[][] = [];
  for (const item of items) {
    const touching = parts.filter((part) => part.some((other) => connected(other, item)));
    const [first, ...others] = touching;
    if (!first) {
      parts.push([item]);
      continue;
    }
    first.push(item);
    for (const other of others) {
      first.push(...other);
      parts.splice(parts.indexOf(other), 1);
    }
  }
  const position = new Map(items.map((item, index) => [item, index]));
  return parts.map((part) => part.sort((a, b) => position.get(a)! - position.get(b)!));
}
