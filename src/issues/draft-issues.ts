import type { IssuesConfig } from '../config/issues-schema.js';
import type { Cluster, LinkResult } from '../model/link-result.js';
import { severities, type Finding, type ScanResult } from '../model/result.js';
import type { SuiteVerdict } from '../model/test-run.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { cutText } from '../util/cut-text.js';
import { hashOf } from '../util/hash.js';
import { plural } from '../util/plural.js';
import { clusterBody, findingBody, rollUpBody, type BodyContext } from './body.js';
import { testKey, type IssueDraft, type Withheld } from './draft.js';
import { priorityOfCluster, priorityOfFinding, type Ranked } from './priority.js';
import { titleText } from './safe-text.js';
import { titleOfCluster, titleOfFinding } from './title.js';

export interface DraftInput {
  links: readonly LinkResult[];
  scans: readonly ScanResult[];
}

export interface DraftOptions {
  config: IssuesConfig;
  includeEnvironment: boolean;
  /** Commit that was tested. */
  commit?: string;
  /** Address of the files at the commit, with a slash at its end. */
  linkBase?: string;
  /** Priority of a cluster that was given elsewhere, as by the loop, which knows the priority of each suite. */
  rankedAs?: (cluster: Cluster) => Ranked | undefined;
}

export interface Drafts {
  /** Most urgent first. */
  drafts: IssueDraft[];
  withheld: Withheld[];
}

/** Kinds of failure that the source alone cannot explain. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['unknown-host', 'connection', 'authentication', 'environment']);

/**
 * Issues as they would be filed, without the tracker: one per cluster and the violation that explains it, one per finding that no cluster covers.
 * Nothing is drafted for runs that are not credible, and for failures of the environment only when asked.
 */
export function draftIssues({ links, scans }: DraftInput, options: DraftOptions): Drafts {
  const drafts = new Map<string, IssueDraft>();
  const withheld: Withheld[] = [];
  const covered = new Set<string>();
  for (const link of links) {
    for (const cluster of link.clusters) {
      for (const { finding } of cluster.links) covered.add(finding.fingerprint);
      const credibility = credibilityOf(cluster, link);
      const environment = isEnvironment(cluster);
      const reason = reasonToWithhold(credibility, environment && !options.includeEnvironment);
      if (reason !== undefined) withheld.push({ title: titleText(cluster.title), reason });
      else add(drafts, draftOfCluster(cluster, link, { credibility, environment }, options));
    }
  }
  for (const scan of scans) {
    for (const finding of scan.findings) {
      if (covered.has(finding.fingerprint) || !isFiled(finding, options.config)) continue;
      add(drafts, draftOfFinding(finding, scan, options));
    }
  }
  return { drafts: withDistinctTitles([...drafts.values()].sort(byUrgency)), withheld };
}

/** Several failures of one suite by one violation would have one title: the later ones say which test they are about. */
function withDistinctTitles(drafts: readonly IssueDraft[]): IssueDraft[] {
  const taken = new Set<string>();
  return drafts.map((draft) => {
    let { title } = draft;
    if (taken.has(title) && draft.detail !== '') title = titleText(`${draft.title}: ${draft.detail}`);
    if (taken.has(title)) title = titleText(`${cutText(title, 230)} (${draft.fingerprint})`);
    taken.add(title);
    return { ...draft, title };
  });
}

/** The drafts that are filed one by one, and one for the rest. `isKnown`: those have an issue already and count for nothing. `room`: how many may still be created. */
export function rollUp(drafts: readonly IssueDraft[], maxNew: number, isKnown: (draft: IssueDraft) => boolean, config: IssuesConfig, room = maxNew): { single: IssueDraft[]; rest?: IssueDraft } {
  let left = room;
  const single = drafts.filter((draft) => isKnown(draft) || left-- > 0);
  const others = drafts.filter((draft) => !single.includes(draft));
  if (others.length === 0) return { single };
  const { priority } = others[0]!;
  return {
    single,
    rest: {
      fingerprint: rollUpFingerprint(), kind: 'roll-up', title: titleText(`SSOT: ${plural(others.length, 'further problem')} not filed one by one`), detail: '', priority,
      priorityReason: 'the most urgent of them', labels: labelsOf(priority, config), tests: [], failed: others.reduce((sum, { failed }) => sum + failed, 0), assignees: [], groups: [],
      body: (room) => rollUpBody(others, maxNew, room),
    },
  };
}

/** There is one list of what is not filed one by one. */
export function rollUpFingerprint(): string {
  return hashOf('roll-up', 16);
}

type Credibility = { evidence: SuiteVerdict['evidence']; reasons: readonly string[] };

/** What the word of the reports is worth in which tests of the cluster failed: the best of them. */
function credibilityOf({ tests }: Pick<Cluster, 'tests'>, link: Pick<LinkResult, 'suites'>): Credibility {
  const reports = sortedDistinct(tests.map(({ report }) => report));
  const verdicts = reports.flatMap((report) => verdictsOf(report, link));
  const best = (['strong', 'partial', 'none'] as const).find((evidence) => verdicts.some((verdict) => verdict.evidence === evidence)) ?? 'partial';
  return { evidence: best, reasons: sortedDistinct(verdicts.filter(({ evidence }) => evidence === best).flatMap(({ reasons }) => reasons)) };
}

