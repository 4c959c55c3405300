import { printable } from '../util/printable.js';

/** One line of a test index: what it says about a test file. */
export interface IndexRow {
  /** As written. */
  file: string;
  /** Folder that the heading above it names. */
  folder?: string;
  line: number;
  /** Number of tests that it states; `atLeast` for `40+`. */
  declared?: number;
  atLeast?: boolean;
  priority?: string;
  impact?: string;
}

export interface TestIndex {
  rows: IndexRow[];
  /** What it states of all tests together. */
  total?: { declared: number; atLeast: boolean; line: number };
}

type Column = 'file' | 'declared' | 'priority' | 'impact';

const TEST_FILE = /[\w./@[\]-]*[\w\]]\.(?:py|[cm]?[jt]sx?)\b/;
const COLUMNS: readonly [Column, RegExp][] = [
  ['priority', /^(?:priority|prio|severity)$/i],
  ['file', /\b(?:file|path|test file|suite|spec|module)\b/i],
  ['declared', /^(?:#|count|tests?|total(?: tests?)?|number(?: of tests)?|test count)$/i],
  ['impact', /\b(?:impact|risk|description|purpose|why)\b/i],
];

/**
 * Reads a test index: Markdown (tables with a column of files, and lists of files under headings), CSV with a header line, or JSON (a list of
 * objects, bare or under `tests` or `files`). Told by content. What names no test file is passed over.
 */
export function parseTestIndex(text: string): TestIndex {
  const trimmed = text.replace(/^\ufeff/, '').trimStart();
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) return parseJson(text);
  const firstLine = trimmed.split(/\r?\n/, 1)[0] ?? '';
  const looksLikeCsv = /[,;\t]/.test(firstLine) && !/[|#]/.test(firstLine) && columnsOf(splitCsv(firstLine)).has('file');
  return looksLikeCsv ? parseCsv(text) : parseMarkdown(text);
}

function parseMarkdown(text: string): TestIndex {
  const rows: IndexRow[] = [];
  let total: TestIndex['total'];
  let folder: string | undefined;
  let columns: ReadonlyMap<Column, number[]> | undefined;
  let inFence = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    if (/^\s*(?:```|~~~)/.test(line)) inFence = !inFence;
    if (inFence) continue;
    const heading = /^#{1,6}\s+(?<title>.*)$/.exec(line)?.groups?.['title'];
    if (heading !== undefined) {
      folder = /`(?<folder>[\w./-]+?)\/?(?:[\w*.-]*\*[\w*.-]*)?`/.exec(heading)?.groups?.['folder'];
      if (folder !== undefined && !folder.includes('/')) folder = undefined;
      columns = undefined;
      continue;
    }
    if (line.trimStart().startsWith('|')) {
      const cells = cellsOf(line);
      if (cells.every((cell) => /^:?-{2,}:?$/.test(cell))) continue;
      if (columns === undefined) columns = columnsOf(cells);
      else rows.push(...rowOf(cells, columns, number, folder));
      continue;
    }
    columns = undefined;
    const stated = /\btotal\b[^:\n]*?tests?\b\W*:\W*(?<count>\d[\d,]*)(?<more>\+?)/i.exec(line)?.groups;
    if (stated && total === undefined) total = { declared: Number(stated['count']!.replaceAll(',', '')), atLeast: stated['more'] === '+', line: number };
    const item = /^\s*(?:[-*+]|\d+\.)\s+(?<text>.*)$/.exec(line)?.groups?.['text'];
    const file = item === undefined ? undefined : /^\W*`(?<file>[^`\s]+)`/.exec(item)?.groups?.['file'] ?? /^\[?(?<file>[\w./-]+)\]?/.exec(item)?.groups?.['file'];
    if (item === undefined || file === undefined || TEST_FILE.exec(file)?.[0] !== file) continue;
    const count = /\((?:[^()]*?\s)?(?<count>\d[\d,]*)(?<more>\+?) tests?\b[^)]*\)/i.exec(item)?.groups;
    rows.push({ file, line: number, ...(folder === undefined ? {} : { folder }), ...(count ? { declared: Number(count['count']!.replaceAll(',', '')), ...(count['more'] === '+' ? { atLeast: true } : {}) } : {}) });
  }
  return { rows, ...(total === undefined ? {} : { total }) };
}

function parseCsv(text: string): TestIndex {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() !== '');
  const columns = columnsOf(splitCsv(lines[start] ?? ''));
  return { rows: lines.flatMap((line, index) => (index <= start || line.trim() === '' ? [] : rowOf(splitCsv(line), columns, index + 1, undefined))) };
}

function parseJson(text: string): TestIndex {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return { rows: [] }; // the caller says that nothing was found in it
  }
  const holder = value as { tests?: unknown; files?: unknown } | null;
  const list = Array.isArray(value) ? value : Array.isArray(holder?.tests) ? holder.tests : Array.isArray(holder?.files) ? holder.files : [];
  const starts = [...text.matchAll(/"(?:file|path)"\s*:/g)].map(({ index }) => text.slice(0, index).split('\n').length);
  return {
    rows: list.flatMap((entry: unknown, position) => {
      if (typeof entry !== 'object' || entry === null) return [];
      const names = Object.keys(entry);
      return rowOf(Object.values(entry).map((cell) => (typeof cell === 'object' ? '' : String(cell))), columnsOf(names), starts[position] ?? 1, undefined);
    }),
  };
}

/** Columns by what their heads say; several may speak of the impact. */
function columnsOf(heads: readonly string[]): ReadonlyMap<Column, number[]> {
  const columns = new Map<Column, number[]>();
  for (const [position, head] of heads.entries()) {
    const plain = head.replace(/[*_`"]/g, ' ').trim();
    const column = COLUMNS.find(([name, pattern]) => pattern.test(plain) && (name === 'impact' || !columns.has(name)))?.[0];
    if (column !== undefined) columns.set(column, [...(columns.get(column) ?? []), position]);
  }
  return columns;
}

function rowOf(cells: readonly string[], columns: ReadonlyMap<Column, number[]>, line: number, folder: string | undefined): IndexRow[] {
  const cell = (column: Column): string => (columns.get(column) ?? []).map((position) => cells[position] ?? '').map(plainText).filter((text) => text !== '').join('; ');
  const file = TEST_FILE.exec(cell('file'))?.[0];
  if (file === undefined) return [];
  const declared = countIn(cell('declared'));
  const priority = /\bP[0-9]\b/i.exec(cell('priority'))?.[0].toUpperCase() ?? (cell('priority') || undefined);
  const impact = cell('impact') || undefined;
  return [{ file, line, ...(folder === undefined ? {} : { folder }), ...declared, ...(priority === undefined ? {} : { priority }), ...(impact === undefined ? {} : { impact }) }];
}

/** `25`, `1-25` (a range of numbers), `40+`, `1,200`. */
function countIn(text: string): Pick<IndexRow, 'declared' | 'atLeast'> {
  const range = /^(?<from>\d+)\s*[-\u2013]\s*(?<to>\d+)$/.exec(text)?.groups;
  if (range) return { declared: Number(range['to']) - Number(range['from']) + 1 };
  const count = /^(?<count>\d[\d,]*)(?<more>\+?)(?:\s*tests?)?$/.exec(text)?.groups;
  return count ? { declared: Number(count['count']!.replaceAll(',', '')), ...(count['more'] === '+' ? { atLeast: true } : {}) } : {};
}

function cellsOf(line: string): string[] {
  return line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function plainText(cell: string): string {
  return printable(cell.replace(/\*\*|__|`/g, '').replace(/^\[(?<text>[^\]]*)\]\([^)]*\)$/, '$1'));
}

/** One line of RFC 4180, with `,`, `;` or a tab between the cells. */
function splitCsv(line: string): string[] {
  const separator = [',', ';', '\t'].map((mark) => ({ mark, count: line.split(mark).length })).sort((a, b) => b.count - a.count)[0]!.mark;
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!;
    if (character === '"' && quoted && line[index + 1] === '"') {
      cell += '"';
      index++;
    } else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  cells.push(cell.trim());
  return cells;
}
