import type { Cluster, LinkResult, Reference, Suspect } from '../model/link-result.js';
import { codeSpan, escapeMarkdown, linkTarget } from '../util/markdown-text.js';
import { count, countsText, levelName, referencesOf, referenceText, rootText, summaryText } from './link-text.js';
import type { LinkReporter, LinkReporterOptions } from './link-reporters.js';

const MAX_CLUSTERS = 40;
const MAX_MESSAGE = 1500;

/** The report that a team pastes into an issue, a pull request or a worklog. Nothing that it quotes can break out of its place or mention a person. */
export const linkMarkdown: LinkReporter = (result, options) => {
  const shown = options.all === true ? result.clusters : result.clusters.slice(0, MAX_CLUSTERS);
  const blocks = [
    '# Failing tests and what explains them',
    `**${escapeMarkdown(summaryText(result))}** ${escapeMarkdown(rootText(result, options.root))}`,
    overview(shown),
    reportsBlock(result),
    suitesBlock(result),
    ...shown.map((cluster) => clusterBlock(cluster, result, options)),
    shown.length < result.clusters.length ? `_${count(result.clusters.length - shown.length, 'more cluster')}; the JSON report holds all of them._` : '',
    result.clusters.length > 1 ? suspectsBlock('## Look first at', result.suspects.slice(0, 10), options) : '',
    patternsBlock(result),
    preventionBlock(result, options),
    result.problems.length === 0 ? '' : ['## Problems of the run', '', ...result.problems.map((problem) => `- ${escapeMarkdown(problem)}`)].join('\n'),
    `<sub>${result.tool.name} ${escapeMarkdown(result.tool.version)} · weights ${result.tool.weights}</sub>`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

function overview(clusters: readonly Cluster[]): string {
  if (clusters.length === 0) return '';
  const rows = clusters.map(({ id, title, kind, tests, links: [link], suspects: [suspect], verdict }) => (
    `| ${id} | ${cell(title, 90)} | ${kind} | ${tests.length} | ${suspect ? codeSpan(suspect.path).replaceAll('|', '\\|') : ''} | ${link ? `${codeSpan(link.finding.ruleId)} ${cell(link.finding.concept, 60)} (${link.confidence})` : cell(verdict, 90)} |`
  ));
  return ['| | what failed | kind | tests | look first at | explained by |', '|---|---|---|---:|---|---|', ...rows].join('\n');
}

function reportsBlock({ sources }: LinkResult): string {
  return ['## Reports', '', ...sources.flatMap((source) => [
    `- ${codeSpan(source.path)}: ${escapeMarkdown(source.format)}${source.dialect === undefined || source.dialect === source.format ? '' : ` (${escapeMarkdown(source.dialect)})`}${source.truncated ? ', **breaks off**' : ''}; ${countsText(source.declared, source.parsed)}`,
    ...source.losses.map((loss) => `  - loses: ${escapeMarkdown(loss)}`),
    ...source.warnings.map((warning) => `  - ${escapeMarkdown(warning)}`),
  ])].join('\n');
}

function suitesBlock({ suites }: LinkResult): string {
  if (suites.length === 0) return '';
  return ['## What the run proves', '', ...suites.flatMap(({ name, evidence, reasons, line }) => [
    `- ${escapeMarkdown(name)}${line === undefined ? '' : ` (line ${line})`}: evidence **${evidence}**`, ...reasons.map((reason) => `  - ${escapeMarkdown(reason)}`),
  ])].join('\n');
}

function clusterBlock(cluster: Cluster, { prevention }: LinkResult, options: LinkReporterOptions): string {
  const [link] = cluster.links;
  const lines = [`## ${cluster.id}: ${escapeMarkdown(cluster.title)}`, '', `**${escapeMarkdown(cluster.verdict)}**`];
  for (const evidence of cluster.verdictEvidence) lines.push('', `- ${escapeMarkdown(evidence.statement)} ${places([evidence], options)}`);
  if (cluster.confirm.length > 1) lines.push('', ...cluster.confirm.slice(1).map((confirm) => `- or ${escapeMarkdown(confirm)}`));
  lines.push('', fenced(cluster.message.slice(0, MAX_MESSAGE)));
  if (cluster.stated === undefined) {
    const tests = cluster.tests.slice(0, options.all === true ? Infinity : 10).map(({ title, file }) => `- ${escapeMarkdown(title)}${file === undefined ? '' : ` (${codeSpan(file)})`}`);
    lines.push('', `${count(cluster.tests.length, 'test')}, kind ${cluster.kind}:`, '', ...tests, ...(tests.length < cluster.tests.length ? [`- and ${cluster.tests.length - tests.length} more`] : []));
  } else lines.push('', `Kind ${cluster.kind}; stated at line ${cluster.stated.line}${cluster.stated.issue === undefined ? '' : `, filed as ${escapeMarkdown(cluster.stated.issue)}`}.`);
  lines.push('', suspectsBlock('### Suspects', cluster.suspects.slice(0, options.all === true ? 10 : 5), options), '', whysBlock(cluster, options));
  if (cluster.openQuestion !== undefined) lines.push('', `**Open:** ${escapeMarkdown(cluster.openQuestion)}`);
  if (cluster.runnersUp.length > 0) lines.push('', `Runners-up: ${cluster.runnersUp.map((other) => escapeMarkdown(other)).join('; ')}.`);
  const steps = link && prevention.find(({ fingerprint }) => fingerprint === link.finding.fingerprint);
  if (steps) lines.push('', '### To do', '', ...steps.edits.map(({ location, instruction }) => `- [ ] ${place({ code: location }, options)}: ${escapeMarkdown(instruction)}`), `- [ ] Guard: ${escapeMarkdown(steps.guard)}`);
  lines.push('', `<details><summary>Why these are one cluster</summary>\n\n${codeSpan(cluster.fingerprint)}: ${cluster.recipe.map((part) => escapeMarkdown(part)).join('; ')}\n\n</details>`);
  return lines.join('\n');
}

function whysBlock({ whys }: Cluster, options: LinkReporterOptions): string {
  return ['### Why, why, why', '', ...whys.flatMap(({ level, question, answer, status, confirmBy, evidence, confidence }, index) => [
    `${index + 1}. **${levelName(level)}**: ${escapeMarkdown(question)} ${status === 'hypothesis' ? '**HYPOTHESIS:** ' : ''}${escapeMarkdown(answer)} _(confidence ${confidence})_`,
    ...(confirmBy === undefined ? [] : [`   - to confirm: ${escapeMarkdown(confirmBy)}`]),
    ...(evidence.length === 0 ? [] : [`   - evidence: ${places(evidence, options)}`]),
  ])].join('\n');
}

function suspectsBlock(heading: string, suspects: readonly Suspect[], options: LinkReporterOptions): string {
  if (suspects.length === 0) return '';
  return [heading, '', ...suspects.map(({ path, probability, confidence, evidence }, index) => `${index + 1}. ${fileLink(path, options)} ${probability} (${confidence})${evidence[0] ? `: ${escapeMarkdown(evidence[0].statement)}` : ''}`)].join('\n');
}

function patternsBlock({ patterns }: LinkResult): string {
  if (patterns.length === 0) return '';
  return ['## In common', '', ...patterns.map(({ statement, clusters }) => `- ${escapeMarkdown(statement)} (${clusters.join(', ')})`)].join('\n');
}

function preventionBlock({ prevention }: LinkResult, options: LinkReporterOptions): string {
  if (prevention.length === 0) return '';
  return ['## Guards to switch on', '', ...prevention.map(({ ruleId, fingerprint, guard, edits }) => `- ${codeSpan(ruleId)} ${fingerprint.slice(0, 8)}: ${escapeMarkdown(guard)}${edits[0] ? ` First edit: ${place({ code: edits[0].location }, options)}.` : ''}`)].join('\n');
}

function places(evidence: Parameters<typeof referencesOf>[0], options: LinkReporterOptions): string {
  return referencesOf(evidence).map((reference) => place(reference, options)).join(', ');
}

function place(reference: Reference, { linkBase = '' }: LinkReporterOptions): string {
  if (!('code' in reference)) return codeSpan(referenceText(reference));
  const { path, range } = reference.code;
  return `[${codeSpan(`${path}:${range.start.line}`)}](${linkTarget(`${linkBase}${path}`)}#L${range.start.line})`;
}

function fileLink(path: string, { linkBase = '' }: LinkReporterOptions): string {
  return `[${codeSpan(path)}](${linkTarget(`${linkBase}${path}`)})`;
}

function cell(text: string, length: number): string {
  return escapeMarkdown(text.length > length ? `${text.slice(0, length - 1)}…` : text).replaceAll('|', '\\|').replaceAll('\\\\|', '\\|');
}

/** A block that no fence inside of it can close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const safe = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '');
  return `${fence}text\n${safe.trim() === '' ? '(no message)' : safe}\n${fence}`;
}