/** Verdicts about one report. Those of a worklog are named for its commands: then all that are not about another report. */
export function verdictsOf(report: string, { suites }: Pick<LinkResult, 'suites'>): readonly SuiteVerdict[] {
  const own = suites.filter(({ name }) => name === report);
  return own.length > 0 ? own : suites;
}

/** Whether the source alone cannot explain a failure. */
export function isEnvironment({ kind, links, verdict }: Cluster): boolean {
  return links.length === 0 && (ENVIRONMENT.has(kind) || /\benvironment or infrastructure\b/i.test(verdict));
}

function reasonToWithhold({ evidence, reasons }: Credibility, environment: boolean): string | undefined {
  if (evidence === 'none') return `the run is no evidence: ${reasons[0] ?? 'nothing is shown to have run'}`;
  if (environment) return 'a failure of the environment, which the source cannot explain; --include-environment files it';
  return undefined;
}

/** In force, bad enough, and not known before. */
function isFiled({ severity, suppression, change }: Finding, { minSeverity }: IssuesConfig): boolean {
  return suppression === undefined && change?.kind !== 'unchanged' && change?.kind !== 'moved' && severities.indexOf(severity) <= severities.indexOf(minSeverity);
}

function draftOfCluster(cluster: Cluster, link: LinkResult, { credibility, environment }: { credibility: Credibility; environment: boolean }, options: DraftOptions): IssueDraft {
  const { config } = options;
  const credible = credibility.evidence === 'strong';
  const ranked = options.rankedAs?.(cluster) ?? priorityOfCluster(cluster, { credible, environment }, config);
  const finding = cluster.links[0]?.finding;
  const context: BodyContext = { ...contextOf(options), ranked, link, ...(credible ? {} : { doubts: credibility.reasons }) };
  const patterns = link.patterns.filter(({ clusters }) => clusters.includes(cluster.id) && clusters.length > 1);
  return {
    fingerprint: hashOf(`cluster ${cluster.fingerprint} violation ${finding?.fingerprint ?? ''}`, 16), kind: 'failure',
    cluster: hashOf(cluster.fingerprint, 12), ...(finding ? { violation: hashOf(finding.fingerprint, 12) } : {}),
    title: titleOfCluster(config.titles.failure, cluster, ranked.priority), detail: cluster.tests[0]?.title ?? '', priority: ranked.priority, priorityReason: ranked.reason, labels: labelsOf(ranked.priority, config),
    tests: sortedDistinct(cluster.tests.map(testKey)), failed: cluster.tests.length, assignees: config.assignees && finding ? loginsOf(finding) : [],
    groups: [
      ...(finding ? [{ key: `violation ${finding.fingerprint}`, words: 'the same violation' }] : []),
      ...patterns.map(({ attribute, value }) => ({ key: `pattern ${attribute} ${value}`, words: `the same ${attribute}` })),
    ],
    body: (room) => clusterBody(cluster, context, room),
  };
}

function draftOfFinding(finding: Finding, { rulesetHash }: ScanResult, options: DraftOptions): IssueDraft {
  const { config } = options;
  const ranked = priorityOfFinding(finding);
  return {
    fingerprint: hashOf(`finding ${finding.fingerprint}`, 16), kind: 'finding', violation: hashOf(finding.fingerprint, 12), ruleset: hashOf(rulesetHash, 12),
    title: titleOfFinding(config.titles.finding, finding, ranked.priority), detail: finding.ruleId, priority: ranked.priority, priorityReason: ranked.reason, labels: labelsOf(ranked.priority, config),
    tests: [], failed: 0, assignees: config.assignees ? loginsOf(finding) : [], groups: [{ key: `violation ${finding.fingerprint}`, words: 'the same violation' }],
    body: (room) => findingBody(finding, { ...contextOf(options), ranked }, room),
  };
}

function contextOf({ config, linkBase, commit }: DraftOptions): Pick<BodyContext, 'config' | 'linkBase' | 'commit'> {
  return { config, ...(linkBase === undefined ? {} : { linkBase }), ...(commit === undefined ? {} : { commit }) };
}

/** Two clusters of different reports can be one: the fuller telling is kept, with the tests of both. */
function add(drafts: Map<string, IssueDraft>, draft: IssueDraft): void {
  const known = drafts.get(draft.fingerprint);
  if (!known) drafts.set(draft.fingerprint, draft);
  else drafts.set(draft.fingerprint, { ...(known.failed >= draft.failed ? known : draft), tests: sortedDistinct([...known.tests, ...draft.tests]) });
}

function labelsOf(priority: IssueDraft['priority'], { label, labels, priorityLabels }: IssuesConfig): string[] {
  return [...new Set([label, priorityLabels[priority], ...labels])].slice(0, 4);
}

/** Persons only: a team cannot be assigned, and an address is no login. */
function loginsOf({ codeOwners = [] }: Finding): string[] {
  return sortedDistinct(codeOwners.filter((owner) => /^@[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner)).map((owner) => owner.slice(1))).slice(0, 10);
}

function byUrgency(a: IssueDraft, b: IssueDraft): number {
  return compareText(a.priority, b.priority) || b.failed - a.failed || compareText(a.title, b.title) || compareText(a.detail, b.detail) || compareText(a.fingerprint, b.fingerprint);
}
