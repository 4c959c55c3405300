import type { Evidence, Suspect, Why } from '../model/link-result.js';
import { plural } from '../util/plural.js';
import { enumerate } from '../util/enumerate.js';
import type { EnvironmentVerdict } from './environment-verdict.js';
import { eventEvidence } from './event-facts.js';
import { gapEvidence, missingGuards } from './guards.js';
import { recordOf, type LinkedCluster, type ViolationLink } from './link-violations.js';
import type { OriginFinder } from './origin.js';
import { lineOf, round } from './references.js';
import type { RepositoryView } from './repository-view.js';
import { placesOf } from './site-statements.js';

export interface WhyChain {
  whys: Why[];
  openQuestion?: string;
  runnersUp: string[];
}

export interface WhyContext {
  view: RepositoryView;
  suspects: readonly Suspect[];
  environment: EnvironmentVerdict | undefined;
  origins: OriginFinder;
}

/** Below this a suspect is a guess, and what it says a hypothesis. */
const LIKELY = 0.5;
/** Below this it is not worth saying. */
const WORTH_A_WORD = 0.2;
const MAX_DIFFERENCES = 4;
const MAX_PLACES = 6;

/**
 * Why, up to five times: symptom, mechanism, condition, origin, missing guard. Every answer cites what shows it, or is a hypothesis that says what
 * would confirm it. The chain ends where the evidence ends, and confidence never rises along it.
 */
export function fiveWhys(linked: LinkedCluster, context: WhyContext): WhyChain {
  const { cluster, links } = linked;
  const link = links[0];
  const whys: Why[] = [];
  let confidence = 1;
  const add = (why: Omit<Why, 'confidence' | 'status'> & { status?: Why['status'] }, strength: number): void => {
    confidence = round(Math.min(confidence, confidence * strength));
    whys.push({ status: 'evidenced', ...why, confidence });
  };
  const runnersUp = [
    ...links.slice(1, 4).map(({ finding, score }) => `${finding.ruleId} of ${finding.concept} (${finding.location.path}:${finding.location.range.start.line}), ${score}`),
    ...context.suspects.slice(1, 3).filter(({ probability }) => probability >= 0.05).map(({ path, probability }) => `${path} as the place, ${probability}`),
  ];

  add(symptom(linked), cluster.representative.stated === undefined ? 0.95 : 0.6);
  const mechanism = mechanismOf(linked, context);
  if (mechanism) add(mechanism.why, mechanism.strength);
  if (!link) {
    const openQuestion = context.environment !== undefined
      ? `Whether the environment is the cause cannot be seen in the source. To confirm: ${context.environment.confirm[0]!}`
      : whatWouldHelp(linked, context);
    return { whys, openQuestion, runnersUp };
  }
  add(condition(link), Math.max(0.35, link.score));

  const origin = context.origins.of(link.candidate);
  if (!origin) return { whys, openQuestion: 'Where the difference came from: there is no git history to ask.', runnersUp };
  add({
    level: 'origin', question: 'Why did it get in?', answer: origin.answer,
    ...(origin.references.length === 0 ? { status: 'hypothesis' as const, confirmBy: 'fetch the whole history and run again' } : {}),
    evidence: origin.references.length === 0 ? [] : [{ kind: 'history', statement: origin.answer, strength: origin.strength, references: origin.references }],
  }, origin.strength === 0 ? 0.4 : origin.strength);

  const gaps = missingGuards(link.candidate, context.view);
  if (gaps.length === 0) return { whys, openQuestion: 'Why nothing stopped it: the tree shows no guard that was missing.', runnersUp };
  add({ level: 'guard', question: 'Why was it not stopped?', answer: gaps.map(({ statement }) => statement).join(' '), evidence: gaps.map(gapEvidence) }, 0.8);
  return { whys, runnersUp };
}

