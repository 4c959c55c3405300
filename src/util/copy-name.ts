const CODE = String.raw`\.(?:[cm]?[jt]sx?|pyi?)`;
const KEPT = /(?:^|[-_.])(?:back-?up|bak|orig|original|old|copy|consolidated|deprecated|legacy|removed|archived?|before|prev|previous|saved?|\d{8})\d*(?:$|[-_.])/i;

/**
 * The name that a kept copy of code was made under: `carts.py` for `carts.py.backup_pre_merge`, `carts.py.orig`, `carts.py.20250913`.
 * Undefined for all other names; `carts.ts.snap` is no copy of code. Takes and returns a name or a path.
 */
export function nameBeforeCopy(path: string): string | undefined {
  const match = new RegExp(String.raw`^(.*[^/]${CODE})\.([\w-]+)$`).exec(path);
  return match && KEPT.test(match[2]!) ? match[1]! : undefined;
}
