import type { IssuePatch } from './issue-tracker.js';
import type { Step } from './plan.js';

/** A request as it would be sent. */
export interface PlannedRequest {
  method: 'POST' | 'PATCH';
  path: string;
  title?: string;
  labels?: readonly string[];
  assignees?: readonly string[];
  state?: string;
  body?: string;
  why: string;
}

/** The requests of a plan, in the order in which they would be sent. */
export function requestsOf(steps: readonly Step[], repository: string): PlannedRequest[] {
  const base = `/repos/${repository}/issues`;
  return steps.flatMap((step): PlannedRequest[] => {
    if (step.do === 'leave') return [];
    if (step.do === 'create') {
      const { title, labels, assignees, body } = step.issue;
      return [{ method: 'POST', path: base, title, labels, ...(assignees.length > 0 ? { assignees } : {}), body, why: step.why }];
    }
    const { issue: { number }, comment, patch, why } = step;
    return [
      ...(comment ? [{ method: 'POST' as const, path: `${base}/${number}/comments`, body: comment.body, why }] : []),
      ...(Object.keys(patch).length > 0 ? [{ method: 'PATCH' as const, path: `${base}/${number}`, ...patchFields(patch), why }] : []),
    ];
  });
}

function patchFields({ title, labels, state, stateReason, body }: IssuePatch): Partial<PlannedRequest> {
  return {
    ...(title === undefined ? {} : { title }), ...(labels === undefined ? {} : { labels }), ...(body === undefined ? {} : { body }),
    ...(state === undefined ? {} : { state: stateReason === undefined ? state : `${state} (${stateReason})` }),
  };
}
