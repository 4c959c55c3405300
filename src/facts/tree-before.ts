/** What a rule may know of the tree that this one is compared with. */
export interface TreeBefore {
  /** Files of then that are not there any more, each with those that imported it, by the paths that they have now. */
  gone: ReadonlyMap<string, readonly string[]>;
  /** Old path to new. */
  renames: ReadonlyMap<string, string>;
}

/** What became of a file that is gone: `src/tax.ts was deleted in this change`. */
export function fateOf(path: string, { renames }: Pick<TreeBefore, 'renames'>): string {
  return renames.has(path) ? `${path} was renamed to ${renames.get(path)!} in this change` : `${path} was deleted in this change`;
}

/** The last part of a module's name: `cart` for `shop.cart`, `./cart.js`, and for the paths `shop/cart.py`, `shop/cart/__init__.py` and `shop/cart/index.ts`. */
export function moduleTail(name: string): string {
  const plain = name.includes('/') ? name.replace(/\.(?:[cm]?[jt]sx?|py)$/, '').replace(/\/(?:__init__|index)$/, '') : name.replace(/\.(?:[cm]?[jt]sx?|py)$/, '');
  return plain.split(/[./]/).filter((part) => part !== '').at(-1) ?? '';
}

/** In one sentence: what became of a module, and which importers it has left behind. */
export function removalSentence(subject: string, places: readonly { path: string; line: number }[], most = 5): string {
  const files = [...new Map(places.map(({ path, line }) => [path, `${path}:${line}`])).values()];
  const more = files.length > most ? ` and ${files.length - most} more` : '';
  return `${subject}, and ${files.length} ${files.length === 1 ? 'importer remains' : 'importers remain'}: ${files.slice(0, most).join(', ')}${more}.`;
}
