import type { Fact } from '../model/facts.js';
import type { Location } from '../model/location.js';
import type { Finding, Related, RuleMeta, ScanResult } from '../model/result.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/terminal-text.js';
import type { ReporterOptions } from './reporter.js';
import { importersText, isAboutCopies, serviceName, withPathPrefix } from './words.js';

/** What stands at a place: source lines and facts. */
export interface SiteView {
  location: Location;
  lines: readonly { number: number; text: string }[];
  facts: readonly Fact[];
}

const MAX_VALUE = 300;

/** One finding with all that it rests on: every place with its source and facts, what differs, why this owner, how to accept it. */
export function findingText(finding: Finding, sites: readonly SiteView[], result: ScanResult, { width = 100, pathPrefix = '' }: ReporterOptions): string {
  const wide = Math.min(width, 120);
  const paragraph = (text: string, indent = ''): string => wrapText(printable(withPathPrefix(text, result, pathPrefix)), wide - indent.length).map((line) => indent + line).join('\n');
  const rule = result.rules.find(({ id }) => id === finding.ruleId);
  const owner: Omit<Related, 'role'> & { role: string } = { ...finding, message: finding.note ?? '', role: finding.ownerReason === undefined ? 'first place' : 'likely owner' };
  const places = [owner, ...finding.related];
  const blocks = [
    `${printable(finding.concept)} — ${finding.ruleId}`,
    `${finding.severity} · ${finding.category}${finding.service === undefined || result.services.length < 2 ? '' : ` · ${printable(serviceName(finding.service, result.root))}`} · harm ${finding.rank} · fingerprint ${finding.fingerprint}`,
    paragraph(finding.message),
    finding.ownerReason === undefined ? '' : `Why this owner\n${paragraph(finding.ownerReason, '  ')}`,
    differencesText(finding, paragraph),
    ...places.map((place, index) => siteText(index + 1, place, sites[index], pathPrefix, wide)),
    finding.codeOwners?.length ? `Code owners\n${paragraph(finding.codeOwners.join(' '), '  ')}` : '',
    rule ? `Why it matters\n${paragraph(rule.rationale, '  ')}` : '',
    `What to do\n${paragraph(finding.remedy, '  ')}`,
    suppressionText(finding, rule),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function differencesText(finding: Finding, paragraph: (text: string, indent?: string) => string): string {
  if (finding.differences.length > 0) return `What differs\n${finding.differences.map((difference) => paragraph(difference, '  ')).join('\n')}`;
  return isAboutCopies(finding) ? 'What differs\n  nothing: the copies are equal' : '';
}

function siteText(number: number, place: Pick<Related, 'location' | 'message' | 'symbol' | 'importers'> & { role: string }, site: SiteView | undefined, pathPrefix: string, width: number): string {
  const { location, role, symbol, message, importers } = place;
  const notes = [symbol === undefined ? '' : printable(symbol), printable(message), importersText(importers)].filter((part) => part !== '');
  const heading = `${number}. ${printable(pathPrefix + location.path)}:${location.range.start.line}  ${role}`;
  const lines = [heading, ...notes.flatMap((note) => wrapText(note, width - 3).map((line) => `   ${line}`))];
  if (!site || site.lines.length === 0) return [...lines, '   (the file cannot be read any more)'].join('\n');
  const gutter = String(site.lines.at(-1)!.number).length;
  lines.push(...site.lines.map(({ number: line, text }) => cut(`   ${String(line).padStart(gutter)} │ ${visible(text)}`, width)));
  for (const fact of site.facts) lines.push(...factLines(fact));
  return lines.join('\n');
}

/** A fact as the rules see it; position, body sketch and empty properties are left out. */
function factLines(fact: Fact): string[] {
  const { kind, name, scope, span, ...rest } = fact;
  const properties = Object.entries(rest).filter(([key, value]) => key !== 'sketch' && !(Array.isArray(value) && value.length === 0) && value !== false);
  return [
    `   fact: ${kind} ${printable([...scope, name].join('.'))} (${span[0]}:${span[1]} to ${span[2]}:${span[3]})`,
    ...properties.map(([key, value]) => `     ${key}: ${cut(printable(JSON.stringify(value)), MAX_VALUE)}`),
  ];
}

function suppressionText(finding: Finding, rule: RuleMeta | undefined): string {
  if (finding.suppression) return `Accepted (${finding.suppression.kind})\n  ${printable(finding.suppression.justification)}`;
  const mark = /\.(?:[cm]?[jt]sx?|jsonc)$/.test(finding.location.path) ? '//' : '#';
  return [
    'Accept it',
    `  ${mark} ssot-ignore-next-line ${rule?.id ?? finding.ruleId} -- <reason>`,
    '  in a comment on the line above any of its places (until=YYYY-MM-DD before the reason makes it end).',
  ].join('\n');
}

/** Indentation is kept; what could move the cursor is shown as an escape. */
function visible(text: string): string {
  const indent = /^[ \t]*/.exec(text)![0];
  return indent.replaceAll('\t', '  ') + printable(text);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
