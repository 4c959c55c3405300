import type ts from 'typescript';
import type { Context } from './context.js';

/** Longer types are cut: they are shown to people and compared, and two types equal up to here are equal in practice. */
const MAX_TEXT = 400;

/** A type (or parameter) as written, on one line: comments gone, white space folded, separators of object types made `;`. */
export function typeText(context: Context, node: ts.Node): string {
  const { ts } = context;
  const source = node.getText(context.sourceFile);
  if (PLAIN.test(source)) return source;
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, source);
  let text = '';
  let previous = ts.SyntaxKind.Unknown;
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken && text.length <= MAX_TEXT; token = scanner.scan()) {
    let piece = scanner.getTokenText();
    if (token === ts.SyntaxKind.StringLiteral) piece = JSON.stringify(scanner.getTokenValue());
    // A leading `|` of a union on several lines, and the last separator before a closing brace, mean nothing.
    if ((token === ts.SyntaxKind.BarToken || token === ts.SyntaxKind.AmpersandToken) && (previous === ts.SyntaxKind.Unknown || OPENING.has(text.at(-1)!))) continue;
    if (token === ts.SyntaxKind.CloseBraceToken) text = text.replace(/[;,]$/, '');
    if (token === ts.SyntaxKind.CommaToken && text.endsWith(',')) continue;
    text += spaceBetween(text, piece) + piece;
    previous = token;
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

const PLAIN = /^[\w$.]+(?:<[\w$.]+(?:, [\w$.]+)*>)?(?:\[\])*$/;
const OPENING: ReadonlySet<string> = new Set(['(', '<', '{', '[', ',', ':', '|', '=']);

function spaceBetween(text: string, piece: string): string {
  if (text === '') return '';
  const last = text.at(-1)!;
  if (SPACED.has(piece) || SPACED.has(last) || text.endsWith('=>')) return ' ';
  if (last === ',' || last === ':' || last === ';' || last === '{' || piece === '}') return ' ';
  return WORDS.test(last) && WORDS.test(piece[0]!) ? ' ' : '';
}

const SPACED: ReadonlySet<string> = new Set(['|', '&', '=>', '=', '{']);
const WORDS = /[\w$"'`]/;
