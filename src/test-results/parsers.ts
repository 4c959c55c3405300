import type { Format } from './detect-format.js';
import { parseJestJson } from './jest-json.js';
import { parseJUnit } from './junit.js';
import { parseMochaJson } from './mocha-json.js';
import { parsePlaywrightJson } from './playwright-json.js';
import { parsePytestTerminal } from './pytest-terminal.js';
import type { ParsedReport } from './report.js';
import { parseTap } from './tap.js';

/** The parser of each format. `value` is the document, for formats of one. */
export const parsers: Partial<Readonly<Record<Format, (text: string, value: unknown) => ParsedReport>>> = {
  'jest-json': (_text, value) => parseJestJson(value),
  junit: (text) => parseJUnit(text),
  'mocha-json': (_text, value) => parseMochaJson(value),
  'playwright-json': (_text, value) => parsePlaywrightJson(value),
  'pytest-terminal': (text) => parsePytestTerminal(text),
  tap: (text) => parseTap(text),
};
