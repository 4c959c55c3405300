import type { ConfigEntryFact, DeploymentFact, EnvReadFact } from '../model/facts.js';
import type { Service } from '../model/result.js';
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
  /** Services that use a library, by image contents and by imports; a service itself gives itself. Sorted. */
  servicesUsing(service: string): readonly string[];
}

export interface MatrixVariable {
  service: Service;
  name: string;
  /** Reads in files of the service with role production or script; sorted by path and line. */
  reads: readonly Indexed<EnvReadFact>[];
  /** Reads in its tests, mocks, examples and so on. */
  otherReads: readonly Indexed<EnvReadFact>[];
  /** What gives it a value, by environment, the environments in the order local ... production, undefined (any) last. */
  cells: readonly MatrixCell[];
  /** Declared without effect: in an example or template file, or commented out. */
  declarations: readonly Indexed<ConfigEntryFact>[];
}

export interface MatrixCell {
  /** Undefined: the source names no environment, so it holds in each (a Dockerfile `ENV`, a plain `.env`). */
  environment: string | undefined;
  values: readonly MatrixValue[];
}

/**
 * One entry that gives the variable a value. `value`: literal text. `secret`: from a secret store. `reference`: from another
 * variable or resource, `default` is what stands in for it. `unknown`: templated.
 */
export interface MatrixValue {
  form: 'value' | 'secret' | 'reference' | 'unknown';
  /** Literal text, or the default of an interpolation when `form` is `reference`. */
  value?: string;
  /** Secret id, variable or resource. */
  reference?: string;
  entry: Indexed<ConfigEntryFact>;
  /** The deployment that the entry belongs to; absent for an entry of a file that names none (a shared .env file). */
  deployment?: ServiceDeployment;
  /** Why the entry counts for this service: `compose service "dev-backend"`, `env_file of ...`, `in its folder`, `for all services`. */
  evidence: string;
}

/** A deployment source mapped to one of our services. */
export interface ServiceDeployment {
  service: Service;
  environment: string | undefined;
  file: AuditedFile;
  /** Absent when only entries name the service (`--set-env-vars` in a script). */
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
  /** Variables given there by some entry, a shared source included. */
  variables: ReadonlySet<string>;
}

const matrices = new WeakMap<FactIndex, EnvironmentMatrix>();

/** The matrix of an index; built at first use. */
export function environmentMatrix(facts: FactIndex): EnvironmentMatrix {
  let matrix = matrices.get(facts);
  if (!matrix) matrices.set(facts, (matrix = buildMatrix(facts)));
  return matrix;
}

function buildMatrix(_facts: FactIndex): EnvironmentMatrix {
  return { variables: [], deployments: [], variable: () => undefined, targetsOf: () => [], servicesUsing: (service) => [service] };
}
