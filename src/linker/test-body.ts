import type { FactIndex } from '../facts/fact-index.js';
import { folderOf, foldersUp } from '../util/paths.js';

/** Lines of a test in its file, 1-based, the last included. */
export interface LineSpan {
  path: string;
  start: number;
  end: number;
}

/** Lines above a failing line that are taken for its test, where the test itself cannot be found. */
const WINDOW = 25;

/**
 * Where a test stands in its file: the Python function of that name, the call whose text is its title, else some lines above the failing one.
 * Undefined when the file says neither.
 */
export function testBody(facts: FactIndex, text: string, path: string, title: string, line: number | undefined): LineSpan | undefined {
  const name = title.replace(/\[.*\]$/s, '').split(/::|\./).at(-1)!;
  const functions = facts.inFile(path, 'function').filter((fact) => fact.name === name);
  const covers = ({ span }: { span: readonly number[] }): boolean => line !== undefined && span[0]! <= line && line <= span[2]!;
  const around = functions.find(covers) ?? functions[0] ?? (/\.py$/.test(path) ? facts.inFile(path, 'function').filter(covers).sort((a, b) => (a.span[2] - a.span[0]) - (b.span[2] - b.span[0]))[0] : undefined);
  if (around) return { path, start: around.span[0], end: around.span[2] };
  const lines = text.split('\n');
  // A parametrised title is printed with its values, which may stand elsewhere in the file: what is quoted and called counts.
  const titled = title === '' ? -1 : lines.findIndex((content) => ['\'', '"', '`'].some((quote) => content.includes(`${quote}${title}`)));
  if (titled >= 0) return { path, start: titled + 1, end: blockEnd(lines, titled) };
  if (line === undefined || line > lines.length) return undefined;
  for (let index = line - 1; index >= Math.max(0, line - 80); index--) {
    if (/^\s*(?:test|it|specify)\b|^\s*\] as const\)\(|^\s*\]\)\(/.test(lines[index]!)) return { path, start: index + 1, end: Math.max(line, blockEnd(lines, index)) };
  }
  return { path, start: Math.max(1, line - WINDOW), end: Math.min(lines.length, line + 3) };
}

/**
 * What runs for a test beside its own lines: hooks of its file (`beforeEach(...)`, `setUp`), and the fixtures that a Python test asks for by the
 * names of its parameters, in its file or in a `conftest.py` above it.
 */
export function testSetUp(facts: FactIndex, text: string, { path, start, end }: LineSpan): LineSpan[] {
  const spans: LineSpan[] = [];
  const functions = facts.inFile(path, 'function');
  if (/\.py$/.test(path)) {
    const own = functions.find(({ span }) => span[0] === start);
    const scope = own?.scope.join('.') ?? '';
    for (const fact of functions) if (SET_UP.test(fact.name) && (fact.scope.length === 0 || fact.scope.join('.') === scope)) spans.push({ path, start: fact.span[0], end: fact.span[2] });
    const asked = new Set(own?.parameters.map(({ name }) => name) ?? []);
    for (const folder of asked.size === 0 ? [] : foldersUp(folderOf(path))) {
      for (const file of [...(folder === folderOf(path) ? [path] : []), folder === '' ? 'conftest.py' : `${folder}/conftest.py`]) {
        for (const fact of facts.inFile(file, 'function')) if (asked.has(fact.name) && fact.scope.length === 0) spans.push({ path: file, start: fact.span[0], end: fact.span[2] });
      }
    }
    return spans;
  }
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:test\.|it\.)?(?:before|beforeAll|beforeEach)\(/.test(line) && !(index + 1 >= start && index + 1 <= end)) spans.push({ path, start: index + 1, end: blockEnd(lines, index) });
  }
  return spans;
}

const SET_UP = /^(?:setUp|setUpClass|asyncSetUp|setUpModule|setup|setup_method|setup_class|setup_module)$/;

/** Last line of the block that begins on a line: up to the next one that is indented no deeper and closes it. */
function blockEnd(lines: readonly string[], from: number): number {
  const depth = indentOf(lines[from]!);
  for (let index = from + 1; index < lines.length; index++) {
    const content = lines[index]!;
    if (content.trim() === '' || indentOf(content) > depth) continue;
    return /^[)\]}]/.test(content.trim()) ? index + 1 : index;
  }
  return lines.length;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
