import type { LoopSuite } from '../config/loop-schema.js';
import type { IndexEntry, SelectedSuite } from '../model/loop-records.js';
import type { Finding } from '../model/result.js';
import { compareText } from '../util/compare.js';
import { plural } from '../util/plural.js';
import type { HistoryLine } from './history.js';

export interface SelectionInput {
  suites: readonly LoopSuite[];
  /** Test files of each suite, by its name. */
  filesOf(suite: LoopSuite): readonly string[];
  mockingOf(path: string): readonly { path: string; line: number; mock: string }[];
  /** What a file imports, directly. */
  imports: Readonly<Record<string, readonly string[]>>;
  findings: readonly Finding[];
  changed: ReadonlySet<string>;
  indexEntries: readonly IndexEntry[];
  /** Oldest first. */
  history: readonly HistoryLine[];
  /** Names, tags or priorities; empty or `all`: every suite. */
  focus: readonly string[];
  budgetSeconds?: number;
}

/**
 * Puts the suites in the order in which they are worth running, each with its reasons: by priority, then by what their tests reach (changed files,
 * findings in force), then by how often they failed. A budget leaves out what would no longer fit by the durations of earlier runs.
 */
export function selectSuites(input: SelectionInput): SelectedSuite[] {
  const findingsAt = countFindings(input.findings);
  const rows = input.suites.map((suite) => describe(suite, input, findingsAt));
  rows.sort((a, b) => compareText(a.row.priority, b.row.priority) || b.row.changedFiles - a.row.changedFiles || b.row.reachedFindings - a.row.reachedFindings
    || b.failures - a.failures || compareText(a.row.name, b.row.name));
  let spent = 0;
  return rows.map(({ row }) => {
    if (!row.selected || input.budgetSeconds === undefined) return row;
    const cost = row.lastDurationSeconds;
    if (cost !== undefined && spent + cost > input.budgetSeconds) {
      return { ...row, selected: false, reasons: [...row.reasons, `left out: it took ${cost} s last time, and ${Math.max(0, Math.round(input.budgetSeconds - spent))} s of the budget are left`] };
    }
    spent += cost ?? 0;
    return cost === undefined ? { ...row, reasons: [...row.reasons, 'how long it takes is not known yet'] } : row;
  });
}

function describe(suite: LoopSuite, input: SelectionInput, findingsAt: ReadonlyMap<string, number>): { row: SelectedSuite; failures: number } {
  const files = input.filesOf(suite);
  const reached = closure(files, input.imports);
  const reachedFindings = [...reached].reduce((sum, path) => sum + (findingsAt.get(path) ?? 0), 0);
  const changedFiles = [...reached].filter((path) => input.changed.has(path)).length;
  const past = input.history.flatMap(({ suites }) => suites.filter(({ name }) => name === suite.name));
  const failures = past.filter(({ failed }) => failed > 0).length;
  const lastDuration = past.at(-1)?.seconds;
  const indexed = input.indexEntries.filter(({ path }) => path !== undefined && files.includes(path));
  const reasons = [`priority ${suite.priority}, as configured`];
  const indexPriority = [...new Set(indexed.flatMap(({ priority }) => (priority === undefined ? [] : [priority])))].sort(compareText);
  if (indexPriority.length > 0) reasons.push(`the test index gives its files ${indexPriority.join(', ')}`);
  if (files.length === 0) reasons.push(suite.files.length === 0 ? 'its test files are not declared, so what it reaches is not known' : 'none of its declared test files exists');
  else reasons.push(`its ${plural(files.length, 'test file')} ${files.length === 1 ? 'reaches' : 'reach'} ${plural(changedFiles, 'changed file')} and ${plural(reachedFindings, 'finding')} in force`);
  if (past.length > 0) reasons.push(`it failed in ${failures} of the last ${plural(past.length, 'run')}`);
  const isFocused = input.focus.length === 0 || input.focus.some((word) => word === 'all' || word === suite.name || word === suite.priority || suite.tags.includes(word));
  if (!isFocused) reasons.push(`left out: neither its name, its tags nor its priority is in the focus (${input.focus.join(', ')})`);
  return {
    row: {
      name: suite.name, priority: suite.priority, selected: isFocused, reasons, files: [...files], mocking: files.flatMap((path) => [...input.mockingOf(path)]),
      reachedFindings, changedFiles, ...(lastDuration === undefined ? {} : { lastDurationSeconds: lastDuration }),
    },
    failures,
  };
}

/** The files and all that they import, directly or not. */
function closure(files: readonly string[], imports: SelectionInput['imports']): Set<string> {
  const seen = new Set(files);
  const queue = [...files];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const target of imports[path] ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}

/** Findings in force per file; a finding counts once in each file that it has a site in. */
function countFindings(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { location, related, severity, suppression } of findings) {
    if (severity === 'info' || suppression !== undefined) continue;
    for (const path of new Set([location.path, ...related.map((site) => site.location.path)])) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}
