import type { Proof } from '../model/proof.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { padEnd, wrapText } from '../util/terminal-text.js';

const MOST = 15;

/** The proof for a terminal. */
export function proofTable(proof: Proof, width = 100): string {
  const wide = Math.min(width, 120);
  const blocks = sectionsOf(proof).map(({ title, head, rows, rest }) => {
    const columns = head.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]!.length)));
    const line = (cells: readonly string[]): string => `  ${cells.map((cell, index) => (index === cells.length - 1 ? cell : padEnd(cell, columns[index]!))).join('  ')}`.trimEnd();
    return [title, line(head), ...rows.map((row) => line(row)), ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
  });
  const reasons = proof.reasons.flatMap((reason) => wrapText(printable(reason), wide - 4, '  ').map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`));
  return `${[...blocks, [`${proof.verdict} against ${printable(proof.against.name)} (${proof.against.commit.slice(0, 9)}), ${plural(proof.changedFiles.length, 'changed file')}:`, ...reasons].join('\n')].join('\n\n')}\n`;
}

/** The proof for a pull request. */
export function proofMarkdown(proof: Proof): string {
  const cell = (text: string): string => printable(text).replace(/[\\`*_{}[\]|<>~]/g, '\\$&').replace(/@(?=[\w-])|#(?=\d)/g, '$&\u200b');
  const blocks = sectionsOf(proof).map(({ title, head, rows, rest }) => [
    `### ${title}`, '', `| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`), ...(rest > 0 ? ['', `and ${rest} more`] : []),
  ].join('\n'));
  return `${[`## ${proof.verdict}`, `Against ${cell(proof.against.name)} (\`${proof.against.commit.slice(0, 9)}\`), ${plural(proof.changedFiles.length, 'changed file')}.`, proof.reasons.map((reason) => `- ${cell(reason)}`).join('\n'), ...blocks].join('\n\n')}\n`;
}

interface Section {
  title: string;
  head: string[];
  rows: string[][];
  rest: number;
}

function sectionsOf({ rules, removed, variables, tests, evidence }: Proof): Section[] {
  const sections: Section[] = [
    { title: 'Stability', head: ['rule', 'fixed', 'new', 'changed', 'unchanged', 'blocks'], rows: rules.map((row) => [row.ruleId, ...[row.fixed, row.new, row.changed, row.unchanged, row.blocks].map(String)]), rest: 0 },
    section('Removed, and who still imports it', ['removed', 'importers left'], removed.map(({ path, name, importers }) => [name === undefined ? path : `${name} of ${path}`, importers.length === 0 ? 'none' : importers.join(', ')])),
    section('Variables that changed code reads', ['variable', 'service', 'required', 'given in', 'missing in'], variables.map(({ name, service, required, given, missing }) => [name, service, required ? 'yes' : 'no', given.join(', ') || '-', missing.join(', ') || '-'])),
    section('Tests in reach of the change', ['test', 'imports away', 'outcome', 'evidence'], tests.map(({ path, distance, outcome, evidence: level }) => [path, String(distance), outcome, level])),
    section('What the reports are worth', ['suite', 'evidence', 'because'], evidence.map(({ suite, level, reasons }) => [suite, level, reasons.join(' ')])),
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

function section(title: string, head: string[], rows: string[][]): Section {
  return { title, head, rows: rows.slice(0, MOST).map((row) => row.map(printable)), rest: Math.max(0, rows.length - MOST) };
}
