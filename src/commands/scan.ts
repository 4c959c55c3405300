import { execFileSync } from 'node:child_process';
import { join, relative, resolve, sep } from 'node:path';
import type { FailOn } from '../config/schema.js';
import type { ScanResult } from '../model/result.js';
import { reporters, type Format, type ReporterOptions } from '../reporters/index.js';
import { describeProblems } from '../reporters/problems.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { writeFileWhole } from '../util/write-file.js';
import { openHistoryFile } from './compliance-history.js';
import { exitCodeFor, incompleteness, type Gate } from './exit-code.js';
import { findTarget, relativeInside, type Target, type TargetFlags } from './find-target.js';
import { appendSummary, isGitHubActions, summaryFile, tellGitHub } from './github-actions.js';
import { outputFormat } from './output-format.js';
import { writeStdout } from './output.js';
import { runCompared, type CompareFlags } from './run-compared.js';
import { REPORT_DIR } from './run-scan.js';
import { forStderr, terminalOptions, withoutCommands } from './terminal-options.js';

export interface ScanFlags extends CompareFlags, TargetFlags {
  report?: string | true;
  format?: Format;
  output?: string;
  failOn?: FailOn;
  reportOnly?: boolean;
  all?: boolean;
  max?: number;
  color?: boolean;
  history?: string;
  now?: string;
}

/** What `--report` writes. */
const REPORT_FILES: readonly { format: Format; name: string }[] = [
  { format: 'markdown', name: 'ssot-audit.md' },
  { format: 'json', name: 'ssot-audit.json' },
  { format: 'sarif', name: 'ssot-audit.sarif' },
];

/** `ssot-audit [paths...]`: scans, prints or writes the result, and returns the exit code. */
export async function scanCommand(paths: readonly string[], flags: ScanFlags): Promise<number> {
  const format = outputFormat(flags.format, flags.output); // first, so that a mistyped name does not cost a scan
  const target = await findTarget(paths, flags);
  const audited = [...paths, ...(flags.root === undefined ? [] : [`--root=${flags.root}`]), ...(flags.config === undefined ? [] : [`--config=${flags.config}`])];
  const history = openHistoryFile(flags, target);
  const result = await runCompared(target, flags, outputsOf(flags));
  const gate: Gate = { failOn: flags.failOn ?? target.config.failOn, maxSkipped: target.config.coverage.maxSkipped, reportOnly: flags.reportOnly ?? false };

  if (flags.report !== undefined) writeReport(result, target, gate, flags.report, flags.quiet);
  if (!flags.quiet) sayNotes(result, target);
  await writeResult(result, target, gate, flags, format, audited);
  if (isGitHubActions()) tellStep(result, target, gate, flags, format, audited);
  history?.append(result, flags.quiet ?? false);
  const incomplete = incompleteness(result, gate.maxSkipped);
  if (incomplete !== undefined) process.stderr.write(forStderr(`ssot-audit: the audit is incomplete: ${incomplete}.\n`));
  return exitCodeFor(result, gate);
}

/** Absolute paths of what these flags write. */
function outputsOf({ report, output, history }: ScanFlags): string[] {
  return [...(report === undefined ? [] : REPORT_FILES.map(({ name }) => join(reportFolder(report), name))), ...(output === undefined || output === '-' ? [] : [resolve(output)]), ...(history === undefined ? [] : [resolve(history)])];
}

function reportFolder(report: string | true): string {
  return resolve(typeof report === 'string' ? report : REPORT_DIR);
}

function writeReport(result: ScanResult, target: Target, gate: Gate, report: string | true, quiet = false): void {
  const folder = reportFolder(report);
  for (const { format, name } of REPORT_FILES) {
    const file = join(folder, name);
    writeFileWhole(file, reporters[format](result, fileOptions(target, gate, file)));
  }
  const shown = relativeInside(process.cwd(), folder) ?? folder;
  if (!quiet) process.stderr.write(forStderr(`wrote ${REPORT_FILES.map(({ name }) => join(shown, name)).join(', ')}\n`));
}

