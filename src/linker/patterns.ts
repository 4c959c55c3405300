import type { LinkResult } from '../model/link-result.js';
import type { TestRun } from '../model/test-run.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { folderOf } from '../util/paths.js';
import { plural } from '../util/plural.js';
import { enumerate } from '../util/enumerate.js';
import { isFailing } from './collect-failures.js';
import type { LinkedCluster } from './link-violations.js';
import type { WhyChain } from './five-whys.js';

type Pattern = LinkResult['patterns'][number];

/** From this many clusters on, what they share is tested against chance; below, it is only called shared. */
const ENOUGH = 10;
const SIGNIFICANT = 0.05;
const MAX_PATTERNS = 12;

interface Attribute {
  attribute: string;
  value: string;
}

/**
 * What clusters have in common: violation, concept, key, host, variable, commit, directory, fixture. Attributes of the same clusters are told as one.
 * From ten clusters on a group must be larger than chance would have it: directories against all tests of the run, the rest by how unlikely it is
 * that two attributes meet on the same clusters (hypergeometric, p < 0.05).
 */
export function patternsOf(linked: readonly LinkedCluster[], chains: ReadonlyMap<string, WhyChain>, run: TestRun): Pattern[] {
  const groups = new Map<string, Attribute & { clusters: string[] }>();
  for (const entry of linked) {
    for (const { attribute, value } of attributesOf(entry, chains.get(entry.cluster.id))) {
      const key = `${attribute}\0${value}`;
      const group = groups.get(key);
      if (group) group.clusters.push(entry.cluster.id);
      else groups.set(key, { attribute, value, clusters: [entry.cluster.id] });
    }
  }
  const shared = [...groups.values()].filter(({ clusters }) => clusters.length >= 2);
  const bySet = new Map<string, typeof shared>();
  for (const group of shared) bySet.set(group.clusters.join(' '), [...(bySet.get(group.clusters.join(' ')) ?? []), group]);
  const patterns = [...bySet.values()].flatMap((members): (Pattern & { weight: number })[] => {
    const sorted = [...members].sort((a, b) => ORDER.indexOf(a.attribute) - ORDER.indexOf(b.attribute) || compareText(a.value, b.value));
    const [first] = sorted as [Attribute & { clusters: string[] }, ...(Attribute & { clusters: string[] })[]];
    const { length: count } = first.clusters;
    const probability = linked.length < ENOUGH ? undefined : chanceOf(sorted, linked, run);
    if (probability !== undefined && probability >= SIGNIFICANT) return [];
    // A kind of failure alone is what the list of clusters shows already.
    if (sorted.every(({ attribute }) => attribute === 'kind') && probability === undefined) return [];
    const also = sorted.slice(1, 4).map(({ attribute, value }) => `${attribute} ${value}`);
    const statement = `${count} of ${plural(linked.length, 'cluster')} share ${first.attribute} ${first.value}${also.length > 0 ? ` (and ${enumerate(also)})` : ''}: ${probability === undefined ? 'a shared attribute; too few clusters to call it a pattern' : `a pattern (p = ${probability < 0.001 ? '< 0.001' : probability.toFixed(3)})`}.`;
    return [{ attribute: first.attribute, value: first.value, clusters: first.clusters, statement, weight: count * (1 + sorted.length / 10) + (ORDER.length - ORDER.indexOf(first.attribute)) / 100 }];
  });
  return patterns.sort((a, b) => b.weight - a.weight || compareText(a.value, b.value)).slice(0, MAX_PATTERNS).map(({ attribute, value, clusters, statement }) => ({ attribute, value, clusters, statement }));
}

const ORDER = ['violation', 'concept', 'commit', 'host', 'variable', 'field', 'module', 'fixture', 'directory', 'kind'];

function attributesOf({ cluster, words, links }: LinkedCluster, chain: WhyChain | undefined): Attribute[] {
  const { kind, testPath, error } = cluster.representative;
  const link = links[0];
  const commits = (chain?.whys ?? []).flatMap(({ evidence }) => evidence.flatMap(({ references }) => references.flatMap((reference) => ('commit' in reference ? [reference.commit.sha.slice(0, 10)] : []))));
  const directory = folderOf(links[0]?.finding.location.path ?? testPath ?? '');
  const fixtures = [...error.raw.matchAll(/(?:fixture '?|def |in )((?:[a-z]\w*_)?fixture\w*|conftest\.py)/g)].map((match) => match[1]!);
  return distinct([
    ...(link ? [{ attribute: 'violation', value: `${link.finding.ruleId} ${link.finding.fingerprint.slice(0, 8)}` }, { attribute: 'concept', value: link.finding.concept }] : []),
    ...sortedDistinct(commits).map((value) => ({ attribute: 'commit', value })),
    ...words.hosts.map((value) => ({ attribute: 'host', value })), ...words.variables.map((value) => ({ attribute: 'variable', value })),
    ...words.missingFields.map((value) => ({ attribute: 'field', value })), ...words.modules.map((value) => ({ attribute: 'module', value })),
    ...fixtures.map((value) => ({ attribute: 'fixture', value })),
    ...(directory === '' ? [] : [{ attribute: 'directory', value: directory }]),
    { attribute: 'kind', value: kind },
  ]);
}

function distinct(attributes: readonly Attribute[]): Attribute[] {
  return [...new Map(attributes.map((attribute) => [`${attribute.attribute}\0${attribute.value}`, attribute])).values()];
}

/** How likely it is that a group comes about by chance. */
function chanceOf(members: readonly (Attribute & { clusters: readonly string[] })[], linked: readonly LinkedCluster[], run: TestRun): number {
  const directory = members.find(({ attribute }) => attribute === 'directory');
  const count = members[0]!.clusters.length;
  if (members.length >= 2) return hypergeometricTail(count, linked.length, count, count);
  if (directory === undefined) return 1;
  const inside = run.results.filter(({ file }) => file !== undefined && folderOf(file).endsWith(directory.value));
  const failing = run.results.filter(isFailing);
  return hypergeometricTail(inside.filter(isFailing).length, run.results.length, inside.length, failing.length);
}

/** Probability of at least `hits` marked ones among `drawn` of `total`, of which `marked` are marked. */
export function hypergeometricTail(hits: number, total: number, marked: number, drawn: number): number {
  if (hits <= 0) return 1;
  const logs = [0];
  for (let n = 1; n <= total; n++) logs.push(logs[n - 1]! + Math.log(n));
  const choose = (n: number, k: number): number => (k < 0 || k > n ? -Infinity : logs[n]! - logs[k]! - logs[n - k]!);
  let sum = 0;
  for (let k = hits; k <= Math.min(marked, drawn); k++) sum += Math.exp(choose(marked, k) + choose(total - marked, drawn - k) - choose(total, drawn));
  return Math.min(1, sum);
}
