import type { Suspect } from '../model/link-result.js';
import { compareText } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { bandOf, calibrated, type Grounds } from './calibrate.js';
import type { Failure, FailureCluster } from './cluster-failures.js';
import { createCorpus } from './corpus.js';
import { createDefinitions } from './definitions.js';
import { contextOf, readFailure, type FailureContext, type Knowledge } from './failure-context.js';
import type { FeatureId } from './features/feature.js';
import { features } from './features/index.js';
import { createHistoryIndex } from './history-index.js';
import type { RepositoryView } from './repository-view.js';
import { WEIGHTS } from './weights.js';

export interface RankOptions {
  weights?: Weights;
  /** Suspects per cluster and over all. Default: 10 and 20. */
  limit?: number;
}

export interface RankedSuspects {
  /** Best first, by id of the cluster. */
  perCluster: Map<string, Suspect[]>;
  overall: Suspect[];
}

/** Failures of one cluster that are looked at one by one; more of the same say no more. */
const MAX_FAILURES = 5;

/** Ranks the files of the repository by how likely they are what has to change for the failures to go away. */
export function rankSuspects(clusters: readonly FailureCluster[], view: RepositoryView, options: RankOptions = {}): RankedSuspects {
  const weights = options.weights ?? WEIGHTS;
  const limit = options.limit ?? 10;
  const scored = scoreClusters(clusters, view, weights);
  const perCluster = new Map(scored.map((one) => [one.cluster.id, suspectsOf(shares(one.scores), one.scores, [one], weights, limit)]));
  const overall = beliefOverAll(scored);
  return { perCluster, overall: suspectsOf(overall, overall, scored, weights, limit * 2) };
}

/**
 * Failures in one test file mostly have one cause, so their scores are averaged; failures of different files may have different ones, so each file's
 * share of belief is added, by the root of the number of its clusters.
 */
function beliefOverAll(scored: readonly ScoredCluster[]): Map<string, number> {
  const groups = new Map<string, ScoredCluster[]>();
  for (const one of scored) append(groups, one.cluster.representative.testPath ?? '', one);
  const belief = new Map<string, number>();
  const all = [...groups.values()].reduce((sum, group) => sum + Math.sqrt(group.length), 0);
  for (const group of groups.values()) {
    for (const [path, share] of shares(mean(group.map(({ scores }) => scores)))) belief.set(path, (belief.get(path) ?? 0) + (share * Math.sqrt(group.length)) / all);
  }
  return belief;
}

export interface ScoredCluster {
  cluster: FailureCluster;
  contexts: readonly FailureContext[];
  /** Values of the features per file, the mean over the failures of the cluster. */
  values: ReadonlyMap<FeatureId, ReadonlyMap<string, number>>;
  scores: ReadonlyMap<string, number>;
}

export function scoreClusters(clusters: readonly FailureCluster[], view: RepositoryView, weights: Weights): ScoredCluster[] {
  const read = clusters.map((cluster) => ({ cluster, texts: distinctTests(cluster).map((failure) => readFailure(failure, view)) }));
  const asked = new Set(read.flatMap(({ texts }) => texts.flatMap(({ queries }) => [...queries.all.keys()])));
  const corpus = createCorpus(view, asked);
  const knowledge: Knowledge = { view, corpus, definitions: createDefinitions(view, corpus.candidates, asked), history: createHistoryIndex(view, corpus.candidates, asked) };
  return read.map(({ cluster, texts }) => {
    const contexts = texts.map((text) => contextOf(text, knowledge));
    const values = new Map(features.map((feature) => [feature.id, mean(contexts.map((context) => feature.values(context)))]));
    const scores = new Map(corpus.candidates.map(({ path }) => [path, 0]));
    for (const [id, perFile] of values) {
      const weight = weights[id] ?? 0;
      if (weight !== 0) for (const [path, value] of perFile) if (scores.has(path)) scores.set(path, scores.get(path)! + weight * value);
    }
    return { cluster, contexts, values, scores };
  });
}

/** The representative first, then failures of other tests. */
function distinctTests({ representative, failures }: FailureCluster): Failure[] {
  return [representative, ...failures.filter((failure) => failure !== representative)].slice(0, MAX_FAILURES);
}