function symptom({ cluster, words }: LinkedCluster): Omit<Why, 'confidence' | 'status'> {
  const { representative: { test, error, stated }, failures } = cluster;
  const said = firstLine(error.message) || 'The report gives no message.';
  const fields = words.missingFields.length > 0 && stated === undefined ? ` Missing: ${enumerate(words.missingFields.slice(0, 4))}.` : '';
  const sides = words.expected !== undefined && words.received !== undefined && !said.includes(words.received) ? ` Expected ${cut(words.expected)}, received ${cut(words.received)}.` : '';
  const record = stated ? { report: { path: cluster.representative.report, record: `line:${stated.excerpts[0]?.line ?? stated.line}` } } : recordOf(cluster);
  const more = failures.length > 1 ? ` The same in ${plural(failures.length, 'test')}.` : '';
  return {
    level: 'symptom', question: `Why is "${cut(test.title)}" red?`, answer: `${stated ? 'The worklog states: ' : ''}${error.type !== undefined && !said.startsWith(error.type) ? `${error.type}: ` : ''}${said}${/[.!?]$/.test(said) ? '' : '.'}${fields}${sides}${more}`,
    evidence: [{ kind: stated ? 'statement' : 'record', statement: stated ? 'Stated in prose; no record of a test is behind it.' : 'The record of the report.', strength: stated ? 0.6 : 0.95, references: [record, ...failures.slice(1, 4).map(({ report, test: { id } }) => ({ report: { path: report, record: id } }))] }],
  };
}

/** What happened, as far as the stack, the imports or the ranking show it. */
function mechanismOf({ cluster, links, events }: LinkedCluster, { suspects, environment }: WhyContext): { why: Omit<Why, 'confidence' | 'status'> & { status?: Why['status'] }; strength: number } | undefined {
  const { representative: { sourceFrames, kind } } = cluster;
  const question = 'Why did that happen?';
  const link = links[0];
  if (events.length > 0 && sourceFrames.length === 0) {
    const evidence = events.slice(0, 4).map(eventEvidence);
    return { why: { level: 'mechanism', question, answer: evidence.map(({ statement }) => statement).join(' '), evidence }, strength: Math.max(...evidence.map(({ strength }) => strength)) };
  }
  const telling = link?.evidence.find(({ kind: signal }) => MECHANISMS.has(signal));
  if (link && telling) {
    const between = betweenPlaces(link);
    return {
      why: { level: 'mechanism', question, answer: between === undefined ? telling.statement : between.statement, evidence: between === undefined ? [telling] : [between, telling] },
      strength: Math.max(telling.strength, 0.4),
    };
  }
  const frame = sourceFrames.find(({ line }) => line !== undefined);
  if (frame) {
    const statement = `${frame.function === undefined ? 'Code' : frame.function} at ${frame.path}:${frame.line!} threw${sourceFrames[1]?.line === undefined ? '' : `, called from ${sourceFrames[1].path}:${sourceFrames[1].line}`}.`;
    const references = sourceFrames.slice(0, 2).flatMap(({ path, line }) => (line === undefined ? [] : [lineOf(path, line)]));
    return { why: { level: 'mechanism', question, answer: statement, evidence: [{ kind: 'stack-frame', statement, strength: 0.9, references }] }, strength: 0.9 };
  }
  if (environment !== undefined && link === undefined) {
    return {
      why: {
        level: 'mechanism', question, status: 'hypothesis', confirmBy: environment.confirm[0]!, evidence: [...environment.evidence],
        answer: kind === 'authentication' ? 'The credentials of the run and those of the service that refused may differ.' : 'What the tests asked for may not be there from where they ran, or not under that name.',
      },
      strength: 0.4,
    };
  }
  const [first] = suspects;
  const reached = link?.evidence.find(({ kind: signal }) => signal === 'reached');
  if (reached) return { why: { level: 'mechanism', question, answer: reached.statement, evidence: [reached] }, strength: Math.max(0.4, reached.strength) };
  const at = cluster.representative;
  if (at.stated && at.testPath !== undefined && at.testLine !== undefined && (first === undefined || first.probability < LIKELY)) {
    const statement = `What is quoted stands in the test at ${at.testPath}:${at.testLine}; what made it fail there is not in the worklog.`;
    return { why: { level: 'mechanism', question, answer: statement, evidence: [{ kind: 'quoted-in-test', statement, strength: 0.6, references: [lineOf(at.testPath, at.testLine)] }] }, strength: 0.6 };
  }
  // A guess among many files is no answer.
  if (!first || first.probability < WORTH_A_WORD) return undefined;
  const isLikely = first.probability >= LIKELY;
  return {
    why: {
      level: 'mechanism', question, answer: `${first.path} is the likeliest place (${first.probability}).${first.evidence[0] ? ` ${first.evidence[0].statement}` : ''}`, evidence: first.evidence.filter(({ references }) => references.length > 0).slice(0, 3),
      ...(isLikely && first.evidence.some(({ references }) => references.length > 0) ? {} : { status: 'hypothesis' as const, confirmBy: 'run the test alone with coverage, and give the coverage and the last green commit (--coverage, --since)' }),
    },
    strength: first.probability,
  };
}

