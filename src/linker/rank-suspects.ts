import type { Suspect } from '../model/link-result.js';
import { compareText } from '../util/compare.js';
import { bandOf, calibrated } from './calibrate.js';
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
  weights?: Readonly<Partial<Record<FeatureId, number>>>;
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
  const scored = scoreClusters(clusters, view, options.weights ?? WEIGHTS);
  const limit = options.limit ?? 10;
  const perCluster = new Map(scored.map(({ cluster, contexts, scores, values }) => [cluster.id, suspectsOf(scores, limit, (path) => evidenceOf(contexts, values, path, options.weights ?? WEIGHTS))]));
  const total = new Map<string, number>();
  for (const { scores } of scored) for (const [path, share] of shares(scores)) total.set(path, (total.get(path) ?? 0) + share / scored.length);
  const best = (path: string): ScoredCluster => scored.reduce((a, b) => ((b.scores.get(path) ?? 0) > (a.scores.get(path) ?? 0) ? b : a));
  const overall = [...total].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).slice(0, limit * 2).map(([path, share]): Suspect => {
    const probability = calibrated(share);
    const { contexts, values } = best(path);
    return { path, score: round(share), probability: round(probability), confidence: bandOf(probability), evidence: evidenceOf(contexts, values, path, options.weights ?? WEIGHTS) };
  });
  return { perCluster, overall };
}

export interface ScoredCluster {
  cluster: FailureCluster;
  contexts: readonly FailureContext[];
  /** Values of the features per file, the mean over the failures of the cluster. */
  values: ReadonlyMap<FeatureId, ReadonlyMap<string, number>>;
  scores: ReadonlyMap<string, number>;
}

export function scoreClusters(clusters: readonly FailureCluster[], view: RepositoryView, weights: Readonly<Partial<Record<FeatureId, number>>>): ScoredCluster[] {
  const read = clusters.map((cluster) => ({ cluster, texts: distinctTests(cluster).map((failure) => readFailure(failure, view)) }));
  const asked = new Set(read.flatMap(({ texts }) => texts.flatMap(({ queries }) => [...queries.all.keys()])));
  const corpus = createCorpus(view, asked);
  const knowledge: Knowledge = { view, corpus, definitions: createDefinitions(view, corpus.candidates), history: createHistoryIndex(view, corpus.candidates, asked) };
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
  const max = Math.max(...scores.values());
  const raised = [...scores].map(([path, score]): [string, number] => [path, Math.exp(SHARPNESS * (score - max))]);
  const total = raised.reduce((sum, [, value]) => sum + value, 0);
  return new Map(raised.map(([path, value]) => [path, value / total]));
}

const SHARPNESS = 1.5;

function suspectsOf(scores: ReadonlyMap<string, number>, limit: number, evidence: (path: string) => Suspect['evidence']): Suspect[] {
  const parts = shares(scores);
  return [...scores].filter(([, score]) => score > 0).sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).slice(0, limit).map(([path, score]): Suspect => {
    const probability = calibrated(parts.get(path)!);
    return { path, score: round(score), probability: round(probability), confidence: bandOf(probability), evidence: evidence(path) };
  });
}

/** The signals that gave most, in words. */
const MAX_EVIDENCE = 5;

function evidenceOf(contexts: readonly FailureContext[], values: ScoredCluster['values'], path: string, weights: Readonly<Partial<Record<FeatureId, number>>>): Suspect['evidence'] {
  const given = features.map((feature) => ({ feature, value: values.get(feature.id)!.get(path) ?? 0, part: (weights[feature.id] ?? 0) * (values.get(feature.id)!.get(path) ?? 0) })).filter(({ part }) => part > 0.05);
  const told = given.sort((a, b) => b.part - a.part || compareText(a.feature.id, b.feature.id)).flatMap(({ feature, value }) => {
    const words = contexts.map((context) => feature.explain(context, path, value)).find((explained) => explained !== undefined);
    return words === undefined ? [] : [{ kind: feature.id, strength: round(value), ...words }];
  });
  return told.slice(0, MAX_EVIDENCE);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
