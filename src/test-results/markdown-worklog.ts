import type { Counts, StatedFailure, SuiteVerdict } from '../model/test-run.js';
import { type ParsedReport } from './report.js';
import { definedOnly } from '../util/defined-only.js';

type StatedSuite = Omit<SuiteVerdict, 'evidence' | 'reasons' | 'signs'>;

interface Entry {
  suite: StatedSuite;
  findings: { text: string; line: number }[];
}

/** `- **Command:** \`...\`` and its kin: a bold or plain label, a colon, the text. */
const FIELD = /^[\s>]*(?:[-*+]|\d+\.)?\s*\W{0,6}?\s*(?:\*\*|__)?\W{0,6}?(?<label>[A-Za-z][\w #/-]{1,60}?)\s*(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:|:)\s*(?<text>.*)$/;
const HEADING = /^(?<marks>#{1,6})\s+(?<title>.*)$/;
const ISSUE = /\bIssue #(?<number>\d+)\b|\/issues\/(?<linked>\d+)\b/i;

/**
 * Reads a worklog that people or their tools write in Markdown: under headings the commands with duration and results, findings, and issues with
 * their evidence. It states; it proves nothing. Suites and stated failures come out, no test results.
 */
export function parseMarkdownWorklog(text: string): ParsedReport {
  const lines = text.split(/\r?\n/);
  const entries: Entry[] = [];
  const stated: StatedFailure[] = [];
  let heading: { title: string; line: number } = { title: 'worklog', line: 1 };
  let entry: Entry | undefined;
  let problem: { failure: StatedFailure; indent: number } | undefined;
  let inFence = false;
  let startedAt: string | undefined;

  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (/^\s*(?:```|~~~)/.test(line)) inFence = !inFence;
    if (inFence) continue;
    const head = HEADING.exec(line)?.groups;
    if (head) {
      heading = { title: plainTitle(head['title']!), line: number };
      entry = undefined;
      problem = undefined;
      startedAt ??= timeIn(head['title']!);
      continue;
    }
    const indent = line.length - line.trimStart().length;
    if (line.trim() !== '' && problem && indent <= problem.indent) problem = undefined;
    const field = FIELD.exec(line)?.groups;
    const label = field?.['label']?.trim().toLowerCase();
    const value = field?.['text']?.trim() ?? '';
    if (field && problem && /^(?:evidence|error|message|output|symptom|log)s?$/.test(label!)) {
      problem.failure.excerpts.push(...excerptsIn(value, number));
      continue;
    }
    if (field && label === 'command' && codeIn(value) !== undefined) {
      // One heading may hold several commands.
      entry = { suite: { name: heading.title, command: codeIn(value)!, line: number }, findings: [] };
      entries.push(entry);
      continue;
    }
    if (field && entry && /^(?:execution time|duration|time|runtime|elapsed)$/.test(label!)) {
      const durationMs = durationIn(value);
      if (durationMs !== undefined) entry.suite.durationMs = durationMs;
      continue;
    }
    if (field && entry && /^(?:results?|outcome|tests?|summary)$/.test(label!)) {
      const counts = countsIn(value);
      if (Object.keys(counts).length > 0) entry.suite.counts = { ...entry.suite.counts, ...counts };
      const stopped = /stopp?ed after \d+ failures?/i.exec(value)?.[0];
      if (stopped !== undefined) entry.findings.push({ text: stopped, line: number });
      continue;
    }
    if (field && entry && /\b(?:findings?|errors?|failures?)\b/.test(label!)) {
      entry.findings.push({ text: value, line: number });
      continue;
    }
    const issue = ISSUE.exec(line)?.groups;
    // An issue with evidence below it is a stated failure; one that is only named in passing is context.
    if (issue && field && /^issue #\d+$/i.test(label!)) {
      const failure: StatedFailure = { title: linkText(value), issue: `#${issue['number'] ?? issue['linked']!}`, excerpts: [], line: number };
      stated.push(failure);
      problem = { failure, indent };
    }
  }
  const withEvidence = stated.filter(({ excerpts }) => excerpts.length > 0);
  const findings = entries.flatMap(({ suite, findings: own }) => own.filter(({ text: words }) => !/^stopp?ed after/i.test(words)).map((finding): StatedFailure => ({
    title: finding.text, excerpts: [{ text: `${suite.name}: ${finding.text}`, line: finding.line }], line: finding.line,
  })));
  return {
    source: {
      format: 'markdown-worklog', declared: {}, truncated: inFence, warnings: inFence ? ['A code block is not closed.'] : [],
      losses: ['Prose states results; there are no test records, stack traces or single outcomes behind it.'],
    },
    results: [],
    stated: withEvidence.length > 0 ? withEvidence : findings,
    suites: entries.map(({ suite }) => suite),
    signs: entries.flatMap(({ findings: own }) => own.filter(({ text: words }) => /^stopp?ed after/i.test(words)).map(({ text: words, line }) => ({
      sign: 'stopped-early', message: `The run ${words}; what was left did not run.`, line, weight: 'strong' as const,
    }))),
    ...definedOnly({ startedAt }),
  };
}

/** `#### 2.1 Cart Suite ✅ EXECUTED` is `Cart Suite`. */
function plainTitle(title: string): string {
  return title.replace(/[*_`]/g, '').replace(/^\d+(?:\.\d+)*\.?\s+/, '').replace(/\s*[^\x20-\x7e]+(?:\s*[A-Z][A-Z ]*)?\s*$/, '').trim();
}

function codeIn(text: string): string | undefined {
  return /`(?<code>[^`]+)`/.exec(text)?.groups?.['code'];
}

/** `24.50s`, `85.93s (1:25)`, `1m 25s`, `1:25`. */
function durationIn(text: string): number | undefined {
  const parts = /^\W*(?:(?<m>\d+) ?m(?:in(?:utes?)?)?\b ?)?(?:(?<s>\d+(?:\.\d+)?) ?(?<unit>ms|s(?:ec(?:onds?)?)?)\b)?/.exec(text)?.groups;
  if (parts?.['m'] !== undefined || parts?.['s'] !== undefined) {
    const seconds = Number(parts['m'] ?? 0) * 60 + (parts['unit'] === 'ms' ? Number(parts['s']) / 1000 : Number(parts['s'] ?? 0));
    return Math.round(seconds * 1e6) / 1000;
  }
  const clock = /^(?:(?<h>\d+):)?(?<m>\d+):(?<s>\d\d)\b/.exec(text)?.groups;
  return clock ? (Number(clock['h'] ?? 0) * 3600 + Number(clock['m']) * 60 + Number(clock['s'])) * 1000 : undefined;
}

/** `173 tests collected, 10 failed, 10 skipped`. */
function countsIn(text: string): Counts {
  const of = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text)?.groups?.['count'];
    return found === undefined ? undefined : Number(found.replaceAll(',', ''));
  };
  return definedOnly({
    collected: of(/(?<count>\d[\d,]*) (?:tests? )?collected/i), passed: of(/(?<count>\d[\d,]*) (?:tests? )?pass(?:ed|ing)?\b/i),
    // `stopped after 10 failures` says why the run ended; it is the number of failures too.
    failed: of(/(?<count>\d[\d,]*) (?:tests? )?(?:failed|failures?|failing)\b/i), errored: of(/(?<count>\d[\d,]*) errors?\b/i), skipped: of(/(?<count>\d[\d,]*) (?:tests? )?skipped\b/i),
    tests: of(/(?<count>\d[\d,]*) (?:tests|total)\b(?! collected)/i),
  }) as Counts;
}

/** The quoted parts of a piece of evidence; the whole of it, when nothing is quoted. The sentence around is kept first: it says what they are. */
function excerptsIn(text: string, line: number): StatedFailure['excerpts'] {
  const quoted = [...text.matchAll(/`([^`]+)`/g)].map((match) => ({ text: match[1]!, line }));
  return [{ text: text.replaceAll('`', ''), line }, ...quoted];
}

function linkText(text: string): string {
  return (/^\[(?<title>[^\]]+)\]\(/.exec(text)?.groups?.['title'] ?? text.replace(/[*_`]/g, '')).trim();
}

function timeIn(text: string): string | undefined {
  const groups = /(?<day>\d{4}-\d{2}-\d{2})[ T](?<time>\d{2}:\d{2}:\d{2})(?: ?UTC|Z)/.exec(text)?.groups;
  return groups ? `${groups['day']!}T${groups['time']!}.000Z` : undefined;
}