const MECHANISMS: ReadonlySet<string> = new Set(['missing-module', 'attribute-of-one-copy', 'event-field', 'missing-field', 'value-mismatch', 'value-named', 'variable-name', 'host-mismatch', 'port-mismatch', 'frame-in-site', 'places-named', 'shared-state', 'failing-symbol']);

/** What a producer sends against what a contract or consumer wants, where the violation has both. */
function betweenPlaces({ finding }: ViolationLink): Evidence | undefined {
  if (finding.category !== 'event-contract-drift') return undefined;
  const places = placesOf(finding);
  const producer = places.find(({ role, message }) => (role === 'producer' || /^sends/.test(message)) && message !== '');
  const demand = places.find(({ role, message }) => (role === 'contract' || role === 'consumer') && message !== '');
  if (!producer || !demand) return undefined;
  const at = ({ location }: { location: (typeof producer)['location'] }): string => `${location.path}:${location.range.start.line}`;
  return { kind: 'producer-and-contract', statement: `${at(producer)} ${producer.message}; ${at(demand)} ${demand.message}.`, strength: 0.85, references: [{ code: producer.location }, { code: demand.location }] };
}

function condition({ finding, score }: ViolationLink): Omit<Why, 'confidence' | 'status'> {
  const differences = finding.differences.slice(0, MAX_DIFFERENCES);
  const more = finding.differences.length - differences.length;
  return {
    level: 'condition', question: 'Why could the code be like that?',
    answer: `${finding.message}${differences.length === 0 ? '' : ` The places differ: ${differences.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`}`,
    evidence: [{ kind: 'violation', statement: `${finding.ruleId} ${finding.fingerprint.slice(0, 8)}: ${finding.message}`, strength: score, references: placesOf(finding).slice(0, MAX_PLACES).map(({ location }) => ({ code: location })) }],
  };
}

function whatWouldHelp({ cluster: { representative }, reach }: LinkedCluster, { view, suspects }: WhyContext): string {
  if (representative.stated) return 'A worklog states the failure; the report of the run (JUnit XML or JSON) would give stack, test and values to go on with.';
  const missing = [
    ...(representative.sourceFrames.length === 0 ? ['a report with stack traces'] : []), ...(view.changed === undefined ? ['the last green commit (--since)'] : []), ...(view.coverage === undefined ? ['coverage of the test (--coverage)'] : []),
  ];
  const seen = reach.files.size > 1 ? '' : ' What the test uses could not be followed.';
  return `No violation explains it${suspects[0] ? `; a plain fault in ${suspects[0].path} is the likeliest` : ''}.${seen} To go on: ${enumerate(missing.length > 0 ? missing : ['the fix itself'])}.`;
}

function firstLine(text: string): string {
  return cut(text.trim().split('\n').find((line) => line.trim() !== '') ?? '', 300);
}

function cut(text: string, length = 120): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`;
}
