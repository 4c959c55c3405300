import type { ConfigEntryFact, DeploymentFact, EnvReadFact } from '../model/facts.js';
import type { FileRole, Service } from '../model/result.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { mapDeployments } from './deployments.js';
import { libraryFilesReached } from './env-reads.js';
import { compareEnvironments, environmentOfEntry } from './environment-of.js';
import type { AuditedFile, FactIndex, Indexed } from './fact-index.js';

/**
 * Which variable each service reads, and what each environment gives it. Rows are variables of a service, columns environments;
 * reads come from code, entries from every deployment source of the tree (compose, Kubernetes, Terraform, workflows, deploy
 * scripts, Dockerfiles, .env files).
 */
export interface EnvironmentMatrix {
  /** Sorted by service, then name. A variable that is only read, or only deployed, is there too. */
  readonly variables: readonly MatrixVariable[];
  /** Every deployment source that could be mapped to a service, sorted by service, environment, path. */
  readonly deployments: readonly ServiceDeployment[];
  /** The variable of that name as the service of that name sees it. */
  variable(service: string, name: string): MatrixVariable | undefined;
  /** Where a service runs: one per environment that some source deploys it to, in the order local ... production. */
  targetsOf(service: string): readonly DeploymentTarget[];
  /** Services that use a library, directly or through other libraries, by their imports; a service itself gives itself. Sorted. */
  servicesUsing(service: string): readonly string[];
}

export interface MatrixVariable {
  service: Service;
  name: string;
  /** Reads in files of the service with role production; sorted by path and line. */
  reads: readonly Indexed<EnvReadFact>[];
  /** Reads in production files of libraries that the service's imports reach. Empty for a library. */
  libraryReads: readonly Indexed<EnvReadFact>[];
  /** Reads in its tests, scripts, mocks, examples and so on, and in blocks by which a module is tried out. */
  otherReads: readonly Indexed<EnvReadFact>[];
  /** What gives it a value, by environment, the environments in the order local ... production, undefined (any) last. */
  cells: readonly MatrixCell[];
  /** Declared without effect: in an example or template file, or commented out. Of the service's own files and of the tree's root. */
  declarations: readonly Indexed<ConfigEntryFact>[];
}

export interface MatrixCell {
  /** Undefined: the source names no environment, so it holds in each (a Dockerfile `ENV`, a plain `.env`). */
  environment: string | undefined;
  values: readonly MatrixValue[];
}

/**
 * One entry that gives the variable a value. `value`: literal text. `secret`: from a secret store. `reference`: from another
 * variable or resource, `value` is the default that stands in for it. `unknown`: templated or computed.
 */
export interface MatrixValue {
  form: 'value' | 'secret' | 'reference' | 'unknown';
  /** Literal text, or the default of an interpolation. */
  value?: string;
  /** Secret id, variable or resource. */
  reference?: string;
  entry: Indexed<ConfigEntryFact>;
  /** The deployment that the entry belongs to; absent for an entry of a file that names none (a .env file, a Dockerfile). */
  deployment?: ServiceDeployment;
  /** The file is not tied to the service: a .env file beside or above several. Something may load it, nothing says so. */
  shared: boolean;
  /** Why the entry counts for this service: `compose service "dev-backend"`, `env_file of ...`, `in its folder`. */
  evidence: string;
}

/** A deployment source mapped to one of our services. */
export interface ServiceDeployment {
  service: Service;
  environment: string | undefined;
  file: AuditedFile;
  /** Absent when only entries name the service (a table of secrets per service). */
  fact?: Indexed<DeploymentFact>;
  /** As the source names it: `dev-backend`. */
  name: string;
  format: ConfigEntryFact['format'];
  /** Variables may be set that no entry shows: envFrom, a template, an env_file that is not in the tree. */
  opaque: boolean;
  /** What linked it to the service. */
  evidence: string;
}

/** A service in an environment, and all that deploys it there. */
export interface DeploymentTarget {
  service: Service;
  environment: string;
  deployments: readonly ServiceDeployment[];
  /** Some deployment is opaque: a variable that is not seen may be set all the same. */
  opaque: boolean;
  /** Variables that its deployments and images give it there. */
  variables: ReadonlySet<string>;
  /** Variables that only shared files name for this environment, or for any. */
  sharedVariables: ReadonlySet<string>;
}

