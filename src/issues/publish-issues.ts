import { UserError } from '../util/user-error.js';
import { bodyOf, firstState } from './compose.js';
import type { IssueDraft } from './draft.js';
import type { IssueTracker, NewIssue, TrackedIssue } from './issue-tracker.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { holdsBlock, ourBlock, readMarker } from './marker.js';
import { closeAsDuplicate, knownIssues, planIssues, relatedTo, type KnownIssue, type PlanInput, type Step } from './plan.js';
import { MAX_BODY, sealed } from './seal.js';

export interface PublishInput extends Omit<PlanInput, 'issues'> {
  tracker: IssueTracker;
  ledger: Ledger;
  /** Milliseconds to wait before looking whether another process created the same. Default: 2,000. */
  settle?: number;
  /** Called after each step. */
  onStep?: (outcome: Outcome) => void;
}

/** What became of a step. */
export interface Outcome {
  step: Step;
  /** Absent when a new issue was not created. */
  number?: number;
  url?: string;
  /** Why it was not done. */
  failure?: string;
}

/**
 * Carries a plan out, so that it can be interrupted anywhere and run again: what a new issue is about is noted before it is sent, nothing that creates is
 * sent again without looking first, and a change is only sent when the tracker does not have it.
 * @throws UserError for what stops all of it: the token, the repository, the network. One step that is refused does not stop the others.
 */
export async function publishIssues(input: PublishInput): Promise<Outcome[]> {
  const { tracker } = input;
  await tracker.open();
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome): void => {
    outcomes.push(outcome);
    input.onStep?.(outcome);
  };

  const before = await lookUp(input);
  const created: TrackedIssue[] = [];
  const found: KnownIssue[] = [];
  for (const step of planIssues({ ...input, issues: before })) {
    if (step.do !== 'create') continue;
    const outcome = await attempt(step, async () => {
      // The list is older with every issue that is created: another process may have come first.
      const [twin] = created.length === 0 ? [] : knownIssues(await tracker.newest()).filter(({ marker }) => marker.fingerprint === step.draft.fingerprint);
      if (twin) {
        found.push(twin);
        return { step: { do: 'leave', issue: twin, draft: step.draft, why: 'another run created it at the same time', counted: false }, number: twin.number, url: twin.url };
      }
      const issue = await createOnce(step.draft, step.issue, input);
      created.push(issue);
      return { step, number: issue.number, url: issue.url };
    });
    report(outcome);
  }

  const after = created.length > 0 ? await settled(created, [...before, ...found], input) : before;
  const kept = await closeTwins(created, after, input, report);
  for (const step of planIssues({ ...input, issues: kept, left: 0 })) {
    if (step.do === 'create') continue; // it was tried above, and failed
    if (step.issue.marker.run === input.run.id && created.some(({ number }) => number === step.issue.number)) await relate(step, input, kept, report);
    else report(await attempt(step, () => carryOut(step, input, numbersOf(kept))));
  }
  return outcomes;
}

/** What was done to an issue, or would have been. */
export function didWord({ step }: Outcome): 'create' | 'update' | 'close' | 'reopen' | 'leave' {
  if (step.do !== 'update') return step.do;
  return step.patch.state === 'closed' ? 'close' : step.patch.state === 'open' ? 'reopen' : 'update';
}

/** All issues of ours: those that the list shows, and those that only the ledger knows, whose label somebody took away. */
export async function lookUp({ tracker, ledger, drafts }: Pick<PublishInput, 'tracker' | 'ledger' | 'drafts'>): Promise<KnownIssue[]> {
  const listed = knownIssues(await tracker.list());
  const found = new Set(listed.map(({ number }) => number));
  const fingerprints = new Set(listed.map(({ marker }) => marker.fingerprint));
  const entries = ledger.entries();
  for (const { fingerprint } of drafts) {
    const number = entries.get(fingerprint)?.number;
    if (number === undefined || found.has(number) || fingerprints.has(fingerprint)) continue;
    const issue = await tracker.get(number);
    const [known] = issue ? knownIssues([issue]) : [];
    if (known?.marker.fingerprint === fingerprint) listed.push(known);
  }
  return listed.sort((a, b) => a.number - b.number);
}

