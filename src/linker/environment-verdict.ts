import { wordsOf } from '../facts/canonical-name.js';
import { isSecretName } from '../facts/env-reads.js';
import type { FactIndex } from '../facts/fact-index.js';
import type { ConfigEntryFact, ConstantFact, EnvReadFact } from '../model/facts.js';
import type { FileRole } from '../model/result.js';
import { locationOf, type Location } from '../model/location.js';
import type { Evidence } from '../model/link-result.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { enumerate } from '../util/enumerate.js';
import type { Indexed } from '../facts/fact-index.js';
import type { FailureCluster } from './cluster-failures.js';
import { isEnvironmental } from './explaining.js';
import type { FailureWords } from './failure-words.js';

export interface EnvironmentVerdict {
  verdict: string;
  /** What to do to know, a sentence each. */
  confirm: readonly string[];
  /** Where the tree declares what the failure is about. */
  evidence: readonly Evidence[];
}

/** A place that gives a variable a value, or falls back to one. */
interface Declared {
  name: string;
  /** Undefined: the value comes from elsewhere, or is a credential. */
  value: string | undefined;
  location: Location;
  weight: number;
}

const MAX_SHOWN = 6;

/**
 * What can be said of a failure whose cause lies outside of the source: which variable, host or port it is about, where the tree declares it, and
 * what to do to know. Undefined for failures of other kinds.
 */
export function environmentVerdict({ representative: { kind, error, span } }: FailureCluster, words: FailureWords, facts: FactIndex): EnvironmentVerdict | undefined {
  if (!isEnvironmental(kind) && !missingTool(error.message)) return undefined;
  const tool = missingTool(error.message);
  const declared = tool === undefined ? declarationsAbout(words, `${error.message} ${error.raw}`, facts) : [];
  const names = sortedDistinct(declared.map(({ name }) => name)).sort((a, b) => weightOf(b, declared) - weightOf(a, declared) || compareText(a, b)).slice(0, 3);
  const confirm = confirmations(kind, words, names, tool, span);
  const evidence = names.map((name): Evidence => {
    const places = distinctPlaces(declared.filter((place) => place.name === name));
    const values = sortedDistinct(places.flatMap(({ value }) => (value === undefined ? [] : [value])));
    const several = values.length > 1 ? `${values.length} values are declared: ${enumerate(values.slice(0, 4).map((value) => JSON.stringify(value)))}` : values.length === 1 ? `the only value in the tree is ${JSON.stringify(values[0])}` : 'no value of it is in the tree';
    return {
      kind: 'declared-setting', strength: 0.5, statement: `${name}: ${several} (${enumerate(places.slice(0, 4).map(({ location }) => `${location.path}:${location.range.start.line}`))}).`,
      references: places.slice(0, MAX_SHOWN).map(({ location }) => ({ code: location })),
    };
  });
  return { verdict: `Environment or infrastructure, not provable from the source; to confirm, ${confirm[0]!}`, confirm, evidence };
}

