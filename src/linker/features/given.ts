import { at, combined, type Feature } from './feature.js';

/** Files changed since the last green commit, and what imports them. */
export const changedSince: Feature = {
  id: 'changed-since',
  values({ view, corpus }) {
    const values = new Map<string, number>();
    if (view.changed === undefined) return values;
    for (const path of view.changed) if (corpus.isCandidate(path)) values.set(path, 1);
    for (const [importer, targets] of view.facts.imports.edges()) {
      if (corpus.isCandidate(importer) && !values.has(importer) && targets.some((target) => view.changed!.has(target))) values.set(importer, 0.1);
    }
    return values;
  },
  explain: ({ view }, path) => ({ statement: view.changed?.has(path) === true ? 'changed since the last green commit' : 'imports a file that changed since the last green commit', references: [at(path, 1)] }),
};

/**
 * Ochiai over files: failing tests that ran the file, against all that did (Abreu, Zoeteweij, van Gemund, "An Evaluation of Similarity Coefficients for
 * Software Fault Localization", 2006). Needs records per test; a record of a whole run only says what was not run at all.
 */
export const coverage: Feature = {
  id: 'coverage',
  values({ view, failure, corpus }) {
    const values = new Map<string, number>();
    const own = view.coverage?.filter(({ test }) => test !== '' && isSame(test, failure.test.title, failure.test.suite)) ?? [];
    if (own.length === 0) return values;
    const tests = new Map<string, Set<string>>();
    for (const { test, path, lines } of view.coverage!) {
      if (test === '' || path === undefined || lines.length === 0) continue;
      tests.set(path, (tests.get(path) ?? new Set()).add(test));
    }
    for (const path of new Set(own.filter(({ lines }) => lines.length > 0).map((record) => record.path))) {
      if (path !== undefined && corpus.isCandidate(path)) values.set(path, 1 / Math.sqrt(tests.get(path)!.size));
    }
    return values;
  },
  explain: ({ view }, path) => {
    const line = view.coverage?.find((record) => record.path === path && record.lines.length > 0)?.lines[0];
    return line === undefined || line > view.lineCount(path) ? undefined : { statement: `the failing test ran lines of it (${path}:${line}), and few other tests did`, references: [at(path, line)] };
  },
};

/** LCOV allows letters, digits and underscores only in the names of tests. */
function isSame(covered: string, title: string, suite: readonly string[]): boolean {
  const plain = (text: string): string => text.replace(/\W+/g, '_').toLowerCase();
  return plain(covered) === plain(title) || plain(covered) === plain([...suite, title].join(' '));
}

/** The module that was not found, or the file that should have a name and has not. */
export const missingModule: Feature = {
  id: 'missing-module',
  values({ words, corpus, definitions }) {
    const values = new Map<string, number>();
    for (const module of [...words.modules, ...words.missingNames.flatMap(({ owner }) => owner ?? [])]) {
      const tail = module.replace(/^[./]+|\.[cm]?[jt]sx?$/g, '').replaceAll('.', '/');
      const found = corpus.candidates.filter(({ path }) => {
        const bare = path.replace(/(?:\/(?:__init__|index))?\.\w+$/, '');
        return tail.length > 2 && (bare === tail || bare.endsWith(`/${tail}`));
      });
      for (const { path } of found) values.set(path, combined(values.get(path), 0.8 / found.length));
      const classes = definitions.of(module);
      for (const { path } of classes) values.set(path, combined(values.get(path), 0.7 / classes.length));
    }
    return values;
  },
  explain: ({ words, view }, path) => {
    const name = [...words.modules, ...words.missingNames.map(({ name: missing }) => missing)][0];
    return name === undefined || view.lineCount(path) === 0 ? undefined : { statement: `the failure misses \`${name}\` in it`, references: [at(path, 1)] };
  },
};
