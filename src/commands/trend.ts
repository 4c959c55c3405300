import { resolve } from 'node:path';
import { readHistory } from '../loop/history.js';
import { sparkline, trendOf, trendSvg, type Series } from '../loop/trend.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';

export interface TrendFlags extends TargetFlags {
  format: 'table' | 'json';
  svg?: string;
  last?: number;
}

const NAME_WIDTH = 44;

/** `ssot-audit trend`: violations, failures and evidence over the runs of the loop. */
export async function trendCommand(flags: TrendFlags): Promise<number> {
  const { root } = await findTarget([], flags);
  const { lines, damaged } = readHistory(root);
  if (lines.length === 0) throw new UserError('There is no history yet.', { code: 'no-history', hint: 'Every finished `ssot-audit loop` adds a line to .ssot-audit/history.jsonl.' });
  if (damaged > 0) process.stderr.write(`ssot-audit: ${plural(damaged, 'line')} of the history cannot be read and ${damaged === 1 ? 'is' : 'are'} passed over.\n`);
  const trend = trendOf(lines, flags.last);
  if (flags.svg !== undefined) {
    writeFileWhole(resolve(flags.svg), trendSvg(trend));
    process.stderr.write(`wrote ${flags.svg}\n`);
  }
  if (flags.format === 'json') {
    await writeStdout(`${JSON.stringify(trend, null, 1)}\n`);
    return 0;
  }
  const group = (title: string, series: readonly Series[], value: (last: number | undefined) => string): string[] => (series.length === 0 ? [] : ['', title, ...series.map(({ name, values }) => `  ${cell(name)} ${sparkline(values)}  ${value(values.at(-1))}`)]);
  const evidence = ['none', 'partial', 'strong'];
  await writeStdout([
    `${plural(trend.runs.length, 'run')}, ${trend.runs[0]!.at.slice(0, 10)} to ${trend.runs.at(-1)!.at.slice(0, 10)}; last verdict: ${trend.runs.at(-1)!.verdict}`,
    ...group('Violations per rule', trend.violations, (last) => String(last ?? 'unknown')),
    ...group('Failures per cluster', trend.failures, (last) => (last === undefined || last === 0 ? 'gone' : 'failing')),
    ...group('Evidence per suite', trend.evidence, (last) => (last === undefined ? 'did not run' : evidence[last]!)),
    ...(trend.rulesetChanges.length === 0 ? [] : ['', `The rule set changed with ${trend.rulesetChanges.join(', ')}: violations before and after do not compare.`]),
    '',
  ].join('\n'));
  return 0;
}

function cell(name: string): string {
  const text = printable(name);
  return (text.length > NAME_WIDTH ? `${text.slice(0, NAME_WIDTH - 1)}…` : text).padEnd(NAME_WIDTH);
}
