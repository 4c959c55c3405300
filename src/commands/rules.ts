import { builtInRules } from '../../rules/index.js';
import type { Config } from '../config/schema.js';
import type { Rule } from '../engine/define-rule.js';
import { rulesTable, ruleText, type RuleView } from '../reporters/rule-text.js';
import { compareText } from '../util/compare.js';
import { nearest } from '../util/nearest.js';
import { schemaNode } from '../util/schema-text.js';
import { UserError } from '../util/user-error.js';
import { findTarget } from './find-target.js';
import { writeStdout } from './output.js';
import { terminalOptions } from './terminal-options.js';

export interface RulesFlags {
  format: 'table' | 'json';
  config?: string;
  color?: boolean;
}

/** `ssot-audit rules [id]`: the table of rules, those of plugins among them, or one rule in full. */
export async function rulesCommand(id: string | undefined, flags: RulesFlags): Promise<number> {
  const { config } = await findTarget([], flags.config === undefined ? {} : { config: flags.config });
  const views = ruleViews(config);
  const { width } = terminalOptions(flags);
  const chosen = id === undefined ? views : [findRule(views, id)];
  if (flags.format === 'json') await writeStdout(`${JSON.stringify(chosen.map(({ meta, severity, options }) => ({ ...meta, severity, options })), null, 2)}\n`);
  else await writeStdout(id === undefined ? rulesTable(views, width) : ruleText(chosen[0]!, width));
  return 0;
}

/** All rules as a configuration has them, by id. */
export function ruleViews({ plugins, rules }: Pick<Config, 'plugins' | 'rules'>): RuleView[] {
  return [...builtInRules, ...plugins]
    .map(({ meta, options }: Rule): RuleView => {
      const setting = rules[meta.id];
      return { meta, options: schemaNode(options), severity: (Array.isArray(setting) ? setting[0] : setting) ?? meta.severity };
    })
    .sort((a, b) => compareText(a.meta.id, b.meta.id));
}

function findRule(views: readonly RuleView[], id: string): RuleView {
  const found = views.find(({ meta }) => meta.id === id);
  if (found) return found;
  const suggestion = nearest(id, views.map(({ meta }) => meta.id));
  throw new UserError(`There is no rule "${id}".`, { code: 'unknown-rule', hint: suggestion === undefined ? 'All rules: ssot-audit rules' : `Did you mean "${suggestion}"? All rules: ssot-audit rules` });
}
