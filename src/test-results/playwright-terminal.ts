import type { Attempt, TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const PLACE = String.raw`(?:\[(?<project>[^\]]+)\] › )?(?<file>\S.*?\.[cm]?[jt]sx?):(?<line>\d+):\d+(?: › (?<path>.*?))?`;
const POINT = new RegExp(String.raw`^ *(?<mark>[✘✓×-]|ok|x) +\d+ ${PLACE}(?: \(retry #(?<retry>\d+)\))?(?: \((?<time>[\d.]+)(?<unit>ms|s|m)\))?$`);
const BLOCK = new RegExp(String.raw`^ {2}\d+\) ${PLACE} ?[─\ufffd]*$`);
const CLOSING = /^ {2}(?<count>\d+) (?<word>passed|failed|flaky|skipped|did not run|interrupted)\b/;
const SECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Reads what Playwright's `list`, `line` and `dot` reporters print: one line per attempt where listed, failures with all their retries below. */
export function parsePlaywrightTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const listed = new Map<string, { place: Record<string, string | undefined>; attempts: { status: TestStatus; durationMs?: number | undefined }[] }>();
  const blocks = new Map<string, { place: Record<string, string | undefined>; body: string[] }>();
  const counts: Record<string, number> = {};
  let announced: number | undefined;
  let block: { body: string[] } | undefined;
  const lead: string[] = [];
  for (const line of lines) {
    const running = /^Running (?<count>\d+) tests? using/.exec(line)?.groups?.['count'];
    if (running !== undefined) announced = (announced ?? 0) + Number(running);
    const head = BLOCK.exec(line)?.groups;
    const closing = head ? undefined : CLOSING.exec(line)?.groups;
    const point = head ?? closing ? undefined : POINT.exec(line)?.groups;
    if (head) {
      const known = blocks.get(keyOf(head));
      block = known ?? { body: [] };
      if (!known) blocks.set(keyOf(head), { place: head, body: block.body });
    } else if (closing) {
      block = undefined;
      counts[closing['word']!] = Number(closing['count']);
    } else if (point) {
      block = undefined;
      const key = keyOf(point);
      const entry = listed.get(key) ?? { place: point, attempts: [] };
      const status: TestStatus = /^[✓]|ok/.test(point['mark']!) ? 'passed' : point['mark'] === '-' ? 'skipped' : 'failed';
      entry.attempts.push({ status, durationMs: point['time'] === undefined ? undefined : Number(point['time']) * SECONDS[point['unit']!]! });
      listed.set(key, entry);
    } else if (block) block.body.push(line);
    else if (listed.size === 0 && announced === undefined) lead.push(line);
  }
  const complete = Object.keys(counts).length > 0;
  const drafts: TestDraft[] = [];
  for (const [key, { place, attempts }] of listed) drafts.push(draftOf(place, attemptsOf(attempts, blocks.get(key)?.body), complete && !blocks.has(key)));
  // The line and dot reporters list nothing.
  for (const [key, { place, body }] of blocks) if (!listed.has(key)) drafts.push(draftOf(place, attemptsOf([], body), false));
  const load = announced === undefined && listed.size === 0 && blocks.size === 0 ? loadDraft(lead.join('\n')) : undefined;
  return {
    source: {
      format: 'playwright-terminal', tool: 'playwright',
      declared: definedOnly({
        tests: announced, passed: complete ? (counts['passed'] ?? 0) + (counts['flaky'] ?? 0) : undefined, failed: complete ? counts['failed'] ?? 0 : undefined,
        skipped: complete ? (counts['skipped'] ?? 0) + (counts['did not run'] ?? 0) : undefined,
      }),
      losses: [...(listed.size === 0 ? ['Tests that passed are not named.'] : []), 'Errors that passed through no test file have no stack.'], truncated: !complete && !load,
      warnings: complete || load ? [] : ['The closing counts are missing: the output was cut off.'],
    },
    results: [...(load ? [load] : []), ...drafts].map(testResult),
    partial: true,
    signs: load ? [{ sign: 'nothing-loaded', message: 'A test file did not load, and no test ran.', weight: 'strong' }] : [],
  };
}

function keyOf(place: Record<string, string | undefined>): string {
  return `${place['project'] ?? ''}\0${place['file']!}:${place['line']!}\0${place['path'] ?? ''}`;
}

function draftOf(place: Record<string, string | undefined>, attempts: Attempt[], unexplained: boolean): TestDraft {
  const path = (place['path'] ?? '').split(' › ');
  // A failure that the tool does not list among its failures was expected.
  const expected = unexplained && attempts.length > 0 && attempts.every(({ status }) => status === 'failed');
  return {
    title: path.at(-1)!, suite: path.slice(0, -1), file: place['file'], line: Number(place['line']), project: place['project'], durationMs: attempts.at(-1)?.durationMs, attempts,
    ...(expected ? { status: 'xfailed' as const } : {}),
  };
}

/** Attempts as listed, with the errors that the block tells for each, in order. */
function attemptsOf(listed: readonly { status: TestStatus; durationMs?: number | undefined }[], body: readonly string[] | undefined): Attempt[] {
  const told = body === undefined ? [] : body.join('\n').split(/^ *Retry #\d+ [─\ufffd]+.*$/m).map(errorsOf);
  if (listed.length === 0) return told.map((errors) => ({ status: 'failed', errors }));
  let next = 0;
  return listed.map(({ status, durationMs }) => ({ status, errors: status === 'failed' ? told[next++] ?? [] : [], ...definedOnly({ durationMs }) }));
}

/** Soft assertions leave several errors, one below the other, all indented alike. */
function errorsOf(text: string): Attempt['errors'] {
  const kept = text.replace(/^ *(?:attachment #\d+|Error Context: |[─\ufffd]{5,}|\[\[ATTACHMENT|Usage:|npx playwright).*$/gm, '');
  const parts: string[] = [];
  for (const line of kept.split('\n')) {
    const starts = /^ {4}(?:[A-Za-z]*Error\b.*:|Test timeout of )/.test(line);
    if (parts.length === 0 || (starts && /\n\s+at |\n\s*>? *\d+ \|/.test(parts.at(-1)!))) parts.push(line);
    else parts[parts.length - 1] += `\n${line}`;
  }
  return parts.filter((part) => part.trim() !== '').map((part) => parseErrorText(part));
}

/** Nothing was listed: the text is the error for which a file did not load. */
function loadDraft(text: string): TestDraft | undefined {
  const from = text.search(/^\s*\w*Error: /m);
  if (from < 0) return undefined;
  const error = parseErrorText(text.slice(from));
  const short = /^ {3}at (?<file>\S+\.[cm]?[jt]sx?):(?<line>\d+)$/m.exec(text)?.groups?.['file'];
  const file = error.frames.find((frame) => short !== undefined && frame.file?.endsWith(short) && frame.file !== short)?.file ?? short;
  return { title: file ?? 'the run', suite: [], file, kind: file === undefined ? 'run' : 'load', attempts: [{ status: 'errored', errors: [error] }] };
}