/** Creates an issue once. When nobody knows whether it was created, it looks; only when it is nowhere to be seen is it sent again, once. */
async function createOnce(draft: IssueDraft, issue: NewIssue, { tracker, ledger, run, settle = 2_000 }: PublishInput): Promise<TrackedIssue> {
  const { fingerprint } = draft;
  const earlier = ledger.entries().get(fingerprint);
  if (earlier && earlier.number === undefined) {
    // An earlier run was about to create it and never said that it had: the list may lag behind.
    const late = await lookAfter(fingerprint, tracker, settle);
    if (late) return noted(late);
  }
  seal(issue, new Set(referencesIn(issue.body)));
  for (let tries = 1; ; tries++) {
    ledger.note(fingerprint, { run: run.id, counted: 0 });
    const created = await tracker.create(issue);
    if (created) return noted(created);
    const found = await lookAfter(fingerprint, tracker, settle);
    if (found) return noted(found);
    if (tries >= 2) throw new UserError(`"${draft.title}": the tracker gave no whole answer twice, and the issue is nowhere to be seen.`, { code: 'github-failed', hint: 'Run it again: it looks first.' });
  }
  function noted(found: TrackedIssue): TrackedIssue {
    ledger.note(fingerprint, { number: found.number, run: run.id, counted: 0 });
    return found;
  }
}

async function lookAfter(fingerprint: string, tracker: IssueTracker, settle: number): Promise<TrackedIssue | undefined> {
  await sleep(settle);
  return knownIssues(await tracker.list()).find(({ marker }) => marker.fingerprint === fingerprint);
}

/** After a pause for others, everything again; with what we created, should the list not have it yet. */
async function settled(created: readonly TrackedIssue[], before: readonly KnownIssue[], input: PublishInput): Promise<KnownIssue[]> {
  await sleep(input.settle ?? 2_000);
  const listed = knownIssues(await input.tracker.list());
  const numbers = new Set(listed.map(({ number }) => number));
  return [...listed, ...knownIssues(created).filter(({ number }) => !numbers.has(number)), ...before.filter(({ number }) => !numbers.has(number))]
    .filter((issue, index, all) => all.findIndex(({ number }) => number === issue.number) === index).sort((a, b) => a.number - b.number);
}

/** Ours that another process created too: the lower number stays. Returns the issues without them. */
async function closeTwins(created: readonly TrackedIssue[], issues: readonly KnownIssue[], input: PublishInput, report: (outcome: Outcome) => void): Promise<KnownIssue[]> {
  const closed = new Set<number>();
  for (const { number } of created) {
    const issue = issues.find((candidate) => candidate.number === number);
    const twin = issue && issues.find((other) => other.number < number && other.marker.fingerprint === issue.marker.fingerprint && other.marker.state?.closed !== 'duplicate');
    if (!issue || !twin) continue;
    const draft = input.drafts.find(({ fingerprint }) => fingerprint === issue.marker.fingerprint);
    const step = closeAsDuplicate(issue, twin.number, input.run, draft);
    const outcome = await attempt(step, () => carryOut(step, input, numbersOf(issues)));
    report(outcome);
    if (outcome.failure === undefined) closed.add(number);
    input.ledger.note(issue.marker.fingerprint, { number: twin.number, run: input.run.id, counted: 0 });
  }
  return issues.filter(({ number }) => !closed.has(number));
}

