import picomatch from 'picomatch';
import { z } from 'zod';
import type { Severity } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { explainIssues } from '../util/explain-issues.js';
import { hashOf } from '../util/hash.js';
import { toolVersion } from '../util/tool-version.js';
import { UserError } from '../util/user-error.js';
import { nearest } from '../util/nearest.js';
import type { Rule } from './define-rule.js';
import type { ActiveRule } from './run-rules.js';

export interface RuleSelection {
  rules?: { readonly [id: string]: 'off' | Severity | readonly ['off' | Severity, unknown] };
  plugins?: readonly Rule[];
  /** Ids or globs. */
  only?: readonly string[];
  skip?: readonly string[];
}

/**
 * The rules that run, with severity and options. Throws a UserError for an id that no rule has and for options that a rule's schema refuses.
 * `rulesetHash` identifies the selection: results of different rule sets must not be compared.
 */
export function activeRules(builtIn: readonly Rule[], selection: RuleSelection): { active: ActiveRule[]; all: readonly Rule[]; rulesetHash: string } {
  const all = [...builtIn, ...(selection.plugins ?? [])].sort((a, b) => compareText(a.meta.id, b.meta.id));
  const ids = all.map(({ meta }) => meta.id);
  for (const [position, id] of ids.entries()) if (ids[position + 1] === id) throw new UserError(`Two rules have the id "${id}".`, { code: 'duplicate-rule', hint: 'Give the rule of the plugin a prefix: "acme/..." .' });
  const settings = selection.rules ?? {};
  for (const id of Object.keys(settings)) requireKnown(id, ids, 'rules');
  const isOnly = matcherOf(selection.only, ids, '--only');
  const isSkipped = matcherOf(selection.skip, ids, '--skip');

  const active: ActiveRule[] = [];
  for (const rule of all) {
    const { id } = rule.meta;
    const setting = settings[id];
    const [level, given] = typeof setting === 'object' ? setting : [setting, undefined];
    if (level === 'off' || (isOnly && !isOnly(id)) || isSkipped?.(id)) continue;
    active.push({ rule, options: optionsOf(rule, given), ...(level === undefined ? {} : { severity: level }) });
  }
  const described = active.map(({ rule, severity, options }) => [rule.meta.id, severity ?? rule.meta.severity, options]);
  return { active, all, rulesetHash: hashOf(JSON.stringify([toolVersion(), described]), 16) };
}

function optionsOf(rule: Rule, given: unknown = {}): unknown {
  // An option that is misspelt must not be ignored.
  const schema = rule.options instanceof z.ZodObject ? rule.options.strict() : rule.options;
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const reasons = explainIssues(schema, given, parsed.error.issues, `rules["${rule.meta.id}"][1]`);
  throw new UserError(reasons.join('\n  '), { code: 'invalid-rule-options', hint: `See: ssot-audit rules ${rule.meta.id}` });
}

function matcherOf(patterns: readonly string[] | undefined, ids: readonly string[], flag: string): ((id: string) => boolean) | undefined {
  if (!patterns || patterns.length === 0) return undefined;
  for (const pattern of patterns) {
    const matches = picomatch(pattern);
    if (!ids.some((id) => matches(id))) requireKnown(pattern, ids, flag);
  }
  const matches = picomatch([...patterns]);
  return (id) => matches(id);
}

function requireKnown(id: string, ids: readonly string[], where: string): void {
  if (ids.includes(id)) return;
  const suggestion = nearest(id, ids);
  throw new UserError(`${where}: there is no rule "${id}".`, { code: 'unknown-rule', hint: suggestion ? `Did you mean "${suggestion}"? All rules: ssot-audit rules` : 'All rules: ssot-audit rules' });
}
