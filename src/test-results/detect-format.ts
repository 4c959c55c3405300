import { parseLooseJson, type LooseJson } from './loose-json.js';
import { plainText } from './terminal-lines.js';

export type Format =
  | 'junit' | 'playwright-json' | 'jest-json' | 'mocha-json' | 'mochawesome' | 'pytest-json' | 'pytest-terminal' | 'tap' | 'go-json' | 'ctrf' | 'allure'
  | 'github-log' | 'markdown-worklog' | 'mocha-terminal' | 'node-terminal' | 'vitest-terminal' | 'jest-terminal' | 'playwright-terminal';

export interface Detected {
  format: Format;
  /** The JSON document, for formats of one. */
  json?: LooseJson;
}

/** As much of a text as is looked at to tell text formats. */
const HEAD = 64 * 1024;

/** Tells the format of a report by its content; the name of the file decides nothing. Undefined: no report of a known kind. */
export function detectFormat(text: string): Detected | undefined {
  const head = text.slice(0, HEAD).replace(/^\ufeff/, '');
  const trimmed = head.trimStart();
  if (/^\{"(?:Time|Action|ImportPath)"/m.test(head)) return { format: 'go-json' };
  if (trimmed.startsWith('{') || trimmed.startsWith('[') || /^\{\s*(?:$|"\w+"\s*:)/m.test(head)) {
    const json = detectJson(text);
    if (json) return json;
  }
  if (/<(?:testsuites?)[\s>/]/.test(head)) return { format: 'junit' };
  const plain = plainText(head).replaceAll('\r', '');
  // Closing lines may be all that tells a long log.
  const tail = text.length > HEAD ? plainText(text.slice(-HEAD)).replaceAll('\r', '') : '';
  for (const part of [plain, tail]) {
    const found = TEXTS.find(({ pattern, least = 1 }) => (part.match(pattern)?.length ?? 0) >= least);
    if (found) return { format: found.format };
  }
  return undefined;
}

/** In the order in which they are tried: what prints another format among its own lines comes first. */
const TEXTS: readonly { format: Format; pattern: RegExp; least?: number }[] = [
  { format: 'github-log', pattern: /^(?:[^\t\n]*\t[^\t\n]*\t)?\ufeff?\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z /gm, least: 3 },
  { format: 'pytest-terminal', pattern: /^=+ (?:test session starts|FAILURES|ERRORS|short test summary info|no tests ran|\d+ (?:passed|failed|error|skipped)).*=+$/gm },
  { format: 'vitest-terminal', pattern: /^ *RUN +v\d+\.\d+|^ *FAIL +(?:\|\S+\| +)?\S+\.[cm]?[jt]sx? (?:>|\[)|^ *Test Files {2,}\d+/gm },
  { format: 'tap', pattern: /^TAP version \d+$|^(?:not )?ok \d+(?: |$)/gm },
  { format: 'playwright-terminal', pattern: /^ *(?:[✘✓×-]|ok|x) +\d+ (?:\[[^\]]+\] › )?\S.*:\d+:\d+ › |^Running \d+ tests? using \d+ workers?|^ {2}\d+\) (?:\[[^\]]+\] › )?\S+\.[cm]?[jt]sx?:\d+:\d+ › /gm },
  { format: 'jest-terminal', pattern: /^ ?(?:FAIL|PASS) +\S+\.[cm]?[jt]sx?|^Test Suites: .*total$|^ {2}● .+ › /gm },
  { format: 'node-terminal', pattern: /^ℹ (?:tests|pass|fail) \d+|^✖ failing tests:|^ *[✔✖] .+ \(\d+\.\d+ms\)$|^▶ /gm },
  { format: 'mocha-terminal', pattern: /^ +\d+ (?:passing|failing) ?(?:\(.*\))?$|^ {4,}[✓✔] \S.*$/gm },
  { format: 'playwright-terminal', pattern: /^ {3}at \S+\.[cm]?[jt]sx?:\d+$/gm },
  { format: 'markdown-worklog', pattern: /^[-*\s>]*\**(?:(?:Test |Deployment )?Command|Execution Time|Duration|Results?)(?::\**|\**:)|^#{1,4} .*\b(?:test|suite|E2E|failure)s?\b/gim, least: 2 },
];

function detectJson(text: string): Detected | undefined {
  const json = parseLooseJson(text);
  const value = json?.value;
  if (json === undefined || typeof value !== 'object' || value === null) return undefined;
  const has = (...keys: string[]): boolean => keys.every((key) => key in value);
  const at = (key: string): Record<string, unknown> | undefined => {
    const inner = (value as Record<string, unknown>)[key];
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
  };
  const named = (format: Format): Detected => ({ format, json });
  if ((value as Record<string, unknown>)['reportFormat'] === 'CTRF' || (at('results')?.['tool'] !== undefined && (json.truncated || at('results')?.['tests'] !== undefined))) return named('ctrf');
  if (has('config') && (has('suites') || at('config')?.['rootDir'] !== undefined) && (has('errors') || at('stats')?.['expected'] !== undefined || json.truncated)) return named('playwright-json');
  if (has('testResults') || has('numTotalTests') || (json.truncated && has('numFailedTestSuites'))) return named('jest-json');
  if (has('stats', 'results') || at('stats')?.['testsRegistered'] !== undefined) return named('mochawesome');
  if (has('stats') && (has('tests') || has('failures') || (json.truncated && at('stats')?.['passes'] !== undefined))) return named('mocha-json');
  if (has('exitcode', 'tests') || has('collectors') || has('exitcode', 'root')) return named('pytest-json');
  if (has('uuid') && (has('status') || json.truncated) && ['name', 'historyId', 'statusDetails', 'stage', 'labels'].some((key) => has(key))) return named('allure');
  return undefined;
}