/** In a workflow of GitHub `--report` also annotates, summarizes and sets outputs; `--format github` summarizes what it could not annotate. */
function tellStep(result: ScanResult, target: Target, gate: Gate, { report }: ScanFlags, format: Format, audited: readonly string[]): void {
  const options = { ...fileOptions(target, gate), audited };
  if (report === undefined) {
    if (format === 'github') appendSummary(result, options);
    return;
  }
  const verdict = ({ 0: 'passed', 1: 'blocked', 3: 'incomplete' } as const)[exitCodeFor(result, { ...gate, reportOnly: false })];
  const sarifFile = join(reportFolder(report), REPORT_FILES.find((file) => file.format === 'sarif')!.name);
  tellGitHub(result, { options, verdict, sarifFile, annotates: format !== 'github' });
}

async function writeResult(result: ScanResult, target: Target, gate: Gate, flags: ScanFlags, format: Format, audited: readonly string[]): Promise<void> {
  const toFile = flags.output !== undefined && flags.output !== '-';
  const max = flags.all ? Infinity : flags.max;
  const limits = max === undefined ? {} : { max };
  if (toFile) {
    const file = resolve(flags.output!);
    writeFileWhole(file, reporters[format](result, { ...fileOptions(target, gate, file), ...limits }));
    return;
  }
  const options = format === 'table' ? { ...terminalOptions(flags), pathPrefix: prefixFrom(process.cwd(), target.root), failOn: gate.failOn } : fileOptions(target, gate);
  const text = reporters[format](result, { ...options, ...limits, audited });
  await writeStdout(format === 'table' && isGitHubActions() ? withoutCommands(text) : text);
}

/** Paths in files are relative to the repository, as code scanning expects; links lead to the commit where that is known. */
function fileOptions({ root, repositoryRoot }: Target, gate: Gate, file?: string): ReporterOptions {
  const pathPrefix = repositoryRoot === undefined ? '' : prefixFrom(repositoryRoot, root);
  const revision = repositoryRoot === undefined ? undefined : revisionOf(repositoryRoot);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = process.env;
  const linkBase = server && repository && sha
    ? `${server}/${repository}/blob/${sha}/${pathPrefix}`
    : file === undefined ? pathPrefix : `${relative(join(file, '..'), root).replaceAll(sep, '/') || '.'}/`;
  return {
    failOn: gate.failOn,
    pathPrefix,
    linkBase,
    hasStepSummary: isGitHubActions() && summaryFile() !== undefined,
    absent: !isGitHubActions(), // code scanning shows every result as open; what is missing from an upload it closes
    ...(revision ? { revision } : {}),
  };
}

/** The path from one folder down to another, with a slash at the end; '' when it does not lead down. */
function prefixFrom(folder: string, root: string): string {
  const inside = relativeInside(folder, root);
  return inside === undefined || inside === '' ? '' : `${inside}/`;
}

/** Where the audited commit can be found; absent without a remote. Credentials in a remote's address are dropped. */
function revisionOf(repositoryRoot: string): ReporterOptions['revision'] {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const remote = git('config', '--get', 'remote.origin.url').replace(/^(\w+:\/\/)[^@/]*@/, '$1').replace(/^git@([^:]+):/, 'https://$1/').replace(/\.git$/, '');
    if (!/^https?:\/\//.test(remote)) return undefined;
    return { repositoryUri: remote, revisionId: git('rev-parse', 'HEAD') };
  } catch {
    return undefined; // no git, no remote or no commit: provenance is optional
  }
}

/** Inferences and problems, for people: on stderr. */
function sayNotes(result: ScanResult, { config, configFile }: Target): void {
  const lines: string[] = [];
  const named = result.services.filter(({ name }) => name !== '');
  if (config.services === undefined && named.length > 0) {
    lines.push(`${plural(named.length, 'service')} inferred${configFile === undefined ? '' : ` (${relative(process.cwd(), configFile) || configFile} declares none)`}:`);
    lines.push(...named.slice(0, 20).map(({ name, kind, evidence }) => `  ${printable(name)}${kind === 'library' ? ' (library)' : ''}: ${printable(evidence)}`));
    if (named.length > 20) lines.push(`  and ${named.length - 20} more`);
    lines.push('  Not right? `ssot-audit init` writes them down for you to correct.');
  }
  const problems = describeProblems(result, 5);
  if (problems.length > 0) lines.push('problems:', ...problems.map((line) => `  ${line}`));
  if (lines.length > 0) process.stderr.write(forStderr(`${lines.join('\n')}\n\n`));
}
