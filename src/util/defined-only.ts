/** Drops keys whose value is undefined, which `exactOptionalPropertyTypes` tells apart from absent ones. */
export function definedOnly<T extends object>(object: T): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
