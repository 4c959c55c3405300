import { prepareFiling } from '../../issues/prepare-filing.js';
import { didWord, publishIssues, type Outcome } from '../../issues/publish-issues.js';
import { publishPullRequest } from '../../issues/pull-request.js';
import { filesAddress, isKnown } from '../../issues/repository.js';
import { runWord } from '../../issues/marker.js';
import { sealed } from '../../issues/seal.js';
import { linkResultSchema } from '../../model/link-result.js';
import { publishedSchema, type PhaseRecordOf, type Published } from '../../model/loop-records.js';
import { compareText } from '../../util/compare.js';
import { definedOnly } from '../../util/defined-only.js';
import { plural } from '../../util/plural.js';
import { fixedIssues } from '../fixed-issues.js';
import { checkInterrupted, commonOf, keepJson, type LoopContext, type LoopFiling } from '../loop-context.js';
import { pullRequestText } from '../pull-request-text.js';
import { baseBranchOf, pullRequestTitle, pushProblem } from '../pull-request-branch.js';
import { keptFile } from '../run-store.js';
import { LINK_FILE } from './classification.js';

type Sending = NonNullable<LoopFiling['send']>;

/** Characters of a body that is kept: GitHub takes 65,536. */
const BODY_ROOM = 60_000;
/** What was sent so far: a run that is killed in the middle still knows what it did. */
const PUBLISHED_FILE = 'issues/published.json';

/** Phase 6: drafts the issues and the text of a pull request, and sends them when that was asked for. */
export async function issuesPhase(context: LoopContext): Promise<PhaseRecordOf<'issues'>> {
  const { store, filing } = context;
  const startedAt = context.now().toISOString();
  const { plan, withheld } = filingOf(context);
  const drafts = plan.drafts.map(({ fingerprint, cluster, title, labels, body }) => ({
    fingerprint, ...definedOnly({ cluster }), title, labels: [...labels], body: store.keep(`issues/${fingerprint}.md`, `${sealed({ title, labels, body: body(BODY_ROOM) }).body}\n`),
  }));
  const problems: string[] = [];
  const { send } = filing;
  const published = send?.issues ? await publish(context, send, plan, problems) : [];
  const open = new Set(drafts.map(({ fingerprint }) => fingerprint));
  const closes = isKnown(filing.repository) ? fixedIssues(context.root, store, filing.ledger, plan.green.passed).filter(({ number }) => !published.some((issue) => issue.number === number && open.has(issue.fingerprint))) : [];
  const text = pullRequestText(context, { drafts, published, closes });
  const pullRequestAt = send?.pullRequest ? await sendPullRequest(context, send, text, { published, closes }, problems) : undefined;
  return {
    ...commonOf(context, 'issues', startedAt, statementOf(drafts.length, send?.issues ? published : undefined, pullRequestAt), 'done', problems), phase: 'issues',
    drafts, notFiled: [...withheld], published, closes, pullRequest: store.keep('pull-request.md', text),
    ...definedOnly({ filedIn: send?.issues ? filing.repository.name : undefined, pullRequestAt }),
  };
}

function filingOf({ root, config, store, filing: { repository } }: LoopContext): ReturnType<typeof prepareFiling> {
  const { run } = store;
  const link = keptFile(store, LINK_FILE);
  const links = link === undefined ? [] : [linkResultSchema.parse(JSON.parse(link.text))];
  const classified = new Map(store.phase('classification')!.failures.map((failure) => [failure.fingerprint, failure]));
  return prepareFiling({ links, scans: [], runs: [] }, {
    root, config: config.issues, run: { id: runWord(run.id), date: run.startedAt.slice(0, 10), ...definedOnly({ commit: run.commit }) },
    // A part of the suites says nothing of what the others would find.
    complete: store.phase('execution')?.notRun.length === 0,
    rankedAs: ({ fingerprint }) => {
      const failure = classified.get(fingerprint);
      return failure === undefined ? undefined : { priority: failure.priority, reason: `${failure.rule}: ${failure.because.join('; ')}` };
    },
    ...definedOnly({ linkBase: filesAddress(repository, run.commit) }),
  });
}

