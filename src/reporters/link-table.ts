import type { Cluster, LinkResult, Suspect } from '../model/link-result.js';
import { printable } from '../util/printable.js';
import { padEnd, wrapText } from '../util/terminal-text.js';
import { count, countsText, levelName, referencesOf, referenceText, rootText, summaryText } from './link-text.js';
import type { LinkReporter, LinkReporterOptions } from './link-reporters.js';
import { painter, type Paint, type Style } from './paint.js';

const MAX_CLUSTERS = 10;
const MAX_SUSPECTS = 3;
const LABEL = 10;

/** The report for a person at a terminal: reports and what they are worth, then each cluster with suspects, violation and whys, then what they share. */
export const linkTable: LinkReporter = (result, options) => {
  const paint = painter(options.color === true);
  const width = Math.max(60, options.width ?? 100);
  const shown = options.all === true ? result.clusters : result.clusters.slice(0, MAX_CLUSTERS);
  const hidden = result.clusters.length - shown.length;
  const blocks = [
    paint('dim', printable(rootText(result, options.root))),
    reportsBlock(result, width, paint),
    suitesBlock(result, width, paint),
    ...shown.map((cluster) => clusterBlock(cluster, result, options, width, paint)),
    hidden > 0 ? paint('dim', `${count(hidden, 'more cluster')}: --all shows all`) : '',
    result.clusters.length > 1 && result.suspects.length > 0 ? [paint('bold', 'Look first at'), ...suspectLines(result.suspects.slice(0, 5), width, '  ')].join('\n') : '',
    result.patterns.length === 0 ? '' : [paint('bold', 'In common'), ...result.patterns.flatMap(({ statement, clusters }) => paragraph(`${statement} (${clusters.join(', ')})`, width, '  '))].join('\n'),
    result.problems.length === 0 ? '' : result.problems.flatMap((problem) => paragraph(problem, width, '')).join('\n'),
    paint('bold', summaryText(result)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

function reportsBlock({ sources }: LinkResult, width: number, paint: Paint): string {
  const lines = sources.flatMap((source) => [
    ...paragraph(`${source.path}: ${source.format}${source.dialect === undefined || source.dialect === source.format ? '' : ` (${source.dialect})`}${source.truncated ? ', breaks off' : ''}; ${countsText(source.declared, source.parsed)}`, width, '  '),
    ...source.losses.flatMap((loss) => paragraph(`loses: ${loss}`, width, '    ').map((line) => paint('dim', line))),
    ...source.warnings.flatMap((warning) => paragraph(warning, width, '    ').map((line) => paint('warning', line))),
  ]);
  return [paint('bold', 'Reports'), ...lines].join('\n');
}

function suitesBlock({ suites }: LinkResult, width: number, paint: Paint): string {
  if (suites.length === 0) return '';
  const lines = suites.flatMap(({ name, evidence, reasons, line }) => [
    ...paragraph(`${name}${line === undefined ? '' : ` (line ${line})`}: evidence ${evidence}`, width, '  ').map((text) => paint(evidence === 'strong' ? 'good' : evidence === 'partial' ? 'warning' : 'error', text)),
    ...reasons.flatMap((reason) => paragraph(`- ${reason}`, width, '    ')),
  ]);
  return [paint('bold', 'What the run proves'), ...lines].join('\n');
}

function clusterBlock(cluster: Cluster, { prevention }: LinkResult, options: LinkReporterOptions, width: number, paint: Paint): string {
  const inner = width - LABEL - 2;
  const rows: string[] = [];
  const row = (label: string, lines: readonly string[], style?: Style): void => {
    for (const [index, line] of lines.entries()) rows.push(`  ${padEnd(index === 0 ? paint('dim', label) : '', LABEL)}${style ? paint(style, line) : line}`);
  };
  const [link] = cluster.links;
  row('kind', [`${cluster.kind}, ${count(cluster.tests.length, 'test')}${cluster.stated?.issue === undefined ? '' : `, filed as ${cluster.stated.issue}`}`]);
  row('says', wrapText(printable(cluster.message.slice(0, 600)), inner));
  const tests = options.all === true ? cluster.tests : cluster.tests.slice(0, 3);
  if (cluster.stated === undefined) row('tests', [...tests.flatMap(({ title, file }) => wrapText(printable(`${title}${file === undefined ? '' : ` (${file})`}`), inner, '  ')), ...(tests.length < cluster.tests.length ? [`and ${cluster.tests.length - tests.length} more`] : [])]);
  row('look at', suspectLines(cluster.suspects.slice(0, options.all === true ? 10 : MAX_SUSPECTS), inner, ''));
  row('verdict', wrapText(printable(cluster.verdict), inner), link ? 'error' : 'warning');
  for (const { statement } of cluster.verdictEvidence) row('', wrapText(printable(statement), inner - 2).map((line) => `  ${line}`));
  for (const confirm of cluster.confirm.slice(1)) row('', wrapText(printable(`or ${confirm}`), inner));
  for (const [index, why] of cluster.whys.entries()) {
    const places = referencesOf(why.evidence, 5).map((reference) => referenceText(reference));
    row(`why ${index + 1}`, [
      ...wrapText(printable(`${levelName(why.level)}${why.status === 'hypothesis' ? ' (HYPOTHESIS)' : ''}, ${why.confidence}: ${why.answer}`), inner),
      ...(why.confirmBy === undefined ? [] : wrapText(printable(`to confirm: ${why.confirmBy}`), inner - 2).map((line) => `  ${line}`)),
      ...(places.length === 0 ? [] : wrapText(printable(`see ${places.join(', ')}`), inner - 2).map((line) => paint('dim', `  ${line}`))),
    ]);
  }
  if (cluster.openQuestion !== undefined) row('open', wrapText(printable(cluster.openQuestion), inner));
  if (cluster.runnersUp.length > 0) row('or', cluster.runnersUp.flatMap((other) => wrapText(printable(other), inner, '  ')));
  const guard = link && prevention.find(({ fingerprint }) => fingerprint === link.finding.fingerprint);
  if (guard) {
    row('do', guard.edits.slice(0, 5).flatMap(({ location, instruction }) => wrapText(printable(`${location.path}:${location.range.start.line}: ${instruction}`), inner, '  ')));
    row('guard', wrapText(printable(guard.guard), inner));
  }
  return [`${paint('bold', printable(`${cluster.id}  ${cluster.title}`))}  ${paint('dim', cluster.fingerprint)}`, ...rows].join('\n');
}

function suspectLines(suspects: readonly Suspect[], width: number, indent: string): string[] {
  return suspects.flatMap(({ path, probability, confidence, evidence }) => [
    ...wrapText(printable(`${path}  ${probability} ${confidence}`), width - indent.length, '  ').map((line) => indent + line),
    ...(evidence[0] ? wrapText(printable(evidence[0].statement), width - indent.length - 2).map((line) => `${indent}  ${line}`) : []),
  ]);
}

function paragraph(text: string, width: number, indent: string): string[] {
  return wrapText(printable(text), width - indent.length, '  ').map((line) => indent + line);
}
