import { at, combined, type Feature } from './feature.js';

/** What the body of the test uses by name, resolved through imports. */
export const namedSymbol: Feature = {
  id: 'named-symbol',
  values({ reach, corpus }) {
    const values = new Map<string, number>();
    for (const { path, distance } of reach()?.all ?? []) if (distance === 1 && corpus.isCandidate(path)) values.set(path, combined(values.get(path), 0.5));
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

const MAX_DISTANCE = 6;

/** Files that the test's file imports, near ones first; a file that imports much says less by each. */
export const imported: Feature = {
  id: 'imported',
  values({ failure: { testPath }, view, corpus }) {
    const values = new Map<string, number>();
    if (testPath === undefined) return values;
    const edges = view.facts.imports.edges();
    let frontier = [testPath];
    const seen = new Set(frontier);
    for (let distance = 1; distance <= MAX_DISTANCE && frontier.length > 0; distance++) {
      const next = frontier.flatMap((path) => edges.get(path) ?? []).filter((path) => !seen.has(path) && seen.add(path));
      for (const path of next) if (corpus.isCandidate(path)) values.set(path, 0.75 ** (distance - 1));
      frontier = next;
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
