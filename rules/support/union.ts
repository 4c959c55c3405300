/** Groups items by pairs that belong together. */
export interface Union<T> {
  join(a: T, b: T): void;
  /** Groups of two and more; groups and members in the order of `items`. */
  components(items: readonly T[]): T[][];
}

export function createUnion<T>(): Union<T> {
  const parent = new Map<T, T>();
  const root = (item: T): T => {
    let current = item;
    for (let above = parent.get(current); above !== undefined; above = parent.get(current)) current = above;
    return current;
  };
  return {
    join(a, b) {
      const [first, second] = [root(a), root(b)];
      if (first !== second) parent.set(second, first);
    },
    components(items) {
      const groups = new Map<T, T[]>();
      for (const item of items) {
        const key = root(item);
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      return [...groups.values()].filter((group) => group.length > 1);
    },
  };
}

/** Visits every pair of a short list once. */
export function eachPair<T>(items: readonly T[], visit: (a: T, b: T) => void): void {
  for (const [index, a] of items.entries()) for (const b of items.slice(index + 1)) visit(a, b);
}

/** So many are compared pair by pair. */
const FEW = 12;

/** Visits the pairs of a list that hold it together: all of a short one; of a longer one those with the first and with the one before. */
export function eachLink<T>(items: readonly T[], visit: (a: T, b: T) => void): void {
  if (items.length <= FEW) return eachPair(items, visit);
  for (const [index, item] of items.entries()) {
    if (index > 0) visit(items[0]!, item);
    if (index > 1) visit(items[index - 1]!, item);
  }
}
