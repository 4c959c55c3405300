import type { IssuesConfig } from '../config/issues-schema.js';
import { plural } from '../util/plural.js';
import { bodyOf, firstState, seenAgain, type FiledRun, type RelatedIssue } from './compose.js';
import type { IssueDraft } from './draft.js';
import { rollUp, rollUpFingerprint } from './draft-issues.js';
import type { Green } from './green-tests.js';
import type { IssuePatch, NewIssue, TrackedIssue } from './issue-tracker.js';
import { aroundBlock, blockOf, commentMarker, holdsBlock, readMarker, withBlock, type IssueState, type Marker } from './marker.js';

/** The label by which people silence an issue. */
const IGNORE_LABEL = 'ssot-audit:ignore';

export interface KnownIssue extends TrackedIssue {
  marker: Marker;
}

/** One thing to do to the tracker, in the order of a plan. */
export type Step =
  | { do: 'create'; draft: IssueDraft; issue: NewIssue; why: string }
  | { do: 'update'; issue: KnownIssue; draft?: IssueDraft; patch: IssuePatch; comment?: { kind: string; body: string }; why: string }
  | { do: 'leave'; issue: KnownIssue; draft?: IssueDraft; why: string; counted: boolean };

export interface PlanInput {
  drafts: readonly IssueDraft[];
  issues: readonly KnownIssue[];
  green: Green;
  run: FiledRun;
  config: IssuesConfig;
  maxNew: number;
  /** How many of them may still be created. Default: all. */
  left?: number;
  /** Whether the results say all of the problems there are: then what is not among them needs no list any more. */
  complete: boolean;
}

/**
 * What has to be done so that every problem has one issue that is true: none is created twice, those seen again are brought up to date, those
 * whose tests pass are closed, those that come back are reopened. Pure: the same input gives the same plan, and a plan carried out twice does nothing the
 * second time.
 */
export function planIssues(input: PlanInput): Step[] {
  const { drafts, issues, run, config } = input;
  const homes = homesOf(drafts, issues);
  const left = input.left ?? Math.max(0, input.maxNew - issues.filter(({ marker }) => isNewIn(marker, run)).length);
  const { single, rest } = rollUp(drafts, input.maxNew, (draft) => homes.has(draft.fingerprint), config, left);
  const all = rest ? [...single, rest] : single;
  if (rest) for (const [fingerprint, issue] of homesOf([rest], issues)) homes.set(fingerprint, issue);
  const numbers = new Map([...homes].map(([fingerprint, { number }]) => [fingerprint, number]));
  const steps: Step[] = [];
  for (const draft of all) {
    const home = homes.get(draft.fingerprint);
    const related = relatedTo(draft, all, numbers);
    if (home === undefined) steps.push(createStep(draft, related, run));
    else steps.push(stepFor(draft, home, related, input));
  }
  const used = new Set([...homes.values()].map(({ number }) => number));
  for (const issue of issues) {
    if (used.has(issue.number) || issue.labels.includes(IGNORE_LABEL) || issue.state === 'closed') continue;
    const step = duplicateStep(issue, homes, all, run) ?? greenStep(issue, input, rest !== undefined);
    if (step) steps.push(step);
  }
  return steps;
}

/** Filed by this very run, which was interrupted or is run again: it counts towards the cap. */
function isNewIn({ fingerprint, state }: Marker, { id }: FiledRun): boolean {
  return fingerprint !== rollUpFingerprint() && state?.seen === 1 && state.occurrences[0]?.run === id;
}

/** The issue of each draft that has one: of its fingerprint, else of its cluster where either knew no violation. */
function homesOf(drafts: readonly IssueDraft[], issues: readonly KnownIssue[]): Map<string, KnownIssue> {
  const homes = new Map<string, KnownIssue>();
  const candidates = issues.filter(({ marker, state }) => !(state === 'closed' && marker.state?.closed === 'duplicate'));
  for (const draft of drafts) {
    const own = best(candidates.filter(({ marker }) => marker.fingerprint === draft.fingerprint));
    if (own) homes.set(draft.fingerprint, own);
  }
  const taken = new Set([...homes.values()].map(({ number }) => number));
  for (const draft of drafts) {
    if (homes.has(draft.fingerprint) || draft.cluster === undefined) continue;
    const other = best(candidates.filter(({ number, state, marker }) => !taken.has(number) && state === 'open' && marker.state?.cluster === draft.cluster
      && (marker.state?.violation === undefined || draft.violation === undefined)));
    if (!other) continue;
    homes.set(draft.fingerprint, other);
    taken.add(other.number);
  }
  return homes;
}

