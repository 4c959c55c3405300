import type { IssuesConfig } from '../config/issues-schema.js';
import { priorities, type Priority } from '../model/priority.js';
import type { Cluster, Confidence } from '../model/link-result.js';
import type { Finding } from '../model/result.js';
import { tagOf } from './tags.js';

export interface Ranked {
  priority: Priority;
  /** The rule, as a sentence. */
  reason: string;
}

/** From so many failing tests of one cause on it is more than one feature. */
const MANY_TESTS = 5;

/** Priority of failing tests. P0 needs a tag that the configuration calls P0, and a run whose word is good. */
export function priorityOfCluster(cluster: Cluster, { credible, environment }: { credible: boolean; environment: boolean }, config: IssuesConfig): Ranked {
  if (environment) return { priority: 'P3', reason: 'nothing in the source explains it: the environment has to be looked at first' };
  const configured = priorityByTag(cluster.tests, config);
  if (configured !== undefined) return onGoodWord(configured, credible);
  if (!credible) return { priority: 'P3', reason: 'the run is only partial evidence' };
  const link = cluster.links[0];
  if (link && link.finding.severity === 'error' && isSure(link.confidence)) return { priority: 'P1', reason: 'a failing test is explained by a violation of severity error' };
  if (cluster.tests.length >= MANY_TESTS) return { priority: 'P1', reason: `${cluster.tests.length} tests fail by it` };
  return { priority: 'P2', reason: 'a test fails' };
}

/** What `issues.priorities` gives to the tags of tests; undefined when it says nothing of them. */
export function priorityByTag(tests: Cluster['tests'], { priorities: byTag }: Pick<IssuesConfig, 'priorities'>): Ranked | undefined {
  const tag = tagOf(tests, byPriority(byTag));
  return tag === undefined ? undefined : { priority: byTag[tag]!, reason: `the configuration gives ${byTag[tag]!} to the tag "${tag}"` };
}

/** Nothing is P0 on the word of a run that is only partial evidence. */
export function onGoodWord({ priority, reason }: Ranked, credible: boolean): Ranked {
  return priority === 'P0' && !credible ? { priority: 'P1', reason: `${reason}, and the run is only partial evidence` } : { priority, reason };
}

/** Priority of a finding that no failing test points at: never P0. */
export function priorityOfFinding({ severity, change }: Finding): Ranked {
  if (change?.blocks) return { priority: 'P1', reason: 'it is new, and blocks the gate' };
  if (severity === 'error') return { priority: 'P2', reason: 'severity error, and no failing test' };
  return { priority: 'P3', reason: `severity ${severity}, and no failing test` };
}

function byPriority(tags: IssuesConfig['priorities']): string[] {
  return priorities.flatMap((priority) => Object.keys(tags).filter((tag) => tags[tag] === priority));
}

function isSure(confidence: Confidence): boolean {
  return confidence === 'high' || confidence === 'medium';
}
