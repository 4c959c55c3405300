import type { Comparison, Finding, ScanResult } from '../model/result.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { countsText, summarize } from './summary.js';

/** The findings of a run that compares, by what they mean for it. Each list keeps the result's order. */
export interface Judged {
  blocking: readonly Finding[];
  warning: readonly Finding[];
  /** New or worse, and only listed. */
  noted: readonly Finding[];
  /** As they were before. */
  known: readonly Finding[];
}

export function judgedFindings({ findings }: ScanResult): Judged {
  const compared = findings.filter(({ change }) => change !== undefined);
  const isKnown = ({ change }: Finding): boolean => change!.kind === 'unchanged' || change!.kind === 'moved';
  const worse = compared.filter((finding) => !isKnown(finding));
  return {
    blocking: worse.filter(({ change }) => change!.blocks),
    warning: worse.filter(({ change }) => !change!.blocks && change!.level === 'warn'),
    noted: worse.filter(({ change }) => !change!.blocks && change!.level !== 'warn'),
    known: compared.filter(isKnown),
  };
}

/** `1 finding blocks, 2 warn, 3 more are new or worse; 40 known findings hidden; 2 fixed, 1 shrunk`. */
export function comparisonCounts(result: ScanResult): string {
  const { blocking, warning, noted, known } = judgedFindings(result);
  const { resolved } = result.comparison!;
  const fixed = resolved.filter(({ kind }) => kind === 'fixed').length;
  const parts = [
    blocking.length + warning.length + noted.length === 0 ? 'nothing new or worse' : [
      ...(blocking.length > 0 ? [`${plural(blocking.length, 'finding blocks', 'findings block')}`] : []),
      ...(warning.length > 0 ? [`${plural(warning.length, 'warns', 'warn')}`] : []),
      ...(noted.length > 0 ? [`${plural(noted.length, 'more is new or worse', 'more are new or worse')}`] : []),
    ].join(', '),
    `${plural(known.length, 'known finding')} hidden`,
    ...(resolved.length > 0 ? [[...(fixed > 0 ? [`${fixed} fixed`] : []), ...(resolved.length > fixed ? [`${resolved.length - fixed} shrunk`] : [])].join(', ')] : []),
  ];
  return parts.join('; ');
}

/** What a run says in one line: what became worse where something was compared, else the counts. */
export function resultText(result: ScanResult): string {
  return result.comparison ? `compared with ${printable(againstText(result.comparison))}: ${comparisonCounts(result)}` : countsText(summarize(result));
}

/** `the baseline .ssot-baseline.json`, `origin/main (at 1a2b3c4d5)`. */
export function againstText({ against: { kind, name, commit } }: Comparison): string {
  return kind === 'baseline' ? `the baseline ${name}` : `${name}${commit === undefined || commit.startsWith(name) ? '' : ` (at ${commit.slice(0, 9)})`}`;
}
