import {
  append,
  appliesIn, comparableDefault, defineRule, environmentMatrix, isBranched, isEnvironmentName, isFlag, isPlatformVariable, isSecretName, reachOf, sharedEnvironments, wordsOf, z,
  type EnvReadFact, type FactIndex, type FindingDraft, type Indexed, type MatrixVariable, type Severity, type Site,
} from '../src/index.js';
import { branchText, enumerate, inServices, isRest, keyIn, locations, places, sample, showDefault } from './support/environment.js';
import { isTuning } from './support/setting-kinds.js';

type Read = Indexed<EnvReadFact>;

/** Reads that fall back to the same thing. */
interface Group {
  value: string;
  kind: 'value' | 'none' | 'placeholder';
  reads: Read[];
}

/** The environments that are named in findings even when no branch names them. */
const DEPLOYED = ['staging', 'production'];
const ENVIRONMENTS = ['development', 'test', ...DEPLOYED];

export default defineRule({
  meta: {
    id: 'conflicting-default',
    category: 'config-drift',
    title: 'One environment variable with different defaults',
    description: 'Reports an environment variable whose fallback value differs between places of one service, or between a service and a library that it uses.',
    rationale: 'Where the variable is not set, parts of one program go by different values: one connects to localhost while the other waits for a host that does not exist.',
    remedy: 'Read the variable in one settings module with one default, and pass the value on from there.',
    severity: 'error',
    tags: ['configuration', 'environment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    /** Variables that may have a default of their own in each place. */
    ignore: z.array(z.string()).default([]).describe('Variables that may have a default of their own in each place.'),
  }),
  *check({ facts, options }) {
    const ignored = new Set(options.ignore);
    const againstLibrary = new Map<string, MatrixVariable[]>();
    const contracts = new Map<string, MatrixVariable[]>();
    const reported = new Set<string>();
    for (const variable of environmentMatrix(facts).variables) {
      if (ignored.has(variable.name)) continue;
      if (isContract(variable.name) && variable.service.kind === 'service' && variable.service.name !== '') append(contracts, variable.name, variable);
      if (severityOf(variable.name, groupsOf(variable.reads), variable.reads)) {
        const finding = findingFor(facts, variable, isRest(facts, variable.service));
        if (finding) yield finding;
        if (finding) reported.add(variable.name);
      } else if (variable.libraryReads.length > 0) append(againstLibrary, variable.name, variable);
    }
    // Services that each agree with themselves and not with a library that they share: one thing to put right, in one finding.
    for (const [, variables] of againstLibrary) {
      const clashing = variables.filter((variable) => severityOf(variable.name, groupsOf([...variable.reads, ...variable.libraryReads]), variable.reads));
      const [first] = clashing;
      if (!first) continue;
      const library = [...new Set(clashing.flatMap(({ libraryReads }) => libraryReads))];
      const finding = findingFor(facts, { ...first, reads: clashing.flatMap(({ reads }) => reads), libraryReads: library }, clashing.every(({ service }) => isRest(facts, service)));
      if (!finding) continue;
      reported.add(first.name);
      yield { ...finding, key: `${first.name}@${[...new Set(library.map(({ file }) => file.service.name))].join('+')}` };
    }
    // What two services must agree on, though each agrees with itself.
    for (const [name, variables] of contracts) {
      const finding = reported.has(name) ? undefined : betweenServices(facts, variables);
      if (finding) yield finding;
    }
  },
});

