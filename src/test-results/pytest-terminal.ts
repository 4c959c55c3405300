import type { Counts, RunSign, TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { nodePlace } from './node-id.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const SECTION = /^={3,} (?<title>.+?) ={3,}$/;
const BLOCK = /^_{3,} (?<title>.+?) _{3,}$/;
const VERBOSE = /^(?:\[gw\d+\] (?:\[ *\d+%\] )?)?(?<id>\S+\.py(?:::.+?)?) (?<status>PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b/;
const SUMMARY = /^(?<status>FAILED|ERROR|XPASS|XFAIL|SUBFAIL(?:ED)?(?:\([^)]*\))?) (?<id>\S+\.py(?:::(?:[^\s[]|\[.*?\](?= - |$|::))+)*)(?: - (?<message>.*))?$/;
const COUNTS = /(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected)/g;

const STATUSES: Readonly<Record<string, TestStatus>> = { PASSED: 'passed', FAILED: 'failed', ERROR: 'errored', SKIPPED: 'skipped', XFAIL: 'xfailed', XPASS: 'xpassed', SUBFAIL: 'failed', SUBFAILED: 'failed' };

/** Reads what pytest prints, with any `--tb` style, verbose or not, coloured or not, run in parallel or not. */
export function parsePytestTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const sections = sectionsOf(lines);
  const outcomes = new Map<string, { status: TestStatus; message?: string }>();
  const signs: RunSign[] = [];
  let declared: Counts = {};
  let root: string | undefined;

  for (const [index, line] of lines.entries()) {
    const verbose = VERBOSE.exec(line)?.groups;
    if (verbose) outcomes.set(verbose['id']!, { status: STATUSES[verbose['status']!]! });
    const summary = SUMMARY.exec(line)?.groups;
    if (summary) {
      const status = STATUSES[summary['status']!.replace(/\(.*$/, '')]!;
      outcomes.set(summary['id']!, { status, ...definedOnly({ message: summary['message'] }) });
    }
    root ??= /^rootdir: (\S+?),?(?: |$)/.exec(line)?.[1];
    const collected = /^collect(?:ed|ing).*?(\d+) items?/.exec(line)?.[1] ?? /collected (\d+) items?/.exec(line)?.[1];
    if (collected !== undefined) declared = { ...declared, collected: Number(collected) };
    const stopped = /stopping after (\d+) failures/.exec(line)?.[0];
    if (stopped !== undefined) signs.push({ sign: 'stopped-early', message: `The run stopped by itself (${stopped}); what was left did not run.`, line: index + 1, weight: 'strong' });
    const interrupted = /Interrupted: (.+?) !/.exec(line)?.[1];
    if (interrupted !== undefined) signs.push({ sign: 'interrupted', message: `The run was interrupted: ${interrupted}.`, line: index + 1, weight: 'strong' });
  }
  const closing = [...lines].reverse().find((line) => /^=*.*\b(?:passed|failed|errors?|skipped|no tests ran)\b.* in [\d.:]+/.test(line));
  if (closing !== undefined) declared = { ...declared, ...countsIn(closing) };

  const drafts = draftsOf(sections, outcomes);
  for (const [id, outcome] of outcomes) if (!drafts.some((draft) => draft.id === id)) drafts.push({ id, ...draftOf(id, outcome.status, outcome.message) });
  return {
    source: {
      format: 'pytest-terminal', tool: 'pytest', declared,
      losses: outcomes.size > 0 && [...outcomes.values()].some(({ status }) => status === 'passed') ? ['Durations of tests are not given.'] : ['Tests that passed are not named.', 'Durations of tests are not given.'],
      truncated: closing === undefined, warnings: closing === undefined ? ['The closing line is missing: the output was cut off.'] : [],
    },
    results: drafts.map(testResult),
    signs,
    repeats: 'attempts',
    partial: true,
    ...definedOnly({ root }),
  };
}

interface Section {
  title: string;
  blocks: { title: string; lines: string[] }[];
}

/** `=== FAILURES ===` and the `___ title ___` blocks in it. */
function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [{ title: '', blocks: [] }];
  for (const line of lines) {
    const section = SECTION.exec(line)?.groups;
    const block = section ? undefined : BLOCK.exec(line)?.groups;
    if (section) sections.push({ title: section['title']!, blocks: [] });
    else if (block && sections.at(-1)!.title !== '') sections.at(-1)!.blocks.push({ title: block['title']!, lines: [] });
    else sections.at(-1)!.blocks.at(-1)?.lines.push(line);
  }
  return sections;
}

type Draft = TestDraft & { id: string };

function draftsOf(sections: readonly Section[], outcomes: ReadonlyMap<string, { status: TestStatus; message?: string }>): Draft[] {
  const drafts: Draft[] = [];
  const unused = new Map(outcomes);
  for (const section of sections) {
    const isFailure = section.title === 'FAILURES';
    if (!isFailure && section.title !== 'ERRORS') continue;
    for (const block of section.blocks) {
      const body = block.lines.join('\n');
      const phase = /^ERROR (?:at (?<phase>setup|teardown) of|(?<collecting>collecting)) (?<name>.+)$/.exec(block.title)?.groups;
      const name = phase?.['name'] ?? block.title;
      const error = parseErrorText(withoutCaptured(body));
      if (phase?.['collecting'] !== undefined) {
        drafts.push({ id: name, title: name, suite: [], file: name, kind: 'load', attempts: [{ status: 'errored', errors: [error] }] });
        unused.delete(name);
        continue;
      }
      const id = idOf(name, body, unused);
      if (id !== undefined && !/ (?:\[.*\]|\(.*\))$/.test(name)) unused.delete(id);
      const status: TestStatus = isFailure ? 'failed' : 'errored';
      const message = id === undefined ? undefined : outcomes.get(id)?.message;
      const draft = draftOf(id ?? name.replaceAll('.', '::'), status, message, error);
      drafts.push({ id: id ?? name, ...draft, file: draft.file ?? error.frames.at(-1)?.file, kind: phase ? 'hook' : 'test' });
    }
  }
  return drafts;
}

/** The node id whose names a block's title joins by dots (`TestCart.test_total[a/b]`); of several, the one whose file the block names. */
function idOf(name: string, body: string, outcomes: ReadonlyMap<string, unknown>): string | undefined {
  // A subtest adds its arguments: `TestCart.test_total (i=1)`, `[message]`.
  const plain = name.replace(/ (?:\[.*\]|\(.*\))+$/, '');
  const candidates = [...outcomes.keys()].filter((id) => [name, plain].includes(id.slice(id.indexOf('::') + 2).replaceAll('::', '.')));
  return candidates.find((id) => body.includes(`${id.slice(0, id.indexOf('::'))}:`)) ?? candidates[0];
}

function draftOf(id: string, status: TestStatus, message: string | undefined, error?: ReturnType<typeof parseErrorText>): TestDraft {
  const { title, suite, file } = nodePlace(id);
  const failed = status === 'failed' || status === 'errored' || status === 'xpassed';
  const errors = error ? [error] : failed && message !== undefined ? [parseErrorText(message)] : [];
  return { title, suite, file, attempts: [{ status, errors }] };
}

/** Output that pytest captured follows the traceback under ruled titles; it is no part of the error. */
function withoutCaptured(body: string): string {
  return body.split(/^-{5,} Captured .+? -{5,}$/m)[0]!;
}

function countsIn(line: string): Counts {
  const found: Record<string, number> = {};
  for (const [, count, word] of line.matchAll(COUNTS)) found[word!.replace(/^errors$/, 'error')] = Number(count);
  return definedOnly({
    passed: sum(found['passed'], found['xfailed']), failed: sum(found['failed'], found['xpassed']), errored: found['error'], skipped: found['skipped'],
  }) as Counts;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