/** Files through the publisher of `ssot-audit issues --create`. Run again after a kill it finds what it filed, and what it did stays told as it was. */
async function publish(context: LoopContext, { tracker, settle }: Sending, plan: ReturnType<typeof prepareFiling>['plan'], problems: string[]): Promise<Published[]> {
  const { store, filing: { ledger, repository } } = context;
  context.say(`filing issues in ${repository.name}`);
  const earlier = keptFile(store, PUBLISHED_FILE);
  const done = new Map((earlier === undefined ? [] : publishedSchema.array().parse(JSON.parse(earlier.text))).map((issue) => [issue.fingerprint, issue]));
  const note = (outcome: Outcome): void => {
    const issue = publishedOf(outcome);
    if (outcome.failure !== undefined) problems.push(`"${issue.title}" was not filed: ${outcome.failure}`);
    else if (issue.action !== 'leave' || !done.has(issue.fingerprint)) done.set(issue.fingerprint, issue);
    keepJson(store, PUBLISHED_FILE, [...done.values()]);
  };
  await publishIssues({ ...plan, tracker, ledger, settle, onStep: note });
  return [...done.values()].sort((a, b) => (a.number ?? 0) - (b.number ?? 0) || compareText(a.fingerprint, b.fingerprint));
}

function publishedOf(outcome: Outcome): Published {
  const { step, number, url = '' } = outcome;
  const title = step.do === 'create' ? step.draft.title : step.issue.title;
  const { fingerprint } = step.do === 'create' ? step.draft : step.draft ?? step.issue.marker;
  return { fingerprint, url, title, action: didWord(outcome), why: step.why, ...definedOnly({ number }) };
}

async function sendPullRequest(context: LoopContext, { tracker }: Sending, text: string, { published, closes }: Pick<PhaseRecordOf<'issues'>, 'published' | 'closes'>, problems: string[]): Promise<PhaseRecordOf<'issues'>['pullRequestAt']> {
  const { root, store: { run }, filing: { repository } } = context;
  checkInterrupted(context);
  const branch = run.branch!;
  context.say(`the pull request of ${branch} in ${repository.name}`);
  const unpushed = pushProblem(root, branch, run.commit);
  if (unpushed !== undefined) problems.push(unpushed);
  return publishPullRequest({
    host: tracker, branch, title: pullRequestTitle(root, run.base, branch), text, run: runWord(run.id),
    references: new Set([...published.flatMap(({ number }) => (number === undefined ? [] : [number])), ...closes.map(({ number }) => number)]), closes: new Set(closes.map(({ number }) => number)),
    ...definedOnly({ base: run.base === undefined ? undefined : baseBranchOf(root, run.base) }),
  });
}

function statementOf(drafts: number, published: readonly Published[] | undefined, pullRequest: PhaseRecordOf<'issues'>['pullRequestAt']): string {
  const count = (action: string): number => published?.filter((issue) => issue.action === action).length ?? 0;
  const told = [['create', 'created'], ['update', 'updated'], ['close', 'closed'], ['reopen', 'reopened'], ['leave', 'left alone']].flatMap(([action, word]) => (count(action!) > 0 ? [`${count(action!)} ${word}`] : []));
  const issues = published !== undefined ? (told.length === 0 ? 'No issue to file.' : `Issues: ${told.join(', ')}.`)
    : drafts === 0 ? 'No issue to file.' : `${plural(drafts, 'issue')} drafted; none was sent. To file them: ssot-audit loop --resume --create`;
  return pullRequest === undefined ? issues : `${issues}${/[.]$/.test(issues) ? '' : '.'} Pull request #${pullRequest.number}: ${pullRequest.action}.`;
}
