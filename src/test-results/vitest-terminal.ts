import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const FILE = String.raw`\S+\.[cm]?[jt]sx?`;
const HEAD = new RegExp(String.raw`^ *FAIL {1,2}(?:\|?(?<project>[^|\s]+)\|? +)?(?<file>${FILE})(?: > (?<path>.*)| \[ .* \])?$`);
const LISTED_FILE = new RegExp(String.raw`^ *[❯✓×↓] +(?:\|(?<project>[^|]+)\| +)?(?<file>${FILE}) +\(\d+ tests?\b.*$`);
const LISTED = /^ {2,}(?<mark>[✓×↓□]) (?<title>.*?)(?: (?<ms>\d+)ms)?$/;
const VERBOSE = new RegExp(String.raw`^ *(?<mark>[✓×↓□]) (?:\|[^|]+\| +)?(?<file>${FILE}) > (?<path>.*?)(?: (?<ms>\d+)ms)?$`);
const RULE = /^⎯{6,}/;
const STATUSES: Readonly<Record<string, TestStatus>> = { '✓': 'passed', '×': 'failed', '↓': 'skipped', '□': 'todo' };

/** Reads what Vitest prints with its default or verbose reporter. */
export function parseVitestTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const drafts: TestDraft[] = [];
  const failed: { title: string; file: string; path: string[]; project: string | undefined; body: string[]; section: string }[] = [];
  let listed: string | undefined;
  let section = '';
  let group: typeof failed = [];
  let declared: ParsedReport['source']['declared'] = {};
  let version: string | undefined;
  let open = false;
  let root: string | undefined;
  for (const line of lines) {
    const titled = /^⎯+ (?<title>Failed (?:Suites|Tests)|Unhandled (?:Errors|Rejections?)) \d* ?⎯+$/.exec(line)?.groups?.['title'];
    if (titled !== undefined) {
      section = titled;
      group = [];
      continue;
    }
    const run = /^ *RUN +v(?<version>\S+)(?: (?<root>\/.*|[A-Z]:.*))?$/.exec(line)?.groups;
    if (run) {
      version ??= run['version'];
      root ??= run['root']?.trim();
    }
    if (RULE.test(line)) {
      group = [];
      open = false;
      continue;
    }
    const head = HEAD.exec(line)?.groups;
    if (head) {
      if (!open) group = [];
      open = true;
      // Failures with one and the same error share it: their heads stand one below the other.
      if (group.some(({ body }) => body.some((part) => part.trim() !== ''))) group = [];
      const path = head['path'] === undefined ? [] : head['path'].split(' > ');
      const entry = { title: path.at(-1) ?? head['file']!, file: head['file']!, path, project: head['project'], body: [], section };
      failed.push(entry);
      group.push(entry);
      continue;
    }
    if (/^ *(?:Test Files|Tests) {2}/.test(line)) group = [];
    const counts = /^ *Tests {2,}(?<counts>.*)$/.exec(line)?.groups?.['counts'];
    if (counts !== undefined) declared = countsIn(counts);
    if (group.length > 0) {
      for (const entry of group) entry.body.push(line);
      continue;
    }
    const file = LISTED_FILE.exec(line)?.groups;
    const verbose = VERBOSE.exec(line)?.groups;
    if (file) listed = file['file'];
    else if (verbose) {
      const path = verbose['path']!.split(' > ');
      drafts.push(draftOf(verbose['mark']!, path.at(-1)!, path.slice(0, -1), verbose['file'], verbose['ms']));
    } else if (listed !== undefined) {
      const point = LISTED.exec(line)?.groups;
      if (point) drafts.push(draftOf(point['mark']!, point['title']!, [], listed, point['ms']));
    }
  }
  const described = new Set(failed.map(({ file, title }) => `${file}\0${title}`));
  const results = [
    ...failed.map(({ title, file, path, project, body, section: under }): TestDraft => {
      const isLoad = path.length === 0;
      return {
        title, suite: path.slice(0, -1), file, project, kind: isLoad ? 'load' : under === 'Failed Suites' ? 'hook' : 'test',
        attempts: [{ status: isLoad ? 'errored' : 'failed', errors: [parseErrorText(body.join('\n'))] }],
      };
    }),
    // A failing test in the list is told below with its suites and its error; without that the output was cut off.
    ...drafts.filter(({ file, title, attempts }) => attempts[0]!.status !== 'failed' || !described.has(`${file ?? ''}\0${title}`)),
  ];
  const complete = declared.tests !== undefined;
  const unexplained = drafts.some(({ file, title, attempts }) => attempts[0]!.status === 'failed' && !described.has(`${file ?? ''}\0${title}`));
  return {
    source: {
      format: 'vitest-terminal', tool: 'vitest', declared, losses: ['Tests of files that passed are not named.', 'Suites of tests that did not fail are not named.', 'Retries are not listed.'],
      truncated: !complete || unexplained,
      warnings: [...(complete ? [] : ['The closing counts are missing: the output was cut off.']), ...(unexplained ? ['A failed test has no error below: the output was cut off.'] : [])],
    },
    results: results.map(testResult),
    partial: true,
    ...definedOnly({ root }),
  };
}

function draftOf(mark: string, title: string, suite: string[], file: string | undefined, ms: string | undefined): TestDraft {
  const durationMs = ms === undefined ? undefined : Number(ms);
  return { title, suite, file, durationMs, attempts: [{ status: STATUSES[mark]!, errors: [], ...definedOnly({ durationMs }) }] };
}

/** `6 failed | 1 passed | 2 skipped | 1 todo (10)`. */
function countsIn(text: string): ParsedReport['source']['declared'] {
  const of = (word: string): number | undefined => {
    const count = new RegExp(String.raw`(\d+) ${word}`).exec(text)?.[1];
    return count === undefined ? undefined : Number(count);
  };
  const [skipped, todo, tests] = [of('skipped'), of('todo'), /\((\d+)\)\s*$/.exec(text)?.[1]];
  return definedOnly({
    tests: tests === undefined ? undefined : Number(tests), passed: of('passed'), failed: of('failed'), skipped: skipped === undefined && todo === undefined ? undefined : (skipped ?? 0) + (todo ?? 0),
  });
}
