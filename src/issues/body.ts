import type { IssuesConfig } from '../config/issues-schema.js';
import type { Cluster, Evidence, LinkResult, Reference, Suspect, Why } from '../model/link-result.js';
import type { Finding, Related } from '../model/result.js';
import { linkTarget } from '../util/markdown-text.js';
import { plural } from '../util/plural.js';
import type { Ranked } from './priority.js';
import { code, codeBlock, plain } from './safe-text.js';
import { tagOf } from './tags.js';

export interface BodyContext {
  config: IssuesConfig;
  ranked: Ranked;
  /** Address of the files at the commit, with a slash at its end: `https://github.com/owner/name/blob/<sha>/`. */
  linkBase?: string;
  commit?: string;
  /** The report and what its word is worth; absent for a finding. */
  link?: LinkResult;
  /** Sentences about the credibility of the run. */
  doubts?: readonly string[];
}

/** How much of each list is shown. */
interface Limits {
  tests: number;
  sites: number;
  evidence: number;
  message: number;
}

const FULL: Limits = { tests: 30, sites: 30, evidence: 20, message: 4_000 };
const MESSAGE_LINES = 20;

/** Sections for failing tests: impact, current and expected behaviour, reproduction, technical details, five whys, evidence. */
export function clusterBody(cluster: Cluster, context: BodyContext, room: number): string {
  return fitted(room, (limits) => [
    headline(context, `${plural(cluster.tests.length, 'test')} ${cluster.tests.length === 1 ? 'fails' : 'fail'}, kind ${code(cluster.kind)}`),
    section('Impact', impact(cluster, context.config)),
    section('Current behaviour', currentBehaviour(cluster, limits)),
    section('Expected behaviour', expectedBehaviour(cluster)),
    section('Reproduction', reproduction(cluster, context)),
    section('Technical details', technicalDetails(cluster, context, limits)),
    section('Five whys', whys(cluster, context)),
    section('Prevention', prevention(cluster, context, limits)),
    collapsed('Evidence', evidence(cluster, context, limits)),
  ]);
}

/** Sections for a finding that no failing test points at. There is no chain of whys: nothing failed. */
export function findingBody(finding: Finding, context: BodyContext, room: number): string {
  return fitted(room, (limits) => [
    headline(context, `${code(finding.ruleId)}, severity ${finding.severity}`),
    section('Current behaviour', [plain(finding.message, 1_000), ...(finding.change ? [`It is **${finding.change.kind}**: ${plain(finding.change.statement)}`] : [])]),
    section('Expected behaviour', [plain(finding.remedy, 1_000)]),
    section('Reproduction', [`${code(`ssot-audit explain ${finding.fingerprint.slice(0, 12)}`)} shows the facts behind it.`]),
    section('Technical details', [...findingDetails(finding, context, limits), ...environment(context)]),
  ]);
}

/** One issue for all that is not filed one by one. */
export function rollUpBody(rows: readonly { title: string; priority: string; failed: number; fingerprint: string }[], maxNew: number, room: number): string {
  return fitted(room, ({ sites }) => {
    const shown = rows.slice(0, sites * 5);
    return [
      `A run files at most ${plural(maxNew, 'new issue')}. These are the others, the most urgent first; the next runs file them.`,
      ['| priority | | failing tests | fingerprint |', '|---|---|---:|---|', ...shown.map(({ title, priority, failed, fingerprint }) => `| ${priority} | ${plain(title, 150)} | ${failed} | \`${fingerprint}\` |`)].join('\n'),
      rows.length > shown.length ? `${plural(rows.length - shown.length, 'further problem')} are in the result.` : '',
    ];
  });
}

/** The fullest telling that fits. The last resort is the beginning of the shortest, and says that it is. */
function fitted(room: number, tell: (limits: Limits) => readonly string[]): string {
  let text = '';
  for (const scale of [1, 0.4, 0.15, 0.05, 0]) {
    const limits = Object.fromEntries(Object.entries(FULL).map(([name, value]) => [name, Math.max(1, Math.round(value * scale))])) as unknown as Limits;
    text = tell({ ...limits, message: Math.max(200, limits.message) }).filter((part) => part !== '').join('\n\n');
    if (text.length <= room) return text;
  }
  const first = text.split('\n\n')[0] ?? '';
  return first.length + 100 <= room ? `${first}\n\nThere is no room here for more: people wrote the rest of this text. The result of the run holds it all.` : '';
}

function headline({ ranked, doubts = [] }: BodyContext, what: string): string {
  const lines = [`**${ranked.priority}** · ${what} · ${plain(ranked.reason)}`];
  if (doubts.length > 0) lines.push('', '> [!WARNING]', '> The run is only partial evidence:', ...doubts.slice(0, 5).map((doubt) => `> - ${plain(doubt)}`));
  return lines.join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `### ${title}\n\n${lines.join('\n')}`;
}

