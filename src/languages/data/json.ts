import { createRequire } from 'node:module';
import type { Node, ParseError as JsonError, ParseErrorCode } from 'jsonc-parser';
import type { Extraction, Fact, ParseError } from '../../model/facts.js';
import { textLines, type TextLines } from '../../util/text-lines.js';
import { nothing } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';
import { settingFacts, type DataEntry, type DataNode } from '../settings.js';
import { packageJsonFacts } from './package-json.js';

/** JSON with or without comments. Lock files and recorded data are left to others. */
export const json: Language = {
  id: 'json',
  matches: (path) => /\.jsonc?$/.test(path) && !/(?:^|\/)(?:package-lock|npm-shrinkwrap|composer\.lock|\.package-lock)\.json$/.test(path),
  dialect: (path) => (/(?:^|\/)package\.json$/.test(path) ? 'package.json' : '.json'),
  load: async () => {
    library ??= createRequire(import.meta.url)('jsonc-parser') as typeof import('jsonc-parser');
  },
  extract,
};

let library: typeof import('jsonc-parser') | undefined;

/** Characters; a longer file is data. */
const MAX_LENGTH = 200_000;
/** One mistake makes many errors in what follows; the first tell what is wrong. */
const MAX_ERRORS = 5;
const MAX_NODES = 20_000;

function extract(file: SourceText): Extraction {
  if (!library) throw new Error('load() has not run');
  const { text } = file;
  const lines = textLines(text);
  const isPackage = /(?:^|\/)package\.json$/.test(file.path);
  if (text.length > MAX_LENGTH && !isPackage) return nothing(lines.count);
  const errors: JsonError[] = [];
  let root: Node | undefined;
  try {
    root = library.parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...nothing(lines.count), parseErrors: [{ message: 'The values are nested too deeply to be read.', span: lines.spanOf(0, 0) }] };
  }
  const print = library.printParseErrorCode;
  const tree = root && toData(root, text, lines);
  return {
    facts: tree ? facts(tree, isPackage) : [],
    parseErrors: errors.filter(({ offset }, index) => offset !== errors[index - 1]?.offset).slice(0, MAX_ERRORS).map((error) => describe(error, print, text, lines)),
    suppressionComments: lineCommentSuppressions(text, lines, true),
    lineCount: lines.count,
  };
}

function facts(tree: DataNode, isPackage: boolean): Fact[] {
  if (isPackage) return packageJsonFacts(tree);
  return settingFacts(tree, 'json');
}

function describe(error: JsonError, print: (code: ParseErrorCode) => string, text: string, lines: TextLines): ParseError {
  const words = print(error.error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const near = text.slice(error.offset, error.offset + 20).split('\n', 1)[0]!.trim();
  return { message: `Not valid JSON: ${words}${near ? ` near "${near}"` : ''}.`, span: lines.spanOf(error.offset, error.offset + error.length) };
}

function toData(root: Node, text: string, lines: TextLines): DataNode | undefined {
  let budget = MAX_NODES;
  const convert = (node: Node): DataNode | undefined => {
    if (budget-- <= 0) return undefined;
    const span = lines.spanOf(node.offset, node.offset + node.length);
    if (node.type === 'object') {
      const entries: DataEntry[] = [];
      for (const property of node.children ?? []) {
        const [key, value] = property.children ?? [];
        const converted = value && convert(value);
        if (key && converted) entries.push({ key: String(key.value), keySpan: lines.spanOf(key.offset, key.offset + key.length), value: converted });
      }
      return { type: 'map', entries, span };
    }
    if (node.type === 'array') return { type: 'list', items: (node.children ?? []).flatMap((item) => convert(item) ?? []), span };
    const isString = node.type === 'string';
    const plain = isString && text.slice(node.offset + 1, node.offset + node.length - 1) === node.value;
    return {
      type: 'scalar', text: node.value === null ? '' : String(node.value), isString, isNull: node.value === null, span,
      ...(plain && { spanIn: (from: number, to: number) => lines.spanOf(node.offset + 1 + from, node.offset + 1 + to) }),
    };
  };
  return convert(root);
}

