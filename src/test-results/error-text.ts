import type { FailureError, StackFrame } from '../model/test-run.js';
import { parseFrame } from './stack-frames.js';
import { plainText } from './terminal-lines.js';

/** What a format says of an error beside its text. */
export interface ErrorHints {
  type?: string | undefined;
  message?: string | undefined;
  expected?: string | undefined;
  received?: string | undefined;
  code?: string | undefined;
}

/** Text beyond this is cut in the middle: a page dumped into an assertion says no more at its hundredth screen. */
const MAX_TEXT = 60_000;

/**
 * Reads the text of an error (message, diff, quoted source, stack, wrapped causes) into its parts, whatever tool wrote it. Frames come innermost
 * first: V8, the JVM and Vitest write them so, Python the other way round. When errors wrap others, type, message and frames are those of
 * the innermost, for that is what went wrong; the outer ones are `causes`, outermost first.
 */
export function parseErrorText(text: string, hints: ErrorHints = {}): FailureError {
  const raw = shorten(text);
  const clean = normalise(raw).replace(/^(\s*)Uncaught (?=[\w.]*(?:Error|Exception)\b)/gm, '$1');
  const blocks = clean.includes('Traceback (most recent call last)') || PYTEST_END.test(clean) ? pythonBlocks(clean) : javascriptBlocks(clean.replace(SERIALIZED, ''));
  const innermost = blocks.at(-1) ?? { message: '', frames: [] };
  const hinted = hints.message === undefined ? undefined : withoutQuotes(normalise(shorten(hints.message)));
  const message = longest(innermost.message, blocks.length <= 1 ? stripType(hinted, hints.type ?? innermost.type) : undefined) || hinted || '';
  const compared = comparison(innermost.type === undefined ? message : `${innermost.type}: ${message}`);
  const { expected, received } = compared.expected === undefined && compared.received === undefined ? comparison(clean) : compared;
  const type = innermost.type ?? cleanType(hints.type);
  const code = (/^ERR_(?:ASSERTION|TEST_FAILURE)$/.test(hints.code ?? '') ? undefined : hints.code) ?? /\b(E(?:CONN[A-Z]+|NOTFOUND|AI_[A-Z]+|TIMEDOUT|PIPE|ACCES|ADDRINUSE|HOSTUNREACH|NETUNREACH|NOENT|XIST|MFILE|PERM))\b/.exec(clean)?.[1];
  const snippet = snippetOf(clean);
  const outer = blocks.slice(0, -1);
  return {
    ...(type === undefined ? {} : { type }),
    message,
    ...optional('expected', hints.expected ?? expected),
    ...optional('received', hints.received ?? received),
    ...optional('code', code),
    frames: withoutShortened(innermost.frames),
    ...optional('snippet', snippet),
    causes: outer.map((block) => ({ ...optional('type', block.type), message: block.message, frames: block.frames })),
    raw,
  };
}

/** Playwright writes the place once more above the quoted source, shortened; the stack has it in full. */
function withoutShortened(frames: readonly StackFrame[]): StackFrame[] {
  return frames.filter(({ function: name, column, file, line }) => {
    if (name !== undefined || column !== undefined || file === undefined) return true;
    const short = file.replace(/^(?:\.{1,2}\/)+/, '');
    return !frames.some((other) => other.column !== undefined && other.line === line && (other.file === short || other.file?.endsWith(`/${short}`)));
  });
}

/** Vitest's JUnit writes the fields of an error below a rule. */
const SERIALIZED = /\n⎯{6,}\s*\nSerialized Error: [\s\S]*$/;

/** A message into which the tool has put the quoted source and the stack, as Playwright does, without them. */
function withoutQuotes(message: string): string {
  if (!/^\s*>\s*\d+\s*\|/m.test(message)) return message.replace(SERIALIZED, '');
  return message.split('\n').filter((line) => !isSnippetLine(line) && (line.length > 2000 || !parseFrame(line))).join('\n').trim();
}

interface Block {
  type?: string;
  message: string;
  frames: StackFrame[];
}

