import type { Priority } from '../model/priority.js';
import type { Cluster } from '../model/link-result.js';
import type { Category, Finding } from '../model/result.js';
import { baseNameOf } from '../util/paths.js';
import { cleaned, titleText } from './safe-text.js';
import { tagWords } from './tags.js';

/** What a finding or failure is besides what it is about; choices in a pattern pick from it. */
export type Nature = 'regression' | 'incomplete-migration' | 'recent-change';

const KIND_WORDS: Readonly<Record<string, string>> = {
  'unknown-host': 'Host-Unknown', connection: 'Unreachable', authentication: 'Authentication', environment: 'Configuration', 'missing-module': 'Missing-Module',
  'missing-name': 'Missing-Name', contract: 'Structure-Mismatch', isolation: 'Isolation', timeout: 'Timeout', load: 'Load-Error', assertion: 'Wrong-Result',
  exception: 'Exception', unknown: 'Failure',
};
const MIGRATIONS: ReadonlySet<Category> = new Set<Category>(['incomplete-migration', 'unresolved-import', 'import-path-fragmentation']);
const MAX_PART = 80;

export function titleOfCluster(pattern: string, cluster: Cluster, priority: Priority): string {
  const finding = cluster.links[0]?.finding;
  const kind = KIND_WORDS[cluster.kind] ?? dashed(cluster.kind);
  const concept = finding ? dashed(finding.concept) : '';
  const reason = concept === '' ? `${kind}-${dashed(topicOf(cluster))}` : `${concept}-${kind}`;
  return filled(pattern, {
    Reason: reason.replace(/-$/, ''), Suite: suiteOf(cluster), Kind: kind, kind: cluster.kind, Concept: concept || kind, topic: concept || kind, Priority: priority, summary: cluster.title,
    rule: finding?.ruleId ?? cluster.kind, category: finding?.category ?? cluster.kind,
  }, naturesOf(finding, cluster));
}

export function titleOfFinding(pattern: string, finding: Finding, priority: Priority): string {
  const topic = dashed(finding.concept);
  return filled(pattern, {
    topic, Concept: topic, Reason: dashed(finding.ruleId), Suite: finding.service ? dashed(finding.service) : 'Scan', rule: finding.ruleId, category: finding.category,
    Kind: dashed(finding.category), kind: finding.category, Priority: priority, summary: finding.message,
  }, naturesOf(finding));
}

/** `{name}` is replaced by its value; `{a|b|c}` by the first that is so, else the last. Unknown names stay as they are. */
function filled(pattern: string, values: Readonly<Record<string, string>>, natures: ReadonlySet<string>): string {
  const title = pattern.replace(/\{([\w|-]+)\}/g, (placeholder, words: string) => {
    const choices = words.split('|');
    if (choices.length > 1) return choices.find((choice) => natures.has(choice)) ?? choices.at(-1)!;
    return Object.hasOwn(values, words) ? values[words]! : placeholder;
  });
  return titleText(title);
}

function naturesOf(finding: Finding | undefined, cluster?: Cluster): ReadonlySet<string> {
  const natures = new Set<Nature>();
  if (finding && MIGRATIONS.has(finding.category)) natures.add('incomplete-migration');
  if (finding?.change?.kind === 'grown' || finding?.change?.kind === 'changed') natures.add('regression');
  if (finding?.change?.kind === 'new') natures.add('recent-change');
  if (cluster?.whys.some(({ level, status, evidence }) => level === 'origin' && status === 'evidenced' && evidence.some(({ references }) => references.some((reference) => 'commit' in reference)))) natures.add('recent-change');
  return natures;
}

/** What the failure is about where no violation names a concept: the file suspected most, else the first words of the message. */
function topicOf({ suspects, message }: Cluster): string {
  const [suspect] = suspects;
  if (suspect && (suspect.confidence === 'high' || suspect.confidence === 'medium')) return baseNameOf(suspect.path).replace(/\.[^.]+$/, '');
  return (cleaned(message).match(/[\p{L}][\p{L}\p{N}_]+/gu) ?? []).slice(0, 4).join(' ');
}

/** `OrderEventsSuite`, from the file of most failing tests, else from the first words of an id; of what a worklog states, from the worklog. */
function suiteOf({ tests }: Cluster): string {
  const counts = new Map<string, number>();
  for (const { file, id, report } of tests) {
    const name = file !== undefined ? baseNameOf(file) : /^line:\d+$/.test(id) ? baseNameOf(report).replace(/\.\w+$/, '') : id.split(/ › |::| > /)[0]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [name = 'Tests'] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const words = tagWords(cleaned(name).replace(/\.(?:py|[cm]?[jt]sx?)$/, '').replace(/\.(?:test|spec|e2e|cy)$/, '').replace(/^test_|_test$/, ''));
  const suite = words.map(capital).join('').slice(0, MAX_PART) || 'Tests';
  return /(?:Suite|Tests)$/.test(suite) ? suite : `${suite}Suite`;
}

/** `WebSocketManager` is Web-Socket-Manager, secrets apart, which nobody would recognize any more once they are taken to pieces; nothing but letters, digits and dashes is left. */
function dashed(text: string): string {
  const parts = cleaned(text).replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$& ').match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.map(capital).join('-').slice(0, MAX_PART).replace(/-$/, '');
}

function capital(word: string): string {
  return `${word[0]!.toUpperCase()}${word.slice(1)}`;
}