const matrices = new WeakMap<FactIndex, EnvironmentMatrix>();

/** The matrix of an index; built at first use. */
export function environmentMatrix(facts: FactIndex): EnvironmentMatrix {
  let matrix = matrices.get(facts);
  if (!matrix) matrices.set(facts, (matrix = buildMatrix(facts)));
  return matrix;
}

/** Roles whose configuration is a stand-in or a copy and deploys nothing. */
const WITHOUT_EFFECT: ReadonlySet<FileRole> = new Set<FileRole>(['example', 'mock', 'fixture', 'story', 'backup', 'vendored', 'generated']);

/** A compose file or .env file of the tests deploys the stack that they run on; a literal in a test's code deploys nothing. */
function hasEffect(file: AuditedFile): boolean {
  return !WITHOUT_EFFECT.has(file.role) && !(file.role === 'test' && /^(?:python|typescript)$/.test(file.language));
}

interface Row {
  reads: Indexed<EnvReadFact>[];
  libraryReads: Indexed<EnvReadFact>[];
  otherReads: Indexed<EnvReadFact>[];
  values: (MatrixValue & { environment: string | undefined })[];
  declarations: Indexed<ConfigEntryFact>[];
}

function buildMatrix(facts: FactIndex): EnvironmentMatrix {
  const rows = new Map<string, Map<string, Row>>(facts.services.map(({ name }) => [name, new Map()]));
  const rowOf = (service: string, name: string): Row => {
    const names = rows.get(service)!;
    let row = names.get(name);
    if (!row) names.set(name, (row = { reads: [], libraryReads: [], otherReads: [], values: [], declarations: [] }));
    return row;
  };
  const reached = new Map(facts.services.filter(({ kind }) => kind === 'service').map((service) => [service.name, libraryFilesReached(facts, service)]));
  for (const read of facts.of('env-read')) {
    const { service, role } = read.file;
    if (read.prefix) continue;
    const row = rowOf(service.name, read.name);
    const isProduct = role === 'production' && !isTrial(read);
    (isProduct ? row.reads : row.otherReads).push(read);
    if (isProduct && service.kind === 'library') {
      for (const [user, files] of reached) if (files.has(read.file.path)) rowOf(user, read.name).libraryReads.push(read);
    }
  }

  const mapped = mapDeployments(facts, hasEffect);
  for (const { service, entry, deployment, evidence } of mapped.entries) {
    rowOf(service.name, entry.name).values.push({ ...valueOf(entry, mapped.secretIds), environment: environmentOf(entry, deployment), shared: false, evidence, entry, ...(deployment && { deployment }) });
  }
  // What no service owns is shown where it matters: beside a variable that a service reads or is given.
  for (const { entry, services, evidence } of mapped.shared) {
    for (const service of services) {
      const row = rows.get(service.name)?.get(entry.name);
      row?.values.push({ ...valueOf(entry, mapped.secretIds), environment: environmentOf(entry, undefined), shared: true, evidence, entry });
    }
  }
  for (const entry of facts.of('config-entry')) {
    if (entry.effect === 'setting' || entry.effect === 'reads' || !(entry.commented || WITHOUT_EFFECT.has(entry.file.role))) continue;
    if (entry.file.role !== 'example' && WITHOUT_EFFECT.has(entry.file.role)) continue;
    const services = entry.file.service.name === '' ? facts.services : [entry.file.service];
    for (const service of services) rows.get(service.name)?.get(entry.name)?.declarations.push(entry);
  }

  const variables = facts.services.flatMap((service) => (
    [...rows.get(service.name)!].map(([name, row]): MatrixVariable => ({ service, name, ...row, cells: cellsOf(row.values) }))
  )).sort((a, b) => compareText(a.service.name, b.service.name) || compareText(a.name, b.name));
  const byName = new Map(variables.map((variable) => [`${variable.service.name}\0${variable.name}`, variable]));
  const deployments = [...mapped.deployments].sort((a, b) => (
    compareText(a.service.name, b.service.name) || compareEnvironments(a.environment, b.environment) || compareText(a.file.path, b.file.path) || compareText(a.name, b.name)
  ));
  const users = usersOf(facts, reached);
  const targets = new Map(facts.services.map((service) => [service.name, targetsOf(service, deployments, variables)]));
  return {
    variables,
    deployments,
    variable: (service, name) => byName.get(`${service}\0${name}`),
    targetsOf: (service) => targets.get(service) ?? [],
    servicesUsing: (service) => users.get(service) ?? [service],
  };
}

