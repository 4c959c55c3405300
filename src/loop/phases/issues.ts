import type { PhaseRecordOf } from '../../model/loop-records.js';
import { commonOf, type LoopContext } from '../loop-context.js';

export async function issuesPhase(context: LoopContext): Promise<PhaseRecordOf<'issues'>> {
  const startedAt = context.now().toISOString();
  return { ...commonOf(context, 'issues', startedAt, 'No issue is drafted.'), phase: 'issues', drafts: [], notFiled: [], published: [] };
}
