import type { IssuesConfig } from '../config/issues-schema.js';
import { isEnvironment } from '../issues/draft-issues.js';
import { testKey } from '../issues/draft.js';
import { onGoodWord, priorityByTag } from '../issues/priority.js';
import type { Classified, SuiteRecord } from '../model/loop-records.js';
import { priorities, type Priority } from '../model/priority.js';
import type { Cluster } from '../model/link-result.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { plural } from '../util/plural.js';

export interface FlakyTest {
  id: string;
  title: string;
  suite: string;
  attempts: number;
}

/**
 * Gives each failure a priority by the first rule that fits, with what triggered it. Suites bring their own priority, which tags of
 * `issues.priorities` override; only a rule that says why moves a failure away from it. What a suite without evidence reports proves nothing, so it never ranks high.
 */
export function classifyFailures(clusters: readonly Cluster[], suites: readonly SuiteRecord[], suiteOf: (report: string) => string, flaky: readonly FlakyTest[], issues: Pick<IssuesConfig, 'impact' | 'priorities'>): Classified[] {
  const { impact } = issues;
  const records = new Map(suites.map((suite) => [suite.name, suite]));
  const failures = clusters.map((cluster): Classified => {
    const names = [...new Set(cluster.tests.map(({ report }) => suiteOf(report)))].sort(compareText);
    const inSuites = names.flatMap((name) => records.get(name) ?? []);
    const worst = [...inSuites].sort((a, b) => compareText(a.priority, b.priority))[0];
    const decided = capped(decide(cluster, inSuites, worst?.priority ?? 'P2', worst?.name ?? 'unknown', issues), inSuites);
    return {
      fingerprint: cluster.fingerprint, title: cluster.title, kind: cluster.kind, suite: names.join(', '), tests: cluster.tests.map(({ title }) => title), keys: sortedDistinct(cluster.tests.map(testKey)), flaky: false, ...decided,
      impact: impactOf(inSuites, impact),
    };
  });
  const unstable = flaky.map((test): Classified => {
    const suite = records.get(test.suite);
    return {
      fingerprint: `flaky:${test.id}`, title: test.title, kind: 'flaky', suite: test.suite, tests: [test.title], keys: [], flaky: true,
      priority: lower(suite?.priority ?? 'P2'), rule: 'passed-on-retry', because: [`it passed at attempt ${test.attempts}, after ${plural(test.attempts - 1, 'failed attempt')}`],
      impact: suite === undefined ? [] : impactOf([suite], impact),
    };
  });
  return [...failures, ...unstable].sort((a, b) => compareText(a.priority, b.priority) || b.tests.length - a.tests.length || compareText(a.fingerprint, b.fingerprint));
}

type Decision = Pick<Classified, 'priority' | 'rule' | 'because'>;

/** By the same rule as an issue without the loop: P0 needs a run whose word is good. */
function capped({ priority, rule, because }: Decision, suites: readonly SuiteRecord[]): Decision {
  const { priority: cap, reason } = onGoodWord({ priority, reason: because.join('; ') }, suites.some(({ evidence }) => evidence === 'strong'));
  return { priority: cap, rule, because: cap === priority ? because : [reason] };
}

function decide(cluster: Cluster, suites: readonly SuiteRecord[], own: Priority, name: string, issues: Pick<IssuesConfig, 'priorities'>): Decision {
  const { kind, message, tests } = cluster;
  if (suites.length > 0 && suites.every(({ evidence }) => evidence === 'none')) {
    return { priority: 'P3', rule: 'no-evidence', because: [`the run of ${suites.map((suite) => suite.name).join(', ')} is no evidence: ${suites[0]!.reasons[0] ?? 'nothing shows that it ran'}`] };
  }
  if (kind === 'isolation' && own !== 'P0') {
    return { priority: 'P0', rule: 'state-crosses-users', because: [`the failure says that one user's state reaches another: "${oneLine(message)}"`, `suite ${name} has priority ${own}`] };
  }
  const tagged = priorityByTag(tests, issues);
  if (tagged !== undefined) return { priority: tagged.priority, rule: 'tag-priority', because: [tagged.reason] };
  const wide = suites.find(({ counts }) => (counts.passed ?? 0) === 0 && (counts.failed ?? 0) + (counts.errored ?? 0) >= 3);
  if (isEnvironment(cluster)) {
    return { priority: own, rule: 'environment', because: [`the failure names the environment ("${oneLine(message)}")`, `suite ${name} has priority ${own}`] };
  }
  if (wide !== undefined && own !== 'P0') {
    return { priority: raise(own), rule: 'nothing-passes', because: [`no test of ${wide.name} passed`, `suite ${name} has priority ${own}`] };
  }
  return { priority: own, rule: 'suite-priority', because: [`${plural(tests.length, 'test')} failed; suite ${name} has priority ${own}`] };
}

function impactOf(suites: readonly SuiteRecord[], impact: Readonly<Record<string, string>>): Classified['impact'] {
  const tags = [...new Set(suites.flatMap((suite) => suite.tags))].sort(compareText);
  return tags.flatMap((tag) => (impact[tag] === undefined ? [] : [{ tag, text: impact[tag] }]));
}

function raise(priority: Priority): Priority {
  return priorities[Math.max(0, priorities.indexOf(priority) - 1)]!;
}

function lower(priority: Priority): Priority {
  return priorities[Math.min(priorities.length - 1, priorities.indexOf(priority) + 1)]!;
}

function oneLine(text: string): string {
  const line = text.split('\n').find((part) => part.trim() !== '')?.trim() ?? '';
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