/** An open one before a closed one, then the lowest number: every process that looks comes to the same one. */
function best(issues: readonly KnownIssue[]): KnownIssue | undefined {
  return [...issues].sort((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed') || a.number - b.number)[0];
}

/** Other drafts with an issue that share something. */
export function relatedTo(draft: IssueDraft, drafts: readonly IssueDraft[], numbers: ReadonlyMap<string, number>): RelatedIssue[] {
  const own = numbers.get(draft.fingerprint);
  const related = new Map<number, string>();
  for (const { key, words } of draft.groups) {
    for (const other of drafts) {
      const number = numbers.get(other.fingerprint);
      if (other === draft || number === undefined || number === own || related.has(number)) continue;
      if (other.groups.some((group) => group.key === key)) related.set(number, words);
    }
  }
  return [...related].map(([number, words]) => ({ number, words }));
}

function createStep(draft: IssueDraft, related: readonly RelatedIssue[], run: FiledRun): Step {
  const body = bodyOf(draft, { state: firstState(draft, run), related, run });
  return { do: 'create', draft, issue: { title: draft.title, body, labels: draft.labels, assignees: draft.assignees }, why: `${draft.priority}: ${draft.priorityReason}` };
}

function stepFor(draft: IssueDraft, issue: KnownIssue, related: readonly RelatedIssue[], input: PlanInput): Step {
  const leave = (why: string): Step => ({ do: 'leave', issue, draft, why, counted: true });
  const { run, config, green } = input;
  const state = issue.marker.state ?? firstState(draft, run);
  const isCounted = issue.marker.state?.occurrences.some((occurrence) => occurrence.run === run.id) ?? false;
  if (issue.labels.includes(IGNORE_LABEL)) return leave(`it has the label ${IGNORE_LABEL}`);
  if (issue.state === 'closed') {
    if (state.closed === undefined && issue.stateReason !== undefined && /^(?:not_planned|duplicate)$/.test(issue.stateReason)) return leave(`a person closed it as ${issue.stateReason.replace('_', ' ')}`);
    if (isCounted) return leave('this run was filed before it was closed');
    const last = state.occurrences.at(-1)?.commit;
    if (state.closed === undefined && run.commit !== undefined && last === run.commit) return leave('a person closed it, and this run is of the commit that was known to fail');
    return reopenStep(draft, issue, state, related, input);
  }
  const next = isCounted || issue.marker.state === undefined ? { ...state, priority: draft.priority } : seenAgain(state, draft, run, green.passed);
  const change = state.priority === draft.priority ? undefined : `Priority ${state.priority} → ${draft.priority}: ${draft.priorityReason}.`;
  const isDue = !isCounted && state.commented !== run.date && draft.kind !== 'roll-up';
  const comment = change !== undefined || isDue ? { kind: 'seen', body: `${[seenText(draft, run), change].filter((part) => part !== undefined).join(' ')}\n\n${commentMarker('seen', run.id)}` } : undefined;
  const body = bodyOf(draft, { existing: issue.body, state: comment ? { ...next, commented: run.date } : next, related, run });
  const labels = labelsAfter(issue.labels, draft, config);
  const patch: IssuePatch = {
    ...(holdsBlock(issue.body, body) ? {} : { body }), ...(labels === undefined ? {} : { labels }),
    ...(draft.kind === 'roll-up' && issue.title !== draft.title ? { title: draft.title } : {}),
  };
  if (Object.keys(patch).length === 0 && comment === undefined) return leave('this run is in it already');
  return { do: 'update', issue, draft, patch, ...(comment ? { comment } : {}), why: isCounted ? 'what is known of it has changed' : `seen again, in ${plural(next.seen, 'run')}` };
}

function reopenStep(draft: IssueDraft, issue: KnownIssue, state: IssueState, related: readonly RelatedIssue[], { run, green, config }: PlanInput): Step {
  const fixedAt = state.fixedAt ?? state.green.at(-1)?.commit;
  const last = state.occurrences.at(-1);
  const fixed = fixedAt !== undefined ? `It passed as of ${fixedAt}` : `It was closed; it failed before at ${last?.commit ?? `run ${last?.run ?? 'unknown'}`}`;
  const again = run.commit !== undefined ? `it fails again at ${run.commit}` : `it fails again in run ${run.id}`;
  const labels = labelsAfter(issue.labels, draft, config);
  return {
    do: 'update', issue, draft,
    patch: {
      state: 'open', stateReason: 'reopened', ...(labels === undefined ? {} : { labels }),
      body: bodyOf(draft, { existing: issue.body, state: { ...seenAgain(state, draft, run, green.passed), commented: run.date }, related, run }),
    },
    comment: { kind: 'regression', body: `Regression. ${fixed}, and ${again} (${plural(draft.failed, 'failing test')}).\n\n${commentMarker('regression', run.id)}` },
    why: 'it is back',
  };
}

function seenText({ failed, kind }: IssueDraft, { commit, id }: FiledRun): string {
  const where = commit === undefined ? `in run ${id}` : `at ${commit}`;
  return kind === 'finding' ? `Still there ${where}.` : `Seen again ${where}: ${plural(failed, 'failing test')}.`;
}

/** The labels of people, with the label of the priority brought up to date; undefined when nothing changes. */
function labelsAfter(labels: readonly string[], draft: IssueDraft, { label, priorityLabels }: IssuesConfig): string[] | undefined {
  const stale = Object.values(priorityLabels).filter((name) => name !== priorityLabels[draft.priority]);
  const next = [...new Set([...labels.filter((name) => !stale.includes(name)), label, priorityLabels[draft.priority]])];
  return next.length === labels.length && next.every((name) => labels.includes(name)) ? undefined : next;
}

/** A second open issue of one fingerprint: two runs created it at the same time. The lower number stays. */
function duplicateStep(issue: KnownIssue, homes: ReadonlyMap<string, KnownIssue>, drafts: readonly IssueDraft[], run: FiledRun): Step | undefined {
  const home = homes.get(issue.marker.fingerprint);
  if (!home || home.number === issue.number) return undefined;
  const draft = drafts.find(({ fingerprint }) => fingerprint === issue.marker.fingerprint);
  return closeAsDuplicate(issue, home.number, run, draft);
}

export function closeAsDuplicate(issue: KnownIssue, kept: number, run: FiledRun, draft: IssueDraft | undefined): Extract<Step, { do: 'update' }> {
  const state = issue.marker.state;
  return {
    do: 'update', issue, ...(draft ? { draft } : {}),
    patch: { state: 'closed', stateReason: 'duplicate', ...(state ? { body: restated(issue, { ...state, closed: 'duplicate' }, run) } : {}) },
    comment: { kind: 'duplicate', body: `Filed twice at the same time; #${kept} is kept.\n\n${commentMarker('duplicate', run.id)}` },
    why: `filed twice at the same time; #${kept} is kept`,
  };
}

function greenStep(issue: KnownIssue, { green, run, config, complete }: PlanInput, hasRest: boolean): Step | undefined {
  const { fingerprint } = issue.marker;
  const state = sinceReopened(issue.marker.state);
  if (!state) return undefined;
  if (fingerprint === rollUpFingerprint()) return complete && !hasRest ? closeStep(issue, { ...state, green: [] }, 'Nothing is left to list here.', run) : undefined;
  const isGreen = state.tests.length > 0
    ? state.tests.every((test) => green.passed.has(test))
    : state.violation !== undefined && state.cluster === undefined && green.findingGone(state.violation, state.ruleset) === true;
  if (!isGreen) {
    const isRed = state.green.length > 0 && state.tests.some((test) => green.notPassed.has(test));
    return isRed ? { do: 'update', issue, patch: { body: restated(issue, { ...state, green: [] }, run) }, why: 'its tests fail in another way' } : undefined;
  }
  const seenBefore = [...state.green, ...state.occurrences].some((earlier) => earlier.run === run.id);
  if (seenBefore) return { do: 'leave', issue, why: 'this run is in it already', counted: false };
  const runs = [...state.green, { run: run.id, ...(run.commit === undefined ? {} : { commit: run.commit }) }].slice(-10);
  const next: IssueState = { ...state, green: runs };
  if (runs.length < config.closeAfter) {
    return { do: 'update', issue, patch: { body: restated(issue, next, run) }, why: `passed in ${runs.length} of ${plural(config.closeAfter, 'run')}` };
  }
  const what = state.tests.length > 0 ? `passed in ${plural(runs.length, 'complete run')}` : `not found in ${plural(runs.length, 'scan')}`;
  return closeStep(issue, next, `Fixed: ${what}, the last ${run.commit === undefined ? `run ${run.id}` : `at ${run.commit}`}.`, run);
}

/** An open issue that we closed was reopened by a person: what was counted towards its end is void. */
function sinceReopened(state: IssueState | undefined): IssueState | undefined {
  if (state?.closed === undefined) return state;
  const rest = { ...state, green: [] };
  delete rest.closed;
  delete rest.fixedAt;
  return rest;
}

function closeStep(issue: KnownIssue, state: IssueState, words: string, run: FiledRun): Step {
  const closed: IssueState = { ...state, closed: 'fixed', ...(run.commit === undefined ? {} : { fixedAt: run.commit }) };
  return {
    do: 'update', issue, patch: { state: 'closed', stateReason: 'completed', body: restated(issue, closed, run) },
    comment: { kind: 'fixed', body: `${words}\n\n${commentMarker('fixed', run.id)}` }, why: words.replace(/^Fixed: |\.$/g, ''),
  };
}

/** The same text for people, with what is remembered brought up to date. */
function restated({ body, marker }: KnownIssue, state: IssueState, run: FiledRun): string {
  const { before, after } = aroundBlock(body);
  const begin = before.length === 0 ? 0 : body.indexOf(before) + before.length;
  const end = after.length === 0 ? body.length : body.lastIndexOf(after);
  const visible = body.slice(begin, end).replace(/<!-- ssot-audit:[^\n]*-->/g, '').trim();
  return withBlock(body, blockOf(visible, { fingerprint: marker.fingerprint, run: run.id, state }));
}

/** Issues of ours among those with our label. */
export function knownIssues(issues: readonly TrackedIssue[]): KnownIssue[] {
  return issues.flatMap((issue) => {
    const marker = readMarker(issue.body);
    return marker === undefined ? [] : [{ ...issue, marker }];
  });
}
