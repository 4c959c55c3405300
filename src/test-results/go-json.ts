import { z } from 'zod';
import type { FailureError, StackFrame, TestStatus } from '../model/test-run.js';
import { shorten } from './error-text.js';
import { testResult, type ParsedReport, type TestDraft } from './report.js';
import { definedOnly } from '../util/defined-only.js';

const eventSchema = z.looseObject({
  Time: z.string().optional(), Action: z.string(), Package: z.string().optional(), ImportPath: z.string().optional(), Test: z.string().optional(),
  Output: z.string().optional(), Elapsed: z.number().optional(), FailedBuild: z.string().optional(),
});

interface Running {
  package: string;
  test: string | undefined;
  output: string[];
  status?: TestStatus;
  durationMs?: number | undefined;
  /** A test that has subtests failed because one of them did. */
  hasChildren: boolean;
}

/** Reads `go test -json`: one event a line, the output of each test gathered by package and name. */
export function parseGoJson(text: string): ParsedReport {
  const entries = new Map<string, Running>();
  const warnings: string[] = [];
  let unread = 0;
  let lastLine = '';
  let startedAt: string | undefined;
  for (const line of lines(text)) {
    if (line.trim() === '') continue;
    lastLine = line;
    const event = eventOf(line);
    if (!event) {
      unread++;
      continue;
    }
    startedAt ??= event.Time;
    const packageName = event.Package ?? event.ImportPath?.replace(/ \[.*$/, '') ?? '';
    const key = `${packageName}\0${event.Test ?? ''}`;
    let entry = entries.get(key);
    if (!entry) {
      entry = { package: packageName, test: event.Test, output: [], hasChildren: false };
      entries.set(key, entry);
      const parent = event.Test === undefined || !event.Test.includes('/') ? undefined : entries.get(`${packageName}\0${event.Test.slice(0, event.Test.lastIndexOf('/'))}`);
      if (parent) parent.hasChildren = true;
    }
    if (event.Output !== undefined) entry.output.push(event.Output);
    if (event.Action === 'pass' || event.Action === 'fail' || event.Action === 'skip' || event.Action === 'build-fail') {
      entry.status = event.Action === 'pass' ? 'passed' : event.Action === 'skip' ? 'skipped' : event.Action === 'build-fail' ? 'errored' : 'failed';
      entry.durationMs = event.Elapsed === undefined ? undefined : Math.round(event.Elapsed * 1000);
    }
  }
  const all = [...entries.values()];
  const truncated = !lastLine.trimEnd().endsWith('}') || all.some(({ status, test }) => status === undefined && test !== undefined);
  if (unread > 0) warnings.push(`${unread} lines are no events of go test.`);
  return {
    source: { format: 'go-json', tool: 'go', declared: {}, losses: ['Frames of assertions have no folder; it is rebuilt from the package.', 'Retries are not listed.'], truncated, warnings },
    results: draftsOf(all).map(testResult),
    ...definedOnly({ startedAt }),
  };
}

function* lines(text: string): Iterable<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  if (start < text.length) yield text.slice(start);
}

function eventOf(line: string): z.infer<typeof eventSchema> | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // compilers print between the events; the caller counts it
  }
}

