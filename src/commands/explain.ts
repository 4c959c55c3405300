import { factsAt } from '../explain.js';
import type { Finding, ScanResult } from '../model/result.js';
import { findingText } from '../reporters/finding-text.js';
import { ruleText } from '../reporters/rule-text.js';
import { nearest } from '../util/nearest.js';
import { UserError } from '../util/user-error.js';
import { findTarget, relativeInside, type Target, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { readScan } from './read-scan.js';
import { ruleViews } from './rules.js';
import { runScan, type RunFlags } from './run-scan.js';
import { terminalOptions } from './terminal-options.js';

export interface ExplainFlags extends RunFlags, TargetFlags {
  scan?: string;
  color?: boolean;
}

/** `ssot-audit explain <rule | fingerprint> [paths...]`: a rule in full, or one finding with the facts it rests on. */
export async function explainCommand(what: string, paths: readonly string[], flags: ExplainFlags): Promise<number> {
  const target = await findTarget(paths, flags);
  const options = terminalOptions(flags);
  const views = ruleViews(target.config);
  const view = views.find(({ meta }) => meta.id === what);
  if (view) {
    await writeStdout(ruleText(view, options.width));
    return 0;
  }
  if (!/^[0-9a-f]{4,}$/.test(what)) {
    const suggestion = nearest(what, views.map(({ meta }) => meta.id));
    throw new UserError(`"${what}" is neither a rule nor the beginning of a fingerprint (at least four of 0-9 and a-f).`, {
      code: 'unknown-rule', hint: suggestion === undefined ? 'All rules: ssot-audit rules' : `Did you mean "${suggestion}"?`,
    });
  }
  const result = flags.scan === undefined ? await runScan(target, flags) : readScan(flags.scan);
  const finding = findFinding(result, what, target);
  const sites = await factsAt(target.root, [finding, ...finding.related]);
  const inside = relativeInside(process.cwd(), target.root);
  await writeStdout(findingText(finding, sites, result, { ...options, pathPrefix: inside ? `${inside}/` : '' }));
  return 0;
}

function findFinding(result: ScanResult, prefix: string, { paths }: Target): Finding {
  const found = result.findings.filter(({ fingerprint }) => fingerprint.startsWith(prefix));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new UserError(`No finding has a fingerprint that begins with ${prefix}.`, {
      code: 'unknown-finding',
      hint: `${paths.length > 0 ? `Only ${paths.join(', ')} was audited. ` : ''}A fingerprint changes when a declaration is added, removed or renamed.`,
    });
  }
  throw new UserError(`${found.length} findings have a fingerprint that begins with ${prefix}: ${found.slice(0, 10).map(({ fingerprint, concept }) => `${fingerprint} (${concept})`).join(', ')}.`, {
    code: 'ambiguous-finding', hint: 'Give more of its digits.',
  });
}
