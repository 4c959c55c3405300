import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const FILE = /^ ?(?<verdict>FAIL|PASS) +(?:(?<project>[^\s./\\]+) +)?(?<file>\S+\.[cm]?[jt]sx?)(?: \(.*\))?$/;
const BLOCK = /^ {2}● (?<title>.*)$/;
const POINT = /^(?<indent> +)(?<mark>[✓✕○✎√×]) (?:(?:skipped|todo) )?(?<title>.*?)(?: \((?<time>[\d.]+) (?<unit>ms|s)\))?$/;
const STATUSES: Readonly<Record<string, TestStatus>> = { '✓': 'passed', '√': 'passed', '✕': 'failed', '×': 'failed', '○': 'skipped', '✎': 'todo' };

/** Reads what Jest prints, verbose or not. */
export function parseJestTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const listed: TestDraft[] = [];
  const blocks = new Map<string, { file: string | undefined; path: string[]; body: string[]; isLoad: boolean }>();
  const open: { indent: number; title: string }[] = [];
  let file: string | undefined;
  let block: { body: string[] } | undefined;
  let counts: string | undefined;
  for (const line of lines) {
    const named = FILE.exec(line)?.groups;
    if (named) {
      file = named['file'];
      block = undefined;
      open.length = 0;
      continue;
    }
    if (/^(?:Test Suites|Tests|Snapshots|Time): {2,}/.test(line) || /^Summary of all failing tests$/.test(line)) {
      block = undefined;
      counts = /^Tests: +(?<counts>.*)$/.exec(line)?.groups?.['counts'] ?? counts;
      continue;
    }
    const head = BLOCK.exec(line)?.groups;
    if (head) {
      const title = head['title']!;
      block = undefined;
      if (title === 'Console') continue;
      const isLoad = title === 'Test suite failed to run';
      const path = isLoad ? [] : title.split(' › ');
      // The summary at the end repeats every failure: the later telling is dropped.
      const key = `${file ?? ''}\0${title}`;
      if (blocks.has(key)) block = { body: [] };
      else {
        const entry = { file, path, body: [], isLoad };
        blocks.set(key, entry);
        block = entry;
      }
      continue;
    }
    if (block) {
      block.body.push(line);
      continue;
    }
    if (file === undefined) continue;
    const indent = line.length - line.trimStart().length;
    const point = POINT.exec(line)?.groups;
    if (line.trim() === '' || indent < 2) continue;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    if (point) listed.push(listedDraft(point, open.map(({ title }) => title), file));
    else open.push({ indent, title: line.trim() });
  }
  const failed = [...blocks.values()].map(({ file: place, path, body, isLoad }): TestDraft => ({
    title: path.at(-1) ?? place ?? 'the run', suite: path.slice(0, -1), file: place, kind: isLoad ? 'load' : 'test',
    attempts: [{ status: isLoad ? 'errored' : 'failed', errors: [parseErrorText(body.join('\n'))] }],
  }));
  const described = new Set(failed.map(({ file: place, suite, title }) => [place, ...suite, title].join('\0')));
  const left = listed.filter(({ file: place, suite, title }) => !described.has([place, ...suite, title].join('\0')));
  const declared = counts === undefined ? {} : countsIn(counts);
  return {
    source: {
      format: 'jest-terminal', tool: 'jest', declared, losses: [...(listed.length === 0 ? ['Tests that passed are not named.'] : []), 'Retries are not listed.'],
      truncated: counts === undefined, warnings: counts === undefined ? ['The closing counts are missing: the output was cut off.'] : [],
    },
    results: [...failed, ...left].map(testResult),
    partial: true,
  };
}

function listedDraft(point: Record<string, string | undefined>, suite: string[], file: string): TestDraft {
  const durationMs = point['time'] === undefined ? undefined : Number(point['time']) * (point['unit'] === 's' ? 1000 : 1);
  return { title: point['title']!, suite, file, durationMs, attempts: [{ status: STATUSES[point['mark']!]!, errors: [], ...definedOnly({ durationMs }) }] };
}

/** `7 failed, 1 skipped, 1 todo, 1 passed, 10 total`. */
function countsIn(text: string): ParsedReport['source']['declared'] {
  const of = (word: string): number | undefined => {
    const count = new RegExp(String.raw`(\d+) ${word}`).exec(text)?.[1];
    return count === undefined ? undefined : Number(count);
  };
  const [skipped, todo] = [of('skipped'), of('todo')];
  return definedOnly({ tests: of('total'), passed: of('passed'), failed: of('failed'), skipped: skipped === undefined && todo === undefined ? undefined : (skipped ?? 0) + (todo ?? 0) });
}