/** In the block that runs when the file is started by hand; the file is none in which a program begins. */
function isTrial({ whenStarted, file }: Indexed<EnvReadFact>): boolean {
  return whenStarted === true && !/(?:^|\/)(?:main|app|server|manage|__main__|cli|worker|wsgi|asgi|(?:run|start|serve)\w*)\.py$/.test(file.path);
}

function environmentOf(entry: Indexed<ConfigEntryFact>, deployment: ServiceDeployment | undefined): string | undefined {
  return environmentOfEntry(entry.file.environment, entry.environment) ?? deployment?.environment;
}

function valueOf(entry: Indexed<ConfigEntryFact>, secretIds: ReadonlyMap<Indexed<ConfigEntryFact>, string>): Pick<MatrixValue, 'form' | 'value' | 'reference'> {
  if (entry.effect === 'maps-secret') {
    const reference = entry.reference ?? secretIds.get(entry);
    return { form: 'secret', ...(reference !== undefined && { reference }) };
  }
  if (entry.value !== undefined) return { form: 'value', value: entry.value };
  if (entry.reference !== undefined || entry.default !== undefined) {
    return { form: 'reference', ...(entry.reference !== undefined && { reference: entry.reference }), ...(entry.default !== undefined && { value: entry.default }) };
  }
  return { form: 'unknown' };
}

function cellsOf(values: readonly (MatrixValue & { environment: string | undefined })[]): MatrixCell[] {
  const cells = new Map<string | undefined, MatrixValue[]>();
  for (const { environment, ...value } of values) {
    const cell = cells.get(environment);
    if (cell) cell.push(value);
    else cells.set(environment, [value]);
  }
  return [...cells].sort(([a], [b]) => compareEnvironments(a, b))
    .map(([environment, list]) => ({ environment, values: list.sort((a, b) => compareText(a.entry.file.path, b.entry.file.path) || a.entry.span[0] - b.entry.span[0]) }));
}

/** Formats that run something. A Dockerfile or Cloud Build file only makes the image that another source runs. */
const RUNS: ReadonlySet<ConfigEntryFact['format']> = new Set<ConfigEntryFact['format']>(['compose', 'kubernetes', 'terraform', 'deploy-script', 'actions', 'yaml', 'toml', 'json']);

function targetsOf(service: Service, deployments: readonly ServiceDeployment[], variables: readonly MatrixVariable[]): DeploymentTarget[] {
  const own = deployments.filter((deployment) => deployment.service === service && deployment.environment !== undefined && RUNS.has(deployment.format));
  const environments = [...new Set(own.map(({ environment }) => environment!))].sort(compareEnvironments);
  return environments.map((environment) => {
    const here = own.filter((deployment) => deployment.environment === environment);
    const given = new Set<string>();
    const shared = new Set<string>();
    for (const variable of variables) {
      if (variable.service !== service) continue;
      const values = variable.cells.filter((cell) => cell.environment === environment || cell.environment === undefined).flatMap((cell) => cell.values);
      if (values.some((value) => !value.shared)) given.add(variable.name);
      else if (values.length > 0) shared.add(variable.name);
    }
    return { service, environment, deployments: here, opaque: isOpaque(here), variables: given, sharedVariables: shared };
  });
}

/**
 * One deployment that hides variables hides them for the target. Not so a script beside another source that shows its variables: such
 * scripts change one or two of them.
 */
function isOpaque(deployments: readonly ServiceDeployment[]): boolean {
  const shown = deployments.some(({ opaque }) => !opaque);
  return deployments.some(({ opaque, format }) => opaque && !(shown && format === 'deploy-script'));
}

/** For each library the services whose imports reach a file of it; for each service itself. */
function usersOf(facts: FactIndex, reached: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const users = new Map<string, Set<string>>(facts.services.map(({ name, kind }) => [name, new Set(kind === 'service' ? [name] : [])]));
  for (const [service, files] of reached) for (const path of files) users.get(facts.file(path)!.service.name)?.add(service);
  return new Map([...users].map(([name, names]) => [name, sortedDistinct(names)]));
}
