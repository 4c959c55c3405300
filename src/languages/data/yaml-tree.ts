import { createRequire } from 'node:module';
import type { Alias, Document, Node, Pair, Scalar } from 'yaml';
import type { ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import type { TextLines } from '../../util/text-lines.js';
import type { DataEntry, DataNode } from '../settings.js';

let library: typeof import('yaml') | undefined;

/** Loads the library by `require`: fewer files than its ESM build. */
export async function loadYaml(): Promise<void> {
  library ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
}

export interface YamlFile {
  documents: readonly DataNode[];
  /** Template lines (`{{- if ... }}`) stand between the values: what is there depends on what cannot be seen. */
  templated: boolean;
  parseErrors: ParseError[];
}

/** Marks a place that a template fills; a text that holds one is unknown. */
const TEMPLATED = '\uE000';

const MAX_ERRORS = 20;
/** Nodes of one file with aliases expanded. Enough for any settings; a bomb of nested aliases stops here. */
const MAX_NODES = 60_000;
const MAX_DEPTH = 60;

/** Parses all documents of a YAML file, with aliases and merge keys expanded within bounds and templates blanked. Never fails. */
export function parseYaml(source: string, lines: TextLines): YamlFile {
  if (!library) throw new Error('loadYaml() has not run');
  const { text, templated } = withoutTemplates(source);
  let documents: Document.Parsed[];
  try {
    documents = library.parseAllDocuments(text, { prettyErrors: false, merge: false, keepSourceTokens: false, logLevel: 'silent' }) as Document.Parsed[];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { documents: [], templated, parseErrors: [{ message: 'The values are nested too deeply to be read.', span: lines.spanOf(0, 0) }] };
  }
  // A template is no YAML before it is filled in: with both branches of an `if` in place, keys stand there twice.
  const parseErrors: ParseError[] = (templated ? [] : documents.flatMap((document) => document.errors)).slice(0, MAX_ERRORS)
    .map(({ message, pos }) => ({ message: `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.?$/, '.')}`, span: lines.spanOf(pos[0], Math.min(pos[1], text.length)) }));
  const budget: Budget = { nodes: MAX_NODES };
  const roots = documents.flatMap((document) => (document.contents ? [toData(document, text, lines, budget)] : []));
  if (budget.exceeded !== undefined) parseErrors.push({ message: budget.exceeded, span: lines.spanOf(0, 0) });
  return { documents: roots, templated, parseErrors };
}

interface Budget {
  nodes: number;
  /** In words, when it did not suffice. */
  exceeded?: string;
}

function toData(document: Document.Parsed, text: string, lines: TextLines, budget: Budget): DataNode {
  const yaml = library!;
  const open = new Set<Node>();
  const anchors = collectAnchors(document);
  const empty = (span: Span): DataNode => ({ type: 'scalar', text: '', isString: false, isNull: true, span });
  const spanOf = (node: Node | null | undefined): Span => lines.spanOf(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0);

  const convert = (node: Node | null | undefined, depth: number): DataNode => {
    if (!node) return empty(lines.spanOf(0, 0));
    if (budget.nodes-- <= 0 || depth > MAX_DEPTH) {
      budget.exceeded ??= depth > MAX_DEPTH ? 'The values are nested too deeply; what lies deeper is left out.' : 'The aliases of this file expand to more values than can be read; the rest is left out.';
      return empty(spanOf(node));
    }
    if (yaml.isAlias(node)) return convertAlias(node, depth);
    if (yaml.isMap(node)) return { type: 'map', entries: node.items.flatMap((pair) => entriesOf(pair as Pair<Node, Node | null>, depth)), span: spanOf(node) };
    if (yaml.isSeq(node)) return { type: 'list', items: node.items.map((item) => convert(item as Node, depth + 1)), span: spanOf(node) };
    return convertScalar(node as Scalar, text, lines);
  };
  const convertAlias = (node: Alias, depth: number): DataNode => {
    const target = anchors.get(node.source);
    if (!target || open.has(target)) return empty(spanOf(node));
    open.add(target);
    const converted = convert(target, depth + 1);
    open.delete(target);
    return converted;
  };
  const entriesOf = (pair: Pair<Node, Node | null>, depth: number): DataEntry[] => {
    const key = yaml.isScalar(pair.key) ? String(pair.key.value ?? '') : undefined;
    if (key === undefined || key.includes(TEMPLATED)) return [];
    if (key === '<<') {
      const merged = convert(pair.value, depth + 1);
      const maps = merged.type === 'list' ? merged.items : [merged];
      return maps.flatMap((map) => (map.type === 'map' ? map.entries.map((entry) => ({ ...entry, shared: true })) : []));
    }
    const value = pair.value ? convert(pair.value, depth + 1) : empty(spanOf(pair.key));
    return [{ key, keySpan: spanOf(pair.key), value }];
  };
  return withOwnKeysLast(convert(document.contents as Node, 0));
}

/** Merge keys may follow the keys that they must not override; readers take the last entry of a key, so own keys go last. */
function withOwnKeysLast(node: DataNode): DataNode {
  if (node.type === 'list') return { ...node, items: node.items.map(withOwnKeysLast) };
  if (node.type === 'scalar') return node;
  const own = new Set(node.entries.filter(({ shared }) => !shared).map(({ key }) => key));
  const seen = new Set<string>();
  // Of several merged maps the first wins.
  const merged = node.entries.filter(({ key, shared }) => shared && !own.has(key) && !seen.has(key) && seen.add(key));
  return { ...node, entries: [...merged, ...node.entries.filter(({ shared }) => !shared)].map((entry) => ({ ...entry, value: withOwnKeysLast(entry.value) })) };
}

function collectAnchors(document: Document.Parsed): Map<string, Node> {
  const anchors = new Map<string, Node>();
  library!.visit(document, {
    Node: (_, node) => {
      const { anchor } = node as { anchor?: string };
      if (anchor) anchors.set(anchor, node as Node);
    },
  });
  return anchors;
}

function convertScalar(node: Scalar, source: string, lines: TextLines): DataNode {
  const [from, to] = node.range ?? [0, 0];
  const span = lines.spanOf(from, to);
  const isNull = node.value === null;
  const isString = typeof node.value === 'string';
  const text = isNull ? '' : isString ? (node.value as string) : node.source ?? String(node.value);
  const base = { type: 'scalar', isString, isNull, span } as const;
  // A tag (`!Ref`, `!vault`) makes of its text something that only its tool knows.
  const isTagged = node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:');
  if (isTagged || text.includes(TEMPLATED)) return base;
  const inner = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? from + 1 : from;
  if (source.slice(inner, inner + text.length) === text) return { ...base, text, spanIn: (start, end) => lines.spanOf(inner + start, inner + end) };
  if (node.type === 'BLOCK_LITERAL') return { ...base, text, spanIn: blockSpans(text, from, source, lines) };
  return { ...base, text };
}

/** Positions inside a literal block: each line of the value is a line of the source behind the indentation. */
function blockSpans(value: string, from: number, source: string, lines: TextLines): (start: number, end: number) => Span {
  const first = lines.lineAt(from) + 1;
  const contents = value.split('\n');
  const sample = contents.findIndex((content) => content.trim() !== '');
  const line = sample < 0 ? '' : source.slice(lines.startOf(first + sample), lines.startOf(first + sample) + 400);
  const indent = Math.max(line.search(/\S/) - Math.max((contents[sample] ?? '').search(/\S/), 0), 0);
  const starts: number[] = [];
  let offset = 0;
  for (const content of contents) {
    starts.push(offset);
    offset += content.length + 1;
  }
  const sourceOffset = (at: number): number => {
    let index = starts.findLastIndex((start) => start <= at);
    if (index < 0) index = 0;
    return lines.startOf(first + index) + indent + (at - starts[index]!);
  };
  return (start, end) => lines.spanOf(sourceOffset(start), sourceOffset(end));
}

/** Nothing but templates: `{{- if .Values.cache }}`, `{% endif %}`. */
function isTemplateLine(line: string): boolean {
  let rest = line;
  while (rest !== '') {
    const close = rest.startsWith('{{') ? '}}' : rest.startsWith('{%') ? '%}' : undefined;
    const end = close === undefined ? -1 : rest.indexOf(close, 2);
    if (end < 0) return false;
    rest = rest.slice(end + 2).trimStart();
  }
  return true;
}

/**
 * Blanks what Helm, Jinja and the like fill in, keeping all offsets: a line that holds nothing but a template becomes a comment, a template
 * inside a value a run of a private character. The `${{ }}` of workflows is a value for us and stays.
 */
function withoutTemplates(source: string): { text: string; templated: boolean } {
  if (!/(?<!\$)\{\{|\{%/.test(source)) return { text: source, templated: false };
  let templated = false;
  const blank = (match: string, fill: string): string => match.replace(/[^\r\n]/g, fill);
  let text = source.replace(/(?<!\$)\{\{-?[ \t]{0,9}\/\*[\s\S]{0,5000}?\*\/[ \t]{0,9}-?\}\}/g, (match) => blank(match, ' '));
  text = text.replace(/^[ \t]*\{[{%][^\n]*$/gm, (line) => {
    if (!isTemplateLine(line.trim())) return line;
    templated = true;
    const indent = line.search(/\S/);
    return `${line.slice(0, indent)}#${blank(line.slice(indent + 1), ' ')}`;
  });
  text = text.replace(/(?<!\$)\{\{[^\n]{0,2000}?\}\}(?!\})/g, (match) => blank(match, TEMPLATED)).replace(/\{%[^\n]{0,2000}?%\}/g, (match) => blank(match, ' '));
  return { text, templated };
}
