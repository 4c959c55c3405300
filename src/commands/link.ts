import { readFileSync } from 'node:fs';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { link } from '../link.js';
import { parseLcov } from '../linker/lcov.js';
import { openRepositoryView } from '../linker/repository-view.js';
import type { ScanResult } from '../model/result.js';
import { linkReporters, type LinkFormat } from '../reporters/link-reporters.js';
import { readTestResults } from '../test-results/read-test-results.js';
import { isRevision } from '../util/run-git.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, relativeInside, type Target, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { createProgressLine } from './progress.js';
import { readScan } from './read-scan.js';
import { terminalOptions } from './terminal-options.js';

export interface LinkFlags extends TargetFlags {
  scan?: string;
  since?: string;
  coverage?: string[];
  format?: LinkFormat;
  output?: string;
  all?: boolean;
  cache?: boolean;
  cacheDir?: string;
  threads?: number;
  color?: boolean;
  quiet?: boolean;
}

/** `ssot-audit link <report...>`: says what failed, where to look, which violation explains it and why; returns the exit code. */
export async function linkCommand(reports: readonly string[], flags: LinkFlags): Promise<number> {
  const format = flags.format ?? formatOf(flags.output);
  if (flags.since !== undefined && !isRevision(flags.since)) throw new UserError(`--since: "${flags.since}" is no commit.`, { code: 'unknown-commit', hint: 'Give the commit at which the tests were last green.' });
  const target = await findTarget([], flags);
  const scan = flags.scan === undefined ? undefined : readScan(flags.scan);
  const run = readTestResults(reports, { root: target.root, nameOf: (path) => namedFrom(target.root, path) });
  const view = await openView(target, flags, scan);
  if (scan) requireSameTree(scan, view.files.map(({ path }) => path), target, flags.scan!);
  if (flags.since !== undefined && view.changed === undefined) {
    throw new UserError(`--since: git knows no commit "${flags.since}" here.`, { code: 'unknown-commit', hint: 'In CI, fetch the whole history (`fetch-depth: 0`).' });
  }
  const result = link(run, view);
  const root = relativeInside(process.cwd(), target.root);
  const options = { ...(root === undefined || root === '' ? {} : { root }), all: flags.all ?? false };
  if (!flags.quiet) process.stderr.write(`${result.clusters.length} clusters of failures in ${result.sources.length} reports; ${result.clusters.length - result.unlinked.length} explained by a violation\n`);
  if (flags.output !== undefined && flags.output !== '-') writeFileWhole(resolve(flags.output), linkReporters[format](result, { all: flags.all ?? false }));
  else await writeStdout(linkReporters[format](result, format === 'table' ? { ...terminalOptions(flags), ...options } : options));
  return 0;
}

/** Reports are called as code is: from the audited root; one outside of it that was given by a whole path keeps that. */
function namedFrom(root: string, path: string): string {
  const name = relative(root, resolve(path)).replaceAll('\\', '/');
  return isAbsolute(path) && name.startsWith('..') ? path : name;
}

function formatOf(output: string | undefined): LinkFormat {
  if (output === undefined || output === '-') return 'table';
  return output.endsWith('.json') ? 'json' : /\.(?:md|markdown)$/.test(output) ? 'markdown' : 'table';
}

async function openView(target: Target, flags: LinkFlags, scan: ScanResult | undefined): ReturnType<typeof openRepositoryView> {
  const progress = createProgressLine(process.stderr.isTTY && !flags.quiet);
  const coverage = (flags.coverage ?? []).flatMap((file) => parseLcov(readCoverage(file)));
  const output = flags.output === undefined || flags.output === '-' ? undefined : relativeInside(target.root, resolve(flags.output));
  try {
    return await openRepositoryView({
      root: target.root,
      config: target.config,
      today: new Date().toISOString().slice(0, 10),
      onProgress: progress.show,
      ...(scan === undefined ? {} : { scan }),
      ...(flags.since === undefined ? {} : { since: flags.since }),
      ...(coverage.length === 0 ? {} : { coverage }),
      ...(output === undefined || output === '' ? {} : { without: [output] }),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(flags.cache === false ? { cacheDir: false as const } : flags.cacheDir === undefined ? {} : { cacheDir: resolve(flags.cacheDir) }),
    });
  } finally {
    progress.clear();
  }
}

function readCoverage(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (cause) {
    throw new UserError(`--coverage: ${file} cannot be read: ${(cause as Error).message}`, { code: 'coverage-unreadable', cause, hint: 'Give a file in lcov form (lcov.info).' });
  }
}

/** A result of another tree, or of this one long ago, would link failures to places that are not there. */
function requireSameTree(scan: ScanResult, paths: readonly string[], { root }: Target, file: string): void {
  const known = new Set(paths);
  const there = scan.files.filter(({ path }) => known.has(path)).length;
  if (scan.files.length === 0 || there * 2 >= scan.files.length) return;
  throw new UserError(`--scan: ${file} is of another tree: ${there} of its ${scan.files.length} files are in ${relative(process.cwd(), root) || basename(root)}.`, {
    code: 'scan-of-other-tree', hint: 'Scan this tree: ssot-audit --format json -o scan.json, or leave --scan out.',
  });
}
