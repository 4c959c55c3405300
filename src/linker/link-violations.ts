import type { Confidence, Evidence, Link, Reference } from '../model/link-result.js';
import { sortedDistinct } from '../util/compare.js';
import type { FailureCluster } from './cluster-failures.js';
import { couldBreak } from './could-break.js';
import { canExplain, isEnvironmental } from './explaining.js';
import { eventFields, type EventField } from './event-facts.js';
import { failureWords, type FailureWords } from './failure-words.js';
import { nearness } from './nearness.js';
import type { OriginFinder } from './origin.js';
import { reachFrom, type Reach } from './reach.js';
import { round } from './references.js';
import type { RepositoryView } from './repository-view.js';
import { statementsOf } from './site-statements.js';
import { testBody, testSetUp, type LineSpan } from './test-body.js';
import { signalsOf, type Candidate, type Signal } from './violation-evidence.js';

/** A violation that explains a cluster, with what the whys need to go on. */
export interface ViolationLink extends Link {
  candidate: Candidate;
}

/** A cluster with all that was found out about it. */
export interface LinkedCluster {
  cluster: FailureCluster;
  words: FailureWords;
  reach: Reach;
  /** Events and fields that the failure names, as the tree knows them. */
  events: readonly EventField[];
  /** Best first. */
  links: readonly ViolationLink[];
}

export interface LinkingKnowledge {
  probabilityOf(cluster: FailureCluster, path: string): number;
  origins: OriginFinder;
}

/** Least score of a link that rests on nearness alone (linking.md, 3). */
export const LEAST_SCORE = 0.35;
const MAX_LINKS = 5;
const MAX_DETAILS = 4000;

/**
 * Ties each cluster to the violations that explain it: those that its own words, values or stack show, and those that it reaches in files that the
 * ranking suspects. Nothing is linked because it is merely there.
 *
 * @param probabilityOf of a file, that it is the one to change for a cluster
 */
export function linkViolations(clusters: readonly FailureCluster[], view: RepositoryView, { probabilityOf, origins }: LinkingKnowledge): LinkedCluster[] {
  const candidates = candidatesOf(view);
  return clusters.map((cluster) => {
    const words = failureWords(cluster.failures.slice(0, 5).map(({ error }) => error), detailsOf(cluster));
    const starts = startsOf(cluster, view);
    const reach = reachFrom(starts, view);
    const record = recordOf(cluster);
    const { message, raw } = cluster.representative.error;
    const events = eventFields(words, `${message}\n${raw}`, view.facts);
    const nearby = nearness(candidates, { cluster, reach, view, probabilityOf: (path) => probabilityOf(cluster, path) });
    const links = candidates.flatMap((candidate): ViolationLink[] => {
      const signals = signalsOf({ cluster, words, reach, facts: view.facts, record, events }, candidate);
      const near = nearby.get(candidate);
      const score = combine(signals, near?.strength ?? 0);
      const isHard = signals.some(({ hard, strength }) => hard && strength >= 0.5);
      // What is only named, and neither hard nor reached, is a coincidence; prose has no test that could reach anything.
      const isSupported = near !== undefined || cluster.representative.stated !== undefined;
      if (!isHard && (score < LEAST_SCORE || !isSupported || isEnvironmental(cluster.representative.kind))) return [];
      if (!isHard && !signals.some(({ family }) => family === 'text') && !couldBreak(candidate, { reach, starts, origins })) return [];
      const all = near === undefined ? signals : [...signals, near];
      return [{ finding: candidate.finding, score: round(score), confidence: confidenceOf(score, all), evidence: all.map(evidenceOf), candidate }];
    });
    links.sort((a, b) => b.score - a.score || b.finding.rank - a.finding.rank || (a.finding.fingerprint < b.finding.fingerprint ? -1 : 1));
    return { cluster, words, reach, events, links: links.slice(0, MAX_LINKS) };
  });
}

function candidatesOf({ scan, facts }: RepositoryView): Candidate[] {
  const findings = scan.findings.filter(canExplain);
  const frequencies = new Map<string, number>();
  const all = findings.map((finding) => ({ finding, statements: statementsOf(finding, facts) }));
  for (const { finding, statements } of all) {
    for (const text of sortedDistinct([...statements.divergent.map(({ text: said }) => said), finding.concept])) frequencies.set(text, (frequencies.get(text) ?? 0) + 1);
  }
  const frequency = (text: string): number => frequencies.get(text) ?? 1;
  return all.map((candidate) => ({ ...candidate, frequency }));
}

/** What a failure says beside its message: the prose that states it, and the text of one that has no stack, which is no stack then. */
function detailsOf({ representative: { stated, error } }: FailureCluster): string {
  return stated !== undefined || (error.frames.length === 0 && error.causes.length === 0) ? error.raw.slice(0, MAX_DETAILS) : '';
}

/** The test's own lines, and the functions of our source that the stack shows. */
function startsOf({ representative: { testPath, testLine, test, sourceFrames } }: FailureCluster, { facts, text }: RepositoryView): LineSpan[] {
  const starts: LineSpan[] = [];
  const source = testPath === undefined ? undefined : text(testPath);
  const body = testPath === undefined || source === undefined ? undefined : testBody(facts, source, testPath, test.title, testLine);
  if (body) starts.push(body, ...testSetUp(facts, source!, body));
  for (const { path, line } of sourceFrames.slice(0, 3)) {
    if (line === undefined) continue;
    const around = facts.inFile(path, 'function').filter(({ span }) => span[0] <= line && line <= span[2]).sort((a, b) => (a.span[2] - a.span[0]) - (b.span[2] - b.span[0]))[0];
    starts.push(around ? { path, start: around.span[0], end: around.span[2] } : { path, start: line, end: line });
  }
  return starts;
}

/** Independent signals add up; what stands only beside others counts half. */
function combine(signals: readonly Signal[], near: number): number {
  let miss = 1;
  const families = new Set<string>();
  for (const { strength, family } of signals) {
    miss *= 1 - strength * (families.has(family) ? 0.25 : 1);
    families.add(family);
  }
  return 1 - miss * (1 - near * (signals.length > 0 ? 0.5 : 1));
}

function confidenceOf(score: number, signals: readonly Signal[]): Confidence {
  const families = new Set(signals.map(({ family }) => family)).size;
  const isPlain = signals.some(({ hard, strength }) => hard && strength >= 0.9);
  const value = families < 2 && !isPlain ? Math.min(score, 0.79) : score;
  return value >= 0.8 ? 'high' : value >= 0.5 ? 'medium' : value >= LEAST_SCORE ? 'low' : 'unknown';
}

function evidenceOf({ kind, statement, strength, references }: Signal): Evidence {
  return { kind, statement, strength: round(strength), references };
}

/** The record of the report that stands for a cluster. */
export function recordOf({ representative: { report, test } }: FailureCluster): Reference {
  return { report: { path: report, record: test.id } };
}
