import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { terminalLines } from './terminal-lines.js';

const POINT = /^(?<indent> +)(?:(?<passed>[✓✔√])|(?<pending>-)|(?<number>\d+)\)) (?<title>.*?)(?: \((?<ms>\d+)ms\))?$/;
const COUNT = /^ +(?<count>\d+) (?<word>passing|failing|pending)\b/;
const FAILURE = /^ {1,3}(?<number>\d+)\) (?<title>.*)$/;

/** Reads what Mocha's `spec` reporter prints: the tree of titles, then each failure under its number. */
export function parseMochaTerminal(text: string): ParsedReport {
  const lines = terminalLines(text);
  const counts: Record<string, number> = {};
  const open: { indent: number; title: string }[] = [];
  const drafts: TestDraft[] = [];
  const failing = new Map<string, TestDraft>();
  let index = 0;
  for (; index < lines.length; index++) {
    const line = lines[index]!;
    const count = COUNT.exec(line)?.groups;
    if (count) break;
    const point = POINT.exec(line)?.groups;
    const indent = line.length - line.trimStart().length;
    if (line.trim() === '') continue;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    if (!point) {
      // Suites are indented by two blanks and one level deeper than their parent; what tests print mostly begins at the margin.
      if (indent >= 2) open.push({ indent, title: line.trim() });
      continue;
    }
    const status = point['passed'] !== undefined ? 'passed' as const : point['pending'] !== undefined ? 'skipped' as const : 'failed' as const;
    const durationMs = point['ms'] === undefined ? undefined : Number(point['ms']);
    const draft: TestDraft = { title: point['title']!, suite: open.map(({ title }) => title), durationMs, attempts: [{ status, errors: [], ...definedOnly({ durationMs }) }], ...kindOf(point['title']!) };
    drafts.push(draft);
    if (point['number'] !== undefined) failing.set(point['number'], draft);
  }
  for (; index < lines.length; index++) {
    const count = COUNT.exec(lines[index]!)?.groups;
    if (count) counts[count['word']!] = Number(count['count']);
    else if (FAILURE.test(lines[index]!)) break;
  }
  const described = failuresIn(lines.slice(index));
  for (const { number, path, body } of described) {
    const error = parseErrorText(body);
    const file = error.frames.find(({ function: name }) => name?.startsWith('Context.'))?.file;
    let draft = failing.get(number);
    if (!draft) {
      draft = { title: path.at(-1) ?? '', suite: path.slice(0, -1), attempts: [], ...kindOf(path.at(-1) ?? '') };
      drafts.push(draft);
    }
    // The failure's own head tells suites from lines that a test happened to print.
    if (path.length > 0) Object.assign(draft, { title: path.at(-1), suite: path.slice(0, -1) });
    draft.attempts = [{ status: 'failed', errors: [error], ...definedOnly({ durationMs: draft.durationMs }) }];
    draft.file = file;
  }
  const { passing, failing: failed, pending } = counts;
  const complete = passing !== undefined || failed !== undefined;
  return {
    source: {
      format: 'mocha-terminal', tool: 'mocha',
      declared: definedOnly({ tests: complete ? (passing ?? 0) + (failed ?? 0) + (pending ?? 0) : undefined, passed: passing, failed, skipped: pending }),
      losses: ['Test files are not named but in stack frames.', 'Tests under a failed hook are missing.'], truncated: !complete || described.length < (failed ?? 0),
      warnings: complete ? [] : ['The closing counts are missing: the output was cut off.'],
    },
    results: drafts.map(testResult),
  };
}

function kindOf(title: string): Pick<TestDraft, 'kind'> {
  return { kind: /^"(?:before|after)(?: all| each)" hook/.test(title) ? 'hook' : 'test' };
}

/** `  2) cart`, the titles below it one per line, each deeper, the last with a colon; then the error. */
function failuresIn(lines: readonly string[]): { number: string; path: string[]; body: string }[] {
  const found: { number: string; path: string[]; body: string }[] = [];
  for (let index = 0; index < lines.length; index++) {
    const head = FAILURE.exec(lines[index]!)?.groups;
    if (!head || Number(head['number']) !== found.length + 1) continue;
    const path = [head['title']!];
    while (!path.at(-1)!.endsWith(':') && index + 1 < lines.length && /^ {5,}\S/.test(lines[index + 1]!)) path.push(lines[++index]!.trim());
    path[path.length - 1] = path.at(-1)!.replace(/:$/, '');
    const body: string[] = [];
    while (index + 1 < lines.length && Number(FAILURE.exec(lines[index + 1]!)?.groups?.['number'] ?? -1) !== found.length + 2 && !/^npm (?:warn|error|ERR!)/i.test(lines[index + 1]!)) body.push(lines[++index]!);
    found.push({ number: head['number']!, path, body: body.join('\n') });
  }
  return found;
}
