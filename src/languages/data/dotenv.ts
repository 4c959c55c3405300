import type { ConfigEntryFact, Extraction, ParseError } from '../../model/facts.js';
import { textLines, type TextLines } from '../../util/text-lines.js';
import { assignmentEntries } from '../assignments.js';
import { isVariableName, statedEnvironment } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';

/** `.env`, `.env.staging`, `staging.env`, `.env.example`; not the source files of that name (`.env.d.ts`). */
export const dotenv: Language = {
  id: 'dotenv',
  matches: (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return /^\.?env(?:\.[\w.-]+)?$|^[\w.-]+\.env(?:\.(?:example|sample|template|dist|tpl|local|defaults?))?$/.test(name)
      && !/\.(?:[cm]?[jt]sx?|py|php|rb|go|json|ya?ml|toml|md|sh|html?|css|vue|svelte|zip|gz|enc|gpg|age|vault)$/.test(name);
  },
  dialect: () => '.env',
  load: async () => {},
  extract,
};

const MAX_ERRORS = 20;

/** Reads the format of the dotenv packages: `export`, three kinds of quotes (over lines, too), `#` comments, `${X}` references. */
function extract(file: SourceText): Extraction {
  const { text } = file;
  const lines = textLines(text);
  const parseErrors: ParseError[] = [];
  const assignments: Parsed[] = [];
  let offset = 0;
  while (offset < text.length) {
    const lineEnd = endOfLine(text, offset);
    const line = text.slice(offset, lineEnd);
    if (/^\s*$/.test(line)) {
      offset = lineEnd + 1;
      continue;
    }
    if (/^\s*#/.test(line)) {
      const commented = commentedAssignment(line, offset);
      if (commented) assignments.push(commented);
      offset = lineEnd + 1;
      continue;
    }
    const head = /^(\s*(?:export\s+)?)([A-Za-z_][\w.-]*)[ \t]*(?:=|:(?=\s))[ \t]*/.exec(line);
    if (!head) {
      // `export NAME` alone hands on what is set already; anything else is no assignment.
      if (!/^\s*(?:export\s+[\w ]+|unset\s+\w+|set\s+-?\w+)\s*$/.test(line) && parseErrors.length < MAX_ERRORS) {
        parseErrors.push({ message: `This line is no assignment: "${line.trim().slice(0, 40)}".`, span: lines.spanOf(offset, lineEnd) });
      }
      offset = lineEnd + 1;
      continue;
    }
    const nameFrom = offset + head[1]!.length;
    const value = readValue(text, offset + head[0].length, lineEnd);
    if (value.unclosed && parseErrors.length < MAX_ERRORS) {
      parseErrors.push({ message: `The quote that opens the value of ${head[2]} is never closed.`, span: lines.spanOf(nameFrom, lineEnd) });
    }
    assignments.push({ name: head[2]!, nameFrom, ...value, commented: false });
    offset = endOfLine(text, value.to) + 1;
  }
  const environment = statedEnvironment(assignments.filter(({ commented }) => !commented).map(({ name, value }) => [name, value] as const));
  return {
    facts: assignments.flatMap((assignment) => entries(assignment, lines, environment)),
    parseErrors,
    suppressionComments: lineCommentSuppressions(text, lines),
    lineCount: lines.count,
  };
}

interface Value {
  value: string;
  /** Offset of the value's first character, inside the quotes. */
  valueFrom: number;
  to: number;
  verbatim: boolean;
  /** Escapes were undone, so offsets in `value` are not those of the text. */
  changed: boolean;
  unclosed: boolean;
}

interface Parsed extends Value {
  name: string;
  nameFrom: number;
  commented: boolean;
}

function entries(parsed: Parsed, lines: TextLines, environment: string | undefined): ConfigEntryFact[] {
  return assignmentEntries({
    keyPath: [parsed.name],
    text: parsed.value,
    format: 'dotenv',
    span: lines.spanOf(parsed.nameFrom, parsed.to),
    ...(parsed.changed ? {} : { spanIn: (from: number, to: number) => lines.spanOf(parsed.valueFrom + from, parsed.valueFrom + to) }),
    verbatim: parsed.verbatim,
    environment,
    commented: parsed.commented,
  });
}

function readValue(text: string, from: number, lineEnd: number): Value {
  const quote = text[from];
  if (from < lineEnd && (quote === '"' || quote === "'" || quote === '`')) {
    const close = closingQuote(text, from + 1, quote);
    if (close >= 0) {
      const raw = text.slice(from + 1, close);
      const value = quote === '"' ? raw.replace(/\\([nrt"\\])/g, (_, unit: string) => ESCAPES[unit]!) : raw;
      return { value, valueFrom: from + 1, to: close + 1, verbatim: quote === "'", changed: value !== raw, unclosed: false };
    }
    const rest = text.slice(from + 1, lineEnd).trimEnd();
    return { value: rest, valueFrom: from + 1, to: from + 1 + rest.length, verbatim: quote === "'", changed: false, unclosed: true };
  }
  const bare = withoutComment(text.slice(from, lineEnd)).trimEnd();
  return { value: bare, valueFrom: from, to: from + bare.length, verbatim: false, changed: false, unclosed: false };
}

/** `#` starts a comment at the beginning of a value or after white space; elsewhere it belongs to the value (`#fff`). */
function withoutComment(value: string): string {
  for (let index = value.indexOf('#'); index >= 0; index = value.indexOf('#', index + 1)) {
    if (index === 0 || /\s/.test(value[index - 1]!)) return value.slice(0, index);
  }
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function closingQuote(text: string, from: number, quote: string): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\' && quote === '"') index++;
    else if (text[index] === quote) return index;
  }
  return -1;
}

/** `# NAME=example`: only an upper-case name, so that prose with an equals sign stays prose. */
function commentedAssignment(line: string, offset: number): Parsed | undefined {
  const match = /^(\s*#+\s?(?:export\s+)?)([A-Z][A-Z0-9_]+)=/.exec(line);
  if (!match || !isVariableName(match[2]!)) return undefined;
  const from = match[0].length;
  const value = readValue(line, from, line.length);
  return {
    ...value, name: match[2]!, nameFrom: offset + match[1]!.length, valueFrom: offset + value.valueFrom, to: offset + value.to, commented: true,
  };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
