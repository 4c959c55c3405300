import { parseAllure } from './allure.js';
import { parseCtrf } from './ctrf.js';
import type { Format } from './detect-format.js';
import { parseGithubLog } from './github-log.js';
import { parseGoJson } from './go-json.js';
import { parseJestJson } from './jest-json.js';
import { parseJestTerminal } from './jest-terminal.js';
import { parseJUnit } from './junit.js';
import { parseMarkdownWorklog } from './markdown-worklog.js';
import { parseMochaJson } from './mocha-json.js';
import { parseMochaTerminal } from './mocha-terminal.js';
import { parseMochawesome } from './mochawesome.js';
import { parseNodeTerminal } from './node-terminal.js';
import { parsePlaywrightJson } from './playwright-json.js';
import { parsePlaywrightTerminal } from './playwright-terminal.js';
import { parsePytestJson } from './pytest-json.js';
import { parsePytestTerminal } from './pytest-terminal.js';
import type { ParsedReport } from './report.js';
import { parseTap } from './tap.js';
import { parseVitestTerminal } from './vitest-terminal.js';

/** The parser of each format. `value` is the document, for formats of one. */
export const parsers: Readonly<Record<Format, (text: string, value: unknown) => ParsedReport>> = {
  allure: (_text, value) => parseAllure(value),
  ctrf: (_text, value) => parseCtrf(value),
  'github-log': (text) => parseGithubLog(text),
  'go-json': (text) => parseGoJson(text),
  'jest-json': (_text, value) => parseJestJson(value),
  'jest-terminal': (text) => parseJestTerminal(text),
  junit: (text) => parseJUnit(text),
  'markdown-worklog': (text) => parseMarkdownWorklog(text),
  'mocha-json': (_text, value) => parseMochaJson(value),
  'mocha-terminal': (text) => parseMochaTerminal(text),
  mochawesome: (_text, value) => parseMochawesome(value),
  'node-terminal': (text) => parseNodeTerminal(text),
  'playwright-json': (_text, value) => parsePlaywrightJson(value),
  'playwright-terminal': (text) => parsePlaywrightTerminal(text),
  'pytest-json': (_text, value) => parsePytestJson(value),
  'pytest-terminal': (text) => parsePytestTerminal(text),
  tap: (text) => parseTap(text),
  'vitest-terminal': (text) => parseVitestTerminal(text),
};