const TYPE = String.raw`(?:[A-Za-z_$][\w$]*[.:])*(?:[A-Z][\w$]*(?:Error|Exception|Warning|Failure|Failed|Interrupt|Exit|Timeout|Fault|Iteration)|Error|Exception|Failed|AssertionError)`;
const TYPED = new RegExp(String.raw`^(?<type>${TYPE})(?: \[[A-Za-z_]+\])?(?:: (?<message>[\s\S]*)|$)`);
/** Python's own exceptions may be named in lower case: `socket.gaierror`, `zlib.error`. */
const PYTHON_TYPED = /^(?<type>(?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*): (?<message>[\s\S]*)$/;
const PYTEST_END = /^E {2,}\S/m;

/** Removes what carries no meaning: colour, carriage returns, control characters, a common indent. */
export function normalise(text: string): string {
  return dedent(plainText(text).replace(/\r\n?/g, '\n')).trim();
}

/** Head and tail of a text that is too long. */
export function shorten(text: string, limit = MAX_TEXT): string {
  return text.length <= limit ? text : `${text.slice(0, limit * 0.7)}\n[... ${text.length - limit} characters left out ...]\n${text.slice(-limit * 0.3)}`;
}

/** V8 style: a message, then frames, then perhaps `cause:` or `Caused by:` with another one. */
function javascriptBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    const block = javascriptBlock(lines);
    if (block) blocks.push(block);
    lines = [];
  };
  for (const line of text.split('\n')) {
    const cause = /^\s*(?:\[?cause\]?: |Caused by: )(?<rest>.*)$/.exec(line);
    if (cause?.groups) {
      flush();
      lines.push(cause.groups['rest']!);
    } else lines.push(line);
  }
  flush();
  return blocks;
}

/** Node indents a wrapped error but for its first line. */
function dedentTail(lines: readonly string[]): string[] {
  const [first = '', ...rest] = lines;
  return [first, ...dedent(rest.join('\n')).split('\n')];
}