function draftsOf(entries: readonly Running[]): TestDraft[] {
  const modulePrefix = commonPackage(entries.map((entry) => entry.package));
  const failing = new Set(entries.filter(({ test, status }) => test !== undefined && (status === 'failed' || status === undefined)).map((entry) => entry.package));
  const broken = new Set(entries.filter(({ status }) => status === 'errored').map((entry) => entry.package));
  return entries.flatMap((entry): TestDraft[] => {
    const folder = entry.package.slice(modulePrefix.length).replace(/^\//, '');
    const text = shorten(entry.output.join(''));
    if (entry.test === undefined) {
      // A package fails with its tests; by itself it failed to build, or panicked outside of a test.
      if (entry.status !== 'failed' && entry.status !== 'errored') return [];
      if (failing.has(entry.package) || (entry.status === 'failed' && broken.has(entry.package) && text.trim() === '')) return [];
      const error = goError(text, folder);
      return [{ title: entry.package, suite: [], file: error.frames[0]?.file, kind: 'load', attempts: [{ status: 'errored', errors: [error] }] }];
    }
    // A parent repeats its subtests unless it says something of its own.
    const error = goError(text, folder);
    if (entry.hasChildren && entry.status === 'failed' && error.frames.length === 0 && error.message === '') return [];
    const parts = entry.test.split('/');
    const failed = entry.status === 'failed' || (entry.status === undefined && /panic:|--- FAIL/.test(text));
    const status: TestStatus = entry.status ?? (failed ? 'failed' : 'not-run');
    const file = error.frames.find((frame) => frame.file?.endsWith('_test.go'));
    return [{
      title: parts.at(-1)!, suite: [entry.package, ...parts.slice(0, -1)], file: failed ? file?.file : undefined, durationMs: entry.durationMs,
      attempts: [{ status, errors: failed ? [error] : [], ...definedOnly({ durationMs: entry.durationMs }) }],
    }];
  });
}

/** The packages' common beginning by path segment: the module, where the report shows more than one package. */
function commonPackage(packages: readonly string[]): string {
  const names = [...new Set(packages)].filter((name) => name !== '');
  // One package does not show where the module ends; a host with owner and name is the usual one.
  if (names.length <= 1) return /^[\w-]+(?:\.[\w-]+)+\/[^/]+\/[^/]+/.exec(names[0] ?? '')?.[0] ?? '';
  const [first = [], ...rest] = names.map((name) => name.split('/'));
  let length = first.length;
  for (const parts of rest) while (length > 0 && parts.slice(0, length).join('/') !== first.slice(0, length).join('/')) length--;
  return first.slice(0, length).join('/');
}

const NOISE = /^(?:=== (?:RUN|PAUSE|CONT|NAME)\b|\s*--- (?:FAIL|PASS|SKIP): |FAIL\b|PASS$|exit status \d+|ok\s)/;

/** `    cart_test.go:12: message`, testify's `Error Trace:` table, panics with goroutine stacks, compiler errors. */
function goError(text: string, folder: string): FailureError {
  const own: string[] = [];
  const frames: StackFrame[] = [];
  const panic = /^panic: (?<message>.*?)(?: \[recovered\].*)?$/m.exec(text)?.groups?.['message'];
  const all = text.split('\n');
  for (const [index, line] of all.entries()) {
    if (NOISE.test(line) || line.trim() === '') continue;
    const place = /^\s*(?:Error Trace:\s*)?(?<file>[^\s:]+\.go):(?<line>\d+)(?::(?<column>\d+))?(?:: ?(?<rest>.*)| \+0x[0-9a-f]+)?$/.exec(line)?.groups;
    if (place) {
      const file = place['file']!.replace(/^\.\//, '');
      const before = all[index - 1]?.trim() ?? '';
      frames.push({
        raw: line.trim(), ...(/\(.*\)$/.test(before) && / \+0x/.test(line) ? { function: before.replace(/\([^()]*\)$/, '') } : {}),
        file: file.includes('/') || folder === '' ? file : `${folder}/${file}`, line: Number(place['line']), ...(place['column'] === undefined ? {} : { column: Number(place['column']) }),
      });
      if (place['rest']) own.push(place['rest']);
    } else if (panic === undefined) own.push(line.trim());
  }
  const user = frames.filter(({ file }) => !/(?:^|\/)(?:runtime|testing)\/[\w.]+\.go$/.test(file ?? ''));
  const message = panic ?? own.join('\n').trim();
  const stated = /^\s*expected\s*: (?<expected>.*)\n\s*actual\s*: (?<actual>.*)$/m.exec(text)?.groups;
  return {
    ...(panic === undefined ? {} : { type: 'panic' }), message,
    ...definedOnly({ expected: stated?.['expected'] ?? /\bwant(?:ed)? (?<value>.+?)(?:$|[,;])/.exec(message)?.[1], received: stated?.['actual'] ?? /\bgot (?<value>.+?)(?:$|[,;])/.exec(message)?.[1] }),
    frames: user.length > 0 ? user : frames, causes: [], raw: text,
  } as FailureError;
}
