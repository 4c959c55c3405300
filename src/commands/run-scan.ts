import { relative, resolve } from 'node:path';
import { builtInRules } from '../../rules/index.js';
import { activeRules } from '../engine/active-rules.js';
import type { ScanResult } from '../model/result.js';
import { indexTree, type IndexedTree, type ScanOptions } from '../scan.js';
import { UserError } from '../util/user-error.js';
import { relativeInside, type Target } from './find-target.js';
import { createProgressLine } from './progress.js';

export interface RunFlags {
  only?: string[];
  skip?: string[];
  cache?: boolean;
  cacheDir?: string;
  threads?: number;
  quiet?: boolean;
}

/** Where `--report` writes when no folder is given. */
export const REPORT_DIR = 'ssot-report';

/**
 * Scans a target with progress on the terminal.
 * @param outputs absolute paths that this run will write: what an earlier one left there is not audited
 */
export async function runScan(target: Target, flags: RunFlags, outputs: readonly string[] = []): Promise<ScanResult> {
  return withTree(target, flags, outputs, (tree) => checkedResult(tree, target));
}

/** As `runScan`, for a command that needs the facts too, or without the findings: `use` gets the indexed tree while progress is shown. */
export async function withTree<T>(target: Target, flags: RunFlags, outputs: readonly string[], use: (tree: IndexedTree) => T | Promise<T>): Promise<T> {
  const progress = createProgressLine(process.stderr.isTTY && !flags.quiet);
  try {
    return await use(await indexTree({ ...scanOptionsOf(target, flags, outputs), onProgress: progress.show }));
  } finally {
    progress.clear();
  }
}

/**
 * What a scan of a target is told.
 * @throws UserError for rules or options in the configuration that there are not; it names the file
 */
export function scanOptionsOf({ root, paths, config, configFile }: Target, flags: RunFlags, outputs: readonly string[] = []): ScanOptions {
  requireRules(config, configFile);
  const cacheDir = flags.cache === false ? false : flags.cacheDir === undefined ? undefined : resolve(flags.cacheDir);
  return {
    root,
    paths,
    without: [resolve(root, REPORT_DIR), resolve(root, config.baseline), ...outputs].map((path) => relativeInside(root, path)).filter((path) => path !== undefined && path !== '') as string[],
    config,
    today: today(),
    ...(flags.only ? { only: flags.only } : {}),
    ...(flags.skip ? { skip: flags.skip } : {}),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(cacheDir === undefined ? {} : { cacheDir }),
  };
}

function requireRules({ rules, plugins }: Target['config'], configFile: string | undefined): void {
  try {
    activeRules(builtInRules, { rules, plugins });
  } catch (error) {
    if (!(error instanceof UserError) || configFile === undefined) throw error;
    throw new UserError(`${configFile}: ${error.message}`, { code: error.code, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

/** `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Runs the rules; an audit of nothing is an error. */
export async function checkedResult(tree: IndexedTree, target: Target): Promise<ScanResult> {
  const result = await tree.check();
  requireFiles(result, target);
  return result;
}

/** An audit of nothing passes for ever; it is a mistake in the paths or the configuration. */
export function requireFiles({ coverage, files }: ScanResult, { root, paths, config, configFile }: Target): void {
  if (coverage.total.parsed + coverage.total.partlyParsed === 0) {
    const where = paths.length === 0 ? root : paths.map((path) => relative(process.cwd(), resolve(root, path)) || '.').join(', ');
    const skipped = Object.entries(coverage.skipped).map(([reason, count]) => `${count} ${reason}`).join('; ');
    throw new UserError(`There is nothing to audit in ${where}: no file of a language that is understood${skipped === '' ? '' : ` (skipped: ${skipped})`}.`, {
      code: 'nothing-to-audit',
      hint: configFile === undefined ? 'Give the folder that holds the source code.' : `${configFile} decides what is audited; to audit a folder on its own: --root <dir>`,
    });
  }
  if (paths.length > 0) return;
  for (const [index, { name, roots }] of (config.services ?? []).entries()) {
    const empty = roots.findIndex((path) => path !== '' && !files.some((file) => file.path === path || file.path.startsWith(`${path}/`)));
    if (empty < 0) continue;
    throw new UserError(`services[${index}] ("${name}"): no file was found under its root "${roots[empty]}".`, {
      code: 'config-invalid', hint: 'Correct the root, or remove it: a root without files is never audited.',
    });
  }
}