function collapsed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<details><summary>${title}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}

/** Only what the configuration says, as a quotation. */
function impact({ tests }: Cluster, { impact: texts }: IssuesConfig): string[] {
  const tag = tagOf(tests, Object.keys(texts));
  if (tag === undefined) return [];
  return [`> ${plain(texts[tag]!, 2_000)}`, '', `(from the configuration, for tests tagged ${code(tag)})`];
}

function currentBehaviour({ tests, message, title }: Cluster, limits: Limits): string[] {
  const shown = tests.slice(0, limits.tests);
  return [
    plain(title, 500), '',
    ...shown.map(({ title: name, file, id }) => `- ${plain(name || id, 200)}${file === undefined ? '' : ` — ${code(file)}`}`),
    ...(tests.length > shown.length ? [`- and ${plural(tests.length - shown.length, 'more test')}`] : []),
    '', codeBlock(message, { lines: MESSAGE_LINES, length: limits.message }),
  ];
}

function expectedBehaviour({ tests, links }: Cluster): string[] {
  const finding = links[0]?.finding;
  return [`${tests.length === 1 ? 'The test passes' : `All ${tests.length} tests pass`}.${finding ? ` ${plain(finding.remedy, 600)}` : ''}`];
}

function reproduction({ tests }: Cluster, { link }: BodyContext): string[] {
  const reports = [...new Set(tests.map(({ report }) => report))];
  const commands = [...new Set((link?.suites ?? []).flatMap(({ command }) => (command === undefined ? [] : [command])))];
  const files = [...new Set(tests.flatMap(({ file }) => (file === undefined ? [] : [file])))];
  const lines = commands.length > 0
    ? [`Run what the report says was run${files.length > 0 ? `, or only ${files.slice(0, 3).map((file) => code(file)).join(', ')}` : ''}:`, '', codeBlock(commands.slice(0, 5).join('\n'), { lines: 5, length: 1_000 })]
    : files.length > 0 ? [`Run the tests of ${files.slice(0, 5).map((file) => code(file)).join(', ')}${files.length > 5 ? ` and ${plural(files.length - 5, 'other file')}` : ''}.`] : ['The report does not say where the tests stand; their names are above.'];
  return [...lines, '', `Read from ${reports.slice(0, 5).map((report) => code(report)).join(', ')} by ${code(`ssot-audit link ${reports[0] ?? ''}`)}.`];
}

function technicalDetails(cluster: Cluster, context: BodyContext, limits: Limits): string[] {
  const [link] = cluster.links;
  const lines: string[] = [];
  if (link) lines.push(`Explained by a violation of ${code(link.finding.ruleId)} (confidence ${link.confidence}): ${plain(link.finding.message, 600)}`, '', ...findingDetails(link.finding, context, limits));
  else lines.push(plain(cluster.verdict || 'No static violation explains this failure.', 600));
  const suspects = cluster.suspects.filter(({ confidence }) => confidence !== 'unknown').slice(0, 5);
  if (suspects.length > 0) lines.push('', 'Where to look first:', '', ...suspects.map((suspect) => suspectLine(suspect, context)));
  return [...lines, ...environment(context)];
}

function suspectLine({ path, probability, confidence, evidence: reasons }: Suspect, context: BodyContext): string {
  const place = reasons.flatMap(({ references }) => references).find((reference) => 'code' in reference && reference.code.path === path);
  const shown = place ? referenceText(place, context) : fileText(path, undefined, context);
  return `- ${shown} — ${confidence} (${Math.round(Math.min(1, Math.max(0, probability)) * 100)} %)${reasons[0] ? `: ${plain(reasons[0].statement, 300)}` : ''}`;
}

function findingDetails(finding: Finding, context: BodyContext, { sites }: Limits): string[] {
  const owner = fileText(finding.location.path, finding.location.range.start.line, context);
  const others = finding.related.slice(0, sites);
  const lines = [
    `- ${finding.ownerReason === undefined ? 'at' : 'likely owner'} ${owner}${finding.note === undefined ? '' : ` ${plain(finding.note, 200)}`}${finding.ownerReason === undefined ? '' : ` — ${plain(finding.ownerReason, 300)}`}`,
    ...others.map((site) => `- ${site.role} ${siteText(site, context)}`),
  ];
  if (finding.related.length > others.length) lines.push(`- and ${plural(finding.related.length - others.length, 'more place')}`);
  if (finding.differences.length > 0) lines.push('', 'What differs:', '', ...finding.differences.slice(0, sites).map((difference) => `- ${plain(difference, 500)}`));
  if (finding.service !== undefined && finding.service !== '') lines.push('', `Service: ${code(finding.service)}`);
  return lines;
}

function siteText({ location, message, symbol }: Related, context: BodyContext): string {
  return [fileText(location.path, location.range.start.line, context), symbol === undefined ? '' : code(symbol), plain(message, 300)].filter((part) => part !== '').join(' ');
}

