import type { z } from 'zod';
import type { FactIndex, Indexed, IndexedFact } from '../facts/fact-index.js';
import type { TreeBefore } from '../facts/tree-before.js';
import type { SuppressionFact } from '../model/facts.js';
import type { RuleMeta, Severity, SiteRole } from '../model/result.js';

/** One place of a finding: a fact, or a place inside a file when no fact stands there. */
export interface Site {
  /** The fact at the place. Its file, span and scoped name make location, symbol and identity. */
  fact: IndexedFact;
  /** What this site says or does: `default "8080"`, `6 fields`. */
  message: string;
  role: SiteRole;
  /** Shown instead of the fact's scoped name. */
  symbol?: string;
  /** A line inside the fact that is meant rather than its start: an enum member, a field. */
  line?: number;
  importers?: { production: number; test: number };
}

/** A suppression comment that suppresses nothing, or nothing any more. */
export interface IdleSuppression {
  fact: Indexed<SuppressionFact>;
  state: 'invalid' | 'expired' | 'unused';
  /** The rules that it names in vain; empty where they could not be read. */
  rules: readonly string[];
  /** In a sentence: what is wrong with it, when it ended, or what it does not match. */
  statement: string;
}

/** What a rule says. The engine adds rule, category, fingerprint and service. */
export interface FindingDraft {
  /** Identity of the knowledge: a canonical name, an event and its service. No paths, no line numbers. */
  key: string;
  concept: string;
  /** What is so, in one sentence with the names and the values. */
  message: string;
  /** All declarations; the first is the primary location (the likely owner, where there is one). At least one. */
  sites: readonly Site[];
  /** Places beyond those that a person is shown. A comparison sees them: one more of them is one more place. */
  unlisted?: readonly Site[];
  ownerReason?: string;
  differences?: readonly string[];
  remedy?: string;
  /** Harm from 0 to 1; 0.5 when absent. */
  rank?: number;
  /** Severity for this finding where it departs from the rule's own. A configured severity caps it. */
  severity?: Severity;
}

export interface RuleContext<O> {
  facts: FactIndex;
  options: O;
  /** Suppression comments that do nothing, with the reason. Only for rules of category `meta`, which run after all others; else empty. */
  suppressions: readonly IdleSuppression[];
  /** The tree that this one is compared with; only for rules that need one. */
  before?: TreeBefore | undefined;
}

export interface Rule<S extends z.ZodType = z.ZodType> {
  meta: RuleMeta;
  options: S;
  /** It compares with a base, and runs only where there is one. */
  needsBase?: boolean;
  check(context: RuleContext<z.infer<S>>): Iterable<FindingDraft>;
}

/** Defines a rule: `meta`, a zod schema of its options with defaults, and a pure `check` from facts to drafts. */
export function defineRule<S extends z.ZodType>(rule: Rule<S>): Rule<S> {
  return rule;
}
