import type { PhaseRecordOf } from '../../model/loop-records.js';
import { commonOf, type LoopContext } from '../loop-context.js';

/** Phase 5: the audit against the base and the proof of stability. Without a base nothing can be proven, and that is said. */
export async function auditPhase(context: LoopContext): Promise<PhaseRecordOf<'audit'>> {
  const startedAt = context.now().toISOString();
  const reason = 'There is no base to compare with: give one with --base.';
  return { ...commonOf(context, 'audit', startedAt, `Nothing was proven. ${reason}`), phase: 'audit', verdict: 'unknown', reasons: [reason], introduced: [], fixed: [], breaking: [] };
}
