import type { TestRun } from '../model/test-run.js';
import type { FiledRun } from './compose.js';
import { draftIssues, type DraftInput, type DraftOptions } from './draft-issues.js';
import type { Withheld } from './draft.js';
import { greenTests } from './green-tests.js';
import type { PlanInput } from './plan.js';

export interface FilingInput extends DraftInput {
  /** Reports that come beside the results, for what passes. */
  runs: readonly TestRun[];
}

export interface FilingOptions extends Omit<DraftOptions, 'includeEnvironment' | 'commit'> {
  /** Folder that raw reports name their tests in. */
  root: string;
  run: FiledRun;
  maxNew?: number | undefined;
  includeEnvironment?: boolean | undefined;
  /** Whether all was run that there is; what is doubted or withheld makes it incomplete in any case. Default: yes. */
  complete?: boolean;
}

export interface Filing {
  plan: Omit<PlanInput, 'issues'>;
  withheld: Withheld[];
}

/** What a run has to file, before anybody looks at the tracker: the same for `ssot-audit issues` and for the loop. */
export function prepareFiling({ links, scans, runs }: FilingInput, { root, run, maxNew, includeEnvironment, complete = true, ...options }: FilingOptions): Filing {
  const { config } = options;
  const { drafts, withheld } = draftIssues({ links, scans }, { ...options, includeEnvironment: includeEnvironment ?? config.environment, ...(run.commit === undefined ? {} : { commit: run.commit }) });
  const green = greenTests(links, scans, runs, root);
  const isComplete = complete && links.length + scans.length > 0 && withheld.length === 0 && green.doubted.length === 0;
  return { plan: { drafts, green, run, config, maxNew: maxNew ?? config.maxNew, complete: isComplete }, withheld };
}