/** An issue that is minutes old gets the numbers of those that belong together with it, which nobody knew before. */
async function relate(step: Exclude<Step, { do: 'create' }>, input: PublishInput, issues: readonly KnownIssue[], report: (outcome: Outcome) => void): Promise<void> {
  const { issue, draft } = step;
  if (!draft) return;
  const numbers = new Map(issues.map(({ marker, number }) => [marker.fingerprint, number]));
  const body = bodyOf(draft, { existing: issue.body, state: issue.marker.state ?? firstState(draft, input.run), related: relatedTo(draft, input.drafts, numbers), run: input.run });
  if (holdsBlock(issue.body, body)) return;
  const update: Step = { do: 'update', issue, draft, patch: { body }, why: 'belongs together with others' };
  const outcome = await attempt(update, () => carryOut(update, input, numbersOf(issues)));
  if (outcome.failure !== undefined) report(outcome); // else it belongs to the creation, which is told already
}

async function carryOut(step: Exclude<Step, { do: 'create' }>, { tracker, ledger, run }: PublishInput, references: ReadonlySet<number>): Promise<Outcome> {
  const { number, url, marker } = step.issue;
  if (step.do === 'leave') {
    const earlier = ledger.entries().get(marker.fingerprint);
    if (step.counted && earlier?.countedBy !== run.id) ledger.note(marker.fingerprint, counted(earlier, number, run.id));
    return { step, number, url };
  }
  const { patch, comment } = step;
  seal({ ...patch, ...(patch.body === undefined ? {} : { body: patch.body }) }, references);
  if (comment) {
    seal({ body: comment.body }, references);
    await commentOnce(number, comment.body, tracker);
  }
  if (Object.keys(patch).length > 0) await tracker.update(number, patch);
  ledger.note(marker.fingerprint, { number, run: run.id, counted: ledger.entries().get(marker.fingerprint)?.counted ?? 0 });
  return { step, number, url };
}

function counted(earlier: LedgerEntry | undefined, number: number, run: string): LedgerEntry {
  return { number, run: earlier?.run ?? run, counted: (earlier?.counted ?? 0) + 1, countedBy: run };
}

/** The comment comes before the change that remembers it; its hidden name keeps a run that was interrupted in between from writing it twice. */
async function commentOnce(number: number, body: string, tracker: IssueTracker): Promise<void> {
  const name = body.match(/<!-- ssot-audit:note [^\n]*-->/)?.[0];
  for (let tries = 1; ; tries++) {
    const there = await tracker.comments(number);
    if (name !== undefined && there.some((comment) => comment.body.includes(name))) return;
    if (tries > 2) throw new UserError(`#${number}: the tracker gave no whole answer to a comment, and it is nowhere to be seen.`, { code: 'github-failed', hint: 'Run it again: it looks first.' });
    if (await tracker.comment(number, body)) return;
  }
}

/** A step that is refused is said, and the others go on; what stops everything is thrown. */
async function attempt(step: Step, act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError) || !STEP_ONLY.has(error.code)) throw error;
    return { step, failure: error.message, ...(step.do === 'create' ? {} : { number: step.issue.number, url: step.issue.url }) };
  }
}

const STEP_ONLY: ReadonlySet<string> = new Set(['refused', 'unsafe-payload', 'github-failed']);

/** Our part is looked at once more; what people wrote is theirs, and was there before. */
function seal({ title, body, labels }: { title?: string; body?: string; labels?: readonly string[] }, references: ReadonlySet<number>): void {
  sealed({ ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body: ourBlock(body) }), ...(labels === undefined ? {} : { labels: labels.filter((label) => label.length > 50) }) }, references);
  if ((body?.length ?? 0) > MAX_BODY) throw new UserError('People wrote so much into the issue that our part has no room.', { code: 'refused', hint: 'Move some of it into a comment.' });
}

function numbersOf(issues: readonly KnownIssue[]): ReadonlySet<number> {
  return new Set(issues.map(({ number }) => number));
}

/** The issues that a body of ours refers to, from its own list. */
function referencesIn(body: string): number[] {
  return [...(readMarker(body) ? body : '').matchAll(/^- #(\d+) \(/gm)].map(([, digits]) => Number(digits));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
