import {
  canonicalEnvironment, compareText, defineRule, environmentMatrix, isEnvironmentName, isPlatformVariable, mayGiveMore, unmetDemands, wordsOf, z, type ConfigEntryFact, type DeploymentTarget,
  type EnvironmentMatrix, type EnvReadFact, type FactIndex, type FindingDraft, type Indexed, type MatrixVariable, type ServiceDeployment, type Severity, type Site,
} from '../src/index.js';
import { branchText, enumerate, keyIn, sample } from './support/environment.js';

type Read = Indexed<EnvReadFact>;
type Entry = Indexed<ConfigEntryFact>;

export default defineRule({
  meta: {
    id: 'required-not-deployed',
    category: 'config-drift',
    title: 'Required environment variable that is not deployed',
    description: 'Reports an environment variable that the code of a service cannot do without and that no deployment of the service to an environment gives it, and a variable that only tests of a deployed environment read and nothing defines.',
    rationale: 'The service starts everywhere but there, and fails there at start or, worse, at first use.',
    remedy: 'Add the variable to the deployment, or drop the demand.',
    severity: 'error',
    tags: ['configuration', 'environment', 'deployment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    environments: z.array(z.string()).default(['staging', 'production']).describe('Environments whose deployments must be complete.'),
  }),
  *check({ facts, options }) {
    const matrix = environmentMatrix(facts);
    const environments = new Set(options.environments.map((name) => canonicalEnvironment(name) ?? name));
    for (const variable of matrix.variables) {
      if (variable.service.kind !== 'service' || isPlatformVariable(variable.name)) continue;
      const targets = matrix.targetsOf(variable.service.name).filter(({ environment }) => environments.has(environment));
      const finding = notDeployed(matrix, variable, targets);
      if (finding) yield finding;
    }
    yield* definedNowhere(facts, matrix, environments);
  },
});

interface Gap {
  target: DeploymentTarget;
  reads: Read[];
}

function notDeployed(matrix: EnvironmentMatrix, variable: MatrixVariable, targets: readonly DeploymentTarget[]): FindingDraft | undefined {
  const { name, service } = variable;
  const gaps = targets.flatMap((target): Gap[] => {
    const reads = unmetDemands(variable, target);
    return reads.length > 0 ? [{ target, reads }] : [];
  });
  const [first] = gaps;
  if (!first) return undefined;
  const reads = [...new Set(gaps.flatMap((gap) => gap.reads))];
  const named = gaps.map(({ target }) => target.environment);
  const shared = sharedEntries(variable, named);
  const given = givenElsewhere(variable, named);
  const beside = neighbours(matrix, variable, gaps);
  const owner = service.name === '' ? 'The code' : service.name;
  const sources = [...new Set(gaps.flatMap(({ target }) => target.deployments.map(({ file }) => file.path)))].sort(compareText);
  return {
    key: keyIn(service, name),
    concept: name,
    message: `${owner} cannot do without ${name} in ${enumerate(named)}, and none of the sources that deploy it there gives it${shared[0] ? `: only ${shared[0].file.path} sets it, which none of them loads` : ''} (${enumerate(sources.length > 4 ? [...sources.slice(0, 4), `${sources.length - 4} more`] : sources)}).`,
    sites: [
      ...sample(reads, 3).map((read): Site => ({
        fact: read, message: `${demandText(read)}${branchText(read)}`, role: 'reader', symbol: [...read.scope, name].join('.'),
      })),
      ...beside.map((entry): Site => ({
        fact: entry, message: `gives ${entry.name}${entry.service === undefined ? '' : ` to ${entry.service}`}, and not ${name}`, role: 'declaration', symbol: entry.keyPath.join('.'),
      })),
      ...deployments(gaps.slice(beside.length > 0 ? gaps.length : 0)).map(({ fact, name: deployed }): Site => ({ fact: fact!, message: `deploys ${deployed} without ${name}`, role: 'declaration', symbol: deployed })),
      ...shared.slice(0, 2).map((entry): Site => ({ fact: entry, message: `sets ${name} in a file that no deployment loads`, role: 'declaration', symbol: entry.keyPath.join('.') })),
      ...given.slice(0, 2).map((entry): Site => ({ fact: entry, message: `gives ${name} in another environment`, role: 'declaration', symbol: entry.keyPath.join('.') })),
    ],
    differences: [
      `required by ${enumerate(sample(reads, 3).map(({ file, span }) => `${file.path}:${span[0]}`))}`,
      ...(given.length > 0 ? [`given elsewhere by ${enumerate(given.slice(0, 3).map(({ file, span }) => `${file.path}:${span[0]}`))}`] : []),
    ],
    severity: severityOf(variable, gaps, shared.length > 0, given.length > 0),
    rank: given.length > 0 ? 0.8 : 0.6,
  };
}

