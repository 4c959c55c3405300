import type { LinkResult } from '../model/link-result.js';
import type { Finding, ScanResult } from '../model/result.js';
import type { TestRun } from '../model/test-run.js';
import { hashOf } from '../util/hash.js';
import { testKey } from './draft.js';
import { verdictsOf } from './draft-issues.js';

/** What a run shows to be in order. Only complete reports whose word is good count. */
export interface Green {
  /** Keys of the tests that passed at the first attempt. */
  passed: ReadonlySet<string>;
  /** Keys of the tests that failed, were flaky or did not run. */
  notPassed: ReadonlySet<string>;
  /** Reports that do not count, and why. */
  doubted: readonly { report: string; reason: string }[];
  /** Whether a finding is gone: a scan with its rule set looked at its file and does not have it. Undefined: nobody looked. */
  findingGone(violation: string, ruleset: string | undefined): boolean | undefined;
}

/** @param root folder that raw reports name their tests in: it is no part of a test's identity */
export function greenTests(links: readonly LinkResult[], scans: readonly ScanResult[], runs: readonly TestRun[], root = ''): Green {
  const passed = new Set<string>();
  const notPassed = new Set<string>();
  const doubted = new Map<string, string>();
  const counts = (report: string, run: Pick<LinkResult, 'suites' | 'sources'>): boolean => {
    const reason = doubtAbout(report, run);
    if (reason !== undefined) doubted.set(report, reason);
    return reason === undefined;
  };
  for (const link of links) {
    for (const test of link.passed) if (counts(test.report, link)) passed.add(testKey(test));
    for (const test of link.clusters.flatMap(({ tests }) => tests)) notPassed.add(testKey(test));
  }
  for (const run of runs) {
    const folders = [root, run.root ?? ''].filter((folder) => folder !== '').map((folder) => `${folder.replace(/\/+$/, '')}/`);
    for (const result of run.results) {
      const key = testKey({ id: folders.reduce((id, folder) => (id.startsWith(folder) ? id.slice(folder.length) : id), result.id) });
      if (result.status === 'passed' && !result.flaky) {
        if (counts(result.report ?? run.sources[0]?.path ?? '', run)) passed.add(key);
      } else notPassed.add(key);
    }
  }
  for (const key of notPassed) passed.delete(key);
  return {
    passed, notPassed, doubted: [...doubted].map(([report, reason]) => ({ report, reason })),
    findingGone(violation, ruleset) {
      const seen = scans.filter(({ rulesetHash, problems }) => hashOf(rulesetHash, 12) === ruleset && !problems.some(({ kind }) => kind === 'rule-crash'));
      if (seen.length === 0) return undefined;
      return !seen.some(({ findings }) => findings.some((finding: Finding) => finding.suppression === undefined && hashOf(finding.fingerprint, 12) === violation));
    },
  };
}

function doubtAbout(report: string, run: Pick<LinkResult, 'suites' | 'sources'>): string | undefined {
  const source = run.sources.find(({ path }) => path === report);
  if (source?.truncated) return 'the report breaks off';
  const verdicts = verdictsOf(report, run);
  if (verdicts.length === 0) return 'nothing says what the report is worth';
  const doubt = verdicts.find(({ evidence }) => evidence !== 'strong');
  return doubt === undefined ? undefined : doubt.reasons[0] ?? `its evidence is ${doubt.evidence}`;
}