function mean(maps: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const map of maps) for (const [path, value] of map) sum.set(path, (sum.get(path) ?? 0) + value / maps.length);
  return sum;
}

/** Softmax: what share of belief each file gets. */
export function shares(scores: ReadonlyMap<string, number>): Map<string, number> {
  let max = 0;
  for (const score of scores.values()) max = Math.max(max, score);
  const raised = [...scores].map(([path, score]): [string, number] => [path, Math.exp(score - max)]);
  const total = raised.reduce((sum, [, value]) => sum + value, 0);
  return new Map(raised.map(([path, value]) => [path, value / total]));
}

type Weights = Readonly<Partial<Record<FeatureId, number>>>;

function suspectsOf(belief: ReadonlyMap<string, number>, scores: ReadonlyMap<string, number>, scored: readonly ScoredCluster[], weights: Weights, limit: number): Suspect[] {
  const ranked = [...belief].filter(([path, share]) => share > 0 && scored.some((one) => (one.scores.get(path) ?? 0) > 0)).sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).slice(0, limit);
  const first = ranked[0];
  if (!first) return [];
  const grounds = groundsOf(first[0], scored, weights);
  const probability = calibrated(first[1], grounds);
  // What the first has not, the others share as the scores say.
  const rest = first[1] >= 1 ? 0 : (1 - probability) / (1 - first[1]);
  return ranked.map(([path, share], index): Suspect => {
    const likely = index === 0 ? probability : Math.min(share * rest, probability);
    const strongest = [...scored].sort((a, b) => (b.scores.get(path) ?? 0) - (a.scores.get(path) ?? 0) || compareText(a.cluster.id, b.cluster.id))[0]!;
    return { path, score: round(scores.get(path) ?? 0), probability: round(likely), confidence: bandOf(likely), evidence: evidenceOf(strongest, path, weights) };
  });
}

/** How well a verdict is founded: families of signals that would have put the file first by themselves, and whether there was a place to start from. */
function groundsOf(path: string, scored: readonly ScoredCluster[], weights: Weights): Grounds {
  const families = Object.values(FAMILIES).filter((members) => scored.some(({ values }) => {
    const sum = new Map<string, number>();
    for (const id of members) for (const [other, value] of values.get(id) ?? []) sum.set(other, (sum.get(other) ?? 0) + (weights[id] ?? 0) * value);
    const most = Math.max(0, ...sum.values());
    return most > 0 && (sum.get(path) ?? 0) >= NEARLY * most;
  })).length;
  const located = scored.some(({ contexts }) => contexts.some(({ body, failure }) => body !== undefined || failure.sourceFrames.length > 0));
  return { families, located };
}

/** A family that puts a file within a tenth of its first still speaks for it. */
const NEARLY = 0.9;

/** Signals that can be wrong together, because they look at the same thing. */
const FAMILIES: Readonly<Record<string, readonly FeatureId[]>> = {
  words: ['message-words', 'title-words', 'body-words', 'telling-words', 'outline-words', 'path-words', 'passage', 'literal'],
  names: ['name-match'],
  code: ['named-symbol', 'defined-name', 'callee', 'imported'],
  history: ['changed-together', 'written-together', 'history-words'],
  run: ['thrown-at', 'stack-frame', 'missing-module', 'coverage'],
  given: ['changed-since'],
};

/** The signals that gave most, in words. */
const MAX_EVIDENCE = 5;

function evidenceOf({ contexts, values }: ScoredCluster, path: string, weights: Weights): Suspect['evidence'] {
  const given = features.map((feature) => {
    const value = values.get(feature.id)!.get(path) ?? 0;
    return { feature, value, part: (weights[feature.id] ?? 0) * value };
  });
  const told = given.filter(({ part }) => part > 0.03).sort((a, b) => b.part - a.part).flatMap(({ feature, value }) => {
    const words = contexts.map((context) => feature.explain(context, path, value)).find((explained) => explained !== undefined);
    return words === undefined ? [] : [{ kind: feature.id, strength: round(Math.min(1, value)), ...words }];
  });
  return told.slice(0, MAX_EVIDENCE);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
