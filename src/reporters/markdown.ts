import { severities, type CoverageRow, type Finding, type Related, type ScanResult } from '../model/result.js';
import { plural, thousands } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { complianceText } from './compliance-text.js';
import { describeProblems } from './problems.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { countByRule, countsText, failingFindings, summarize, type Summary } from './summary.js';
import { groupByLabel, importersText, isAboutCopies, serviceName } from './words.js';

const DEFAULT_MAX = 200;
/** A GitHub job summary holds 1 MiB; a longer report is shown not at all. */
const MAX_LENGTH = 900_000;

/** The report for a pull request or a job summary. Nothing from the audited repository can break out of its place or mention a person. */
export const markdownReporter: Reporter = (result, options) => {
  const summary = summarize(result);
  const before = [`# SSOT audit of ${escapeMarkdown(result.root)}`, verdict(summary, options), result.compliance ? escapeMarkdown(complianceText(result.compliance)) : '', rulesTable(result, summary)];
  const after = [problemsBlock(result), coverageBlock(result), `<sub>${escapeMarkdown(result.tool.name)} ${escapeMarkdown(result.tool.version)} · rule set \`${result.rulesetHash}\`</sub>`];
  const room = MAX_LENGTH - [...before, ...after].reduce((sum, block) => sum + block.length + 2, 0);
  return `${[...before, ...findingsBlocks(summary, options, room), ...after].filter((block) => block !== '').join('\n\n')}\n`;
};

function verdict(summary: Summary, { failOn }: ReporterOptions): string {
  const counts = `**${countsText(summary)}**`;
  if (failOn === undefined) return counts;
  const failing = failingFindings(summary, failOn).length;
  return `${counts} — ${failing > 0 ? `failed: ${plural(failing, 'finding')} at or above \`${failOn}\`` : 'passed'}`;
}

function rulesTable(result: ScanResult, { live }: Summary): string {
  if (live.length === 0) return 'No findings.';
  const titles = new Map(result.rules.map(({ id, title }) => [id, title]));
  const rows = countByRule(live).map(({ ruleId, severity, count }) => `| ${severity} | \`${ruleId}\` | ${escapeMarkdown(titles.get(ruleId) ?? '')} | ${thousands(count)} |`);
  return ['| severity | rule | | findings |', '|---|---|---|---:|', ...rows].join('\n');
}

function findingsBlocks({ live }: Summary, options: ReporterOptions, room: number): string[] {
  const blocks: string[] = [];
  let left = room;
  let shown = 0;
  for (const severity of severities) {
    const group = live.filter((finding) => finding.severity === severity);
    const heading = `## ${severity === 'info' ? 'Info' : `${severity[0]!.toUpperCase()}${severity.slice(1)}s`} (${thousands(group.length)})`;
    for (const [position, finding] of group.entries()) {
      const block = findingBlock(finding, options);
      if (shown >= (options.max ?? DEFAULT_MAX) || (left -= block.length + 2) < 0) {
        return [...blocks, `_${thousands(shown)} of ${plural(live.length, 'finding')} are listed here, the most harmful first; the JSON and SARIF reports hold all of them._`];
      }
      if (position === 0) blocks.push(heading);
      blocks.push(block);
      shown++;
    }
  }
  return blocks;
}

function findingBlock(finding: Finding, options: ReporterOptions): string {
  const owner = { ...finding, message: finding.note ?? '' };
  const lines = [
    `<details><summary><b>${escapeHtml(finding.concept)}</b> · <code>${escapeHtml(finding.ruleId)}</code> · ${escapeHtml(finding.message)}</summary>`,
    '',
    `- **${finding.ownerReason === undefined ? 'at' : 'likely owner'}** ${siteText(owner, finding, options)}${finding.ownerReason === undefined ? '' : ` — ${escapeMarkdown(finding.ownerReason)}`}`,
  ];
  for (const [label, sites] of groupByLabel(finding.related)) lines.push(`- **${label}**`, ...sites.map((site) => `  - ${siteText(site, finding, options)}`));
  if (finding.differences.length > 0) lines.push('- **what differs**', ...finding.differences.map((difference) => `  - ${escapeMarkdown(difference)}`));
  else if (isAboutCopies(finding)) lines.push('- **what differs** nothing: the copies are equal');
  lines.push(`- **what to do** ${escapeMarkdown(finding.remedy)}`, `- fingerprint \`${finding.fingerprint}\``, '', '</details>');
  return lines.join('\n');
}

