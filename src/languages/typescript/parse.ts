import { createRequire } from 'node:module';
import type ts from 'typescript';
import type { ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';

let compiler: typeof ts | undefined;

/** Loads the compiler: by `require`, because reading the names of its CommonJS exports by ESM import costs two to three times as much. */
export function loadCompiler(): typeof ts {
  compiler ??= createRequire(import.meta.url)('typescript') as typeof ts;
  return compiler;
}

export interface Parsed {
  sourceFile: ts.SourceFile;
  errors: ParseError[];
}

/** Parses TypeScript or JavaScript. Always returns a tree; syntax errors are in `errors`. */
export function parse(path: string, text: string): Parsed {
  const ts = loadCompiler();
  const sourceFile = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(ts, path));
  // JavaScript with Flow or decorators in odd places yields diagnostics too; they are honest: the tree has holes there.
  const diagnostics = (sourceFile as unknown as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics ?? [];
  const errors = diagnostics.slice(0, 20).map((diagnostic) => ({
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
    span: spanAt(sourceFile, diagnostic.start, diagnostic.start + diagnostic.length),
  }));
  return { sourceFile, errors };
}

export function spanAt(sourceFile: ts.SourceFile, start: number, end: number): Span {
  const from = sourceFile.getLineAndCharacterOfPosition(start);
  const to = sourceFile.getLineAndCharacterOfPosition(end);
  return [from.line + 1, from.character + 1, to.line + 1, to.character + 1];
}

function scriptKind(typescript: typeof ts, path: string): ts.ScriptKind {
  if (/\.tsx$/.test(path)) return typescript.ScriptKind.TSX;
  if (/\.[cm]?ts$/.test(path)) return typescript.ScriptKind.TS;
  return typescript.ScriptKind.JSX; // plain JavaScript often holds JSX
}