/** `isLoose`: the service is only what no real service claims. */
function findingFor(facts: FactIndex, variable: MatrixVariable, isLoose: boolean): FindingDraft | undefined {
  const { name, service, reads: own } = variable;
  const all = groupsOf([...own, ...variable.libraryReads]);
  const possible = severityOf(name, all, own);
  if (!possible) return undefined;
  const groups = possible === 'error' ? all : withoutChoices(name, all);
  // A default in a function that nobody calls is the conflict of tomorrow.
  const isRun = ({ file, scope }: Read): boolean => reachOf(facts).isReached(file, scope) && !isLeftAlone(facts, file);
  const severity = severityOf(name, groupsOf([...own, ...variable.libraryReads].filter(isRun)), own.filter(isRun)) ?? 'info';
  const shown = groups.filter(({ kind }) => kind !== 'none' || isSecretName(name) || groups.length === 2);
  const [majority, next] = shown;
  if (!majority || !next) return undefined;
  const total = shown.reduce((sum, { reads }) => sum + reads.length, 0);
  const hasMajority = majority.reads.length > next.reads.length;
  const services = [...new Map(shown.flatMap(({ reads }) => reads.map(({ file }) => [file.service.name, file.service]))).values()];
  const isTwoPorts = servesTwoProtocols(shown);
  const said = shown.map((group) => `${labelOf(name, group)} (${places(group.reads.length)})`);
  return {
    key: keyIn(service, name),
    concept: name,
    message: `${name} ${isTwoPorts ? 'is one variable for two ports and ' : ''}falls back to ${shown.length} different values${inServices(services)}: ${enumerate(said)}.`,
    sites: shown.flatMap((group, index) => sitesOf(name, group, index === 0 && hasMajority, shown.length)),
    ...(hasMajority && { ownerReason: `${majority.reads.length} of ${total} defaults say so` }),
    differences: shown.map((group) => `${labelOf(name, group)}: ${locations(group.reads)}`),
    severity: isPlatformVariable(name) || isLoose || (isTwoPorts && severity === 'error') ? lower(severity) : severity,
    ...(isTwoPorts && { remedy: `Give each protocol a variable of its own instead of ${name}: clients of the one cannot use the port of the other.` }),
    rank: rankOf(name, shown, total),
  };
}

/** Without the defaults that no other one of the variable contradicts: those of other branches of the test that chooses. */
function withoutChoices(name: string, groups: readonly Group[]): Group[] {
  const isContradicted = (group: Group, read: Read): boolean => groups.some((other) => other !== group && ceilingFor(name, group, other) !== undefined
    && other.reads.slice(0, MOST_COMPARED).some((second) => meets(read, second) !== undefined));
  return groups.flatMap((group) => {
    const reads = group.reads.slice(0, MOST_COMPARED).filter((read) => isContradicted(group, read));
    return reads.length === 0 ? [] : [{ ...group, reads }];
  }).sort((a, b) => b.reads.length - a.reads.length);
}

/** A module of a library that no file imports, while the tree does use the library. */
function isLeftAlone(facts: FactIndex, { path, service }: Read['file']): boolean {
  return service.kind === 'library' && !facts.imports.entryPoints().has(path) && facts.imports.importersOfModule(path).length === 0
    && facts.files.some((file) => file.service === service && facts.imports.importersOfModule(file.path).some((site) => site.file.service !== service));
}

/** Whether the defaults name the ports by which one server speaks two protocols: no single default is right for clients of both. */
function servesTwoProtocols(groups: readonly Group[]): boolean {
  const ports = new Set(groups.flatMap(({ kind, reads }) => (kind === 'value' ? portsIn(reads[0]!.default ?? '') : [])));
  return TWO_PORTS.some(([web, native]) => web.some((port) => ports.has(port)) && native.some((port) => ports.has(port)));
}

/** The port that a default is, or names after its host. */
function portsIn(text: string): string[] {
  const found = /^"?(\d{2,5})"?$/.exec(text) ?? /:(\d{2,5})(?:[/?"]|$)/.exec(text);
  return found ? [found[1]!] : [];
}

/** The usual ports of servers with a web port and one of their own: ClickHouse, OTLP, Elasticsearch, Neo4j, RabbitMQ, NATS. */
const TWO_PORTS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['8123', '8443'], ['9000', '9440']], [['4318'], ['4317']], [['9200'], ['9300']], [['7474'], ['7687']], [['15672'], ['5672']], [['8222'], ['4222']],
];

/** A variable that means the same in every service that reads it: a credential they share, a switch of their authentication. */
function isContract(name: string): boolean {
  const words = wordsOf(name);
  if (isSecretName(name)) return words.some((word) => SHARED_SECRETS.has(word));
  return words.some((word) => SWITCHES.has(word)) || (words.includes('auth') && words.some((word) => SWITCH_ENDS.has(word)));
}

