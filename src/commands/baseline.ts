import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { inForce } from '../compare.js';
import { BASELINE_VERSION, baselineText, entryOf, parseBaseline, type Baseline, type BaselineEntry } from '../gate/baseline.js';
import { compareFindings } from '../gate/compare-findings.js';
import { knownFindingOf, type KnownFinding } from '../gate/known-finding.js';
import { mergeBaselines } from '../gate/merge-baselines.js';
import { acceptAll, planUpdate, prunedEntries, type BaselineUpdate } from '../gate/update-baseline.js';
import type { ScanResult } from '../model/result.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, type Target, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { readBaseline } from './run-compared.js';
import { runScan, today, type RunFlags } from './run-scan.js';

export interface BaselineFlags extends TargetFlags, RunFlags {
  baseline?: string;
  /** Replace a baseline that is there. */
  force?: boolean;
  acceptNew?: boolean;
  reason?: string;
  owner?: string;
  until?: string;
}

/** `ssot-audit baseline`: writes down all findings of today, so that from now on only what is new fails. */
export async function createBaselineCommand(flags: BaselineFlags): Promise<number> {
  const notes = notesOf(flags);
  const target = await findTarget([], flags);
  const file = fileOf(target, flags);
  const name = nameOf(file);
  if (existsSync(file) && !flags.force) {
    throw new UserError(`There is a baseline already: ${name}.`, { code: 'baseline-exists', hint: 'See what has changed with `ssot-audit baseline update`; to write it anew: --force' });
  }
  const result = await audited(target, flags, file);
  const findings = inForce(result).map(knownFindingOf);
  writeFileWhole(file, baselineText(baselineOf(result, findings.map((finding) => entryOf(finding, notes)))));
  await writeStdout(`wrote ${name}: ${plural(findings.length, 'known finding')}. From now on a run fails only by what is new or worse; commit the file.\n`);
  return 0;
}

/** `ssot-audit baseline update`: prints what would be added and removed. Removes at once; adds only with `--accept-new --reason`. */
export async function updateBaselineCommand(flags: BaselineFlags): Promise<number> {
  const notes = notesOf(flags);
  if (flags.acceptNew && notes.reason === undefined) {
    throw new UserError('--accept-new needs a reason.', { code: 'usage', hint: 'Say why it is accepted: --accept-new --reason "until the new checkout is out"' });
  }
  const { result, file, name, update } = await planned(flags);
  await writeStdout(updateText(update));
  if (update.added.length > 0 && !flags.acceptNew) {
    process.stderr.write(`ssot-audit: ${name} was not changed: it would accept ${plural(update.added.length, 'finding')} that ${update.added.length === 1 ? 'is' : 'are'} new or worse.\n  Mend ${update.added.length === 1 ? 'it' : 'them'}, or accept: ssot-audit baseline update --accept-new --reason "..."\n  To take out only what is gone: ssot-audit baseline prune\n`);
    return 1;
  }
  const entries = flags.acceptNew ? acceptAll(update, notes) : prunedEntries(update);
  writeFileWhole(file, baselineText(baselineOf(result, entries)));
  await writeStdout(`wrote ${name}: ${countsOf(update)}, ${plural(entries.length, 'known finding')} in all.\n`);
  return 0;
}

/** `ssot-audit baseline prune`: takes out what is gone, and never adds. */
export async function pruneBaselineCommand(flags: BaselineFlags): Promise<number> {
  const { file, name, baseline, update } = await planned(flags);
  const gone = { ...update, added: [] };
  const entries = prunedEntries(update);
  await writeStdout(updateText(gone));
  writeFileWhole(file, baselineText({ ...baseline, entries }));
  await writeStdout(`wrote ${name}: ${countsOf(gone)}, ${plural(entries.length, 'known finding')} in all.\n`);
  return 0;
}

