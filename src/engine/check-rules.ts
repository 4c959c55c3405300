import type { AuditedFile, FactIndex } from '../facts/fact-index.js';
import type { TreeBefore } from '../facts/tree-before.js';
import { createSuppressions, type FileSuppressions } from '../findings/suppressions.js';
import type { IdleSuppression, Rule } from './define-rule.js';
import { runRules, type ActiveRule, type RuleRun } from './run-rules.js';

export interface CheckOptions {
  /** All rules that there are, running or not. */
  all: readonly Rule[];
  /** `YYYY-MM-DD`; absent: no suppression is out of date. */
  today?: string | undefined;
  /** Whether a suppression that matches nothing may be called unused. Not where a part of the tree was audited: its finding may need the rest. */
  judgesUnused: boolean;
  /** The tree that this one is compared with. */
  before?: TreeBefore | undefined;
}

/**
 * Runs the rules and marks what comments in the source accept; then, on what became of those comments, the rules of category `meta`. A finding
 * of theirs can be accepted too; a comment that does so and is idle itself comes last and cannot.
 */
export function checkRules(active: readonly ActiveRule[], facts: FactIndex, comments: readonly FileSuppressions[], options: CheckOptions): RuleRun {
  const isMeta = ({ meta }: Rule): boolean => meta.category === 'meta';
  const metaIds = new Set(options.all.filter(isMeta).map(({ meta }) => meta.id));
  const metaRules = active.filter(({ rule }) => isMeta(rule));
  const suppressions = createSuppressions(comments, new Set(options.all.map(({ meta }) => meta.id)), options.today);
  const checked = runRules(active.filter(({ rule }) => !isMeta(rule)), facts, [], options.before);
  const findings = suppressions.mark(checked.findings);

  // What only some comparisons see is in no run known to be gone.
  const ran = new Set(active.filter(({ rule }) => !rule.needsBase).map(({ rule }) => rule.meta.id).filter((id) => !checked.crashed.has(id)));
  const idle = (aboutMeta: boolean): IdleSuppression[] => suppressions.idle(ran)
    .filter(({ state, names }) => names.some((id) => metaIds.has(id)) === aboutMeta && (state !== 'unused' || options.judgesUnused))
    .map(({ path, text, span, state, rules, statement }) => ({
      fact: { kind: 'suppression', name: text, scope: [], exported: false, span, file: facts.file(path) as AuditedFile, canonicalName: '' }, state, rules, statement,
    }));
  const onComments = runRules(metaRules, facts, idle(false));
  const onFindings = suppressions.mark(onComments.findings);
  const onThose = runRules(metaRules, facts, idle(true));
  // A rule without a look at the suppressions says the same twice.
  const said = new Set(onFindings.map(({ fingerprint }) => fingerprint));
  return {
    findings: [...findings, ...onFindings, ...onThose.findings.filter(({ fingerprint }) => !said.has(fingerprint))],
    problems: [...checked.problems, ...onComments.problems],
    sites: new Map([...onThose.sites, ...onComments.sites, ...checked.sites]),
    crashed: new Set([...checked.crashed, ...onComments.crashed]),
  };
}
