import { markdownReporter } from './markdown.js';
import type { Reporter } from './reporter.js';

/**
 * A step's summary holds 1 MiB; GitHub drops one that is longer whole (docs.github.com, "Workflow commands for GitHub Actions", section "Adding a
 * job summary": "supports content up to a size of 1024k").
 */
export const STEP_SUMMARY_BYTES = 1024 * 1024;
/** For what GitHub or another command of the step may add. */
const MARGIN = 16 * 1024;
/** A heading and a verdict; below that a summary says nothing. */
const LEAST = 4 * 1024;

/**
 * The Markdown to append to `$GITHUB_STEP_SUMMARY`, cut by whole findings to what is left of its size. Empty when there is no room.
 *
 * @param used bytes that the step has written into it before
 */
export function stepSummary(...[result, options, used = 0]: [...Parameters<Reporter>, used?: number]): string {
  const maxBytes = STEP_SUMMARY_BYTES - MARGIN - used;
  return maxBytes < LEAST ? '' : markdownReporter(result, { ...options, maxBytes });
}
