/** `tests/test_cart.py::TestCart::test_total[a/b]` taken apart: brackets of parameters belong to the title, colons inside them too. */
export function nodePlace(id: string): { title: string; suite: string[]; file: string | undefined } {
  const bracket = id.indexOf('[');
  const head = bracket < 0 ? id : id.slice(0, bracket);
  const parts = head.split('::');
  const file = /\.pyx?$/.test(parts[0]!) ? parts.shift() : undefined;
  return { title: `${parts.pop() ?? id}${bracket < 0 ? '' : id.slice(bracket)}`, suite: parts, file };
}