/**
 * An opaque source may give anything; a list kept in a local variable may only be printed; a demand inside a function may never be
 * reached; an env file may be loaded by hand; and what a library demands of all who use it, a service that never reads it may do without.
 */
function severityOf({ reads: own }: MatrixVariable, gaps: readonly Gap[], isShared: boolean, isGivenElsewhere: boolean): Severity {
  const seen = gaps.filter(({ target }) => !mayGiveMore(target));
  if (own.length === 0 || seen.length === 0) return 'info';
  const demands = seen.flatMap(({ reads }) => reads);
  if (demands.some((read) => own.includes(read) && isFirm(read))) return isShared ? 'warning' : 'error';
  return demands.some((read) => isFirm(read)) || isGivenElsewhere ? 'warning' : 'info';
}

/** Demanded when the program starts: a constant list, a settings field, a schema, a read at module level or in a constructor. */
function isFirm(read: Read): boolean {
  if (read.via === 'declared') return /^[A-Z]|schema$/.test(read.accessor);
  const fn = read.scope.at(-1) ?? '';
  return read.scope.length === 0 || fn === '__init__' || fn === 'constructor' || fn === 'main' || /^(?:load|read|get|init|create|build|validate|parse)?_?(?:env|config|settings)/i.test(fn);
}

function demandText(read: Read): string {
  if (read.via !== 'declared') return `${read.accessor} demands it`;
  return read.feeds === undefined ? `listed in ${read.accessor}` : `a field of ${read.accessor} without default`;
}

function sharedEntries({ cells }: MatrixVariable, environments: readonly string[]): Entry[] {
  return cells.filter(({ environment }) => environment === undefined || environments.includes(environment)).flatMap(({ values }) => values).filter(({ shared }) => shared).map(({ entry }) => entry);
}

function givenElsewhere({ cells }: MatrixVariable, environments: readonly string[]): Entry[] {
  return cells.filter(({ environment }) => environment !== undefined && !environments.includes(environment)).flatMap(({ values }) => values).filter(({ shared }) => !shared).map(({ entry }) => entry);
}

const MOST_NEIGHBOURS = 4;

/** In each source that deploys the service there, the entry of the same family whose name is nearest: where the variable would have to stand. */
function neighbours(matrix: EnvironmentMatrix, variable: MatrixVariable, gaps: readonly Gap[]): Entry[] {
  const words = wordsOf(variable.name);
  const environments = new Set(gaps.map(({ target }) => target.environment));
  const nearest = new Map<string, { entry: Entry; score: number }>();
  for (const other of matrix.variables) {
    if (other.service !== variable.service || other.name === variable.name) continue;
    const otherWords = wordsOf(other.name);
    if (otherWords[0] !== words[0]) continue;
    const score = likeness(words, otherWords);
    for (const cell of other.cells) {
      if (cell.environment !== undefined && !environments.has(cell.environment)) continue;
      for (const { entry, shared } of cell.values) {
        if (shared || entry.format === 'dockerfile' || entry.format === 'cloudbuild') continue;
        const known = nearest.get(entry.file.path);
        if (!known || score > known.score) nearest.set(entry.file.path, { entry, score });
      }
    }
  }
  return [...nearest.values()].sort((a, b) => b.score - a.score || compareText(a.entry.file.path, b.entry.file.path)).slice(0, MOST_NEIGHBOURS).map(({ entry }) => entry);
}

/** The deployments themselves, one per file; the name of the first is enough where many scripts touch one service. */
function deployments(gaps: readonly Gap[]): ServiceDeployment[] {
  const byFile = new Map<string, ServiceDeployment>();
  for (const { target } of gaps) for (const deployment of target.deployments) if (deployment.fact && !byFile.has(deployment.file.path)) byFile.set(deployment.file.path, deployment);
  return [...byFile.values()].sort((a, b) => compareText(a.file.path, b.file.path)).slice(0, MOST_NEIGHBOURS);
}

/** Words in common, those at the beginning counting double. */
function likeness(a: readonly string[], b: readonly string[]): number {
  let leading = 0;
  while (leading < a.length && a[leading] === b[leading]) leading++;
  return leading * 2 + a.filter((word) => b.includes(word)).length / Math.max(a.length, b.length);
}

