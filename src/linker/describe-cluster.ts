import type { Cluster, Suspect } from '../model/link-result.js';
import type { EnvironmentVerdict } from './environment-verdict.js';
import type { WhyChain } from './five-whys.js';
import type { LinkedCluster } from './link-violations.js';

export const NO_VIOLATION = 'No static violation explains this failure.';

interface Findings {
  suspects: readonly Suspect[];
  environment: EnvironmentVerdict | undefined;
  chain: WhyChain;
}

/** A cluster as the result carries it. */
export function describeCluster({ cluster, links }: LinkedCluster, { suspects, environment, chain }: Findings): Cluster {
  const { representative: { signature, kind, test, error, stated } } = cluster;
  const first = links[0];
  return {
    id: cluster.id,
    fingerprint: cluster.fingerprint,
    recipe: signature.recipe,
    kind,
    title: stated?.title ?? [...test.suite.slice(-1), test.title].join(' > '),
    tests: cluster.failures.map(({ test: { id, title }, testPath, report }) => ({ id, title, report, ...(testPath === undefined ? {} : { file: testPath }) })),
    ...(stated ? { stated: { line: stated.line, ...(stated.issue === undefined ? {} : { issue: stated.issue }) } } : {}),
    message: error.message,
    suspects: [...suspects],
    links: links.map(({ finding, confidence, score, evidence }) => ({ finding, confidence, score, evidence })),
    verdict: first ? `Explained by ${first.finding.ruleId} of ${first.finding.concept} (${first.confidence} confidence).` : environment?.verdict ?? NO_VIOLATION,
    verdictEvidence: first ? [] : [...(environment?.evidence ?? [])],
    confirm: first ? [] : [...(environment?.confirm ?? [])],
    whys: chain.whys,
    ...(chain.openQuestion === undefined ? {} : { openQuestion: chain.openQuestion }),
    runnersUp: chain.runnersUp,
  };
}
