import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { compareWithBaseline, compareWithCommit, type ComparedTree } from '../compare.js';
import { openGitSource } from '../discover/git-source.js';
import { resolveBase } from '../discover/resolve-base.js';
import { parseBaseline, type Baseline } from '../gate/baseline.js';
import type { ScanResult } from '../model/result.js';
import { requireKnownRules } from '../gate/policy.js';
import { ruleIdsOf, rulesetHashOf, scan, type ScanOptions } from '../scan.js';
import { UserError } from '../util/user-error.js';
import type { Target } from './find-target.js';
import { createProgressLine } from './progress.js';
import { requireFiles, scanOptionsOf, today, type RunFlags } from './run-scan.js';

export interface CompareFlags extends RunFlags {
  /** Ref whose merge base with HEAD the tree is compared with. */
  base?: string;
  /** Ref whose own tree it is compared with. */
  baselineFromRef?: string;
  /** File of known findings; `false`: none, even where there is one. */
  baseline?: string | false;
  /** Audit what is staged and not what is on disk. */
  staged?: boolean;
}

/** Audits a target and, where a base or a baseline is at hand, says of each finding what became of it. */
export async function runCompared(target: Target, flags: CompareFlags, outputs: readonly string[] = []): Promise<ScanResult> {
  if (flags.base !== undefined || flags.baselineFromRef !== undefined) return (await runAgainstCommit(target, flags, outputs)).result;
  const baseline = readBaseline(target, flags);
  const result = await withProgress(flags, (progress) => scan({ ...optionsFor(target, flags, outputs), ...progress }));
  requireFiles(result, target);
  if (baseline === undefined) return result;
  const { config, paths } = target;
  return compareWithBaseline(result, baseline.content, {
    name: baseline.name, rulesetHash: rulesetHashOf(config), today: today(), policy: config.gate, stale: config.gate.stale, paths,
  });
}

/** Audits a target and its base. */
export async function runAgainstCommit(target: Target, flags: CompareFlags, outputs: readonly string[] = []): Promise<ComparedTree> {
  if (flags.base !== undefined && flags.baselineFromRef !== undefined) throw usage('--base and --baseline-from-ref exclude each other.', '--base compares with where HEAD left the ref, --baseline-from-ref with the ref itself.');
  if (typeof flags.baseline === 'string') throw usage('--baseline excludes a base: a run compares with one thing.', 'Leave out --baseline, or the ref.');
  const base = flags.base !== undefined ? resolveBase(target.root, flags.base, 'merge-base') : resolveBase(target.root, flags.baselineFromRef!, 'exact');
  const compared = await withProgress(flags, (progress) => compareWithCommit({ ...optionsFor(target, flags, outputs), ...progress }, base, target.config.gate));
  requireFiles(compared.result, target);
  return compared;
}

/** The baseline of a target: the file that was named, which must be there, else the configured one where there is one. */
export function readBaseline({ root, config }: Target, { baseline }: Pick<CompareFlags, 'baseline'>): { content: Baseline; name: string; file: string } | undefined {
  if (baseline === false) return undefined;
  const file = baseline === undefined ? resolve(root, config.baseline) : resolve(baseline);
  const name = relative(process.cwd(), file) || file;
  if (existsSync(file)) return { content: parseBaseline(readText(file, name), name), name, file };
  if (baseline === undefined) return undefined;
  throw new UserError(`There is no baseline ${name}.`, { code: 'baseline-not-found', hint: `Write one from what is there today: ssot-audit baseline --baseline ${name}` });
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${name} cannot be read: ${(cause as Error).message}`, { code: 'baseline-invalid', cause });
  }
}

function optionsFor(target: Target, flags: CompareFlags, outputs: readonly string[]): ScanOptions {
  requireKnownRules(target.config.gate, ruleIdsOf(target.config));
  const options = scanOptionsOf(target, flags, typeof flags.baseline === 'string' ? [...outputs, resolve(flags.baseline)] : outputs);
  if (!flags.staged) return options;
  const source = openGitSource(target.root, 'staged');
  if (source === undefined) throw new UserError(`--staged: ${target.root} is not in a git repository (or git is not installed).`, { code: 'no-repository' });
  return { ...options, source };
}

async function withProgress<T>(flags: RunFlags, run: (options: Pick<ScanOptions, 'onProgress'>) => Promise<T>): Promise<T> {
  const progress = createProgressLine(process.stderr.isTTY && !flags.quiet);
  try {
    return await run({ onProgress: progress.show });
  } finally {
    progress.clear();
  }
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { code: 'usage', hint });
}
