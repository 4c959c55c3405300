import {
  append,
  canonicalEnvironment, comparableValue, defineRule, environmentMatrix, isEnvironmentName, isPlatformVariable, z, type ConfigEntryFact, type FactIndex,
  type FindingDraft, type Indexed, type MatrixValue, type MatrixVariable, type Site,
} from '../src/index.js';
import { enumerate, keyIn, showValue } from './support/environment.js';
import { addressOf, isPlacement, isTuning } from './support/setting-kinds.js';

type Entry = Indexed<ConfigEntryFact>;

export default defineRule({
  meta: {
    id: 'conflicting-value',
    category: 'config-drift',
    title: 'One setting with two values in one environment',
    description: 'Reports a variable that deployment sources of one environment set to different values for one service: twice in one file, with different stand-ins in one compose file, with two ports for one host, or with two values of a setting that has no reason to depend on the place.',
    rationale: 'Which of the values holds depends on the order in which files are loaded or on which script deployed last. Nobody sees it in review, for each file is right by itself.',
    remedy: 'Keep the value in one deployment source and let the others refer to it.',
    severity: 'error',
    tags: ['configuration', 'environment', 'deployment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const matrix = environmentMatrix(facts);
    yield* repeatedKeys(facts);
    yield* differentStandIns(facts);
    yield* listedTwice(matrix.variables);
    for (const variable of matrix.variables) {
      if (variable.service.kind !== 'service') continue;
      yield* twoPorts(variable);
      yield* driftingBehaviour(variable);
    }
  },
});

/** One key twice in one .env file: the last one wins, and readers see the first. */
function* repeatedKeys(facts: FactIndex): Iterable<FindingDraft> {
  const byKey = new Map<string, Entry[]>();
  for (const entry of facts.of('config-entry')) {
    if (entry.format !== 'dotenv' || entry.commented || entry.value === undefined || entry.file.role === 'backup') continue;
    append(byKey, `${entry.file.path}\0${entry.name}`, entry);
  }
  for (const entries of byKey.values()) {
    const [first] = entries;
    const values = distinct(entries.map(({ value }) => value!));
    if (!first || values.length < 2) continue;
    yield {
      key: `${first.name}@${first.file.path}`,
      concept: first.name,
      message: `${first.file.path} sets ${first.name} ${entries.length} times, to ${enumerate(values.map((value) => showValue(first.name, value)))}.`,
      sites: entries.map((entry, index) => entrySite(entry, index === entries.length - 1 ? 'the last one wins: ' : '')),
      differences: entries.map((entry) => `line ${entry.span[0]}: ${showValue(entry.name, entry.value!)}`),
      remedy: `Keep one line for ${first.name}.`,
      severity: first.file.role !== 'production' ? 'info' : STAND_INS.has(first.file.environment ?? '') ? 'warning' : 'error',
      rank: 0.5,
    };
  }
}

/** `${SHOP_SECRET:-a}` and `${SHOP_SECRET:-b}` in one compose file: without the variable, its services go by different values. */
function* differentStandIns(facts: FactIndex): Iterable<FindingDraft> {
  const byReference = new Map<string, Entry[]>();
  for (const entry of facts.of('config-entry')) {
    const outer = entry.effect === 'reads' ? entry.name : entry.reference;
    if (entry.format !== 'compose' || entry.commented || entry.default === undefined || outer === undefined) continue;
    append(byReference, `${entry.file.path}\0${outer}`, entry);
  }
  for (const [key, entries] of byReference) {
    const name = key.split('\0')[1]!;
    const [first] = entries;
    const groups = groupBy(entries, ({ default: standIn }) => comparable(standIn!));
    if (!first || groups.length < 2 || isPlatformVariable(name)) continue;
    // An empty stand-in only keeps compose from warning.
    const real = groups.filter(({ value }) => value !== '');
    if (real.length < 2 || areTwoSidesOfOne(real.map(({ members }) => members))) continue;
    yield {
      key: `${name}@${first.file.path}`,
      concept: name,
      message: `${first.file.path} falls back to ${real.length} different values where ${name} is not set: ${enumerate(real.map(({ members }) => showValue(name, members[0]!.default!)))}.`,
      sites: real.flatMap(({ members }) => members.slice(0, 4).map((entry): Site => ({
        fact: entry, message: `${entry.service ? `${entry.service} ` : ''}falls back to ${showValue(name, entry.default!)}`, role: 'declaration', symbol: entry.keyPath.join('.'),
      }))),
      differences: real.map(({ members }) => `${showValue(name, members[0]!.default!)}: ${enumerate(members.slice(0, 4).map(({ service, span }) => `line ${span[0]}${service === undefined ? '' : ` for ${service}`}`))}`),
      remedy: `Give \${${name}} one stand-in, in the env file of the stack.`,
      severity: 'error',
      rank: 0.6,
    };
  }
}

/**
 * One endpoint as services of the stack and as browsers outside reach it: `http://minio:9000` for the worker, `http://localhost:9090` for the shop
 * that hands the address out.
 */
function areTwoSidesOfOne(groups: readonly (readonly Entry[])[]): boolean {
  const addresses = groups.map(([first]) => addressOf(first!.default!));
  const services = groups.map((members) => new Set(members.map(({ service }) => service)));
  return addresses.every((address) => address !== undefined) && new Set(addresses.map((address) => LOOPBACK.test(address!.host))).size === 2
    && services.every((own, index) => services.every((other, second) => second === index || [...own].every((service) => service !== undefined && !other.has(service))));
}

const FEWEST_REPEATED = 3;

/** One script that hands a service the same variables in two lists. */
function* listedTwice(variables: readonly MatrixVariable[]): Iterable<FindingDraft> {
  const byScript = new Map<string, { variable: MatrixVariable; entries: Entry[] }[]>();
  for (const variable of variables) {
    const entries = variable.cells.flatMap(({ values }) => values).filter(({ shared }) => !shared).map(({ entry }) => entry)
      .filter(({ format, effect, value }) => format === 'deploy-script' && effect === 'sets' && value !== undefined);
    for (const { members } of groupBy(entries, ({ file }) => file.path)) {
      const places = distinctBy(members, ({ span }) => String(span[0]));
      if (places.length >= 2) append(byScript, `${members[0]!.file.path}\0${variable.service.name}`, { variable, entries: places });
    }
  }
  for (const [key, repeated] of byScript) {
    const [path, service] = key.split('\0') as [string, string];
    if (repeated.length < FEWEST_REPEATED) continue;
    const differing = repeated.filter(({ entries }) => distinct(entries.map(({ value }) => comparable(value!))).length > 1);
    const names = repeated.map(({ variable }) => variable.name);
    const shown = [...differing, ...repeated.filter((each) => !differing.includes(each))].sort((a, b) => a.entries[0]!.span[0] - b.entries[0]!.span[0]).slice(0, 6);
    yield {
      key: service === '' ? path : `${path}@${service}`,
      concept: `variables of ${service || 'the service'} in ${path.split('/').at(-1)}`,
      message: `${path} lists ${names.length} variables${service === '' ? '' : ` of ${service}`} twice: ${enumerate([...names.slice(0, 4), ...(names.length > 4 ? [`${names.length - 4} more`] : [])])}${
        differing.length > 0 ? `; ${enumerate(differing.map(({ variable }) => variable.name))} with another value` : ''}.`,
      sites: shown.flatMap(({ entries }) => entries.slice(0, 2).map((entry) => entrySite(entry))),
      differences: differing.map(({ variable, entries }) => `${variable.name}: ${enumerate(entries.map((entry) => `${showValue(variable.name, entry.value!)} in line ${entry.span[0]}`))}`),
      remedy: 'Keep one list and use it in both places.',
      severity: differing.length > 0 ? 'error' : 'warning',
      rank: differing.length > 0 ? 0.6 : 0.4,
    };
  }
}

/** One host addressed on two ports in one environment. */
function* twoPorts(variable: MatrixVariable): Iterable<FindingDraft> {
  const { name, service } = variable;
  for (const { environment, values } of variable.cells) {
    const addressed = values.flatMap((value) => {
      const address = value.value === undefined || value.form !== 'value' ? undefined : addressOf(value.value);
      return address?.port !== undefined ? [{ value, host: address.host, port: address.port }] : [];
    });
    for (const { value: host, members } of groupBy(addressed, (each) => each.host)) {
      const ports = distinct(members.map(({ port }) => port));
      // Files that nothing loads for sure may each be for another way of running; so is a loopback address whatever its port.
      if (ports.length < 2 || !members.some(({ value }) => !value.shared) || LOOPBACK.test(host)) continue;
      yield {
        key: keyOf(variable, environment),
        concept: name,
        message: `${name} addresses ${host} on ${ports.length} ports${place(service.name, environment)}: ${enumerate(ports)}.`,
        sites: members.slice(0, 8).map(({ value }) => valueSite(name, value)),
        differences: members.slice(0, 8).map(({ value }) => describe(name, value)),
        severity: environment === undefined || STAND_INS.has(environment) ? 'warning' : 'error',
        rank: variable.reads.length > 0 ? 0.7 : 0.5,
      };
    }
  }
}

const LOOPBACK = /^(?:localhost|127\.|0\.0\.0\.0|\[?::1)/;
/** Environments of which a tree has several on purpose. */
const STAND_INS: ReadonlySet<string> = new Set(['test', 'ci', 'local']);
const DEPLOYED: ReadonlySet<string> = new Set(['staging', 'production']);

/**
 * A timeout, limit or switch that two deployment sources of staging or production set to different values; for developers, also files that each may load,
 * as a hint.
 */
function* driftingBehaviour(variable: MatrixVariable): Iterable<FindingDraft> {
  const { name, service } = variable;
  if (isPlacement(name) || isTuning(name) || isPlatformVariable(name) || isEnvironmentName(name)) return;
  for (const { environment, values } of variable.cells) {
    const canonical = environment === undefined ? undefined : canonicalEnvironment(environment) ?? environment;
    if (canonical === undefined || !(DEPLOYED.has(canonical) || canonical === 'development')) continue;
    const set = values.filter(({ form, shared, value, entry }) => form === 'value' && (!shared || !DEPLOYED.has(canonical)) && value !== undefined && value !== '' && RUNTIME.has(entry.format) && entry.phase !== 'build');
    const groups = groupBy(set, ({ value }) => comparable(value!)).sort((a, b) => b.members.length - a.members.length);
    // Within one file the sources are listed for other reasons: another check says so.
    if (groups.length < 2 || distinct(set.map(({ entry }) => entry.file.path)).length < 2) continue;
    if (!DEPLOYED.has(canonical) && variable.reads.length + variable.libraryReads.length === 0) continue;
    yield {
      key: keyOf(variable, environment),
      concept: name,
      message: `${name} is set to ${groups.length} different values${place(service.name, environment)}: ${enumerate(groups.map(({ members }) => `${showValue(name, members[0]!.value!)} (${enumerate(distinct(members.map(({ entry }) => entry.file.path)).slice(0, 3))})`))}.`,
      sites: groups.flatMap(({ members }) => members.slice(0, 4).map((value) => valueSite(name, value))),
      differences: groups.map(({ members }) => members.map((value) => describe(name, value)).join(', ')),
      severity: DEPLOYED.has(canonical) && variable.reads.length + variable.libraryReads.length > 0 ? 'warning' : 'info',
      rank: DEPLOYED.has(canonical) ? 0.45 : 0.2,
    };
  }
}

/** Formats that give a running service its variables. A Dockerfile's `ENV` is what they override. */
const RUNTIME: ReadonlySet<ConfigEntryFact['format']> = new Set<ConfigEntryFact['format']>(['compose', 'kubernetes', 'terraform', 'deploy-script', 'actions', 'yaml', 'toml', 'json', 'dotenv']);

function entrySite(entry: Entry, before = ''): Site {
  return { fact: entry, message: `${before}${entry.name}=${showValue(entry.name, entry.value ?? '')}`, role: 'declaration', symbol: entry.keyPath.join('.') };
}

function valueSite(name: string, value: MatrixValue): Site {
  return { fact: value.entry, message: `${showValue(name, value.value!)}, ${value.evidence}`, role: 'declaration', symbol: value.entry.keyPath.join('.') };
}

function describe(name: string, value: MatrixValue): string {
  return `${showValue(name, value.value!)} in ${value.entry.file.path}:${value.entry.span[0]}`;
}

function place(service: string, environment: string | undefined): string {
  return `${environment === undefined ? '' : ` in ${environment}`}${service === '' ? '' : ` for ${service}`}`;
}

function keyOf({ name, service }: MatrixVariable, environment: string | undefined): string {
  return keyIn(service, environment === undefined ? name : `${name}/${environment}`);
}

function comparable(text: string): string {
  return comparableValue(text, /^(?:true|false)$/i.test(text.trim())).value;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): { value: string; members: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const item of items) append(groups, key(item), item);
  return [...groups].map(([value, members]) => ({ value, members }));
}
