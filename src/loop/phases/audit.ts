import { compareWithCommit } from '../../compare.js';
import { resolveBase } from '../../discover/resolve-base.js';
import type { PhaseRecordOf } from '../../model/loop-records.js';
import type { ScanResult } from '../../model/result.js';
import { proofFrom } from '../../prove.js';
import { plural } from '../../util/plural.js';
import { judgedRun } from '../judged-run.js';
import { commonOf, keepJson, type LoopContext } from '../loop-context.js';

/** Phase 5: the audit against the base and the proof of stability. Without a base nothing can be proven, and that is said. */
export async function auditPhase(context: LoopContext): Promise<PhaseRecordOf<'audit'>> {
  const { root, config, store, scanOptions } = context;
  const startedAt = context.now().toISOString();
  const { base } = store.run;
  if (base === undefined) {
    const reason = 'There is no base to compare with: give one with --base.';
    return { ...commonOf(context, 'audit', startedAt, `Nothing was proven. ${reason}`), phase: 'audit', verdict: 'unknown', reasons: [reason], introduced: [], fixed: [], breaking: [] };
  }
  context.say(`comparing with ${base}`);
  const options = { ...scanOptions, root, config };
  const compared = await compareWithCommit(options, resolveBase(root, base, 'merge-base'), config.gate);
  const { run } = judgedRun(context, store.phase('execution')?.suites ?? []);
  const proof = await proofFrom(options, compared, run);
  const breaking = proof.removed.filter(({ importers }) => importers.length > 0).map(({ path, name, importers }) => `${name ?? 'the module'} of ${path} is gone; still imported by ${importers.slice(0, 5).join(', ')}${importers.length > 5 ? ` and ${importers.length - 5} more` : ''}`);
  return {
    ...commonOf(context, 'audit', startedAt, `${proof.verdict} against ${base}: ${proof.reasons.length === 1 ? proof.reasons[0]! : plural(proof.reasons.length, 'reason')}`),
    phase: 'audit', proof: keepJson(store, 'proof.json', proof), verdict: proof.verdict, reasons: proof.reasons, introduced: introducedBy(compared.result), fixed: fixedBy(compared.result), breaking,
  };
}

function introducedBy({ findings }: ScanResult): string[] {
  return findings.filter(({ change, severity }) => severity !== 'info' && (change?.kind === 'new' || change?.kind === 'grown' || change?.kind === 'changed')).map(({ ruleId, change }) => `${ruleId}: ${change!.statement}`);
}

function fixedBy({ comparison }: ScanResult): string[] {
  return comparison!.resolved.filter(({ kind }) => kind === 'fixed').map(({ ruleId, concept }) => `${ruleId}: ${concept}`);
}
