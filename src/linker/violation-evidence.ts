import { canonicalName } from '../facts/canonical-name.js';
import { isSecretName } from '../facts/env-reads.js';
import type { FactIndex } from '../facts/fact-index.js';
import type { Evidence, Reference } from '../model/link-result.js';
import type { Category, Finding } from '../model/result.js';
import { sortedDistinct } from '../util/compare.js';
import { enumerate } from '../util/enumerate.js';
import type { FailureCluster } from './cluster-failures.js';
import { eventEvidence, type EventField } from './event-facts.js';
import { isEnvironmental } from './explaining.js';
import type { FailureWords } from './failure-words.js';
import type { Reach, Reached } from './reach.js';
import { factsAt, type Divergence, type Place, type Statements } from './site-statements.js';

/** Where a signal comes from: two signals of one family do not confirm each other. */
export type Family = 'text' | 'frame' | 'reach' | 'rank';

export interface Signal extends Evidence {
  family: Family;
  /** Says by itself which violation it is. */
  hard: boolean;
}

export interface Suspicion {
  cluster: FailureCluster;
  words: FailureWords;
  reach: Reach;
  facts: FactIndex;
  events: readonly EventField[];
  /** A record of the report that shows the failure. */
  record: Reference;
}

export interface Candidate {
  finding: Finding;
  statements: Statements;
  /** In how many findings a divergent text is one: what many disagree on says little. */
  frequency(text: string): number;
}

/** Longer declarations hold a frame by chance. */
const LONGEST_SITE = 80;

/** All that ties a cluster to a violation, strongest first. */
export function signalsOf(suspicion: Suspicion, candidate: Candidate): Signal[] {
  return [
    ...missingModule(suspicion, candidate), ...missingName(suspicion, candidate), ...missingField(suspicion, candidate), ...divergentValue(suspicion, candidate),
    ...eventPlaces(suspicion, candidate), ...variableName(suspicion, candidate), ...host(suspicion, candidate), ...frameInSite(suspicion, candidate), ...placesNamed(suspicion, candidate), ...conceptNamed(suspicion, candidate), ...sharedState(suspicion, candidate),
  ].sort((a, b) => b.strength - a.strength || (a.kind < b.kind ? -1 : 1));
}

/** The module that was not found is the one that the finding says is not there, or is reached by two paths. */
function* missingModule({ words, record, facts, cluster }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  if (!['unresolved-import', 'import-path-fragmentation', 'incomplete-migration'].includes(finding.category)) return;
  const asked = [...words.modules, ...words.missingNames.map(({ name, owner }) => (owner === undefined ? name : `${owner}.${name}`))];
  for (const [index, place] of statements.places.entries()) {
    const specifiers = [...statements.perPlace[index]!].filter(([, aspect]) => aspect === 'module').map(([key]) => key.slice('module '.length));
    const names = [...statements.perPlace[index]!].filter(([, aspect]) => aspect === 'name').map(([key]) => key.slice('name '.length));
    const hit = asked.find((module) => isSameModule(module, place.symbol) || specifiers.some((specifier) => isSameModule(module, specifier))
      || specifiers.some((specifier) => names.some((name) => module === `${specifier}.${name}`)));
    const lone = hit === undefined ? words.missingNames.find(({ name, owner }) => names.includes(name) && (owner === undefined ? finding.category === 'unresolved-import' : specifiers.some((specifier) => isSameModule(owner, specifier)))) : undefined;
    const what = hit ?? lone?.name;
    if (what === undefined) continue;
    // A module that is there, and lacks a name, is not one that could not be found.
    if (words.modules.includes(what) && facts.inFile(place.location.path, 'import').some((fact) => fact.span[0] === place.location.range.start.line && fact.name === what && ['file', 'package'].includes(facts.imports.resolve(fact).status))) continue;
    // The same module may be asked for in vain by many; the one that the failure passed through counts most.
    const isImporter = words.importers.some((importer) => importer.endsWith(place.location.path)) || cluster.failures.some(({ sourceFrames, testPath }) => testPath === place.location.path || sourceFrames.some(({ path }) => path === place.location.path));
    const strength = finding.category === 'unresolved-import' ? (lone && lone.owner === undefined ? 0.7 : isImporter ? 0.97 : 0.93) : 0.7;
    yield { kind: 'missing-module', family: 'text', hard: true, strength, statement: `The failure asks in vain for ${what}; ${spot(place)} imports it.`, references: [record, code(place)] };
    return;
  }
  // Specifiers are relative in the source and absolute in the message.
  for (const [index, place] of statements.places.entries()) {
    for (const fact of facts.inFile(place.location.path, 'import')) {
      if (fact.span[0] !== place.location.range.start.line) continue;
      const seen = facts.imports.resolve(fact);
      const expected = seen.status === 'missing' ? seen.expected : [];
      const hit = words.modules.find((module) => expected.some((path) => endsAlike(module, path)));
      if (hit === undefined || index < 0) continue;
      yield { kind: 'missing-module', family: 'text', hard: true, strength: 0.93, statement: `The failure asks in vain for ${hit}; ${spot(place)} imports it as ${fact.name}.`, references: [record, code(place)] };
      return;
    }
  }
}