function missingTool(message: string): string | undefined {
  const match = /(?:spawn (\S+) ENOENT|(\S+): command not found|(?:executable|binary|browser)[^.\n]{0,40}(?:doesn't exist|not found|is not installed)(?: at (\S+))?|No such file or directory: '([\w.-]+)')/i.exec(message);
  return match?.slice(1).find((part) => part !== undefined) ?? (match ? 'the tool that the message names' : undefined);
}

function confirmations(kind: string, { hosts, ports, variables }: FailureWords, names: readonly string[], tool: string | undefined, span: string): string[] {
  if (tool !== undefined) return [`see whether ${tool} is installed where the tests ran, in the version that the project asks for.`];
  const host = hosts[0];
  const compare = names.length === 0 ? [] : [`compare ${enumerate(names)} as deployed with what the tree declares.`];
  switch (kind) {
    case 'unknown-host':
      return host === undefined ? [...compare, 'read in the log of the run which host name it asked for, and resolve it from the same machine.'] : [`resolve ${host} from where the tests ran (\`getent hosts ${host}\`)${names.length > 0 ? `, and compare ${enumerate(names)} as deployed with what the tree declares` : ''}.`];
    case 'connection':
      return [`see whether ${host === undefined ? 'the service' : host}${ports[0] === undefined ? '' : ` listens on port ${ports[0]} and`} answers from where the tests ran${names.length > 0 ? `, and compare ${enumerate(names)} as deployed with what the tree declares` : ''}.`];
    case 'authentication':
      return [names.length > 0 ? `compare ${enumerate(names)} of the process that ran the tests with the value in the service that refused (by hash, not by sight).` : `repeat the call that was refused (${span || 'see the message'}) with the credentials of the run, and read the log of the service that refused.`];
    default:
      return [variables.length > 0 ? `print whether ${enumerate(variables.slice(0, 3))} ${variables.length === 1 ? 'is' : 'are'} set in the process that failed.` : compare[0] ?? 'print the environment of the process that failed, values left out.'];
  }
}

const WITHOUT_EFFECT: ReadonlySet<FileRole> = new Set<FileRole>(['mock', 'fixture', 'story', 'backup', 'vendored', 'generated', 'example']);

/** Settings whose name the failure spells, whose value holds the host or port that failed, or whose name is made of the host's words. */
function declarationsAbout({ hosts, ports, variables }: FailureWords, text: string, facts: FactIndex): Declared[] {
  const said = new Set(wordsOf(text.replace(/[^\w]+/g, '_')));
  const hostWords = new Set(hosts.flatMap((host) => wordsOf(host.split('.')[0]!.replaceAll('-', '_'))).filter((word) => !FILLER.has(word)));
  const weightFor = (name: string, value: string | undefined): number => {
    if (variables.includes(name)) return 4;
    if (value !== undefined && hosts.some((host) => host !== 'localhost' && value.split(/[/:@?#\s]+/).includes(host))) return 3;
    if (value !== undefined && ports.some((port) => value === port || value.endsWith(`:${port}`))) return 2;
    const words = wordsOf(name);
    const telling = words.filter((word) => !FILLER.has(word));
    if (hostWords.size > 0 && telling.length > 0 && telling.every((word) => hostWords.has(word)) && words.some((word) => PLACES.has(word))) return 2;
    return telling.length >= 1 && words.length >= 3 && words.every((word) => said.has(word)) ? 1 : 0;
  };
  const found: Declared[] = [];
  const add = (name: string, value: string | undefined, fact: Indexed<EnvReadFact> | Indexed<ConfigEntryFact> | Indexed<ConstantFact>): void => {
    if (WITHOUT_EFFECT.has(fact.file.role)) return;
    const environment = fact.file.environment;
    const weight = weightFor(name, value) + (environment !== undefined && said.has(environment) ? 0.6 : 0);
    if (weight < 1) return;
    if (weight > 0) found.push({ name, value: isSecretName(name) ? undefined : value, location: locationOf(fact.file.path, fact.span), weight: weight + (fact.file.role === 'production' ? 0.5 : 0) });
  };
  for (const fact of facts.of('config-entry')) if (!fact.commented && /^[A-Z][A-Z0-9_]+$/.test(fact.name)) add(fact.name, fact.value ?? fact.default, fact);
  for (const fact of facts.of('env-read')) if (!fact.prefix) add(fact.name, textOf(fact.default), fact);
  for (const fact of facts.of('constant')) if (typeof fact.value === 'string' && fact.file.role === 'production' && hosts.length > 0) add(fact.name, fact.value, fact);
  return found.sort((a, b) => b.weight - a.weight || compareText(a.name, b.name) || compareText(a.location.path, b.location.path) || a.location.range.start.line - b.location.range.start.line);
}

const FILLER: ReadonlySet<string> = new Set(['host', 'url', 'port', 'uri', 'key', 'the', 'for', 'staging', 'production', 'prod', 'dev', 'test', 'local', 'service', 'server', 'internal', 'api', 'db', 'database', 'www']);
const PLACES: ReadonlySet<string> = new Set(['host', 'url', 'uri', 'address', 'endpoint', 'hostname', 'server', 'dsn']);

function textOf(json: string | undefined): string | undefined {
  return json === undefined || json === 'null' || json === '""' ? undefined : json.replace(/^"(.*)"$/s, '$1');
}

function weightOf(name: string, declared: readonly Declared[]): number {
  return Math.max(...declared.filter((place) => place.name === name).map(({ weight }) => weight));
}

/** One place for each value, then others. */
function distinctPlaces(places: readonly Declared[]): Declared[] {
  const byValue = new Map<string, Declared>();
  for (const place of places) if (!byValue.has(place.value ?? '')) byValue.set(place.value ?? '', place);
  return [...byValue.values(), ...places.filter((place) => ![...byValue.values()].includes(place))].slice(0, MAX_SHOWN);
}
