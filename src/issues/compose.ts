import { plural } from '../util/plural.js';
import { redact } from '../util/redact.js';
import type { IssueDraft } from './draft.js';
import { aroundBlock, blockOf, withBlock, type IssueState, type Occurrence } from './marker.js';
import { plain } from './safe-text.js';
import { MAX_BODY } from './seal.js';

/** The run that is filed. */
export interface FiledRun {
  /** Identity, fit for a marker. */
  id: string;
  /** Day as `2026-11-22`. */
  date: string;
  commit?: string;
}

/** Numbers of issues that belong together with this one, and what they share. */
export interface RelatedIssue {
  number: number;
  words: string;
}

const SHOWN_OCCURRENCES = 10;
const KEPT_OCCURRENCES = 20;
const KEPT_TESTS = 200;
/** What GitHub's own counting may add: it counts a line end twice. */
const RESERVE = 1_500;

/** The whole body: our block, written anew, and around it what people wrote. */
export function bodyOf(draft: IssueDraft, { existing = '', state, related, run }: { existing?: string; state: IssueState; related: readonly RelatedIssue[]; run: FiledRun }): string {
  const { before, after } = aroundBlock(existing);
  const tail = [occurrencesTable(state), relatedList(related)].filter((part) => part !== '').join('\n\n');
  const room = MAX_BODY - RESERVE - before.length - after.length - tail.length - JSON.stringify(state).length;
  const visible = redact([draft.body(room), tail].filter((part) => part !== '').join('\n\n'));
  return withBlock(existing, blockOf(visible, { fingerprint: draft.fingerprint, run: run.id, state }));
}

export function firstState(draft: IssueDraft, run: FiledRun): IssueState {
  return {
    ...identityOf(draft), tests: draft.tests.slice(0, KEPT_TESTS), priority: draft.priority,
    seen: 1, first: run.date, occurrences: [occurrenceOf(draft, run)], green: [], commented: run.date,
  };
}

/** After the problem was seen again. `passed`: tests that this run shows to be in order. */
export function seenAgain(state: IssueState, draft: IssueDraft, run: FiledRun, passed: ReadonlySet<string>): IssueState {
  const stillOpen = state.tests.filter((test) => !passed.has(test) && !draft.tests.includes(test));
  return {
    ...identityOf(draft), tests: [...draft.tests, ...stillOpen].slice(0, KEPT_TESTS), priority: draft.priority, first: state.first,
    ...(state.commented === undefined ? {} : { commented: state.commented }),
    seen: state.seen + 1, occurrences: [...state.occurrences, occurrenceOf(draft, run)].slice(-KEPT_OCCURRENCES), green: [],
  };
}

function identityOf({ cluster, violation, ruleset }: IssueDraft): Pick<IssueState, 'cluster' | 'violation' | 'ruleset'> {
  return { ...(cluster === undefined ? {} : { cluster }), ...(violation === undefined ? {} : { violation }), ...(ruleset === undefined ? {} : { ruleset }) };
}

function occurrenceOf({ failed }: IssueDraft, { id, date, commit }: FiledRun): Occurrence {
  return { run: id, date, ...(commit === undefined ? {} : { commit }), failed };
}

function occurrencesTable({ occurrences, seen, first }: IssueState): string {
  const shown = occurrences.slice(-SHOWN_OCCURRENCES).reverse();
  const rows = shown.map(({ run, date, commit, failed }) => `| ${date} | \`${run}\` | ${commit?.slice(0, 12) ?? ''} | ${failed} |`);
  const more = seen > shown.length ? `\n\nThe last ${shown.length} of ${plural(seen, 'run')}; first seen on ${first}.` : '';
  return ['### Occurrences', '', '| date | run | commit | failing tests |', '|---|---|---|---:|', ...rows].join('\n') + more;
}

function relatedList(related: readonly RelatedIssue[]): string {
  if (related.length === 0) return '';
  return ['### Belongs together with', '', ...[...related].sort((a, b) => a.number - b.number).slice(0, 20).map(({ number, words }) => `- #${number} (${plain(words, 100)})`)].join('\n');
}
