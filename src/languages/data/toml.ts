import type { AST, ParseError as TomlError } from 'toml-eslint-parser';
import type { Extraction, Fact, ParseError } from '../../model/facts.js';
import { textLines, type TextLines } from '../../util/text-lines.js';
import { nothing } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';
import { settingFacts, type DataEntry, type DataNode } from '../settings.js';
import { pyprojectFacts } from './pyproject.js';

/** TOML 1.0. Lock files have other endings and are left to others. */
export const toml: Language = {
  id: 'toml',
  matches: (path) => path.endsWith('.toml'),
  dialect: (path) => (/(?:^|\/)pyproject\.toml$/.test(path) ? 'pyproject.toml' : '.toml'),
  load: async () => {
    library ??= await import('toml-eslint-parser');
  },
  extract,
};

let library: typeof import('toml-eslint-parser') | undefined;

const MAX_LENGTH = 200_000;
const MAX_ERRORS = 20;

function extract(file: SourceText): Extraction {
  const { text } = file;
  const lines = textLines(text);
  if (text.length > MAX_LENGTH) return nothing(lines.count);
  const { program, parseErrors } = parse(text, lines);
  const root = program && toData(program, lines);
  return {
    facts: root ? facts(root, /(?:^|\/)pyproject\.toml$/.test(file.path)) : [],
    parseErrors,
    suppressionComments: lineCommentSuppressions(text, lines),
    lineCount: lines.count,
  };
}

function facts(root: DataNode, isPyproject: boolean): Fact[] {
  return isPyproject ? pyprojectFacts(root) : settingFacts(root, 'toml');
}

/** The parser stops at the first error, so a line that it cannot read is blanked and the rest read again. */
function parse(text: string, lines: TextLines): { program?: AST.TOMLProgram; parseErrors: ParseError[] } {
  if (!library) throw new Error('load() has not run');
  const parseErrors: ParseError[] = [];
  const blanked = new Set<number>();
  let current = text;
  while (parseErrors.length < MAX_ERRORS) {
    try {
      return { program: library.parseTOML(current), parseErrors };
    } catch (error) {
      if (error instanceof RangeError) {
        parseErrors.push({ message: 'The values are nested too deeply to be read.', span: lines.spanOf(0, 0) });
        break;
      }
      if (!(error instanceof library.ParseError)) throw error;
      const line = lineToBlank(error, lines, blanked);
      if (line === undefined) break;
      blanked.add(line);
      const from = lines.startOf(line);
      const end = current.indexOf('\n', from);
      const to = end < 0 ? current.length : end;
      parseErrors.push({ message: `Not valid TOML: ${error.message.toLowerCase()}.`, span: lines.spanOf(from, to) });
      current = current.slice(0, from) + ' '.repeat(to - from) + current.slice(to);
    }
  }
  return { parseErrors };
}

/** The line of the last character read; when it was blanked before, the next one that was not. */
function lineToBlank(error: TomlError, lines: TextLines, blanked: ReadonlySet<number>): number | undefined {
  for (let line = lines.lineAt(Math.max(error.index - 1, 0)); line >= 1; line--) if (!blanked.has(line)) return line;
  return undefined;
}

type MutableMap = { type: 'map'; entries: DataEntry[]; span: DataNode['span'] };
type MutableList = { type: 'list'; items: DataNode[]; span: DataNode['span'] };

function toData(program: AST.TOMLProgram, lines: TextLines): DataNode {
  const spanOf = (node: { range: readonly [number, number] }): DataNode['span'] => lines.spanOf(node.range[0], node.range[1]);
  const root: MutableMap = { type: 'map', entries: [], span: spanOf(program) };
  const put = (target: MutableMap, keys: readonly AST.TOMLKey['keys'][number][], value: DataNode): void => {
    let map = target;
    keys.forEach((part, index) => {
      const key = part.type === 'TOMLBare' ? part.name : part.value;
      if (index < keys.length - 1) map = mapAt(map, key, spanOf(part));
      else map.entries.push({ key, keySpan: spanOf(part), value });
    });
  };
  const convert = (node: AST.TOMLContentNode): DataNode => {
    if (node.type === 'TOMLArray') return { type: 'list', items: node.elements.map(convert), span: spanOf(node) };
    if (node.type === 'TOMLInlineTable') {
      const map: MutableMap = { type: 'map', entries: [], span: spanOf(node) };
      for (const entry of node.body) put(map, entry.key.keys, convert(entry.value));
      return map;
    }
    const text = node.kind === 'string' ? node.value : node.kind === 'integer' || node.kind === 'float' ? node.number
      : node.kind === 'boolean' ? String(node.value) : node.datetime;
    return { type: 'scalar', text, isString: node.kind === 'string', isNull: false, span: spanOf(node) };
  };
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') put(root, item.key.keys, convert(item.value));
    else {
      let map = root;
      item.resolvedKey.forEach((key, index) => {
        const span = spanOf(item.key);
        if (typeof key === 'number') return;
        const isArray = typeof item.resolvedKey[index + 1] === 'number';
        map = isArray ? itemAt(map, key, item.resolvedKey[index + 1] as number, span) : mapAt(map, key, span);
      });
      for (const entry of item.body) put(map, entry.key.keys, convert(entry.value));
    }
  }
  return root;
}

function mapAt(parent: MutableMap, key: string, span: DataNode['span']): MutableMap {
  const existing = parent.entries.find((entry) => entry.key === key)?.value;
  if (existing?.type === 'map') return existing as MutableMap;
  const map: MutableMap = { type: 'map', entries: [], span };
  parent.entries.push({ key, keySpan: span, value: map });
  return map;
}

function itemAt(parent: MutableMap, key: string, index: number, span: DataNode['span']): MutableMap {
  let list = parent.entries.find((entry) => entry.key === key)?.value as MutableList | undefined;
  if (list?.type !== 'list') {
    list = { type: 'list', items: [], span };
    parent.entries.push({ key, keySpan: span, value: list });
  }
  while (list.items.length <= index) list.items.push({ type: 'map', entries: [], span });
  return list.items[index] as MutableMap;
}
