import { resolve } from 'node:path';
import { proofFrom } from '../prove.js';
import { proofMarkdown, proofTable } from '../reporters/proof.js';
import { readTestResults } from '../test-results/read-test-results.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { runAgainstCommit, type CompareFlags } from './run-compared.js';
import { scanOptionsOf } from './run-scan.js';
import { terminalOptions } from './terminal-options.js';

export interface ProofFlags extends CompareFlags, TargetFlags {
  reports?: string[];
  format?: 'table' | 'markdown' | 'json';
  output?: string;
  color?: boolean;
}

/** `ssot-audit proof --base <ref>`: what speaks for a change, and what is open. Exit code 0 when it is proven, else 1. */
export async function proofCommand(flags: ProofFlags): Promise<number> {
  if (flags.base === undefined && flags.baselineFromRef === undefined) {
    throw new UserError('proof needs the commit that the change is compared with.', { code: 'usage', hint: 'For example: ssot-audit proof --base origin/main --reports test-results/' });
  }
  const target = await findTarget([], flags);
  // First, so that a mistyped path does not cost two audits.
  const run = flags.reports === undefined ? undefined : readTestResults(flags.reports.map((path) => resolve(path)), { root: target.root });
  const compared = await runAgainstCommit({ ...target, paths: [] }, flags);
  const proof = await proofFrom(scanOptionsOf({ ...target, paths: [] }, flags), compared, run);
  const format = flags.format ?? (flags.output?.endsWith('.md') ? 'markdown' : flags.output?.endsWith('.json') ? 'json' : 'table');
  const text = format === 'json' ? `${JSON.stringify(proof, null, 2)}\n` : format === 'markdown' ? proofMarkdown(proof) : proofTable(proof, terminalOptions(flags).width);
  if (flags.output === undefined || flags.output === '-') await writeStdout(text);
  else writeFileWhole(resolve(flags.output), text);
  return proof.verdict === 'PROVEN' ? 0 : 1;
}
