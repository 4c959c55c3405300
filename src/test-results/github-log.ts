import { parseErrorText } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';
import { plainText } from './terminal-lines.js';

const STAMP = /^\ufeff?(?:(?<job>[^\t\n]*)\t(?<step>[^\t\n]*)\t)?\ufeff?\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z ?/;

/** The step of a workflow that printed `text`, timestamps and colour gone. */
export interface LogStep {
  name: string;
  text: string;
}

/** Takes a GitHub Actions log apart into its steps; every step may hold a report of its own. */
export function logSteps(text: string): LogStep[] {
  const steps: { name: string; lines: string[] }[] = [];
  for (const raw of text.split('\n')) {
    const stamp = STAMP.exec(raw);
    const line = plainText(raw.slice(stamp?.[0].length ?? 0)).replace(/\r$/, '');
    const step = stamp?.groups?.['step'];
    const run = step === undefined ? /^##\[group\]Run (?<command>.*)$/.exec(line)?.groups?.['command'] : undefined;
    if (steps.length === 0 || (step !== undefined && step !== steps.at(-1)!.name) || run !== undefined) steps.push({ name: step ?? run ?? 'log', lines: [] });
    if (!/^##\[(?:group|endgroup|debug|command)\]/.test(line)) steps.at(-1)!.lines.push(line.replace(/^##\[error\](?=(?:Error: )?Process completed)/, ''));
  }
  return steps.map(({ name, lines }) => ({ name, text: lines.join('\n') }));
}

/** What is left of a log without a report in it: annotations (`::error file=...::`, `##[error]`) and the exit code. */
export function parseGithubLog(text: string): ParsedReport {
  const drafts: TestDraft[] = [];
  const seen = new Set<string>();
  let exit: string | undefined;
  for (const { text: inner } of logSteps(text)) {
    for (const line of inner.split('\n')) {
      exit ??= /Process completed with exit code (?<code>[1-9]\d*)/.exec(line)?.groups?.['code'];
      const annotation = /^\s*(?:::error(?: (?<options>[^:]*(?::(?!:)[^:]*)*))?::|##\[error\])(?<message>.*)$/.exec(line)?.groups;
      if (!annotation || seen.has(line)) continue;
      seen.add(line);
      const options = Object.fromEntries((annotation['options'] ?? '').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), unescape(pair.slice(pair.indexOf('=') + 1))] as const));
      const message = unescape(annotation['message']!);
      const error = parseErrorText(message);
      const [file, at] = [options['file'], Number(options['line'])];
      const frame = file === undefined || error.frames.length > 0 ? [] : [{ raw: `${file}:${options['line'] ?? 1}`, file, ...(Number.isInteger(at) && at > 0 ? { line: at } : {}) }];
      drafts.push({
        title: options['title'] ?? message.split('\n')[0]!, suite: [], file, ...(Number.isInteger(at) && at > 0 ? { line: at } : {}), kind: 'run',
        attempts: [{ status: 'errored', errors: [{ ...error, frames: [...frame, ...error.frames] }] }],
      });
    }
  }
  return {
    source: {
      format: 'github-log', declared: {}, losses: ['No test report was recognised in the log; only annotations were read.'], truncated: false,
      warnings: exit === undefined ? [] : [`A step ended with exit code ${exit}.`], ...definedOnly({}),
    },
    results: drafts.map(testResult),
  };
}

/** Data of workflow commands is percent-encoded. */
function unescape(text: string): string {
  return text.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%');
}
