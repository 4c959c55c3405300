import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditedFile, FactIndex } from '../facts/fact-index.js';
import type { ProjectFiles } from '../model/project-files.js';
import type { ScanResult } from '../model/result.js';
import { indexTree, type ScanOptions } from '../scan.js';
import { sortedDistinct } from '../util/compare.js';
import { openCommitHistory, type CommitHistory } from '../discover/commit-history.js';
import type { CoverageRecord } from './lcov.js';
import { createPathMapper, type ProjectPaths } from './map-paths.js';
import { projectPaths } from './project-paths.js';

export interface ViewOptions extends Pick<ScanOptions, 'root' | 'config' | 'threads' | 'cacheDir' | 'without' | 'today' | 'onProgress'> {
  /** A saved result of this tree: the rules are then not run again. */
  scan?: ScanResult;
  /** The last commit at which the tests were green. */
  since?: string;
  coverage?: readonly CoverageRecord[];
  /** Reads a clock in milliseconds; only for measuring git. */
  now?: () => number;
}

/** The repository as the linker sees it: one reading of the tree gives facts, findings, texts and history. */
export interface RepositoryView {
  root: string;
  /** Findings of the tree, given or made. */
  scan: ScanResult;
  facts: FactIndex;
  projectFiles: ProjectFiles;
  /** How paths of built files lead to sources. */
  projectPaths: ProjectPaths;
  /** Every file of the tree with role and language (`` where none of ours reads it), sorted by path. */
  files: readonly AuditedFile[];
  file(path: string): AuditedFile | undefined;
  /** Text of a file of the tree, read when first asked for; undefined when it is not there, not text, or larger than 2 MB. */
  text(path: string): string | undefined;
  /** Number of lines of a file, by its text. 0 when it has none. */
  lineCount(path: string): number;
  history: CommitHistory;
  /** Files changed since the last green commit; undefined when none was given or git does not know it. */
  changed: ReadonlySet<string> | undefined;
  coverage: readonly CoverageRecord[] | undefined;
}

const MAX_BYTES = 2_000_000;

/** Reads a tree once for all that linking needs. Never runs the audited code. */
export async function openRepositoryView({ scan: saved, since, coverage, now, ...options }: ViewOptions): Promise<RepositoryView> {
  const tree = await indexTree(options);
  const scan = saved ?? await tree.check();
  const texts = new Map<string, string | undefined>();
  const text = (path: string): string | undefined => {
    if (tree.facts.file(path) === undefined) return undefined;
    if (!texts.has(path)) texts.set(path, readText(join(options.root, path)));
    return texts.get(path);
  };
  const history = openCommitHistory(options.root, now);
  const changed = since === undefined ? undefined : history.changedSince(since);
  return {
    root: options.root,
    scan,
    facts: tree.facts,
    projectFiles: tree.projectFiles,
    projectPaths: projectPaths(options.root, tree.projectFiles, tree.facts.files),
    files: tree.facts.files,
    file: (path) => tree.facts.file(path),
    text,
    lineCount(path) {
      const content = text(path);
      return content === undefined || content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
    },
    history,
    changed: changed === undefined ? undefined : new Set(changed),
    coverage: coverage === undefined ? undefined : withPaths(coverage, tree.facts.files.map(({ path }) => path)),
  };
}

function withPaths(records: readonly CoverageRecord[], files: readonly string[]): CoverageRecord[] {
  const mapper = createPathMapper(files, sortedDistinct(records.map(({ file }) => file)));
  return records.map((record) => {
    const paths = mapper.map(record.file)?.paths ?? [];
    return paths.length === 1 ? { ...record, path: paths[0]! } : record;
  });
}

function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > MAX_BYTES) return undefined;
    const bytes = readFileSync(path);
    return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined; // gone since it was listed
  }
}
