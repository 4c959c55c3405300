const WORDS = String.raw`(?:[\w-]*[-_])?(?:back-?ups?|bak|orig|original|old|copy|save|consolidated|deprecated|legacy)(?:[-_.]?[\w-]*)?|\d{8}[\w-]*`;

/** The path that a backup copy was made of: `cart.py` for `cart.py.bak`, `cart.backup.py`, `cart_old.py` and `cart (1).py`. */
export function nameOfOriginal(path: string): string | undefined {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  const appended = new RegExp(String.raw`^(.+\.\w+)(?:~|\.(?:${WORDS}|swp|rej))$`, 'i').exec(name);
  if (appended) return folder + appended[1]!;
  const inserted = new RegExp(String.raw`^(.+?)(?:[-_. ](?:${WORDS})| ?\(\d+\))(\.\w+)$`, 'i').exec(name);
  return inserted ? folder + inserted[1]! + inserted[2]! : undefined;
}
