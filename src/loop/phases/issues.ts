import { draftIssues } from '../../issues/draft-issues.js';
import { sealed } from '../../issues/seal.js';
import { linkResultSchema } from '../../model/link-result.js';
import type { PhaseRecordOf } from '../../model/loop-records.js';
import { definedOnly } from '../../util/defined-only.js';
import { plural } from '../../util/plural.js';
import { commonOf, type LoopContext } from '../loop-context.js';
import { pullRequestText } from '../pull-request-text.js';
import { keptFile } from '../run-store.js';
import { LINK_FILE } from './classification.js';

/** Characters of a body that is kept: GitHub takes 65,536. */
const BODY_ROOM = 60_000;

/** Phase 6: drafts the issues and the text of a pull request. Nothing leaves the machine. */
export async function issuesPhase(context: LoopContext): Promise<PhaseRecordOf<'issues'>> {
  const { config, store } = context;
  const startedAt = context.now().toISOString();
  const link = keptFile(store, LINK_FILE);
  const links = link === undefined ? [] : [linkResultSchema.parse(JSON.parse(link.text))];
  const classified = new Map(store.phase('classification')!.failures.map((failure) => [failure.fingerprint, failure]));
  const { drafts, withheld } = draftIssues({ links, scans: [] }, {
    config: config.issues, includeEnvironment: config.issues.environment,
    rankedAs: ({ fingerprint }) => {
      const failure = classified.get(fingerprint);
      return failure === undefined ? undefined : { priority: failure.priority, reason: `${failure.rule}: ${failure.because.join('; ')}` };
    },
    ...definedOnly({ commit: store.run.commit }),
  });
  const kept = drafts.map(({ fingerprint, title, labels, body }) => ({ fingerprint, title, labels: [...labels], body: store.keep(`issues/${fingerprint}.md`, `${sealed({ title, labels, body: body(BODY_ROOM) }).body}\n`) }));
  const pullRequest = store.keep('pull-request.md', pullRequestText(context, kept));
  const statement = drafts.length === 0 ? 'No issue to file.' : `${plural(drafts.length, 'issue')} drafted; nothing was sent. To file them: ssot-audit issues ${LINK_FILE} --create`;
  return { ...commonOf(context, 'issues', startedAt, statement), phase: 'issues', drafts: kept, notFiled: [...withheld], published: [], pullRequest };
}
