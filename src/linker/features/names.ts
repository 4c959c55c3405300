import type { FailureContext } from '../failure-context.js';
import { baseNameOf, folderOf } from '../../util/paths.js';
import { partsOf, stem } from '../words.js';
import { at, combined, type Feature } from './feature.js';

/** A name that more files define says nothing. */
const MAX_DEFINERS = 5;

/** Names in the test and the failure that a file defines: members and functions found by the text of their definition. */
export const definedName: Feature = {
  id: 'defined-name',
  values(context) {
    const values = new Map<string, number>();
    for (const { sites, weight } of namesOf(context)) for (const { path } of sites) values.set(path, combined(values.get(path), weight / sites.length));
    return values;
  },
  explain(context, path) {
    const best = namesOf(context).flatMap(({ name, weight, from, sites }) => sites.filter((site) => site.path === path).map(({ line }) => ({ name, from, line, weight: weight / sites.length })))
      .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
    if (best.length === 0) return undefined;
    return {
      statement: `defines ${best.slice(0, 3).map(({ name, line }) => `\`${name}\` (${path}:${line})`).join(', ')}, which ${best[0]!.from} names`,
      references: best.slice(0, 3).map(({ line }) => at(path, line)),
    };
  },
};

interface NamedDefinition {
  name: string;
  from: string;
  weight: number;
  sites: readonly { path: string; line: number }[];
}

const cache = new WeakMap<FailureContext, NamedDefinition[]>();

function namesOf(context: FailureContext): NamedDefinition[] {
  let found = cache.get(context);
  if (!found) cache.set(context, (found = find(context)));
  return found;
}

function find({ title, message, body, definitions }: FailureContext): NamedDefinition[] {
  const found = new Map<string, NamedDefinition>();
  const add = (text: string, from: string, weight: number): void => {
    for (const [name] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const before = found.get(name);
      if (before) {
        found.set(name, { ...before, weight: combined(before.weight, weight) });
        continue;
      }
      const sites = definitions.of(name);
      if (sites.length > 0 && sites.length <= MAX_DEFINERS) found.set(name, { name, from, weight, sites });
    }
  };
  add(title, 'the name of the test', 0.5);
  add(message, 'the failure', 0.3);
  for (const [index, line] of (body?.ran ?? []).entries()) add(line, 'the test', body!.ran.length - index <= 6 ? 0.4 : 0.25);
  return [...found.values()];
}

/** Words in the names of test files that say only that they are tests. */
const TEST_WORDS = new Set(['test', 'tests', 'spec', 'specs', 'e2e', 'unit', 'integration', 'it', 'cy', 'src', 'lib', 'index', 'main', 'init', 'package', 'app']);

/** A source file that is called like the test file, its folders, or the suite: `test_cart.py` and `cart.py`. Rare words count more. */
export const nameMatch: Feature = {
  id: 'name-match',
  values({ failure: { testPath }, corpus, history }) {
    const values = new Map<string, number>();
    if (testPath === undefined) return values;
    const names = corpus.candidates.map(({ path }) => ({ path, words: nameWords(path) }));
    const counts = new Map<string, number>();
    for (const { words } of names) for (const word of words.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
    const weightOf = (word: string): number => Math.log(1 + names.length / (counts.get(word) ?? names.length));
    const asked = nameWords(testPath);
    const own = norm(asked, weightOf);
    if (own === 0) return values;
    for (const { path, words } of names) {
      let product = 0;
      for (const [word, weight] of words) product += weight * (asked.get(word) ?? 0) * weightOf(word) ** 2;
      if (product > 0) values.set(path, product / (own * norm(words, weightOf)));
    }
    void history;
    return values;
  },
  explain: ({ failure: { testPath } }, path) => ({ statement: `is named like the failing test's file ${testPath}`, references: [at(path, 1), at(testPath!, 1)] }),
};

/** Words of a path: those of the file's name in full, those of folders less, the further up the less. */
function nameWords(path: string): Map<string, number> {
  const words = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const part of partsOf(text.replace(/[^\w$]+/g, ' '))) {
      const word = stem(part);
      if (!TEST_WORDS.has(part) && !/^\d+$/.test(part)) words.set(word, Math.max(words.get(word) ?? 0, weight));
    }
  };
  const name = baseNameOf(path).replace(/\.\w+$/, '');
  const folders = folderOf(path).split('/').filter((folder) => folder !== '');
  const isBare = /^(?:index|__init__|main|mod)$/.test(name);
  add(name, 1);
  let weight = isBare ? 1 : 0.5;
  for (const folder of folders.reverse()) {
    add(folder, weight);
    weight /= 2;
  }
  return words;
}

function norm(words: ReadonlyMap<string, number>, weightOf: (word: string) => number): number {
  let sum = 0;
  for (const [word, weight] of words) sum += (weight * weightOf(word)) ** 2;
  return Math.sqrt(sum);
}
