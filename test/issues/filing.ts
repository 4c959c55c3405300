import { join } from 'node:path';
import { issuesConfigSchema, type IssuesConfig } from '../../src/config/issues-schema.js';
import { draftIssues } from '../../src/issues/draft-issues.js';
import { createGitHubTracker } from '../../src/issues/github.js';
import { greenTests } from '../../src/issues/green-tests.js';
import { openLedger } from '../../src/issues/ledger.js';
import { publishIssues, type Outcome } from '../../src/issues/publish-issues.js';
import type { LinkResult } from '../../src/model/link-result.js';
import type { ScanResult } from '../../src/model/result.js';
import type { TestRun } from '../../src/model/test-run.js';
import type { GitHub } from '../support/github.js';

export interface Filing {
  links?: readonly LinkResult[];
  scans?: readonly ScanResult[];
  runs?: readonly TestRun[];
  run: string;
  date?: string;
  commit?: string;
  config?: Partial<IssuesConfig>;
  includeEnvironment?: boolean;
  /** Folder of the ledger. */
  folder: string;
  token?: string;
  apiUrl?: string;
  repository?: string;
  timeout?: number;
  maxWait?: number;
}

export function config(overrides: Partial<IssuesConfig> = {}): IssuesConfig {
  return issuesConfigSchema.parse(overrides);
}

/** Files as the command does, without starting a process. */
export async function file(github: GitHub, filing: Filing): Promise<Outcome[]> {
  const settings = config(filing.config);
  const links = filing.links ?? [];
  const scans = filing.scans ?? [];
  const { drafts, withheld } = draftIssues({ links, scans }, { config: settings, includeEnvironment: filing.includeEnvironment ?? false, ...(filing.commit === undefined ? {} : { commit: filing.commit }) });
  const [owner = '', name = ''] = (filing.repository ?? github.repository).split('/');
  return publishIssues({
    drafts, green: greenTests(links, scans, filing.runs ?? []), config: settings, maxNew: settings.maxNew, settle: 15, complete: withheld.length === 0,
    run: { id: filing.run, date: filing.date ?? '2026-11-22', ...(filing.commit === undefined ? {} : { commit: filing.commit }) },
    ledger: openLedger(join(filing.folder, 'issues.json'), filing.repository ?? github.repository),
    tracker: createGitHubTracker({
      apiUrl: filing.apiUrl ?? github.url, owner, name, token: filing.token ?? github.token, label: settings.label, userAgent: 'ssot-audit-test', timeout: filing.timeout ?? 5_000, pause: 20,
      ...(filing.maxWait === undefined ? {} : { maxWait: filing.maxWait }),
    }),
  });
}
