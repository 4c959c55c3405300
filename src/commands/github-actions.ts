import { appendFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { ScanResult } from '../model/result.js';
import { resultText } from '../reporters/comparison.js';
import { sortByGate } from '../reporters/gated.js';
import { reporters, type ReporterOptions } from '../reporters/index.js';
import { STEP_SUMMARY_BYTES, stepSummary } from '../reporters/step-summary.js';
import { summarize } from '../reporters/summary.js';
import { printable } from '../util/printable.js';

export type Verdict = 'passed' | 'blocked' | 'incomplete';

export interface StepReport {
  options: ReporterOptions;
  verdict: Verdict;
  /** Absolute path of the SARIF report, where one was written. */
  sarifFile?: string;
  /** Whether the annotations are still to be written: `--format github` has them on stdout. */
  annotates: boolean;
}

/** Whether this is a step of a GitHub workflow (docs.github.com, "Variables reference", `GITHUB_ACTIONS`). */
export function isGitHubActions(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true';
}

/**
 * Tells a step of GitHub Actions what an audit said: annotations (on stderr, for stdout is the report's), the step's summary and its outputs
 * `verdict`, `new`, `total`, `summary` and `sarif-path`. What cannot be written is said and fails nothing: the verdict is the exit code.
 */
export function tellGitHub(result: ScanResult, { options, verdict, sarifFile, annotates }: StepReport): void {
  if (annotates) process.stderr.write(reporters.github(result, { ...options, hasStepSummary: summaryFile() !== undefined }));
  appendSummary(result, options);
  const { gated, remarks } = sortByGate(result, options);
  appendOutputs({
    verdict,
    new: String(gated.length + remarks.length),
    total: String(summarize(result).live.length),
    summary: resultText(result),
    ...(sarifFile === undefined ? {} : { 'sarif-path': relative(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), sarifFile) }),
  });
}

/** Appends the Markdown report to the summary of the step, as far as it fits. */
export function appendSummary(result: ScanResult, options: ReporterOptions): void {
  const file = summaryFile();
  if (file === undefined) return;
  const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const text = stepSummary(result, options, used);
  if (text === '') return sayNot('GITHUB_STEP_SUMMARY', `the ${STEP_SUMMARY_BYTES / 1024} KiB that a step may have are used up`);
  append('GITHUB_STEP_SUMMARY', file, `${text}\n`);
}

/** The file that takes the summary of this step; undefined outside of GitHub Actions. */
export function summaryFile(): string | undefined {
  return process.env['GITHUB_STEP_SUMMARY'] || undefined;
}

/** `name=value` lines (docs.github.com, "Workflow commands", "Setting an output parameter"); every value is one line. */
function appendOutputs(outputs: Readonly<Record<string, string>>): void {
  const file = process.env['GITHUB_OUTPUT'];
  if (!file) return;
  append('GITHUB_OUTPUT', file, Object.entries(outputs).map(([name, value]) => `${name}=${value.replace(/[\r\n]/g, ' ')}\n`).join(''));
}

function append(variable: string, file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    sayNot(variable, (error as Error).message);
  }
}

function sayNot(variable: string, reason: string): void {
  process.stderr.write(`ssot-audit: nothing was written to ${variable}: ${printable(reason)}.\n`);
}
