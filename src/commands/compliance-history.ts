import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseHistory, recordOf, type AuditedState } from '../findings/compliance-history.js';
import type { ComplianceRecord } from '../model/compliance.js';
import type { ScanResult } from '../model/result.js';
import { ownershipText } from '../reporters/compliance-text.js';
import { hashOf } from '../util/hash.js';
import { runGit } from '../util/run-git.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import type { Target } from './find-target.js';

export interface HistoryFlags {
  history?: string;
  now?: string;
  only?: string[];
  skip?: string[];
}

/** A history that a result can be added to. */
export interface OpenedHistoryFile {
  /** Adds the line of a result and says on stderr how it stands to the one before. */
  append(result: ScanResult, quiet: boolean): void;
}

/**
 * Opens the file that `--history` names, before the scan, so that what is wrong with it does not cost one. A file that is not there begins.
 * @throws UserError when the audit is restricted, the file is another, or nothing tells the time
 */
export function openHistoryFile({ history, now, only, skip }: HistoryFlags, { root, paths, repositoryRoot, config }: Target): OpenedHistoryFile | undefined {
  if (history === undefined) {
    if (now !== undefined) throw new UserError('--now says when a line of --history was made, and there is no --history.', { code: 'usage' });
    return undefined;
  }
  if (only || skip || paths.length > 0) {
    throw new UserError(`--history records the whole audit; ${only || skip ? 'not with --only or --skip' : `not of ${paths.join(', ')} alone`}.`, {
      code: 'history-of-a-part', hint: 'A figure over some of the rules or files cannot be compared with the others.',
    });
  }
  const file = resolve(history);
  const text = textOf(file);
  const parsed = parseHistory(text);
  if (parsed.broken) {
    throw new UserError(`--history: line ${parsed.broken.line} of ${history} cannot be continued: ${parsed.broken.reason}.`, { code: 'history-invalid', hint: 'Remove that line, or give another file.' });
  }
  const previous = parsed.records.at(-1);
  const { services, roles, include, ignore, maxFileSize } = config;
  const state = { ...stateOf(repositoryRoot, root, file, now), selectionHash: hashOf(JSON.stringify([services ?? [], roles, include, ignore, maxFileSize]), 16) };
  return {
    append: (result, quiet) => {
      const record = recordOf(result, state, previous);
      if (!record) {
        process.stderr.write(`ssot-audit: nothing was added to ${history}: ${result.compliance?.notComputed ?? 'there is no figure'}.\n`);
        return;
      }
      writeFileWhole(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${JSON.stringify(record)}\n`);
      if (!quiet) process.stderr.write(`history: ${trendText(record, previous)}\n`);
    },
  };
}

function trendText(record: ComplianceRecord, previous: ComplianceRecord | undefined): string {
  const now = ownershipText(record.total);
  if (!previous) return `begins with ${now}`;
  const before = `${previous.commit?.slice(0, 9) ?? 'the line before'} (${previous.time.slice(0, 10)})`;
  if (previous.rulesetHash !== record.rulesetHash) return `${now}; not compared with ${before}, which other rules made (${previous.rulesetHash} then, ${record.rulesetHash} now)`;
  if (!record.comparable) return `${now}; not compared with ${before}, for the configuration chose its files and services otherwise`;
  return `${ownershipText(previous.total)} at ${before}, now ${now}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new UserError(`--history: ${file} cannot be read: ${(cause as Error).message}`, { code: 'history-invalid', cause });
  }
}

/** The commit and its date; `--now` goes before the date. */
function stateOf(repositoryRoot: string | undefined, root: string, file: string, now: string | undefined): Omit<AuditedState, 'selectionHash'> {
  const [commit, date] = (repositoryRoot === undefined ? undefined : runGit(repositoryRoot, ['show', '-s', '--format=%H %cI', 'HEAD']))?.trim().split(' ') ?? [];
  const time = now === undefined ? date : now;
  if (time === undefined) throw new UserError('--history: there is no commit here whose date the line could bear.', { code: 'history-without-time', hint: 'Give the time: --now 2027-01-31T12:00:00Z' });
  const parsed = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(time) ? new Date(time) : new Date(Number.NaN);
  if (Number.isNaN(parsed.getTime())) throw new UserError(`--now: "${time}" is not a time.`, { code: 'usage', hint: 'Write it as 2027-01-31 or 2027-01-31T12:00:00Z.' });
  const written = repositoryRoot === undefined ? '' : relative(repositoryRoot, file);
  const changed = repositoryRoot === undefined ? [] : (runGit(repositoryRoot, ['status', '--porcelain', '-z', '--', root])?.split('\0') ?? []).filter((line) => line !== '' && line.slice(3) !== written);
  return { time: parsed.toISOString().replace('.000Z', 'Z'), dirty: changed.length > 0, ...(commit === undefined ? {} : { commit }) };
}