/** `[Error [ERR_TEST_FAILURE]: message] { code: ..., cause: 'text' }`: an error without a stack, as `util.inspect` prints it. */
const INSPECTED = /^\[(?<head>\w+(?: \[\w+\])?: [\s\S]*?)\] \{[\s\S]*$/;

function javascriptBlock(lines: readonly string[]): Block | undefined {
  const frames: StackFrame[] = [];
  const words: string[] = [];
  let inStack = false;
  for (const line of lines) {
    const frame = line.length > 2000 ? undefined : parseFrame(line.replace(/ \{$/, ''));
    if (frame) frames.push(frame);
    // Frames without a position, and the properties that Node prints after the stack, add nothing to the message.
    else if (/^\s*\.\.\. \d+ (?:more|common frames omitted)$/.test(line)) inStack = true;
    else if (/^\s*at \S.*[)\]>](?: \{)?$/.test(line) || /^\s*at node:\S+ \{$/.test(line)) inStack = true;
    else if ((inStack || frames.length > 0) && /^\s*(?:'?[\w.]+'?: .*,?|[{}\]]+,?|\.{3})$/.test(line)) continue;
    else words.push(line);
  }
  const message = dedentTail(words.filter((line) => !isSnippetLine(line))).join('\n').trim();
  if (message === '' && frames.length === 0) return undefined;
  const inspected = INSPECTED.exec(message)?.groups?.['head'];
  if (inspected !== undefined) return { message: inspected.replace(/^\w+(?: \[\w+\])?: /, ''), frames };
  const first = message.split('\n').findIndex((line) => TYPED.test(line.trim()));
  if (first < 0) return { message, frames };
  const all = message.split('\n');
  const typed = TYPED.exec(all[first]!.trim())!.groups!;
  const rest = [typed['message'] ?? '', ...all.slice(first + 1)].join('\n').trim();
  const before = all.slice(0, first).join('\n').trim();
  return { type: cleanType(typed['type'])!, message: rest === '' || before.includes(rest) ? (before || rest) : rest, frames };
}

/**
 * Python tracebacks in the four styles of pytest and the interpreter's own. Blocks are divided by the sentences with which Python joins chained
 * exceptions; the last one is what was raised last.
 */
function pythonBlocks(text: string): Block[] {
  const parts = text.split(/^(?:The above exception was the direct cause of the following exception:|During handling of the above exception, another exception occurred:)$/m);
  const blocks = parts.map(pythonBlock).filter((block) => block !== undefined);
  // Python prints the cause first: the innermost error of a chain is the first block, the outermost the last.
  return blocks.reverse();
}

function pythonBlock(text: string): Block | undefined {
  const lines = text.split('\n');
  const frames: StackFrame[] = [];
  for (const line of lines) {
    const frame = line.length > 2000 ? undefined : parseFrame(line);
    if (frame) frames.push(frame);
  }
  const marked = lines.filter((line) => /^E(?: {2,}|\t|$)/.test(line)).map((line) => line.replace(/^E {0,7}/, ''));
  const message = marked.length > 0 ? marked.join('\n').trim() : lastError(lines);
  if (message === '' && frames.length === 0) return undefined;
  const typed = (TYPED.exec(message) ?? PYTHON_TYPED.exec(message))?.groups;
  const endType = [...lines].reverse().map((line) => /^\S+\.pyx?:\d+: ([A-Za-z_][\w.]*)$/.exec(line.trim())?.[1]).find((type) => type !== undefined);
  // A bare `assert` is told without its type in the short style.
  const type = cleanType(typed?.['type'] ?? endType ?? (/^assert\b/.test(message) ? 'AssertionError' : undefined));
  return { ...(type === undefined ? {} : { type }), message: (typed ? typed['message'] ?? '' : message).trim(), frames: frames.reverse() };
}

/** The last line of a native traceback that names an error, with what follows it. */
function lastError(lines: readonly string[]): string {
  for (let index = lines.length - 1; index >= 0; index--) {
    if (/^[A-Za-z_][\w.]*(?:: |$)/.test(lines[index]!) && TYPED.test(lines[index]!)) return lines.slice(index).join('\n').trim();
  }
  return lines.filter((line) => line.trim() !== '' && !/^\s/.test(line)).at(-1)?.trim() ?? '';
}

/** Expected and received values, in the words of the common assertion libraries. */
function comparison(text: string): { expected?: string; received?: string } {
  const expected = /^\s*(?:Expected(?: value| string| pattern| substring| number of calls| length)?|expected): *(?<value>\S.*)$/m.exec(text)?.groups?.['value'];
  const received = /^\s*(?:Received(?: value| string| number of calls| length)?|actual|received): *(?<value>\S.*)$/m.exec(text)?.groups?.['value'];
  if (expected !== undefined || received !== undefined) return { ...optional('expected', trimValue(expected)), ...optional('received', trimValue(received)) };
  for (const { pattern, swap } of COMPARISONS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    const [a, b] = [groups['a']!, groups['b']!];
    return swap ? { expected: a, received: b } : { received: a, expected: b };
  }
  return {};
}

const COMPARISONS: readonly { pattern: RegExp; /** The expected value stands first. */ swap: boolean }[] = [
  { pattern: /^(?<a>.+) !== (?<b>.+)$/m, swap: false },
  { pattern: /AssertionError: (?<a>'[^\n]*?'|"[^\n]*?"|[\w.+-]+) != (?<b>'[^\n]*'|"[^\n]*"|[\w.+-]+)/, swap: false },
  { pattern: /\bassert (?<a>[^\n]+?) == (?<b>[^\n]+)/, swap: false },
  { pattern: /expected (?<a>[^\n]+?) to (?:be|equal|strictly equal|deeply equal|deep equal) (?<b>[^\n]+?)(?: \/\/.*)?$/m, swap: false },
  { pattern: /expected:? <(?<a>[^>]*)> but was:? <(?<b>[^>]*)>/i, swap: true },
  { pattern: /expected (?<a>\d+) ".*?", got (?<b>\d+)/, swap: true },
];

function trimValue(value: string | undefined): string | undefined {
  return value?.replace(/,$/, '').trim();
}

/** Quoted source lines without their gutter: `> 3 | code`, `    3| code`, and the lines that pytest marks with `>`. */
function snippetOf(text: string): string | undefined {
  const lines = text.split('\n').filter(isSnippetLine).map((line) => line.replace(/^\s*>?\s*\d*\s*\| ?/, '').replace(/^>\s{3,}/, ''));
  const code = lines.filter((line) => line.trim() !== '' && !/^\s*\^+\s*$/.test(line)).join('\n').trim();
  return code === '' ? undefined : code;
}

function isSnippetLine(line: string): boolean {
  return /^\s*>?\s*\d+\s*\|/.test(line) || /^\s*\|\s*\^/.test(line) || /^>\s{3,}\S/.test(line);
}

function stripType(message: string | undefined, type: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  const typed = TYPED.exec(message)?.groups;
  if (typed) return typed['message'] ?? '';
  // `socket.gaierror: ...` where the type is known as `gaierror`.
  const start = type === undefined ? -1 : message.indexOf(`${type}: `);
  return start >= 0 && /^[\w.]*$/.test(message.slice(0, start)) ? message.slice(start + type!.length + 2) : message;
}

/** `builtins.AssertionError` and `expect.toBe` are no types a person would name; the last part of a dotted exception is. */
function cleanType(type: string | undefined): string | undefined {
  if (type === undefined || type.trim() === '' || /^(?:testCodeFailure|testTimeoutFailure|hookFailed|cancelledByParent|expect\.\w+)$/.test(type)) return undefined;
  return type.trim().replace(/^(?:[\w$]+[.:])+/, '');
}

function longest(a: string, b: string | undefined): string {
  return b !== undefined && b.length > a.length ? b : a;
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: string };
}

function dedent(text: string): string {
  const lines = text.split('\n');
  let common = Number.POSITIVE_INFINITY;
  for (const line of lines) if (line.trim() !== '') common = Math.min(common, line.length - line.trimStart().length);
  return common > 0 && Number.isFinite(common) ? lines.map((line) => line.slice(common)).join('\n') : text;
}
