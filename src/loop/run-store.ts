import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { artifactSchema, loopPhases, phaseRecordSchema, runRecordSchema, suiteRecordSchema, type Artifact, type LoopPhase, type PhaseRecord, type PhaseRecordOf, type RunRecord, type SuiteRecord } from '../model/loop-records.js';
import { compareText } from '../util/compare.js';
import { hashOf } from '../util/hash.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';

/** Where the runs of a root are kept, relative to it. */
export const RUNS_FOLDER = '.ssot-audit/runs';

/** The records of one run. Every file is written whole, so a killed run leaves records that are there or not, never half. */
export interface RunStore {
  id: string;
  folder: string;
  run: RunRecord;
  phase<P extends LoopPhase>(phase: P): PhaseRecordOf<P> | undefined;
  writePhase(record: PhaseRecord): void;
  suite(name: string): SuiteRecord | undefined;
  writeSuite(record: SuiteRecord): void;
  /** Keeps a text of the run beside its records. */
  keep(path: string, text: string): Artifact;
  /** Text of something kept; undefined when it is gone or is not what the record says. */
  text(artifact: Artifact): string | undefined;
  path(artifactPath: string): string;
}

export function createRun(root: string, run: RunRecord): RunStore {
  const folder = join(root, RUNS_FOLDER, run.id);
  if (existsSync(join(folder, 'run.json'))) throw new UserError(`There is a run ${run.id} already.`, { code: 'run-exists', hint: 'Continue it with --resume, or start again in a second.' });
  // What the loop keeps is nobody's source: git and the audit pass it by.
  const ignoreFile = join(root, '.ssot-audit', '.gitignore');
  if (!existsSync(ignoreFile)) writeFileWhole(ignoreFile, '*\n');
  writeFileWhole(join(folder, 'run.json'), jsonText(run));
  return storeOf(folder, run);
}

/**
 * @param id of the run; absent: the last one
 * @throws UserError when there is no such run, or its record cannot be read
 */
export function openRun(root: string, id?: string): RunStore {
  const ids = listRuns(root);
  const chosen = id ?? ids.at(-1);
  if (chosen === undefined) throw new UserError('There is no run yet.', { code: 'no-run', hint: 'Start one with: ssot-audit loop' });
  if (!ids.includes(chosen)) throw new UserError(`There is no run "${chosen}".`, { code: 'no-run', hint: ids.length === 0 ? 'Start one with: ssot-audit loop' : `The last are: ${ids.slice(-5).join(', ')}` });
  const folder = join(root, RUNS_FOLDER, chosen);
  return storeOf(folder, readRecord(join(folder, 'run.json'), runRecordSchema));
}

/** The id, or the next one after it that no run has: two runs may begin in one second. */
export function freeRunId(root: string, id: string): string {
  const taken = new Set(listRuns(root));
  let free = id;
  for (let next = 2; taken.has(free); next++) free = `${id}-${next}`;
  return free;
}

/** Ids of the runs that are kept, oldest first. An id begins with the time of its start. */
export function listRuns(root: string): string[] {
  const folder = join(root, RUNS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.json'))).sort(compareText);
}

/**
 * Removes the oldest runs beyond the limits; the run that is under way stays whatever it takes.
 * @returns the ids removed
 */
export function pruneRuns(root: string, { runs, bytes }: { runs: number; bytes: number }, current: string): string[] {
  const kept: string[] = [];
  const removed: string[] = [];
  let total = 0;
  for (const id of listRuns(root).reverse()) {
    const folder = join(root, RUNS_FOLDER, id);
    total += sizeOf(folder);
    if (id === current || (kept.length < runs && total <= bytes)) {
      kept.push(id);
      continue;
    }
    rmSync(folder, { recursive: true, force: true });
    removed.push(id);
  }
  return removed.sort(compareText);
}

function storeOf(folder: string, run: RunRecord): RunStore {
  const phaseFile = (phase: LoopPhase): string => join(folder, phaseFileName(phase));
  const suiteFile = (name: string): string => join(folder, 'suites', `${slug(name)}.json`);
  const keep = (path: string, text: string): Artifact => {
    writeFileWhole(join(folder, path), text);
    return { path, hash: hashOf(text), bytes: Buffer.byteLength(text) };
  };
  return {
    id: run.id,
    folder,
    run,
    phase<P extends LoopPhase>(phase: P) {
      const file = phaseFile(phase);
      return existsSync(file) ? readRecord(file, phaseRecordSchema) as PhaseRecordOf<P> : undefined;
    },
    writePhase(record) {
      writeFileWhole(phaseFile(record.phase), jsonText(record));
    },
    suite(name) {
      const file = suiteFile(name);
      return existsSync(file) ? readRecord(file, suiteRecordSchema) : undefined;
    },
    writeSuite(record) {
      mkdirSync(join(folder, 'suites'), { recursive: true });
      writeFileWhole(suiteFile(record.name), jsonText(record));
    },
    keep,
    text(artifact) {
      const { path, hash } = artifactSchema.parse(artifact);
      try {
        const text = readFileSync(join(folder, path), 'utf8');
        return hashOf(text) === hash ? text : undefined;
      } catch {
        return undefined; // pruned or moved: the record still says what it was
      }
    },
    path: (path) => join(folder, path),
  };
}

/** A file that an earlier phase kept, with its text; undefined when it kept none. */
export function keptFile(store: RunStore, path: string): { artifact: Artifact; text: string } | undefined {
  const file = store.path(path);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return { artifact: { path, hash: hashOf(text), bytes: Buffer.byteLength(text) }, text };
}

/** `0-deployment.json`: the files of a run stand in the order of its phases. */
export function phaseFileName(phase: LoopPhase): string {
  return `${loopPhases.indexOf(phase)}-${phase}.json`;
}

/** A name as part of a file name: equal names give equal files, others never the same. */
export function slug(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
  return plain === name ? plain : `${plain === '' ? 'suite' : plain}-${hashOf(name, 6)}`;
}

function readRecord<T>(file: string, schema: { parse(value: unknown): T }): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UserError(`The record ${file} cannot be read: it is damaged, or another version of ssot-audit wrote it.`, { code: 'record-damaged', cause, hint: 'Remove it to run that step again with --resume, or start a new run.' });
  }
}

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
