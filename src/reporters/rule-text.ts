import Table from 'cli-table3';
import type { RuleMeta, Severity } from '../model/result.js';
import { allowedBy, type SchemaNode } from '../util/schema-text.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/terminal-text.js';

/** A rule as it stands: what it says of itself, its options, and the severity that the configuration gives it. */
export interface RuleView {
  meta: RuleMeta;
  options: SchemaNode;
  severity: Severity | 'off';
}

const PLAIN = { style: { head: [], border: [], compact: true } };

/** The table of all rules, by id. */
export function rulesTable(rules: readonly RuleView[], width = 100): string {
  const idWidth = Math.max(4, ...rules.map(({ meta }) => meta.id.length));
  const titleWidth = Math.max(24, width - idWidth - 10 - 10);
  const table = new Table({ head: ['rule', 'severity', 'what it finds'], colWidths: [idWidth + 2, 10, titleWidth + 2], ...PLAIN });
  for (const { meta, severity } of rules) {
    const status = meta.status === 'stable' ? '' : ` (${meta.status})`;
    table.push([printable(meta.id), severity, wrapText(`${printable(meta.title)}${status}`, titleWidth).join('\n')]);
  }
  return `${table.toString()}\n${rules.length} rules. One in full: ssot-audit rules <id>\n`;
}

/** Everything about one rule. */
export function ruleText({ meta, options, severity }: RuleView, width = 100): string {
  const paragraph = (text: string): string => wrapText(printable(text), Math.min(width, 100)).join('\n');
  const from = severity === meta.severity ? '' : ` (by the configuration; its own is ${meta.severity})`;
  return [
    `${meta.id} — ${printable(meta.title)}`,
    `severity ${severity}${from} · category ${meta.category} · ${meta.status} since ${meta.since}${meta.tags.length > 0 ? ` · ${meta.tags.join(', ')}` : ''}`,
    paragraph(meta.description),
    `Why it matters\n${paragraph(meta.rationale)}`,
    `What to do\n${paragraph(meta.remedy)}`,
    optionsText(meta.id, options, Math.min(width, 100)),
    `Accept one finding\n  ssot-ignore-next-line ${meta.id} until=YYYY-MM-DD -- <reason>\nin a comment on the line above any of its places. The date is optional, the reason is not.`,
  ].join('\n\n') + '\n';
}

function optionsText(id: string, { properties = {} }: SchemaNode, width: number): string {
  const rows = Object.entries(properties);
  if (rows.length === 0) return 'Options\n  none';
  const lines = rows.flatMap(([name, node]) => {
    const byDefault = node.default === undefined ? '' : `, default ${JSON.stringify(node.default)}`;
    return [`  ${name}: ${allowedBy(node)}${byDefault}`, ...(node.description === undefined ? [] : wrapText(node.description, width - 6).map((line) => `      ${line}`))];
  });
  return [`Options, as in rules: { "${id}": ["warning", { ${rows[0]![0]}: ... }] }`, ...lines].join('\n');
}