const SHARED_SECRETS: ReadonlySet<string> = new Set(['jwt', 'service', 'internal', 'shared', 'hmac', 'signing', 'session', 'encryption', 'fernet', 'webhook', 'bypass']);
const SWITCHES: ReadonlySet<string> = new Set(['bypass', 'demo', 'permissive', 'insecure', 'unauthenticated', 'impersonation', 'simulation']);
const SWITCH_ENDS: ReadonlySet<string> = new Set(['enabled', 'disabled', 'required', 'skip', 'optional', 'mode', 'disable', 'enable']);

function betweenServices(facts: FactIndex, variables: readonly MatrixVariable[]): FindingDraft | undefined {
  const reads = variables.flatMap((variable) => variable.reads.filter((read) => !isBranched(read)));
  const groups = groupsOf(reads).filter(({ kind }) => kind === 'value');
  const [first] = groups;
  if (!first || groups.length < 2 || new Set(reads.map(({ file }) => file.service.name)).size < 2) return undefined;
  const finding = findingFor(facts, { ...variables[0]!, reads: groups.flatMap((group) => group.reads), libraryReads: [] }, false);
  return finding && { ...finding, key: `${variables[0]!.name}@services`, severity: 'warning' };
}

/** Defaults by meaning, the one of most reads first, what stands for "nothing" last. */
function groupsOf(reads: readonly Read[]): Group[] {
  const flag = isFlag(reads);
  const groups = new Map<string, Group>();
  for (const read of reads) {
    const value = comparableDefault(read, flag);
    if (!value) continue;
    const key = `${value.kind} ${value.value}`;
    const group = groups.get(key);
    if (group) group.reads.push(read);
    else groups.set(key, { ...value, reads: [read] });
  }
  const order = { value: 0, placeholder: 1, none: 2 };
  return [...groups.values()].sort((a, b) => order[a.kind] - order[b.kind] || b.reads.length - a.reads.length || (a.value < b.value ? -1 : 1));
}

/** The harm of the worst pair of groups; undefined when none of them can meet. */
function severityOf(name: string, groups: readonly Group[], own: readonly Read[]): Severity | undefined {
  const ownReads = new Set(own);
  let worst: Severity | undefined;
  for (const [index, a] of groups.entries()) {
    for (const b of groups.slice(index + 1)) {
      const harm = harmOf(name, a, b, ownReads);
      if (harm && (!worst || WEIGHT[harm] > WEIGHT[worst])) worst = harm;
    }
  }
  return worst;
}

/** So that a generated file with thousands of reads costs no more than time. */
const MOST_COMPARED = 500;
const WEIGHT = { info: 0, warning: 1, error: 2 };

function harmOf(name: string, a: Group, b: Group, own: ReadonlySet<Read>): Severity | undefined {
  const ceiling = ceilingFor(name, a, b);
  if (!ceiling) return undefined;
  const most = isSideBySide(a, b) ? lower(ceiling) : ceiling;
  let worst: Severity | undefined;
  for (const first of a.reads.slice(0, MOST_COMPARED)) {
    for (const second of b.reads.slice(0, MOST_COMPARED)) {
      // What two library files disagree on is the library's business.
      if (!own.has(first) && !own.has(second)) continue;
      const harm = meets(first, second);
      if (harm && (!worst || WEIGHT[harm] > WEIGHT[worst])) worst = harm;
      if (worst === 'error') return most;
    }
  }
  return worst && WEIGHT[worst] > WEIGHT[most] ? most : worst;
}

/** One block of settings fills two of them from the variable: whoever wrote the second default saw the first. One variable for two things, then. */
function isSideBySide(a: Group, b: Group): boolean {
  const receivers = (group: Group): Map<string, Read> => new Map(group.reads.slice(0, MOST_COMPARED).map((read) => [`${read.file.path}\0${read.scope.join('.')}`, read]));
  const others = receivers(b);
  return [...receivers(a)].some(([place, read]) => {
    const other = others.get(place);
    return other?.feeds !== undefined && read.feeds !== undefined && other.feeds !== read.feeds;
  });
}

