import type { Finding } from '../model/result.js';
import { cutText } from '../util/cut-text.js';
import { plural, thousands } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { resultText } from './comparison.js';
import { sortByGate } from './gated.js';
import { placesOf } from './place.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { explainCommandFor } from './words.js';

/**
 * GitHub keeps 10 errors, 10 warnings and 10 notices of a step and 50 annotations of a job, and drops the others silently
 * (github.com/actions/toolkit, docs/problem-matchers.md, "Limitations"). We choose which, and say how many are left.
 */
const MAX_PER_LEVEL = 10;
/** The checks API takes 64 KB of message and 255 characters of title (docs.github.com, "Check runs", `annotations`). */
const MAX_MESSAGE = 3000;
const MAX_TITLE = 200;
const MAX_DIFFERENCES = 5;
/** GitHub shows an annotation under its last line: of a long class that is far from its name. */
const MAX_LINES = 10;

type Level = 'error' | 'warning' | 'notice';

/** Workflow commands that annotate a pull request. An error is what fails the run; what was there before is not repeated. */
export const githubReporter: Reporter = (result, options) => {
  const { gated, remarks } = sortByGate(result, options);
  const isGated = new Set(gated);
  const levels: Record<Level, string[]> = { error: [], warning: [], notice: [] };
  for (const finding of [...gated, ...remarks]) {
    const level = isGated.has(finding) ? 'error' : isWarning(finding) ? 'warning' : 'notice';
    if (levels[level].length < MAX_PER_LEVEL) levels[level].push(commandOf(level, finding, options));
  }
  const news = gated.length + remarks.length;
  const shown = levels.error.length + levels.warning.length + levels.notice.length;
  if (shown < news) {
    // The remark itself is a notice and takes the place of one.
    if (levels.notice.length === MAX_PER_LEVEL) levels.notice.pop();
    const left = news - levels.error.length - levels.warning.length - levels.notice.length;
    levels.notice.push(`::notice title=ssot-audit::${escapeData(`${thousands(left)} of ${plural(news, 'finding')} ${left === 1 ? 'has' : 'have'} no annotation: GitHub keeps ${MAX_PER_LEVEL} per kind and step. ${restIn(options)}`)}`);
  }
  return `${[...levels.error, ...levels.warning, ...levels.notice, `ssot-audit: ${resultText(result)}`].join('\n')}\n`;
};

/** Where something was compared, what that says of the finding; else its severity. */
function isWarning({ severity, change }: Finding): boolean {
  return change?.level === undefined ? severity !== 'info' : change.level === 'warn';
}

function restIn({ hasStepSummary = false }: ReporterOptions): string {
  return hasStepSummary ? 'The summary of this step lists the rest.' : 'The rest: --report, or --format json.';
}

function commandOf(level: Level, finding: Finding, options: ReporterOptions): string {
  const { location: { path, range } } = placesOf(finding).remarked;
  const { start, end } = range;
  const lastLine = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
  const properties = {
    file: `${options.pathPrefix ?? ''}${path}`,
    line: String(start.line),
    endLine: String(lastLine - start.line < MAX_LINES ? lastLine : start.line),
    title: cutText(`${printable(finding.ruleId)}: ${printable(finding.concept)}`, MAX_TITLE),
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${level} ${list}::${escapeData(cutText(messageOf(finding, options), MAX_MESSAGE))}`;
}

/** What a reader of the pull request needs: what became worse, what is so, who owns it, what to do. */
function messageOf(finding: Finding, { pathPrefix = '', audited }: ReporterOptions): string {
  const { remarked } = placesOf(finding);
  const { location: owner, ownerReason, change, codeOwners = [] } = finding;
  const lines = [
    change === undefined || change.statement === finding.message ? '' : change.statement,
    finding.message,
    ...finding.differences.slice(0, MAX_DIFFERENCES).map((difference) => `Differs: ${difference}`),
    ownerReason === undefined || remarked.location === owner ? '' : `Likely owner: ${pathPrefix}${owner.path}:${owner.range.start.line} (${ownerReason})`,
    `What to do: ${finding.remedy}`,
    codeOwners.length === 0 ? '' : `Code owners: ${codeOwners.join(' ')}`,
    `More: ${explainCommandFor(finding, audited)}`,
  ];
  return lines.map(printable).filter((line) => line !== '').join('\n');
}

/** As github.com/actions/toolkit, packages/core/src/command.ts; `##[` would be read as a command of the older form wherever it stands. */
function escapeData(text: string): string {
  return text.replaceAll('##[', '## [').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