function siteText(site: Pick<Related, 'location' | 'message' | 'symbol' | 'importers'>, { concept }: Finding, { pathPrefix = '', linkBase = pathPrefix }: ReporterOptions): string {
  const { path, range } = site.location;
  const { line } = range.start;
  const place = `[${codeSpan(`${pathPrefix}${path}:${line}`)}](${linkTarget(`${linkBase}${path}`)}#L${line})`;
  const notes = [site.symbol === undefined || site.symbol === concept ? '' : codeSpan(site.symbol), escapeMarkdown(site.message), importersText(site.importers)];
  return [place, ...notes.filter((note) => note !== '')].join(' · ');
}

function problemsBlock(result: ScanResult): string {
  const lines = describeProblems(result, 10);
  if (lines.length === 0) return '';
  return ['## Problems of the run', '', ...lines.map((line) => `- ${escapeMarkdown(line)}`)].join('\n');
}

function coverageBlock({ coverage, root }: ScanResult): string {
  const cells = (name: string, row: CoverageRow): string => `| ${name} | ${[row.seen, row.parsed, row.partlyParsed, row.skipped, row.lines].map(thousands).join(' | ')} |`;
  const services = Object.entries(coverage.services).filter(([, { seen }]) => seen > 0);
  const reasons = Object.entries(coverage.skipped).sort(([, a], [, b]) => b - a).map(([reason, count]) => `${thousands(count)} ${escapeMarkdown(reason)}`);
  return [
    '<details><summary>What was looked at: ' + `${plural(coverage.total.seen, 'file')}, ${thousands(coverage.total.lines)} lines</summary>`,
    '',
    '| | files | parsed | in part | skipped | lines |',
    '|---|---:|---:|---:|---:|---:|',
    ...Object.entries(coverage.languages).map(([name, row]) => cells(escapeMarkdown(name), row)),
    ...services.map(([name, row]) => cells(`service ${codeSpan(serviceName(name, root)).replaceAll('|', '\\|')}`, row)),
    cells('**all**', coverage.total),
    '',
    ...(reasons.length > 0 ? [`Skipped: ${reasons.join('; ')}`, ''] : []),
    '</details>',
  ].join('\n');
}

/**
 * Plain text in Markdown: nothing in it is markup, a mention, a reference to an issue or HTML. A zero-width space after `@`, `#` and the
 * like is the only thing that GitHub's mention filter respects; entities are decoded before it runs.
 */
function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*{}[\]|~!]|(?<![\w])_|_(?![\w])/g, '\\$&')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replace(/@(?=[\w-])|#(?=\d)|\bGH-(?=\d)/gi, '$&\u200b')
    .replace(/^[-+=#]/, '\\$&').replace(/^(\d+)([.)])(?=\s)/, '$1\\$2');
}

/** Text inside an HTML element. Mentions are read there; Markdown is by some renderers. */
function escapeHtml(text: string): string {
  const entity = (character: string): string => `&#${character.charCodeAt(0)};`;
  return printable(text).replace(/[&<>"'`[\]]/g, entity).replace(/@(?=[\w-])|(?<!&)#(?=\d)|\bGH-(?=\d)/gi, '$&\u200b');
}

/** A code span whose fence is longer than any run of backticks inside (CommonMark 6.1). */
function codeSpan(text: string): string {
  const plain = printable(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${plain} ${fence}` : `${fence}${plain}${fence}`;
}

function linkTarget(path: string): string {
  return encodeURI(path).replace(/[()#?[\]]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
