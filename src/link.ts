import { basename } from 'node:path';
import { clusterFailures } from './linker/cluster-failures.js';
import { collectFailures, mapperFor } from './linker/collect-failures.js';
import { describeCluster } from './linker/describe-cluster.js';
import { environmentVerdict } from './linker/environment-verdict.js';
import { fiveWhys } from './linker/five-whys.js';
import { linkViolations } from './linker/link-violations.js';
import { createOriginFinder } from './linker/origin.js';
import { patternsOf } from './linker/patterns.js';
import { preventionFor } from './linker/prevention.js';
import { rankSuspects } from './linker/rank-suspects.js';
import type { RepositoryView } from './linker/repository-view.js';
import { WEIGHTS_VERSION } from './linker/weights.js';
import { LINK_SCHEMA_VERSION, type LinkResult } from './model/link-result.js';
import type { TestRun } from './model/test-run.js';
import { toolVersion } from './util/tool-version.js';

/**
 * The second pipeline: collect, cluster, rank, link, ask why, look for patterns, say what prevents it. From a test run and a repository to what
 * explains the failures, and what does not.
 */
export function link(run: TestRun, view: RepositoryView): LinkResult {
  const mapper = mapperFor(run, view);
  const failures = collectFailures(run, view, mapper);
  const clusters = clusterFailures(failures);
  const ranked = rankSuspects(clusters, view);
  const probabilityOf = probabilities(ranked.perCluster);
  const origins = createOriginFinder(view);
  const linked = linkViolations(clusters, view, { probabilityOf: (cluster, path) => probabilityOf.get(cluster.id)?.get(path) ?? 0, origins });
  const told = linked.map((entry) => {
    const suspects = ranked.perCluster.get(entry.cluster.id) ?? [];
    const environment = entry.links.length === 0 ? environmentVerdict(entry.cluster, entry.words, view.facts) : undefined;
    const chain = fiveWhys(entry, { view, suspects, environment, origins });
    return { chain, described: describeCluster(entry, { suspects, environment, chain }) };
  });
  const chains = new Map(told.map(({ chain, described }) => [described.id, chain]));
  return {
    schemaVersion: LINK_SCHEMA_VERSION,
    tool: { name: 'ssot-audit', version: toolVersion(), weights: WEIGHTS_VERSION },
    root: basename(view.root),
    sources: run.sources,
    suites: run.suites,
    stated: run.stated,
    clusters: told.map(({ described }) => described),
    passed: run.results.filter(({ status, flaky }) => status === 'passed' && !flaky).map(({ id, file, report }) => {
      const paths = file === undefined ? [] : mapper.map(file)?.paths ?? [];
      return { id, report: report ?? run.sources[0]?.path ?? '', ...(paths.length === 1 ? { file: paths[0]! } : {}) };
    }),
    suspects: ranked.overall,
    patterns: patternsOf(linked, chains, run),
    prevention: preventionFor(linked.flatMap(({ links }) => links.slice(0, 1)), view),
    unlinked: told.filter(({ described }) => described.links.length === 0).map(({ described }) => described.id),
    problems: [],
  };
}

function probabilities(perCluster: ReturnType<typeof rankSuspects>['perCluster']): Map<string, Map<string, number>> {
  return new Map([...perCluster].map(([id, suspects]) => [id, new Map(suspects.map(({ path, probability }) => [path, probability]))]));
}
