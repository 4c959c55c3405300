import { UserError } from '../util/user-error.js';
import { plural } from '../util/plural.js';
import { redact } from '../util/redact.js';
import type { Withheld } from './draft.js';
import type { IssueTracker } from './issue-tracker.js';
import { STICKY_MARKER } from './marker.js';
import type { Outcome } from './publish-issues.js';
import { plain } from './safe-text.js';
import { MAX_BODY, sealed } from './seal.js';

const MAX_ROWS = 50;

/** What a pull request shows of the run: the same for every run, in one comment. */
export function stickyText(outcomes: readonly Outcome[], withheld: readonly Withheld[]): string {
  const rows = outcomes.filter(({ step }) => step.do !== 'leave' || step.draft !== undefined);
  const lines = rows.slice(0, MAX_ROWS).map(({ step, number, failure }) => {
    const title = step.do === 'create' ? step.draft.title : step.issue.title;
    return `| ${number === undefined ? '' : `#${number}`} | ${step.draft?.priority ?? ''} | ${plain(title, 160)} | ${failure === undefined ? plain(doneWord(step), 120) : `not done: ${plain(failure, 200)}`} |`;
  });
  const parts = [
    `### ssot-audit: ${rows.length === 0 ? 'nothing to file' : plural(rows.length, 'problem')}`,
    lines.length === 0 ? '' : ['| issue | priority | | |', '|---|---|---|---|', ...lines].join('\n'),
    rows.length > MAX_ROWS ? `and ${rows.length - MAX_ROWS} more` : '',
    withheld.length === 0 ? '' : [`Not filed:`, '', ...withheld.slice(0, 20).map(({ title, reason }) => `- ${plain(title, 160)}: ${plain(reason, 200)}`), ...(withheld.length > 20 ? [`- and ${withheld.length - 20} more`] : [])].join('\n'),
    STICKY_MARKER,
  ];
  return redact(parts.filter((part) => part !== '').join('\n\n')).slice(0, MAX_BODY);
}

/** Writes the comment, or brings the one that is there up to date. */
export async function postSticky(tracker: IssueTracker, pullRequest: number, text: string, references: ReadonlySet<number>): Promise<'created' | 'updated' | 'unchanged'> {
  sealed({ body: text }, references);
  for (let tries = 1; tries <= 2; tries++) {
    const earlier = (await tracker.comments(pullRequest)).find(({ body }) => body.includes(STICKY_MARKER));
    if (earlier?.body === text) return tries === 1 ? 'unchanged' : 'created';
    if (earlier) {
      await tracker.updateComment(earlier.id, text);
      return 'updated';
    }
    if (await tracker.comment(pullRequest, text)) return 'created';
  }
  throw new UserError(`The comment on pull request ${pullRequest} did not arrive.`, { code: 'github-failed', hint: 'Run it again: it looks first.' });
}

function doneWord(step: Outcome['step']): string {
  if (step.do === 'create') return 'new';
  if (step.do === 'leave') return `left alone: ${step.why}`;
  return step.patch.state === 'closed' ? `closed: ${step.why}` : step.patch.stateReason === 'reopened' ? 'reopened' : step.why;
}