/** `ssot-audit baseline merge <base> <ours> <theirs>`: three ways, written to `ours`, as a merge driver of git must. */
export async function mergeBaselineCommand(files: readonly [base: string, ours: string, theirs: string]): Promise<number> {
  const [base, ours, theirs] = files.map((file, index) => {
    const path = resolve(file);
    if (!existsSync(path)) throw new UserError(`There is no file ${file}.`, { code: 'baseline-not-found' });
    const text = readFileSync(path, 'utf8');
    // git gives an empty file where the two sides have no common version
    return index === 0 && text.trim() === '' ? { version: BASELINE_VERSION, tool: '', entries: [] } satisfies Baseline as Baseline : parseBaseline(text, file);
  });
  const merged = mergeBaselines(base!, ours!, theirs!);
  writeFileWhole(resolve(files[1]), baselineText(merged));
  await writeStdout(`merged into ${files[1]}: ${plural(merged.entries.length, 'known finding')}.\n`);
  return 0;
}

interface Planned {
  result: ScanResult;
  file: string;
  name: string;
  baseline: Baseline;
  update: BaselineUpdate;
}

/** Audits the whole tree and sets it against the baseline. Another rule set is no obstacle here: this is how one goes over to it. */
async function planned(flags: BaselineFlags): Promise<Planned> {
  const target = await findTarget([], flags);
  const found = readBaseline(target, flags);
  if (found === undefined) throw new UserError(`There is no baseline ${nameOf(fileOf(target, flags))}.`, { code: 'baseline-not-found', hint: 'Write one from what is there today: ssot-audit baseline' });
  const { content: baseline, file, name } = found;
  const result = await audited(target, flags, file);
  const findings = inForce(result).map(knownFindingOf);
  const day = today();
  const accepted = baseline.entries.filter(({ until }) => until === undefined || until >= day);
  const files = new Set(result.files.map(({ path }) => path));
  const compared = compareFindings({ base: accepted, head: findings, hasFile: (path) => files.has(path) });
  return { result, file, name, baseline, update: planUpdate(accepted, findings, compared) };
}

/** The whole tree by all rules: a baseline of a part would call the rest gone. */
async function audited(target: Target, flags: BaselineFlags, file: string): Promise<ScanResult> {
  return runScan({ ...target, paths: [] }, flags, [file]);
}

function baselineOf(result: ScanResult, entries: readonly BaselineEntry[]): Baseline {
  return { version: BASELINE_VERSION, tool: result.tool.name, rulesetHash: result.rulesetHash, entries: [...entries] };
}

function fileOf({ root, config }: Target, { baseline }: BaselineFlags): string {
  return baseline === undefined ? resolve(root, config.baseline) : resolve(baseline);
}

function nameOf(file: string): string {
  return relative(process.cwd(), file) || file;
}

function notesOf({ reason, owner, until }: BaselineFlags): Pick<BaselineEntry, 'reason' | 'owner' | 'until'> {
  if (until !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(until) && !Number.isNaN(Date.parse(until)))) {
    throw new UserError(`--until: "${until}" is not a date.`, { code: 'usage', hint: 'Write --until YYYY-MM-DD' });
  }
  if (until !== undefined && until < today()) throw new UserError(`--until: ${until} is past already.`, { code: 'usage' });
  const trimmed = reason?.trim();
  return { ...(trimmed ? { reason: trimmed } : {}), ...(owner === undefined ? {} : { owner }), ...(until === undefined ? {} : { until }) };
}

/** A line per change: `+` would be accepted, `-` is gone, `>` went to other files. */
function updateText({ added, removed, moved }: BaselineUpdate): string {
  const titleOf = ({ rule, concept }: Pick<KnownFinding, 'rule' | 'concept'>): string => printable(`${rule} ${concept}`);
  const lines = [
    ...added.map(({ finding, kind, sites }) => `+ ${titleOf(finding)} (${kind}): ${printable((kind === 'changed' ? finding.sites : sites).join(', '))}`),
    ...removed.map(({ entry, kind, sites }) => `- ${titleOf(entry)}${kind === 'shrunk' ? ' (shrunk)' : ''}: ${printable(sites.join(', '))}`),
    ...moved.map(({ entry, finding }) => `> ${titleOf(entry)}: ${printable(finding.sites.join(', '))}`),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function countsOf({ added, removed, moved }: BaselineUpdate): string {
  const moves = moved.length > 0 ? `, ${moved.length} moved` : '';
  return `${added.length} added, ${removed.length} removed${moves}`;
}
