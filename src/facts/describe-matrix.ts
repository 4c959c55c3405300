import type { Literal } from '../model/facts.js';
import type { EnvCell, EnvMatrix, EnvRead, EnvService, EnvValue, EnvVariable } from '../model/env-matrix.js';
import { compareText } from '../util/compare.js';
import { demandsOf, holdsIn, mayGiveMore, unmetDemands } from './deployment-gaps.js';
import { compareEnvironments } from './environment-of.js';
import { environmentMatrix, type DeploymentTarget, type MatrixValue, type MatrixVariable } from './environment-matrix.js';
import { appliesIn, isEnvironmentName } from './env-reads.js';
import type { FactIndex, Indexed } from './fact-index.js';
import type { EnvReadFact } from '../model/facts.js';
import { isPlatformVariable } from './platform-variables.js';
import { namesSecret, shownValue } from './shown-value.js';

/** The environment matrix as it is reported: each cell with what it comes to, and no value of a secret anywhere. */
export function describeMatrix(facts: FactIndex): Pick<EnvMatrix, 'services' | 'variables'> {
  const matrix = environmentMatrix(facts);
  const services = facts.services.map(({ name, kind }): EnvService => ({
    name,
    kind,
    environments: matrix.targetsOf(name).map((target) => ({ name: target.environment, opaque: mayGiveMore(target), sources: sourcesOf(target) })),
  }));
  return { services, variables: matrix.variables.map((variable) => describeVariable(variable, matrix.targetsOf(variable.service.name))) };
}

function sourcesOf({ deployments }: DeploymentTarget): EnvService['environments'][number]['sources'] {
  return deployments.map(({ file, fact, name, format }) => ({ path: file.path, ...(fact ? { line: fact.span[0] } : {}), name, format }));
}

function describeVariable(variable: MatrixVariable, targets: readonly DeploymentTarget[]): EnvVariable {
  const { service, name, reads, libraryReads, otherReads, declarations } = variable;
  return {
    service: service.name,
    name,
    secret: namesSecret(name),
    platform: isPlatformVariable(name),
    required: demandsOf(variable).length > 0,
    reads: [...reads.map((read) => describeRead(read)), ...libraryReads.map((read) => ({ ...describeRead(read), library: read.file.service.name }))],
    otherReads: otherReads.length,
    cells: cellsOf(variable, targets),
    declarations: declarations.map(({ file, span }) => ({ path: file.path, line: span[0] })).sort((a, b) => compareText(a.path, b.path) || a.line - b.line),
  };
}

function describeRead(read: Indexed<EnvReadFact>): EnvRead {
  const { environments, except } = appliesIn(read);
  return {
    path: read.file.path,
    line: read.span[0],
    accessor: read.accessor,
    required: read.required && read.defaultForm !== 'literal',
    ...(read.defaultForm === 'none' ? {} : { default: defaultOf(read) }),
    ...(environments.length === 0 ? {} : { holds: { environments: [...environments], except } }),
  };
}

function defaultOf({ name, default: text, defaultForm }: EnvReadFact): EnvRead['default'] {
  if (defaultForm !== 'literal' || text === undefined) return { hidden: false };
  const value = JSON.parse(text) as Literal;
  return shownValue(name, typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value));
}

/** One cell per environment in which the service runs or some source gives the variable; what names no environment is in each of them. */
function cellsOf(variable: MatrixVariable, targets: readonly DeploymentTarget[]): EnvCell[] {
  const everywhere = variable.cells.find(({ environment }) => environment === undefined)?.values ?? [];
  const named = [...new Set([...targets.map(({ environment }) => environment), ...variable.cells.flatMap(({ environment }) => environment ?? [])])].sort(compareEnvironments);
  if (named.length === 0) return everywhere.length === 0 ? [] : [{ status: statusOf(everywhere), values: everywhere.map((value) => describeValue(value, true)) }];
  return named.flatMap((environment): EnvCell[] => {
    const own = variable.cells.find((cell) => cell.environment === environment)?.values ?? [];
    const target = targets.find((candidate) => candidate.environment === environment);
    const status = target ? statusIn(variable, target, [...own, ...everywhere]) : statusOf([...own, ...everywhere]);
    if (status === undefined) return [];
    return [{ environment, status, values: [...own.map((value) => describeValue(value, false)), ...everywhere.map((value) => describeValue(value, true))] }];
  });
}

function statusOf(values: readonly MatrixValue[]): 'set' | 'shared' {
  return values.some(({ shared }) => !shared) ? 'set' : 'shared';
}

/** Undefined: nothing gives it there, and nobody reads it. */
function statusIn(variable: MatrixVariable, target: DeploymentTarget, values: readonly MatrixValue[]): EnvCell['status'] | undefined {
  if (values.some(({ shared }) => !shared)) return 'set';
  if (values.length > 0) return 'shared';
  const unmet = isPlatformVariable(variable.name) ? [] : unmetDemands(variable, target);
  if (unmet.length > 0) return !unmet.some((read) => variable.reads.includes(read)) ? 'library' : mayGiveMore(target) ? 'unseen' : 'missing';
  const reads = [...variable.reads, ...variable.libraryReads].filter((read) => isEnvironmentName(read.name) || holdsIn(read, target.environment));
  if (reads.length === 0) return undefined;
  return reads.some(({ defaultForm }) => defaultForm !== 'none') ? 'default' : 'unset';
}

function describeValue({ form, value, reference, entry, evidence, shared }: MatrixValue, everywhere: boolean): EnvValue {
  return {
    form,
    ...(value === undefined ? {} : { value: shownValue(entry.name, value) }),
    ...(reference === undefined ? {} : { reference }),
    path: entry.file.path,
    line: entry.span[0],
    format: entry.format,
    evidence,
    shared,
    everywhere,
  };
}