function environment({ link, commit }: BodyContext): string[] {
  const lines: string[] = [];
  for (const { format, dialect, tool, path } of (link?.sources ?? []).slice(0, 5)) lines.push(`- report ${code(path)}: ${plain([tool, dialect ?? format].filter((part) => part !== undefined).join(', '), 100)}`);
  for (const { name, evidence: worth } of (link?.suites ?? []).slice(0, 5)) lines.push(`- suite ${code(name)}: evidence ${worth}`);
  if (commit !== undefined) lines.push(`- commit ${code(commit)}`);
  return lines.length === 0 ? [] : ['', 'Environment:', '', ...lines];
}

function whys({ whys: chain, openQuestion, runnersUp }: Cluster, context: BodyContext): string[] {
  const lines = chain.slice(0, 5).map((why, index) => whyText(why, index + 1, context));
  if (openQuestion !== undefined) lines.push('', `The chain ends here. Open: ${plain(openQuestion, 600)}`);
  if (runnersUp.length > 0) lines.push('', 'Also considered:', '', ...runnersUp.slice(0, 3).map((other) => `- ${plain(other, 300)}`));
  return lines;
}

function whyText({ question, answer, status, confirmBy, evidence: grounds }: Why, number: number, context: BodyContext): string {
  const references = grounds.flatMap((ground) => ground.references).slice(0, 4).map((reference) => referenceText(reference, context));
  return [
    `${number}. **${plain(question, 300)}** ${plain(answer, 800)}${references.length > 0 ? ` (${references.join(', ')})` : ''}`,
    ...(status === 'hypothesis' ? [`   HYPOTHESIS${confirmBy === undefined ? '' : `; to confirm: ${plain(confirmBy, 300)}`}`] : []),
  ].join('\n');
}

function prevention({ links }: Cluster, context: BodyContext, { sites }: Limits): string[] {
  const fingerprint = links[0]?.finding.fingerprint;
  const entry = context.link?.prevention.find((candidate) => candidate.fingerprint === fingerprint);
  if (!entry) return [];
  return [
    ...entry.edits.slice(0, sites).map(({ location, instruction }) => `- ${fileText(location.path, location.range.start.line, context)} ${plain(instruction, 300)}`),
    ...(entry.edits.length > sites ? [`- and ${plural(entry.edits.length - sites, 'more edit')}`] : []),
    `- guard: ${plain(entry.guard, 400)}`,
  ];
}

function evidence(cluster: Cluster, context: BodyContext, limits: Limits): string[] {
  const [link] = cluster.links;
  const groups: { of: string; grounds: readonly Evidence[] }[] = [
    ...(link ? [{ of: `the link to ${plain(link.finding.concept, 100)}`, grounds: link.evidence }] : []),
    ...cluster.suspects.slice(0, 3).map(({ path, evidence: grounds }) => ({ of: code(path), grounds })),
  ].filter(({ grounds }) => grounds.length > 0);
  const lines = groups.flatMap(({ of, grounds }) => {
    const shown = grounds.slice(0, limits.evidence);
    return [`For ${of}:`, '', ...shown.map((ground) => evidenceLine(ground, context)), ...(grounds.length > shown.length ? [`- and ${grounds.length - shown.length} more`] : []), ''];
  });
  const isCut = cluster.message.split('\n').length > MESSAGE_LINES || cluster.message.length > limits.message;
  return [
    ...lines, `Cluster ${code(cluster.fingerprint)}, grouped by:`, '', ...cluster.recipe.slice(0, 12).map((part) => `- ${plain(part, 300)}`),
    ...(isCut ? ['', 'The message at greater length:', '', codeBlock(cluster.message, { lines: limits.evidence * 5, length: limits.message * 2 })] : []),
  ];
}

function evidenceLine({ statement, references }: Evidence, context: BodyContext): string {
  const shown = [...new Set(references.map((reference) => referenceText(reference, context)))].slice(0, 3);
  return `- ${plain(statement, 400)}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}`;
}

function referenceText(reference: Reference, context: BodyContext): string {
  if ('code' in reference) return fileText(reference.code.path, reference.code.range.start.line, context);
  if ('commit' in reference) return `${reference.commit.sha.slice(0, 12)} ${plain(reference.commit.subject, 120)}`;
  return code(`${reference.report.path} ${reference.report.record}`, 160);
}

function fileText(path: string, line: number | undefined, { linkBase }: BodyContext): string {
  const shown = code(line === undefined ? path : `${path}:${line}`);
  if (linkBase === undefined || !/^[\w./@+-]+$/.test(path) || /@|\/(?:issues|pulls?|discussions)\/\d/.test(path)) return shown;
  return `[${shown}](${linkBase}${linkTarget(path)}${line === undefined ? '' : `#L${line}`})`;
}

