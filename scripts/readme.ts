import { readFileSync } from 'node:fs';
import { builtInRules } from '../rules/index.js';
import { categories } from '../src/model/result.js';

/** The README with its table of rules made anew; the rest is written by hand. */
export function readme(): string {
  const text = readFileSync('README.md', 'utf8');
  return text.replace(/(<!-- rules -->)[\s\S]*?(<!-- \/rules -->)/, (_, start: string, end: string) => `${start}\n${ruleTable()}\n${end}`);
}

/** A line per category, its rules with links. */
function ruleTable(): string {
  const rows = categories.flatMap((category) => {
    const rules = builtInRules.filter(({ meta }) => meta.category === category);
    return rules.length === 0 ? [] : [`| ${category} | ${rules.map(({ meta }) => `[${meta.id}](rules/${meta.id}.md)`).join(', ')} |`];
  });
  return ['| category | rules |', '|---|---|', ...rows].join('\n');
}
