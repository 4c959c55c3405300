import type { StackFrame } from '../model/test-run.js';

/**
 * Reads one line of a stack trace; undefined when it is none. Grammars: V8 (`at fn (file:1:2)`, `at async file:1:2`, `at new X (...)`), Firefox
 * and Safari (`fn@url:1:2`), Vitest (`❯ fn file:1:2`), CPython (`File "x.py", line 3, in fn`), pytest (`x.py:3: in fn`, `x.py:3: TypeError`) and
 * the JVM (`at pkg.Type.method(Type.java:3)`).
 */
export function parseFrame(line: string): StackFrame | undefined {
  const text = line.trim();
  return parseV8(text) ?? parsePython(text) ?? parseJvm(text) ?? parseArrow(text) ?? parseGecko(text);
}

/** All frames among the lines of a text, in the order of the text. */
export function parseFrames(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of text.split('\n')) {
    // A megabyte of minified code in one line is no frame.
    const frame = line.length > 2000 ? undefined : parseFrame(line);
    if (frame) frames.push(frame);
  }
  return frames;
}

const POSITION = String.raw`:(?<line>\d+)(?::(?<column>\d+))?`;
const V8_CALL = new RegExp(String.raw`^at (?:async )?(?<fn>.+?) \((?:async )?(?<file>(?:[a-z-]+:\/{2,3})?[^()]*?)${POSITION}\)$`);
const V8_BARE = new RegExp(String.raw`^at (?:async )?(?<file>(?:https?:\/\/[^\s\/()]+\/|[a-z-]+:\/{2,3}|node:|[A-Za-z]:[\\/]|\.{0,2}\/)?[^\s():]+(?: [^\s():]+)*)${POSITION}$`);
const PYTHON = /^File "(?<file>[^"]+)", line (?<line>\d+)(?:, in (?<fn>.+))?$/;
const PYTEST = /^(?<file>[^\s:"'][^:"']*\.pyx?):(?<line>\d+): (?:in (?<fn>.+)|(?<type>[A-Za-z_][\w.]*)?)$/;
const JVM = /^at (?<fn>(?:[\w$.@-]+\/+)*[\w$.<>]+)\((?<file>[\w$-]+\.(?:java|kt|scala|groovy)):(?<line>\d+)\)$/;
const ARROW = new RegExp(String.raw`^❯ (?:(?<fn>\S.*?) )?(?<file>(?:[a-z-]+:\/{2,3})?\S+?)${POSITION}$`);
const GECKO = new RegExp(String.raw`^(?<fn>[^@\s]*)@(?<file>\S+?)${POSITION}$`);

function parseV8(text: string): StackFrame | undefined {
  if (!text.startsWith('at ')) return undefined;
  return frameOf(text, V8_CALL.exec(text) ?? V8_BARE.exec(text));
}

function parsePython(text: string): StackFrame | undefined {
  return frameOf(text, PYTHON.exec(text) ?? PYTEST.exec(text));
}

function parseJvm(text: string): StackFrame | undefined {
  return frameOf(text, JVM.exec(text));
}

function parseArrow(text: string): StackFrame | undefined {
  return text.startsWith('❯') ? frameOf(text, ARROW.exec(text)) : undefined;
}

function parseGecko(text: string): StackFrame | undefined {
  return text.includes('@') && /(?:https?|file):\/\/|\.[cm]?[jt]sx?:\d/.test(text) ? frameOf(text, GECKO.exec(text)) : undefined;
}

function frameOf(raw: string, match: RegExpExecArray | null): StackFrame | undefined {
  if (!match?.groups) return undefined;
  const { fn, file, line, column } = match.groups;
  const name = fn?.trim();
  return {
    raw,
    ...(name ? { function: name } : {}),
    ...(file ? { file: cleanFile(file) } : {}),
    ...(line ? { line: Number(line) } : {}),
    ...(column ? { column: Number(column) } : {}),
  };
}

/** Without what bundlers and dev servers wrap around a path: query and hash, `file://`, the origin of a dev server, `webpack://name/./`. */
export function cleanFile(file: string): string {
  const bare = /^[a-z-]+:\/\//.test(file) ? file.replace(/[?#].*$/, '') : file.replace(/\?[^/\\]*$/, '');
  if (bare.startsWith('file://')) return decode(bare.replace(/^file:\/\/(?:localhost)?/, '').replace(/^\/([A-Za-z]:[\\/])/, '$1'));
  return bare
    .replace(/^(?:webpack|webpack-internal|ng|rollup|vite):\/\/\/?(?:[^/]*\/)?(?=\.{1,2}\/|src\/|\.)/, '')
    .replace(/^webpack(?:-internal)?:\/\/\/?/, '')
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/^(?:@fs)\//, '/');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that escapes nothing
  }
}
