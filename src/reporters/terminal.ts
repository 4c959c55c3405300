import Table from 'cli-table3';
import { severities, type CoverageRow, type Finding, type Related, type ScanResult } from '../model/result.js';
import { plural, thousands } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { displayWidth, padEnd, wrapText } from '../util/terminal-text.js';
import { painter, type Paint } from './paint.js';
import { againstText, comparisonCounts, judgedFindings } from './comparison.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { complianceText } from './compliance-text.js';
import { countByRule, countsText, failingFindings, summarize, type Summary } from './summary.js';
import { auditedWords, explainCommandFor, groupByLabel, importersText, isAboutCopies, serviceName, withPathPrefix } from './words.js';

/** A readable number of findings; the rest is counted. */
export const DEFAULT_MAX = 15;
const MAX_SITES = 12;
const MAX_SERVICES = 20;
const LABEL_WIDTH = 9;

/** The report for a person at a terminal: what to act on, worst first; what is not shown; what was looked at. */
export const terminalReporter: Reporter = (result, options) => {
  const paint = painter(options.color ?? false);
  const summary = summaryOf(result);
  const max = options.max ?? DEFAULT_MAX;
  const shown = summary.live.slice(0, max);
  const blocks = [
    shown.length > 0 ? findingsTable(shown, result, options, paint) : '',
    restBlock(summary, shown.length, options, paint),
    resolvedBlock(result, options, paint),
    coverageBlock(result, options, paint),
    result.compliance ? wrapText(complianceText(result.compliance), Math.max(60, options.width ?? 100), '  ').join('\n') : '',
    result.comparison ? comparedVerdict(result, options, paint) : verdict(summary, options, paint),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

/** A run that compares shows what is new or worse: what blocks, what warns, the rest. What was known is counted. */
function summaryOf(result: ScanResult): Summary {
  const summary = summarize(result);
  if (!result.comparison) return summary;
  const { blocking, warning, noted } = judgedFindings(result);
  return { ...summary, live: [...blocking, ...warning, ...noted] };
}

/** A box per finding. Drawn here, for cli-table3 measures the whole of a cell again for each of its lines. */
function findingsTable(findings: readonly Finding[], result: ScanResult, options: ReporterOptions, paint: Paint): string {
  const width = Math.max(60, options.width ?? 100) - LABEL_WIDTH - 7;
  const rule = (left: string, middle: string, right: string): string => paint('dim', `${left}${'─'.repeat(LABEL_WIDTH + 2)}${middle}${'─'.repeat(width + 2)}${right}`);
  const bar = paint('dim', '│');
  const boxes = findings.map((finding) => sectionsOf(finding, result, options, width, paint).flatMap(({ label, lines }) =>
    lines.map((line, index) => `${bar} ${padEnd(index === 0 ? label : '', LABEL_WIDTH)} ${bar} ${padEnd(line, width)} ${bar}`)).join('\n'));
  return [rule('┌', '┬', '┐'), boxes.join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘')].join('\n');
}

interface Section {
  label: string;
  lines: string[];
}

function sectionsOf(finding: Finding, result: ScanResult, options: ReporterOptions, width: number, paint: Paint): Section[] {
  const { severity } = finding;
  const say = (text: string): string => printable(withPathPrefix(text, result, options.pathPrefix));
  const sections: Section[] = [
    { label: paint(severity, severity), lines: headingOf(finding, result, width, paint) },
    ...changeSection(finding, width, paint),
    { label: '', lines: wrapText(say(finding.message), width) },
    {
      label: paint('dim', finding.ownerReason === undefined ? 'at' : 'owner'),
      lines: [
        ...siteLines([{ ...finding, message: finding.note ?? '' }], finding, options, width, paint),
        ...(finding.ownerReason === undefined ? [] : wrapText(say(`why: ${finding.ownerReason}`), width - 2).map((line) => `  ${line}`)),
      ],
    },
  ];
  sections.push(...relatedSections(finding, options, width, paint));
  if (finding.differences.length > 0) {
    sections.push({ label: paint('bold', 'differs'), lines: finding.differences.flatMap((difference) => wrapText(say(difference), width, '  ')) });
  } else if (isAboutCopies(finding)) {
    sections.push({ label: paint('dim', 'differs'), lines: ['nothing: the copies are equal'] });
  }
  // Who is asked is not what a developer at a terminal looks for first: with --all, when somebody goes through the list.
  if (options.max === Infinity && finding.codeOwners?.length) sections.push({ label: paint('dim', 'for'), lines: wrapText(printable(finding.codeOwners.join(' ')), width) });
  sections.push({ label: paint('bold', 'do'), lines: wrapText(say(finding.remedy), width) });
  return sections;
}

function changeSection({ change, message }: Finding, width: number, paint: Paint): Section[] {
  if (!change) return [];
  const label = change.blocks ? paint('error', 'blocks') : change.level === 'warn' ? paint('warning', 'warns') : paint('dim', 'new');
  const statement = change.statement.endsWith(message) ? `${change.kind}${change.statement === `New: ${message}` ? '' : `: ${change.statement.slice(0, -message.length)}`}` : change.statement;
  return [{ label, lines: wrapText(printable(statement.trim()), width).map((line) => paint('bold', line)) }];
}

function headingOf(finding: Finding, result: ScanResult, width: number, paint: Paint): string[] {
  const concept = printable(finding.concept);
  const service = finding.service === undefined || result.services.length < 2 ? '' : ` · ${printable(serviceName(finding.service, result.root))}`;
  const rest = `${finding.ruleId}${service} · ${finding.fingerprint.slice(0, 8)}`;
  if (displayWidth(concept) + 2 + displayWidth(rest) <= width) return [`${paint('bold', concept)}  ${paint('dim', rest)}`];
  return [...wrapText(concept, width).map((line) => paint('bold', line)), ...wrapText(rest, width).map((line) => paint('dim', line))];
}

/** The other places by role, each group under its own label; no more than a screen of them. */
function relatedSections(finding: Finding, options: ReporterOptions, width: number, paint: Paint): Section[] {
  const { related } = finding;
  const listed = related.length <= MAX_SITES + 1 ? related : related.slice(0, MAX_SITES);
  const sections = groupByLabel(listed).map(([label, sites]): Section => ({ label: paint('dim', label), lines: siteLines(sites, finding, options, width, paint) }));
  if (listed.length < related.length) {
    sections.push({ label: '', lines: [paint('dim', `and ${related.length - listed.length} more: ${explainCommandFor(finding, options.audited)}`)] });
  }
  return sections;
}

/** A place a line: where, how many import it, what it says. What does not fit goes under it, indented. */
function siteLines(sites: readonly Pick<Related, 'location' | 'message' | 'symbol' | 'importers'>[], finding: Finding, options: ReporterOptions, width: number, paint: Paint): string[] {
  const rows = sites.map((site) => ({ place: placeOf(site, options), note: noteOf(site, finding) }));
  const column = Math.max(...rows.map(({ place, note }) => (displayWidth(place) + 2 + displayWidth(note) <= width ? displayWidth(place) : 0)));
  return rows.flatMap(({ place, note }) => {
    if (note === '') return wrapText(place, width, '  ');
    if (Math.max(column, displayWidth(place)) + 2 + displayWidth(note) <= width) return [`${padEnd(place, column)}  ${paint('dim', note)}`];
    if (displayWidth(place) + 2 + displayWidth(note) <= width) return [`${place}  ${paint('dim', note)}`];
    return [...wrapText(place, width, '  '), ...wrapText(note, width - 2).map((line) => `  ${paint('dim', line)}`)];
  });
}

function placeOf({ location }: Pick<Related, 'location'>, { pathPrefix = '' }: ReporterOptions): string {
  return `${printable(pathPrefix + location.path)}:${location.range.start.line}`;
}

function noteOf({ symbol, message, importers }: Pick<Related, 'message' | 'symbol' | 'importers'>, { concept }: Finding): string {
  return [symbol === concept ? '' : printable(symbol ?? ''), printable(message), importersText(importers)].filter((part) => part !== '').join(' · ');
}

function restBlock({ live }: Summary, shown: number, { audited = [] }: ReporterOptions, paint: Paint): string {
  const rest = live.slice(shown);
  if (rest.length === 0) return '';
  const rows = countByRule(rest);
  const idWidth = Math.max(...rows.map(({ ruleId }) => ruleId.length));
  const lines = rows.map(({ ruleId, severity, count }) => `  ${padEnd(ruleId, idWidth)}  ${paint(severity, padEnd(severity, 7))}  ${thousands(count).padStart(6)}`);
  return [
    paint('bold', `${thousands(shown)} of ${plural(live.length, 'finding')} shown. The rest, by rule:`),
    ...lines,
    paint('dim', `See more: --max <n> or --all · one rule: --only <rule> · one finding: ${['ssot-audit explain <fingerprint>', ...auditedWords(audited)].join(' ')}`),
  ].join('\n');
}

/** What the change mended, or what a baseline still holds though it is gone. */
function resolvedBlock({ comparison }: ScanResult, options: ReporterOptions, paint: Paint): string {
  if (!comparison || comparison.resolved.length === 0) return '';
  const { resolved, against } = comparison;
  const width = Math.max(60, options.width ?? 100);
  const lines = resolved.slice(0, options.max ?? DEFAULT_MAX).flatMap(({ kind, ruleId, concept, sites }) =>
    wrapText(printable(`${kind === 'fixed' ? '-' : '~'} ${concept} (${ruleId})${kind === 'fixed' ? '' : `: no longer at ${sites.map((site) => site.split('#')[0]).join(', ')}`}`), width - 2, '  ').map((line) => `  ${line}`));
  const rest = resolved.length - (options.max ?? DEFAULT_MAX);
  return [
    paint('good', against.kind === 'baseline' ? 'Gone, and still in the baseline (ssot-audit baseline prune):' : 'Fixed by this change:'),
    ...lines,
    ...(rest > 0 ? [paint('dim', `  and ${rest} more`)] : []),
  ].join('\n');
}

function coverageBlock({ coverage, root }: ScanResult, options: ReporterOptions, paint: Paint): string {
  const { total } = coverage;
  const languages = Object.entries(coverage.languages);
  const services = Object.entries(coverage.services).filter(([, { seen }]) => seen > 0).sort(([, a], [, b]) => b.lines - a.lines);
  const table = new Table({
    head: ['looked at', 'files', 'parsed', 'in part', 'skipped', 'lines'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const nameWidth = Math.max(20, (options.width ?? 100) - 60);
  const add = (name: string, row: CoverageRow): void => {
    table.push([cut(printable(name), nameWidth), ...[row.seen, row.parsed, row.partlyParsed, row.skipped, row.lines].map(thousands)]);
  };
  for (const [language, row] of languages) add(language, row);
  if (services.length > 1) for (const [name, row] of services.slice(0, MAX_SERVICES)) add(`in ${serviceName(name, root)}`, row);
  const others = services.slice(MAX_SERVICES);
  if (others.length > 0) add(`in ${plural(others.length, 'other service')}`, sumOf(others.map(([, row]) => row)));
  add('all', total);
  const reasons = Object.entries(coverage.skipped).sort(([, a], [, b]) => b - a).map(([reason, count]) => `${thousands(count)} ${printable(reason)}`);
  const skipped = reasons.length === 0 ? [] : wrapText(`skipped: ${reasons.join('; ')}`, Math.max(60, options.width ?? 100), '  ');
  return [dimBorders(table.toString(), paint), ...skipped].join('\n');
}

function sumOf(rows: readonly CoverageRow[]): CoverageRow {
  const sum = { seen: 0, parsed: 0, partlyParsed: 0, skipped: 0, lines: 0 };
  for (const row of rows) for (const key of Object.keys(sum) as (keyof CoverageRow)[]) sum[key] += row[key];
  return sum;
}

function verdict(summary: Summary, { failOn }: ReporterOptions, paint: Paint): string {
  const worst = severities.find((severity) => summary.counts[severity] > 0);
  const counts = paint(worst ?? 'good', countsText(summary));
  if (failOn === undefined) return counts;
  const failing = failingFindings(summary, failOn).length;
  if (failing > 0) return `${counts}\n${paint('error', 'failed')}: ${plural(failing, 'finding')} at or above ${failOn} (--fail-on)`;
  return `${counts}\n${paint('good', 'passed')}: ${failOn === 'none' ? 'no severity fails the run' : `no finding at or above ${failOn}`} (--fail-on)`;
}

function comparedVerdict(result: ScanResult, options: ReporterOptions, paint: Paint): string {
  const comparison = result.comparison!;
  const width = Math.max(60, options.width ?? 100);
  const isBlocked = comparison.verdict === 'blocked';
  const why = judgedFindings(result).blocking.length > 0 ? 'the change makes it worse' : isBlocked ? 'the baseline holds what is gone (gate.stale: error); run ssot-audit baseline prune' : 'the change makes nothing worse that blocks';
  return [
    ...(comparison.notes ?? []).flatMap((note) => wrapText(printable(note), width)).map((line) => paint('warning', line)),
    ...wrapText(printable(`Compared with ${againstText(comparison)}: ${comparisonCounts(result)}`), width),
    `${isBlocked ? paint('error', 'blocked') : paint('good', 'passed')}: ${why}${isBlocked && options.failOn === 'none' ? ' (--fail-on none: the run does not fail)' : ''}`,
  ].join('\n');
}

function cut(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${text.slice(0, width - 1)}…`;
}

function dimBorders(table: string, paint: Paint): string {
  return table.replace(/[┌├└─┬┼┴┐┤┘]{2,}|│/g, (border) => paint('dim', border));
}
