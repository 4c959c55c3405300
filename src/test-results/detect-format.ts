import { stripVTControlCharacters } from 'node:util';

export type Format =
  | 'junit' | 'playwright-json' | 'jest-json' | 'mocha-json' | 'mochawesome' | 'pytest-json' | 'pytest-terminal' | 'tap' | 'go-json' | 'ctrf' | 'allure'
  | 'github-log' | 'markdown-worklog' | 'mocha-terminal' | 'node-terminal' | 'vitest-terminal' | 'jest-terminal' | 'playwright-terminal';

export interface Detected {
  format: Format;
  /** The JSON document, for formats of one. */
  value?: unknown;
}

/** As much of a text as is looked at to tell text formats. */
const HEAD = 64 * 1024;

/** Tells the format of a report by its content; the name of the file decides nothing. Undefined: no report of a known kind. */
export function detectFormat(text: string): Detected | undefined {
  const head = text.slice(0, HEAD).replace(/^\ufeff/, '');
  const trimmed = head.trimStart();
  if (trimmed.startsWith('{') || trimmed.startsWith('[') || /^\{\s*$/m.test(head)) {
    const json = detectJson(text);
    if (json) return json;
  }
  if (/<(?:testsuites?)[\s>/]/.test(head)) return { format: 'junit' };
  const plain = stripVTControlCharacters(head);
  for (const { format, pattern, least = 1 } of TEXTS) {
    if ((plain.match(pattern)?.length ?? 0) >= least) return { format };
  }
  // Closing lines may be all that tells a long log.
  const tail = stripVTControlCharacters(text.slice(-HEAD));
  const late = TEXTS.find(({ pattern, least = 1 }) => (tail.match(pattern)?.length ?? 0) >= least);
  return late ? { format: late.format } : undefined;
}

const TEXTS: readonly { format: Format; pattern: RegExp; least?: number }[] = [
  { format: 'github-log', pattern: /^(?:.*\t)?\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z /gm, least: 3 },
  { format: 'pytest-terminal', pattern: /^=+ (?:test session starts|FAILURES|ERRORS|short test summary info|no tests ran|\d+ (?:passed|failed|error|skipped)).*=+$/gm },
  { format: 'tap', pattern: /^TAP version \d+$|^ *(?:not )?ok \d+\b/gm },
  { format: 'playwright-terminal', pattern: /^ *(?:[✘✓×-]|ok|x) +\d+ (?:\[[^\]]+\] )?› .+:\d+:\d+ › |^Running \d+ tests? using \d+ workers?/gm },
  { format: 'vitest-terminal', pattern: /^ *RUN +v\d+\.\d+|^ *(?:FAIL|❯) +\S+\.[cm]?[jt]sx? >|^ *Test Files +\d+/gm },
  { format: 'jest-terminal', pattern: /^(?:FAIL|PASS) \S+\.[cm]?[jt]sx?|^Test Suites: .*total$|^ *● .+ › /gm },
  { format: 'node-terminal', pattern: /^ℹ (?:tests|pass|fail) \d+|^✖ failing tests:|^ *[✔✖] .+ \(\d+(?:\.\d+)?ms\)$/gm },
  { format: 'mocha-terminal', pattern: /^ +\d+ (?:passing|failing) ?(?:\(.*\))?$/gm },
  { format: 'markdown-worklog', pattern: /^#{1,4} .*$/gm, least: 2 },
];

function detectJson(text: string): Detected | undefined {
  const lines = text.trimStart();
  if (/^\{"(?:Time|Action|ImportPath)"/.test(lines)) return { format: 'go-json' };
  const value = parseLoose(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const has = (...keys: string[]): boolean => keys.every((key) => key in value);
  const at = (key: string): Record<string, unknown> | undefined => {
    const inner = (value as Record<string, unknown>)[key];
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
  };
  if ((value as Record<string, unknown>)['reportFormat'] === 'CTRF' || (at('results')?.['tool'] !== undefined && at('results')?.['tests'] !== undefined)) return { format: 'ctrf', value };
  if (has('config', 'suites') && (has('errors') || at('stats')?.['expected'] !== undefined)) return { format: 'playwright-json', value };
  if (has('testResults')) return { format: 'jest-json', value };
  if (has('stats', 'results') && at('stats')?.['suites'] !== undefined) return { format: 'mochawesome', value };
  if (has('stats', 'tests')) return { format: 'mocha-json', value };
  if (has('exitcode', 'tests') || has('collectors')) return { format: 'pytest-json', value };
  if (has('uuid', 'status', 'name')) return { format: 'allure', value };
  return undefined;
}

/** A JSON document, also one that log lines precede or follow. */
function parseLoose(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // Not the whole text: Mocha prints its document after what the tests print.
  }
  for (const match of text.matchAll(/^\{\s*$/gm)) {
    const end = text.lastIndexOf('\n}');
    if (end < match.index) break;
    try {
      return JSON.parse(text.slice(match.index, end + 2));
    } catch {
      // A brace of something else; the next one may be the document's.
    }
  }
  return undefined;
}