/** A variable that tests of a deployed environment read without a default, and that no source in the tree gives a value or even names. */
function* definedNowhere(facts: FactIndex, matrix: EnvironmentMatrix, environments: ReadonlySet<string>): Iterable<FindingDraft> {
  const defined = new Map<string, Entry>();
  const mentioned = new Set<string>();
  for (const entry of facts.of('config-entry')) {
    mentioned.add(entry.name);
    if (entry.reference !== undefined) mentioned.add(entry.reference);
    if (isDefinition(entry) && (!defined.has(entry.name) || isBetterDefinition(entry, defined.get(entry.name)!))) defined.set(entry.name, entry);
  }
  if (defined.size === 0) return;
  const readInProduction = new Set(matrix.variables.filter(({ reads, libraryReads }) => reads.length + libraryReads.length > 0).map(({ name }) => name));
  const byName = new Map<string, Read[]>();
  for (const read of facts.of('env-read')) {
    if (read.file.role !== 'test' || read.prefix || readInProduction.has(read.name) || mentioned.has(read.name) || isPlatformVariable(read.name) || isEnvironmentName(read.name)) continue;
    const list = byName.get(read.name);
    if (list) list.push(read);
    else byName.set(read.name, [read]);
  }
  for (const [name, reads] of [...byName].sort(([a], [b]) => compareText(a, b))) {
    const needing = reads.filter((read) => read.defaultForm === 'none' && isForDeployed(read.file.path, environments));
    // A default somewhere says that the tests can do without it.
    if (needing.length === 0 || reads.some(({ defaultForm }) => defaultForm === 'literal')) continue;
    const near = nearestDefined(name, defined);
    if (!near) continue;
    // Where the tests keep their settings, first.
    const known = facts.named('env-read', near.name).filter((read) => read.file.role === 'test' && isForDeployed(read.file.path, environments))
      .sort((a, b) => Number(isSettings(b.file.path)) - Number(isSettings(a.file.path)));
    yield {
      key: `${name}@tests`,
      concept: name,
      message: `Tests against a deployed environment read ${name}, which nothing in the tree defines; the nearest name that is defined is ${near.name}.`,
      sites: [
        ...sample(needing, 4).map((read): Site => ({ fact: read, message: `reads ${name} without a default`, role: 'reader', symbol: [...read.scope, name].join('.') })),
        { fact: near, message: `defines ${near.name}`, role: 'declaration', symbol: near.keyPath.join('.') },
        ...known.slice(0, 4).map((read): Site => ({ fact: read, message: `reads ${near.name}`, role: 'reader', symbol: [...read.scope, near.name].join('.') })),
      ],
      remedy: `Read ${near.name} where it is meant, or define ${name}.`,
      severity: 'info',
      rank: 0.3,
    };
  }
}

function isDefinition(entry: Entry): boolean {
  return !entry.commented && (entry.effect === 'sets' || entry.effect === 'maps-secret') && (entry.file.role === 'production' || entry.file.role === 'script');
}

/** The entry that says where a value comes from is a better one than a value for development. */
function isBetterDefinition(a: Entry, b: Entry): boolean {
  return weightOf(a) > weightOf(b);
}

function weightOf(entry: Entry): number {
  return (entry.effect === 'maps-secret' && entry.reference !== undefined ? 2 : 0) + (entry.environment === 'staging' || entry.environment === 'production' ? 1 : 0);
}

function isForDeployed(path: string, environments: ReadonlySet<string>): boolean {
  return path.split(/[/_.-]/).some((word) => environments.has(canonicalEnvironment(word) ?? ''));
}

function isSettings(path: string): boolean {
  return /(?:^|[/_-])(?:config|settings|environment|env)[^/]*$/i.test(path);
}

/** A defined variable that begins and ends with the same word. */
function nearestDefined(name: string, defined: ReadonlyMap<string, Entry>): Entry | undefined {
  const words = wordsOf(name);
  if (words.length < 2) return undefined;
  let best: { entry: Entry; score: number } | undefined;
  for (const [other, entry] of defined) {
    const otherWords = wordsOf(other);
    if (otherWords[0] !== words[0] || otherWords.at(-1) !== words.at(-1) || otherWords.length < 2) continue;
    const score = likeness(words, otherWords);
    if (!best || score > best.score || (score === best.score && compareText(other, best.entry.name) < 0)) best = { entry, score };
  }
  return best?.entry;
}
