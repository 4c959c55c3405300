import { severities, type Change, type CoverageRow, type Finding, type Related, type ScanResult } from '../model/result.js';
import { codeSpan, escapeHtml, escapeMarkdown, linkTarget } from '../util/markdown-text.js';
import { plural, thousands } from '../util/plural.js';
import { resultText } from './comparison.js';
import { sortByGate } from './gated.js';
import { complianceText } from './compliance-text.js';
import { describeProblems } from './problems.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { countByRule, countsText, failingFindings, summarize, type Summary } from './summary.js';
import { groupByLabel, importersText, isAboutCopies, serviceName } from './words.js';

const DEFAULT_MAX = 200;
/** Room for a job summary of GitHub; see step-summary.ts. */
const MAX_BYTES = 900_000;
const MAX_RESOLVED = 50;

/** The report for a pull request or a job summary. Nothing from the audited repository can break out of its place or mention a person. */
export const markdownReporter: Reporter = (result, options) => {
  const summary = summarize(result);
  const before = [`# SSOT audit of ${escapeMarkdown(result.root)}`, verdict(result, summary, options), result.compliance ? escapeMarkdown(complianceText(result.compliance)) : '', rulesTable(result, summary)];
  const after = [resolvedBlock(result), problemsBlock(result), coverageBlock(result), `<sub>${escapeMarkdown(result.tool.name)} ${escapeMarkdown(result.tool.version)} · rule set \`${result.rulesetHash}\`</sub>`];
  const room = (options.maxBytes ?? MAX_BYTES) - [...before, ...after].reduce((sum, block) => sum + Buffer.byteLength(block) + 2, 0);
  return `${[...before, ...findingsBlocks(result, options, room), ...after].filter((block) => block !== '').join('\n\n')}\n`;
};

function verdict(result: ScanResult, summary: Summary, { failOn }: ReporterOptions): string {
  const { comparison } = result;
  const counts = `**${countsText(summary)}**`;
  if (comparison) {
    const notes = (comparison.notes ?? []).map((note) => `\n> ${escapeMarkdown(note)}`);
    return `**${comparison.verdict === 'blocked' ? 'Blocked' : 'Passed'}** — ${escapeMarkdown(resultText(result))}${notes.length > 0 ? `\n${notes.join('\n>')}` : ''}\n\nIn force, known ones among them: ${counts}`;
  }
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

/** Groups with a heading, in the order in which they matter. Where something was compared, what the change made worse comes first. */
function groupsOf(result: ScanResult, options: ReporterOptions): [heading: string, findings: readonly Finding[]][] {
  const bySeverity = (findings: readonly Finding[], suffix = ''): [string, readonly Finding[]][] => severities.map((severity) => [
    `${severity === 'info' ? 'Info' : `${severity[0]!.toUpperCase()}${severity.slice(1)}s`}${suffix}`, findings.filter((finding) => finding.severity === severity),
  ]);
  if (!result.comparison) return bySeverity(summarize(result).live);
  const { gated, remarks, unchanged } = sortByGate(result, options);
  return [['Blocking', gated], ['New or worse, not blocking', remarks], ...bySeverity(unchanged, ', as before')];
}

function findingsBlocks(result: ScanResult, options: ReporterOptions, room: number): string[] {
  const groups = groupsOf(result, options);
  const total = groups.reduce((sum, [, findings]) => sum + findings.length, 0);
  const blocks: string[] = [];
  let left = room - 300; // for the remark on what is left out
  let shown = 0;
  for (const [name, findings] of groups) {
    const heading = `## ${name} (${thousands(findings.length)})`;
    for (const [position, finding] of findings.entries()) {
      const block = findingBlock(finding, options);
      left -= Buffer.byteLength(block) + 2 + (position === 0 ? Buffer.byteLength(heading) + 2 : 0);
      if (shown >= (options.max ?? DEFAULT_MAX) || left < 0) {
        return [...blocks, `_${thousands(shown)} of ${plural(total, 'finding')} are listed here, the most harmful first; the JSON and SARIF reports hold all of them._`];
      }
      if (position === 0) blocks.push(heading);
      blocks.push(block);
      shown++;
    }
  }
  return blocks;
}

/** What the change put right. */
function resolvedBlock({ comparison }: ScanResult): string {
  const resolved = comparison?.resolved ?? [];
  if (resolved.length === 0) return '';
  const lines = resolved.slice(0, MAX_RESOLVED).map(({ kind, ruleId, concept, sites }) =>
    `- ${kind === 'fixed' ? 'fixed' : `${plural(sites.length, 'place')} fewer`}: **${escapeMarkdown(concept)}** · ${codeSpan(ruleId)}`);
  if (resolved.length > MAX_RESOLVED) lines.push(`- and ${thousands(resolved.length - MAX_RESOLVED)} more`);
  return [`## Put right (${thousands(resolved.length)})`, '', ...lines].join('\n');
}

function findingBlock(finding: Finding, options: ReporterOptions): string {
  const owner = { ...finding, message: finding.note ?? '' };
  const lines = [
    `<details><summary><b>${escapeHtml(finding.concept)}</b> · <code>${escapeHtml(finding.ruleId)}</code> · ${escapeHtml(finding.message)}</summary>`,
    '',
    ...(finding.change === undefined || finding.change.kind === 'unchanged' ? [] : changeLines(finding.change, options)),
    `- **${finding.ownerReason === undefined ? 'at' : 'likely owner'}** ${siteText(owner, finding, options)}${finding.ownerReason === undefined ? '' : ` — ${escapeMarkdown(finding.ownerReason)}`}`,
  ];
  for (const [label, sites] of groupByLabel(finding.related)) lines.push(`- **${label}**`, ...sites.map((site) => `  - ${siteText(site, finding, options)}`));
  if (finding.differences.length > 0) lines.push('- **what differs**', ...finding.differences.map((difference) => `  - ${escapeMarkdown(difference)}`));
  else if (isAboutCopies(finding)) lines.push('- **what differs** nothing: the copies are equal');
  if (finding.codeOwners?.length) lines.push(`- **code owners** ${finding.codeOwners.map(codeSpan).join(' ')}`);
  lines.push(`- **what to do** ${escapeMarkdown(finding.remedy)}`, `- fingerprint \`${finding.fingerprint}\``, '', '</details>');
  return lines.join('\n');
}

function changeLines({ kind, statement, addedSites, blocks }: Change, options: ReporterOptions): string[] {
  const places = addedSites.slice(0, 10).map((location) => placeText(location, options));
  const more = addedSites.length > places.length ? ` and ${addedSites.length - places.length} more` : '';
  return [`- **${kind}**${blocks ? ' · blocks' : ''} ${escapeMarkdown(statement)}${places.length > 0 ? ` — added: ${places.join(', ')}${more}` : ''}`];
}

function siteText(site: Pick<Related, 'location' | 'message' | 'symbol' | 'importers'>, { concept }: Finding, options: ReporterOptions): string {
  const notes = [site.symbol === undefined || site.symbol === concept ? '' : codeSpan(site.symbol), escapeMarkdown(site.message), importersText(site.importers)];
  return [placeText(site.location, options), ...notes.filter((note) => note !== '')].join(' · ');
}

function placeText({ path, range }: Finding['location'], { pathPrefix = '', linkBase = pathPrefix }: ReporterOptions): string {
  const { line } = range.start;
  return `[${codeSpan(`${pathPrefix}${path}:${line}`)}](${linkTarget(`${linkBase}${path}`)}#L${line})`;
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
