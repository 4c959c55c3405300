import type { TestStatus } from '../model/test-run.js';
import { parseErrorText } from './error-text.js';
import { numberOf, testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const POINT = /^(?<indent> *)(?<not>not )?ok(?: (?<number>\d+))?(?: -)? ?(?<title>.*?)(?: # (?<directive>(?:SKIP|TODO|time=)[^#]*))?(?: \{)?$/i;
const PLAN = /^(?<indent> *)1\.\.(?<count>\d+)/;
const SUBTEST = /^(?<indent> *)# Subtest: (?<title>.*)$/;
const BAIL = /^\s*Bail out!\s*(?<reason>.*)$/;

/**
 * Reads the Test Anything Protocol, versions 12 to 14: flat (Mocha, Vitest) and nested by four blanks (node:test, where a suite's own point follows
 * its children). Diagnostics come as a YAML block (`---` to `...`) or as indented text.
 */
export function parseTap(text: string): ParsedReport {
  const lines = terminalLines(text);
  const drafts: TestDraft[] = [];
  const warnings: string[] = [];
  const open: { indent: number; title: string }[] = [];
  const plans = new Map<number, number>();
  let points = 0;
  let planned: number | undefined;
  let truncated = false;

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const subtest = SUBTEST.exec(line)?.groups;
    if (subtest) {
      const indent = subtest['indent']!.length;
      while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
      open.push({ indent, title: unescape(subtest['title']!) });
      continue;
    }
    const bail = BAIL.exec(line)?.groups;
    if (bail) {
      warnings.push(`The run bailed out: ${bail['reason']}`);
      drafts.push({ title: 'the run', suite: [], kind: 'run', attempts: [{ status: 'errored', errors: [parseErrorText(bail['reason']!)] }] });
      continue;
    }
    const plan = PLAN.exec(line)?.groups;
    if (plan) {
      plans.set(plan['indent']!.length, Number(plan['count']));
      if (plan['indent'] === '') planned = (planned ?? 0) + Number(plan['count']);
      continue;
    }
    const point = POINT.exec(line)?.groups;
    if (!point) continue;
    const indent = point['indent']!.length;
    if (indent === 0) points++;
    const { text: block, next } = readBlock(lines, index + 1, indent);
    index = next - 1;
    while (open.length > 0 && open.at(-1)!.indent > indent) open.pop();
    const title = unescape(point['title']!);
    const isOwnSubtest = open.at(-1)?.indent === indent && open.at(-1)?.title === title;
    const suite = open.filter((entry) => entry.indent < indent).map((entry) => entry.title);
    if (isOwnSubtest) open.pop();
    const fields = fieldsOf(block);
    // A suite's point repeats what its tests said; it counts only when it failed for a reason of its own.
    if (fields.type === 'suite' && (point['not'] === undefined || fields.failureType === 'subtestsFailed')) continue;
    if (fields.failureType === 'subtestsFailed') continue;
    drafts.push(draftOf(title, suite, point['not'] !== undefined, point['directive'], fields, block));
  }
  if (planned !== undefined && points < planned) {
    truncated = true;
    warnings.push(`The plan says ${planned} tests, ${points} are there.`);
  }
  if (planned === undefined) {
    truncated = true;
    warnings.push('There is no plan: the run was cut off.');
  }
  return {
    source: { format: 'tap', declared: declaredIn(lines) ?? definedOnly({ tests: plans.size > 1 ? undefined : planned }), losses: ['Test files are not named.', 'Retries are not listed.'], truncated, warnings },
    results: drafts.map(testResult),
  };
}

interface Fields {
  type?: string | undefined;
  failureType?: string | undefined;
  error?: string | undefined;
  name?: string | undefined;
  code?: string | undefined;
  stack?: string | undefined;
  expected?: string | undefined;
  actual?: string | undefined;
  location?: string | undefined;
  durationMs?: number | undefined;
}

function draftOf(title: string, suite: readonly string[], failed: boolean, directive: string | undefined, fields: Fields, block: string): TestDraft {
  const status: TestStatus = /^skip/i.test(directive ?? '') ? 'skipped' : /^todo/i.test(directive ?? '') ? 'todo' : failed ? 'failed' : 'passed';
  const place = /^(?<file>.*?):(?<line>\d+):\d+$/.exec(fields.location ?? '')?.groups;
  const durationMs = fields.durationMs ?? timeOf(directive);
  // Vitest names the file first: `tests/cart.ts > cart > adds`.
  const parts = title.split(' > ');
  const hasFile = parts.length > 1 && /\.[cm]?[jt]sx?$/.test(parts[0]!);
  // The point of a whole file fails by itself when the file did not load.
  const isLoad = status === 'failed' && parts.length === 1 && suite.length === 0 && /^\S+[\\/]\S+\.[cm]?[jt]sx?$/.test(title);
  return {
    title: hasFile ? parts.at(-1)! : title, suite: hasFile ? parts.slice(1, -1) : suite, file: hasFile || isLoad ? parts[0] : place?.['file'], line: place ? Number(place['line']) : undefined,
    durationMs, kind: isLoad ? 'load' : /^"?(?:before|after)(?: all| each)"? hook/.test(title) || fields.failureType === 'hookFailed' ? 'hook' : 'test',
    attempts: [{ status, errors: status === 'failed' ? [errorOf(fields, block)] : [], ...definedOnly({ durationMs }) }],
  };
}

function errorOf(fields: Fields, block: string): ReturnType<typeof parseErrorText> {
  if (fields.error === undefined && fields.stack === undefined) return parseErrorText(block);
  const plain = /^(?:testCodeFailure|uncaughtException)$/.test(fields.failureType ?? '') && fields.stack !== undefined ? 'Error' : undefined;
  const head = [fields.name ?? plain, fields.error].filter((part) => part !== undefined && part !== '').join(': ');
  // node:test lists bare frames: `fn (file:1:2)`.
  const stack = (fields.stack ?? '').split('\n').map((line) => (/^\s*at /.test(line) || line.trim() === '' ? line : `    at ${line.trim()}`)).join('\n');
  return { ...parseErrorText(`${head}\n${stack}`, { type: fields.name, message: fields.error, code: fields.code, expected: fields.expected, received: fields.actual }), raw: block };
}

/** The indented lines that belong to a point: a YAML block, or free text up to the next line that is not indented further. */
function readBlock(lines: readonly string[], from: number, indent: number): { text: string; next: number } {
  let index = from;
  const block: string[] = [];
  const isYaml = lines[from]?.trim() === '---';
  for (; index < lines.length; index++) {
    const line = lines[index]!;
    if (isYaml) {
      block.push(line);
      if (line.trim() === '...' && line.length - line.trimStart().length <= indent + 4) {
        index++;
        break;
      }
      continue;
    }
    if (line.trim() === '') {
      block.push(line);
      continue;
    }
    const own = line.length - line.trimStart().length;
    if (own <= indent || POINT.test(line) || SUBTEST.test(line) || PLAN.test(line)) break;
    block.push(line);
  }
  return { text: block.join('\n'), next: index };
}

/** Top-level scalars and `|-` texts of a diagnostic block. Not YAML in full: tools write tabs, bare colons and `Symbol()` into it. */
function fieldsOf(block: string): Fields {
  const fields: Record<string, string> = {};
  const lines = block.split('\n');
  if (lines[0]?.trim() !== '---') return {};
  const base = lines[0].length - lines[0].trimStart().length;
  let inError = false;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    const match = /^(?<indent>\s*)(?<key>[A-Za-z_]+): ?(?<value>.*)$/.exec(line)?.groups;
    if (!match) continue;
    const indent = match['indent']!.length;
    if (indent === base) inError = match['key'] === 'error' && match['value'] === '';
    // Vitest nests name, message and stack under `error:`.
    if (indent !== base && !(inError && indent > base)) continue;
    const key = inError && indent > base && match['key'] === 'message' ? 'error' : match['key']!;
    let value = match['value']!.trim();
    if (/^[|>][-+]?$/.test(value)) {
      const text: string[] = [];
      while (index + 1 < lines.length && (lines[index + 1]!.trim() === '' || lines[index + 1]!.length - lines[index + 1]!.trimStart().length > indent)) text.push(lines[++index]!);
      value = text.map((part) => part.slice(indent + 2)).join('\n').trimEnd();
    } else value = value.replace(/^(['"])([\s\S]*)\1$/, '$2').replace(/\\"/g, '"').replace(/\\n/g, '\n');
    fields[key] ??= value;
  }
  return {
    type: fields['type'], failureType: fields['failureType'], error: fields['error'], name: fields['name'], code: fields['code'] === 'ERR_TEST_FAILURE' ? undefined : fields['code'],
    stack: fields['stack'], expected: fields['expected'], actual: fields['actual'], location: fields['location'], durationMs: numberOf(fields['duration_ms']),
  };
}

function timeOf(directive: string | undefined): number | undefined {
  const match = /^time=(?<number>[\d.]+)(?<unit>ms|s)?/.exec(directive ?? '')?.groups;
  return match ? Number(match['number']) * (match['unit'] === 's' ? 1000 : 1) : undefined;
}

/** `# tests 31`, `# pass 24`, `# fail 7`: what node:test and Mocha print at the end. */
function declaredIn(lines: readonly string[]): ParsedReport['source']['declared'] | undefined {
  const found: Record<string, number> = {};
  for (const line of lines.slice(-20)) {
    const match = /^# (?<key>tests|pass|fail|cancelled|skipped|todo) (?<count>\d+)$/.exec(line.trim())?.groups;
    if (match) found[match['key']!] = Number(match['count']);
  }
  if (found['tests'] === undefined) return undefined;
  return definedOnly({ tests: found['tests'], passed: found['pass'], failed: found['fail'] === undefined ? undefined : found['fail'] + (found['cancelled'] ?? 0), skipped: found['skipped'] === undefined ? undefined : found['skipped'] + (found['todo'] ?? 0) });
}

function unescape(text: string): string {
  return text.replace(/\\([#\\])/g, '$1').trim();
}
