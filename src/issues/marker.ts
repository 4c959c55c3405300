import { z } from 'zod';
import { prioritySchema } from '../model/priority.js';
import { hashOf } from '../util/hash.js';

/**
 * What an issue says about itself to the next run, in comments that nobody sees:
 *
 *     <!-- ssot-audit:begin -->
 *     (what people read; written anew by every run)
 *     <!-- ssot-audit:state {"seen":3,...} -->
 *     <!-- ssot-audit:v1 fp=1f0c... run=17 sum=9a3e... -->
 *     <!-- ssot-audit:end -->
 *
 * Text before and after belongs to people and is kept. `sum` is a hash of the block, so that a run that has nothing new to say sends nothing.
 */
const BEGIN = '<!-- ssot-audit:begin -->';
const END = '<!-- ssot-audit:end -->';
const MARKER = /<!-- ssot-audit:v1 fp=([0-9a-f]{8,64}) run=([\w.-]{1,64}) sum=([0-9a-f]{8,64}) -->/g;
const STATE = /<!-- ssot-audit:state (\{[^\n]{0,20000}\}) -->/g;
const COMMENT = /<!-- ssot-audit:(?:begin|end|sticky|state \{[^\n]{0,20000}\}|v1 [\w=. -]{1,250}|note [\w=. -]{1,250}) -->/g;

const hex = z.string().regex(/^[0-9a-f]{6,64}$/);
const word = z.string().regex(/^[\w.-]{1,64}$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** One run in which the problem was there. */
const occurrenceSchema = z.object({ run: word, date: day, commit: hex.optional(), failed: z.int().min(0) });
export type Occurrence = z.infer<typeof occurrenceSchema>;

/** What is remembered of an issue. Hashes and dates only: nothing in it can end the comment that holds it. */
const issueStateSchema = z.object({
  /** Hash of the fingerprint of the cluster, and of the violation. */
  cluster: hex.optional(),
  violation: hex.optional(),
  /** Hashes of the tests that fail by it. */
  tests: z.array(hex),
  /** For an issue about a finding: the rule set it was found with. */
  ruleset: word.optional(),
  priority: prioritySchema,
  /** In how many runs it was seen; `occurrences` keeps the last ones. */
  seen: z.int().min(1),
  first: day,
  occurrences: z.array(occurrenceSchema),
  /** Complete and credible runs since then in which its tests passed. */
  green: z.array(z.object({ run: word, commit: hex.optional() })).default([]),
  /** Day of the last comment. */
  commented: day.optional(),
  /** Why we closed it. */
  closed: z.enum(['fixed', 'duplicate']).optional(),
  fixedAt: hex.optional(),
});
export type IssueState = z.infer<typeof issueStateSchema>;

export interface Marker {
  fingerprint: string;
  run: string;
  sum: string;
  /** Absent when somebody damaged it. */
  state?: IssueState;
}

/** The last marker in a body; undefined where there is none. */
export function readMarker(body: string): Marker | undefined {
  const last = [...body.matchAll(MARKER)].at(-1);
  if (!last) return undefined;
  const state = stateIn(body);
  return { fingerprint: last[1]!, run: last[2]!, sum: last[3]!, ...(state === undefined ? {} : { state }) };
}

function stateIn(body: string): IssueState | undefined {
  const text = [...body.matchAll(STATE)].at(-1)?.[1];
  if (text === undefined) return undefined;
  try {
    return issueStateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // damaged by hand: the issue is still ours, and its table begins anew
  }
}

/** Our block around what people read; a pull request has no state. */
export function blockOf(visible: string, { fingerprint, run, state }: { fingerprint: string; run: string; state?: IssueState }): string {
  const content = state === undefined ? visible.trim() : `${visible.trim()}\n\n<!-- ssot-audit:state ${JSON.stringify(issueStateSchema.parse(state))} -->`;
  return `${BEGIN}\n${content}\n<!-- ssot-audit:v1 fp=${fingerprint} run=${run} sum=${hashOf(content, 16)} -->\n${END}`;
}

/** A body with our block in the place of the old one; what people wrote around it stays. Without an old block ours comes last. */
export function withBlock(body: string, block: string): string {
  const { before, after } = aroundBlock(body);
  return [before, block, after].filter((part) => part !== '').join('\n\n');
}

/** What people wrote around our block. */
export function aroundBlock(body: string): { before: string; after: string } {
  const begin = body.indexOf(BEGIN);
  const end = body.lastIndexOf(END);
  if (begin >= 0 && end > begin) return { before: body.slice(0, begin).trim(), after: body.slice(end + END.length).trim() };
  return { before: withoutMarkers(body).trim(), after: '' };
}

/** Our block out of a body; the whole of a text that has none. */
export function ourBlock(body: string): string {
  const begin = body.indexOf(BEGIN);
  const end = body.lastIndexOf(END);
  return begin >= 0 && end > begin ? body.slice(begin, end + END.length) : body;
}

/** Whether a body holds just this block already, the run that wrote it apart. */
export function holdsBlock(body: string, block: string): boolean {
  return readMarker(body)?.sum === readMarker(block)?.sum && body.includes(BEGIN) && body.includes(END);
}

export function withoutMarkers(body: string): string {
  return body.replace(COMMENT, '');
}

/** Hidden name of a comment, so that a run that was interrupted does not write it twice. */
export function commentMarker(kind: string, run: string): string {
  return `<!-- ssot-audit:note kind=${kind} run=${run} -->`;
}

export const STICKY_MARKER = '<!-- ssot-audit:sticky -->';

/** A name of a run that can stand in a marker. */
export function runWord(text: string): string {
  const word = text.replace(/[^\w.-]+/g, '-').replace(/-{2,}/g, '-').slice(0, 64);
  return word === '' ? 'run' : word;
}
