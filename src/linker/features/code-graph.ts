import type { FactIndex } from '../../facts/fact-index.js';
import type { FailureContext } from '../failure-context.js';
import { at, combined, type Feature } from './feature.js';

/** A thing that every test uses says nothing about one of them: 1 for what one test file imports, 0 for what all do. */
function rarityAmongTests({ view }: FailureContext, importers: number): number {
  let tests = testCounts.get(view.facts);
  if (tests === undefined) testCounts.set(view.facts, (tests = view.files.filter(({ role, language }) => role === 'test' && language !== '').length));
  return tests < 2 ? 1 : Math.max(0, Math.log((tests + 1) / Math.max(importers, 1)) / Math.log(tests + 1));
}

const testCounts = new WeakMap<FactIndex, number>();

/** What the body of the test uses by name, resolved through imports; the fewer tests use it, the more. */
export const namedSymbol: Feature = {
  id: 'named-symbol',
  values(context) {
    const { reach, corpus, view } = context;
    const values = new Map<string, number>();
    for (const { path, distance, symbol } of reach()?.all ?? []) {
      if (distance !== 1 || !corpus.isCandidate(path)) continue;
      const importers = view.facts.imports.importerCount(path, symbol.split('.')[0]!).test;
      values.set(path, combined(values.get(path), 0.7 * rarityAmongTests(context, importers)));
    }
    return values;
  },
  explain({ reach, view }, path) {
    const node = reach()?.all.find((reached) => reached.path === path && reached.distance === 1);
    if (!node || node.start > view.lineCount(path)) return undefined;
    return { statement: `the test uses \`${node.symbol}\`, declared at ${path}:${node.start} (test line ${node.usedAt})`, references: [at(path, node.start), ...(node.from === undefined ? [] : [at(node.from.path, node.usedAt)])] };
  },
};

/** What that uses in turn; each step is worth less. */
const STEP = 0.6;

export const callee: Feature = {
  id: 'callee',
  values({ reach, corpus }) {
    const values = new Map<string, number>();
    for (const { path, distance } of reach()?.all ?? []) if (distance > 1 && corpus.isCandidate(path)) values.set(path, combined(values.get(path), 0.3 * STEP ** (distance - 2)));
    return values;
  },
  explain({ reach, view }, path) {
    const node = reach()?.all.find((reached) => reached.path === path && reached.distance > 1);
    if (!node || node.start > view.lineCount(path)) return undefined;
    return { statement: `\`${node.symbol}\` at ${path}:${node.start} is used by what the test uses, ${node.distance} steps away`, references: [at(path, node.start)] };
  },
};

/** A file behind an imported one. */
const SECOND = 0.3;

/** Files that the test's file imports, and what those import; the fewer tests import a file, the more it says. */
export const imported: Feature = {
  id: 'imported',
  values(context) {
    const { failure: { testPath }, view, corpus } = context;
    const values = new Map<string, number>();
    if (testPath === undefined) return values;
    const edges = view.facts.imports.edges();
    const direct = (edges.get(testPath) ?? []).filter((path) => corpus.isCandidate(path));
    const rarity = (path: string): number => rarityAmongTests(context, view.facts.imports.importerCountOfModule(path).test);
    for (const path of direct) values.set(path, rarity(path));
    for (const path of direct) {
      const behind = (edges.get(path) ?? []).filter((other) => corpus.isCandidate(other) && !direct.includes(other));
      for (const other of behind) values.set(other, Math.max(values.get(other) ?? 0, (SECOND * rarity(path)) / Math.sqrt(behind.length)));
    }
    return values;
  },
  explain({ failure: { testPath }, view }, path) {
    const direct = view.facts.inFile(testPath!, 'import').find((fact) => {
      const target = view.facts.imports.resolve(fact);
      return target.status === 'file' && target.path === path;
    });
    return direct === undefined ? undefined : { statement: `is imported by the failing test at ${testPath}:${direct.span[0]}`, references: [at(testPath!, direct.span[0])] };
  },
};

/** A file with functions can be at fault; one that only passes names on, or holds nothing, hardly. */
export const substance: Feature = {
  id: 'substance',
  values({ corpus, view }) {
    return new Map(corpus.candidates.map(({ path, role }) => {
      const size = Math.log1p(view.lineCount(path)) / Math.log(2000);
      return [path, Math.min(1, size) * (role === 'production' ? 1 : 0.3)];
    }));
  },
  explain: () => undefined,
};