function isSameModule(asked: string, known: string | undefined): boolean {
  if (known === undefined || known === '') return false;
  // `a.b` is not found where `a.b.c` is imported; a package that is there is not what was asked of it in vain.
  return asked === known || (known.startsWith(`${asked}.`) && asked.includes('.'));
}

function endsAlike(module: string, path: string): boolean {
  const strip = (text: string): string => text.replace(/\\/g, '/').replace(/^(?:file:\/\/)?/, '').replace(/\.(?:[cm]?[jt]sx?|py)$/, '').replace(/\/(?:index|__init__)$/, '');
  const [a, b] = [strip(module), strip(path)];
  return a === b || a.endsWith(`/${b}`) || (a.includes('/') && b.endsWith(a.replace(/^(?:\.\.?\/)+/, '/')));
}

/** What was asked of a thing in vain exists in one of its copies and not in another. */
function* missingName({ words, record }: Suspicion, { finding, statements, frequency }: Candidate): Iterable<Signal> {
  if (finding.category === 'unresolved-import') return;
  for (const { name, owner } of words.missingNames) {
    const divergence = statements.divergent.find(({ aspect, text }) => text === name && aspect !== 'value' && aspect !== 'call');
    const ownerName = owner?.split('.').at(-1)?.replace(/\(.*$/, '');
    const isOwner = ownerName !== undefined && (finding.concept === ownerName || statements.places.some(({ symbol }) => symbol?.split('.').at(-1) === ownerName || symbol?.split('.').includes(ownerName) === true));
    if (divergence && isOwner) {
      yield { kind: 'attribute-of-one-copy', family: 'text', hard: true, strength: 0.95, statement: `${ownerName} lacks ${name}: ${heldBy(divergence, statements, finding)}.`, references: [record, ...codeOf(divergence, statements)] };
    } else if (divergence && owner === undefined) {
      yield { kind: 'attribute-of-one-copy', family: 'text', hard: frequency(name) <= 2, strength: rare(0.6, frequency(name)), statement: `${name} was not there when it was needed: ${heldBy(divergence, statements, finding)}.`, references: [record, ...codeOf(divergence, statements)] };
    } else if (isOwner) {
      yield { kind: 'failing-symbol', family: 'text', hard: false, strength: 0.45, statement: `${ownerName} lacks ${name}, and ${finding.concept} is declared ${statements.places.length} times.`, references: [record, code(statements.places[0]!)] };
    } else if (finding.concept === name || statements.places.some(({ symbol }) => symbol === name)) {
      yield { kind: 'failing-symbol', family: 'text', hard: false, strength: 0.5, statement: `${name} is what could not be used, and it is what ${finding.ruleId} is about.`, references: [record, code(statements.places[0]!)] };
    }
  }
}

/** A field that was missing is one on which producers, contracts or copies disagree. */
function* missingField({ words, record, events }: Suspicion, { finding, statements, frequency }: Candidate): Iterable<Signal> {
  if (events.length > 0 && EVENTS.has(finding.category)) return;
  if (!WITH_FIELDS.has(finding.category)) return;
  const fields = statements.divergent.filter(({ aspect, text }) => aspect === 'field' && words.missingFields.includes(text));
  // `results` is asked for and `result` is there: near misses are said in the differences.
  const told = words.missingFields.filter((field) => field.length > 3 && finding.differences.some((difference) => hasWord(difference, field)));
  const names = [...new Set([...fields.map(({ text }) => text), ...told])];
  if (names.length === 0) return;
  const event = eventNamed(words, finding, statements);
  const references = [record, ...fields.slice(0, 2).flatMap((field) => codeOf(field, statements))];
  if (fields.length === 0) references.push(code(statements.places[0]!));
  const shown = fields[0] ? `; ${heldBy(fields[0], statements, finding)}` : '';
  if (event !== undefined && (finding.category === 'event-contract-drift' || finding.category === 'missing-event-consumer' || finding.category === 'duplicate-type')) {
    yield { kind: 'event-field', family: 'text', hard: true, strength: Math.min(0.97, 0.9 + 0.03 * names.length), statement: `${event} lacked ${enumerate(names)}, on which these places disagree${shown}.`, references };
  } else {
    const best = Math.min(...names.map(frequency));
    yield { kind: 'missing-field', family: 'text', hard: best <= 3, strength: rare(Math.min(0.85, 0.6 + 0.1 * names.length), best), statement: `${enumerate(names)} ${names.length === 1 ? 'was' : 'were'} missing, and not all of these places know ${names.length === 1 ? 'it' : 'them'}${shown}.`, references };
  }
}

const WITH_FIELDS: ReadonlySet<Category> = new Set<Category>(['event-contract-drift', 'missing-event-consumer', 'duplicate-type', 'duplicate-constant', 'duplicate-manager', 'duplicate-function', 'config-drift', 'incomplete-migration']);

const EVENTS: ReadonlySet<Category> = new Set<Category>(['event-contract-drift', 'missing-event-consumer']);

/** A place of the finding sends the event without the field that was missing, or demands it. */
function* eventPlaces({ events, record }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  if (finding.category !== 'event-contract-drift') return;
  const isPlace = (locations: readonly Place['location'][]): boolean => locations.some(({ path, range }) => statements.places.some(({ location }) => location.path === path && location.range.start.line === range.start.line));
  const about = events.filter(({ event }) => hasWord(finding.message, event) || canonicalName(finding.concept) === canonicalName(event) || finding.differences.some((difference) => hasWord(difference, event)));
  const hits = about.filter(({ without, renamed, demanding }) => isPlace([...without, ...renamed.map(({ location }) => location), ...demanding]));
  const told = about.filter((entry) => !hits.includes(entry) && finding.differences.some((difference) => hasWord(difference, entry.event) && hasWord(difference, entry.field)));
  const [first] = [...hits, ...told];
  if (!first) return;
  const strength = Math.min(0.97, (hits.length > 0 ? 0.9 : 0.75) + 0.03 * (hits.length + told.length));
  const { statement, references } = eventEvidence(first);
  yield { kind: 'event-field', family: 'text', hard: true, strength, statement: `${first.event} lacked ${first.field}, on which these places disagree. ${statement}`, references: [record, code(statements.places[0]!), ...references] };
}

/** The event of a finding as the failure spells it. */
function eventNamed({ names, values }: FailureWords, finding: Finding, statements: Statements): string | undefined {
  const known = new Set([finding.concept, finding.key.split(' ')[0]!, ...statements.places.map(({ symbol }) => symbol?.split('.').at(-1) ?? '')].map(canonicalName).filter((name) => name.includes('-') || name.length > 5));
  const told = finding.message;
  return [...names, ...values].find((name) => known.has(canonicalName(name)) || (/_/.test(name) && finding.category === 'event-contract-drift' && hasWord(told, name)));
}

/** Values of the failure are values that the copies disagree on. */
function* divergentValue({ words, record, reach }: Suspicion, { statements, frequency, finding }: Candidate): Iterable<Signal> {
  const values = statements.divergent.filter(({ aspect }) => aspect === 'value');
  const match = (text: string | undefined): Divergence | undefined => (text === undefined ? undefined : values.find((value) => value.text === text || sameNumber(value.text, text)));
  const [expected, received] = [match(words.expected), match(words.received)];
  if (expected && received && expected.text !== received.text) {
    const plain = isTrivial(expected.text) && isTrivial(received.text);
    yield {
      kind: 'value-mismatch', family: 'text', hard: true, strength: plain ? 0.7 : 0.95,
      statement: `Expected ${quote(expected.text)}, received ${quote(received.text)}: the two values of ${finding.concept}; ${heldBy(expected, statements, finding)}, ${heldBy(received, statements, finding)}.`,
      references: [record, ...codeOf(expected, statements), ...codeOf(received, statements)],
    };
    return;
  }
  const named = values.filter(({ text }) => (words.values.has(text) || [...words.values].some((value) => sameNumber(value, text))) && !isTrivial(text));
  if (named.length === 0) return;
  const best = named.reduce((a, b) => (frequency(a.text) <= frequency(b.text) ? a : b));
  const isReached = statements.places.some((place) => reach.at(place.location.path, place.location.range.start.line) !== undefined);
  const several = new Set(named.flatMap(({ sites }) => sites)).size > 1 && named.length > 1;
  yield {
    kind: 'value-named', family: 'text', hard: several && isReached && frequency(best.text) <= 3, strength: rare(several ? 0.75 : isReached ? 0.6 : 0.3, frequency(best.text)),
    statement: `The failure shows ${enumerate(named.slice(0, 3).map(({ text }) => quote(text)))}, on which these places disagree; ${heldBy(best, statements, finding)}.`, references: [record, ...codeOf(best, statements)],
  };
}

/** The variable that the failure names is the one that is configured in two ways. */
function* variableName({ words, record }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  if (finding.category !== 'config-drift') return;
  const known = new Set([finding.concept, ...[...statements.all].filter((text) => /^[A-Z][A-Z0-9_]+$/.test(text))]);
  const hit = words.variables.find((name) => known.has(name));
  if (hit === undefined) return;
  yield { kind: 'variable-name', family: 'text', hard: true, strength: 0.92, statement: `The failure names ${hit}: ${finding.message}`, references: [record, code(statements.places[0]!)] };
}

/** The host or port that could not be reached is one of the values that places disagree on. */
function* host({ words, record, cluster }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  if (finding.category !== 'config-drift' && finding.category !== 'duplicate-constant') return;
  const values = statements.divergent.filter(({ aspect }) => aspect === 'value');
  const hit = values.find(({ text }) => words.hosts.some((name) => name !== 'localhost' && hostsOf(text).includes(name)));
  if (hit) {
    yield { kind: 'host-mismatch', family: 'text', hard: true, strength: 0.92, statement: `The host that failed is one of the values of ${finding.concept}: ${heldBy(hit, statements, finding)}.`, references: [record, ...codeOf(hit, statements)] };
    return;
  }
  if (!isEnvironmental(cluster.representative.kind)) return;
  const port = values.find(({ text }) => words.ports.some((number) => text === number || text.includes(`:${number}`)));
  if (port) yield { kind: 'port-mismatch', family: 'text', hard: true, strength: 0.8, statement: `The port that failed is one of the values of ${finding.concept}: ${heldBy(port, statements, finding)}.`, references: [record, ...codeOf(port, statements)] };
}

function hostsOf(value: string): string[] {
  return value.split(/[/:@?#\s]+/).filter((part) => part !== '');
}

/** The failure was thrown inside of a declaration that the finding is about. */
function* frameInSite({ cluster, record }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  for (const [depth, { path, line, function: name }] of cluster.representative.sourceFrames.entries()) {
    if (line === undefined || depth > 5) continue;
    for (const place of statements.places) {
      const { start, end } = place.location.range;
      if (place.location.path !== path || line < start.line || line > Math.max(start.line, end.line)) continue;
      const isShort = end.line - start.line <= LONGEST_SITE;
      const isSame = name !== undefined && place.symbol?.split('.').at(-1) === name.split('.').at(-1);
      const strength = (isSame ? 0.8 : isShort ? 0.7 : 0.4) * 0.85 ** depth;
      yield { kind: 'frame-in-site', family: 'frame', hard: isShort && depth <= 1, strength, statement: `${path}:${line}${name === undefined ? '' : ` (${name})`} is in the stack, inside ${place.symbol ?? finding.concept} of the violation.`, references: [record, { code: { path, range: { start: { line, column: 1 }, end: { line, column: 1 } } } }, code(place)] };
      return;
    }
  }
}

/** The failure speaks of the concept and lists files where it stands, as a test that counts implementations does. */
function* placesNamed({ words, record, cluster }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  if (!words.names.has(finding.concept)) return;
  const { message, raw, frames } = cluster.representative.error;
  // Where there is a stack its files are those that ran, not those that are meant.
  const listed = sortedDistinct([...(frames.length > 0 ? message : `${message}\n${raw}`).matchAll(/[\w.-]+(?:\/[\w.-]+)+\.\w{1,4}\b/g)].map(([path]) => path));
  const named = statements.places.filter(({ location: { path } }, index) => listed.some((text) => path === text || path.endsWith(`/${text}`)) && statements.places.findIndex(({ location }) => location.path === path) === index);
  if (named.length < 2) return;
  yield {
    kind: 'places-named', family: 'text', hard: true, strength: Math.min(0.95, 0.8 + 0.05 * named.length),
    statement: `The failure names ${finding.concept} and ${enumerate(named.slice(0, 4).map(({ location }) => location.path))}, which are places of it.`, references: [record, ...named.slice(0, 4).map(code)],
  };
}

/** The failure speaks of the concept by name. */
function* conceptNamed({ words, record, cluster }: Suspicion, { finding, statements, frequency }: Candidate): Iterable<Signal> {
  const concept = finding.concept;
  if (!/_|[a-z][A-Z]/.test(concept) || finding.category === 'unresolved-import') return;
  if (![...words.names].some((name) => name === concept || canonicalName(name) === canonicalName(concept))) return;
  const stated = cluster.representative.stated !== undefined;
  yield { kind: 'concept-named', family: 'text', hard: false, strength: rare(stated ? 0.55 : 0.4, frequency(concept)), statement: `The failure names ${concept}.`, references: [record, code(statements.places[0]!)] };
}

/** State that outlives a test is reached from one that found more than it had put there. */
function* sharedState({ cluster, reach, record, facts }: Suspicion, { finding, statements }: Candidate): Iterable<Signal> {
  // Two ways to one process-wide object are untidy; it is what users leave in one that goes from test to test.
  if (finding.category !== 'singleton-state-in-factory' || finding.ruleId === 'multiple-singletons') return;
  const { kind, stated } = cluster.representative;
  if (kind !== 'isolation' && kind !== 'assertion' && kind !== 'exception') return;
  for (const place of statements.places) {
    const reached = outlives(place, facts) ? reach.at(place.location.path, place.location.range.start.line) : undefined;
    if (!reached || reached.distance > 4) continue;
    yield {
      kind: 'shared-state', family: 'reach', hard: kind === 'isolation' && stated === undefined, strength: (kind === 'isolation' ? 0.75 : 0.5) * 0.92 ** (reached.distance - 1),
      statement: `The test reaches ${place.symbol ?? finding.concept} (${spot(place)}), which outlives it: ${pathText(reached)}.`, references: [record, code(place)],
    };
    return;
  }
}

/** Whether a place is what outlives the call: the binding that keeps the object, or the function that gives the kept one out; a constructor is not. */
export function outlives({ location, symbol }: Place, facts: FactIndex): boolean {
  return factsAt(facts, location, symbol).some((fact) => (fact.kind === 'state' && fact.holder !== 'instance') || (fact.kind === 'function' && (fact.returns?.origin === 'shared' || fact.returns?.origin === 'passed')));
}

/** How a test comes to a declaration, nearest use last: `test.ts:12 uses total (src/cart.ts:3), which uses RATE (src/tax.ts:1)`. */
export function pathText(reached: Reached): string {
  const steps: string[] = [];
  for (let node: Reached | undefined = reached; node?.from; node = node.from) steps.unshift(`${node.from.path}:${node.usedAt} uses ${node.symbol}`);
  return steps.slice(-3).join(', ');
}

/** Who says it and who does not. Of a credential the value is left out. */
function heldBy({ text, sites, aspect }: Divergence, { places, perPlace }: Statements, { concept }: Finding): string {
  const shown = aspect === 'value' && isSecretName(concept) ? 'a value of its own' : quote(text);
  const holders = sites.map((site) => spot(places[site]!));
  const others = places.filter((_, index) => !sites.includes(index) && perPlace[index]!.size > 0).map(spot);
  return `${enumerate(holders.slice(0, 2))} ${holders.length === 1 ? 'has' : 'have'} ${shown}${others.length === 0 ? '' : `, ${enumerate(others.slice(0, 2))} ${others.length === 1 ? 'has' : 'have'} not`}`;
}

function codeOf({ sites }: Divergence, { places }: Statements): Reference[] {
  return sites.slice(0, 2).map((site) => code(places[site]!));
}

function code({ location }: Place): Reference {
  return { code: location };
}

function spot({ location }: Place): string {
  return `${location.path}:${location.range.start.line}`;
}

function quote(text: string): string {
  return /^[\w.$-]+$/.test(text) ? text : JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function hasWord(text: string, word: string): boolean {
  const index = text.indexOf(word);
  return index >= 0 && !/[\w]/.test(text[index - 1] ?? ' ') && !/[\w]/.test(text[index + word.length] ?? ' ');
}

function sameNumber(a: string, b: string): boolean {
  return a !== '' && b !== '' && /\d/.test(a) && /\d/.test(b) && Number(a) === Number(b);
}

/** Values that stand everywhere. */
function isTrivial(text: string): boolean {
  return text.length < 2 || /^(?:true|false|null|none|undefined|\d|-1|10|100|1000|id|name|error|ok|data|type|test|value|message)$/i.test(text);
}

function rare(strength: number, frequency: number): number {
  return strength / Math.sqrt(Math.max(1, frequency / 2));
}
