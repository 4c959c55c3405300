import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const OPEN = /^(?<indent> *)▶ (?<title>.*?)(?: \((?<ms>[\d.]+)ms\))?$/;
const POINT = /^(?<indent> *)(?<mark>[✔✖﹣⚠]) (?<title>.*?)(?: \((?<ms>[\d.]+)ms\))?(?: # (?<directive>SKIP|TODO).*)?$/i;
const COUNT = /^ℹ (?<word>tests|pass|fail|cancelled|skipped|todo) (?<count>\d+)$/;
const PLACE = /^test at (?<file>.*?):(?<line>\d+):\d+$/;

/** Reads what the `spec` reporter of node:test prints: the tree of titles, and the failures again with their places and errors. */
export function parseNodeTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const counts: Record<string, number> = {};
  const drafts: TestDraft[] = [];
  const open: { indent: number; title: string }[] = [];
  /** Suites that failed, by title: a failing hook is told under the title of its suite alone. */
  const failedSuites = new Map<string, string[]>();
  let index = 0;
  for (; index < lines.length && lines[index] !== '✖ failing tests:'; index++) {
    const line = lines[index]!;
    const count = COUNT.exec(line)?.groups;
    if (count) counts[count['word']!] = Number(count['count']);
    const opened = OPEN.exec(line)?.groups;
    const point = opened ? undefined : POINT.exec(line)?.groups;
    const indent = (opened ?? point)?.['indent']?.length;
    if (indent === undefined) continue;
    while (open.length > 0 && open.at(-1)!.indent > indent) open.pop();
    if (opened) {
      while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
      open.push({ indent, title: opened['title']! });
      continue;
    }
    const title = point!['title']!;
    if (open.at(-1)?.indent === indent && open.at(-1)?.title === title) {
      open.pop();
      if (point!['mark'] === '✖') failedSuites.set(title, open.map((suite) => suite.title));
      continue;
    }
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    drafts.push(draftOf(title, open.map((suite) => suite.title), point!));
  }
  const waiting = new Map<string, TestDraft[]>();
  for (const draft of drafts) {
    if (draft.attempts[0]!.status !== 'failed') continue;
    const same = waiting.get(draft.title);
    if (same) same.push(draft);
    else waiting.set(draft.title, [draft]);
  }
  for (const { title, file, line, body } of failuresIn(lines.slice(index + 1))) {
    // Node's own errors are printed as quoted texts.
    const error = parseErrorText(body.replace(/^\s*'((?:[^'\\\n]|\\.)*)'\s*$/, '$1'));
    let draft = waiting.get(title)?.shift();
    if (!draft) {
      // A suite is repeated here when a hook of it failed, and also merely because of its tests.
      if (/^\s*'?\d+ subtests? failed/.test(body)) continue;
      draft = { title, suite: failedSuites.get(title) ?? [], attempts: [], kind: 'hook' };
      drafts.push(draft);
    }
    Object.assign(draft, definedOnly({ file, line }));
    // A file that does not load fails as a test that is called like the file.
    if (file !== undefined && (title === file || title.endsWith(`/${file}`))) draft.kind = 'load';
    draft.attempts = [{ status: 'failed', errors: [error], ...definedOnly({ durationMs: draft.durationMs }) }];
  }
  const complete = counts['tests'] !== undefined;
  const unexplained = [...waiting.values()].some((left) => left.length > 0);
  return {
    source: {
      format: 'node-terminal', tool: 'node:test',
      declared: definedOnly({
        tests: counts['tests'], passed: counts['pass'], failed: sum(counts['fail'], counts['cancelled']), skipped: sum(counts['skipped'], counts['todo']),
      }),
      losses: ['Files of tests that passed are not named.'], truncated: !complete || unexplained,
      warnings: complete ? (unexplained ? ['A failed test has no error below: the output was cut off.'] : []) : ['The closing counts are missing: the output was cut off.'],
    },
    results: drafts.map(testResult),
  };
}

function draftOf(title: string, suite: readonly string[], point: Record<string, string | undefined>): TestDraft {
  const directive = point['directive']?.toUpperCase();
  const status: TestStatus = directive === 'SKIP' || point['mark'] === '﹣' ? 'skipped' : directive === 'TODO' || point['mark'] === '⚠' ? 'todo' : point['mark'] === '✖' ? 'failed' : 'passed';
  const durationMs = point['ms'] === undefined ? undefined : Number(point['ms']);
  return { title, suite, durationMs, attempts: [{ status, errors: [], ...definedOnly({ durationMs }) }] };
}

function failuresIn(lines: readonly string[]): { title: string; file: string | undefined; line: number | undefined; body: string }[] {
  const found: { title: string; file: string | undefined; line: number | undefined; body: string[] }[] = [];
  let place: { file: string | undefined; line: number | undefined } = { file: undefined, line: undefined };
  for (const line of lines) {
    const at = PLACE.exec(line)?.groups;
    const head = line.startsWith(' ') ? undefined : POINT.exec(line)?.groups;
    if (at) place = { file: at['file'], line: Number(at['line']) };
    else if (head) {
      found.push({ title: head['title']!, ...place, body: [] });
      place = { file: undefined, line: undefined };
    } else if (line.startsWith('  ') || line.trim() === '') found.at(-1)?.body.push(line);
  }
  return found.map(({ body, ...rest }) => ({ ...rest, body: body.join('\n') }));
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