/** How bad it can be that two defaults differ, by what they say. */
function ceilingFor(name: string, a: Group, b: Group): Severity | undefined {
  if (a.kind === 'value' && b.kind === 'value') return bindsWhatOtherCalls(a.value, b.value) ? undefined : isTuning(name) ? 'info' : 'error';
  // `unknown` in one answer and a version in another: nobody is led astray, and the two do not agree.
  if ((a.kind === 'placeholder') !== (b.kind === 'placeholder') && a.kind !== 'none' && b.kind !== 'none' && !isPlatformVariable(name) && !isSecretName(name) && !isEnvironmentName(name)) return 'info';
  const other = a.kind === 'none' ? a : b;
  if (other.kind !== 'none' || (a.kind !== 'value' && b.kind !== 'value') || isPlatformVariable(name)) return undefined;
  // A credential that one place makes up and another leaves empty: one of them lets in what the other keeps out.
  if (isSecretName(name)) return 'warning';
  // Elsewhere an empty default mostly asks whether the variable is there; where a setting is filled from it, it is worth a word.
  return other.reads.some((read) => read.feeds !== undefined && !isBranched(read)) ? 'info' : undefined;
}

/** A server listens on all interfaces where its client goes to this machine: both default to one place. */
function bindsWhatOtherCalls(a: string, b: string): boolean {
  const [first, second] = [a, b].map((value) => value.replace(/^(?:\w+:\/\/)?(0\.0\.0\.0|\[?::\]?)(?=$|[:/])/, 'any').replace(/^(?:\w+:\/\/)?(?:localhost|127\.0\.0\.1|\[?::1\]?)(?=$|[:/])/, 'own'));
  return first !== second && first!.replace(/^any/, 'own') === second!.replace(/^any/, 'own') && /^(?:any|own)/.test(first!);
}

/** Whether two reads can disagree in one running program, and how much it matters where. */
function meets(a: Read, b: Read): Severity | undefined {
  // One receiver in one function: some condition, of the environment or not, chooses between the two.
  if (a.file === b.file && a.feeds !== undefined && a.feeds === b.feeds && a.scope.join('.') === b.scope.join('.')) return undefined;
  const [branchedA, branchedB] = [isBranched(a), isBranched(b)];
  if (!branchedA && !branchedB) return 'error';
  const shared = sharedEnvironments(a, b, ENVIRONMENTS);
  if (shared.length === 0) return undefined;
  // A branch next to the general case is a choice that somebody made looking at both.
  if (a.file === b.file) return branchedA && branchedB && a.environmentBranch === b.environmentBranch ? 'warning' : undefined;
  const deployed = shared.some((name) => DEPLOYED.includes(name));
  // Both were written for this environment.
  if (branchedA && branchedB && !appliesIn(a).except && !appliesIn(b).except) return deployed ? 'error' : 'warning';
  return deployed ? 'warning' : 'info';
}

function sitesOf(name: string, group: Group, isMajority: boolean, groups: number): Site[] {
  const most = groups > 4 ? 2 : isMajority ? 3 : 4;
  // Where the value is decided for all environments says most.
  const ordered = [...group.reads].sort((a, b) => Number(isBranched(a)) - Number(isBranched(b)));
  return sample(ordered, most).map((read) => ({
    fact: read,
    message: `falls back to ${showDefault(name, read.default ?? 'null')}${branchText(read)}`,
    role: isMajority ? 'owner' as const : 'declaration' as const,
    symbol: [...read.scope, name].join('.'),
  }));
}

function labelOf(name: string, { reads, kind }: Group): string {
  return kind === 'none' ? 'nothing' : showDefault(name, reads[0]!.default ?? 'null');
}

function rankOf(name: string, groups: readonly Group[], total: number): number {
  const weight = isSecretName(name) || isEnvironmentName(name) ? 0.3 : 0.1;
  return Math.min(1, 0.3 + weight + 0.05 * groups.length + 0.01 * total);
}

function lower(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : 'info';
}
