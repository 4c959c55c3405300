import type { FactIndex } from '../facts/fact-index.js';
import { maskSecrets } from '../facts/mask-secrets.js';
import type { TreeBefore } from '../facts/tree-before.js';
import { fingerprintOf } from '../findings/fingerprint.js';
import { locationOf } from '../model/location.js';
import { severities, type Category, type Finding, type Problem, type Severity } from '../model/result.js';
import type { FindingDraft, IdleSuppression, Rule, Site } from './define-rule.js';
import { siteContent } from './site-content.js';

/** A rule as the configuration wants it run. */
export interface ActiveRule {
  rule: Rule;
  /** Severity from the configuration; absent: the rule's own. */
  severity?: Severity;
  /** Options, already validated. */
  options: unknown;
}

export interface RuleRun {
  findings: Finding[];
  problems: Problem[];
  /** What each finding rests on, by fingerprint. */
  sites: ReadonlyMap<string, readonly Site[]>;
  /** Ids of the rules that failed. */
  crashed: ReadonlySet<string>;
}

/** Runs the rules over the facts. A rule that throws is a problem of the run and takes no other rule with it. */
export function runRules(rules: readonly ActiveRule[], facts: FactIndex, suppressions: readonly IdleSuppression[] = [], before?: TreeBefore): RuleRun {
  const findings: Finding[] = [];
  const sites = new Map<string, readonly Site[]>();
  const problems: Problem[] = [];
  const crashed = new Set<string>();
  for (const active of rules) {
    try {
      for (const draft of active.rule.check({ facts, options: active.options as never, suppressions, before })) {
        const finding = findingOf(active, draft, facts);
        findings.push(finding);
        if (!sites.has(finding.fingerprint)) sites.set(finding.fingerprint, draft.sites);
      }
    } catch (error) {
      const { id } = active.rule.meta;
      crashed.add(id);
      problems.push({ kind: 'rule-crash', message: `Rule ${id} failed: ${(error as Error).stack?.split('\n').slice(0, 2).join(' ').replace(/\(file:[^)]*\//, '(') ?? String(error)}` });
    }
  }
  return { findings: distinct(findings), problems, sites, crashed };
}

function findingOf({ rule, severity }: ActiveRule, draft: FindingDraft, facts: FactIndex): Finding {
  const [primary, ...others] = draft.sites;
  if (!primary) throw new Error(`draft "${draft.key}" has no site`);
  const { meta } = rule;
  // Here and not in the reporters: no result, baseline or issue may carry a secret on, whoever wrote the rule.
  const shown = (text: string): string => maskSecrets(text, ABOUT_VALUES.has(meta.category) ? draft.concept : '');
  return {
    ruleId: meta.id,
    category: meta.category,
    severity: effectiveSeverity(meta.severity, severity, draft.severity),
    key: draft.key,
    concept: draft.concept,
    message: shown(draft.message),
    fingerprint: fingerprintOf(meta.id, draft.key, draft.sites.map((site) => ({ path: site.fact.file.path, symbol: symbolOf(site) }))),
    location: siteLocation(primary),
    symbol: symbolOf(primary),
    ...(primary.message === '' ? {} : { note: shown(primary.message) }),
    ...(primary.importers ? { importers: primary.importers } : {}),
    ...contentAt(facts, primary),
    related: others.map((site) => ({
      location: siteLocation(site),
      message: shown(site.message),
      role: site.role,
      symbol: symbolOf(site),
      ...(site.importers ? { importers: site.importers } : {}),
      ...contentAt(facts, site),
    })),
    ...(draft.unlisted === undefined || draft.unlisted.length === 0 ? {} : {
      unlisted: draft.unlisted.map((site) => ({ path: site.fact.file.path, line: site.line ?? site.fact.span[0], role: site.role, symbol: symbolOf(site) })),
    }),
    ...(draft.ownerReason === undefined ? {} : { ownerReason: shown(draft.ownerReason) }),
    differences: (draft.differences ?? []).map(shown),
    remedy: draft.remedy ?? meta.remedy,
    rank: Math.round(Math.min(1, Math.max(0, draft.rank ?? 0.5)) * 1000) / 1000,
    service: primary.fact.file.service.name,
  };
}

/** Categories whose findings quote values of what they name. */
const ABOUT_VALUES: ReadonlySet<Category> = new Set<Category>(['config-drift', 'duplicate-constant']);

/** The configuration raises or lowers a rule; a draft that departs from its rule keeps its distance downwards. */
function effectiveSeverity(own: Severity, configured: Severity | undefined, drafted: Severity | undefined): Severity {
  if (configured === undefined) return drafted ?? own;
  if (drafted === undefined) return configured;
  return severities.indexOf(drafted) > severities.indexOf(configured) ? drafted : configured;
}

function contentAt(facts: FactIndex, { fact, role }: Site): { content?: string } {
  const content = role === 'owner' || role === 'copy' || role === 'declaration' ? siteContent(facts, fact) : undefined;
  return content === undefined ? {} : { content };
}

function symbolOf(site: Site): string {
  return site.symbol ?? [...site.fact.scope, site.fact.name].filter((part) => part !== '').join('.');
}

function siteLocation({ fact, line }: Site): Finding['location'] {
  return locationOf(fact.file.path, line === undefined ? fact.span : [line, 1, line, 1]);
}

/** Two drafts that name the same knowledge at the same sites are one; the first, in the rule's order, stays. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map([...findings].reverse().map((finding) => [finding.fingerprint, finding])).values()].reverse();
}
